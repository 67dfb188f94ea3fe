"""Pages that belong to no room: the way in, the health of the server, and what went wrong."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.web.insight.queries import logs


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page answers at once: one's newest log, or the sample company's."""
    log = logs.log_to_begin_with(request.user, get_language() or "en")
    return redirect("insight:log", log.public_id) if log is not None else redirect("insight:logs")


@login_not_required
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Whether the server answers and reaches its database; for a watchdog, so it says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    del exception
    return _problem(request, 400, _("This request cannot be understood"), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    del exception
    return _problem(request, 403, _("You may not do this"), _("Ask the owner for the right to do it."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, also for what is there but not for this person's eyes."""
    del exception
    return _problem(request, 404, _("There is nothing here"), _("It was deleted, or it is not shared with you."))


def failure(request: HttpRequest) -> HttpResponse:
    """500; drawn without asking who is there, since the database may be what failed."""
    del request
    context = {"title": _("This did not work"), "remedy": _("The mistake is ours and was written to the log.")}
    return HttpResponse(render_to_string("site/problem.html", context), status=500)


@login_not_required
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token does not fit: it was open too long, or it came from another site."""
    del reason
    return _problem(request, 403, _("This form has expired"), _("Go back, reload the page and send it again."))


def _problem(request: HttpRequest, status: int, title: str, remedy: str) -> HttpResponse:
    return render(request, "site/problem.html", {"title": title, "remedy": remedy}, status=status)
