"""Why a strategy did not trade: its signals, and the conditions that lead to them."""

from __future__ import annotations

from alphintra_desktop.backtest.checked_run import CheckedRun
from alphintra_desktop.backtest.figures import figure
from alphintra_desktop.backtest.result import Finding, Severity

ENTRIES = ("long_entry", "short_entry")
IN_WORDS = {
    "long_entry": "“Enter long”",
    "short_entry": "“Enter short”",
    "rebalance": "Rebalancing",
}


def no_trades(run: CheckedRun) -> Finding | None:
    """A finding where there was no trade at all."""
    if len(run.result.trades):
        return None
    counts = ", ".join(_signal_counts(run)) or "the strategy gave no entry signal at all"
    rarest = sorted(run.conditions.items(), key=lambda item: item[1])
    if rarest:
        counts += "; of what leads to it, " + ", ".join(
            f"“{title}” was true on {count:,}" for title, count in rarest
        )
    return Finding(
        "no_trades", Severity.ERROR, f"There was no trade: {counts}.", _why_no_trades(run)
    )


def _signal_counts(run: CheckedRun) -> list[str]:
    bars = figure(int(run.result.bars.present.sum()), "bars")
    return [
        f"{called} was true on {int(run.result.signals[name].sum()):,} of {bars}"
        for name, called in IN_WORDS.items()
        if name in run.result.signals
    ]


def _why_no_trades(run: CheckedRun) -> str:
    never = [title for title, count in run.conditions.items() if count == 0]
    if never:
        return f"Loosen “{never[0]}”, which was never true."
    entered = sum(int(run.result.signals[n].sum()) for n in ENTRIES if n in run.result.signals)
    if entered:
        return "Signals came but no order was filled: check the size, the cash and the exits."
    if run.conditions:
        return "Each condition was true at times, but never all together: loosen the rarest one."
    return "Loosen the entry's conditions, or test a longer period."
