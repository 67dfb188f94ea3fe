"""The reader's language: sentences from the product's one catalogue, numbers and times as that language writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from kehu.analysis.errors import InputError, Sentence, said

Language: TypeAlias = Literal["en", "zh", "ru"]
LANGUAGES: tuple[Language, ...] = ("en", "zh", "ru")
HTML_LANGUAGE = {"en": "en", "zh": "zh-Hans", "ru": "ru"}
_CATALOGUES = {"zh": "zh_Hans", "ru": "ru"}
_UNITS = {
    "en": ("s", "min", "h", "days"),
    "zh": ("秒", "分钟", "小时", "天"),
    "ru": ("с", "мин", "ч", "дн."),
}
_FIRM = "\u00a0"


_SECONDS = (1, 60, 3600, 86_400)
_BELOW = (90, 5400, 172_800)
"""A time below so many seconds is told in seconds, in minutes, in hours; above, in days."""


@dataclass(frozen=True)
class Words:
    """Says things in one language: ``t("%(n)s cases", n=t.count(7))``.

    English is written in the code; a sentence that the catalogue lacks is shown in English rather than not at all.
    """

    language: Language = "en"
    catalogue: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def __call__(self, message: str, **values: Any) -> str:
        """The sentence in this language, its named placeholders filled."""
        found = self.catalogue.get(message, ("",))[0] or message
        said = found % values if values else found
        return said.replace("дн..", "дн.") if self.language == "ru" else said

    def said(self, text: str) -> str:
        """A sentence of the analysis in this language; a text that is none as it is."""
        return said(text, self, self.count)

    def plural(self, one: str, many: str, number: int, **values: Any) -> str:
        """The sentence in the form that ``number`` asks for; ``%(n)s`` is the number, written out."""
        forms = self.catalogue.get(one, ())
        index = _form(self.language, number)
        text = forms[index] if index < len(forms) and forms[index] else (one if number == 1 else many)
        return text % {"n": self.count(number), **values}

    def count(self, number: float) -> str:
        """A whole number with its thousands apart."""
        return f"{round(number):,}".replace(",", _FIRM if self.language == "ru" else ",")

    def decimal(self, number: float, digits: int = 1) -> str:
        """A number with a fixed count of decimals."""
        text = f"{number:,.{digits}f}"
        if self.language == "ru":
            return text.replace(",", _FIRM).replace(".", ",")
        return text

    def percent(self, share: float) -> str:
        """A share (0-1) in per cent: a decimal below 10 %, and never 0 % or 100 % for what is only nearly so."""
        value = 100 * share
        if 0 < value < 0.1:
            return "<" + self._percent(0.1, 1)
        if 99.9 < value < 100:
            return ">" + self._percent(99.9, 1)
        return self._percent(value, 0 if value == 0 or 10 <= value <= 99 or value == 100 else 1)

    def time(self, seconds: float) -> str:
        """A duration in the unit a person would choose; three figures that count at most."""
        unit = _unit(seconds)
        return f"{self._amount(seconds, unit)}{_FIRM}{_UNITS[self.language][unit]}"

    def interval(self, low: float, high: float) -> str:
        """Two durations as a range, in the unit of the longer one."""
        unit = _unit(high)
        return f"{self._amount(low, unit)}–{self._amount(high, unit)}{_FIRM}{_UNITS[self.language][unit]}"

    def percent_interval(self, low: float, high: float) -> str:
        """Two shares (0-1) as a range."""
        left, right = self.percent(low), self.percent(high)
        return f"{left.removesuffix('%').rstrip(_FIRM)}–{right}"

    def _amount(self, seconds: float, unit: int) -> str:
        value = seconds / _SECONDS[unit]
        whole = unit == 0 or abs(value) >= 99.95 or value == 0
        return self.decimal(value, 0 if whole else 1)

    def round_time(self, seconds: float) -> str:
        """A duration that is a whole number of its unit, without decimals: bounds of a scale."""
        unit = 3 if seconds >= 86_400 else 2 if seconds >= 3600 else 1 if seconds >= 60 else 0
        return f"{self.count(seconds / _SECONDS[unit])}{_FIRM}{_UNITS[self.language][unit]}"

    def round_interval(self, low: float, high: float) -> str:
        """Two such bounds, the unit once where they share it."""
        left, right = self.round_time(low), self.round_time(high)
        if left.split(_FIRM)[-1] == right.split(_FIRM)[-1]:
            left = left.rsplit(_FIRM, 1)[0]
        return f"{left}–{right}"

    def sentences(self, *sentences: str) -> str:
        """Sentences one after the other; Chinese sets no space between them."""
        return ("" if self.language == "zh" else " ").join(one for one in sentences if one)

    def listed(self, names: Sequence[str]) -> str:
        """«a, b and c»."""
        if len(names) < 2:
            return "".join(names)
        comma = "、" if self.language == "zh" else ", "
        return self("%(many)s and %(last)s", many=comma.join(names[:-1]), last=names[-1])

    def _percent(self, value: float, digits: int) -> str:
        return self.decimal(value, digits) + (f"{_FIRM}%" if self.language == "ru" else "%")


@lru_cache(maxsize=len(LANGUAGES))
def words_of(language: str) -> Words:
    """The words of a language: ``en``, ``zh`` or ``ru``. Raises InputError for any other."""
    if language not in LANGUAGES:
        raise InputError(
            Sentence(
                "a report can be had in %(names)s, not in %(language)r", names=", ".join(LANGUAGES), language=language
            )
        )
    if language == "en":
        return Words()
    path = files("kehu") / "locale" / _CATALOGUES[language] / "LC_MESSAGES" / "django.po"
    return Words(language, read_catalogue(path.read_text(encoding="utf-8")) if path.is_file() else {})


def read_catalogue(text: str) -> dict[str, tuple[str, ...]]:
    """A .po catalogue as message → its translations (several for plurals); entries marked fuzzy are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line for line in entry.split("\n") if line and not line.startswith("#")]
        if any(line.startswith("#,") and "fuzzy" in line for line in entry.split("\n")):
            continue
        parts = _parts(lines)
        message = parts.get("msgid", "")
        if message and "msgctxt" not in parts:
            found[message] = tuple(value for key, value in parts.items() if key.startswith("msgstr"))
    return found


def _parts(lines: list[str]) -> dict[str, str]:
    """Keyword (``msgid``, ``msgstr[0]`` …) → text, continued lines joined."""
    parts: dict[str, str] = {}
    key = ""
    for line in lines:
        if not line.startswith('"'):
            key, line = line.split(" ", 1)  # noqa: PLW2901 the rest of the line is a string like those that follow
        parts[key] = parts.get(key, "") + _unquoted(line)
    return parts


def _unquoted(line: str) -> str:
    body = line.strip()[1:-1]
    return body.replace("\\\\", "\0").replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t").replace("\0", "\\")


def _unit(seconds: float) -> int:
    return next((unit for unit, below in enumerate(_BELOW) if abs(seconds) < below), 3)


def _form(language: Language, number: int) -> int:
    """Which plural form a number takes (Unicode CLDR plural rules for whole numbers)."""
    if language == "zh":
        return 0
    if language == "en":
        return int(number != 1)
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else 2
