"""What is compiled ahead of the first reader."""

from kehu.analysis.reports.warming import warm_up


def test_warming_goes_through_every_measure():
    """It runs the importer, the measures of the report and those of the screens; any of them failing would raise."""
    told = []
    warm_up(lambda what, share: told.append((what, share)))
    assert told[0] == ("simulate", 0.0)
    assert len(told) > 5
