"""The report of a log as a file: for its owner, under the filters, in the reader's language, without names."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(log):
    return reverse("insight:report", args=[log.public_id])


def test_the_report_is_a_file_without_names(as_alice, as_bob, as_charlie, address):
    answer = as_alice.get(address)
    page = answer.content.decode()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert [name for name in ("Ann", "Ben", "Cid") if name in page] == []
    assert as_bob.get(address).status_code == 404
    assert as_charlie.get(address).status_code == 302
    assert as_alice.post(address).status_code == 405
    assert as_alice.get(address, {"format": "exe"}).status_code == 404


def test_the_report_speaks_the_readers_language_and_comes_as_pdf(as_alice, address):
    assert '<html lang="ru">' in as_alice.get(address, headers={"accept-language": "ru"}).content.decode()
    assert as_alice.get(address, {"format": "pdf"}).content.startswith(b"%PDF-")


def test_the_report_obeys_the_filters(as_alice, address):
    refused = as_alice.get(address, {"has": "Nothing"})
    assert refused.status_code == 400
    assert "has no activity" in refused.content.decode()


def test_every_screen_offers_the_report(as_alice, log, address):
    page = as_alice.get(reverse("insight:log", args=[log.public_id])).content.decode()
    assert f"{address}?format=html" in page
