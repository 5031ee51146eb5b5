"""Local times of an exchange, whose clocks are set forward and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from alphintra_desktop.market.snapshots import Stamps
from alphintra_desktop.market.sources.faults import Unreadable


def zone_called(name: object) -> ZoneInfo:
    """The zone that a vendor names. Raises `Unreadable` if there is none of that name."""
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        raise Unreadable from None


def dates_in(zone: ZoneInfo, moments: Stamps) -> Stamps:
    """(R,): the date that it is in the zone at those UTC moments, as midnights."""
    utc = pa.array(moments.astype("datetime64[us]")).cast(pa.timestamp("us", tz=zone.key))
    local = pc.local_timestamp(utc).to_numpy(zero_copy_only=False)
    return np.asarray(local, dtype="datetime64[D]").astype("datetime64[ns]")


def in_utc(zone: ZoneInfo, local: Iterable[np.datetime64]) -> Stamps:
    """(R,): local times made UTC. An hour that is there twice is taken as its first."""
    moments = [_utc(zone, moment.astype("datetime64[us]").item()) for moment in local]
    return np.array(moments, dtype="datetime64[ns]")


def _utc(zone: ZoneInfo, local: datetime) -> np.datetime64:
    moment = local.replace(tzinfo=zone)
    offset = moment.utcoffset()
    assert offset is not None
    return np.datetime64(local - offset, "ns")
