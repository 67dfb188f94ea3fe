"""People appear under pseudonyms; who looks behind them says why, and it is written down."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kehu.analysis.log.reading import event_log
from kehu.web.insight.actions import change_log, unmask
from kehu.web.insight.models import Unmasking
from kehu.web.insight.queries.names import names_for, pseudonyms, small_departments
from kehu.web.ledger.models import Event


@pytest.mark.django_db
def test_the_owner_too_sees_pseudonyms_until_unmasking(as_alice, alice, log):
    """Prints the real names when masking is off."""
    shown = names_for(alice, log)
    assert not {"Ann", "Ben", "Cid"} & set(shown.people)
    assert len(set(shown.people)) == 3
    page = reverse("insight:unmask", args=[log.public_id])
    assert as_alice.post(page, {"reason": ""}).status_code == 422
    assert as_alice.post(page, {"reason": "Complaint 17"}).status_code == 302
    assert names_for(alice, log).people == ("Ann", "Ben", "Cid")
    told = Event.objects.get(kind="insight.NamesUnmasked")
    assert (told.actor_id, told.facts["reason"]) == (alice.public_id, "Complaint 17")
    as_alice.post(reverse("insight:mask", args=[log.public_id]))
    assert not names_for(alice, log).unmasked


@pytest.mark.django_db
def test_unmasking_ends_by_itself(alice, log):
    unmask(acting_person=alice, log=log, reason="Complaint 17")
    Unmasking.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert not names_for(alice, log).unmasked


@pytest.mark.django_db
def test_without_the_right_nobody_unmasks(alice, bob, log):
    change_log(acting_person=alice, log=log, name="March", visibility="everyone")
    with pytest.raises(PermissionDenied):
        unmask(acting_person=bob, log=log, reason="Curious")


def test_a_pseudonym_stays_and_does_not_tell_across_logs():
    """The same person has the same code next month, and another in another log."""
    first, second = pseudonyms(["Ann", "Ben"], "a" * 32), pseudonyms(["Ann", "Ben", "Cid"], "a" * 32)
    assert first["Ann"] == second["Ann"]
    assert pseudonyms(["Ann"], "b" * 32)["Ann"] != first["Ann"]


def test_no_two_people_share_a_pseudonym():
    """With 20 bits, 5,000 people collide a dozen times; the code of the later one is longer."""
    names = [f"Person {number}" for number in range(5000)]
    assert len(set(pseudonyms(names, "c" * 32).values())) == 5000


def test_a_department_of_four_is_not_judged_as_a_group():
    """Hand-made: A has five people, B four."""
    people = [f"a{i}" for i in range(5)] + [f"b{i}" for i in range(4)]
    rows = {
        "case_id": ["c"] * 9,
        "activity": ["do"] * 9,
        "timestamp": np.arange(9).astype("datetime64[us]"),
        "resource": people,
        "department": ["A"] * 5 + ["B"] * 4,
    }
    log = event_log(rows)
    assert {log.departments[code] for code in small_departments(log)} == {"B"}
