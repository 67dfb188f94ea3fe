"""Every route as stranger, owner, colleague, and by the wrong method. A new route has to be added here."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

pytestmark = pytest.mark.django_db
SIGN_IN = "/people/sign-in/"


@dataclass(frozen=True)
class Route:
    """What a route answers. ``about``: the log's id, a person's id, or nothing."""

    name: str
    method: str
    owner: int
    colleague: int
    about: str = ""
    stranger: int = 302
    wrong: str = "PUT"


ROUTES = (
    Route("home", "GET", 302, 302, wrong="POST"),
    Route("health", "GET", 200, 200, stranger=200, wrong="POST"),
    Route("set_language", "POST", 302, 302, stranger=302, wrong=""),
    Route("people:list", "GET", 200, 403, wrong="POST"),
    Route("people:add", "POST", 422, 403, wrong="GET"),
    Route("people:sign-in", "GET", 302, 302, stranger=200),
    Route("people:account", "GET", 200, 200),
    Route("people:rights", "POST", 403, 403, about="person", wrong="GET"),
    Route("insight:logs", "GET", 200, 200, wrong="POST"),
    Route("insight:add", "GET", 200, 200),
    Route("insight:log", "GET", 200, 404, about="log", wrong="POST"),
    Route("insight:roles", "GET", 200, 404, about="log"),
    Route("insight:import", "GET", 302, 404, about="log", wrong="POST"),
    Route("insight:change", "GET", 200, 404, about="log"),
    Route("insight:rejects", "GET", 200, 404, about="log", wrong="POST"),
    Route("insight:unmask", "GET", 200, 404, about="log"),
    Route("insight:mask", "POST", 302, 404, about="log", wrong="GET"),
    Route("insight:cancel", "POST", 302, 404, about="log", wrong="GET"),
    Route("insight:reading", "POST", 302, 404, about="log", wrong="GET"),
    Route("insight:restore", "POST", 302, 404, about="log", wrong="GET"),
    Route("insight:erase", "POST", 403, 404, about="log", wrong="GET"),
    Route("insight:report", "GET", 200, 404, about="log"),
    Route("insight:delete", "POST", 302, 404, about="log", wrong="GET"),
    Route("people:sign-out", "POST", 302, 302, wrong="GET"),
)
ELSEWHERE = {"insight:screen", "insight:report-file"}
"""Tested beside their pages."""


def test_every_route_is_in_the_table():
    """A route nobody walked is a door nobody tried."""
    assert {name for name in named(get_resolver()) if name not in ELSEWHERE} == {route.name for route in ROUTES}


def test_the_owner_gets_in(as_alice, alice, log):
    answers = {route.name: ask(as_alice, route, alice, log) for route in ROUTES}
    assert answers == {route.name: route.owner for route in ROUTES}


def test_a_colleague_does_not_learn_of_what_is_not_shared(as_bob, alice, log):
    """404, not 403: an id alone tells nothing."""
    answers = {route.name: ask(as_bob, route, alice, log) for route in ROUTES}
    assert answers == {route.name: route.colleague for route in ROUTES}


def test_a_stranger_is_asked_to_sign_in(as_charlie, alice, log):
    for route in ROUTES:
        answer = as_charlie.generic(route.method, address(route, alice, log))
        assert answer.status_code == route.stranger, route.name
        if route.stranger == 302 and route.name != "set_language":
            assert answer.url.startswith(SIGN_IN), route.name


def test_the_wrong_method_is_refused(as_alice, alice, log):
    """A GET that changes something would be followed by a link scanner."""
    for route in ROUTES:
        if route.wrong:
            answer = as_alice.generic(route.wrong, address(route, alice, log))
            assert answer.status_code == 405, route.name


def test_a_shared_log_is_seen_but_not_changed(as_alice, as_bob, alice, log):
    as_alice.post(reverse("insight:change", args=[log.public_id]), {"name": "March", "visibility": "everyone"})
    seen = {"insight:log": 200, "insight:import": 302, "insight:delete": 403, "insight:change": 403}
    seen |= {"insight:rejects": 403, "insight:unmask": 403, "insight:roles": 403}
    assert {route.name: ask(as_bob, route, alice, log) for route in ROUTES if route.name in seen} == seen


def test_a_form_from_elsewhere_is_refused(alice, log):
    """Every POST carries the token of its own page."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    for route in ROUTES:
        if route.method == "POST":
            answer = client.post(address(route, alice, log))
            assert (answer.status_code, b"expired" in answer.content) == (403, True), route.name


def test_no_page_allows_inline_script_or_style(as_alice, as_charlie):
    for client, path in ((as_alice, "/logs/"), (as_charlie, SIGN_IN)):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert b"<style" not in answer.content
        assert b" style=" not in answer.content
        assert b"<script>" not in answer.content


def ask(client, route, person, log):
    return client.generic(route.method, address(route, person, log)).status_code


def address(route, person, log):
    ids = {"": [], "log": [log.public_id], "person": [person.public_id]}
    return reverse(route.name, args=ids[route.about])


def named(resolver, space=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"


@pytest.mark.one_database
def test_a_failure_is_told_even_without_the_database(as_alice, monkeypatch):
    """The page says that the mistake is ours, and nothing of what failed."""
    from kehu.web.site import views

    monkeypatch.setattr(views.logs, "log_to_begin_with", lambda *_: 1 / 0)
    client = Client(raise_request_exception=False)
    client.cookies = as_alice.cookies
    answer = client.get("/")
    assert answer.status_code == 500
    assert b"The mistake is ours" in answer.content
    assert b"ZeroDivisionError" not in answer.content
