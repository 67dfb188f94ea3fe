"""XES as process mining tools write it (IEEE Std 1849-2016)."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from xml.sax.saxutils import quoteattr

from .shape import VendorFile, events


def make_xes(folder: Path, cases: int, encoding: str, bad: bool) -> Path:
    """Extensions, globals and a classifier, then one trace a case; times with an offset of two hours."""
    traces = defaultdict(list)
    for case, activity, when, who, team in events(cases):
        traces[case].append(
            f"""\t\t<event>
\t\t\t<string key="concept:name" value={quoteattr(activity)}/>
\t\t\t<string key="org:resource" value="{who}"/>
\t\t\t<string key="org:group" value="{team}"/>
\t\t\t<date key="time:timestamp" value="{when.isoformat()}.000+02:00"/>
\t\t</event>
"""
        )
    if bad:
        traces["C-000000"].insert(1, '\t\t<event><string key="concept:name" value="no time"/></event>\n')
    body = "".join(
        f'\t<trace>\n\t\t<string key="concept:name" value="{case}"/>\n{"".join(rows)}\t</trace>\n'
        for case, rows in traces.items()
    )
    declared = encoding.removesuffix("-sig")
    path = folder / f"log.{encoding}.xes"
    path.write_bytes(f"{HEAD.format(encoding=declared)}{body}</log>\n".encode(encoding))
    return path


HEAD = """<?xml version="1.0" encoding="{encoding}" ?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
\t<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
\t<global scope="event">
\t\t<string key="concept:name" value="__INVALID__"/>
\t</global>
\t<classifier name="Activity" keys="concept:name"/>
"""

XES = VendorFile(
    "xes",
    make_xes,
    encodings=("utf-8", "utf-8-sig", "utf-16", "gb18030"),
    bad_row=2,
    bad_column="timestamp",
    many=40_000,
)
