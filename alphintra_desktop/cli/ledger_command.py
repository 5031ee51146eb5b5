"""`alphintra ledger`: everything that was tried, and what of it chance does not explain."""

from __future__ import annotations

import argparse
import math
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphintra_desktop.cli.arguments import add_command, add_json
from alphintra_desktop.cli.choosing import chosen_project
from alphintra_desktop.cli.output import Console, counted_things

if TYPE_CHECKING:
    from alphintra_desktop.backtest.ledger_review import Hypothesis, LedgerReview

SHOWN_OF_A_HASH = 10


def add_ledger(commands: Any) -> None:
    """`alphintra ledger`."""
    command = add_command(
        commands,
        "ledger",
        "everything that was tried in a project, and what chance does not explain",
        about="Checks the chain of hashes that keeps trials from being removed unseen, then lists "
        "every different strategy with the chance that its Sharpe ratio is luck (p) and the share "
        "of worthless ones among all that look at least as good (false discovery rate, Benjamini "
        "and Hochberg 1995). The best of a sweep or a search is deflated by its trials.",
        examples=("ledger", "ledger --project my_strategy --rate 0.1", "ledger --json"),
    )
    command.add_argument(
        "--project", default=".", metavar="FOLDER", help="the project (default: this one)"
    )
    command.add_argument(
        "--rate",
        type=_rate,
        default=0.05,
        help="which false discovery rate is small enough to count as found (default: 0.05)",
    )
    add_json(command)
    command.set_defaults(run=run_ledger)


COMMANDS = (add_ledger,)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0.0 < rate < 1.0:
        raise argparse.ArgumentTypeError(f"a rate is between 0 and 1, not '{text}'")
    return rate


def run_ledger(options: argparse.Namespace, console: Console) -> None:
    """Check the ledger, and list what was tried."""
    from alphintra_desktop.backtest.ledger_review import review  # noqa: PLC0415 - with NumPy
    from alphintra_desktop.runs.ledger import ledger, runs, verify_ledger  # noqa: PLC0415

    project = chosen_project(Path(options.project))
    with closing(project.database()) as database:
        verify_ledger(database)
        found, names = review(ledger(database)), {run.id: run.name for run in runs(database)}
    if console.as_json:
        console.result(found.as_dict())
        return
    rows = [_row(one, names) for one in found.hypotheses]
    console.table(("Trial", "What", "Trials", "Sharpe a bar", "p", "FDR", "Strategy"), rows)
    console.line()
    for sentence in _told(found, options.rate):
        console.line(sentence)


def _row(one: Hypothesis, names: dict[str, str]) -> tuple[str, ...]:
    figures = (f"{value:.4f}" for value in (one.sharpe, one.p_value, one.discovery_rate))
    told = ("-" if figure == "nan" else figure for figure in figures)
    name = names.get(one.run) or one.strategy_hash[:SHOWN_OF_A_HASH]
    return (str(one.number), one.kind, f"{one.trials:,}", *told, name)


def _told(found: LedgerReview, rate: float) -> list[str]:
    kinds = ", ".join(f"{count:,} by {kind}" for kind, count in sorted(found.kinds.items()))
    counted = counted_things(found.trials, "trial")
    lines = [f"The ledger is whole: {counted}{f' ({kinds})' if kinds else ''}."]
    tested = [one for one in found.hypotheses if not math.isnan(one.p_value)]
    if tested:
        good = sum(one.discovery_rate <= rate for one in tested)
        lines.append(
            f"Standing out at a false discovery rate of {rate:g}: {good:,} of "
            f"{len(tested):,} that differ."
        )
        if any(one.trials > 1 for one in tested):
            lines.append(
                "A backtest of a point that a sweep or a search had chosen is judged here as if "
                "it had been tried alone; the row of the search itself is deflated."
            )
    return lines
