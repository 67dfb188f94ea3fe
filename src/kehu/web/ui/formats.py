"""Numbers, times and shares as people of each language read them.

Django's own grouping is not used: it groups Chinese digits by four, which no business there does.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kehu.analysis.errors import InputError
from kehu.analysis.errors import said as told

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
NOTHING = "–"
NARROW = "\u202f"


def separators() -> tuple[str, str]:
    """The signs between thousands and before decimals: a narrow space and a comma in Russian."""
    return (NARROW, ",") if (get_language() or "").startswith("ru") else (",", ".")


def number(value: float | None, *, decimals: int = 0) -> str:
    """A number with grouped thousands; a dash where there is none."""
    if value is None or math.isnan(value):
        return NOTHING
    thousands, point = separators()
    plain = f"{value:,.{decimals}f}"
    return plain.translate(str.maketrans(",.", f"{thousands}{point}")).replace("-", "−")


def said(text: str | InputError) -> str:
    """A sentence of the analysis in the reader's language; a text that is none is looked up as it is."""
    return told(text.sentence if isinstance(text, InputError) else text, _, number)


def significant(value: float) -> str:
    """Two or three digits that matter: 0.42, 2.9, 31, 1,204."""
    size = abs(value)
    decimals = 2 if 0 < size < 0.95 else 1 if size < 9.95 and size != round(size) else 0
    return number(value, decimals=decimals)


def share(value: float | None) -> str:
    """A share of one as a percentage: 0.4 %, 7 %, 83 %."""
    if value is None or math.isnan(value):
        return NOTHING
    percent = value * 100
    if 0 < percent < 0.1:
        return _("under %(value)s%%") % {"value": number(0.1, decimals=1)}
    return _("%(value)s%%") % {"value": number(percent, decimals=1 if 0 < percent < 9.95 else 0)}


def duration(seconds: float | None) -> str:
    """A length of time in the one unit that reads best: 42 s, 35 min, 5.2 h, 2.9 d."""
    if seconds is None or math.isnan(seconds):
        return NOTHING
    size, name = duration_unit(seconds)
    return name % {"value": significant(seconds / size)}


def duration_unit(seconds: float) -> tuple[float, str]:
    """The seconds of the unit that a length of time reads best in, and its sentence with ``%(value)s``."""
    size = abs(seconds)
    if size < 90:
        return 1.0, _("%(value)s s")
    if size < 90 * _MINUTE:
        return _MINUTE, _("%(value)s min")
    if size < 36 * _HOUR:
        return _HOUR, _("%(value)s h")
    return _DAY, _("%(value)s d")


def moment(microseconds: int | None, *, time: bool = True) -> str:
    """An instant of a log, microseconds since 1970 in UTC, as date and time."""
    if microseconds is None:
        return NOTHING
    when = datetime.fromtimestamp(microseconds / 1e6, UTC)
    return date_format(when, "DATE_FORMAT") + (f" {when:%H:%M}" if time else "")
