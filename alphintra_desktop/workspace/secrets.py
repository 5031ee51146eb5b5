"""Keys of vendors and services: in the system's keyring, else in a vault, else in memory.

A keyring counts only if it encrypts: some write plain text and say nothing. It is asked in a thread
and given five seconds, because a locked one may wait for a dialog that nobody sees. A key never
goes into a project, a log or an event. A job gets it sealed: encrypted for the processes of this
session, worthless to whoever finds the job's folder.
"""

from __future__ import annotations

import base64
import os
import re
import threading
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.project import home_folder
from alphintra_desktop.workspace.vault import Vault

T = TypeVar("T")

SERVICE = "alphintra-desktop"
VAULT_FILE = "keys.vault"
KEYRING_SECONDS = 5.0
_SESSION = "ALPHINTRA_SESSION_KEY"
# Backends that are known to encrypt. Whatever else may be installed is not trusted with keys.
_ENCRYPTING = (
    *("keyring.backends.SecretService", "keyring.backends.libsecret", "keyring.backends.kwallet"),
    *("keyring.backends.macOS", "keyring.backends.Windows"),
)


class Keyring(Protocol):
    """What we ask of a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, if there is one."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""


class Kept(Enum):
    """Where a key is kept, in words."""

    KEYRING = "in the keyring of this system"
    VAULT = "in the encrypted vault"
    SESSION = "in memory, until this program ends: there is no keyring here that encrypts"


class Secrets:
    """Secrets by name. `keyring` is the system's, if it encrypts, unless another is given."""

    def __init__(
        self,
        folder: Path | None = None,
        keyring: Callable[[], Keyring | None] | None = None,
        limit_s: float = KEYRING_SECONDS,
    ) -> None:
        self._find_keyring = keyring or encrypting_keyring
        self._vault = Vault((folder or home_folder()) / VAULT_FILE)
        self._passphrase = ""
        self._in_vault: dict[str, str] = {}
        self._in_memory: dict[str, str] = {}
        self._limit_s = limit_s
        self._silent = False

    @property
    def is_locked(self) -> bool:
        """Whether there is a vault that was not opened yet."""
        return self._vault.exists and not self._passphrase

    def get(self, name: str) -> str:
        """The secret; empty if there is none, or if it lies in a vault that is locked.

        One in the environment (`ALPHINTRA_KEY_` and the name in capitals) comes first.
        """
        given = os.environ.get(variable_of(name), "") or self._in_memory.get(name, "")
        if given:
            return given
        kept = self._asked(lambda keyring: keyring.get_password(SERVICE, name))
        return kept or self._in_vault.get(name, "")

    def set(self, name: str, secret: str) -> Kept:
        """Keep a secret in the safest place there is, and say which. It replaces an earlier one."""
        secret = _checked(secret)

        def keep(keyring: Keyring) -> bool:
            keyring.set_password(SERVICE, name, secret)
            return keyring.get_password(SERVICE, name) == secret

        if self._asked(keep):
            self._in_memory.pop(name, None)
            return Kept.KEYRING
        if self._passphrase:
            self._change_vault(lambda inside: inside.update({name: secret}))
            return Kept.VAULT
        self._in_memory[name] = secret
        return Kept.SESSION

    def forget(self, name: str) -> None:
        """Remove a secret wherever it is kept. Raises `AlphintraError` while the vault is locked,
        because it may be in there."""

        def remove(keyring: Keyring) -> None:
            if keyring.get_password(SERVICE, name) is not None:
                keyring.delete_password(SERVICE, name)

        self._asked(remove)
        self._in_memory.pop(name, None)
        if self.is_locked:
            raise AlphintraError("The vault is locked.", hint="Open it with its passphrase first.")
        if name in self._in_vault:
            self._change_vault(lambda inside: inside.pop(name, None))

    def open_vault(self, passphrase: str) -> None:
        """Open the vault, or make one. What is kept in memory moves there.

        Raises `AlphintraError` if the passphrase is not the one, or is too short for a new vault.
        """
        inside = self._vault.read(passphrase)
        if self._in_memory or not self._vault.exists:
            inside |= self._in_memory
            self._vault.write(passphrase, inside)
        self._passphrase, self._in_vault, self._in_memory = passphrase, inside, {}

    def _change_vault(self, change: Callable[[dict[str, str]], object]) -> None:
        """Change what is in the vault now, which another window may have changed meanwhile."""
        inside = self._vault.read(self._passphrase)
        change(inside)
        self._vault.write(self._passphrase, inside)
        self._in_vault = inside

    def _asked(self, question: Callable[[Keyring], T]) -> T | None:
        """The keyring's answer; None if there is no keyring, it fails, or it says nothing."""
        if self._silent:
            return None

        def ask() -> T | None:
            keyring = self._find_keyring()
            return None if keyring is None else question(keyring)

        answer, in_time = _within(self._limit_s, ask)
        self._silent = not in_time  # it would not be quicker the next time
        return answer


def variable_of(name: str) -> str:
    """The environment variable that may hold a secret."""
    return "ALPHINTRA_KEY_" + re.sub(r"\W", "_", name).upper()


def encrypting_keyring() -> Keyring | None:
    """The system's keyring, or the first of several, that is known to encrypt."""
    import keyring  # noqa: PLC0415 - looks for all backends there are

    found: Any = keyring.get_keyring()
    for backend in (found, *getattr(found, "backends", ())):
        if type(backend).__module__ in _ENCRYPTING:
            return backend  # type: ignore[no-any-return]
    return None


def _checked(secret: str) -> str:
    plain = secret.strip()
    if not plain or not plain.isprintable() or len(plain) > 4096:
        raise AlphintraError(
            "That cannot be a key.", hint="Copy it again, without line breaks around it."
        )
    return plain


def _within(seconds: float, work: Callable[[], T | None]) -> tuple[T | None, bool]:
    """What `work` gives, or None if it fails; and whether it came to an end in time."""
    answers: list[T | None] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception:  # noqa: BLE001 - a keyring that fails, however it does, is no keyring
            answers.append(None)

    thread = threading.Thread(target=run, daemon=True, name="keyring")
    thread.start()
    thread.join(seconds)
    return (answers[0], True) if answers else (None, False)


# ---------------------------------------------------------------- for jobs


def begin_session() -> None:
    """Let processes that are started from now on open what this one seals."""
    os.environ.setdefault(_SESSION, base64.b64encode(os.urandom(32)).decode())


def sealed(secret: str) -> str:
    """The secret as it may stand in a job's folder: only processes of this session can open it."""
    nonce = os.urandom(12)
    closed = _session_cipher().encrypt(nonce, secret.encode(), SERVICE.encode())
    return base64.b64encode(nonce + closed).decode()


def unsealed(text: str) -> str:
    """The secret again. Raises `AlphintraError` in a process of another session."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - heavy

    try:
        raw = base64.b64decode(text, validate=True)
        return bytes(_session_cipher().decrypt(raw[:12], raw[12:], SERVICE.encode())).decode()
    except (InvalidTag, ValueError) as error:
        raise AlphintraError(
            "The key of this job belongs to a session that has ended.", hint="Start the job anew."
        ) from error


def _session_cipher() -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy

    return AESGCM(base64.b64decode(os.environ.get(_SESSION, "")))
