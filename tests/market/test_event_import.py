"""Files of what became known when: read only if they say when that was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.event_import import import_events
from alphintra_desktop.market.event_store import event_tables, load_events
from alphintra_desktop.market.events import as_of, bar_ends
from alphintra_desktop.report import Report
from tests.cli.command_line import assert_clear, here
from tests.market.bar_files import written

SCORES = """known_from,time,symbol,score,headline
2024-03-04T15:05:00Z,2024-03-04T15:00:00Z,AAPL,0.5,"Up, they say"
2024-03-04T16:05:00Z,2024-03-04T16:00:00Z,AAPL,-0.25,Down
2024-03-04T15:10:00Z,2024-03-04T15:00:00Z,MSFT,1,Up
"""


def test_that_scores_are_seen_from_when_they_were_known(tmp_path: Path) -> None:
    imported = import_events(written(tmp_path, SCORES, "scores.csv"), "scores", Report())

    assert imported.table.fields == ("score",)
    assert any("headline" in note for note in imported.notes)
    hours = np.array([f"2024-03-04T{h:02}:00" for h in (14, 15, 16)], dtype="datetime64[ns]")
    ends = bar_ends(hours, "1h", "us_equities")
    seen = as_of(ends, load_events("scores", symbol="AAPL"), "score")
    assert np.isnan(seen[0])
    assert seen[1:].tolist() == [0.5, -0.25]


def test_that_days_without_a_clock_are_known_once_they_are_over(tmp_path: Path) -> None:
    text = "release_date,period,value\n2020-04-29,2020-01-01,-4.8\n2020-07-30,2020-04-01,-32.9\n"
    imported = import_events(written(tmp_path, text, "growth.csv"), "growth", Report())

    events = load_events("growth")
    assert np.datetime_as_string(events.known_from, "m").tolist() == [
        "2020-04-30T06:00",
        "2020-07-31T06:00",
    ]
    assert any("day was over" in note for note in imported.notes)


def test_that_a_file_that_does_not_say_when_it_was_known_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "time,symbol,calls\n2024-03-04T15:00:00Z,AAPL,10\n", "flow.csv")
    with pytest.raises(AlphintraError, match="from when its rows were known"):
        import_events(file, "flow", Report())
    assert event_tables() == ()

    import_events(file, "flow", Report(), known_after_s=90)

    known = load_events("flow").known_from
    assert np.datetime_as_string(known, "s").tolist() == ["2024-03-04T15:01:30"]


def test_that_parquet_is_read_with_times_of_a_zone(tmp_path: Path) -> None:
    moments = pa.array([1709564400], pa.timestamp("s", tz="America/New_York"))
    table = pa.table({"known_from": moments, "score": pa.array([1], pa.int32())})
    pq.write_table(table, tmp_path / "scores.parquet")

    import_events(tmp_path / "scores.parquet", "scores", Report())

    events = load_events("scores")
    assert np.datetime_as_string(events.known_from, "m").tolist() == ["2024-03-04T15:00"]
    assert events.symbols.tolist() == ["all"]


def test_that_of_two_rows_of_one_moment_the_later_stands(tmp_path: Path) -> None:
    text = "known_from,score\n2024-03-04T15:00:00Z,1\n2024-03-04T15:00:00Z,2\n"
    imported = import_events(written(tmp_path, text, "scores.csv"), "scores", Report())
    assert load_events("scores").fields["score"].tolist() == [2.0]
    assert any("1 rows left out" in note for note in imported.notes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "known_from\n2024-03-04\n",
        "known_from,score\nsoon,1\n",
        "known_from,score\n,1\n2024-03-04,2\n",
        "known_from,score\n9999-03-04,1\n",
        "known_from,symbol,score\n2024-03-04,,1\n2024-03-05,AAPL,2\n",
        "known_from,score\n2024-03-04,1,2,3\n",
        "known_from,score\n",
    ],
)
def test_that_what_is_no_table_of_events_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(AlphintraError) as raised:
        import_events(written(tmp_path, text, "scores.csv"), "scores", Report())
    assert raised.value.hint
    assert event_tables() == ()


def test_that_bytes_of_no_file_are_refused(tmp_path: Path) -> None:
    for name in ("scores.csv", "scores.parquet"):
        with pytest.raises(AlphintraError, match="cannot be read"):
            import_events(written(tmp_path, b"\xff\xfe\x00\x01" * 50, name), "scores", Report())
    with pytest.raises(AlphintraError, match="cannot be read"):
        import_events(tmp_path / "none.csv", "scores", Report())


def test_that_events_are_imported_and_listed_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alphintra = here(capsys)
    file = written(tmp_path, SCORES, "scores.csv")
    done = alphintra("data", "import-events", file)
    assert "scores: 3 rows of 2 symbols" in done.out
    assert alphintra("data", "events", "--json").json[0]["symbols"] == ["AAPL", "MSFT"]
    assert "scores.csv" in alphintra("data", "events").out
    refused = alphintra("data", "import-events", tmp_path / "none.csv")
    assert_clear(refused)
