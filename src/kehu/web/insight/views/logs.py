"""The list of logs, and a log's way from a file to something one can look at."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehu.analysis.errors import InputError, reason_of
from kehu.web.insight import actions, rules, uploads
from kehu.web.insight.forms import LogForm, PathForm, ReadingForm, ReasonForm, RolesForm, UploadForm
from kehu.web.insight.models import ImportedLog
from kehu.web.insight.queries import logs, names, previews
from kehu.web.people import queries as people
from kehu.web.people.models import Person
from kehu.web.ui.exports import defused
from kehu.web.ui.formats import said


@require_safe
def log_list(request: HttpRequest) -> HttpResponse:
    """The logs this person may see."""
    person = people.person_of(request)
    context = {
        "logs": logs.listed_for(person, get_language() or "en"),
        "deleted": logs.deleted_of(person),
        "form": UploadForm(),
    }
    return render(request, "insight/log_list.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Upload a file, or name one on this machine."""
    person = people.person_of(request)
    by_path = "path" in request.POST and rules.may_read_server_paths(person)
    upload = UploadForm(request.POST if request.method == "POST" and not by_path else None, request.FILES or None)
    path = PathForm(request.POST if by_path else None)
    too_large = uploads.was_too_large(request)
    if too_large:
        upload = UploadForm()
    elif by_path and path.is_valid():
        log = actions.add_server_path(acting_person=person, path=path.cleaned_data["path"])
        if _can_be_read(log, person, path, "path"):
            return redirect("insight:roles", log.public_id)
    elif upload.is_bound and upload.is_valid():
        log = actions.add_upload(acting_person=person, upload=upload.cleaned_data["file"])
        if _can_be_read(log, person, upload, "file"):
            return redirect("insight:roles", log.public_id)
    context = {
        "upload": upload,
        "path": path if rules.may_read_server_paths(person) else None,
        "too_large": too_large,
        "most": settings.KEHU_UPLOAD_MAX_BYTES,
    }
    return render(request, "insight/add.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def roles(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which column is what, beside the first rows; then the import starts."""
    log = _own(request, public_id)
    if log.is_sample or log.deleted_at is not None:
        raise Http404
    if logs.is_importing(log):
        return redirect("insight:import", log.public_id)
    try:
        preview = previews.preview_of(
            log, previews.looked_at(request.POST) if request.method == "POST" else log.options
        )
    except InputError as error:
        return render(request, "insight/unreadable.html", {"log": log, "error": error}, status=422)
    initial = {"name": log.name, "lifecycle": "pair"} | log.options
    again = request.POST.get("do") == "look"
    form = RolesForm(None if again else request.POST or None, preview=preview, initial=initial)
    if form.is_bound and form.is_valid():
        actions.start_import(
            acting_person=people.person_of(request),
            log=log,
            name=form.cleaned_data["name"],
            options=form.options(),
            columns=[column.name for column in preview.columns],
        )
        return redirect("insight:import", log.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "insight/roles.html", {"log": log, "preview": preview, "form": form}, status=status)


@require_safe
def importing(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far the import is; asked again every second by the page itself, which gets 304 while nothing changes."""
    log = _visible(request, public_id)
    asked_by_page = request.headers.get("HX-Request") == "true"
    if log.is_ready:
        address = redirect("insight:log", log.public_id)
        return HttpResponse(headers={"HX-Redirect": address.url}) if asked_by_page else address
    if log.state == ImportedLog.State.UPLOADED:
        address = redirect("insight:roles", log.public_id)
        return HttpResponse(headers={"HX-Redirect": address.url}) if asked_by_page else address
    job = logs.import_job(log)
    problem = logs.problem_of(log, job)
    if problem and asked_by_page:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"log": log, "job": job, "problem": problem, "may_change": rules.may_change(request.user, log)}
    template = "insight/progress_part.html" if asked_by_page else "insight/importing.html"
    return render(request, template, context)


@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop an import."""
    log = _own(request, public_id)
    actions.cancel_import(acting_person=people.person_of(request), log=log)
    return redirect("insight:logs")


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """A log's name and who may see it."""
    log = _own(request, public_id)
    form = LogForm(request.POST or None, initial={"name": log.name, "visibility": log.visibility})
    if request.method == "POST" and form.is_valid():
        actions.change_log(acting_person=people.person_of(request), log=log, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("insight:logs")
    status = 422 if request.method == "POST" else 200
    context = {"log": log, "form": form, "reading": _reading_form(log, None)}
    return render(request, "insight/change.html", context, status=status)


@require_POST
def reading(request: HttpRequest, public_id: str) -> HttpResponse:
    """Time zone and end of a case; ``next`` may name the page of this site to go back to."""
    log = _own(request, public_id)
    form = _reading_form(log, request.POST)
    if form is None or not form.is_valid():
        raise Http404
    actions.change_reading(acting_person=people.person_of(request), log=log, **form.cleaned_data)
    messages.success(request, _("Saved."))
    onward = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return redirect(onward if safe else reverse("insight:change", args=[log.public_id]))


@require_POST
def delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put a log away; the list offers to bring it back."""
    log = _own(request, public_id)
    actions.delete_log(acting_person=people.person_of(request), log=log)
    messages.success(request, _("“%(name)s” was deleted. It can be brought back for a week.") % {"name": log.name})
    return redirect("insight:logs")


@require_POST
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Bring a deleted log back."""
    log = _own(request, public_id)
    actions.restore_log(acting_person=people.person_of(request), log=log)
    messages.success(request, _("“%(name)s” is back.") % {"name": log.name})
    return redirect("insight:logs")


@require_POST
def erase(request: HttpRequest, public_id: str) -> HttpResponse:
    """Erase a deleted log for good, now."""
    log = _own(request, public_id)
    actions.erase_log(acting_person=people.person_of(request), log=log)
    messages.success(request, _("“%(name)s” is gone for good.") % {"name": log.name})
    return redirect("insight:logs")


@require_safe
def rejects(request: HttpRequest, public_id: str) -> StreamingHttpResponse:
    """The rows that could not be used, with the reason of each; the owner's, since they show raw values."""
    log = _own(request, public_id)
    if not log.rejects.is_file():
        raise Http404
    name = f"rejected-{log.public_id}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(
        _harmless_lines(log, get_language() or "en"), content_type="text/csv; charset=utf-8", headers=headers
    )


@require_http_methods(["GET", "POST"])
def unmask(request: HttpRequest, public_id: str) -> HttpResponse:
    """See the names behind the pseudonyms for a quarter of an hour, with a reason that goes to the ledger."""
    log, person = _visible(request, public_id), people.person_of(request)
    if not rules.may_unmask(person, log):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.unmask(acting_person=person, log=log, reason=form.cleaned_data["reason"])
        messages.success(request, _("You see the names of this log for a quarter of an hour."))
        return redirect("insight:log", log.public_id)
    context = {"log": log, "form": form, "unmasked": names.is_unmasked(person, log)}
    return render(request, "insight/unmask.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def mask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hide the names again."""
    log = _visible(request, public_id)
    actions.mask(acting_person=people.person_of(request), log=log)
    return redirect("insight:log", log.public_id)


def _visible(request: HttpRequest, public_id: str) -> ImportedLog:
    log = logs.visible_log(request.user, public_id)
    if log is None:
        raise Http404
    return log


def _own(request: HttpRequest, public_id: str) -> ImportedLog:
    """A log of one's own. Another's is 404, so that nobody learns that it is there; a shared one is 403."""
    log = logs.own_log(request.user, public_id)
    if log is None:
        _visible(request, public_id)
        raise PermissionDenied
    return log


def _reading_form(log: ImportedLog, data: QueryDict | None) -> ReadingForm | None:
    if not log.is_ready:
        return None
    initial = {"zone": log.zone, "end_activity": log.end_activity}
    return ReadingForm(data, activities=logs.event_log(log).activities, initial=initial)


def _can_be_read(log: ImportedLog, person: Person, form: Form, field: str) -> bool:
    """Look at the file at once; what is no log is not kept, and the form says why."""
    try:
        previews.preview_of(log, {})
    except InputError as error:
        actions.discard_unreadable(acting_person=person, log=log)
        form.add_error(field, said(error))
        return False
    return True


class _Echo:
    """Hands each line that the csv writer makes straight on."""

    def write(self, line: str) -> str:
        return line


def _harmless_lines(log: ImportedLog, language: str) -> Iterator[str]:
    """The rejected rows; what a spreadsheet would run as a formula stands behind an apostrophe.

    ``language`` is the reader's: lines are made after the request, when no language is set.
    """
    writer: Any = csv.writer(_Echo())
    with log.rejects.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            with override(language):
                told = [*row[:-1], said(reason_of(row[-1]))]
            yield writer.writerow([defused(cell) for cell in told])
