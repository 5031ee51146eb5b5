from __future__ import annotations

import pytest

from alphintra_desktop.backtest.data_findings import data_findings
from alphintra_desktop.ir.ops import Dataset
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.market.store import load_bars


@pytest.fixture
def loaded():
    ensure_sample_data()

    def load(symbol: str, timeframe: str, start: str = ""):
        return load_bars("sample", (symbol,), timeframe, start)

    return load


def codes(data: Dataset, bars) -> list[str]:
    return [finding.code for finding in data_findings(data, bars)]


def test_that_annualising_by_another_market_is_told(loaded):
    data = Dataset("sample", ("EURUSD",), "1h", market="us_equities")
    (finding,) = data_findings(data, loaded("EURUSD", "1h"))
    assert finding.code == "other_market"
    assert "260" in finding.message
    assert "fx" in finding.hint


def test_that_the_right_market_is_no_finding(loaded):
    assert codes(Dataset("sample", ("EURUSD",), "1h", market="fx"), loaded("EURUSD", "1h")) == []


def test_that_a_split_in_raw_prices_is_told_with_its_day(loaded):
    data = Dataset("sample", ("AAPL",), adjusted=False)
    (finding,) = data_findings(data, loaded("AAPL", "1d"))
    assert finding.code == "splits_in_raw_prices"
    assert "2 splits lie in the period (AAPL, 2 for 1 on 2000-06-21)" in finding.message


def test_that_adjusted_prices_and_periods_without_splits_are_no_finding(loaded):
    assert codes(Dataset("sample", ("AAPL",)), loaded("AAPL", "1d")) == []
    later = loaded("AAPL", "1d", "2006-01-03")
    assert codes(Dataset("sample", ("AAPL",), adjusted=False), later) == []
