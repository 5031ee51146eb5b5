"""TA-Lib's functions as nodes: the values of other people's runs, and every input in its place."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import talib
import talib.abstract

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT, NodeType
from alphintra_desktop.ir import formulas, ops
from alphintra_desktop.ir.ops import Expr, NamedInt, named
from alphintra_desktop.nodes.catalog import catalog
from alphintra_desktop.nodes.talib_help import CURATED
from alphintra_desktop.nodes.talib_nodes import talib_node_types
from alphintra_desktop.nodes.talib_settings import AVERAGES
from tests.shared_files import shared

Floats = npt.NDArray[np.float64]

BARS = ops.Dataset("sample", ("AAPL",))
SERIES = ("AAPL_1d_raw", "EURUSD_1h_ask")

_TWO_SIDES = {
    ops.Add: np.add,
    ops.Subtract: np.subtract,
    ops.Multiply: np.multiply,
    ops.Divide: np.divide,
}

# Column of the reference: node type, output, params that differ from the defaults.
COLUMNS: dict[str, tuple[str, str, dict[str, Any]]] = {
    **{f"SMA_{n}": ("talib.sma", "value", {"period": n}) for n in (10, 20, 50, 200)},
    **{f"EMA_{n}": ("talib.ema", "value", {"period": n}) for n in (9, 12, 20, 26, 50)},
    "WMA_20": ("talib.wma", "value", {"period": 20}),
    "DEMA_20": ("talib.dema", "value", {"period": 20}),
    "TEMA_20": ("talib.tema", "value", {"period": 20}),
    "TRIMA_20": ("talib.trima", "value", {"period": 20}),
    "KAMA_10": ("talib.kama", "value", {"period": 10}),
    "KAMA_30": ("talib.kama", "value", {"period": 30}),
    "T3_5_0.7": ("talib.t3", "value", {"period": 5, "volume_factor": 0.7}),
    "RSI_14": ("talib.rsi", "value", {}),
    "CMO_14": ("talib.cmo", "value", {}),
    "MOM_10": ("talib.mom", "value", {}),
    "ROC_10": ("talib.roc", "value", {}),
    "ROC_20": ("talib.roc", "value", {"period": 20}),
    "TRIX_15": ("talib.trix", "value", {"period": 15}),
    "TRIX_20": ("talib.trix", "value", {"period": 20}),
    "MACD_12_26_9": ("talib.macd", "macd", {}),
    "MACDsig_12_26_9": ("talib.macd", "signal", {}),
    "MACDhist_12_26_9": ("talib.macd", "histogram", {}),
    "PPO_12_26_ema": ("talib.ppo", "value", {"average": "EMA"}),
    "PPO_12_26_sma": ("talib.ppo", "value", {"average": "SMA"}),
    "APO_12_26_ema": ("talib.apo", "value", {"average": "EMA"}),
    "BBU_20_2": ("talib.bbands", "upper", {}),
    "BBM_20_2": ("talib.bbands", "middle", {}),
    "BBL_20_2": ("talib.bbands", "lower", {}),
    "STDDEV_20_ddof0": ("talib.stddev", "value", {"period": 20}),
    "STDDEV_10_ddof0": ("talib.stddev", "value", {"period": 10}),
    "VAR_20_ddof0": ("talib.var", "value", {"period": 20}),
    "TRANGE": ("talib.trange", "value", {}),
    "ATR_14": ("talib.atr", "value", {}),
    "NATR_14": ("talib.natr", "value", {}),
    "ADX_14": ("talib.adx", "value", {}),
    "ADXR_14": ("talib.adxr", "value", {}),
    "PLUS_DI_14": ("talib.plus_di", "value", {}),
    "MINUS_DI_14": ("talib.minus_di", "value", {}),
    "DX_14": ("talib.dx", "value", {}),
    "STOCH_k_14_3": ("talib.stoch", "k", {"k_period": 14}),
    "STOCH_d_14_3_3": ("talib.stoch", "d", {"k_period": 14}),
    "STOCHF_k_14": ("talib.stochf", "k", {"k_period": 14}),
    "STOCHF_d_14_3": ("talib.stochf", "d", {"k_period": 14}),
    "STOCHRSI_k": ("talib.stochrsi", "k", {"k_period": 14}),
    "STOCHRSI_d": ("talib.stochrsi", "d", {"k_period": 14}),
    "CCI_20": ("talib.cci", "value", {"period": 20}),
    "CCI_14": ("talib.cci", "value", {}),
    "WILLR_14": ("talib.willr", "value", {}),
    "OBV": ("talib.obv", "value", {}),
    "AD": ("talib.ad", "value", {}),
    "ADOSC_3_10": ("talib.adosc", "value", {}),
    "MFI_14": ("talib.mfi", "value", {}),
    "AROON_down_25": ("talib.aroon", "down", {"period": 25}),
    "AROON_up_25": ("talib.aroon", "up", {"period": 25}),
    "AROONOSC_25": ("talib.aroonosc", "value", {"period": 25}),
    "AROON_down_14": ("talib.aroon", "down", {}),
    "AROON_up_14": ("talib.aroon", "up", {}),
    "SAR_0.02_0.2": ("talib.sar", "value", {}),
    "ULTOSC_7_14_28": ("talib.ultosc", "value", {}),
    "LINEARREG_14": ("talib.linearreg", "value", {}),
    "LINEARREG_SLOPE_14": ("talib.linearreg_slope", "value", {}),
    "LINEARREG_20": ("talib.linearreg", "value", {"period": 20}),
    "LINEARREG_SLOPE_20": ("talib.linearreg_slope", "value", {"period": 20}),
    "TSF_14": ("talib.tsf", "value", {}),
    "CORREL_hl_30": ("talib.correl", "value", {}),
    "BETA_hl_5": ("talib.beta", "value", {}),
    "MAX_20": ("talib.max", "value", {"period": 20}),
    "MIN_20": ("talib.min", "value", {"period": 20}),
    "DONCHIAN_U_20": ("channels.donchian_channel", "upper", {}),
    "DONCHIAN_L_20": ("channels.donchian_channel", "lower", {}),
    "DONCHIAN_M_20": ("channels.donchian_channel", "middle", {}),
    "KELTNER_M_20": ("channels.keltner_channel", "middle", {}),
    "KELTNER_U_20_2_atr10": ("channels.keltner_channel", "upper", {}),
    "KELTNER_L_20_2_atr10": ("channels.keltner_channel", "lower", {}),
    "VWAP_session": ("channels.session_vwap", "value", {}),
    "VWAP_cumulative": ("talib.vwap", "value", {}),
}


@cache
def reference(series: str) -> pd.DataFrame:
    return pd.read_parquet(shared(f"reference/indicators/{series}.parquet"))


def build(name: str, **params: Any) -> dict[str, Expr]:
    """The ops of a node's outputs, its numbers wired to the close (or the high and the low)."""
    made = catalog()[name]
    free = {"left": ops.Column(BARS, "high"), "right": ops.Column(BARS, "low")}
    close = ops.Column(BARS, "close")
    wired = [
        BARS if port.type is ops.MarketData else free.get(port.name, close)
        for port in made.inputs.values()
    ]
    values = {name: param.default for name, param in made.params.items()}
    result = made.build(*wired, **{**values, **params})
    ops_of = (result,) if SINGLE_OUTPUT in made.outputs else tuple(result)
    return dict(zip(made.outputs, ops_of, strict=True))


