"""Sentences for people, which keep their parts so that each reader has them in a language of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeAlias

Value: TypeAlias = "str | int | float | None"
Translate: TypeAlias = Callable[[str], str]
Saved: TypeAlias = "str | dict[str, Any]"


def grouped(number: float) -> str:
    """A number with its thousands apart, as English writes it."""
    return f"{number:,}"


class Sentence(str):
    """A sentence in English that remembers its template and the values of its named placeholders.

    ``Sentence("is longer than %(size)s MB", size=512)`` is the text "is longer than 512 MB" wherever a text is wanted;
    ``said`` tells it in another language. In a template ``%(n)s`` shows a whole number with its thousands apart,
    ``%(n)d`` without (the number of a row), ``%(name)r`` a text in quotation marks. A value may be a Sentence itself.
    The catalogues find templates by this class's name, so that they are written as plain literals.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Value]

    def __new__(cls, template: str, /, **values: Value) -> Self:
        """The English text with its parts."""
        self = super().__new__(cls, _filled(template, values, _unchanged, grouped))
        self.template, self.values = template, values
        return self

    @classmethod
    def of(cls, template: str, values: Mapping[str, Value]) -> Self:
        """A Sentence from parts that come from elsewhere; its template is in the catalogues already."""
        return cls(template, **values)

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Value]]:
        """What a copy is made of."""
        return (self.template,), dict(self.values)

    def said(self, translate: Translate, count: Callable[[float], str] = grouped) -> str:
        """The sentence through ``translate`` (English template → template of a language), numbers as ``count`` says."""
        return _filled(translate(self.template), self.values, translate, count)

    def saved(self) -> dict[str, Any]:
        """The parts as JSON: ``{"template": …, "values": {…}}``, a Sentence among the values likewise."""
        return {"template": self.template, "values": {name: saved(value) for name, value in self.values.items()}}


def saved(text: Value) -> Any:
    """A Sentence as JSON that keeps its parts; any other text or number as it is."""
    return text.saved() if isinstance(text, Sentence) else text


def restored(kept: Any) -> Any:
    """What ``saved`` made, as it was; a plain text, as older stores hold, stays one."""
    if isinstance(kept, dict) and "template" in kept:
        values = {name: restored(value) for name, value in kept.get("values", {}).items()}
        return Sentence.of(kept["template"], values)
    return kept


def kept(text: str) -> str:
    """As ``saved``, written as one text for a column of a database; ``as_sentence`` reads it."""
    return json.dumps(text.saved(), ensure_ascii=False) if isinstance(text, Sentence) else text


def as_sentence(text: str) -> str:
    """What ``kept`` wrote; any other text as it is."""
    return restored(json.loads(text)) if text.startswith('{"template":') else text


def reason_of(text: str) -> str:
    """A reason as ``rejects.csv`` keeps it, in English, as a sentence again: only one template has a value."""
    form = text.removeprefix("the time is not of the form ")
    return text if form == text else Sentence("the time is not of the form %(form)s", form=form)


def said(text: str, translate: Translate, count: Callable[[float], str] = grouped) -> str:
    """A Sentence in a language; a plain text as the catalogue has it, else as it is."""
    return text.said(translate, count) if isinstance(text, Sentence) else translate(text) if text else text


class InputError(Exception):
    """What was handed in cannot be used.

    ``str(error)`` is one clear sentence in English: where (file, row, column), what is wrong and what to do;
    ``sentence`` is the same with its parts, and ``render`` tells it in a language. The command line prints it and exits
    with 2; a screen shows it to whoever asked.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        self.sentence = _whole(what, where, remedy)
        super().__init__(str(self.sentence))

    def __reduce__(self) -> tuple[Callable[..., InputError], tuple[str, str, str]]:
        """What a copy in another process is made of."""
        return _again, (self.what, self.where, self.remedy)

    def render(self, translate: Translate, count: Callable[[float], str] = grouped) -> str:
        """The sentence in the language of ``translate``."""
        return self.sentence.said(translate, count)


def _again(what: str, where: str, remedy: str) -> InputError:
    return InputError(what, where=where, remedy=remedy)


def _whole(what: str, where: str, remedy: str) -> Sentence:
    if where and remedy:
        return Sentence("%(where)s: %(what)s. %(remedy)s.", where=where, what=what, remedy=remedy)
    if where:
        return Sentence("%(where)s: %(what)s.", where=where, what=what)
    return Sentence("%(what)s. %(remedy)s.", what=what, remedy=remedy) if remedy else Sentence("%(what)s.", what=what)


class _Number(int):
    """``%s`` shows it as ``shown``, ``%d`` as it is."""

    shown: str

    def __str__(self) -> str:
        return self.shown


def _filled(template: str, values: Mapping[str, Value], translate: Translate, count: Callable[[float], str]) -> str:
    if not values:
        return template
    return template % {name: _shown(value, translate, count) for name, value in values.items()}


def _shown(value: Value, translate: Translate, count: Callable[[float], str]) -> Value:
    if isinstance(value, Sentence):
        return value.said(translate, count)
    if isinstance(value, int) and not isinstance(value, bool):
        number = _Number(value)
        number.shown = count(value)
        return number
    return value


def _unchanged(template: str) -> str:
    return template
