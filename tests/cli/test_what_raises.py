"""A rule or a claim that raises is told with its message, file, line and its author's function,
alike in text, in JSON, on the page and when it is played again."""

from pathlib import Path

import pytest
from attrs import evolve

from impl.ground.blame import message_of, raised
from impl.lab.claims.monitor import RULE_ERROR, rule_error
from impl.lab.explore import explore
from impl.lab.runs.replay import replay
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.kernel.protocol import listed
from tests.checkers.toy import GOOD, TOY, Scope

CHANGES = {
    "comprehension": "    return [x + 'a' for x in (started,)][0]\n",
    "generator": "    return sum(x // zero for zero, x in ((0, started),))\n",
    "lambda": "    return (lambda x: x.nothing)(started)\n",
    "helper": "    return helper(started)\n",
    "library": "    return json.loads('{' * started)\n",
    "nested": "    def inner(x):\n        return {}[x]\n    return inner(started)\n",
}
HEAD = """import json


def helper(x):
    raise ValueError(f"no \\x1b[31m{x}\\n in /etc/passwd at 0x7f00aa")


def matures(started, rules):
    if started == 0:
        return started + rules.delay
"""
FUNCTION = {"helper": "helper", "nested": "inner"}


@pytest.mark.parametrize("kind", CHANGES)
def test_it_is_told_everywhere_in_its_authors_words(shell, kind):
    shell.write("my rules.py", HEAD + CHANGES[kind])
    change = ["--change", "my rules.py:matures"]
    found = shell.json(["explore", "toy", *change])["counterexamples"][0]
    cause = found["cause"]
    assert cause.endswith(f" in {FUNCTION.get(kind, 'matures')} (my rules.py)")
    details = found["raised"]
    assert details["file"] == "my rules.py"
    written = (HEAD + CHANGES[kind]).splitlines()
    assert details["source"] == written[details["line"] - 1].strip()
    assert details["message"].isprintable() and "0x7f" not in details["message"]
    told = f"my rules.py line {details['line']}: {details['source']}"
    again = ["replay", found["hash"], *change]
    if kind not in ("comprehension", "helper"):
        return
    for said in (
        shell(["explore", "toy", *change]).stdout,
        shell(again).stdout,
        shell([*again, "--step"]).stdout,
        shell(["report", found["hash"], *change]).stdout,
    ):
        assert cause in " ".join(said.split()) and told.split()[0] in said
        assert "\x1b" not in said and str(shell.folder) not in said
    (broken,) = shell.json(again)["broken"]
    assert broken["finding"]["raised"] == {"type": "Raised", **details}
    page = (shell.folder / found["report"]).read_text()
    assert "my rules.py line" in page and details["message"].split("'")[0] in page


def broken_claim(name: str) -> Invariant:
    return Invariant(name, "It holds.", Kind.ALWAYS, lambda state, rules: state.no_such, explain)


def explain(state, rules):
    return Finding("no", {})


NAMELESS = Invariant("NAMELESS", "It holds.", Kind.ALWAYS, lambda state, rules: state.no, explain)


@pytest.mark.parametrize(
    ("claim", "function"),
    [(NAMELESS, "NAMELESS.holds"), (broken_claim("A"), "broken_claim")],
)
def test_a_claim_without_a_name_is_called_by_what_holds_it(claim, function):
    result = explore(evolve(TOY, invariants=(claim,)), GOOD, Scope())
    assert result.traces[0].finding.cause == f"AttributeError in {function} ({Path(__file__).name})"


def test_a_claim_that_refuses_is_at_fault_and_the_rules_did_not_say_no():
    def holds(before, action, after, rules):
        return TOY.protocol.step(before, action, rules) == TOY.protocol.step(after, action, rules)

    claim = Invariant("AGAIN", "Twice is once.", Kind.TRANSITION, holds, explain)
    book = evolve(TOY, invariants=(claim,))
    trace = explore(book, GOOD, Scope()).traces[0]
    last = replay(book, GOOD, Scope(), trace.actions).steps[-1]
    assert last.refusal is None and last.broken[0].invariant == RULE_ERROR


@pytest.mark.parametrize("part", ["obligations", "instants", "families"])
def test_what_raises_before_any_action_is_played_again(part):
    def fails(*_):
        return [][0]

    value = (listed("all", fails),) if part == "families" else fails
    book = evolve(TOY, protocol=evolve(TOY.protocol, **{part: value}))
    trace = explore(book, GOOD, Scope(), key="exact").traces[0]
    assert trace.actions == ()
    again = replay(book, GOOD, Scope(), (), ahead=True)
    assert [each.pair for each in again.broken] == [(trace.invariant, trace.finding.cause)]
    assert trace.finding.raised.source == "return [][0]"


def test_the_same_failure_has_the_same_cause_wherever_its_file_lies(shell):
    causes = []
    for folder in ("one", "another/place"):
        place = shell.folder / folder
        place.mkdir(parents=True)
        shell.write(f"{folder}/my.py", "\n" * len(folder) + HEAD + CHANGES["helper"])
        done = shell.json(["explore", "toy", "--change", f"{place}/my.py:matures"])
        found = done["counterexamples"][0]
        causes.append((found["cause"], found["numbers"]))
        assert found["raised"]["file"] == f"{folder}/my.py"
    assert causes[0] == causes[1]


def test_an_exception_that_cannot_even_be_told_is_told():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    assert "__str__" in message_of(Mute())
    assert raised(ValueError(f"{Path.home()}/x"))[1].message == "x"
    assert rule_error(KeyError("\u202egnp.exe")).finding.said.isprintable()
