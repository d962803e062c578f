"""Which rulebooks there are, and how a person names one.

A rulebook is named on the command line by its protocol (`plasma`: its default rule set), by one of
its rule sets (`plasma-mvp`, where no other rulebook has a rule set of that name), or by both
(`plasma/plasma-mvp`).

People who write a protocol of their own name its `Rulebook` (`impl/lab/rules/places.py` says
where), and every command works on it as on those that are shipped.
"""

import contextlib
import importlib
import sys
from collections.abc import Iterable, Mapping
from typing import cast

from impl.ground.blame import import_failed
from impl.ground.faults import BadInput
from impl.ground.watchdog import RuleHangs, let_through, watchdog
from impl.ground.words import nearest, unknown
from impl.lab.rulebooks.shipped import shipped, shipped_named
from impl.lab.rules.chosen import Chosen, rule_set_of
from impl.lab.rules.places import Place, places
from invariants.kernel.claims import Rulebook


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


def only(name: str) -> Mapping[str, Rulebook]:
    """The rulebook of that protocol alone, where others need not be loaded to find it; all else."""
    book = shipped_named(name)
    return rulebooks() if book is None else {name: book}


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


def _unknown_to_all(name: str, valid: Iterable[str], protocols: Iterable[str]) -> str:
    """The same, where all names together would fill a screen: only the protocols are told."""
    return (
        f"no protocol or rule set named {name!r}{nearest(name, valid)} The protocols are"
        f" {', '.join(protocols)}; exitgame list has their rule sets"
    )


def _names(book: Rulebook) -> list[str]:
    return [book.protocol.name, *(rule_set.name for rule_set in book.rule_sets)]


def _has(book: Rulebook, name: str) -> bool:
    return any(rule_set.name == name for rule_set in book.rule_sets)


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
        from impl.lab.rulebooks.parts import complaint

        wrong = complaint(book)
        if wrong:
            raise place.wrong(wrong)
        _FOUND_GOOD[place.written] = book
    return cast(Rulebook, book)


_FOUND_GOOD: dict[str, Rulebook] = {}
"""The user's own that were looked at: it is done once in a process."""
