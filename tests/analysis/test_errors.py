"""Sentences keep their parts, so that each reader has them in a language of their own."""

import copy
import json
import pickle

import pytest

from kehu.analysis.errors import InputError, Sentence, as_sentence, kept, restored, said, saved
from kehu.analysis.log.reading import event_log
from kehu.analysis.log.store import open_store, save_log
from kehu.analysis.reports.language import words_of

ROW = Sentence("%(file)s, row %(row)d, column %(column)r", file="a.csv", row=12345, column="when")
LEFT_OUT = Sentence("%(count)s rows that are no completion were left out.", count=12345)


def test_a_sentence_is_its_english_text():
    """Numbers of rows stay whole, counts have their thousands apart, names stand in quotation marks."""
    assert ROW == "a.csv, row 12345, column 'when'"
    assert LEFT_OUT == "12,345 rows that are no completion were left out."


def test_per_cent_signs_need_no_care_without_values():
    """Only a template with values is one."""
    assert Sentence("100% of it") == "100% of it"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))], ids=["copy", "pickle"])
def test_a_copy_keeps_the_parts(again):
    """Other processes and ``asdict`` copy."""
    outer = Sentence("%(where)s: %(what)s.", where=ROW, what="x")
    assert again(outer) == outer
    assert again(outer).values["where"].template == ROW.template


def test_json_keeps_the_parts():
    """Also those of a sentence within a sentence; a plain text of an older store is read as it is."""
    outer = Sentence("%(where)s: %(what)s.", where=ROW, what="x")
    read = restored(json.loads(json.dumps(saved(outer))))
    assert read == outer
    assert read.values["where"].values["row"] == 12345
    assert as_sentence(kept(outer)).values["where"].template == ROW.template
    assert restored("as it was") == as_sentence(kept("as it was")) == "as it was"


def test_a_store_keeps_the_parts_of_its_notes(tmp_path):
    """So that a note of a Chinese importer run is Russian to a Russian reader."""
    log = event_log({"case_id": ["1"], "activity": ["a"], "timestamp": ["2024-01-01"]})
    save_log(log.with_header(notes=(LEFT_OUT, "an old note")), tmp_path / "store")
    notes = open_store(tmp_path / "store").header.notes
    assert notes == (LEFT_OUT, "an old note")
    assert (
        said(notes[0], words_of("ru"), words_of("ru").count)
        == "Пропущено строк, не означающих завершения: 12\u00a0345."
    )


def test_an_error_is_told_in_a_language():
    """Place, fault and remedy each through the catalogue; the English text stays what it is."""
    error = InputError(Sentence("is empty"), where=ROW, remedy=Sentence("Export it again"))
    assert str(error) == "a.csv, row 12345, column 'when': is empty. Export it again."
    assert error.render(words_of("zh")) == "a.csv 第 12345 行“when”列：是空文件。请重新导出。"
    assert error.render(words_of("ru")) == "a.csv, строка 12345, столбец «when»: файл пуст. Выгрузите файл ещё раз."


def test_an_error_crosses_processes():
    """A worker's error is as good as one's own."""
    error = InputError(Sentence("is empty"), where="a.csv", remedy=Sentence("Export it again"))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.where, again.what.template) == (str(error), "a.csv", "is empty")