def value(op: Expr, bars: pd.DataFrame) -> Floats:
    """The op on the bars, by calling TA-Lib and NumPy themselves."""
    match op:
        case ops.Column():
            return bars[op.name].to_numpy(float)
        case ops.Constant():
            return np.full(len(bars), op.value)
        case ops.TaLib():
            made = getattr(talib, op.function)(*(value(s, bars) for s in op.series), *op.params)
            output = made[op.output] if isinstance(made, tuple | list) else made
            return np.asarray(output, dtype=float)
        case ops.Rolling():
            assert op.statistic in ("min", "max")
            rolling = pd.Series(value(op.values, bars)).rolling(op.window)
            return getattr(rolling, op.statistic)().to_numpy()
        case ops.SessionVwap():
            times = pd.DatetimeIndex(bars["timestamp"])
            naive = times if times.tz is None else times.tz_convert("UTC").tz_localize(None)
            columns = {
                name: bars[name].to_numpy(float) for name in ("high", "low", "close", "volume")
            }
            stamps = naive.to_numpy().astype("datetime64[ns]")
            return formulas.session_vwap({"timestamp": stamps, **columns})
        case ops.Add() | ops.Subtract() | ops.Multiply() | ops.Divide():
            return _TWO_SIDES[type(op)](value(op.left, bars), value(op.right, bars))
        case _:
            raise AssertionError(op)


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("column", COLUMNS)
def test_that_nodes_give_the_reference_values(column: str, series: str):
    bars = reference(series)
    name, output, params = COLUMNS[column]
    ours = value(build(name, **params)[output], bars)
    np.testing.assert_allclose(ours, bars[column].to_numpy(), rtol=1e-9, atol=0)


