"""Tables as files. A label of a log is never let to become a formula in the reader's spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from kehu.web.ui.parts import Column, Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula; East Asian settings take the wide forms too."""
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SHEET_ROWS = 1_048_575
"""Rows of a sheet below its heading."""


def as_csv(table: Table, name: str) -> HttpResponse:
    """The table as CSV in UTF-8 with a mark at its head, so that Excel shows Chinese and Russian as they are."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([defused(column.heading) for column in table.columns])
    writer.writerows([defused(plain(column, row.get(column.key))) for column in table.columns] for row in table.rows)
    return _answer(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"{name}.csv")


def as_xlsx(table: Table, name: str) -> HttpResponse:
    """The table as a workbook; every text is stored as text, whatever sign it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.key[:31])
    sheet.append([_cell(sheet, column.heading) for column in table.columns])
    for row in table.rows[:_SHEET_ROWS]:
        sheet.append([_cell(sheet, plain(column, row.get(column.key))) for column in table.columns])
    memory = io.BytesIO()
    book.save(memory)
    return _answer(
        memory.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", f"{name}.xlsx"
    )


def plain(column: Column, value: Any) -> Any:
    """The value as a file holds it: numbers unrounded, instants in ISO 8601, a variant's steps joined by arrows."""
    if column.kind == "moment" and value is not None:
        return datetime.fromtimestamp(value / 1e6, UTC).isoformat(sep=" ", timespec="seconds")
    if column.kind == "steps":
        return " → ".join(step["name"] for step in value or ())
    if hasattr(value, "item"):
        return value.item()
    return value if isinstance(value, int | float) or value is None else str(value)


def defused(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, with the apostrophe that stops it (CWE-1236)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _cell(sheet: Any, value: Any) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=_FORBIDDEN.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA)
    return cell


def _answer(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
