"""The report: titles that are findings, figures with their n, honest about what a log cannot tell."""

from html.parser import HTMLParser

import pytest

from kehu.analysis.log import Header
from kehu.analysis.log.reading import event_log
from kehu.analysis.reports.compose import compose
from kehu.analysis.reports.gather import gather
from kehu.analysis.reports.html import as_html
from kehu.analysis.reports.language import LANGUAGES, words_of
from kehu.analysis.worlds import sample_log


@pytest.fixture(scope="module")
def log():
    return sample_log(cases=400, days=120)


@pytest.fixture(scope="module")
def facts(log):
    return gather(log)


@pytest.fixture(scope="module")
def page(facts):
    return as_html(compose(facts, words_of("en")))


def bare(rows):
    """A log without starts, people, departments and zone."""
    case, activity, timestamp = zip(*rows, strict=True)
    return event_log({"case_id": list(case), "activity": list(activity), "timestamp": list(timestamp)}, Header("x.csv"))


@pytest.fixture
def poor():
    return bare(
        [(f"c{i}", name, f"2025-03-0{day}T1{i % 10}:00:00") for i in range(9) for day, name in ((1, "in"), (3, "out"))]
    )


def test_the_wall_is_a_title(page):
    assert "Billing → Delivery waits" in page
    assert "no other wall comes near" in page


def test_every_figure_has_its_n(page, facts):
    assert f"n = {facts.cases}" in page
    assert "95% interval" in page


def test_nobody_is_named(page, log):
    """People appear under numbers."""
    assert [name for name in log.resources if name in page] == []
    assert "Person\u00a01" in page


def test_a_number_stays_with_its_person(facts):
    assert facts.pseudonyms(words_of("en")) == facts.pseudonyms(words_of("en"))
    assert len(set(facts.pseudonyms(words_of("en")).values())) == len(facts.log.resources)


def test_the_file_needs_nothing_beside_it(page):
    """No address of another host, no script: it opens from a mail, and nobody learns that it was opened."""
    loads = [link for link in _attributes(page) if not link.startswith("#")]
    assert loads == []
    assert "<script" not in page


def test_labels_are_escaped():
    """A label from a file is text, never markup."""
    rows = [(f"c{i}", name, f"2025-03-0{day}") for i in range(6) for day, name in ((1, "<script>x</script>"), (2, "b"))]
    assert "<script" not in as_html(compose(gather(bare(rows)), words_of("en")))


def test_what_a_log_cannot_tell_is_said(poor):
    page = as_html(compose(gather(poor), words_of("en")))
    assert "Cannot tell where walls stand: the log names no department" in page
    assert "The log has no start times. Impossible:" in page
    assert "No figure in business time" in page


def test_too_few_cases_say_so():
    """A median of three cases is nobody's business."""
    page = as_html(compose(gather(bare([("a", "x", "2025-01-01"), ("b", "x", "2025-01-02")])), words_of("en")))
    assert "Cannot tell how long cases take: there are only 2 of them" in page


def test_small_groups_are_hidden():
    """Four handovers from Delivery to Quality are not shown; the six to Billing are."""
    rows = {"case_id": [], "activity": [], "timestamp": [], "department": []}
    for i in range(10):
        for day, department in ((1, "Delivery"), (2, "Quality" if i < 4 else "Billing")):
            rows["case_id"].append(f"c{i}")
            rows["activity"].append("step")
            rows["timestamp"].append(f"2025-03-0{day}")
            rows["department"].append(department)
    page = as_html(compose(gather(event_log(rows)), words_of("en")))
    assert "Delivery → Billing" in page
    assert "Quality" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_breaks_in_any_language(facts, poor, language):
    """Every placeholder of every translation is filled."""
    for measured in (facts, gather(poor)):
        page = as_html(compose(measured, words_of(language)))
        assert "%(" not in page


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in {"href", "src"}]


def _attributes(page):
    links = _Links()
    links.feed(page)
    return links.found