@pytest.mark.parametrize("series", SERIES)
def test_that_every_column_of_the_reference_is_compared(series: str):
    raw = {"timestamp", "open", "high", "low", "close", "volume"}
    assert set(reference(series).columns) - raw == set(COLUMNS)


@cache
def random_bars() -> pd.DataFrame:
    random = np.random.default_rng(7)
    close = 100 + np.cumsum(random.normal(size=400))
    open_ = close + random.normal(scale=0.3, size=400)
    high = np.maximum(open_, close) + random.uniform(0, 1, 400)
    low = np.minimum(open_, close) - random.uniform(0, 1, 400)
    volume = random.uniform(1e3, 1e4, 400)
    return pd.DataFrame({"open": open_, "high": high, "low": low, "close": close, "volume": volume})


@pytest.fixture(params=talib_node_types(), ids=lambda made: made.name)
def made(request: pytest.FixtureRequest) -> NodeType:
    return request.param


def by_itself(made: NodeType, bars: pd.DataFrame) -> tuple[Floats, ...]:
    """What TA-Lib's abstract interface gives, which finds the columns by its own metadata."""
    columns = {name: bars[name].to_numpy(float) for name in bars}
    function = talib.abstract.Function(made.tags[1])
    found = function({**columns, "periods": columns["close"]})
    return tuple(np.asarray(f, float) for f in (found if isinstance(found, list) else [found]))


def test_that_every_function_gets_its_inputs_and_params_in_its_own_order(made: NodeType):
    ours = [value(op, random_bars()) for op in build(made.name).values()]
    theirs = by_itself(made, random_bars())
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_that_the_ends_of_every_bound_are_taken_by_the_function(made: NodeType):
    for name, param in made.params.items():
        for end in param.choices or [param.kind(end) for end in (param.low, param.high)]:
            for op in build(made.name, **{**ROOM.get((made.name, name), {}), name: end}).values():
                assert len(value(op, random_bars())) == 400


# Two limits that must not pass each other: one moves aside for the other.
ROOM = {
    ("talib.mavp", "shortest"): {"longest": 100_000},
    ("talib.mavp", "longest"): {"shortest": 2},
}


def test_that_no_function_looks_ahead(made: NodeType):
    for op in build(made.name).values():
        whole = value(op, random_bars())
        for rows in (250, 333, 399):
            np.testing.assert_array_equal(value(op, random_bars()[:rows]), whole[:rows])


def test_that_every_function_of_talib_is_a_node():
    assert {made.tags[1] for made in talib_node_types()} == set(talib.get_functions())


def test_that_the_texts_are_for_functions_that_exist_and_are_in_use():
    assert set(CURATED) <= set(talib.get_functions())
    assert len(CURATED) >= 40
    assert all(
        catalog()[f"talib.{name.lower()}"].title == text.title for name, text in CURATED.items()
    )


def test_that_kinds_of_average_have_talibs_own_numbers():
    assert {name: getattr(talib.MA_Type, name) for name in AVERAGES} == AVERAGES


def test_that_a_period_keeps_the_name_of_its_setting():
    period = named(14, "0000000a", "period")
    op = build("talib.rsi", period=period)["value"]
    assert isinstance(op, ops.TaLib)
    (kept,) = op.params
    assert isinstance(kept, NamedInt)
    assert (kept.node, kept.param) == ("0000000a", "period")


def test_that_swapped_limits_of_a_variable_period_are_refused():
    with pytest.raises(AlphintraError, match="The shortest period, 40, is above the longest, 30"):
        build("talib.mavp", shortest=40)


def test_that_readable_names_of_one_function_do_not_clash(made: NodeType):
    info = talib.abstract.Function(made.tags[1]).info
    assert len(made.params) == len(info["parameters"])
    assert len(made.outputs) == len(info["output_names"])
