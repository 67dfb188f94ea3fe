"""The screen of capacity: its answer, and whom it protects."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.urls import reverse

from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Header
from kehu.analysis.log.reading import event_log
from kehu.web.insight.pages import capacity


def house(people: int) -> EventLog:
    """Nine weeks of nine to five; everybody works on Mondays, and one in three at a time on the other days."""
    rows = []
    for week in range(9):
        for day in range(5):
            for who in range(people):
                for hour in range(9, 17) if not day or (week + who) % 3 == 0 else ():
                    date = dt.date(2026, 3, 2) + dt.timedelta(7 * week + day)
                    case = f"{week}-{day}-{who}-{hour}"
                    rows.append((case, "Came", None, f"{date}T{hour:02d}:00", f"{date}T{hour:02d}:00"))
                    rows.append((case, "Do", f"P{who}", f"{date}T{hour:02d}:00", f"{date}T{hour:02d}:50"))
    names = ("case_id", "activity", "resource", "start_timestamp", "timestamp")
    return event_log(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)), Header(zone="UTC"))


def scope(log: EventLog, tmp_path) -> SimpleNamespace:
    kept = lambda _what, compute: compute()  # noqa: E731
    record = SimpleNamespace(store=tmp_path)
    return SimpleNamespace(log=log, selection=EVERYTHING, record=record, kept=kept, kept_of_log=kept)


def test_the_title_names_the_hours_that_lie_idle(tmp_path):
    page = capacity.build(scope(house(6), tmp_path))
    assert page.title.startswith("Most capacity lies idle ")
    assert "Monday" not in page.title.partition(";")[0]
    idle = next(heat for heat in page.more["heat"] if heat["name"] == "Idle")
    assert idle["days"] == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert max(cell["heat"] for _time, cells in idle["rows"] for cell in cells) == 4
    assert len(page.tables[0].rows) == 5 * len(idle["rows"])


def test_fewer_than_five_people_are_not_shown(tmp_path):
    """Otherwise the hours of one person could be read off."""
    page = capacity.build(scope(house(4), tmp_path))
    assert page.title == "Cannot tell when capacity lies idle (n = 4 people)"
    assert not page.tables
    assert not page.figures


@pytest.mark.django_db
def test_the_screen_answers(as_alice, log):
    page = as_alice.get(reverse("insight:log", args=[log.public_id]) + "capacity/")
    assert page.status_code == 200
    assert "Cannot tell when capacity lies idle" in page.content.decode()
