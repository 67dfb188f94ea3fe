"""Numbers, times and sentences as each language writes them."""

import pytest

from kehu.analysis.reports.language import LANGUAGES, read_catalogue, words_of

FIRM = "\u00a0"


@pytest.mark.parametrize(
    ("seconds", "en", "zh", "ru"),
    [
        (42, "42 s", "42 秒", "42 с"),
        (630, "10.5 min", "10.5 分钟", "10,5 мин"),
        (9000, "2.5 h", "2.5 小时", "2,5 ч"),
        (250_560, "2.9 days", "2.9 天", "2,9 дн."),
        (29_520_806, "342 days", "342 天", "342 дн."),
        (0, "0 s", "0 秒", "0 с"),
    ],
)
def test_a_time_is_told_in_the_unit_a_person_would_choose(seconds, en, zh, ru):
    told = [words_of(language).time(seconds).replace(FIRM, " ") for language in LANGUAGES]
    assert told == [en, zh, ru]


def test_an_interval_has_one_unit():
    """70 minutes to 1.6 hours would be read twice."""
    assert words_of("en").interval(4200, 5760) == f"1.2–1.6{FIRM}h"


@pytest.mark.parametrize(
    ("share", "told"), [(0, "0%"), (0.0004, "<0.1%"), (0.034, "3.4%"), (0.25, "25%"), (0.9999, ">99.9%"), (1, "100%")]
)
def test_nearly_nothing_is_not_nothing(share, told):
    assert words_of("en").percent(share) == told


def test_russian_counts_in_three_forms():
    t = words_of("ru")
    forms = [t.plural("One row could not be used.", "%(n)s rows could not be used.", n) for n in (1, 3, 11, 21, 1005)]
    assert forms[0] == "1 строку использовать не удалось."
    assert forms[1] == "3 строки использовать не удалось."
    assert forms[2] == "11 строк использовать не удалось."
    assert forms[3] == "21 строку использовать не удалось."
    assert forms[4] == f"1{FIRM}005 строк использовать не удалось."


def test_a_missing_translation_shows_the_english():
    assert words_of("zh")("Nobody translated %(what)s", what="this") == "Nobody translated this"


def test_a_catalogue_is_read_with_its_continued_lines_and_quotes():
    text = 'msgid "a"\n"b"\nmsgstr "say \\"x\\"\\n"\n\n#, fuzzy\nmsgid "c"\nmsgstr "d"\n'
    assert read_catalogue(text) == {"ab": ('say "x"\n',)}


def test_every_sentence_of_the_report_is_translated():
    """Every string of the report's code stands in both catalogues, not empty."""
    from babel.messages.extract import extract_from_dir

    from kehu.analysis import reports

    keywords = {"t": None, "plural": (1, 2)}
    found = extract_from_dir(reports.__path__[0], [("**.py", "python")], keywords=keywords)
    messages = {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}
    assert len(messages) > 100
    for language in ("zh", "ru"):
        catalogue = words_of(language).catalogue
        assert [message for message in messages if not all(catalogue.get(message, ("",)))] == []
