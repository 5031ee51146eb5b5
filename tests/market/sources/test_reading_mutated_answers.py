"""Answers with a part changed or cut off: read, or refused as the protocol says, never a crash."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.market.sources.answers import Answer
from alphintra_desktop.market.sources.faults import Passing, Refused
from alphintra_desktop.market.sources.source import Page, Wanted
from tests.market.sources.fake_vendors import KEY, NAMES, Fake, fake
from tests.market.sources.mutating import ODD, changed, places
from tests.market.sources.vendor_server import Asked


def wanted(vendor: Fake, timeframe: str) -> Wanted:
    first, end, now = (np.datetime64(t, "s") for t in ("2024-02-26", "2024-04-01", "2024-04-02"))
    return Wanted(vendor.symbol, timeframe, first, end, now)


def answer_to(vendor: Fake, asked_for: Wanted, cursor: str) -> str:
    ask = vendor.source.ask(asked_for, cursor)
    use = vendor.source.vendor.key
    params, headers = dict(ask.params), {}
    if use is not None:
        (params if use.place == "query" else headers)[use.name] = use.prefix + KEY
    body = vendor.answer(Asked(ask.path, params, headers)).body
    return body if isinstance(body, str) else body.decode()


def assert_read_or_refused(vendor: Fake, body: str, asked_for: Wanted, cursor: str) -> None:
    try:
        page = vendor.source.read(Answer(200, body.encode()), asked_for, cursor)
    except (Passing, Refused):
        return
    assert isinstance(page, Page)
    assert all(len(values) == len(page.stamps) for values in page.columns.values())
    assert not np.isnat(page.stamps).any()
    assert isinstance(page.next, str)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=150)
@given(data=st.data())
def test_that_a_changed_answer_is_read_or_refused(name: str, data: st.DataObject) -> None:
    vendor = fake(name)
    hourly = bool(vendor.hourly) and data.draw(st.booleans())
    asked_for = wanted(vendor, "1h" if hourly else "1d")
    cursors = {"alphavantage": ["", "SPLITS", "DIVIDENDS"], "polygon": ["", "splits", "dividends"]}
    cursor = "" if hourly else data.draw(st.sampled_from(cursors.get(name, [""])))
    text = answer_to(vendor, asked_for, cursor)
    if name == "stooq":
        cut = data.draw(st.integers(0, len(text)))
        body = text[:cut] + data.draw(st.sampled_from(["", ",,,", "x", '"', "\n1,2"])) + text[cut:]
    else:
        document = json.loads(text)
        path = data.draw(st.sampled_from(places(document)))
        body = json.dumps(changed(document, path, data.draw(ODD)))
    assert_read_or_refused(vendor, body, asked_for, cursor)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(data=st.data())
def test_that_a_part_of_an_answer_is_read_or_refused(name: str, data: st.DataObject) -> None:
    vendor = fake(name)
    asked_for = wanted(vendor, "1d")
    text = answer_to(vendor, asked_for, "")
    body = text[: data.draw(st.integers(0, len(text)))]
    assert_read_or_refused(vendor, body, asked_for, "")
