"""Every model finds a planted signal, none finds one where there is none, and files are safe."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.learning.cross_validation import cross_validated
from alphintra_desktop.learning.model_files import CONFIG, SKOPS, read_model, write_model
from alphintra_desktop.learning.models import KINDS, model_kind, settings_of
from alphintra_desktop.learning.schedule import Schedule
from alphintra_desktop.learning.training import Asked, final_model, train
from alphintra_desktop.report import Cancelled, Report
from tests.learning.made_rows import made_rows

NAMES = [kind.name for kind in KINDS]
QUICK = {
    "trees": "20", "epochs": "60", "depth": "3",
}  # fmt: skip


def asked(name: str, target: str = "direction", **more) -> Asked:
    kind = model_kind(name)
    quick = {key: value for key, value in QUICK.items() if key in kind.settings}
    schedule = more.pop("schedule", Schedule(400, 250))
    return Asked(kind, settings_of(kind, quick), target, schedule, **more)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", ["direction", "return"])
def test_that_every_model_finds_a_planted_signal(name: str, target: str):
    found = train(made_rows(signal=1.5), asked(name, target), Report())
    assert found.scores["p_value"] < 1e-6
    assert next(iter(found.importance)) == "f0"
    if target == "direction":
        assert found.scores["auc"] > 0.75
        assert found.scores["log_loss"] < found.scores["log_loss_guess"]


@pytest.mark.parametrize("name", NAMES)
def test_that_no_model_does_better_than_chance_where_there_is_nothing(name: str):
    values = [
        train(made_rows(signal=0.0, seed=seed, horizon=1), asked(name), Report()).scores
        for seed in range(4)
    ]
    assert np.mean([one["auc"] for one in values]) == pytest.approx(0.5, abs=0.06)
    assert min(one["p_value"] for one in values) > 0.001


def test_that_overlapping_labels_do_not_make_nothing_look_like_something():
    p_values = []
    for seed in range(30):
        draw = np.random.default_rng(seed)
        rows = made_rows(signal=0.0, seed=seed, bars=700, horizon=20, features=1)
        walk = np.cumsum(draw.normal(size=len(rows)))
        rows.label[:-20] = walk[20:] - walk[:-20]
        rows.features[:, 0] = np.cumsum(draw.normal(size=len(rows)))  # as slow as the labels
        found = train(rows, asked("linear", schedule=Schedule(250, 100)), Report())
        p_values.append(found.scores["p_value"])
    assert np.mean(np.array(p_values) < 0.01) < 0.15


@pytest.mark.parametrize("name", NAMES)
def test_that_the_same_seed_gives_the_same_predictions(name: str):
    first, again = (train(made_rows(), asked(name, seed=3), Report()).prediction for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_that_predictions_before_the_first_model_are_missing():
    rows = made_rows()
    found = train(rows, asked("linear"), Report())
    assert np.isnan(found.prediction[rows.bar < 400]).all()
    assert np.isfinite(found.prediction[rows.bar >= 400]).all()


def test_that_what_comes_later_changes_no_earlier_prediction():
    rows, changed = made_rows(), made_rows()
    changed.features[changed.bar >= 700] += 5.0
    changed.label[(changed.end >= 700)] *= -3.0
    first, other = (
        train(one, asked("random_forest", schedule=Schedule(400, 100)), Report()).prediction
        for one in (rows, changed)
    )
    np.testing.assert_array_equal(first[rows.bar < 700], other[rows.bar < 700])


def test_that_balanced_classes_lift_what_is_rare():
    rows = made_rows(signal=1.0)
    rows.label[:] = np.where(np.isnan(rows.label), np.nan, rows.label - 1.6)
    plain, balanced = (
        train(rows, asked("linear", balanced=flag), Report()).prediction for flag in (False, True)
    )
    assert np.nanmean(balanced) > np.nanmean(plain) + 0.15


def test_that_labels_which_are_all_the_same_are_refused():
    rows = made_rows()
    rows.label[rows.known] = 1.0
    with pytest.raises(AlphintraError, match="are the same"):
        train(rows, asked("linear"), Report())


@pytest.mark.parametrize(("tested", "splits", "paths"), [(1, 6, 1), (2, 15, 5)])
def test_that_cross_validation_tests_every_choice_of_parts(tested, splits, paths):
    found = cross_validated(made_rows(signal=1.5), asked("linear"), 6, tested, Report())
    assert (len(found.splits), len(found.paths)) == (splits, paths)
    assert all(one["rows"] == len(made_rows(signal=1.5).label) - 5 for one in found.paths)
    assert min(one["auc"] for one in found.splits) > 0.7
    assert found.purged > 0


def test_that_cross_validation_sees_nothing_where_labels_overlap_and_there_is_nothing():
    values = []
    for seed in range(12):
        draw = np.random.default_rng(seed)
        rows = made_rows(signal=0.0, seed=seed, bars=700, horizon=20, features=1)
        walk = np.cumsum(draw.normal(size=len(rows)))
        rows.label[:-20] = walk[20:] - walk[:-20]
        rows.features[:, 0] = np.arange(len(rows))  # tells which labels are neighbours
        many = asked("random_forest", schedule=Schedule(250, 100, embargo=20))
        values.append(cross_validated(rows, many, 5, 1, Report()).paths[0]["auc"])
    assert np.mean(values) < 0.6


def test_that_training_can_be_cancelled():
    with pytest.raises(Cancelled):
        train(made_rows(), asked("linear"), Report(cancelled=lambda: True))


@pytest.mark.parametrize(
    ("given", "said"), [({"treez": "3"}, "no setting"), ({"trees": "-1"}, "from 10 to 2000")]
)
def test_that_settings_are_checked(given: dict, said: str):
    with pytest.raises(AlphintraError) as caught:
        settings_of(model_kind("random_forest"), given)
    assert said in f"{caught.value.message} {caught.value.hint}"
    with pytest.raises(AlphintraError, match="no model"):
        model_kind("oracle")


# --------------------------------------------------------------------------------- files


CLASSES = [("linear", "class"), ("xgboost", "class"), ("lightgbm", "class")]


@pytest.mark.parametrize(
    ("name", "target"),
    [*((name, target) for name in NAMES for target in ("direction", "return")), *CLASSES],
)
def test_that_a_model_read_back_predicts_the_same(name: str, target: str, tmp_path: Path):
    rows = made_rows(bars=400)
    made = final_model(rows, asked(name, target))
    write_model(made, {"name": "test"}, tmp_path)
    back, config = read_model(tmp_path)
    assert config["name"] == "test"
    expected = made.predict(rows.features)
    tolerance = 1e-6 if name == "xgboost" else 1e-12  # XGBoost computes in 32 bits
    np.testing.assert_allclose(back.predict(rows.features), expected, rtol=0, atol=tolerance)


def kept(tmp_path: Path, name: str = "random_forest") -> Path:
    return write_model(final_model(made_rows(bars=400), asked(name)), {"name": name}, tmp_path)


def test_that_a_changed_file_is_refused_before_it_is_read(tmp_path: Path):
    path = kept(tmp_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(AlphintraError, match="not the one that was trained"):
        read_model(tmp_path)


class Bomb:
    """What unpickling would run."""

    def __reduce__(self):
        return Path.touch, (Path("/tmp/alphintra-was-here"),)


def renamed(tmp_path: Path, path: Path, content: bytes, name: str) -> None:
    """Put content in place of the model, with a config that vouches for it."""
    import hashlib

    path.unlink()
    (tmp_path / name).write_bytes(content)
    config = json.loads((tmp_path / CONFIG).read_text())
    config |= {"file": name, "sha256": hashlib.sha256(content).hexdigest()}
    (tmp_path / CONFIG).write_text(json.dumps(config))


def test_that_a_pickle_is_never_read(tmp_path: Path):
    for name in ("model.pkl", "../model.skops", "model.joblib"):
        path = kept(tmp_path)
        renamed(tmp_path, path, pickle.dumps(Bomb()), Path(name).name)
        config = json.loads((tmp_path / CONFIG).read_text())
        (tmp_path / CONFIG).write_text(json.dumps({**config, "file": name}))
        with pytest.raises(AlphintraError, match="no format that models are read from"):
            read_model(tmp_path)


def test_that_a_pickle_under_another_name_is_not_run(tmp_path: Path):
    renamed(tmp_path, kept(tmp_path), pickle.dumps(Bomb()), SKOPS)
    with pytest.raises(AlphintraError, match="cannot be read"):
        read_model(tmp_path)
    assert not Path("/tmp/alphintra-was-here").exists()


def test_that_a_skops_file_with_a_foreign_type_is_not_read(tmp_path: Path):
    from skops import io

    foreign = io.dumps({"path": Path("/etc/passwd")})
    renamed(tmp_path, kept(tmp_path), foreign, SKOPS)
    with pytest.raises(AlphintraError, match="no model of ours does"):
        read_model(tmp_path)


def test_that_a_damaged_config_is_told(tmp_path: Path):
    kept(tmp_path)
    (tmp_path / CONFIG).write_text('{"file": 3}')
    with pytest.raises(AlphintraError, match="is damaged"):
        read_model(tmp_path)
