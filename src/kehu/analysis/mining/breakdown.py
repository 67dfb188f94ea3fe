"""A log broken down by an attribute: how many cases each value has, how long they take, what is done twice."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kehu.analysis.log.eventlog import EVERYTHING, EventLog, Selection
from kehu.analysis.mining.percase import CaseRows, case_rows

_MANY = 20
"""More different numbers than this are shown as quarters."""


@dataclass(frozen=True)
class Segment:
    """The cases of one value (``None``: cases without one); seconds, exact. ``share`` and ``rework_share`` are 0-1.

    ``low`` and ``high`` bound the values where numbers were put into quarters, else both are ``None``.
    """

    value: str | None
    cases: int
    share: float
    mean_s: float
    median_s: float
    customer_mean_s: float
    customer_median_s: float
    events_per_case: float
    handovers_per_case: float
    rework_share: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Breakdown:
    """Segments by falling number of cases, then by value; ``left_out`` values beyond the limit had fewer cases."""

    attribute: str
    cases: int
    segments: tuple[Segment, ...]
    left_out: int

    def to_json(self) -> dict[str, Any]:
        """As a screen's API writes it."""
        return asdict(self)


def breakdown(log: EventLog, attribute: str, selection: Selection = EVERYTHING, limit: int = 50) -> Breakdown:
    """Break the selected cases down by an attribute of the case, or by that of the case's first event.

    Raises InputError where the log has no such attribute.
    """
    rows = case_rows(log, selection)
    codes, values, bounds = _coded(_column(log, attribute).take(pa.array(rows.case)))
    counts = np.bincount(codes, minlength=len(values))
    order = np.argsort(-counts, kind="stable")
    kept = [code for code in order.tolist() if counts[code]]
    segments = tuple(_segment(rows, codes == code, values[code], bounds.get(code)) for code in kept[:limit])
    return Breakdown(attribute, int(rows.case.size), segments, max(0, len(kept) - limit))


def _column(log: EventLog, attribute: str) -> pa.Array:
    """The attribute's value of every case of the log."""
    if attribute in log.case_attribute_names:
        column = log.case_attribute(attribute)
    else:
        column = log.event_attribute(attribute).take(pa.array(np.asarray(log.case_offsets[:-1])))
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _coded(
    column: pa.Array,
) -> tuple[npt.NDArray[np.int64], list[str | None], dict[int, tuple[float, float]]]:
    """The code of every case, the value of every code in alphabetical order (none last), and bounds of quarters."""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        numbers = np.asarray(pc.cast(column, pa.float64()), np.float64)
        known = numbers[np.isfinite(numbers)]
        if np.unique(known).size > _MANY:
            return _quarters(numbers, known)
    text = pc.cast(column, pa.string())
    names = sorted(name for name in pc.unique(text).to_pylist() if name is not None)
    places = pc.index_in(text, value_set=pa.array(names, pa.string()))
    return np.asarray(pc.fill_null(places, len(names)), np.int64), [*names, None], {}


def _quarters(
    numbers: npt.NDArray[np.float64], known: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], list[str | None], dict[int, tuple[float, float]]]:
    edges = np.unique(np.quantile(known, (0, 0.25, 0.5, 0.75, 1)))
    codes = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, edges.size - 2)
    codes[~np.isfinite(numbers)] = edges.size - 1
    bounds = {code: (float(edges[code]), float(edges[code + 1])) for code in range(edges.size - 1)}
    names: list[str | None] = [f"{low:g} – {high:g}" for low, high in bounds.values()]
    return codes, [*names, None], bounds


def _segment(
    rows: CaseRows, chosen: npt.NDArray[np.bool_], value: str | None, bounds: tuple[float, float] | None
) -> Segment:
    clock, customer = rows.clock[chosen] / 1e6, rows.customer[chosen] / 1e6
    return Segment(
        value=value,
        cases=int(chosen.sum()),
        share=float(chosen.mean()),
        mean_s=float(clock.mean()),
        median_s=float(np.median(clock)),
        customer_mean_s=float(customer.mean()),
        customer_median_s=float(np.median(customer)),
        events_per_case=float(rows.events[chosen].mean()),
        handovers_per_case=float(rows.handovers[chosen].mean()),
        rework_share=float((rows.repeats[chosen] > 0).mean()),
        low=bounds[0] if bounds else None,
        high=bounds[1] if bounds else None,
    )
