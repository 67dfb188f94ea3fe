"""Components as template tags: ``{% load ui %}``."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from django import template
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kehu.web.ui import assets as built
from kehu.web.ui import formats
from kehu.web.ui.icons import ICONS
from kehu.web.ui.parts import Cell, Chart, Figure, Table

register = template.Library()
register.filter("duration", formats.duration)
register.filter("count", formats.number)
register.filter("share", formats.share)
register.filter("said", formats.said)
register.filter("moment", formats.moment)

THEMES = ("auto", "light", "dark")


@register.simple_tag
def assets() -> SafeString:
    """The style sheets and the script of the built front end."""
    found = built.assets()
    styles = format_html_join("", '<link rel="stylesheet" href="{}">', ((static(name),) for name in found.styles))
    if not found.script:
        return styles
    return format_html('{}<script type="module" src="{}"></script>', styles, static(found.script))


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The reader's choice of light or dark, from a cookie; anything unknown follows the system."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "auto") if request else "auto"
    return chosen if chosen in THEMES else "auto"


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A sign beside a word; it is never the only one to say something, so it is hidden from readers aloud."""
    return format_html(
        '<svg width="{0}" height="{0}" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{1}</svg>',
        size,
        mark_safe(ICONS[name]),  # noqa: S308 # our own drawing, never a visitor's text
    )


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The present address's query with some keys changed (``None`` removes one), as ``?a=1&b=2``.

    A key may be written with ``_`` for ``.`` at no place: keys are taken as they are.
    """
    request = context.get("request")
    return query_with(request.GET if request else QueryDict(), changes)


def query_with(given: QueryDict, changes: Mapping[str, Any]) -> str:
    """A query with some keys changed; a list repeats its key."""
    new = given.copy()
    for key, value in changes.items():
        new.pop(key, None)
        if value is not None and value != "":
            new.setlist(key, [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)])
    return f"?{new.urlencode()}" if new else "?"


@register.inclusion_tag("ui/figure.html")
def figure(one: Figure) -> dict[str, Any]:
    """A number with its n, interval and comparison; inside ``<dl class="figures">``."""
    return {"figure": one}


@register.inclusion_tag("ui/table.html", takes_context=True)
def table(context: Context, one: Table, *, exports: bool = True) -> dict[str, Any]:
    """A table with sticky head, rows the keyboard walks, and its files."""
    request = context.get("request")
    given = request.GET if request else QueryDict()
    links = {kind: query_with(given, {"table": one.key, "format": kind, "page": None}) for kind in ("csv", "xlsx")}
    rows = format_html_join("", "{}", ((_row(href, cells),) for href, cells in islice(one.body, one.shown)))
    return {"table": one, "links": links if exports else {}, "rows": rows, "hidden": max(0, len(one.rows) - one.shown)}


def _row(href: str, cells: list[Cell]) -> SafeString:
    """A row in Python, not in a template: a page of cells takes milliseconds so, and tenths of a second there."""
    inside = format_html_join("", "{}", ((_cell(cell, first=place == 0),) for place, cell in enumerate(cells)))
    return format_html('<tr data-href="{}">{}</tr>', href, inside) if href else format_html("<tr>{}</tr>", inside)


def _cell(cell: Cell, *, first: bool) -> SafeString:
    kind = f"{cell.column.kind} num" if cell.column.numeric else cell.column.kind
    inside: SafeString | str = cell.text
    if cell.steps:
        inside = _strip(cell)
    elif cell.href:
        inside = format_html('<a href="{}">{}</a>', cell.href, cell.text)
    bar = "" if cell.bar is None else _bar(cell.bar, hot=cell.column.hot)
    whole = '<th scope="row" class="{}">{}{}</th>' if first else '<td class="{}">{}{}</td>'
    return format_html(whole, kind, inside, bar)


def _strip(cell: Cell) -> SafeString:
    chips = format_html_join(
        "",
        '<span class="step tone-{}" title="{}">{}</span>',
        ((step["tone"], step["name"], step["name"]) for step in cell.steps),
    )
    return format_html('<a class="strip" href="{}">{}</a>', cell.href, chips)


def _bar(percent: float, *, hot: bool) -> SafeString:
    """A bar is drawn even for the smallest value: nothing would say zero."""
    return format_html(
        '<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="6" rx="1"/>'
        '<rect class="{}" width="{}" height="6" rx="1"/></svg>',
        "fill hot" if hot else "fill",
        max(percent, 0.8),
    )


@register.inclusion_tag("ui/chart.html", takes_context=True)
def chart(context: Context, one: Chart) -> dict[str, Any]:
    """A picture whose title is a sentence, with the table behind it."""
    return {"chart": one, "request": context.get("request")}


@register.inclusion_tag("ui/field.html")
def field(bound: Any) -> dict[str, Any]:
    """A form's field: label, control, help, error, tied together for readers aloud."""
    described = [f"{bound.auto_id}-help"] if bound.help_text else []
    described += [f"{bound.auto_id}-wrong"] if bound.errors else []
    attributes = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {"bound": bound, "control": bound.as_widget(attrs=attributes)}


@register.inclusion_tag("ui/progress.html")
def progress(done: float | None, says: str, more: str = "") -> dict[str, Any]:
    """How far a piece of background work is, 0 to 1; ``None`` where it cannot say."""
    return {"percent": None if done is None else round(100 * done), "says": says, "more": more}


@register.inclusion_tag("ui/message.html")
def message(text: Any, level: str = "", title: str = "") -> dict[str, Any]:
    """A message: plain, ``brand`` (done), ``amber`` (mind) or ``red`` (act now)."""
    signs = {"amber": "warning", "red": "warning", "brand": "check"}
    return {"text": text, "level": level, "title": title, "sign": signs.get(level, "info")}


@register.simple_tag
def share_bar(percent: float, *, hot: bool = False) -> SafeString:
    """A small horizontal bar, 0 to 100; the number stands beside it."""
    return _bar(percent, hot=hot)
