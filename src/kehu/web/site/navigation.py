"""The site's navigation: one line a place, in the order of the loop. A room adds its line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kehu.web.people import rules as people_rules

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Place:
    """One entry: its key, the word shown, the named url it leads to and who sees it.

    It is shown as current on every page whose path begins with the url's.
    """

    key: str
    label: _StrPromise
    url_name: str
    visible: Callable[[Any], bool]


def _everybody(_person: Any) -> bool:
    return True


PLACES: tuple[Place, ...] = (
    Place("logs", _("Diagnose"), "insight:logs", _everybody),
    Place("people", _("People"), "people:list", people_rules.may_manage_people),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for every template: ``navigation``, the places this person sees, each with url and whether current."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"navigation": []}
    shown = [(place, reverse(place.url_name)) for place in PLACES if place.visible(person)]
    return {
        "navigation": [
            {"key": place.key, "label": place.label, "url": url, "current": request.path.startswith(url)}
            for place, url in shown
        ]
    }
