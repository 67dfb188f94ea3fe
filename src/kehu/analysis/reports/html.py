"""The report as one HTML file that needs nothing beside it and opens from a mail."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from kehu.analysis.reports.blocks import Report


def as_html(report: Report) -> str:
    """The whole page: styles and pictures inside, no script, no address of any other host."""
    return _environment().get_template("report.html").render(report=report) + "\n"


@cache
def _environment() -> Environment:
    loader = PackageLoader("kehu.analysis.reports", "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.tests["block"] = lambda block, kind: type(block).__name__ == kind
    return made
