"""The peers' environments: made once under .cache/peers, apart from the project, since some licences must not mix."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

from data import ROOT

PEERS = {
    "pm4py": ["pm4py==2.7.23.11", "pyarrow"],
    "polars": ["polars==2.1.0"],
    "duckdb": ["duckdb==1.5.5"],
    "rustxes": ["rustxes==0.2.11", "polars==1.35.2", "pyarrow"],
}
"""Name → what is installed there; kept to exact versions, so that a result can be had again."""


def python_of(peer: str) -> str:
    """The interpreter of a peer's environment; ``KEHU_PEER_<NAME>`` names one that is there already."""
    given = os.environ.get(f"KEHU_PEER_{peer.upper()}")
    if given:
        return given
    folder = ROOT / ".cache" / "peers" / peer
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print(f"· setting up {peer}", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEERS[peer]], check=True)
        (folder / "ready").touch()
    return str(python)


def machine() -> str:
    """One sentence on the machine a result comes from."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{model}, {os.cpu_count()} shared cores, {memory:.0f} GB, {platform.system()}, Python {python}"
