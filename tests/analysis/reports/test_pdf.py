"""The PDF says what the page says, in letters that every reader has."""

import pytest

from kehu.analysis.reports.blocks import Table, Text
from kehu.analysis.reports.compose import compose
from kehu.analysis.reports.gather import gather
from kehu.analysis.reports.language import words_of
from kehu.analysis.reports.pdf import as_pdf, as_typst
from kehu.analysis.worlds import sample_log


@pytest.fixture(scope="module")
def facts():
    return gather(sample_log(cases=150, days=60, language="zh"))


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_a_pdf_carries_its_letters(facts, language):
    """The font is inside: a reader without Chinese fonts sees Chinese."""
    pdf = as_pdf(compose(facts, words_of(language)))
    assert pdf.startswith(b"%PDF-")
    assert b"NotoSansCJK" in pdf


def test_the_pdf_holds_every_block_of_the_report(facts):
    report = compose(facts, words_of("en"))
    source = as_typst(report)
    for section in report.sections:
        assert section.title in source
        for block in section.blocks:
            if isinstance(block, Text):
                assert block.text in source
            if isinstance(block, Table):
                assert all(cell in source for row in block.rows for cell in row)


def test_a_label_is_never_markup(facts):
    """A case label that looks like Typst stays a label."""
    report = compose(gather(facts.log.with_header(source='#panic("x") \\ "quoted"')), words_of("en"))
    assert as_pdf(report).startswith(b"%PDF-")


def test_the_same_report_gives_the_same_bytes(facts):
    report = compose(facts, words_of("ru"))
    assert as_pdf(report) == as_pdf(report)
