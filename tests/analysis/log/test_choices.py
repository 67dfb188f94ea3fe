"""What the scope bar offers."""

from kehu.analysis.log.choices import choices
from kehu.analysis.log.reading import event_log


def test_an_attribute_with_few_values_is_offered_the_commonest_first():
    log = event_log(
        {
            "case_id": ["1", "1", "2", "3"],
            "activity": ["a", "b", "a", "a"],
            "timestamp": ["2026-01-01", "2026-01-02", "2026-01-03", "2026-02-01"],
            "product": ["x", "y", "y", None],
            "note": ["p", "q", "r", "s"],
            "only": ["o", "o", "o", "o"],
        }
    )
    found = choices(log, most=3)
    assert found.attributes == {"product": ("y", "x")}
    assert (found.first, found.last) == (1_767_225_600_000_000, 1_769_904_000_000_000)
