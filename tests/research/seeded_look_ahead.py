"""Eleven look-ahead bugs that people make, each in the middle of a strategy of several nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alphintra_desktop.graph.model import Graph
from tests.drawing import Drawing, Drawn


@dataclass(frozen=True)
class Seeded:
    """A graph with one bug, the node that has it, and the code of the finding it must give."""

    graph: Graph
    guilty: str
    code: str = "caught"


class Strategy:
    """Prices, an honest average before the bug, and an average, conditions and rules after it."""

    def __init__(self, dataset: str = "made", symbols: str = "AA") -> None:
        self.draw = Drawing()
        self.data = self.draw.add("market_data.dataset", symbols=symbols, dataset=dataset)
        self.close = self.draw.add("prices.close", bars=self.data)
        self.before = self.draw.add("talib.ema", values=self.close, period=4)

    def mine(self, body: str, output: str = "Numbers", **inputs: Drawn) -> Drawn:
        """A custom node with one statement per line of `body`; inputs named `is_...` are flags."""
        given = ", ".join(
            f"{name}: {'Flags' if name.startswith('is_') else 'Numbers'}" for name in inputs
        )
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        code = f"def mine({given}) -> {output}:\n{lines}\n"
        return self.draw.add("custom.python", code=code, **inputs)

    def traded(self, values: Drawn, *, fill: str = "next_open") -> Drawn:
        """Buy what rises above its own average, in two more nodes after the values."""
        after = self.draw.add("talib.sma", values=values, period=3)
        up = self.draw.add("conditions.above", left=values, right=after)
        return self.filtered(up, fill=fill)

    def filtered(self, condition: Drawn, *, fill: str = "next_open") -> Drawn:
        """Buy while a condition and a rising price agree; sell when the price falls."""
        add = self.draw.add
        rising = add("conditions.rising", values=self.before)
        both = add("logic.all_of", conditions=[rising, condition])
        falling = add("conditions.falling", values=self.before)
        rules = [add("signals.enter_long", when=both), add("signals.exit_long", when=falling)]
        return add("strategy.strategy", rules=rules, fill=fill)


def _of_numbers(body: str) -> Callable[[], Seeded]:
    def seeded() -> Seeded:
        made = Strategy()
        bug = made.mine(body, values=made.before)
        made.traded(bug)
        return Seeded(made.draw.graph, bug.id)

    return seeded


def _label_among_features() -> Seeded:
    made = Strategy()
    label = made.draw.add("labels.future_return", values=made.before, bars=5)
    score = made.draw.add("arithmetic.add", left=label, right=made.before)
    made.traded(score)
    return Seeded(made.draw.graph, label.id, "future")


def _same_bar_fill() -> Seeded:
    made = Strategy()
    strategy = made.traded(made.before, fill="same_close")
    return Seeded(made.draw.graph, strategy.id, "same_close")


def _unfinished_week() -> Seeded:
    made = Strategy()
    monday = made.draw.add("logic.on_new_period", bars=made.data, period="week")
    body = "return pd.Series(values).groupby(np.cumsum(is_new)).transform('max').to_numpy()"
    bug = made.mine(body, values=made.before, is_new=monday)
    made.traded(bug)
    return Seeded(made.draw.graph, bug.id)


def _universe_by_todays_volume() -> Seeded:
    made = Strategy(symbols="AA, BB")
    volume = made.draw.add("prices.volume", bars=made.data)
    body = "return np.full(len(volume), volume[-20:].mean() > 5e5)"
    bug = made.mine(body, "Flags", volume=volume)
    made.filtered(bug)
    return Seeded(made.draw.graph, bug.id)


_SCALED = "low, high = np.nanmin(values), np.nanmax(values)\nreturn (values - low) / (high - low)"
_RESAMPLED = (
    "result = np.full(len(values), np.nan)\n"
    "for start in range(0, len(values), 5):\n"
    "    result[start : start + 5] = values[start : start + 5][-1]\n"
    "return result"
)
_SMOOTHED = (
    "state = pd.Series(values).diff().fillna(0.0)\n"
    "forward = state.ewm(span=10).mean()\n"
    "return forward[::-1].ewm(span=10).mean()[::-1].to_numpy()"
)

ELEVEN: dict[str, Callable[[], Seeded]] = {
    "shift(-1)": _of_numbers("return pd.Series(values).shift(-1).to_numpy()"),
    "centred window": _of_numbers(
        "return pd.Series(values).rolling(5, center=True).mean().to_numpy()"
    ),
    "full-sample z-score": _of_numbers("return (values - np.nanmean(values)) / np.nanstd(values)"),
    "bar-open resample": _of_numbers(_RESAMPLED),
    "backfill": _of_numbers(
        "return pd.Series(values).where(np.arange(len(values)) % 3 == 0).bfill().to_numpy()"
    ),
    "scaler fitted on all": _of_numbers(_SCALED),
    "label among features": _label_among_features,
    "same-bar fill": _same_bar_fill,
    "unfinished higher bar": _unfinished_week,
    "smoothed regime": _of_numbers(_SMOOTHED),
    "universe by today's volume": _universe_by_todays_volume,
}
