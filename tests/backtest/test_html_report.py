from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alphintra_desktop.backtest.html_report import graph_from_report, html_report
from alphintra_desktop.backtest.luck import chance, luck
from alphintra_desktop.backtest.result import BacktestResult, Finding, Severity
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.ledger import Tried
from alphintra_desktop.simulation.metrics import METRICS
from tests.backtest.html_outline import Element, outline
from tests.backtest.made_results import Held, bars_at, healthy_result, made_bars, made_result

SECTIONS = (
    "Findings",
    "At a glance",
    "Skill or luck",
    "Equity and drawdown",
    "Monthly returns",
    "Years",
    "Trades on price",
    "Distribution of returns",
    "Worst drawdowns",
    "Trades",
    "All metrics",
    "Costs",
    "Where this comes from",
)
HOSTILE = "</script></style><img src=x onerror=alert(1)>\"'&amp;<!--"


def _page(result: BacktestResult, graph_text: str = "{}", code: str = "pass") -> Element:
    return outline(html_report(result, graph_text=graph_text, code=code))


@pytest.fixture(scope="module")
def healthy() -> BacktestResult:
    return healthy_result()


def test_that_a_report_is_well_formed_and_holds_every_section(healthy: BacktestResult) -> None:
    page = _page(healthy)
    assert tuple(heading.text for heading in page.all("h2")) == SECTIONS
    assert [heading.text for heading in page.all("h1")] == ["Made by hand"]
    ids = [element.attributes["id"] for element in page.all("") if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    links = [link.attributes["href"] for link in page.all("a")]
    assert all(page.by_id(str(link)[1:]).tag == "section" for link in links)


def test_that_every_table_has_a_caption_and_rows_as_wide_as_its_head(
    healthy: BacktestResult,
) -> None:
    tables = _page(healthy).all("table")
    assert len(tables) == 7
    for table in tables:
        assert table.children[0].tag == "caption"
        wide = {len(row.children) for row in table.all("tr")}
        assert len(wide) == 1


def test_that_the_heading_says_symbols_period_and_the_engine_with_its_reason(
    healthy: BacktestResult,
) -> None:
    facts = _page(healthy).all("dl")[0].text
    assert "SYM0" in facts
    assert "2004-01-01 to 2007-11-12, 1,008 bars" in facts
    assert "event: it was asked for" in facts


def test_that_marks_are_shown_in_a_banner_and_only_then(healthy: BacktestResult) -> None:
    assert not _page(healthy).all("aside")
    marked = replace(healthy, marks=("Orders fill at the same close.",))
    (banner,) = _page(marked).all("aside")
    assert "Orders fill at the same close." in banner.text


def test_that_findings_come_worst_first_with_what_to_do(healthy: BacktestResult) -> None:
    found = (
        Finding("b", Severity.INFO, "Second."),
        Finding("a", Severity.ERROR, "First.", "Do this."),
    )
    items = _page(replace(healthy, findings=found)).by_id("findings").all("li")
    assert [item.attributes["class"] for item in items] == ["error", "info"]
    assert items[0].text == "ErrorFirst.Do this."


def test_that_every_metric_is_listed_with_its_meaning(healthy: BacktestResult) -> None:
    rows = _page(healthy).by_id("metrics").all("tr")[1:]
    assert [row.children[0].text for row in rows] == [metric.title for metric in METRICS]
    helps = [row.all("span")[0].attributes["data-help"] for row in rows]
    assert helps == [metric.help for metric in METRICS]


def test_that_a_report_asks_for_nothing_from_outside(healthy: BacktestResult) -> None:
    text = html_report(healthy, graph_text="{}", code="pass")
    page = outline(text)
    for element in page.all(""):
        for name, value in element.attributes.items():
            if name in {"src", "href", "data", "action", "poster", "srcset"}:
                assert value is not None
                assert value.startswith(("#", "data:"))
    assert not re.search(r"url\(|@import|@font-face|fetch\(|XMLHttp|import\(", text)
    policy = page.all("meta")[1].attributes["content"]
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_that_the_policy_lets_just_the_report_s_own_script_run(healthy: BacktestResult) -> None:
    page = _page(healthy)
    (script,) = [s for s in page.all("script") if "type" not in s.attributes]
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in str(page.all("meta")[1].attributes["content"])


def test_that_hostile_names_symbols_code_and_manifests_stay_text(healthy: BacktestResult) -> None:
    bars = replace(healthy.bars, symbols=(HOSTILE,))
    trades = healthy.trades.assign(symbol=HOSTILE, exit_reason=HOSTILE)
    hostile = replace(
        healthy,
        name=HOSTILE,
        run=HOSTILE,
        engine=HOSTILE,
        engine_reason=HOSTILE,
        bars=bars,
        trades=trades,
        marks=(HOSTILE,),
        findings=(Finding(HOSTILE, Severity.ERROR, HOSTILE, HOSTILE),),
        manifest={HOSTILE: {HOSTILE: HOSTILE}},
    )
    page = _page(hostile, HOSTILE, HOSTILE)
    plain = _page(healthy, "{}", "pass")
    assert page.all("h1")[0].text == HOSTILE
    assert page.all("pre")[0].text == "\n" + HOSTILE
    assert not page.all("img")
    assert not [name for e in page.all("") for name in e.attributes if name.startswith("on")]
    assert len(page.all("script")) == len(plain.all("script"))
    assert len(page.all("style")) == 1


@example(HOSTILE)
@example('<script type="application/json" id="alphintra-graph">"other"</script>')
@example("\r\n\r\x00\x0b\u2028\u2029\ufeff\\u003c")
@example('{"name": "Zürich — 東京 \U0001f600"}')
@settings(max_examples=60, deadline=None)
@given(st.text())
def test_that_a_report_gives_the_graph_back_to_the_byte(text: str) -> None:
    result = replace(SMALL, name=text, engine_reason=text)
    report = html_report(result, graph_text=text, code=text)
    assert graph_from_report(report) == text
    outline(report)


SMALL = made_result(made_bars(np.array([1.0, 2.0, 4.0])), [Held(1, 2)])


def test_that_the_graph_survives_a_file_and_its_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html_report(SMALL, graph_text='{\r\n"a": 1}\n', code=""), encoding="utf-8")
    assert graph_from_report(file.read_text(encoding="utf-8")) == '{\r\n"a": 1}\n'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html></html>",
        '<script type="application/json" id="alphintra-graph">{"not": "text"}</script>',
        '<script type="application/json" id="alphintra-graph">"cut off',
        '<script type="application/json" id="alphintra-graph">"cut off</script>',
    ],
)
def test_that_a_page_without_a_graph_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(AlphintraError) as refused:
        graph_from_report(text)
    assert "no Alphintra graph" in refused.value.message
    assert "alphintra backtest" in refused.value.hint


