"""How a vendor is reached: where, with which key, how often, and how patiently."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from alphintra_desktop.market.sources.faults import BadKey
from alphintra_desktop.market.sources.retry import Patience
from alphintra_desktop.market.sources.source import Rate, Vendor

FRESH_S = 900.0


@dataclass(frozen=True)
class Access:
    """Settings of one vendor, which may differ from what the vendor declares.

    `silent_s` and `whole_s` are how long an answer may pause and take. A kept answer is taken in
    place of a call until it is `fresh_s` old.
    """

    base_url: str
    rate: Rate
    a_day: int | None = None
    key: str = field(default="", repr=False)
    silent_s: float = 20.0
    whole_s: float = 120.0
    fresh_s: float = FRESH_S
    patience: Patience = field(default_factory=Patience)


def access_to(vendor: Vendor, key: str = "", *, a_day: int | None = None) -> Access:
    """The vendor as it declares itself, at its own address or that of `ALPHINTRA_URL_<NAME>`.

    Raises `BadKey` if it wants a key and there is none.
    """
    if vendor.key is not None and not key:
        raise BadKey(
            f"{vendor.title} wants a key, and none is set.",
            hint=f"Get one at {vendor.key.where}, and set it with"
            f" `alphintra data key {vendor.name}`.",
        )
    if not (key.isascii() and (key.isprintable() or not key)):
        raise BadKey(
            f"The key of {vendor.title} has characters that no key has.",
            hint=f"Copy it again, and set it with `alphintra data key {vendor.name}`.",
        )
    url = os.environ.get(f"ALPHINTRA_URL_{vendor.name.upper()}") or vendor.base_url
    return Access(url, vendor.rate, a_day or vendor.a_day, key)
