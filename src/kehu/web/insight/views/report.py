"""The report of a log: made in the background, then read or taken away as HTML and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kehu.analysis.errors import InputError
from kehu.web.insight import actions
from kehu.web.insight.pages import scope_bar
from kehu.web.insight.queries import logs, reports
from kehu.web.insight.queries.scope import Scope
from kehu.web.insight.views.analysis import crumbs, tabs
from kehu.web.people import queries as people

if TYPE_CHECKING:
    from kehu.web.ledger.models import Job

_READ_ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; sandbox"
"""The report brings its own styles; it has no script, and none could run in it."""


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where a report of this part of the log is asked for, waited for and taken away."""
    scope = _scope(request, public_id)
    if not scope.record.is_ready:
        return redirect("insight:import", scope.record.public_id)
    try:
        made, cases = reports.report_of(scope, _language()), scope.cases
    except InputError as error:
        whole = Scope(scope.record, scope.reader)
        context = {"error": error, "crumbs": crumbs(whole), "scope": whole, "tabs": tabs(whole, "report")}
        return render(request, "insight/refused.html", context, status=400)
    if request.method == "POST":
        if cases:
            _start(request, scope, made)
        return redirect(scope.link("report/"))
    job = reports.job_of(made)
    waits = not made.kinds and not made.problem and job is not None and not job.is_over
    asked_by_page = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") != "content"
    if asked_by_page and not waits:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "scope": scope,
        "crumbs": crumbs(scope),
        "tabs": tabs(scope, "report"),
        "bar": scope_bar.build(scope),
        "cases": cases,
        "job": job,
        "waits": waits,
        "problem": made.problem or _interrupted(made, job),
        "files": [(kind, _address(scope, kind)) for kind in made.kinds],
        "here": scope.link("report/"),
    }
    return render(request, "insight/report_part.html" if asked_by_page else "insight/report.html", context)


@require_safe
def report_file(request: HttpRequest, public_id: str, kind: str) -> FileResponse:
    """A report that was made: to be kept, or with ``read`` in the address to be read in the browser."""
    scope = _scope(request, public_id)
    try:
        made = reports.report_of(scope, _language())
    except InputError as error:
        raise Http404 from error
    if kind not in made.kinds:
        raise Http404
    read = "read" in request.GET
    name = f"{scope.name.replace('/', '-')}.{kind}"
    answer = FileResponse(
        made.path(kind).open("rb"), as_attachment=not read, filename=name, content_type=reports.KINDS[kind]
    )
    if kind == "html":
        answer.headers["Content-Security-Policy"] = _READ_ALONE
    return answer


def _scope(request: HttpRequest, public_id: str) -> Scope:
    record = logs.visible_log(request.user, public_id)
    if record is None:
        raise Http404
    return Scope(record, request.user, request.META.get("QUERY_STRING", ""))


def _start(request: HttpRequest, scope: Scope, made: reports.ReportFiles) -> None:
    actions.start_report(
        acting_person=people.person_of(request),
        log=scope.record,
        report=made,
        query=scope.filter_query,
        language=_language(),
    )


def _language() -> str:
    return logs.sample_language(get_language() or "en")


def _address(scope: Scope, kind: str) -> str:
    place = reverse("insight:report-file", args=[scope.record.public_id, kind])
    return f"{place}?{scope.filter_query}"


def _interrupted(made: reports.ReportFiles, job: Job | None) -> str:
    failed = not made.kinds and job is not None and job.is_over
    return _("The report could not be made. Try it once more.") if failed else ""
