"""The first thing a user does with Kehu, from one end to the other, in a browser."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEPS = (("Receive", "Front desk", 0), ("Check", "Billing", 2), ("Decide", "Billing", 5), ("Deliver", "Delivery", 90))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A service desk's export: 40 cases; Delivery lets everything wait; every fourth case is checked twice."""
    path = tmp_path / "desk.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Case ID", "Activity", "Start", "Complete", "Resource", "Department"])
        for case in range(40):
            begin = START + timedelta(hours=7 * case)
            steps = (*STEPS[:2], *([STEPS[1]] if case % 4 == 0 else []), *STEPS[2:])
            for name, department, after in steps:
                # The lag before the last step is no timer's: it differs from case to case.
                late = 1.7 * case if name == "Deliver" else case % 3
                done = begin + timedelta(hours=after + late, minutes=30)
                times = (f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (done - timedelta(minutes=20), done))
                writer.writerow([f"K-{case:03}", name, *times, f"{department} {case % 5}", department])
    return path


def test_upload_map_filter_compare_export(page, address, export, tmp_path):
    """Nothing in between is typed by hand but what a person would."""
    upload(page, address, export)
    heading = page.locator("h1").inner_text()
    assert "“Decide” and “Deliver”" in heading, heading
    open_what_is_behind_a_step(page)
    filtered(page)
    compared(page)
    assert rows(taken(page, tmp_path, "CSV"))[0][0] == "Measure"
    assert load_workbook(taken(page, tmp_path, "XLSX")).active["A1"].value == "Measure"
    page.locator("summary[aria-label='Language']").click()
    page.get_by_role("button", name="Русский").click()
    page.wait_for_selector("html[lang=ru]")


def upload(page, address, export):
    """Hand the file in, accept the guessed roles, wait for the import."""
    page.goto(f"{address}/logs/add/")
    page.set_input_files("input[type=file]", str(export))
    page.locator("main form button.primary").first.click()
    page.get_by_role("button", name="Import this log").click()
    page.wait_for_selector(".tabs", timeout=180_000)


def open_what_is_behind_a_step(page):
    """The map draws itself; a click on a step tells its cases; the keyboard closes them."""
    page.locator(".tabs").get_by_text("Map", exact=True).click()
    page.wait_for_selector("kehu-map[data-ready]")
    assert page.locator("[data-step]").count() == 4
    page.locator("[data-step='Deliver'] a").click()
    page.wait_for_selector(".drawer h2")
    assert "40 cases" in page.locator(".drawer h2").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".drawer").is_hidden()


def filtered(page):
    """A filter stays in the address and is obeyed by the next screen."""
    page.locator(".scope summary").click()
    form = page.locator(".filter-form", has=page.locator("button[value=duration]"))
    form.locator("input[name=shortest]").fill("90")
    form.locator("select[name=unit]").select_option("3600")
    form.locator("button").click()
    page.wait_for_selector(".chip")
    assert "duration=324000.0%2C" in page.url
    page.locator(".tabs").get_by_text("Cases", exact=True).click()
    page.wait_for_selector("tr[data-href]")
    assert " of 40 cases" in page.locator(".scope .count").inner_text()
    page.locator(".chip a").click()


def compared(page):
    """Two departments side by side; the difference stands on the map."""
    page.locator(".tabs").get_by_text("Compare", exact=True).click()
    page.wait_for_selector("kehu-map[data-ready]")
    assert page.locator("#table-measures tbody tr").count() >= 8


def taken(page, folder, kind):
    """The file behind the first link of a kind."""
    with page.expect_download() as waited:
        page.locator("#table-measures").get_by_text(kind, exact=True).click()
    path = folder / waited.value.suggested_filename
    waited.value.save_as(path)
    return path


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
