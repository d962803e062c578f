"""What every verdict rests on: who is honest, how fast, what the others may do, what is ideal.

It is read off the protocol and the scopes, so that nobody has to keep it true by hand.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rich.text import Text

from impl.ground.evidence import Result
from impl.lab.rules.knobs import duration
from impl.show.telling.names import answered, party_said, silent_in
from impl.show.telling.screen import DIM, plural
from invariants.kernel.claims import Rulebook
from invariants.kernel.hostile import HOSTILE
from spec.kernel.basics import Party

HONEST = "honest"
SHOWN = 2
"""Groups of honest parties that are named."""
OF_PROOFS = (
    "each theorem's premises; whole numbers from 0 on, without bound; no shape larger than the"
    " sizes named; nothing of who is honest or when"
)
"""What a theorem rests on: it speaks of decisions or steps, not of runs."""


def assumed_text(book: Rulebook, scopes: Sequence[Any], rules: Sequence[Any]) -> str:
    """What a search of these scopes under these rules assumes, in one sentence."""
    by_hand = [each for each in book.protocol.families if each.name != HOSTILE]
    kinds = plural(len(by_hand), "kind")
    more = "" if len(by_hand) == len(book.protocol.families) else ", and any call by anybody"
    honest = answered(book, HONEST, lambda: _honest(book, scopes), "")
    where = silent_in(book, HONEST) or "a function of the rulebook"
    return (
        f"honest: {honest or f'NOT KNOWN ({where} does not return)'}, {_pace(book, scopes, rules)};"
        f" all others collude in any of the {kinds} of moves"
        f" proposed{more}; ideal: {book.ideal}"
    )


def _pace(book: Rulebook, scopes: Sequence[Any], rules: Sequence[Any]) -> str:
    """How fast honest parties answer."""
    react = book.protocol.reaction
    people = {party for scope in scopes for party in honest_parties(book, scope)}
    takes = (
        {react(each, party) for each in rules for party in people} if react is not None else set()
    )
    some = sorted(each for each in takes if each is not None)
    if not some:
        return "by each deadline, at worst its last moment, in no time"
    long = " to ".join(dict.fromkeys([duration(some[0]), duration(some[-1])]))
    within = f"each answer within {long} of when it could be known to be due"
    return f"{within}, or in time" if None in takes else within


def assumed_of_keys(results: Iterable[Result]) -> list[str]:
    """What the keys that were held against rules leave out because their author says so."""
    return [each for each in dict.fromkeys(r.details.get("assumed", "") for r in results) if each]


def assumed_row(text: str) -> tuple[str, Text]:
    """The last line of a verdict's page."""
    return "assumed", Text(text, style=DIM)


def honest_parties(book: Rulebook, scope: Any) -> tuple[Party, ...]:
    """Who is honest in a scope; nobody where it does not say."""
    return answered(book, HONEST, lambda: _parties(book, scope), None) or ()


def _parties(book: Rulebook, scope: Any) -> tuple[Party, ...] | None:
    rules = book.rules_named(book.default_rules).rules
    return book.honest(book.protocol.initial(scope, rules), scope)


def _honest(book: Rulebook, scopes: Sequence[Any]) -> str:
    """Who is honest in these scopes, the most usual first, and who of them is never there."""
    counts = Counter(_people(book, scope) for scope in scopes)
    if len(counts) == 1:
        return next(iter(counts))
    shown = counts.most_common(SHOWN if len(counts) > SHOWN + 1 else None)
    named = [f"{people} ({count})" for people, count in shown]
    rest = len(scopes) - sum(count for _, count in shown)
    more = [f"others ({rest})"] if rest else []
    return f"{', '.join([*named, *more])} of {len(scopes)} scopes"


def _people(book: Rulebook, scope: Any) -> str:
    honest = _parties(book, scope)
    if honest is None:
        return "whoever has answers to give"
    if not honest:
        return "nobody"
    offline = getattr(scope, "offline", ())
    names = [_name(book, party, party in offline) for party in honest]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _name(book: Rulebook, party: Party, away: bool) -> str:
    name = party_said(book.protocol, party)
    return f"{name} (never answers)" if away else name
