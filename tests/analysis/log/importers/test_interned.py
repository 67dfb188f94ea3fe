"""Distinct texts as numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from kehu.analysis.log.importers.interned import Interned, intern


def test_texts_with_equal_slots_are_kept_apart():
    """The table compares bytes, not only hashes, and grows from four slots without losing one."""
    table = Interned(slots=np.full(4, -1, np.int32))
    texts = [f"t{i}".encode() for i in range(50)]
    data = np.frombuffer(b"".join(texts), np.uint8)
    table.reserve(50, len(data))
    for _ in range(2):
        codes = [intern(*table.parts(), data, a, b) for a, b in pairwise(np.cumsum([0, *map(len, texts)]))]
        assert codes == list(range(50))
    assert table.strings() == texts
