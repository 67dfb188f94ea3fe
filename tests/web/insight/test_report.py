"""The report from the screens: of the chosen part, without names, for those alone who may see the log."""

from __future__ import annotations

import pytest
from django.urls import reverse

from insight_cast import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(log):
    return reverse("insight:report", args=[log.public_id])


def test_the_screens_lead_to_a_report_under_their_filters(as_alice, log):
    page = as_alice.get(reverse("insight:log", args=[log.public_id]) + "?has=Check").content.decode()
    assert f'href="/logs/{log.public_id}/report/?has=Check"' in page


def test_a_report_is_made_in_the_background_and_taken_away(as_alice, place):
    """People stand in it under the pseudonyms of the screens."""
    assert as_alice.get(f"{place}html/?has=Check").status_code == 404
    assert as_alice.post(f"{place}?has=Check").url == f"{place}?has=Check"
    assert b"every 1s" in as_alice.get(f"{place}?has=Check").content
    run_jobs()
    assert b"The report is ready" in as_alice.get(f"{place}?has=Check").content
    assert b"Make the report" in as_alice.get(place).content, "another part of the log is another report"
    answer = as_alice.get(f"{place}html/?has=Check")
    page = b"".join(answer).decode()
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Where the customer" in page
    assert not [name for name in ("Ann", "Ben", "Cid") if name in page]
    pdf = as_alice.get(f"{place}pdf/?has=Check")
    assert pdf.status_code == 404 or b"".join(pdf).startswith(b"%PDF")


def test_a_report_is_nobody_elses(as_alice, as_bob, as_charlie, place):
    as_alice.post(place)
    run_jobs()
    for path in (place, f"{place}html/", f"{place}pdf/"):
        assert as_bob.get(path).status_code == 404
        assert as_charlie.get(path).status_code == 302
    assert as_bob.post(place).status_code == 404


def test_a_report_of_nothing_is_not_made(as_alice, place):
    assert b"nothing to report" in as_alice.get(f"{place}?duration=99999999,").content
    assert as_alice.get(f"{place}?has=Nothing").status_code == 400
