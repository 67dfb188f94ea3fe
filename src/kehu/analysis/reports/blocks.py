"""What a report is made of, before it becomes HTML or PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Text:
    """A paragraph; ``kind`` is ``plain``, ``evidence`` (smaller) or ``limit`` (what cannot be told)."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True)
class Picture:
    """A drawing: a whole ``<svg>`` element, and what it shows in a sentence for those who cannot see it."""

    svg: str
    described: str


@dataclass(frozen=True)
class Table:
    """A table; the first column is text, ``numbers`` says from which column on figures stand (right-aligned)."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int = 1
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """A few figures side by side: (value, what it is, with n and interval)."""

    figures: tuple[tuple[str, str, str], ...]


Block: TypeAlias = Text | Picture | Table | Figures


@dataclass(frozen=True)
class Section:
    """One question; its ``title`` is the answer."""

    key: str
    question: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A whole report: ``about`` are lines on the source, ``findings`` the answers in short (section key, sentence)."""

    language: str
    title: str
    about: tuple[str, ...]
    findings: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    words: tuple[tuple[str, str], ...]
    labels: dict[str, str]
    made: str
