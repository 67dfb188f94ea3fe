"""A table as a file is what the screen showed, and never a program."""

import csv
import io

import pytest
from openpyxl import load_workbook

from kehu.web.ui.exports import as_csv, as_xlsx, defused
from kehu.web.ui.parts import Column, Table

EVIL = '=HYPERLINK("http://x","y")'
TABLE = Table(
    "t",
    (Column("name", "Step", "name"), Column("wait", "Wait", "duration"), Column("when", "When", "moment")),
    [{"name": EVIL, "wait": 90.5, "when": 0}, {"name": "Приём 受理", "wait": None, "when": None}],
)


def test_a_formula_in_a_label_is_text_in_csv():
    """CWE-1236: the cell begins with an apostrophe, so that no spreadsheet runs it."""
    rows = list(csv.reader(io.StringIO(as_csv(TABLE, "x").content.decode("utf-8-sig"))))
    assert rows[1] == ["'" + EVIL, "90.5", "1970-01-01 00:00:00+00:00"]
    assert rows[2] == ["Приём 受理", "", ""]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_sign_that_begins_a_formula_begins_a_text(sign):
    """Each of them, the wide forms of East Asian settings too; a number below zero stays a number."""
    assert defused(f"{sign}1+1") == f"'{sign}1+1"
    assert defused(-2) == -2


def test_a_formula_in_a_label_is_text_in_xlsx():
    sheet = load_workbook(io.BytesIO(as_xlsx(TABLE, "x").content)).active
    assert (sheet["A2"].value, sheet["A2"].data_type) == (EVIL, "s")
    assert sheet["B2"].value == pytest.approx(90.5)


def test_lengths_of_time_are_seconds_and_say_so():
    assert "(s)" in as_csv(TABLE, "x").content.decode("utf-8-sig").splitlines()[0]
