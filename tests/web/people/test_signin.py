from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kehu.web.ledger.models import Event
from kehu.web.people import actions, queries
from kehu.web.people.models import FailedSignIn, Person

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
SIGN_IN = "/people/sign-in/"


@pytest.fixture
def local(settings, db) -> Person:
    settings.KEHU_LOCAL = True
    return actions.make_local_owner()


def test_name_and_password_sign_in_and_the_ledger_knows(alice):
    client = Client()
    answer = client.post(SIGN_IN, {"login": "Alice", "password": PASSWORD, "next": "/people/"})
    assert (answer.status_code, answer.url) == (302, "/people/")
    assert Event.objects.filter(kind="people.PersonSignedIn", actor_id=alice.public_id).exists()


def test_one_is_not_sent_to_another_site(alice):
    answer = Client().post(SIGN_IN, {"login": "alice", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer.url == "/"


def test_a_wrong_password_is_counted_and_after_five_one_waits(alice):
    """Even the right one is then not looked at, until the quarter of an hour is over."""
    client = Client()
    for _ in range(5):
        assert client.post(SIGN_IN, {"login": "alice", "password": "wrong"}).status_code == 200
    assert client.post(SIGN_IN, {"login": "alice", "password": PASSWORD}).status_code == 429
    FailedSignIn.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert client.post(SIGN_IN, {"login": "alice", "password": PASSWORD}).status_code == 302


def test_no_name_and_no_address_is_kept_of_a_failure(alice):
    Client().post(SIGN_IN, {"login": "alice", "password": "wrong"})
    kept = FailedSignIn.objects.get()
    assert "alice" not in kept.who
    assert "127.0.0.1" not in kept.where


def test_who_was_locked_out_does_not_get_in(alice, bob):
    rights = {"is_active": False, "is_administrator": False, "may_unmask": False}
    actions.change_rights(acting_person=alice, person=bob, **rights)
    assert Client().post(SIGN_IN, {"login": "bob", "password": PASSWORD}).status_code == 200


def test_whoever_sits_at_the_machine_is_its_owner_until_a_password_is_chosen(local):
    client = Client(headers={"host": "127.0.0.1:8000"})
    assert client.get("/people/").status_code == 200
    chosen = {"name": "Mei", "login": "mei", "password": "a long enough phrase"}
    assert client.post("/people/account/", chosen).url == SIGN_IN
    assert Client(headers={"host": "127.0.0.1:8000"}).get("/people/").url.startswith(SIGN_IN)
    client.post(SIGN_IN, {"login": "mei", "password": "a long enough phrase"})
    assert client.get("/people/").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_nobody_from_elsewhere_is_the_owner(local, sent):
    """A proxy, a tunnel or the network: all must sign in."""
    assert Client(**sent).get("/people/").status_code == 302


def test_in_production_nobody_is_signed_in_by_being_there(local, settings):
    settings.KEHU_LOCAL = False
    assert Client().get("/people/").status_code == 302


def test_a_foreign_name_for_this_machine_is_refused(local, settings):
    """Else a page of another site, whose name it lets point here, could act as the owner."""
    settings.ALLOWED_HOSTS = settings.LOOPBACK
    assert Client(headers={"host": "evil.example"}).get("/people/").status_code == 400


def test_the_first_start_makes_one_owner_however_often(local):
    assert actions.make_local_owner() == local
    assert Person.objects.count() == 1


def test_the_first_owner_is_made_once(alice):
    with pytest.raises(PermissionDenied):
        actions.create_first_owner(login="eve", name="Eve", password=PASSWORD)


def test_one_keeps_ones_own_administration(alice):
    """So that somebody is left who can give rights."""
    rights = {"is_active": True, "is_administrator": False, "may_unmask": True}
    with pytest.raises(PermissionDenied):
        actions.change_rights(acting_person=alice, person=alice, **rights)


def test_a_weak_password_and_a_taken_name_are_refused(as_alice, bob):
    weak = as_alice.post(reverse("people:add"), {"name": "C", "login": "carl", "password": "password"})
    taken = as_alice.post(reverse("people:add"), {"name": "B", "login": " BOB ", "password": "a long enough phrase"})
    assert (weak.status_code, taken.status_code) == (422, 422)
    assert queries.everyone().count() == 2


def test_the_browser_picks_the_language_and_the_reader_can_switch(as_charlie):
    assert (
        as_charlie.get(SIGN_IN, headers={"accept-language": "zh-CN,en;q=0.5"}).headers["Content-Language"] == "zh-hans"
    )
    as_charlie.post("/language/", {"language": "ru", "next": SIGN_IN})
    assert as_charlie.get(SIGN_IN, headers={"accept-language": "zh-CN"}).headers["Content-Language"] == "ru"
