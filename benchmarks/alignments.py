"""Optimal alignments beside PM4Py's state-equation A*: the same net, the same variants, equal costs asked of both.

Prints a table. Both sides align each variant once, in one process, with the log loaded and the code compiled. Where a
log has more variants than the peer gets through, both align the same seeded sample. ``KEHU_PEER_PM4PY`` names the
peer's interpreter; without it an environment is made. Usage: alignments.py [LOG …]
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.sax.saxutils import quoteattr

from data import data_folder
from environments import python_of

from kehu.analysis.bpmn import Kind, Process, compile_net
from kehu.analysis.bpmn.net import BEGIN
from kehu.analysis.log.reading import read_log
from kehu.analysis.log.staging import ImportOptions
from kehu.analysis.mining.alignments import Aligner
from kehu.analysis.mining.discovery import discover_tree
from kehu.analysis.mining.play import play_of
from kehu.analysis.mining.process_tree import to_process
from kehu.analysis.mining.traces import Traces, traces

HERE = Path(__file__).resolve().parent
LOGS = ("repair_example", "helpdesk", "bpic2013_closed_problems", "road_traffic_fines", "receipt", "sepsis")
NOISE = (0.0, 0.2)
SAMPLE = 60
PEER_S = 150


def main() -> None:
    warm_up()
    print("| log | noise | variants | kehu s | pm4py s | times faster | equal costs |\n|---|---|---|---|---|---|---|")
    for name in sys.argv[1:] or LOGS:
        variants = traces(read_log(data_folder() / f"{name}.parquet", ImportOptions(lifecycle="raw")))
        for noise in NOISE:
            print(row(name, noise, variants), flush=True)
    print(
        "\nSeconds to align each variant once; kehu starts with an empty store (median of 3). The peer runs "
        f"its default; what it did not finish within {PEER_S} s a row is left out on both sides."
    )


def warm_up() -> None:
    """Compile before the clock starts."""
    from kehu.analysis.mining.traces import traces_of

    variants = traces_of([(("a", "b"), 1), (("b",), 1)])
    Aligner(play_of(to_process(discover_tree(variants, 0)), variants.activities)).align(variants)


def row(name: str, noise: float, variants: Traces) -> str:
    process = to_process(discover_tree(variants, noise))
    numbers = list(range(variants.variants))
    if len(numbers) > SAMPLE:
        numbers = sorted(random.Random(1).sample(numbers, SAMPLE))
    theirs = peer(process, variants, numbers)
    done = numbers[: len(theirs["costs"])]
    if not done:
        return f"| {name} | {noise} | 0 of {variants.variants} | | > {PEER_S} | | |"
    seconds, costs = ours(process, variants, done)
    equal = sum(a == b for a, b in zip(costs, theirs["costs"], strict=True))
    taken = theirs["seconds"]
    return (
        f"| {name} | {noise} | {len(done)} of {variants.variants} | {seconds:.4f} | {taken:.2f} | "
        f"{taken / seconds:.0f} | {equal} of {len(done)} |"
    )


def ours(process: Process, variants: Traces, numbers: list[int]) -> tuple[float, list[int | None]]:
    runs = []
    for _ in range(3):
        started = time.perf_counter()
        aligner = Aligner(play_of(process, variants.activities))
        found = aligner.align(variants, numbers)
        runs.append(time.perf_counter() - started)
    return sorted(runs)[1], [item.cost for item in found]


def peer(process: Process, variants: Traces, numbers: list[int]) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        net, log = Path(folder) / "net.pnml", Path(folder) / "log.json"
        net.write_text(pnml(process), encoding="utf-8")
        log.write_text(json.dumps([variants.names_of(number) for number in numbers]), encoding="utf-8")
        command = [python_of("pm4py"), "peers/pm4py_alignments.py", str(net), str(log), str(PEER_S)]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the peer failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def pnml(process: Process) -> str:
    """The very net our side plays, with one last place that every end feeds."""
    net = compile_net(process)
    parts = [f'<place id="p{number}">{marked(place)}</place>' for number, place in enumerate(net.places)]
    parts.append('<place id="sink"></place>')
    index = {place: f"p{number}" for number, place in enumerate(net.places)}
    for number, item in enumerate(net.transitions):
        node = process.node_by_id[item.node]
        label = f"<name><text>{quoteattr(node.name)[1:-1]}</text></name>" if node.kind is Kind.USER else ""
        silent = "" if label else '<toolspecific tool="ProM" version="6.4" activity="$invisible$"/>'
        parts.append(f'<transition id="t{number}">{label}{silent}</transition>')
        gives = ["sink"] if node.kind is Kind.END else [index[place] for place in item.gives]
        pairs = [(index[place], f"t{number}") for place in item.takes] + [(f"t{number}", place) for place in gives]
        parts += [f'<arc id="a{a}{b}" source="{a}" target="{b}"/>' for a, b in pairs]
    final = '<finalmarkings><marking><place idref="sink"><text>1</text></place></marking></finalmarkings>'
    kind = "http://www.pnml.org/version-2009/grammar/pnmlcoremodel"
    return f'<pnml><net id="n" type="{kind}"><page id="g">{"".join(parts)}</page>{final}</net></pnml>'


def marked(place: str) -> str:
    return "<initialMarking><text>1</text></initialMarking>" if place == BEGIN else ""


if __name__ == "__main__":
    main()
