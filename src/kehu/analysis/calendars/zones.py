"""Between instants (UTC) and what the clock on the wall shows, for whole arrays and across changes of the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from kehu.analysis.errors import InputError, Sentence

Instants = npt.NDArray[np.int64]
"""Microseconds since 1970-01-01 UTC."""

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST, _LATEST = -62_135_596_800 * SECOND + 2 * DAY, 253_402_300_800 * SECOND - 2 * DAY


@dataclass(frozen=True, eq=False)
class ZoneClock:
    """The wall clock of a zone over a stretch of time.

    ``changes`` (n,) are the instants at which the offset changes, ``offsets`` (n + 1,) the offsets before, between
    and after them, in microseconds to be added to UTC.
    """

    zone: str
    changes: Instants
    offsets: Instants

    def local(self, instants: Instants) -> Instants:
        """What the wall clock shows, as microseconds since 1970-01-01 00:00 on that clock; same shape as given."""
        found: Instants = instants + self.offsets[np.searchsorted(self.changes, instants, side="right")]
        return found

    def instants(self, local: Instants) -> Instants:
        """The instant of each wall-clock time, never decreasing where the wall-clock times do not decrease.

        A time shown twice (autumn) means its first showing, a time never shown (spring) the moment of the change:
        so intervals that meet on the wall clock meet in UTC, and none overlap.
        """
        after = np.searchsorted(self.changes + self.offsets[:-1], local, side="right")
        found: Instants = local - self.offsets[after]
        if self.changes.size:
            found = np.where(after > 0, np.maximum(found, self.changes[np.maximum(after - 1, 0)]), found)
        return found


def zone_clock(zone: str, first: int, last: int) -> ZoneClock:
    """The wall clock of an IANA zone, right for every instant from ``first`` to ``last`` (microseconds, UTC).

    Raises InputError where the zone is unknown or the stretch leaves the years 1 to 9999.
    """
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            Sentence("%(zone)r is no IANA time zone", zone=zone), remedy=Sentence("Name one such as Asia/Shanghai")
        ) from error
    if first < _EARLIEST or last > _LATEST:
        raise InputError(
            Sentence("a time lies outside the years 1 to 9999"), remedy=Sentence("Correct or leave out such rows")
        )
    days = range(first - DAY, last + 2 * DAY, DAY)
    seen = [_offset(known, day) for day in days]
    places = [i for i in range(1, len(seen)) if seen[i] != seen[i - 1]]
    changes = [_change(known, days[i - 1], days[i]) for i in places]
    return ZoneClock(zone, np.array(changes, np.int64), np.array([seen[0], *(seen[i] for i in places)], np.int64))


def _offset(zone: ZoneInfo, instant: int) -> int:
    moment = (_EPOCH + timedelta(microseconds=instant)).astimezone(zone)
    return int((moment.utcoffset() or timedelta()) / timedelta(microseconds=1))


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first whole second at which the offset is that of ``after``."""
    early, late = before // SECOND, after // SECOND
    old = _offset(zone, before)
    while late - early > 1:
        middle = (early + late) // 2
        early, late = (middle, late) if _offset(zone, middle * SECOND) == old else (early, middle)
    return late * SECOND
