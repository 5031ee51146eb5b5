"""Keys are kept where they are safe, or it is said that they are not kept."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.workspace import secrets
from alphintra_desktop.workspace.secrets import Kept, Secrets, sealed, unsealed

CANARY = "canary-8841-key"
WORDS = "correct horse battery"


class InMemory:
    """A keyring that works."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Locked(InMemory):
    """A keyring that waits for a dialog that nobody sees."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        threading.Event().wait()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username)


class Broken(InMemory):
    """A keyring that fails whatever it is asked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("no D-Bus")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError("no D-Bus")


class Forgetful(InMemory):
    """A keyring that says nothing and keeps nothing, as the null backend."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


def nothing_holds(folder: Path, secret: str) -> bool:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return not any(secret.encode() in file.read_bytes() for file in files)


def test_that_a_key_goes_into_a_keyring_that_encrypts(tmp_path: Path) -> None:
    keyring = InMemory()
    kept = Secrets(tmp_path, lambda: keyring).set("tiingo", f" {CANARY}\n")

    assert kept is Kept.KEYRING
    assert Secrets(tmp_path, lambda: keyring).get("tiingo") == CANARY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("keyring", [None, Broken(), Forgetful()])
def test_that_without_a_safe_keyring_a_key_is_kept_for_the_session_and_that_is_said(
    tmp_path: Path, keyring: InMemory | None
) -> None:
    held = Secrets(tmp_path, lambda: keyring)

    kept = held.set("tiingo", CANARY)

    assert kept is Kept.SESSION
    assert "until this program ends" in kept.value
    assert held.get("tiingo") == CANARY
    assert Secrets(tmp_path, lambda: keyring).get("tiingo") == ""
    assert list(tmp_path.iterdir()) == []


def test_that_a_keyring_that_does_not_answer_is_asked_once(tmp_path: Path) -> None:
    keyring = Locked()
    held = Secrets(tmp_path, lambda: keyring, limit_s=0.1)
    began = time.monotonic()

    assert held.get("tiingo") == ""
    assert held.set("tiingo", CANARY) is Kept.SESSION
    assert held.get("tiingo") == CANARY

    assert keyring.asked == 1
    assert time.monotonic() - began < 5


def test_that_a_keyring_gets_five_seconds() -> None:
    assert secrets.KEYRING_SECONDS == 5.0


def test_that_a_keyring_of_plain_text_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends.SecretService import Keyring as Encrypting

    class PlaintextKeyring(InMemory):
        pass

    class Chain:
        backends = (PlaintextKeyring(), Encrypting())

    monkeypatch.setattr(keyring, "get_keyring", PlaintextKeyring)
    assert secrets.encrypting_keyring() is None
    monkeypatch.setattr(keyring, "get_keyring", Chain)
    assert isinstance(secrets.encrypting_keyring(), Encrypting)


def test_that_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPHINTRA_KEY_TIINGO", CANARY)
    held = Secrets(tmp_path, lambda: None)
    held.set("tiingo", "another-key")
    assert held.get("tiingo") == CANARY


def test_that_a_vault_keeps_keys_encrypted_and_moves_in_those_of_the_session(
    tmp_path: Path,
) -> None:
    held = Secrets(tmp_path, lambda: None)
    held.set("tiingo", CANARY)
    held.open_vault(WORDS)
    assert held.set("fred", "second-" + CANARY) is Kept.VAULT

    later = Secrets(tmp_path, lambda: None)
    assert later.is_locked
    assert later.get("tiingo") == ""
    later.open_vault(WORDS)
    assert (later.get("tiingo"), later.get("fred")) == (CANARY, "second-" + CANARY)
    assert nothing_holds(tmp_path, CANARY)
    assert nothing_holds(tmp_path, WORDS)
    if os.name == "posix":
        assert (tmp_path / secrets.VAULT_FILE).stat().st_mode & 0o077 == 0


def test_that_a_wrong_passphrase_opens_nothing_and_changes_nothing(tmp_path: Path) -> None:
    held = Secrets(tmp_path, lambda: None)
    held.set("tiingo", CANARY)
    held.open_vault(WORDS)
    before = (tmp_path / secrets.VAULT_FILE).read_bytes()

    later = Secrets(tmp_path, lambda: None)
    with pytest.raises(AlphintraError, match="does not open"):
        later.open_vault(WORDS + "!")

    assert later.is_locked
    assert (tmp_path / secrets.VAULT_FILE).read_bytes() == before


def test_that_a_short_passphrase_makes_no_vault(tmp_path: Path) -> None:
    held = Secrets(tmp_path, lambda: None)
    with pytest.raises(AlphintraError, match="at least 8"):
        held.open_vault("short")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", range(0, 200, 24))
def test_that_a_vault_with_any_changed_byte_is_not_read(tmp_path: Path, place: int) -> None:
    held = Secrets(tmp_path, lambda: None)
    held.open_vault(WORDS)
    held.set("tiingo", CANARY)
    file = tmp_path / secrets.VAULT_FILE
    text = bytearray(file.read_bytes())
    text[place] ^= 1
    file.write_bytes(text)

    later = Secrets(tmp_path, lambda: None)
    with pytest.raises(AlphintraError):
        later.open_vault(WORDS)


def test_that_a_key_can_be_forgotten(tmp_path: Path) -> None:
    keyring = InMemory()
    held = Secrets(tmp_path, lambda: keyring)
    held.set("tiingo", CANARY)
    held.forget("tiingo")
    held.forget("never_there")
    assert held.get("tiingo") == ""
    assert keyring.kept == {}


def test_that_a_key_in_the_vault_can_be_forgotten(tmp_path: Path) -> None:
    held = Secrets(tmp_path, lambda: None)
    held.open_vault(WORDS)
    held.set("tiingo", CANARY)
    with pytest.raises(AlphintraError, match="locked"):
        Secrets(tmp_path, lambda: None).forget("tiingo")
    held.forget("tiingo")

    later = Secrets(tmp_path, lambda: None)
    later.open_vault(WORDS)
    assert later.get("tiingo") == ""


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "\x00", "x" * 5000])
def test_that_what_cannot_be_a_key_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(AlphintraError, match="cannot be a key"):
        Secrets(tmp_path, InMemory).set("tiingo", text)


OPENING = """
import sys
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.workspace.secrets import unsealed
try:
    print(unsealed(sys.argv[1]))
except AlphintraError as error:
    print(error.message)
"""


def opened_elsewhere(text: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", OPENING, text], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_that_a_sealed_key_opens_in_processes_of_this_session_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ALPHINTRA_SESSION_KEY", raising=False)
    monkeypatch.setenv("ALPHINTRA_SESSION_KEY", "")
    monkeypatch.delenv("ALPHINTRA_SESSION_KEY")
    secrets.begin_session()
    text = sealed(CANARY)

    assert CANARY not in text
    assert unsealed(text) == CANARY
    assert opened_elsewhere(text) == CANARY
    monkeypatch.delenv("ALPHINTRA_SESSION_KEY")
    assert "session that has ended" in opened_elsewhere(text)
    secrets.begin_session()
    assert "session that has ended" in opened_elsewhere(text)
