"""Which paths lead back, by hand."""

from kehu.analysis.log.reading import event_log
from kehu.analysis.mining.returns import returns
from kehu.analysis.mining.rework import rework

LOG = event_log(
    {
        "case_id": ["1"] * 5 + ["2"] * 3,
        "activity": ["a", "b", "a", "c", "b", "a", "a", "b"],
        "timestamp": [f"2026-01-0{day}" for day in (1, 2, 3, 4, 5, 1, 2, 3)],
    }
)


def test_a_path_leads_back_where_its_step_was_done_before():
    found = returns(LOG)
    assert found.by_path == {("b", "a"): 1, ("c", "b"): 1, ("a", "a"): 1}
    assert found.by_activity == {"a": 2, "b": 1}


def test_paths_and_steps_agree_with_rework():
    assert sum(returns(LOG).by_path.values()) == rework(LOG).repeats == 3
