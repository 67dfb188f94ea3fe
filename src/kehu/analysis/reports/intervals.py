"""How sure a figure is: intervals for medians, means and shares (95 % throughout)."""

from __future__ import annotations

from math import ceil, floor, sqrt

import numpy as np
import numpy.typing as npt

_Z = 1.959963984540054
FEW = 5
"""A figure about fewer cases is not shown: it would say something of single people, and little of the process."""


def median_interval(ordered: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The interval of the median from order statistics (W. Conover, Practical Nonparametric Statistics, 1999, 3.2).

    ``ordered`` holds at least one value, ascending. With fewer than six values this is their whole range.
    """
    n = ordered.size
    half = _Z * sqrt(n) / 2
    low = max(floor(n / 2 - half) - 1, 0)
    high = min(ceil(n / 2 + half), n - 1)
    return float(ordered[low]), float(ordered[high])


def share_interval(successes: int, n: int) -> tuple[float, float]:
    """Wilson's interval of a share (E. Wilson, JASA 22, 1927); ``n`` at least 1."""
    share = successes / n
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n)) / (1 + _Z**2 / n)
    return max(centre - reach, 0.0), min(centre + reach, 1.0)
