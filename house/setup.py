"""Set up ``.venv`` for running (``run``) or for work (``dev``): Python packages by hashed lock, and the front end.

Needs nothing but Python 3.11 with venv. A second call takes a moment: the stamp in ``.venv`` tells what is installed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / ".kehu-setup"
WARM = ENVIRONMENT / ".kehu-warm"


def main() -> None:
    """Install what is missing, saying what is being done."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "dev"
    _require_python()
    if not _installed(kind):
        _create()
        _install(kind)
        _step("kehu itself", _pip("install", "--no-deps", "--no-build-isolation", "-e", "."))
        STAMP.write_text(f"{kind} {_fingerprint(kind)}\n", encoding="utf-8")
    _step("front end and catalogues", [str(PYTHON), "hatch_build.py"])
    _warm()


def _warm() -> None:
    """Compile the measures where their code changed since; about a minute, once."""
    sources = sorted((ROOT / "src" / "kehu" / "analysis").rglob("*.py"))
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    if WARM.is_file() and WARM.read_text(encoding="utf-8") == wanted:
        return
    _step("compiling the measures, once", [str(ENVIRONMENT / "bin" / "kehu"), "warm"])
    WARM.write_text(wanted, encoding="utf-8")


def _require_python() -> None:
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Kehu needs Python 3.11 or newer; `{sys.executable}` is {found}. Call: make PYTHON=python3.11 …")


def _fingerprint(kind: str) -> str:
    parts = [(ROOT / name).read_bytes() for name in (f"requirements/{kind}.lock", "pyproject.toml")]
    return hashlib.sha256(b"".join(parts) + sys.version.encode()).hexdigest()


def _installed(kind: str) -> bool:
    """Whether this kind is there; an environment for work also serves for running."""
    if not (STAMP.is_file() and PYTHON.is_file()):
        return False
    stamp = STAMP.read_text(encoding="utf-8").split()
    return stamp == [kind, _fingerprint(kind)] or stamp == ["dev", _fingerprint("dev")]


def _create() -> None:
    if PYTHON.is_file():
        return
    print("· creating .venv", flush=True)
    try:
        venv.create(ENVIRONMENT, with_pip=True)
    except subprocess.CalledProcessError:
        sys.exit("Python's venv cannot install pip here. On Debian: apt-get install python3-venv; then try again.")


def _install(kind: str) -> None:
    lock = f"requirements/{kind}.lock"
    if _has_uv():
        uv = [str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON), "--require-hashes", "-r", lock]
        if _step(f"packages of {lock}", uv, may_fail=True):
            return
        print("  uv did not manage it; trying pip", flush=True)
    _step(f"packages of {lock}", _pip("install", "--require-hashes", "-r", lock))


def _has_uv() -> bool:
    return _step("uv, the fast installer", _pip("install", "--quiet", "uv"), may_fail=True)


def _pip(*arguments: str) -> list[str]:
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]


def _step(what: str, command: list[str], *, may_fail: bool = False) -> bool:
    print(f"· {what}", flush=True)
    started = time.monotonic()
    # The system's certificates, so that it works behind a company's proxy too.
    done = subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, "UV_SYSTEM_CERTS": "1"})
    if done.returncode and not may_fail:
        sys.exit(f"Could not install {what}: the command above failed (exit {done.returncode}). Is the network there?")
    if time.monotonic() - started > 5:
        print(f"  done in {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
