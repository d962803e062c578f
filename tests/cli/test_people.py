"""Who is honest, offline or in the coalition is typed by name, in the same way everywhere."""

import pytest

from impl.ground.faults import BadInput
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.rules.people import with_people


def honest(protocol, scope, *settings):
    book = rulebooks()[protocol]
    record = with_people(book, book.scopes[scope], settings)
    rules = book.rules_named(book.default_rules).rules
    there = book.honest(book.protocol.initial(record, rules), record)
    return [book.protocol.party_name(party) for party in there]


@pytest.mark.parametrize(
    "protocol, scope, role, names, expected",
    (
        ("payment", "one", "honest", "alice", ["alice"]),
        ("payment", "one", "coalition", "bob", ["alice"]),
        ("payment", "one", "coalition", "nobody", ["alice", "bob"]),
        ("payment", "one", "honest", "nobody", []),
        ("conditional", "tiny", "honest", "bob", ["bob"]),
        ("conditional", "tiny", "coalition", "1", ["bob"]),
        ("application", "tiny", "honest", "bob", ["bob"]),
        ("watchtower", "partner", "honest", "bob", ["bob"]),
        ("multiparty", "leader", "honest", "alice,carol", ["alice", "carol"]),
        ("multiparty", "leader", "coalition", "bob", ["alice", "carol"]),
        ("plasma-mvp", "small", "honest", "mallory", ["mallory"]),
        ("plasma-mvp", "small", "coalition", "alice", ["mallory"]),
    ),
)
def test_roles_are_given_by_name(protocol, scope, role, names, expected):
    assert honest(protocol, scope, (role, names)) == expected


def test_who_is_offline_is_honest_and_never_answers():
    book = rulebooks()["multiparty"]
    scope = with_people(book, book.scopes["leader"], (("offline", "bob"),))
    assert [book.protocol.party_name(party) for party in scope.offline] == ["bob"]


@pytest.mark.parametrize(
    "protocol, scope, settings, said",
    (
        ("payment", "one", [("honest", "bbo")], "bob"),
        ("payment", "one", [("honest", "bob"), ("coalition", "bob")], "bob cannot be both"),
        ("payment", "one", [("offline", "bob")], "no honest party is offline for good"),
        ("application", "tiny", [("offline", "bob")], "bob is not honest"),
        ("plasma-mvp", "small", [("honest", "operator")], "given its role by the protocol"),
    ),
)
def test_mistakes_are_one_line(protocol, scope, settings, said):
    with pytest.raises(BadInput) as raised:
        honest(protocol, scope, *settings)
    assert said in str(raised.value) and "\n" not in str(raised.value)
