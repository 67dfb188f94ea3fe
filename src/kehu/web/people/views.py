"""Screens of people: signing in and out, one's account, the list."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehu.web.people import actions, queries, rules, signin
from kehu.web.people.forms import AccountForm, RightsForm, SignInForm
from kehu.web.people.models import Person


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with name and password."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_onward(request))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            person = signin.sign_in(request, name=form.cleaned_data["login"], password=form.cleaned_data["password"])
        except signin.TooManyFailuresError:
            form.add_error(None, _("Too many wrong passwords. Wait a quarter of an hour and try again."))
            status = 429
        else:
            if person is not None:
                return redirect(_onward(request))
            form.add_error(None, _("Name and password do not fit together."))
    context = {"form": form, "next": request.GET.get("next") or request.POST.get("next", "")}
    context["nobody_there"] = not queries.anybody_there()
    return render(request, "people/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return redirect("people:sign-in")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own name and password; for the local owner, the step to an account with a password."""
    person = queries.person_of(request)
    known = {"name": person.name, "login": person.login}
    form = AccountForm(request.POST or None, person=person, initial=known)
    if request.method == "POST" and form.is_valid():
        changed = actions.choose_password(acting_person=person, **form.cleaned_data)
        if person.needs_no_password:
            messages.success(request, _("Your account is ready. Sign in with the password you chose."))
            return redirect("people:sign-in")
        update_session_auth_hash(request, changed)
        messages.success(request, _("Saved."))
        return redirect("people:account")
    return render(request, "people/account.html", {"form": form, "person": person})


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody with an account."""
    _demand_manager(request)
    return render(request, "people/list.html", {"people": queries.everyone(), "form": AccountForm()})


@require_POST
@sensitive_post_parameters("password")
def add(request: HttpRequest) -> HttpResponse:
    """Give somebody an account."""
    person = _demand_manager(request)
    form = AccountForm(request.POST)
    if not form.is_valid():
        return render(request, "people/list.html", {"people": queries.everyone(), "form": form}, status=422)
    added = actions.add_person(acting_person=person, **form.cleaned_data)
    messages.success(request, _("%(name)s can sign in now.") % {"name": added.name})
    return redirect("people:list")


@require_POST
def rights(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say what somebody may do."""
    acting = _demand_manager(request)
    person = queries.by_public_id(public_id)
    form = RightsForm(request.POST)
    if person is None or not form.is_valid():
        raise Http404
    actions.change_rights(acting_person=acting, person=person, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("people:list")


def _demand_manager(request: HttpRequest) -> Person:
    person = queries.person_of(request)
    if not rules.may_manage_people(person):
        raise PermissionDenied
    return person


def _onward(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "home"
