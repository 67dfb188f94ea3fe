"""ISO 8601 dates and times in bytes, as microseconds since 1970-01-01 UTC."""

from __future__ import annotations

import numpy as np
from numba import njit

DATE, LOCAL_DATE, BAD_DATE = 1, 6, 5
"""A time with its offset from UTC, one without, and a text that is none."""


@njit(cache=True, nogil=True)
def _number(data, a, b):  # type: ignore[no-untyped-def]
    """The digits of data[a:b] as a number, -1 where one is no digit."""
    value = np.int64(0)
    for i in range(a, b):
        digit = np.int64(data[i]) - 48
        if digit < 0 or digit > 9:
            return np.int64(-1)
        value = value * 10 + digit
    return np.int64(value)


@njit(cache=True, nogil=True)
def _days(year, month, day):  # type: ignore[no-untyped-def]
    """Days since 1970-01-01 in the proleptic Gregorian calendar; years counted from March."""
    if month <= 2:
        year -= 1
        month += 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 719469


@njit(cache=True, nogil=True)
def _month_length(year, month):  # type: ignore[no-untyped-def]
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@njit(cache=True, nogil=True)
def _offset(data, a, b):  # type: ignore[no-untyped-def]
    """Seconds east of UTC of ``Z``, ``+hh``, ``+hhmm`` or ``+hh:mm``; -1e9 where it is none of these."""
    if b - a == 1 and (data[a] == 90 or data[a] == 122):
        return 0
    if data[a] != 43 and data[a] != 45:
        return -1_000_000_000
    hours, minutes = _number(data, a + 1, min(a + 3, b)), np.int64(0)
    if b - a == 6 and data[a + 3] == 58:
        minutes = _number(data, a + 4, b)
    elif b - a == 5:
        minutes = _number(data, a + 3, b)
    elif b - a != 3:
        return -1_000_000_000
    if hours < 0 or hours > 18 or minutes < 0 or minutes > 59:
        return -1_000_000_000
    seconds = hours * 3600 + minutes * 60
    return seconds if data[a] == 43 else -seconds


@njit(cache=True, nogil=True)
def iso_date(data, a, b):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """(kind, microseconds) of an ISO 8601 date and time in data[a:b]."""
    if b - a < 10 or data[a + 4] != 45 or data[a + 7] != 45:
        return BAD_DATE, np.int64(0)
    year, month, day = _number(data, a, a + 4), _number(data, a + 5, a + 7), _number(data, a + 8, a + 10)
    if year < 1 or month < 1 or month > 12 or day < 1 or day > _month_length(year, month):
        return BAD_DATE, np.int64(0)
    time = _days(year, month, day) * 86_400_000_000
    if b - a == 10:
        return LOCAL_DATE, time
    if b - a < 16 or (data[a + 10] != 84 and data[a + 10] != 116 and data[a + 10] != 32) or data[a + 13] != 58:
        return BAD_DATE, np.int64(0)
    hour, minute, second = _number(data, a + 11, a + 13), _number(data, a + 14, a + 16), np.int64(0)
    rest = a + 16
    if rest + 3 <= b and data[rest] == 58:
        second = _number(data, rest + 1, rest + 3)
        rest += 3
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 60:
        return BAD_DATE, np.int64(0)
    time += (hour * 3600 + minute * 60 + second) * 1_000_000
    if rest + 1 < b and (data[rest] == 46 or data[rest] == 44):
        rest += 1
        unit = 100_000
        while rest < b and data[rest] >= 48 and data[rest] <= 57:
            time += (np.int64(data[rest]) - 48) * unit
            unit //= 10
            rest += 1
    if rest == b:
        return LOCAL_DATE, time
    east = _offset(data, rest, b)
    if east == -1_000_000_000:
        return BAD_DATE, np.int64(0)
    return DATE, time - np.int64(east) * 1_000_000
