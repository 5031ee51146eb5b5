"""What a user sets is kept, checked, and never lost to a damaged file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.workspace.settings import (
    BACKUPS,
    FONT_SCALE,
    SETTINGS,
    SNAP,
    THEME,
    Settings,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_that_every_default_is_allowed():
    assert [setting.key for setting in SETTINGS if setting.why_not(setting.default)] == []


def test_that_a_setting_is_there_again_the_next_time(file: Path):
    Settings(file).set(THEME, "dark")
    assert Settings(file).get(THEME) == "dark"


def test_that_only_what_differs_from_the_default_is_written(file: Path):
    settings = Settings(file)
    settings.set(THEME, "dark")
    settings.set(BACKUPS, BACKUPS.default)
    assert json.loads(file.read_text()) == {"appearance.theme": "dark"}


def test_that_a_change_is_announced_once_and_a_repetition_is_not(file: Path):
    settings = Settings(file)
    told: list[str] = []
    settings.changed.subscribe(told.append)
    settings.set(THEME, "dark")
    settings.set(THEME, "dark")
    settings.reset(THEME)
    assert told == [THEME.key, THEME.key]


@pytest.mark.parametrize(
    ("setting", "value"),
    [(THEME, "pink"), (FONT_SCALE, 9.0), (FONT_SCALE, "large"), (SNAP, 1), (BACKUPS, True)],
)
def test_that_a_wrong_value_is_refused_in_words_and_changes_nothing(file, setting, value):
    settings = Settings(file)
    with pytest.raises(AlphintraError, match=setting.title):
        settings.set(setting, value)
    assert settings.get(setting) == setting.default
    assert not file.exists()


def test_that_a_wrong_value_in_the_file_counts_as_the_default(file: Path):
    file.write_text('{"appearance.theme": 3, "files.backups": 7}')
    settings = Settings(file)
    assert settings.get(THEME) == "system"
    assert settings.get(BACKUPS) == 7


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe{}", b""])
def test_that_a_damaged_file_is_told_and_kept_aside(file: Path, content: bytes):
    file.write_bytes(content)
    settings = Settings(file)
    assert settings.trouble is not None
    settings.set(THEME, "dark")
    assert file.with_suffix(".damaged.json").read_bytes() == content
    assert Settings(file).get(THEME) == "dark"


def test_that_what_a_newer_program_wrote_there_is_kept(file: Path):
    file.write_text('{"from.the.future": [1, 2]}')
    Settings(file).set(THEME, "dark")
    assert json.loads(file.read_text())["from.the.future"] == [1, 2]
