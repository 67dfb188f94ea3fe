"""F07: the extraneous time of every activity against the true hidden delay of simulated logs. Usage: waiting.py.

Prints a table: per log the rank correlation over activities (Spearman), found and true hours, their ratio, and the
shares of the five causes. A log whose true delay is zero everywhere has no correlation and no ratio: what counts there
is how little is found.
"""

import sys
from pathlib import Path

import numpy as np
from data import data_folder

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from scipy.stats import spearmanr

from kehu.analysis.log.reading import read_log
from kehu.analysis.mining.waiting import CAUSES, waiting

PLANTED = ("pharmacy_5_timers_synth", "loan_application_5_timers_synth", "insurance_claims_test_synth")
NOTHING_PLANTED = (
    "pharmacy_synth",
    "loan_application_synth",
    "procure_to_pay_synth",
    "insurance_claims_train_synth",
)


def main() -> None:
    print(table())


def table() -> str:
    """The table as Markdown."""
    head = ("log", "activities with a delay", "rank correlation", "found h", "true h", "found / true", *CAUSES)
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    lines += [row(name) for name in (*PLANTED, *NOTHING_PLANTED)]
    return "\n".join(lines)


def row(name: str) -> str:
    """One log: what was found beside the truth."""
    log = read_log(data_folder() / f"{name}.parquet")
    truth = np.array(log.event_attribute("extraneous_delay").to_pylist(), float)
    result = waiting(log)
    found = result.parts[:, CAUSES.index("extraneous")] / 1e6
    true_by, found_by = (np.bincount(log.activity, values, len(log.activities)) for values in (truth, found))
    planted = truth.sum() > 0
    cells = (
        name,
        f"{(true_by > 0).sum()} of {true_by.size}",
        f"{spearmanr(true_by, found_by)[0]:.3f}" if planted else "",
        f"{found.sum() / 3600:.1f}",
        f"{truth.sum() / 3600:.1f}",
        f"{found.sum() / truth.sum():.3f}" if planted else "",
        *(f"{us / max(result.total.wait_us, 1):.1%}" for us in result.total.cause_us),
    )
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
