"""Every analysis screen: seen by its owner, hidden from others, under filters, and as files."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kehu.web.insight.views.analysis import SCREENS

pytestmark = pytest.mark.django_db


@pytest.fixture
def base(log):
    return reverse("insight:log", args=[log.public_id])


@pytest.mark.parametrize("screen", [screen.place for screen in SCREENS])
def test_a_screen_answers_its_owner_and_nobody_else(as_alice, as_bob, as_charlie, base, screen):
    answer = as_alice.get(base + screen)
    assert answer.status_code == 200
    assert b" style=" not in answer.content
    assert b"<script>" not in answer.content
    assert as_bob.get(base + screen).status_code == 404
    assert as_charlie.get(base + screen).status_code == 302
    assert as_alice.post(base + screen).status_code == 405


def test_people_appear_under_pseudonyms(as_alice, base):
    """Nothing that a log's owner has not unmasked names a person, in a page or in its file."""
    for path in ("walls/", "rework/", "case/?id=c1", "walls/?table=handovers&format=csv"):
        page = as_alice.get(base + path).content.decode()
        assert not [name for name in ("Ann", "Ben", "Cid") if name in page], path
        assert "Person " in page or path == "rework/", path


def test_a_filter_is_added_to_the_address_and_obeyed(as_alice, base):
    sent = as_alice.get(f"{base}map/?detail=50&how=lacks&name=Check&add=step")
    assert sent.url == f"{base}map/?detail=50&lacks=Check"
    assert as_alice.get(f"{base}cases/?has=Check").context["page"].tables[0].rows
    assert not as_alice.get(f"{base}cases/?lacks=Check").context["page"].tables[0].rows


@pytest.mark.parametrize(
    "query", ["how=never&add=period", "add=step", "add=duration", "add=other", "since=x&how=started&add=period"]
)
def test_a_form_that_says_nothing_adds_nothing(as_alice, base, query):
    assert as_alice.get(f"{base}?{query}").url == f"{base}?"


def test_a_filter_that_the_log_cannot_obey_is_refused_in_a_sentence(as_alice, base):
    answer = as_alice.get(f"{base}map/?has=Nothing")
    assert answer.status_code == 400
    assert "has no activity" in answer.content.decode()
    assert as_alice.get(f"{base}map/?period=wrong").status_code == 400


def test_nothing_left_is_said_not_broken(as_alice, base):
    for screen in SCREENS:
        answer = as_alice.get(f"{base}{screen.place}?duration=99999999,")
        assert answer.status_code in {200, 400}, screen.key


def test_a_comparison_without_two_sides_says_so(as_alice, base):
    """Split at a day before the first case, one side is empty; that is a page, not a mistake."""
    answer = as_alice.get(f"{base}compare/?split=1990-01-01")
    assert answer.status_code == 200
    assert "not two sides" in answer.content.decode()


def test_every_table_is_a_file(as_alice, base):
    for screen in SCREENS:
        page = as_alice.get(base + screen.place).context["page"]
        for table in page.exports():
            for kind, sign in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
                answer = as_alice.get(f"{base}{screen.place}?table={table.key}&format={kind}")
                assert answer.status_code == 200, (screen.key, table.key)
                assert answer.content.startswith(sign)
                assert "attachment" in answer.headers["Content-Disposition"]
    assert as_alice.get(f"{base}map/?table=none&format=csv").status_code == 404


def test_a_drawer_gets_the_cases_alone(as_alice, base):
    part = as_alice.get(f"{base}cases/?follows=Receive,Check", headers={"HX-Request": "true"}).content
    assert b"<html" not in part
    assert b"Receive \xe2\x86\x92 Check" in part


def test_a_case_that_is_not_there_is_said(as_alice, base):
    assert as_alice.get(f"{base}case/?id=nobody").status_code == 400
    assert as_alice.get(f"{base}nothing/").status_code == 404


def test_the_map_says_of_every_path_how_long_and_how_often(as_alice, base):
    graph = as_alice.get(f"{base}map/").context["page"].more["graph"]
    found = {(path["from"], path["to"]): path["says"] for path in graph["paths"]}
    assert found["Receive", "Check"]["wait"] == "60 min"
    assert found["Receive", "Check"]["count"] == "3"


def test_a_page_that_takes_long_is_announced_first(as_alice, log, base):
    """The frame comes at once and fetches the page; the second time the page comes by itself."""
    type(log).objects.filter(pk=log.pk).update(events=60_000)
    assert b'hx-trigger="load"' in as_alice.get(f"{base}model/").content
    fetched = as_alice.get(f"{base}model/", headers={"HX-Request": "true", "HX-Target": "content"})
    assert b"kehu-bpmn" in fetched.content
    assert b'hx-trigger="load"' not in as_alice.get(f"{base}model/").content


def test_an_attribute_that_names_people_is_not_offered(as_alice, alice, home):
    """A column of owners would give away what the pseudonyms hide; codes that stand for everything do not."""
    from kehu.analysis.log.reading import event_log
    from kehu.analysis.log.store import save_log
    from kehu.web.insight.models import ImportedLog
    from kehu.web.insight.pages import scope_bar
    from kehu.web.insight.queries.scope import Scope

    for name, department in (("named", "Billing"), ("coded", "Ann")):
        rows = [
            (f"c{case}", "Check", f"2026-01-0{case + 1}", "Ann", owner) for case, owner in enumerate(("Ann", "Ben"))
        ]
        columns = dict(
            zip(("case_id", "activity", "timestamp", "resource", "owner"), zip(*rows, strict=True), strict=True)
        )
        columns = {key: list(values) for key, values in columns.items()} | {"department": [department] * 2}
        record = ImportedLog.objects.create(owner=alice, name=name, state=ImportedLog.State.READY)
        save_log(event_log(columns), record.store)
        offered = [attribute for attribute, _values in scope_bar.build(Scope(record, alice)).attributes]
        assert offered == ([] if name == "named" else ["owner"])
