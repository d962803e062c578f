"""Who is who in a scope, typed by name and under the same three words for every protocol.

`--scope.honest bob` puts all others into the coalition, `--scope.coalition alice` makes all others
honest, `--scope.offline bob` says which honest parties never answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from impl.ground.faults import BadInput
from impl.ground.words import unknown
from impl.lab.rules.knobs import one_line
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import Party

HONEST, COALITION, OFFLINE = "honest", "coalition", "offline"
ROLES = (HONEST, COALITION, OFFLINE)
DISHONEST = (COALITION, "dishonest")
"""What scopes call those who are not honest."""
NOBODY = "nobody"

People = tuple[Party, ...]


def with_people(book: Rulebook, scope: Any, settings: Sequence[tuple[str, str]]) -> Any:
    """The scope with roles given to people, all at once. Raises BadInput."""
    if not settings:
        return scope
    typed = " ".join(f"--scope.{role} {text}" for role, text in settings)
    everybody = _everybody(book, scope)
    given = {role: _named(book, typed, text, everybody) for role, text in settings}
    names = {field.name for field in attrs.fields(type(scope))}
    free: People = everybody
    if "dishonest" in names and HONEST in names:
        free = (*scope.honest, *scope.dishonest)  # beside them there are others, such as operators
    values: dict[str, People] = {}
    if HONEST in given or COALITION in given:
        honest = given.get(HONEST)
        if honest is None:
            honest = tuple([party for party in free if party not in given[COALITION]])
        others = tuple([party for party in free if party not in honest])
        wrong = [party for party in honest if party not in free]
        wrong += [party for party in given.get(COALITION, others) if party not in others]
        if wrong:
            who = book.protocol.party_name(wrong[0])
            why = "cannot be both" if wrong[0] in free else "is given its role by the protocol"
            raise BadInput(f"{typed}: {who} {why}")
        values = {HONEST: honest} if HONEST in names else {}
        values |= dict.fromkeys(names.intersection(DISHONEST), others)
    if OFFLINE in given:
        if OFFLINE not in names:
            raise BadInput(f"{typed}: in {book.protocol.name} no honest party is offline for good")
        values[OFFLINE] = given[OFFLINE]
    try:
        changed = attrs.evolve(scope, **values)
        there = book.honest(_initial(book, changed), changed)
    except (ValueError, TypeError) as failure:
        raise BadInput(f"{typed}: {one_line(failure.args[0] if failure.args else '')}") from failure
    for party in given.get(OFFLINE, ()):
        if there is not None and party not in there:
            raise BadInput(f"{typed}: {book.protocol.party_name(party)} is not honest")
    return changed


def _everybody(book: Rulebook, scope: Any) -> People:
    """All parties that have an account, in order."""
    accounts: Mapping[Any, int] = _initial(book, scope).main.accounts
    return tuple(sorted({party for party, _ in accounts if party >= 0}))


def _initial(book: Rulebook, scope: Any) -> Any:
    return book.protocol.initial(scope, book.rules_named(book.default_rules).rules)


def _named(book: Rulebook, typed: str, text: str, everybody: People) -> People:
    """The parties whose names or numbers these are."""
    names = {book.protocol.party_name(party): party for party in everybody}
    names |= {str(party): party for party in everybody}
    found = []
    for part in [each.strip() for each in text.split(",") if each.strip()]:
        if part == NOBODY:
            continue
        if part not in names:
            raise BadInput(f"{typed}: {unknown('party', part, [*names])}")
        found.append(names[part])
    return tuple(sorted(set(found)))
