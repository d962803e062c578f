"""What a step did to the state, as a ledger: money first, then each group, path by path."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from attrs import frozen

from impl.show.report.values import Hint, Speller, field_hints, inner

ABSENT = ""
SEPARATOR = ", "
"""Between the parts of a spelled record."""
MONEY = ("accounts", "escrow", "now")
"""What the ledger shows on its own lines instead of among the main chain's fields."""


@frozen
class Entry:
    """One account, or the escrow of one asset."""

    whose: str
    before: int
    after: int

    @property
    def change(self) -> str:
        """What came or went, with its sign."""
        return f"{self.after - self.before:+,}".replace("-", "−")


@frozen
class Total:
    """All there is of one asset, which no step may change."""

    asset: str
    accounts: int
    escrow: int
    at_first: int

    @property
    def all(self) -> int:
        """Accounts and escrow together."""
        return self.accounts + self.escrow

    @property
    def conserved(self) -> bool:
        """Is it what there was before the first action?"""
        return self.all == self.at_first


@frozen
class Change:
    """One place in the state; an empty side is nothing that was there."""

    path: str
    before: str
    after: str


@frozen
class Page:
    """What one step did."""

    money: tuple[Entry, ...]
    totals: tuple[Total, ...]
    groups: tuple[tuple[str, tuple[Change, ...]], ...]

    @property
    def empty(self) -> bool:
        """Did nothing move?"""
        return not self.money and not self.groups


class Ledger:
    """Keeps the book of one run."""

    def __init__(self, speller: Speller, initial: Any) -> None:
        """Open it with what there is at first."""
        self.speller, self.protocol = speller, speller.protocol
        self.at_first = _sums(initial)

    def page(self, before: Any, after: Any) -> Page:
        """What happened between two states."""
        return Page(
            tuple(self._money(before, after)),
            self.totals(after),
            tuple(self._groups(before, after)) if before is not after else (),
        )

    def totals(self, state: Any) -> tuple[Total, ...]:
        """Accounts and escrow of each asset."""
        return tuple(
            Total(self.speller.asset(asset), *sums, sum(self.at_first.get(asset, (0, 0))))
            for asset, sums in _sums(state).items()
        )

    def _money(self, before: Any, after: Any) -> Iterator[Entry]:
        one_asset = len(_sums(after)) == 1
        was, now = before.main, after.main
        for party, asset in dict.fromkeys((*was.accounts, *now.accounts)):
            old, new = was.accounts.get((party, asset), 0), now.accounts.get((party, asset), 0)
            if old != new:
                of = "" if one_asset else f", {self.speller.asset(asset)}"
                yield Entry(f"{self.speller.party(party)}{of}", old, new)
        for asset in dict.fromkeys((*was.escrow, *now.escrow)):
            old, new = was.escrow.get(asset, 0), now.escrow.get(asset, 0)
            if old != new:
                of = "" if one_asset else f", {self.speller.asset(asset)}"
                yield Entry(f"escrow{of}", old, new)

    def _groups(self, before: Any, after: Any) -> Iterator[tuple[str, tuple[Change, ...]]]:
        was, now = self.protocol.groups(before), self.protocol.groups(after)
        hints = field_hints(type(after))
        for name in now:
            changes = tuple(
                change
                for change in self._changes((), was.get(name), now[name], hints.get(name))
                if not (name == "main" and change.path.partition(".")[0] in MONEY)
            )
            if changes:
                yield name, changes

    def _changes(
        self, path: tuple[str, ...], before: Any, after: Any, hint: Hint
    ) -> Iterator[Change]:
        if before is after or before == after:
            return
        if attrs.has(type(after)) and type(before) is type(after):
            hints = field_hints(type(after))
            for field in attrs.fields(type(after)):
                old, new = getattr(before, field.name), getattr(after, field.name)
                yield from self._changes((*path, field.name), old, new, hints.get(field.name))
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            for key in dict.fromkeys((*before, *after)):
                here = (*path, self.speller.key(key, inner(hint, 0)))
                if key not in before:
                    yield self._change(here, None, after[key], inner(hint, 1))
                elif key not in after:
                    yield self._change(here, before[key], None, inner(hint, 1))
                else:
                    yield from self._changes(here, before[key], after[key], inner(hint, 1))
        elif isinstance(before, tuple) and isinstance(after, tuple):
            yield from self._tuples(path, before, after, hint)
        elif isinstance(before, frozenset) and isinstance(after, frozenset):
            gone, come = before - after, after - before
            yield self._change(path, gone or None, come or None, hint)
        else:
            yield self._change(path, before, after, hint, both=True)

    def _tuples(
        self, path: tuple[str, ...], before: tuple[Any, ...], after: tuple[Any, ...], hint: Hint
    ) -> Iterator[Change]:
        """Entry by entry where nothing was taken out of the middle; else the whole."""
        same = min(len(before), len(after))
        records = any(isinstance(e, tuple) or attrs.has(type(e)) for e in (*before, *after))
        if not records or (len(before) != len(after) and before[:same] != after[:same]):
            yield self._change(path, before, after, hint, both=True)
            return
        for n in range(max(len(before), len(after))):
            here = (*path, str(n + 1))
            if n >= len(before):
                yield self._change(here, None, after[n], inner(hint, n))
            elif n >= len(after):
                yield self._change(here, before[n], None, inner(hint, n))
            else:
                yield from self._changes(here, before[n], after[n], inner(hint, n))

    def _change(
        self, path: tuple[str, ...], before: Any, after: Any, hint: Hint, both: bool = False
    ) -> Change:
        name = path[-1] if path else ""
        spell = self.speller.spell
        return Change(
            ".".join(path) or "all of it",
            spell(before, hint, name) if both or before is not None else ABSENT,
            spell(after, hint, name) if both or after is not None else ABSENT,
        )


def _sums(state: Any) -> dict[Any, tuple[int, int]]:
    """Per asset: what the accounts hold, and what the escrow holds."""
    sums = {asset: [0, held] for asset, held in state.main.escrow.items()}
    for (_, asset), held in state.main.accounts.items():
        sums.setdefault(asset, [0, 0])[0] += held
    return {asset: (accounts, escrow) for asset, (accounts, escrow) in sorted(sums.items())}
