"""Whose loss is the worst that a comparison found, honest parties first; told and as data."""

from collections.abc import Collection
from typing import Any

from attrs import frozen
from rich.console import Console
from rich.text import Text

from impl.lab.compare.losses import Loss, worst
from impl.lab.compare.pairs import Sides
from impl.lab.compare.search import Seen, comparable
from impl.show.telling.assumed import honest_parties
from impl.show.telling.names import party_said
from impl.show.telling.screen import BAD, WARN, labelled, plural, table
from invariants.kernel.numerals import numeral
from spec.kernel.basics import ETHER, Party


@frozen
class Losing:
    """The losses of a comparison."""

    sides: Sides
    names: tuple[str, str]
    seen: Seen

    @property
    def honest(self) -> Collection[Party]:
        """Who is honest in the scope, as far as it says."""
        return honest_parties(self.sides.rulebook, self.sides.scope)

    @property
    def worst(self) -> Loss | None:
        """The one that is told first."""
        return worst(self.seen.losses, self.honest)

    def whose(self, loss: Loss) -> str:
        """Who loses, and whether it is honest."""
        party, asset = loss.account
        name = party_said(self.sides.protocol, party)
        kind = " (honest)" if party in self.honest else ""
        return f"{name}{kind}{'' if asset == ETHER else f', asset {asset}'}"


def losing_text(losing: Losing) -> Text:
    """The worst loss in a sentence, with how much of all runs it stands for."""
    names, seen, loss = losing.names, losing.seen, losing.worst
    if not comparable(losing.sides):
        held = [f"{sum(s.main.escrow.values()):,}" for s in losing.sides.initial]
        said = (
            f"cannot be told: the contracts do not start with the same money ({held[0]} under"
            f" {names[0]}, {held[1]} under {names[1]})"
        )
        return Text(said, style=WARN)
    if loss is None:
        if not seen.found:
            return Text(f"nobody's: no run that was looked at differs ({_extent(seen)})")
        said = f"nobody's in {_extent(seen)}: they differ, but none ends with somebody poorer"
        return Text(said)
    other = names[1 - loss.side]
    length = plural(len(loss.actions), "action")
    none = "" if loss.party in losing.honest else "nobody honest was seen to lose; "
    none = none if losing.honest else ""
    return Text.assemble(
        none,
        (f"{losing.whose(loss)} ends with {numeral(loss.amount)} less", BAD),
        f" under {names[loss.side]} than under {other}, after {length}"
        f"{' (sampled)' if loss.sampled else ''}: the worst found in {_extent(seen)}",
    )


def _extent(seen: Seen) -> str:
    """The runs that were looked at to the end."""
    if seen.exhausted:
        return "all runs of this scope"
    sampled = f" and {seen.sampled:,} random steps" if seen.sampled else ""
    return f"runs of up to {plural(seen.depth, 'action')}{sampled}; worse ones may exist"


def show_losing(page: Console, losing: Losing) -> None:
    """The worst loss, and the worst of everybody else under either rule set."""
    page.print()
    page.print(labelled([("worst loss", losing_text(losing))]))
    losses = losing.seen.losses
    accounts = dict.fromkeys(
        account
        for _, account in sorted(losses, key=lambda key: (key[1][0] not in losing.honest, key[1]))
    )
    rows = []
    for account in accounts:
        both = [losses.get((side, account)) for side in (0, 1)]
        name = next(losing.whose(loss) for loss in both if loss is not None)
        rows.append((name, *(_cell(loss) for loss in both)))
    if rows:
        columns = ("the worst seen", f"under {losing.names[0]}", f"under {losing.names[1]}")
        page.print(table(columns, rows, right=columns[1:], tight=columns[:1]))


def _cell(loss: Loss | None) -> str:
    return "no loss seen" if loss is None else f"{numeral(loss.amount)} less"


def losing_document(losing: Losing) -> dict[str, Any]:
    """The same for programs."""
    first = losing.worst
    return {
        "said": str(losing_text(losing)),
        "worst": None if first is None else _loss_document(losing, first),
        "all": [_loss_document(losing, loss) for loss in losing.seen.losses.values()],
    }


def _loss_document(losing: Losing, loss: Loss) -> dict[str, Any]:
    return {
        "party": party_said(losing.sides.protocol, loss.party),
        "asset": loss.account[1],
        "honest": loss.party in losing.honest,
        "under": losing.names[loss.side],
        "amount": loss.amount,
        "sampled": loss.sampled,
        "actions": loss.actions,
    }
