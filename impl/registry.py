"""Which rulebooks there are, and how a person names one.

A rulebook is named on the command line by its protocol (`plasma`: its default rule set), by one of
its rule sets (`plasma-mvp`, where no other rulebook has a rule set of that name), or by both
(`plasma/plasma-mvp`).

People who write a protocol of their own name its `Rulebook` (`impl/rulebook_places.py` says where),
and every command works on it as on those that are shipped.
"""

import contextlib
import difflib
import importlib
import sys
from collections.abc import Iterable, Mapping
from typing import cast

from attrs import frozen

from impl.blame import import_failed
from impl.faults import BadInput
from impl.rulebook_places import Place, places
from impl.watchdog import RuleHangs, let_through, watchdog
from invariants.kernel.claims import Rulebook, RuleSet

SHIPPED = (
    "invariants.plasma.mvp.rulebook:PLASMA",
    "invariants.channels.multiparty.rulebook:MULTIPARTY",
    "invariants.channels.application.rulebook:APPLICATION",
    "invariants.channels.payment.rulebook:PAYMENT",
    "invariants.channels.conditional.rulebook:CONDITIONAL",
    "invariants.channels.watchtower.rulebook:WATCHTOWER",
)


@frozen
class Chosen:
    """A rulebook and the rule set of it that a run starts from."""

    rulebook: Rulebook
    rule_set: RuleSet


def rulebooks() -> Mapping[str, Rulebook]:
    """All rulebooks by the name of their protocol, in a fixed order.

    Raises BadInput for one of the user's that cannot be had.
    """
    found: dict[str, Rulebook] = {}
    for book in shipped():
        found[book.protocol.name] = book
    named: dict[str, Place] = {}
    for place in places():
        book = _load_users(place)
        name = book.protocol.name
        if name not in found:
            found[name], named[name] = book, place
        elif found[name] is not book:
            other = f"as that of {named[name].named}" if name in named else "as one that is shipped"
            raise place.wrong(f"its protocol is named {name!r}, {other}: give it another name")
    return found


def shipped() -> list[Rulebook]:
    """Those that are not the user's."""
    return [_load(place) for place in SHIPPED]


def only(name: str) -> Mapping[str, Rulebook]:
    """The rulebook of that protocol alone, where others need not be loaded to find it; all else."""
    for place in SHIPPED:
        if place.split(".")[-2] in name.split("-"):
            book = _load(place)
            if book.protocol.name == name:
                return {name: book}
    return rulebooks()


def is_shipped(book: Rulebook) -> bool:
    """Is it one of ours, and not one that somebody has named?"""
    return any(_load(place) is book for place in SHIPPED)


def named_at(book: Rulebook) -> Place | None:
    """Where a rulebook of somebody's own was named; None for one that is shipped."""
    return next((place for place in places() if _load_users(place) is book), None)


def choose(name: str, rule_set: str | None = None) -> Chosen:
    """The rulebook and rule set that a name on the command line means.

    Raises BadInput with the closest name and all valid ones.
    """
    books = rulebooks()
    protocol, slash, named = name.partition("/")
    if slash and rule_set not in (None, named):
        raise BadInput(f"{name} and --rule-set {rule_set} name two rule sets: drop one")
    if protocol in books:
        book = books[protocol]
        return Chosen(book, rule_set_of(book, named if slash else rule_set))
    owners = [book for book in books.values() if _has(book, name)]
    if len(owners) == 1:
        if rule_set not in (None, name):
            raise BadInput(
                f"{name} is a rule set, and --rule-set {rule_set} names another: write"
                f" {owners[0].protocol.name} --rule-set {rule_set}"
            )
        return Chosen(owners[0], rule_set_of(owners[0], name))
    if owners:
        full = ", ".join(f"{book.protocol.name}/{name}" for book in owners)
        raise BadInput(f"several protocols have a rule set {name}: write one of {full}")
    valid = [each for book in books.values() for each in _names(book)]
    raise BadInput(_unknown_to_all(name, dict.fromkeys(valid), books))


def rule_set_of(book: Rulebook, name: str | None) -> RuleSet:
    """A rule set of a rulebook by name; its default where there is no name. Raises BadInput."""
    wanted = book.default_rules if name is None else name
    for rule_set in book.rule_sets:
        if rule_set.name == wanted:
            return rule_set
    names = [rule_set.name for rule_set in book.rule_sets]
    raise BadInput(unknown(f"rule set of {book.protocol.name}", wanted, names))


def unknown(what: str, name: str, valid: Iterable[str]) -> str:
    """The one line for a name that does not exist: the closest one, then all that do."""
    names = list(valid)
    listed = ", ".join(names) if names else "none"
    return f"no {what} named {name!r}{_nearest(name, names)} There are: {listed}"


def _unknown_to_all(name: str, valid: Iterable[str], protocols: Iterable[str]) -> str:
    """The same, where all names together would fill a screen: only the protocols are told."""
    return (
        f"no protocol or rule set named {name!r}{_nearest(name, valid)} The protocols are"
        f" {', '.join(protocols)}; exitgame list has their rule sets"
    )


def _nearest(name: str, valid: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else "."


def _names(book: Rulebook) -> list[str]:
    return [book.protocol.name, *(rule_set.name for rule_set in book.rule_sets)]


def _has(book: Rulebook, name: str) -> bool:
    return any(rule_set.name == name for rule_set in book.rule_sets)


def _load(place: str) -> Rulebook:
    module, _, attribute = place.partition(":")
    book: Rulebook = getattr(importlib.import_module(module), attribute)
    return book


def _load_users(place: Place) -> Rulebook:
    place.importable()
    try:
        with contextlib.redirect_stdout(sys.stderr), watchdog(int):
            module = importlib.import_module(place.module)
    except RuleHangs:
        raise place.wrong("importing it does not end") from None
    except ModuleNotFoundError as failure:
        if place.module != failure.name and not place.module.startswith(f"{failure.name}."):
            raise place.wrong(import_failed(failure)) from failure
        below = f"in {place.folder} or " if place.folder else ""
        raise place.wrong(f"there is no module {failure.name} {below}on Python's path") from None
    except BaseException as failure:
        let_through(failure)
        raise place.wrong(import_failed(failure)) from failure
    if not hasattr(module, place.name):
        books = [name for name, held in vars(module).items() if isinstance(held, Rulebook)]
        raise place.wrong(unknown(f"rulebook in {place.module}", place.name, books))
    book = getattr(module, place.name)
    if _FOUND_GOOD.get(place.written) is not book:
        from impl.rulebook_check import complaint

        wrong = complaint(book)
        if wrong:
            raise place.wrong(wrong)
        _FOUND_GOOD[place.written] = book
    return cast(Rulebook, book)


_FOUND_GOOD: dict[str, Rulebook] = {}
"""The user's own that were looked at: it is done once in a process."""
