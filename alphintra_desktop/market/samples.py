"""The bundled sample data: real prices, in the library as the dataset `sample`.

One dataset holds them all, daily shares and indexes beside hourly EURUSD: a series knows its own
market and timeframe. Sources and licences are in the NOTICES.md beside the files.
"""

from __future__ import annotations

from importlib.resources import as_file, files

from alphintra_desktop.market.catalog import Catalog
from alphintra_desktop.market.file_series import Choices, FileSeries, series_of_file
from alphintra_desktop.market.importing import publish
from alphintra_desktop.market.library import library
from alphintra_desktop.report import Report

SAMPLE_DATASET = "sample"
SAMPLES = {
    "AAPL": "us_equities",
    "MSFT": "us_equities",
    "IBM": "us_equities",
    "GOOG": "us_equities",
    "FB": "us_equities",
    "SPX": "us_equities",
    "IXIC": "us_equities",
    "EURUSD": "fx",
}


def ensure_sample_data() -> None:
    """Import the sample data unless it is there. Two processes may do so at once."""
    there = {version.symbol for version in Catalog(library().catalog).series_of(SAMPLE_DATASET)}
    missing = [symbol for symbol in SAMPLES if symbol not in there]
    if missing:
        found = [(SAMPLES[symbol], _bundled(symbol)) for symbol in missing]
        publish(SAMPLE_DATASET, found, Report())


def _bundled(symbol: str) -> FileSeries:
    folder = files("alphintra_desktop.resources").joinpath("sample_data")
    with as_file(folder.joinpath(f"{symbol}.parquet")) as path:
        return series_of_file(path, Choices(symbol=symbol, bad_rows="refuse"))
