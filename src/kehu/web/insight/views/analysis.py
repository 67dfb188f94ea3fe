"""One view for every analysis screen: scope, page, and its tables as files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kehu.analysis.errors import InputError
from kehu.web.insight import rules
from kehu.web.insight.pages import adding, scope_bar
from kehu.web.insight.pages.page import Page
from kehu.web.insight.queries import computed, logs
from kehu.web.insight.queries.scope import Scope
from kehu.web.ui.exports import as_csv, as_xlsx

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

EXPORTS: dict[str, Callable[..., HttpResponse]] = {"csv": as_csv, "xlsx": as_xlsx}
_PAGES = "kehu.web.insight.pages."
_FRAGMENTS = {"cases": "insight/cases_part.html"}
"""What a drawer shows instead of the whole page."""
_counted = computed.Kept(2000)
"""The pages that were counted once, so that they come at once again."""


@dataclass(frozen=True)
class Screen:
    """One screen of a log: its place in the address, its tab, the module that builds it, its template."""

    key: str
    label: _StrPromise
    module: str
    template: str
    swift_below: int = 3_000_000
    """Up to so many events the page comes within about a second; above, it is announced first."""

    @property
    def place(self) -> str:
        """The address below the log's."""
        return f"{self.key}/" if self.key else ""

    def build(self, scope: Scope) -> Page:
        """The page; its module is loaded when it is first wanted."""
        page: Page = import_module(_PAGES + self.module).build(scope)
        return page


SCREENS: tuple[Screen, ...] = (
    Screen("", _("Overview"), "overview", "insight/screen.html"),
    Screen("map", _("Map"), "process_map", "insight/map.html"),
    Screen("model", _("Model"), "model", "insight/model.html", 50_000),
    Screen("walls", _("Walls"), "walls", "insight/walls.html"),
    Screen("rework", _("Rework"), "rework", "insight/screen.html"),
    Screen("waits", _("Waiting"), "waits", "insight/waits.html", 50_000),
    Screen("capacity", _("Capacity"), "capacity", "insight/capacity.html", 50_000),
    Screen("variants", _("Variants"), "variants", "insight/variants.html"),
    Screen("compare", _("Compare"), "comparison", "insight/compare.html", 500_000),
    Screen("cases", _("Cases"), "cases", "insight/cases.html"),
)
CASE = Screen("case", _("Case"), "one_case", "insight/case.html")


@require_safe
def screen(request: HttpRequest, public_id: str, key: str = "") -> HttpResponse:
    """A screen, or one of its tables as a file; a filter that cannot be applied is said above an empty page."""
    found = next((one for one in (*SCREENS, CASE) if one.key == key), None)
    if found is None:
        raise Http404
    record = logs.visible_log(request.user, public_id)
    if record is None:
        raise Http404
    if not record.is_ready:
        return redirect("insight:import", record.public_id)
    added = adding.added(request.GET)
    if added is not None:
        return redirect(f"{request.path}{added}")
    scope = Scope(record, request.user, request.META.get("QUERY_STRING", ""))
    if _takes_long(request, found, scope):
        return render(request, "insight/counting.html", _frame(found, scope))
    try:
        page = found.build(scope)
    except InputError as error:
        return _refused(request, found, scope, error)
    kind = request.GET.get("format")
    if kind in EXPORTS:
        return _file(page, scope, request.GET.get("table", ""), kind)
    _counted.get(_what(found, scope), lambda: True)
    part = request.headers.get("HX-Request") and request.headers.get("HX-Target") != "content"
    template = _FRAGMENTS.get(found.key, found.template) if part else found.template
    return render(request, template, _context(found, scope, page))


def _takes_long(request: HttpRequest, chosen: Screen, scope: Scope) -> bool:
    """Whether to show the frame at once and let it fetch the page: nobody waits before a blank screen."""
    if request.headers.get("HX-Request") or scope.exports or scope.record.events <= chosen.swift_below:
        return False
    return not _counted.holds(_what(chosen, scope))


def _what(chosen: Screen, scope: Scope) -> tuple[str, str, str, str, int]:
    record = scope.record
    return chosen.key, record.zone, record.end_activity, scope.query, computed.identity(record.store)[1]


def _file(page: Page, scope: Scope, key: str, kind: str) -> HttpResponse:
    table = page.table(key)
    if table is None:
        raise Http404
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{scope.name}-{key}").strip("-") or key
    return EXPORTS[kind](table, name)


def _context(chosen: Screen, scope: Scope, page: Page) -> dict[str, Any]:
    return _frame(chosen, scope) | {
        "page": page,
        "bar": scope_bar.build(scope),
        "crumbs": crumbs(scope, chosen, page),
        "may_change": rules.may_change(scope.reader, scope.record),
        "may_unmask": rules.may_unmask(scope.reader, scope.record) and scope.log.has_resource,
        "report": scope.link("report/"),
    }


def _frame(chosen: Screen, scope: Scope) -> dict[str, Any]:
    return {"scope": scope, "tabs": tabs(scope, chosen.key), "crumbs": crumbs(scope), "chosen": chosen}


def crumbs(scope: Scope, chosen: Screen | None = None, page: Page | None = None) -> list[dict[str, Any]]:
    """Where the reader is."""
    found: list[dict[str, Any]] = [
        {"label": _("Logs"), "url": reverse("insight:logs")},
        {"label": scope.name, "url": scope.base},
    ]
    if chosen is CASE and page is not None:
        cases = {"label": _("Cases"), "url": scope.link("cases/")}
        return [*found, cases, {"label": page.more["case_id"], "url": ""}]
    return found


def tabs(scope: Scope, chosen: str) -> list[dict[str, Any]]:
    """The screens of a log as tabs that keep its filters."""
    return [{"label": one.label, "url": scope.link(one.place), "current": one.key == chosen} for one in SCREENS]


def _refused(request: HttpRequest, chosen: Screen, scope: Scope, error: InputError) -> HttpResponse:
    context = {"error": error, "crumbs": crumbs(scope), "scope": scope}
    context["tabs"] = [
        {"label": one.label, "url": f"{scope.base}{one.place}", "current": one.key == chosen.key} for one in SCREENS
    ]
    return render(request, "insight/refused.html", context, status=400)
