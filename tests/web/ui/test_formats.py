"""Numbers as people of each language read them."""

import pytest
from django.utils import translation

from kehu.web.ui import formats
from kehu.web.ui.parts import Column, Figure, Table


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (42, "42 s"), (2100, "35 min"), (18_720, "5.2 h"), (250_560, "2.9 d"), (1e7, "116 d"), (None, "–")],
)
def test_a_length_of_time_is_one_number_in_one_unit(seconds, text):
    assert formats.duration(seconds) == text


def test_chinese_groups_by_three_and_russian_has_a_decimal_comma():
    """Django's own format groups Chinese digits by four."""
    with translation.override("zh-hans"):
        assert formats.number(1234567) == "1,234,567"
    with translation.override("ru"):
        assert formats.number(1234.5, decimals=1) == "1\u202f234,5"


def test_a_share_is_never_rounded_to_nothing():
    assert formats.share(0.0004) == "under 0.1%"
    assert formats.share(0.034) == "3.4%"
    assert formats.share(0.834) == "83%"


def test_a_figure_with_too_few_behind_it_cannot_tell():
    assert Figure("Median", "2 d", n=4).unknown
    assert not Figure("Median", "2 d", n=5).unknown
    assert not Figure("Cases", "3", n=3, always=True).unknown


def test_a_bar_is_measured_against_the_largest_of_its_column():
    table = Table("t", (Column("n", "n", "count", bar=True),), [{"n": 4}, {"n": 1}, {"n": None}])
    assert [cells[0].bar for _, cells in table.body] == [100.0, 25.0, None]