def test_that_a_run_without_trades_still_makes_a_readable_report() -> None:
    page = _page(made_result(made_bars(np.linspace(10.0, 20.0, 300)), []))
    assert tuple(heading.text for heading in page.all("h2")) == SECTIONS
    assert page.by_id("trades").all("p")[0].text == "No trades."
    assert "nan" not in page.by_id("costs").text.lower()


def test_that_a_single_bar_makes_a_report() -> None:
    assert _page(made_result(made_bars(np.array([5.0])), [])).all("h1")


def test_that_a_ruined_account_makes_a_report() -> None:
    close = np.array([10.0, 10.0, 30.0, 20.0, 20.0])
    result = made_result(made_bars(close), [Held(1, None, shares=8_000, side=-1)])
    assert result.equity.min() < 0
    assert _page(result).by_id("drawdowns").all("table")


def test_that_only_the_first_thousand_trades_are_listed_and_all_are_counted() -> None:
    close = 100 + np.arange(3000) % 7
    held = [Held(entry, entry + 1) for entry in range(1, 2998, 2)]
    table = _page(made_result(made_bars(close.astype(float)), held)).by_id("trades").all("table")[0]
    assert table.children[0].text == "1,499 trades, the first 1,000 listed"
    assert len(table.all("tr")) == 1001


