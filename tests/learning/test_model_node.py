"""A model among the nodes: drawn, trained, traded on, and never with what it had seen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.backtest.deciding import inner_values
from alphintra_desktop.backtest.run import backtest, load_data
from alphintra_desktop.cli.main import main
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.learning.from_graph import training_of, trainings_of
from alphintra_desktop.learning.models import KINDS
from alphintra_desktop.learning.task import run_train
from alphintra_desktop.market.event_store import load_events
from alphintra_desktop.nodes import models
from alphintra_desktop.report import Report
from alphintra_desktop.research.causality_check import CheckAsked, check_causality
from alphintra_desktop.research.causality_probe import VerdictMemory
from tests.drawing import Drawing
from tests.research.made_library import import_made_bars


def drawn(period: int = 10, **more):
    """Long where the model says that up is more likely than not."""
    draw = Drawing("Learned")
    data = draw.add("market_data.dataset", dataset="made", symbols="AA, BB")
    close = draw.add("prices.close", bars=data)
    fast = draw.add("talib.sma", "Fast", values=close, period=period)
    far = draw.add("arithmetic.divide", "Distance", left=close, right=fast)
    rsi = draw.add("talib.rsi", "RSI", values=close, period=14)
    label = draw.add("labels.future_return", values=close, bars=3)
    asked = {"name": "mine", "algorithm": "linear", "first": 150, "every": 50, **more}
    model = draw.add("models.model", "Model", bars=data, features=[far, rsi], label=label, **asked)
    half = draw.add("arithmetic.constant", value=0.5)
    up = draw.add("conditions.above", left=model, right=half)
    down = draw.add("conditions.below", left=model, right=half)
    rules = [draw.add("signals.enter_long", when=up), draw.add("signals.exit_long", when=down)]
    draw.add("strategy.strategy", rules=rules)
    return draw.graph


@pytest.fixture(autouse=True)
def made(library_of_this_test):
    import_made_bars(library_of_this_test)


def trained(graph, tmp_path: Path):
    (spec,) = trainings_of(graph)
    return run_train(json.loads(json.dumps(spec.arguments())), tmp_path / "job", Report())


def run(graph):
    code = generate(graph)
    return backtest(code, load_data(code))


def test_that_before_training_a_run_says_so_at_the_node():
    with pytest.raises(AlphintraError, match="'mine' has not been trained yet") as caught:
        run(drawn())
    assert caught.value.place.node == "00000007"
    assert "Train models" in caught.value.hint


def test_that_the_strategy_trades_on_what_was_predicted_and_on_nothing_else(tmp_path):
    graph = drawn()
    trained(graph, tmp_path)
    result = run(graph)
    kept = pd.read_parquet(tmp_path / "job" / "artifacts" / "predictions.parquet")
    first = kept["timestamp"].min()
    assert len(result.trades) > 0
    assert (result.trades["entry_time"] > first).all()
    stamps = list(result.bars.timestamps)
    for trade in result.trades.itertuples():
        own = kept[kept["symbol"] == trade.symbol].set_index("timestamp")["prediction"]
        before = max(time for time in own.index if time < trade.entry_time)
        assert own[before] > 0.5
        assert stamps.index(np.datetime64(trade.entry_time)) > stamps.index(np.datetime64(before))
    assert result.manifest["event_hashes"].keys() == {"model.mine"}


def test_that_a_bar_without_a_prediction_gets_no_older_one(tmp_path):
    graph = drawn()
    trained(graph, tmp_path)
    code = generate(graph)
    loaded = load_data(code)
    events = load_events("model.mine", symbol="AA")
    values = inner_values(code, loaded.bars.adjusted())
    own = next(value for name, value in values.items() if name.startswith("model"))
    known = np.isin(loaded.bars.timestamps.astype("datetime64[D]"), events.times.astype("M8[D]"))
    np.testing.assert_array_equal(np.isfinite(own[:, 0]), known)


def test_that_a_model_that_is_drawn_otherwise_has_to_be_trained_again(tmp_path):
    trained(drawn(), tmp_path)
    changed = drawn(period=12)
    with pytest.raises(AlphintraError, match="has not been trained as it is drawn") as caught:
        run(changed)
    assert caught.value.place.node == "00000007"
    trained(changed, tmp_path / "again")
    assert len(run(changed).trades) > 0


def test_that_training_another_drawing_of_the_same_name_changes_no_result(tmp_path):
    mine, other = drawn(), drawn(algorithm="random_forest", settings="trees=20")
    trained(mine, tmp_path)
    before = run(mine)
    trained(other, tmp_path / "other")
    np.testing.assert_array_equal(run(mine).equity, before.equity)
    assert not np.array_equal(run(other).equity, before.equity)


def test_that_the_node_is_read_as_what_is_to_be_trained():
    graph = drawn(settings="regularization=10", target="return", window=300, balanced=True)
    (spec,) = trainings_of(graph)
    assert spec.features == (("distance", "00000004.value"), ("rsi", "00000005.value"))
    assert spec.label == "00000006.value"
    assert (spec.model, spec.target, spec.window) == ("linear", "return", 300)
    assert spec.settings == {"regularization": "10"}
    assert spec.balanced
    assert len(spec.fingerprint) > 20


def test_that_a_model_without_features_or_label_is_refused_at_its_node():
    graph = drawn()
    for port in ("features", "label"):
        wires = [wire for wire in graph.wires if wire.target == "00000007" and wire.input == port]
        broken = graph.without_wires(wires)
        with pytest.raises(AlphintraError, match=f"no {port} to learn from") as caught:
            training_of(broken, broken.nodes["00000007"])
        assert caught.value.place.node == "00000007"


@pytest.mark.parametrize("name", ["", "a b", "x" * 51, "../up", "a;b"])
def test_that_a_bad_name_is_refused(name: str):
    with pytest.raises(AlphintraError, match="cannot be the name of a model"):
        models.table_of(name)


def test_that_the_node_offers_the_models_that_there_are():
    assert set(models.KINDS) == {kind.name for kind in KINDS}


def test_that_the_command_trains_what_is_drawn(tmp_path, capsys):
    path = tmp_path / "learned.alphintra"
    path.write_text(graph_to_text(drawn()), encoding="utf-8")
    assert main(["train", str(path)]) == 0
    assert "the table 'model.mine'" in capsys.readouterr().out
    assert main(["backtest", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["metrics"]["trades"] > 0
    assert main(["train", str(path), "--label", "RSI"]) == 1
    assert "all three" in capsys.readouterr().err
    assert main(["train", str(path), "--model", "linaer"]) == 1
    assert "--model would change nothing" in capsys.readouterr().err


def test_that_the_label_of_a_model_is_no_node_that_knows_the_future(tmp_path):
    graph = drawn()
    trained(graph, tmp_path)
    code = generate(graph)
    checked = check_causality(
        code.lowered, load_data(code), CheckAsked(), Report(), VerdictMemory()
    )
    assert checked.guilty == ()
    assert "00000006" not in {one.node for one in checked.nodes}
    assert "00000004" in {one.node for one in checked.nodes}
