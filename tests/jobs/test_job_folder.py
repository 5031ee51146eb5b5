"""A job's events: what is written is read, whatever else stands in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.jobs.events import (
    Advanced,
    Cancelled,
    Failed,
    Finished,
    JobEvent,
    JobRow,
    Measured,
    Message,
    Started,
    State,
    after,
    from_line,
    shortened,
    to_line,
)
from alphintra_desktop.jobs.job import (
    Spec,
    Tail,
    append,
    read_events,
    read_spec,
    row_of,
    write_spec,
)
from alphintra_desktop.report import Progress, Report

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
maybe_text = st.none() | st.text()
places = st.builds(Place, maybe_text, maybe_text, st.none() | st.integers())
events: st.SearchStrategy[JobEvent] = st.one_of(
    st.builds(Started, st.text(), st.integers()),
    st.builds(Advanced, st.integers(), st.integers(), st.text(), st.none() | places),
    st.builds(
        Measured,
        st.text(),
        st.floats(allow_nan=False),
        st.none() | places,
        st.none() | st.integers(),
    ),
    st.builds(Message, st.text()),
    st.builds(Finished, plain),
    st.builds(Failed, st.text(), st.text(), st.none() | places, st.text()),
    st.builds(Cancelled),
)
EVERYTHING: list[JobEvent] = [
    Started("backtest", 1),
    Advanced(1, 2, "half"),
    Message("slower way"),
    Finished({"sharpe": 1.0}),
    Failed("no", "do", Place("1f", None, 3), "trace"),
    Cancelled(),
]


@given(events)
def test_that_every_event_is_read_as_it_was_written(event: JobEvent) -> None:
    line = to_line(event)
    assert "\n" not in line
    assert from_line(line) == event
    assert json.loads(line)["time"] == event.time


@given(st.binary() | plain.map(lambda value: json.dumps(value).encode()))
def test_that_what_is_no_event_is_none(line: bytes) -> None:
    assert from_line(line) is None


@given(events, st.data())
def test_that_no_part_of_an_event_is_an_event(event: JobEvent, data: st.DataObject) -> None:
    line = to_line(event)
    assert from_line(line[: data.draw(st.integers(0, len(line) - 1))]) is None


@given(events, st.data())
def test_that_an_event_without_one_of_its_fields_is_none(
    event: JobEvent, data: st.DataObject
) -> None:
    content = json.loads(to_line(event))
    optional = {"place"} if isinstance(event, Advanced | Measured) else set()
    del content[data.draw(st.sampled_from(sorted(content.keys() - optional)))]
    assert from_line(json.dumps(content)) is None


def test_that_progress_written_before_it_had_a_place_is_read() -> None:
    line = '{"event": "Advanced", "done": 1, "total": 2, "doing": "", "time": "2026-01-31"}'
    assert from_line(line) == Advanced(1, 2, time="2026-01-31")


def test_that_a_row_shows_where_the_work_is_and_no_measures() -> None:
    there = Place(node="1f")
    row = after(JobRow(), Advanced(1, 2, "SMA", there))
    assert row.progress == Progress(1, 2, "SMA", there)
    assert after(row, Measured("seconds", 0.5, there)) == row


def test_that_a_place_that_is_none_of_ours_is_left_out() -> None:
    content = {**json.loads(to_line(EVERYTHING[4])), "place": {"galaxy": 1}}
    event = from_line(json.dumps(content))
    assert isinstance(event, Failed)
    assert event.place is None


def test_that_a_half_written_last_line_waits_until_it_is_whole(tmp_path: Path) -> None:
    tail, line = Tail(tmp_path), to_line(Message("second")).encode() + b"\n"
    assert list(tail.new_events()) == []
    append(tmp_path, EVERYTHING[0])
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(line[:10])
        file.flush()
        assert list(tail.new_events()) == [EVERYTHING[0]]
        file.write(line[10:])
    assert [event.text for event in tail.new_events() if isinstance(event, Message)] == ["second"]
    assert list(tail.new_events()) == []


def test_that_an_event_after_half_a_line_is_not_lost(tmp_path: Path) -> None:
    append(tmp_path, EVERYTHING[0])
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(b'{"event": "Advan')
    append(tmp_path, EVERYTHING[5])
    assert read_events(tmp_path) == [EVERYTHING[0], EVERYTHING[5]]


def test_that_a_tail_begins_again_when_the_file_was_cut_off(tmp_path: Path) -> None:
    tail = Tail(tmp_path)
    for event in EVERYTHING[:3]:
        append(tmp_path, event)
    assert len(list(tail.new_events())) == 3
    (tmp_path / "events.jsonl").write_bytes(b"")
    append(tmp_path, EVERYTHING[5])
    assert list(tail.new_events()) == [EVERYTHING[5]]


@given(st.lists(events))
def test_that_a_row_stays_as_its_first_ending_left_it(history: list[JobEvent]) -> None:
    row, endings = JobRow(), []
    for event in history:
        row = after(row, event)
        if isinstance(event, Finished | Failed | Cancelled):
            endings.append(event)
    assert row.ending == (endings[0] if endings else None)
    ended = {Finished: State.DONE, Failed: State.FAILED, Cancelled: State.CANCELLED}
    if row.ending:
        assert row.state is ended[type(row.ending)]
    else:
        begun = any(isinstance(event, Started) for event in history)
        assert row.state is (State.RUNNING if begun else State.WAITING)


def test_that_a_row_shows_progress_and_the_last_message(tmp_path: Path) -> None:
    for event in EVERYTHING[:3]:
        append(tmp_path, event)
    assert row_of(tmp_path) == JobRow(State.RUNNING, Progress(1, 2, "half"), "slower way")


@settings(max_examples=25, deadline=None)
@given(st.text(), st.dictionaries(st.text(), plain), st.none() | st.floats(0.1, 1e6))
def test_that_a_spec_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    task: str,
    arguments: dict[str, object],
    timeout_s: float | None,
) -> None:
    folder = tmp_path_factory.mktemp("job")
    write_spec(folder, Spec(task, arguments, timeout_s))
    assert read_spec(folder) == Spec(task, arguments, timeout_s)
    assert (folder / "artifacts").is_dir()


@pytest.mark.parametrize("content", [b"", b"[]", b'{"task": 1}', b"\xff", b"[" * 100_000])
def test_that_a_bad_spec_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "spec.json").write_bytes(content)
    with pytest.raises(AlphintraError) as caught:
        read_spec(tmp_path)
    assert caught.value.hint


def test_that_a_long_text_loses_its_middle_only() -> None:
    assert shortened("x" * 20_000) == "x" * 20_000
    text = shortened("a" * 50_000 + "b" * 50_000)
    assert len(text) < 20_100
    assert text.startswith("aaa")
    assert text.endswith("bbb")
    assert "80000 characters left out" in text


def test_that_a_report_nobody_listens_to_takes_messages_too() -> None:
    Report().message("hello")
    said: list[str] = []
    Report(say=said.append).message("hello")
    assert said == ["hello"]
