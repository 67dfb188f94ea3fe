"""One contract for all importers: what each must do with files shaped as its vendor writes them."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.importers import IMPORTERS
from kehu.analysis.log.reading import append, import_log, importer_for, read_log

from .vendor_files import VENDOR_FILES

EVERY = pytest.mark.parametrize("vendor", VENDOR_FILES, ids=lambda vendor: vendor.id)
ENCODED = pytest.mark.parametrize(
    ("vendor", "encoding"),
    [pytest.param(v, e, id=f"{v.id}-{e}") for v in VENDOR_FILES for e in v.encodings],
)


def test_every_importer_is_under_the_contract():
    """A new importer without a factory of files fails here."""
    assert {importer.name for importer in IMPORTERS} <= {vendor.importer for vendor in VENDOR_FILES}


@ENCODED
def test_a_file_is_recognised_in_every_encoding(vendor, encoding, tmp_path):
    assert importer_for(vendor.file(tmp_path, encoding=encoding)).name == vendor.importer


@ENCODED
def test_every_step_of_every_case_arrives_whole(vendor, encoding, tmp_path):
    """Letters of every script, formulas and delimiters in a label stay as they are; cases hold their steps in order."""
    log = read_log(vendor.file(tmp_path, encoding=encoding), vendor.options)
    assert log.cases == 6
    for case in range(6):
        codes = log.activity[log.case_offsets[case] : log.case_offsets[case + 1]]
        assert tuple(log.activities[code] for code in codes) == vendor.activities
    assert log.header.rejected == 0


@EVERY
def test_a_bad_record_is_kept_out_and_named(vendor, tmp_path):
    """The good ones load as if it was not there; the rejects say its row and column."""
    if vendor.bad_row is None:
        pytest.skip("the format knows no bad record")
    good = read_log(vendor.file(tmp_path), vendor.options)
    log = import_log(vendor.file(tmp_path, bad=True), tmp_path / "store", vendor.options)
    assert (log.events, log.header.rejected) == (good.events, 1)
    with (tmp_path / "store/rejects.csv").open(encoding="utf-8") as file:
        rejected = list(csv.DictReader(file))
    assert [(int(row["row"]), row["column"]) for row in rejected] == [(vendor.bad_row, vendor.bad_column)]


@EVERY
def test_importing_twice_gives_the_same_log(vendor, tmp_path):
    source = vendor.file(tmp_path)
    first, second = read_log(source, vendor.options), read_log(source, vendor.options)
    for name in ("case_offsets", "activity", "resource", "department", "start", "end"):
        assert np.array_equal(getattr(first, name), getattr(second, name))


@EVERY
def test_the_same_file_appended_adds_nothing(vendor, tmp_path):
    source = vendor.file(tmp_path)
    first = import_log(source, tmp_path / "store", vendor.options)
    assert append(tmp_path / "store", source, vendor.options).events == first.events


@EVERY
def test_a_cut_off_file_is_refused_or_read_up_to_the_cut(vendor, tmp_path):
    """Never another error than one sentence, and never a store with half a file that nobody speaks of."""
    source = vendor.file(tmp_path, cases=200)
    data = source.read_bytes()
    source.write_bytes(data[: len(data) * 2 // 3])
    try:
        read = import_log(source, tmp_path / "store", vendor.options).events
    except InputError as error:
        sentence, read = str(error), 0
    assert read < 200 * len(vendor.activities)
    if read == 0:
        assert source.name in sentence
        assert not (tmp_path / "store").exists()
    assert not list(tmp_path.glob(".*")), "nothing is left lying about"


@EVERY
def test_progress_goes_from_nothing_to_all(vendor, tmp_path):
    told = []
    read_log(vendor.file(tmp_path), replace(vendor.options, progress=lambda what, share: told.append((what, share))))
    assert told
    assert all(what and 0 <= share <= 1 for what, share in told)
    assert told[-1][1] == 1


MEASURE = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from analysis.log.importers.vendor_files import VENDOR_FILES
from kehu.analysis.log.reading import import_log
vendor = VENDOR_FILES[int(sys.argv[3])]
import_log(Path(sys.argv[4]), Path(sys.argv[4] + ".store"), vendor.options)
status = Path("/proc/self/status").read_text()  # getrusage would count the memory of the process that started this one
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of a process")
@EVERY
def test_a_big_file_is_read_within_the_memory_bound(vendor, tmp_path):
    """Reading streams: the memory of the whole program stays under the bound of the kind."""
    source = vendor.file(tmp_path, cases=vendor.many)
    root = Path(__file__).parents[4]
    place = str(VENDOR_FILES.index(vendor))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, root / "src", root / "tests", place, source],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < vendor.megabytes