def test_that_daily_times_have_no_midnight_and_intraday_times_have_minutes() -> None:
    close = np.linspace(10.0, 20.0, 50)
    daily = _page(made_result(made_bars(close), [Held(3, 9)])).by_id("trades").text
    assert "2004-01-06" in daily
    assert "00:00" not in daily
    stamps = np.datetime64("2004-01-05T14:30", "ns") + np.arange(50) * np.timedelta64(5, "m")
    intraday = made_result(bars_at(stamps, close.reshape(-1, 1), ("A",)), [Held(3, 9)])
    assert "2004-01-05 14:45" in _page(intraday).by_id("trades").text


def test_that_of_many_symbols_those_with_most_trades_are_drawn() -> None:
    close = np.tile(np.linspace(10.0, 20.0, 60)[:, None], (1, 40))
    held = [Held(3 + i, 5 + i, column=33) for i in range(0, 30, 3)] + [Held(3, 5, column=21)]
    section = _page(made_result(made_bars(close), held)).by_id("prices")
    names = [figure.attributes["data-name"] for figure in section.all("figure")]
    assert names[:2] == ["SYM33", "SYM21"]
    assert len(names) == 12
    assert "of 40" in section.text


def test_that_twenty_years_of_daily_bars_and_a_million_minutes_stay_small() -> None:
    walk = 100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.01, 1_000_000)))
    held = [Held(entry, entry + 9) for entry in range(1, 5000, 10)]
    days = made_result(made_bars(walk[:5040]), held)
    assert len(html_report(days, graph_text="{}", code="pass").encode()) < 1_500_000
    stamps = np.datetime64("2004-01-05", "ns") + np.arange(len(walk)) * np.timedelta64(1, "m")
    minutes = made_result(bars_at(stamps, walk.reshape(-1, 1), ("A",)), held)
    page = html_report(minutes, graph_text="{}", code="pass")
    assert len(page.encode()) < 1_500_000
    lines = [path for path in outline(page).all("path") if "line" in _classes(path)]
    assert max(str(path.attributes["d"]).count("L") for path in lines) < 2_000


def _classes(element: Element) -> list[str]:
    return str(element.attributes.get("class", "")).split()


def test_that_the_numbers_for_the_script_are_the_curves_themselves() -> None:
    result = healthy_result()
    section = _page(result).by_id("equity")
    numbers = json.loads(section.all("script")[0].text)
    assert [panel["title"] for panel in numbers["panels"]] == ["Equity", "Drawdown", "Exposure"]
    rows = np.cumsum(numbers["rows"])
    equity = numbers["panels"][0]["lines"][1]["values"]
    np.testing.assert_allclose(equity, result.equity[rows], rtol=1e-5)
    days = np.cumsum(numbers["times"]) * numbers["unit"]
    assert (days == result.bars.timestamps.astype("M8[s]").astype(int)[rows]).all()


def test_that_monthly_returns_multiply_to_the_return_of_each_year() -> None:
    rows = _page(healthy_result()).by_id("months").all("tr")[1:]
    assert [row.children[0].text for row in rows] == ["2004", "2005", "2006", "2007"]
    for row in rows:
        cells = [cell.text.replace("−", "-") for cell in row.children[1:]]  # noqa: RUF001
        grown = np.prod([1 + float(cell or 0) / 100 for cell in cells[:-1]])
        assert grown - 1 == pytest.approx(float(cells[-1]) / 100, abs=0.01)


def test_that_the_sharpe_ratio_stands_beside_what_luck_gives(healthy: BacktestResult) -> None:
    found = luck(healthy, Tried(20, (0.01, 0.05)))
    page = outline(html_report(healthy, graph_text="{}", code="pass", luck=found))
    told = page.by_id("headlines").all("a")
    assert [link.attributes["href"] for link in told] == ["#luck"]
    assert f"DSR {chance(found['deflated_sharpe'])}" in told[0].text
    assert "20 trials on this data" in page.by_id("luck").text
    unknown = outline(html_report(healthy, graph_text="{}", code="pass")).by_id("luck")
    assert "were not counted" in unknown.text
