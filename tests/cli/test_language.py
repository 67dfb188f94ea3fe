"""The command speaks the language of ``--lang``, else that of the environment."""

import pytest
from typer.testing import CliRunner

from kehu.cli import app

SAID = {
    "ru_RU.UTF-8": "x.csv: файл пуст. Выгрузите файл ещё раз.",
    "zh_CN.UTF-8": "x.csv：是空文件。请重新导出。",
    "C": "x.csv: is empty. Export it again.",
    "de_DE.UTF-8": "x.csv: is empty. Export it again.",
}


def run(path, *more, **environment):
    path.write_bytes(b"")
    plain = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": None}
    return CliRunner().invoke(app, ["report", str(path), "--html", "-", *more], env=plain | environment)


@pytest.mark.parametrize(("named", "sentence"), SAID.items(), ids=SAID)
def test_errors_in_the_language_of_the_environment(tmp_path, named, sentence):
    """LANG, as POSIX has it."""
    assert run(tmp_path / "x.csv", LANG=named).stderr.strip() == sentence


def test_the_first_variable_that_is_set_counts(tmp_path):
    """LC_ALL before LANG."""
    assert run(tmp_path / "x.csv", LC_ALL="ru_RU.UTF-8", LANG="zh_CN.UTF-8").stderr.strip() == SAID["ru_RU.UTF-8"]


@pytest.mark.parametrize("option", [("--lang", "zh"), ("--lang=zh",)], ids=["apart", "joined"])
def test_the_language_asked_for_counts_most(tmp_path, option):
    """A report in Chinese is refused in Chinese."""
    result = run(tmp_path / "x.csv", *option, LANG="ru_RU.UTF-8")
    assert (result.exit_code, result.stderr.strip()) == (2, SAID["zh_CN.UTF-8"])
