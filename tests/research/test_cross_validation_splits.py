"""Windows and purged splits: equal to other packages, and no label ever on both sides."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.research.splits import (
    Labels,
    Span,
    Windows,
    backtest_paths,
    combinatorial_purged,
    equal_parts,
    folds_of,
    purged_k_fold,
)
from tests.shared_files import shared

COUNT = 1000


def reference() -> dict:
    return json.loads(shared("reference/splits/cv_splits.json").read_text("utf-8"))


def ends_of(folds) -> list[list[int]]:
    """First and last bar of both windows, as the reference has them."""
    pairs = ((fold.in_sample, fold.out_of_sample) for fold in folds)
    return [[a.first, a.end - 1, b.first, b.end - 1] for a, b in pairs]


def labels_of(bars: int, count: int = COUNT) -> Labels:
    """A label on each bar that is known `bars` bars later."""
    return Labels(np.arange(count), np.arange(count) + bars)


# ------------------------------------------------------------------- windows


@pytest.mark.parametrize(
    ("windows", "name"),
    [
        (Windows(170, 166, anchored=True), "sklearn TimeSeriesSplit(5)"),
        (Windows(160, 166, gap=10, anchored=True), "sklearn TimeSeriesSplit(5,gap=10)"),
        (Windows(300, 100, gap=5), "skfolio WalkForward(test=100,train=300,purged=5)"),
    ],
)
def test_that_windows_are_those_of_other_packages(windows, name):
    assert ends_of(folds_of(COUNT, windows)) == reference()[name]


windows = some.builds(
    Windows,
    in_sample=some.integers(20, 90),
    out_of_sample=some.integers(5, 60),
    gap=some.integers(0, 15),
    anchored=some.booleans(),
    warm_up=some.integers(0, 40),
)


@given(windows, some.integers(205, 900))
def test_that_windows_follow_each_other_and_keep_gap_and_warm_up(asked, bars):
    folds = folds_of(bars, asked)
    for fold in folds:
        assert fold.in_sample.first >= asked.warm_up
        assert fold.out_of_sample.first - fold.in_sample.end == asked.gap
        assert len(fold.out_of_sample) == asked.out_of_sample
        if asked.anchored:
            assert fold.in_sample.first == asked.warm_up
        else:
            assert len(fold.in_sample) == asked.in_sample
    for before, after in pairwise(folds):
        assert after.out_of_sample.first == before.out_of_sample.end
    assert 0 <= bars - folds[-1].out_of_sample.end < asked.out_of_sample


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Windows(19, 50), "19 bars in sample are too few to choose by"),
        (Windows(50, 4), "4 bars out of sample are too few to judge by"),
        (Windows(50, 50, gap=-1), "cannot be negative"),
        (Windows(60, 30, gap=5, warm_up=6), "100 bars do not hold one fold: 6 to warm up"),
    ],
)
def test_that_windows_too_short_or_too_long_are_refused_in_a_sentence(wrong, says):
    with pytest.raises(AlphintraError, match=says):
        folds_of(100, wrong)


# ------------------------------------------------------------- cross-validation


def found(split) -> tuple[int, int]:
    return len(split.train), int(split.train.sum())


def test_that_purged_folds_are_those_of_holdout():
    # Its labels are known on ten bars with their own, and its embargo of ten bars is counted from
    # the last test observation: one bar is left of it after the last label's end.
    splits = purged_k_fold(labels_of(9), equal_parts(COUNT, 5), embargo=1)
    expected = reference()["holdout purged_kfold(5, labels of 10 bars, embargo=10)"]
    assert [found(s) for s in splits] == [(e["train_n"], e["train_sum"]) for e in expected]
    assert [[s.test[0], s.test[-1]] for s in splits] == [e["test"] for e in expected]


def test_that_combinatorial_splits_are_those_of_holdout():
    splits = combinatorial_purged(labels_of(9), equal_parts(COUNT, 6), 2, embargo=1)
    name = "holdout combinatorial_purged_cv(6,2, labels of 10 bars, embargo=10)"
    expected = reference()[name]
    assert len(splits) == expected["n_splits"]
    assert len(backtest_paths(6, 2)) == expected["n_paths"]
    assert found(splits[0]) == (expected["first"]["train_n"], expected["first"]["train_sum"])


def test_that_combinatorial_splits_are_those_of_skfolio():
    # It gives the rest of the bars to the last part.
    parts = [Span(166 * n, 166 * n + 166) for n in range(5)] + [Span(830, COUNT)]
    splits = combinatorial_purged(labels_of(5), parts, 2, embargo=10)
    expected = reference()["skfolio CombinatorialPurgedCV(6,2,purged=5,embargo=10)"]
    assert len(splits) == expected["n_splits"]
    assert len(backtest_paths(6, 2)) == expected["n_test_paths"]
    for split, theirs in zip(splits, expected["splits"], strict=True):
        assert found(split) == (theirs["train_n"], theirs["train_sum"])
        tested = [[parts[n].first, parts[n].end - 1] for n in split.tested]
        assert tested == theirs["test"]


@some.composite
def uneven_labels(draw):
    """Starts that may repeat, and labels of very different lengths."""
    count = draw(some.integers(12, 60))
    steps = draw(some.lists(some.integers(0, 3), min_size=count, max_size=count))
    lengths = draw(some.lists(some.integers(0, 6), min_size=count, max_size=count))
    start = np.cumsum(steps)
    return Labels(start, start + np.array(lengths))


@given(uneven_labels(), some.integers(2, 6), some.integers(1, 3), some.integers(0, 5))
def test_that_no_training_label_touches_a_test_label(labels, parts, tested, embargo):
    try:
        splits = combinatorial_purged(
            labels, equal_parts(len(labels.start), parts), min(tested, parts - 1), embargo
        )
    except AlphintraError as refused:
        assert "no label is left" in refused.message  # noqa: PT017 - a right answer as well
        return
    for split in splits:
        assert not set(split.train) & set(split.test)
        for test in split.test:
            before = labels.end[split.train] < labels.start[test]
            after = labels.start[split.train] > labels.end[test] + embargo
            assert (before | after).all()


def test_that_purging_leaves_out_no_more_than_it_must():
    split = purged_k_fold(labels_of(2, 12), equal_parts(12, 3), embargo=1)[1]
    # Labels of 4..7 span 4 to 9: 0 and 1 end before, 11 starts after the embargo on 10.
    assert split.train.tolist() == [0, 1, 11]
    assert split.test.tolist() == [4, 5, 6, 7]


def test_that_labels_may_be_times():
    days = np.datetime64("2020-01-01") + np.arange(30)
    labels = Labels(days, days + np.timedelta64(3, "D"))
    bars = purged_k_fold(labels_of(3, 30), equal_parts(30, 3), 2)
    times = purged_k_fold(labels, equal_parts(30, 3), np.timedelta64(2, "D"))
    assert [s.train.tolist() for s in times] == [s.train.tolist() for s in bars]


@given(some.integers(2, 9), some.integers(1, 8))
def test_that_every_path_tests_every_part_once_and_all_tests_are_used(parts, tested):
    if tested >= parts:
        tested = parts - 1
    paths = backtest_paths(parts, tested)
    splits = combinatorial_purged(labels_of(0, 40), equal_parts(40, parts), tested)
    used = {(int(split), part) for path in paths for part, split in enumerate(path)}
    assert used == {(n, part) for n, split in enumerate(splits) for part in split.tested}
    assert len(used) == paths.size


def test_that_impossible_parts_are_refused_in_a_sentence():
    with pytest.raises(AlphintraError, match="cannot be cut into 1 parts"):
        equal_parts(10, 1)
    with pytest.raises(AlphintraError, match="Of 3 parts, 3 cannot be tested"):
        combinatorial_purged(labels_of(1, 9), equal_parts(9, 3), 3)
    with pytest.raises(AlphintraError, match="Beside part 1 no label is left"):
        purged_k_fold(labels_of(9, 9), equal_parts(9, 3))
    with pytest.raises(ValueError, match="sorted by their starts"):
        Labels(np.array([2, 1]), np.array([3, 3]))
