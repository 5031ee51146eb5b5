"""The keys of vendors, as far as a window has to ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alphintra_desktop.workspace.secrets import Kept, Secrets, encrypting_keyring


@dataclass(frozen=True)
class KeyState:
    """How it stands with the key of a vendor, which is to be had at `where`.

    `missing` is whether it has to be asked for; `locked` whether it may lie in a vault that was not
    opened yet, and `keyring` whether this system has one that encrypts.
    """

    vendor: str
    title: str
    where: str = ""
    missing: bool = False
    locked: bool = False
    keyring: bool = True


def key_states(vendors: Sequence[str], held: Secrets) -> tuple[KeyState, ...]:
    """Those of some vendors. May take seconds: a keyring may have to be asked."""
    from alphintra_desktop.market.sources.vendors import source_called  # noqa: PLC0415 - pyarrow

    states = []
    for name in vendors:
        vendor = source_called(name).vendor
        missing = vendor.key is not None and not held.get(name)
        where = vendor.key.where if vendor.key is not None else ""
        has_keyring = not missing or encrypting_keyring() is not None
        states.append(
            KeyState(name, vendor.title, where, missing, missing and held.is_locked, has_keyring)
        )
    return tuple(states)


def keep_key(state: KeyState, key: str, passphrase: str, held: Secrets) -> str:
    """Keep a key that was asked for, or open the vault it lies in, and say in words where it is.

    Raises `AlphintraError` if the passphrase is not the vault's, or it can be no key.
    """
    if passphrase:
        held.open_vault(passphrase)
    if not key.strip():
        return "" if held.get(state.vendor) else f"{state.title} wants a key."
    kept = held.set(state.vendor, key)
    return f"The key of {state.title} is {kept.value}." if kept is not Kept.SESSION else kept.value
