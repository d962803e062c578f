"""How a run is told under two rule sets: what both do alike once, what they do not side by side."""

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from impl.lab.compare.pairs import Money, gains, moved
from impl.lab.runs.replay import Played, Replay, replay
from impl.show.telling.names import party_said
from impl.show.telling.runs import Line, told
from impl.show.telling.screen import DIM, WARN, labelled, number, table
from invariants.kernel.claims import Rulebook
from invariants.kernel.numerals import numeral
from spec.kernel.basics import ETHER, NOBODY


@frozen
class Both:
    """One action under two rule sets."""

    line: Line
    """As the first rule set has it."""
    same: bool
    """Do both accept or refuse it, and move the same money?"""
    effects: tuple[str, str]


@frozen
class Side:
    """A run under one of the two rule sets."""

    name: str
    run: Replay

    @property
    def broken(self) -> str:
        """The claims that the run breaks under these rules, in words."""
        causes = "; ".join(f"{b.invariant} ({b.finding.cause})" for b in self.run.broken)
        return f"{self.name} breaks {causes}" if causes else f"{self.name} breaks nothing"


@frozen
class SideBySide:
    """A run under both rule sets, played again from its actions."""

    book: Rulebook
    sides: tuple[Side, Side]
    lines: tuple[Both, ...]

    @property
    def gained(self) -> Money:
        """What each account holds at the end under the second rule set beyond the first one."""
        return gains(self.sides[0].run.final, self.sides[1].run.final)


def side_by_side(
    book: Rulebook,
    names: tuple[str, str],
    rules: tuple[Any, Any],
    scope: Any,
    actions: Sequence[Any],
) -> SideBySide:
    """Play a run under both rule sets."""
    runs = [replay(book, each, scope, actions) for each in rules]
    lines = zip(told(book, runs[0]), told(book, runs[1]), *(r.steps for r in runs), strict=True)
    both = tuple(
        Both(line, _alike(one, two), (_effect(book, line, one), _effect(book, other, two)))
        for line, other, one, two in lines
    )
    return SideBySide(book, (Side(names[0], runs[0]), Side(names[1], runs[1])), both)


def _alike(one: Played, two: Played) -> bool:
    if one.accepted != two.accepted:
        return False
    return not one.accepted or moved(one.before, one.after) == moved(two.before, two.after)


def _effect(book: Rulebook, line: Line, step: Played) -> str:
    """What an action did to the money, or why it was refused."""
    if not step.accepted:
        return line.effect
    paid = money_words(book, moved(step.before, step.after))
    return f"accepted: {paid}" if paid else "accepted"


def money_words(book: Rulebook, money: Money) -> str:
    """Who has how much more or less: 'alice -1, bob +1'."""
    return ", ".join(
        f"{_whose(book, party, asset)} {amount:+,}" for (party, asset), amount in money.items()
    )


def gain_words(run: SideBySide) -> str:
    """Who gains and who loses under the second rule set: 'mallory gains 3, alice loses 3'."""
    ordered = sorted(run.gained.items(), key=lambda item: -item[1])
    said = [
        f"{numeral(abs(amount))} {'more' if amount > 0 else 'less'} is lost for everybody"
        if party == NOBODY
        else f"{_whose(run.book, party, asset)} {'gains' if amount > 0 else 'loses'}"
        f" {numeral(abs(amount))}"
        for (party, asset), amount in ordered
    ]
    one, other = (side.run.final.main.escrow for side in run.sides)
    for asset, held in other.items():
        if apart := held - one.get(asset, 0):
            more = "more" if apart > 0 else "less"
            said.append(f"{numeral(abs(apart))} {more} stays in the contract")
    return ", ".join(said)


def _whose(book: Rulebook, party: Any, asset: Any) -> str:
    name = party_said(book.protocol, party)
    return name if asset == ETHER else f"{name} (asset {asset})"


def show_lines(page: Console, run: SideBySide) -> None:
    """The run as a table; under a step that differs, a line for each rule set."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", style=DIM, no_wrap=True, min_width=3)
    grid.add_column(style=DIM, no_wrap=True)
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for both in run.lines:
        line = both.line
        start = [Text(str(line.number)), Text(line.when), Text(line.party)]
        if both.same:
            effect = f"  {line.effect}" if line.effect else ""
            style = DIM if line.accepted else WARN
            grid.add_row(*start, Text.assemble(line.action, (effect, style)))
            continue
        grid.add_row(*start, Text(line.action, style=WARN))
        for side, effect in zip(run.sides, both.effects, strict=True):
            told = Text.assemble((f"{side.name}: ", "bold"), effect)
            grid.add_row("", "", "", Padding(told, (0, 0, 0, 2)))
    page.print(grid)


def show_money(page: Console, run: SideBySide) -> None:
    """Who has what at the end under each rule set; accounts that nothing moved are left out."""
    rows = list(money_rows(run))
    if not rows:
        return
    first, second = (side.name for side in run.sides)
    columns = ("at the end", "at the start", first, second, "difference")
    page.print(table(columns, rows, right=columns[1:], tight=columns[:1]))


def money_rows(run: SideBySide) -> Iterable[tuple[str, str, str, str, str]]:
    """Account, at the start, at the end under each rule set, difference."""
    starts = [side.run.initial.main for side in run.sides]
    ends = [side.run.final.main for side in run.sides]
    accounts = [*dict.fromkeys(key for main in (*starts, *ends) for key in main.accounts)]
    for party, asset in accounts:
        held = [main.accounts.get((party, asset), 0) for main in (*starts, *ends)]
        yield from _money_row(_whose(run.book, party, asset), held)
    for asset in dict.fromkeys(key for main in ends for key in main.escrow):
        held = [main.escrow.get(asset, 0) for main in (*starts, *ends)]
        name = "in the contract" if asset == ETHER else f"in the contract (asset {asset})"
        yield from _money_row(name, held)


def _money_row(name: str, held: list[int]) -> Iterable[tuple[str, str, str, str, str]]:
    start, other_start, end, other_end = held
    if len(set(held)) == 1:
        return
    begun = number(start) if start == other_start else f"{start:,} / {other_start:,}"
    apart = f"{other_end - end:+,}" if end != other_end else "-"
    yield name, begun, number(end), number(other_end), apart


def show_claims(page: Console, run: SideBySide) -> None:
    """Which promises the run breaks under each rule set, where it breaks any."""
    if any(side.run.broken for side in run.sides):
        page.print(labelled([("claims", Text("\n".join(side.broken for side in run.sides)))]))


def line_documents(run: SideBySide) -> list[dict[str, Any]]:
    """The run for programs."""
    return [
        {
            "number": both.line.number,
            "when": both.line.when,
            "party": both.line.party,
            "action": both.line.action,
            "same": both.same,
            "accepted": [side.run.steps[n].accepted for side in run.sides],
            "effects": both.effects,
        }
        for n, both in enumerate(run.lines)
    ]


def money_documents(run: SideBySide) -> list[dict[str, Any]]:
    """The money at the end for programs."""
    names = ("account", "start", "first", "second", "difference")
    return [dict(zip(names, row, strict=True)) for row in money_rows(run)]
