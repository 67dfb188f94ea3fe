"""The findings of a log as one file to hand on: HTML or PDF, in the reader's language, people under pseudonyms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.analysis.errors import InputError
from kehu.web.insight.queries import logs, names
from kehu.web.insight.queries.scope import Scope
from kehu.web.insight.views import analysis

if TYPE_CHECKING:
    from kehu.analysis.reports.blocks import Report

_KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}


@require_safe
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """The report of what the filters of the address leave, always as a file: its styles stand inside it."""
    record = logs.visible_log(request.user, public_id)
    kind = request.GET.get("format", "html")
    if record is None or kind not in _KINDS:
        raise Http404
    if not record.is_ready:
        return redirect("insight:import", record.public_id)
    scope = Scope(record, request.user, request.META.get("QUERY_STRING", ""))
    try:
        content = _content(scope, kind)
    except InputError as error:
        context = {"error": error, "crumbs": analysis.crumbs(scope), "scope": scope, "tabs": []}
        return render(request, "insight/refused.html", context, status=400)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{scope.name}-report").strip("-") or "report"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(content, content_type=_KINDS[kind], headers=headers)


def _content(scope: Scope, kind: str) -> bytes:
    language = (get_language() or "en").partition("-")[0]
    made = scope.kept(("report", language), lambda: _made(scope, language))
    if kind == "pdf":
        from kehu.analysis.reports.pdf import as_pdf  # noqa: PLC0415 # the analysis is loaded when it is first wanted

        return as_pdf(made)
    from kehu.analysis.reports.html import as_html  # noqa: PLC0415 # as above

    return as_html(made).encode()


def _made(scope: Scope, language: str) -> Report:
    """The report; a file goes on to others, so that people keep their pseudonyms even where the reader sees names."""
    from kehu.analysis.reports.compose import compose  # noqa: PLC0415 # as above
    from kehu.analysis.reports.gather import gather  # noqa: PLC0415 # as above
    from kehu.analysis.reports.language import words_of  # noqa: PLC0415 # as above

    codes = names.pseudonyms(scope.log.resources, scope.record.pseudonym_salt)
    aliases = {name: _("Person %(code)s") % {"code": code} for name, code in codes.items()}
    log = scope.log.with_header(source=scope.name)
    return compose(gather(log, scope.selection, aliases=aliases), words_of(language))
