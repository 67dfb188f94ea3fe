"""Signing in: with a password, or as the local owner of a machine of one's own."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse

from kehu.web.people import actions, queries
from kehu.web.people.models import Person

_FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_VIA")


class TooManyFailuresError(Exception):
    """Too many wrong passwords; wait a quarter of an hour."""


class LocalOwnerMiddleware:
    """In local mode, whoever sits at the machine is its owner, until the owner chooses a password.

    Only where the visitor comes from loopback, names a loopback host (``ALLOWED_HOSTS`` keeps rebound names of foreign
    sites out) and went through no proxy; the token against forged forms applies as everywhere.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign the local owner in, for this one request; nothing is kept in a session."""
        if settings.KEHU_LOCAL and not request.user.is_authenticated and _at_this_machine(request):
            owner = queries.local_owner()
            if owner is not None:
                request.user = owner
        return self.get_response(request)


def sign_in(request: HttpRequest, *, name: str, password: str) -> Person | None:
    """Sign in with a password: the person, or None where name and password do not fit.

    Raises TooManyFailuresError, before anything is compared, after too many failures.
    """
    who, where = _keyed(name.strip().casefold()), _keyed(str(request.META.get("REMOTE_ADDR", "")))
    if queries.too_many_failures(who=who, where=where):
        raise TooManyFailuresError
    person = authenticate(request, username=name, password=password)
    if not isinstance(person, Person):
        actions.note_failed_sign_in(who=who, where=where)
        return None
    login(request, person)
    actions.note_sign_in(person=person)
    return person


def _at_this_machine(request: HttpRequest) -> bool:
    if any(header in request.META for header in _FORWARDED):
        return False
    try:
        return ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def _keyed(value: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()
