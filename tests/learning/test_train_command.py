"""Training as a command: models, predictions that a strategy may read, and what is told of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.cli.main import main
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.learning.dataset import dataset_of
from alphintra_desktop.learning.model_files import read_model
from alphintra_desktop.market.event_store import event_tables, load_events
from alphintra_desktop.market.events import as_of, bar_ends
from alphintra_desktop.market.store import load_bars
from tests.learning.test_training_rows import drawn
from tests.research.made_library import import_made_bars

QUICK = ["--first", "200", "--every", "60", "--set-model", "trees=20"]


@pytest.fixture
def graph(library_of_this_test, tmp_path: Path) -> Path:
    import_made_bars(library_of_this_test)
    path = tmp_path / "learn.alphintra"
    path.write_text(graph_to_text(drawn()[0]), encoding="utf-8")
    return path


def asked(graph: Path, *more: str) -> list[str]:
    _, features, label, _ = drawn()
    named = [f"--feature={name}={node}" for name, node in features.items()]
    return ["train", str(graph), *named, "--label", label, "--name", "up", *QUICK, *more]


def trained(graph: Path, capsys, *more: str) -> dict:
    assert main(asked(graph, *more, "--json")) == 0
    return json.loads(capsys.readouterr().out)


def test_that_predictions_can_be_read_from_the_close_of_their_bar_on_and_not_before(graph, capsys):
    found = trained(graph, capsys)
    kept = pd.read_parquet(Path(found["folder"]) / "predictions.parquet")
    events = load_events("model.up", symbol="AA")
    loaded = load_bars("made", ("AA",), "1d")
    stamps = loaded.bars.timestamps
    seen = as_of(bar_ends(stamps, "1d", loaded.market), events, "prediction")
    mine = kept[kept["symbol"] == "AA"].set_index("timestamp")["prediction"]
    places = np.searchsorted(stamps, mine.index.to_numpy())
    np.testing.assert_array_equal(seen[places], mine.to_numpy())
    before = as_of(bar_ends(stamps, "1d", loaded.market) - np.timedelta64(1, "s"), events, FIELD)
    assert (before[places[1:]] == mine.to_numpy()[:-1]).all()  # that of the bar before
    assert np.isnan(seen[: places[0]]).all()


FIELD = "prediction"


def test_that_the_kept_model_predicts_from_the_kept_code(graph, capsys):
    found = trained(graph, capsys)
    model, config = read_model(Path(found["folder"]) / "model")
    drawing, features, label, _ = drawn()
    loaded = load_bars("made", ("AA", "BB"), "1d")
    _, rows = dataset_of(drawing, features, label, loaded)
    assert np.isfinite(model.predict(rows.features)).all()
    assert config["features"] == {name: f"{node}" for name, node in features.items()}
    assert config["data_hashes"] == dict(loaded.sha256)
    compile((Path(found["folder"]) / "features.py").read_text(), "features", "exec")
    card = (Path(found["folder"]) / "model" / "card.md").read_text()
    assert "had not seen its bar" in card
    assert "| rsi |" in card


def test_that_training_again_gives_the_same_and_no_new_version(graph, capsys):
    first, again = trained(graph, capsys), trained(graph, capsys)
    files = [Path(one["folder"]) / "predictions.parquet" for one in (first, again)]
    pd.testing.assert_frame_equal(*(pd.read_parquet(file) for file in files))
    assert first["scores"] == again["scores"]
    assert [table.rows for table in event_tables() if table.name == "model.up"] == [
        first["predictions"]
    ]


def test_that_a_random_walk_is_said_to_show_nothing(graph, capsys):
    assert main(asked(graph, "--folds", "4", "--tested", "2")) == 0
    told = capsys.readouterr().out
    assert "nothing was shown to be foretold" in told
    assert "over 6 splits" in told
    assert "Area under the ROC curve" in told


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--model", "oracle"], "no model 'oracle'"),
        (["--set-model", "trees"], "does not say what a setting"),
        (["--set-model", "trees=1"], "from 10 to 2000"),
        (["--first", "50"], "would learn from"),
        (["--first", "5000"], "No bar is left to predict"),
        (["--feature", "x=nowhere"], "nowhere"),
    ],
)
def test_that_what_cannot_be_trained_is_said_and_leaves_nothing(graph, more, said, capsys):
    command = asked(graph, *more)
    assert main(command) == 1
    assert said in capsys.readouterr().err
    assert not [table for table in event_tables() if table.name == "model.up"]
    home = graph.parent
    assert not list(home.rglob("config.json"))


def test_that_all_models_are_listed_with_their_settings(capsys):
    assert main(["models"]) == 0
    assert "trees = 200 (10 to 2000)" in capsys.readouterr().out
    assert main(["models", "--json"]) == 0
    assert {"lightgbm", "linear"} <= {one["name"] for one in json.loads(capsys.readouterr().out)}
