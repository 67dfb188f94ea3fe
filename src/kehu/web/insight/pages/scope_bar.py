"""The scope bar: the filters in force as chips, and what more can be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats

if TYPE_CHECKING:
    from kehu.analysis.log.choices import Choices
    from kehu.analysis.log.filters import Filter


@dataclass(frozen=True)
class Chip:
    """One filter in words, and the address without it."""

    text: str
    without: str


@dataclass(frozen=True)
class Bar:
    """What the bar shows."""

    chips: tuple[Chip, ...]
    cases: str
    everything: str
    keep: tuple[tuple[str, str], ...]
    activities: tuple[str, ...]
    departments: tuple[str, ...]
    attributes: tuple[tuple[str, tuple[str, ...]], ...]
    first: str
    last: str


def build(scope: Scope) -> Bar:
    """The bar of a scope."""
    all_cases = scope.log.cases
    counted = _("%(cases)s cases") % {"cases": formats.number(scope.cases)}
    if scope.filters:
        counted = _("%(cases)s of %(all)s cases (%(share)s)") % {
            "cases": formats.number(scope.cases),
            "all": formats.number(all_cases),
            "share": formats.share(scope.cases / all_cases if all_cases else 0),
        }
    possible = _choices(scope)
    return Bar(
        chips=tuple(Chip(in_words(one), scope.without(one)) for one in scope.filters),
        cases=counted,
        everything=scope.base,
        keep=tuple(parse_qsl(scope.query)),
        activities=scope.log.activities[:500],
        departments=scope.log.departments[:500],
        attributes=_impersonal(scope, possible.attributes),
        first=_day(possible.first),
        last=_day(possible.last),
    )


def in_words(one: Filter) -> str:  # one sentence a kind
    """A filter as a reader would say it."""
    pieces = list(one.pieces())
    match one.key:
        case "period":
            sides = {"since": pieces[1][:10] or "…", "until": pieces[2][:10] or "…"}
            how = {
                "started": _("begun %(since)s to %(until)s"),
                "completed": _("completed %(since)s to %(until)s"),
                "intersecting": _("under way %(since)s to %(until)s"),
            }
            return how[pieces[0]] % sides
        case "has":
            return _("with %(names)s") % {"names": _either(pieces)}
        case "lacks":
            return _("without %(names)s") % {"names": _either(pieces)}
        case "follows":
            return f"{pieces[0]} → {pieces[1]}"
        case "department":
            return _("worked on by %(names)s") % {"names": _either(pieces)}
        case "resource":
            return _("worked on by chosen people")
        case "attribute":
            return f"{pieces[0]}: {_either([piece or _('empty') for piece in pieces[1:]])}"
        case "range":
            return f"{pieces[0]}: {pieces[1] or '…'} – {pieces[2] or '…'}"
        case "duration":
            return _took(pieces)
        case "hide":
            return _("leaving out %(names)s") % {"names": ", ".join(pieces)}
        case _:
            return _("one variant") if len(pieces) == 1 else _("chosen variants")


def _took(pieces: list[str]) -> str:
    shortest, longest = (formats.duration(float(piece)) if piece else "" for piece in pieces)
    if shortest and longest:
        return _("took %(shortest)s to %(longest)s") % {"shortest": shortest, "longest": longest}
    if shortest:
        return _("took %(shortest)s or longer") % {"shortest": shortest}
    return _("took up to %(longest)s") % {"longest": longest}


def _either(names: list[str]) -> str:
    return _(" or ").join(names)


def _choices(scope: Scope) -> Choices:
    from kehu.analysis.log.choices import choices  # noqa: PLC0415 # loaded with the first analysis

    return scope.kept_of_log("choices", lambda: choices(scope.log))


def _impersonal(scope: Scope, attributes: dict[str, tuple[str, ...]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The attributes without those that name the people of the log, unless this reader sees their names now.

    Where people and departments share names, these are codes that somebody put in their place, and name nobody.
    """
    people = set(scope.log.resources)
    if scope.names.unmasked or people.intersection(scope.log.departments):
        return tuple(attributes.items())
    return tuple((name, values) for name, values in attributes.items() if not people.intersection(values))


def _day(microseconds: int | None) -> str:
    return "" if microseconds is None else datetime.fromtimestamp(microseconds / 1e6, UTC).date().isoformat()
