"""Prints one table: what was measured, what that is on the reference machine, and the target."""

import os

import click
from rich.console import Console
from rich.table import Table

from tests.benchmarks.calibration import REFERENCE, speed
from tests.benchmarks.figures import FIGURES, Figure


def shown(value: float) -> str:
    """A number with about three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"


def row(figure: Figure) -> tuple[str, ...]:
    """A figure as a line of the table."""
    return (
        figure.name,
        shown(figure.raw),
        "" if figure.slowness is None else shown(figure.scaled),
        f"{'>=' if figure.at_least else '<='} {shown(figure.target)} {figure.unit}",
        "[green]met[/]" if figure.met else "[red]missed[/]",
        figure.note,
    )


@click.command()
@click.option("--quick", is_flag=True, help="Smaller samples: about a minute, and less exact.")
@click.option("--only", multiple=True, help="Measure only these: walker, explorer, proofs...")
def main(quick: bool, only: tuple[str, ...]) -> None:
    """Measure the checkers against their targets."""
    console = Console()
    if not console.is_terminal:
        console.width = 120
    here = speed()
    console.print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; calibration "
        f"{here:,.0f} steps/s, {REFERENCE / here:.1f} times slower than the reference machine"
    )
    table = Table("figure", "measured", "on reference", "target", "", "", box=None)
    for measure in FIGURES:
        if only and measure.__name__ not in only:
            continue
        with console.status(measure.__doc__ or ""):
            for figure in measure(quick):
                table.add_row(*row(figure))
    console.print(table)
    console.print(
        "Measured in CPU time. 'On reference' corrects for the calibration taken around each "
        "measurement.",
        style="dim",
    )


if __name__ == "__main__":
    main()
