"""The JSON of the commands keeps its shape: a key that goes or changes its type breaks somebody's program."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kehu.cli import app

SNAPSHOTS = Path(__file__).resolve().parents[1] / "snapshots"
DOCUMENT = Path(__file__).resolve().parents[2] / "docs/reference/json.md"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return shapes(tmp_path_factory.mktemp("json"))


def shapes(folder):
    """What each command writes about the sample company, with the shapes of its values in place of them."""
    ask("sample", "-o", folder / "store", "--cases", "200")
    ask("discover", folder / "store", "-o", folder / "m.bpmn", "--noise", "1")
    return {
        "mine": shape(asked("mine", folder / "store")),
        "waits": shape(asked("waits", folder / "store")),
        "conform": shape(asked("conform", folder / "store", folder / "m.bpmn", "--walk", "1", "--exact")),
    }


@pytest.mark.parametrize("command", ["mine", "waits", "conform"])
def test_the_shape_stays(written, command):
    """After a wanted change, write ``shape`` anew with: python tests/cli/test_json.py (and the changelog)."""
    assert written[command] == json.loads((SNAPSHOTS / f"{command}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("command", ["mine", "waits", "conform"])
def test_every_key_is_documented(written, command):
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [key for key in keys(written[command]) if f"`{key}`" not in text] == []


def ask(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.stderr
    return result


def asked(*arguments):
    return json.loads(ask(*arguments, "--json", "-").stdout)


def shape(value):
    """Keys with the types of their values; a list is the shape of all its items together."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [merged([shape(item) for item in value])]
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    return "number" if isinstance(value, int | float) else "string"


def merged(shapes):
    if not shapes:
        return "nothing"
    if all(isinstance(one, dict) for one in shapes):
        names = dict.fromkeys(key for one in shapes for key in one)
        return {key: merged([one[key] for one in shapes if key in one]) for key in names}
    if all(isinstance(one, list) for one in shapes):
        return [merged([item for one in shapes for item in one if item != "nothing"])]
    plain = sorted({one for one in shapes if isinstance(one, str)})
    rest = [one for one in shapes if not isinstance(one, str)]
    return merged(rest) if rest else " or ".join(plain)


def keys(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    if isinstance(value, list):
        for item in value:
            yield from keys(item)


if __name__ == "__main__":
    import tempfile

    for name, found in shapes(Path(tempfile.mkdtemp())).items():
        SNAPSHOTS.mkdir(exist_ok=True)
        (SNAPSHOTS / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
