"""Secrets in one file that a passphrase opens.

1. The passphrase and a random salt make a key by scrypt, which costs memory and time on purpose.
2. AES-GCM with that key and a new random nonce encrypts the secrets, and vouches for the file's
   header too: whoever changes a byte makes it unreadable, not different.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from alphintra_desktop.disk import text_of_file, write_file
from alphintra_desktop.errors import AlphintraError

_FORMAT = "alphintra vault 1"
_COST, _BLOCK, _LANES = 2**17, 8, 1
_MOST_COST = 2**20
_SHORTEST = 8


class Vault:
    """The file. It is read and written whole."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def exists(self) -> bool:
        """Whether there is one to be opened."""
        return self.file.exists()

    def read(self, passphrase: str) -> dict[str, str]:
        """The secrets by name; none if there is no vault yet.

        Raises `AlphintraError` if the passphrase is not the one, or the file is damaged.
        """
        if not self.exists:
            return {}
        head, salt, nonce, closed = _parts(self.file)
        try:
            opened = _cipher(passphrase, salt, int(head["cost"])).decrypt(
                nonce, closed, _canonical(head)
            )
        except _not_opened() as error:
            raise AlphintraError(
                "The vault does not open with that passphrase.",
                hint=f"Try again. If it is lost, delete {self.file} and set the keys anew.",
            ) from error
        return dict(json.loads(opened))

    def write(self, passphrase: str, secrets: Mapping[str, str]) -> None:
        """Keep exactly these secrets, under that passphrase."""
        if len(passphrase) < _SHORTEST:
            raise AlphintraError(
                f"The passphrase of a vault has at least {_SHORTEST} characters.",
                hint="Take a few words that nobody would guess.",
            )
        head = {"format": _FORMAT, "cost": _COST}
        salt, nonce = os.urandom(16), os.urandom(12)
        plain = json.dumps(dict(secrets)).encode()
        closed = _cipher(passphrase, salt, _COST).encrypt(nonce, plain, _canonical(head))
        parts = {"salt": salt, "nonce": nonce, "secrets": closed}
        texts = {name: base64.b64encode(part).decode() for name, part in parts.items()}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        write_file(self.file, json.dumps({**head, **texts}, indent=1) + "\n")
        with suppress(OSError):
            self.file.chmod(0o600)


def _parts(file: Path) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    try:
        told = json.loads(text_of_file(file))
        salt, nonce, closed = (
            base64.b64decode(told[name], validate=True) for name in ("salt", "nonce", "secrets")
        )
        head = {"format": told["format"], "cost": told["cost"]}
        if head["format"] != _FORMAT or not 2**14 <= int(head["cost"]) <= _MOST_COST:
            raise ValueError("another format")
    except (ValueError, KeyError, TypeError) as error:
        raise AlphintraError(
            f"The vault {file.name} is damaged, or was written by another version.",
            hint="Put a backup in its place, or delete it and set the keys anew.",
        ) from error
    return head, salt, nonce, closed


def _canonical(head: Mapping[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _cipher(passphrase: str, salt: bytes, cost: int) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415 - heavy

    made = Scrypt(salt=salt, length=32, n=cost, r=_BLOCK, p=_LANES)
    return AESGCM(made.derive(passphrase.encode()))


def _not_opened() -> tuple[type[Exception], ...]:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - heavy

    return (InvalidTag, ValueError)
