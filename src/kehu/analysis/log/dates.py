"""Which way a column writes its times, and the SQL that reads them as UTC.

The guess is made from the values alone and is always shown; day and month are told apart over the whole sample, not
by one value. Reading is DuckDB's own ``strptime``; a value it cannot read is null, and its row is rejected.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.staging import literal

_ENOUGH = 0.5
"""Share of the values that must be of one written form; the rest are rows to reject."""
_ENOUGH_NUMBERS = 0.9
"""The same of bare numbers, which may be anything."""

_ZONE = r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
_CLOCK = (
    rf"(?:,?[ T]+(?P<clock>\d{{1,2}}:\d{{2}}(?::\d{{2}}(?P<fraction>[.,]\d+)?)?)(?P<noon>\s*[AaPp]\.?[Mm]\.?)?{_ZONE})?"
)
_NUMERIC = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<sep>[./-])(?P<second>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}|\d{{2}}){_CLOCK}$"
)
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?P<sep>[./-])(?P<second>\d{{1,2}})(?P=sep)\d{{1,2}}{_CLOCK}$")
_COMPACT = re.compile(rf"(?P<year>(?:19|20)\d{{2}})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:T?\d{{6}}{_ZONE})?$")
_CHINESE = re.compile(r"(?P<year>\d{4}) ?年 ?\d{1,2} ?月 ?\d{1,2} ?[日号]?(?P<rest>.*)$")
_CHINESE_CLOCK = re.compile(
    r"\s*(?:星期.|周.)?\s*(?:(?:上午|下午|凌晨|早上|中午|晚上)?\s*\d{1,2}[::时点](?:\d{1,2}分?)?(?:[::]?\d{1,2}秒?)?)?$"
)
_NAMED_MONTH = re.compile(
    r"(?:[A-Za-z]{3}, )?(?P<lead>\d{1,2}[ /-])?(?P<month>[A-Za-z]{3,9})\.?[ /-](?P<day>\d{1,2}(?:, ?| ))?"
    rf"(?P<year>\d{{4}}|\d{{2}}){_CLOCK}$"
)
_RUSSIAN_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_RUSSIAN = re.compile(
    rf"\d{{1,2}} (?:{'|'.join(_RUSSIAN_MONTHS)}) (?P<year>\d{{4}})(?: ?г\.?)?{_CLOCK}$", re.IGNORECASE
)
_MONTHS = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
_NUMBER = re.compile(r"\d+(?:\.\d+)?$")

OFFSET_PATTERN = r":\d\d([.,]\d+)?( ?[AaPp]\.?[Mm]\.?)? ?(Z|UTC|GMT|[+-]\d\d(:?\d\d)?)$|T\d{6}(Z|[+-]\d\d:?\d\d)$"
"""What a text ends with (for a regular expression) when it carries its own offset from UTC."""


@dataclass(frozen=True)
class DateFormat:
    """How a column writes its times.

    ``shown`` is the form for people (``dd.mm.yyyy HH:MM``); ``style`` one of iso, dmy, mdy, ymd, month, russian,
    chinese, compact, excel, epoch_s, epoch_ms, epoch_us, pattern, native (a type of its own) and instant (a native
    type with a zone); ``patterns`` the strptime patterns tried in order; ``offset`` says whether ``none``, ``all`` or
    ``some`` of the values carry an offset from UTC; ``ambiguous`` that day and month could not be told apart.
    """

    shown: str
    style: str
    patterns: tuple[str, ...] = ()
    offset: str = "none"
    ambiguous: bool = False

    @property
    def numeric(self) -> bool:
        """Whether the values are plain numbers, which other columns hold too."""
        return self.style in {"excel", "epoch_s", "epoch_ms", "epoch_us"}

    @property
    def local(self) -> bool:
        """Whether some value has no zone, so that one has to be named before business time can be counted."""
        return self.style not in {"instant", "epoch_s", "epoch_ms", "epoch_us"} and self.offset != "all"


NATIVE = DateFormat("timestamp", "native")
INSTANT = DateFormat("timestamp with time zone", "instant", offset="all")


def guess_format(values: Sequence[str]) -> DateFormat | None:
    """The form most values share, or None where they are no times. Empty values do not count."""
    texts = [text for value in values if (text := value.strip())]
    if not texts:
        return None
    for style, expression in _EXPRESSIONS.items():
        found = [match for text in texts if (match := expression.match(text))]
        if len(found) >= _ENOUGH * len(texts) and (format_ := _BUILDERS[style](found)) is not None:
            return format_
    return _number_format(texts)


def format_named(name: str) -> DateFormat:
    """The format a person named.

    One of ``dd.mm.yyyy``, ``mm/dd/yyyy``, ``yyyy-mm-dd``, ``excel``, ``epoch_s``, ``epoch_ms`` and the like, or a
    strptime pattern with ``%``. Raises InputError where it is none of these.
    """
    if "%" in name:
        return DateFormat(name, "pattern", (name,), offset="all" if "%z" in name else "none")
    plain = name.strip().lower()
    if plain in _NUMBERS:
        return _NUMBERS[plain]
    order = re.sub(r"(.)\1*", r"\1", re.sub(r"[^dmy年月日]", "", plain.split(" ")[0]))
    order = order.replace("年", "y").replace("月", "m").replace("日", "d")
    sep = next((character for character in plain if character in "./-"), "-")
    if order in {"dmy", "mdy"}:
        long = "yyyy" in plain or "yy" not in plain
        return _numeric_format(order, {sep}, short=True, long=long, noon=True, offset="some")
    if order in {"ymd", "yd", "y"}:
        return DateFormat("yyyy-mm-dd", "iso", offset="some")
    raise InputError(
        Sentence("%(name)r is no date format", name=name),
        remedy=Sentence("Use dd.mm.yyyy, mm/dd/yyyy, yyyy-mm-dd, excel, epoch_s or epoch_ms"),
    )


def named_for(guessed: DateFormat | None, name: str) -> DateFormat | None:
    """The guess, corrected by what a person named: only the order of day and month is taken where the form fits."""
    if guessed is not None and guessed.style in {"native", "instant", "iso", "chinese", "russian", "month"}:
        return guessed
    named = format_named(name)
    if guessed is not None and guessed.style in {"dmy", "mdy"} and named.style in {"dmy", "mdy"}:
        return other_order(guessed) if guessed.style != named.style else replace(guessed, ambiguous=False)
    return named


def other_order(format_: DateFormat) -> DateFormat:
    """The same form with day and month changed over."""
    first, second = ("%d", "%m") if format_.style == "dmy" else ("%m", "%d")
    swap = {"%d": "%m", "%m": "%d"}
    patterns = tuple(re.sub("%[dm]", lambda match: swap[match.group()], pattern) for pattern in format_.patterns)
    style = "mdy" if (first, second) == ("%d", "%m") else "dmy"
    shown = re.sub("(dd|mm)(?=[./-])", lambda match: {"dd": "mm", "mm": "dd"}[match.group()], format_.shown)
    return replace(format_, style=style, patterns=patterns, shown=shown, ambiguous=False)


def utc_sql(format_: DateFormat, column: str, zone: str | None) -> str:
    """An SQL expression giving ``column`` as a TIMESTAMP in UTC, null where it cannot be read.

    Times without an offset are taken as of ``zone``; without one they stay as they stand. Infinite times are null.
    """
    instant = _instant_sql(format_, column, zone)
    if format_.numeric:
        return instant
    # No log is of the first century: such a year had two digits, which a form of four took for all of it.
    sane = "" if format_.style in {"native", "instant", "pattern"} else f" AND year({instant}) > 99"
    return f"CASE WHEN isfinite({instant}){sane} THEN {instant} END"


def _instant_sql(format_: DateFormat, column: str, zone: str | None) -> str:
    if format_.style == "native":
        return _in_zone(f"{column}::TIMESTAMP", zone)
    if format_.style == "instant":
        return f"timezone('UTC', {column})"
    if format_.numeric:
        return _number_sql(format_, f"try_cast({column} AS DOUBLE)", zone)
    text = _plain_text(format_, f"trim({column}::VARCHAR)")
    if format_.offset == "none":
        return _in_zone(_local_sql(format_, text), zone)
    whole = rf"regexp_replace(regexp_replace({text}, ' ?(Z|UTC|GMT)$', '+00:00'), ' ([+-]\d\d)', '\1')"
    carried = _carried_sql(format_, whole)
    if format_.offset == "all":
        return f"timezone('UTC', {carried})"
    local = _in_zone(_local_sql(format_, text), zone)
    return f"CASE WHEN {has_offset_sql(column)} THEN timezone('UTC', {carried}) ELSE {local} END"


def has_offset_sql(column: str) -> str:
    """An SQL condition: the text carries an offset of its own."""
    return f"regexp_matches(trim({column}::VARCHAR), {literal(OFFSET_PATTERN)})"


def _in_zone(local: str, zone: str | None) -> str:
    return local if zone in {None, "UTC"} else f"timezone('UTC', timezone({literal(str(zone))}, {local}))"


def _plain_text(format_: DateFormat, text: str) -> str:
    """The text with Chinese and Russian words turned into what strptime reads."""
    if format_.style == "chinese":
        text = rf"regexp_replace({text}, '\s*(星期.|周.)', '')"
        text = rf"regexp_replace({text}, '[年月]\s*', '-', 'g')"
        text = rf"regexp_replace({text}, '\s*[日号]\s*', ' ')"
        text = rf"regexp_replace({text}, '[点时]|:', ':', 'g')"
        text = rf"regexp_replace({text}, '分(\d)', ':\1')"
        text = rf"regexp_replace({text}, '[分秒]|:$', '', 'g')"
        text = rf"regexp_replace({text}, '(上午|凌晨|早上)\s*(.*)$', '\2 AM')"
        text = rf"trim(regexp_replace({text}, '(下午|晚上|中午)\s*(.*)$', '\2 PM'))"
    if format_.style == "russian":
        for number, month in enumerate(_RUSSIAN_MONTHS, 1):
            text = (
                f"replace({text}, ' {month} ', '.{number:02}.')"
                if number > 1
                else f"replace(lower({text}), ' {month} ', '.01.')"
            )
        text = rf"regexp_replace({text}, ' ?г\.?', '')"
    if any("%p" in pattern for pattern in format_.patterns):
        text = rf"regexp_replace({text}, '\s*([AaPp])\.?([Mm])\.?', ' \1\2')"
    return text


def _local_sql(format_: DateFormat, text: str) -> str:
    if format_.style == "iso":
        fallback = ", ".join(
            literal(pattern) for pattern in ("%Y-%m-%dT%H:%M", "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S,%g")
        )
        return f"coalesce(try_cast({text} AS TIMESTAMP), try_strptime({text}, [{fallback}]))"
    return f"try_strptime({text}, [{', '.join(literal(pattern) for pattern in format_.patterns)}])"


def _carried_sql(format_: DateFormat, text: str) -> str:
    """A TIMESTAMPTZ of texts that carry their offset."""
    if format_.style == "iso":
        fallback = ", ".join(
            literal(pattern) for pattern in ("%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M%z", "%Y-%m-%dT%H:%M:%S,%g%z")
        )
        return f"coalesce(try_cast({text} AS TIMESTAMPTZ), try_strptime({text}, [{fallback}]))"
    patterns = [pattern if pattern.endswith("%z") else pattern + "%z" for pattern in format_.patterns]
    return f"try_strptime({text}, [{', '.join(literal(pattern) for pattern in patterns)}])"


def _number_sql(format_: DateFormat, number: str, zone: str | None) -> str:
    # Excel's serial 25,569 is 1970-01-01; whole milliseconds, since a double of days holds no more.
    milliseconds = {
        "excel": f"round(({number} - 25569) * 86400000)",
        "epoch_s": f"{number} * 1000",
        "epoch_ms": number,
        "epoch_us": f"{number} / 1000",
    }[format_.style]
    instant = f"make_timestamp(CASE WHEN abs({milliseconds}) < 2.5e14 THEN round({milliseconds} * 1000)::BIGINT END)"
    return _in_zone(instant, zone) if format_.style == "excel" else instant


def _offset(found: Sequence[re.Match[str]]) -> str:
    with_clock = [match for match in found if match.groupdict().get("clock", "")] or list(found)
    carried = sum(1 for match in with_clock if match.groupdict().get("zone"))
    return "none" if carried == 0 else "all" if carried == len(found) else "some"


def _shown_clock(found: Sequence[re.Match[str]]) -> str:
    clocks = Counter(
        ("" if not (clock := match.groupdict().get("clock")) else " HH:MM" + (":SS" if clock.count(":") > 1 else ""))
        + (" AM/PM" if match.groupdict().get("noon") else "")
        for match in found
    )
    return max(clocks, key=lambda text: (clocks[text], text)) + ("" if _offset(found) == "none" else "±HH:MM")


def _iso(found: Sequence[re.Match[str]]) -> DateFormat | None:
    seps = {match["sep"] for match in found}
    if any(match["noon"] for match in found) or "." in seps:
        return DateFormat(
            "yyyy.mm.dd".replace(".", min(seps)) + _shown_clock(found),
            "ymd",
            tuple(f"%Y{sep}%m{sep}%d{clock}" for sep in sorted(seps) for clock in _clocks(noon=True)),
            _offset(found),
        )
    return DateFormat("yyyy-mm-dd".replace("-", min(seps)) + _shown_clock(found), "iso", offset=_offset(found))


def _day_month(found: Sequence[re.Match[str]]) -> DateFormat:
    first = sum(1 for match in found if int(match["first"]) > 12)
    second = sum(1 for match in found if int(match["second"]) > 12)
    seps = {match["sep"] for match in found}
    order = "dmy" if first > second else "mdy" if second > first else "mdy" if "/" in seps else "dmy"
    long = any(len(match["year"]) == 4 for match in found)
    short = any(len(match["year"]) == 2 for match in found)
    noon = any(match["noon"] for match in found)
    format_ = _numeric_format(order, seps, short=short, long=long, noon=noon, offset=_offset(found))
    return replace(format_, shown=format_.shown + _shown_clock(found), ambiguous=first == second)


def _numeric_format(order: str, seps: set[str], *, short: bool, long: bool, noon: bool, offset: str) -> DateFormat:
    days = {"dmy": ("%d", "%m"), "mdy": ("%m", "%d")}[order]
    years = _years(short=short, long=long)
    patterns = tuple(
        f"{days[0]}{sep}{days[1]}{sep}{year}{clock}"
        for year in years
        for sep in sorted(seps)
        for clock in _clocks(noon=noon)
    )
    names = ("dd", "mm") if order == "dmy" else ("mm", "dd")
    return DateFormat(min(seps).join((*names, "yyyy" if long else "yy")), order, patterns, offset)


def _years(*, short: bool, long: bool) -> tuple[str, ...]:
    """Patterns of the year; the short one first, since ``%Y`` takes two digits too, for a year of the first century."""
    return ("%y",) * short + ("%Y",) * long


def _clocks(*, noon: bool) -> list[str]:
    plain = ["", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", ", %H:%M", ", %H:%M:%S", "T%H:%M:%S"]
    return [" %I:%M %p", " %I:%M:%S %p", ", %I:%M %p", ", %I:%M:%S %p", *plain] if noon else plain


def _month_named(found: Sequence[re.Match[str]]) -> DateFormat | None:
    if any(match["month"][:3].lower() not in _MONTHS for match in found):
        return None
    clocks = _clocks(noon=any(match["noon"] for match in found))
    digits = {len(match["year"]) for match in found}
    years = _years(short=2 in digits, long=4 in digits)
    days = ("%d %b {}", "%d-%b-%{}", "%d/%b/%{}", "%d %B {}", "%b %d, {}", "%b %d {}", "%B %d, {}", "%a, %d %b {}")
    patterns = tuple(
        day.replace("%{}", "{}").format(year) + clock for year in years for day in days for clock in clocks
    )
    lead = any(match["lead"] for match in found)
    return DateFormat(
        ("d mmm yyyy" if lead else "mmm d, yyyy") + _shown_clock(found), "month", patterns, _offset(found)
    )


def _chinese(found: Sequence[re.Match[str]]) -> DateFormat | None:
    if not all(_CHINESE_CLOCK.match(match["rest"]) for match in found):
        return None
    clocks = ("", " %H:%M", " %H:%M:%S", " %H", " %I:%M %p", " %I:%M:%S %p", " %H:%M %p", " %H:%M:%S %p")
    timed = any(match["rest"].strip() for match in found)
    return DateFormat(
        "yyyy年m月d日" + (" HH:MM" if timed else ""), "chinese", tuple(f"%Y-%m-%d{clock}" for clock in clocks)
    )


def _russian(found: Sequence[re.Match[str]]) -> DateFormat:
    return DateFormat(
        "d mmmm yyyy" + _shown_clock(found),
        "russian",
        tuple(f"%d.%m.%Y{c}" for c in _clocks(noon=False)),
        _offset(found),
    )


def _compact(found: Sequence[re.Match[str]]) -> DateFormat:
    patterns = ("%Y%m%d%H%M%S", "%Y%m%dT%H%M%S", "%Y%m%d")
    timed = any(len(match.group()) > 8 for match in found)
    return DateFormat("yyyymmdd" + ("HHMMSS" if timed else ""), "compact", patterns, _offset(found))


_EXPRESSIONS = {
    "iso": _YEAR_FIRST,
    "numeric": _NUMERIC,
    "compact": _COMPACT,
    "chinese": _CHINESE,
    "russian": _RUSSIAN,
    "month": _NAMED_MONTH,
}
_BUILDERS: dict[str, Callable[[Sequence[re.Match[str]]], DateFormat | None]] = {
    "iso": _iso,
    "numeric": _day_month,
    "compact": _compact,
    "chinese": _chinese,
    "russian": _russian,
    "month": _month_named,
}
_NUMBERS = {
    "excel": DateFormat("Excel serial number", "excel"),
    "epoch_s": DateFormat("seconds since 1970", "epoch_s", offset="all"),
    "epoch_ms": DateFormat("milliseconds since 1970", "epoch_ms", offset="all"),
    "epoch_us": DateFormat("microseconds since 1970", "epoch_us", offset="all"),
}
_RANGES = {
    "excel": (20_000.0, 80_000.0),
    "epoch_s": (3e8, 4.2e9),
    "epoch_ms": (3e11, 4.2e12),
    "epoch_us": (3e14, 4.2e15),
}


def _number_format(texts: Sequence[str]) -> DateFormat | None:
    numbers = [float(text) for text in texts if _NUMBER.match(text)]
    if len(numbers) < _ENOUGH_NUMBERS * len(texts):
        return None
    for style, (low, high) in _RANGES.items():
        if sum(low <= number <= high for number in numbers) >= _ENOUGH_NUMBERS * len(texts):
            return _NUMBERS[style]
    return None
