"""Curves of predictions: as scikit-learn draws them, whatever is predicted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics

from alphintra_desktop.learning.curves import (
    binned,
    can_be_told,
    confusion,
    precision_recall,
    roc,
    thinned,
)


def drawn(seed: int, digits: int):
    """Ups, and predictions that know a little of them; few digits give many ties."""
    draw = np.random.default_rng(seed)
    up = draw.random(400) < 0.4
    return up, np.round(draw.normal(0.4 * up, 1.0), digits)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("digits", [0, 1, 9])
def test_that_the_curves_are_those_of_scikit_learn(seed, digits):
    up, prediction = drawn(seed, digits)
    x, y, _ = metrics.roc_curve(up, prediction, drop_intermediate=False)
    curve = roc(up, prediction)
    np.testing.assert_allclose(curve.x, x, atol=1e-12)
    np.testing.assert_allclose(curve.y, y, atol=1e-12)
    assert curve.area == pytest.approx(metrics.roc_auc_score(up, prediction), abs=1e-12)
    precision, recall, _ = metrics.precision_recall_curve(up, prediction)
    curve = precision_recall(up, prediction)
    np.testing.assert_allclose(curve.x[::-1], recall[:-1], atol=1e-12)
    np.testing.assert_allclose(curve.y[::-1], precision[:-1], atol=1e-12)
    assert curve.area == pytest.approx(metrics.average_precision_score(up, prediction), abs=1e-12)
    assert curve.guess == up.mean()


@pytest.mark.parametrize("threshold", [-9.0, -0.5, 0.0, 0.3, 9.0])
def test_that_the_confusion_is_that_of_scikit_learn(threshold):
    up, prediction = drawn(1, 2)
    found, called = confusion(up, prediction, threshold), prediction > threshold
    counts = found.true_down, found.false_up, found.false_down, found.true_up
    assert counts == tuple(metrics.confusion_matrix(up, called).ravel())
    assert found.rows == len(up)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(up, called))
    assert found.recall == pytest.approx(metrics.recall_score(up, called))
    assert found.f1 == pytest.approx(metrics.f1_score(up, called))
    if called.any():
        assert found.precision == pytest.approx(metrics.precision_score(up, called))
    else:
        assert math.isnan(found.precision)


def test_that_bins_hold_equally_many_and_rise_with_what_is_predicted():
    _, prediction = drawn(2, 9)
    bins = binned(prediction, 2.0 * prediction, 10)
    assert [one.rows for one in bins] == [40] * 10
    assert all(one.mean == pytest.approx(2.0 * one.predicted) for one in bins)
    assert [one.mean for one in bins] == sorted(one.mean for one in bins)
    assert bins[3].error > 0
    assert math.isnan(binned(prediction[:1], prediction[:1])[0].error)


def test_that_a_drawn_curve_keeps_its_ends_and_its_area():
    up, prediction = drawn(3, 9)
    whole, few = roc(up, prediction), thinned(roc(up, prediction), 50)
    assert len(few.x) == 50
    assert (few.x[0], few.x[-1], few.area) == (whole.x[0], whole.x[-1], whole.area)
    assert thinned(whole, 5000) is whole


def test_that_ups_alone_tell_nothing():
    up, _ = drawn(3, 9)
    assert can_be_told(up)
    assert not can_be_told(up | True)
    assert not can_be_told(up & False)
