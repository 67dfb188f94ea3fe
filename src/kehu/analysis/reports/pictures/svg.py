"""Small pieces of SVG: escaped text that fits, colours, a whole picture with its title."""

from __future__ import annotations

from html import escape

INK, SOFT, LINE, PAPER = "#1d2426", "#5b6669", "#d9d5cc", "#fdfcf9"
BRAND, PALE, ALERT = "#0f5c5c", "#e4efee", "#b45309"
FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
SCALE = ("#eef4f3", "#cfe3e1", "#a5cbc8", "#74aca9", "#3f8785", "#0f5c5c")
"""From little to much, in one hue: the order survives print in grey."""
_SOFT_HYPHEN = "\u00ad"


def picture(width: float, height: float, body: list[str], described: str) -> str:
    """A whole picture that scales with the page; ``described`` is read to those who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" font-family="{escape(FONT)}"><title>{escape(described)}</title>'
        + "".join(body)
        + "</svg>"
    )


def text(
    x: float, y: float, content: str, *, size: float = 12, anchor: str = "start", fill: str = INK, weight: int = 400
) -> str:
    """One line of text; ``y`` is its baseline."""
    bold = f' font-weight="{weight}"' if weight != 400 else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}"{bold}>'
        f"{escape(content.replace(_SOFT_HYPHEN, ''))}</text>"
    )


def rect(x: float, y: float, width: float, height: float, fill: str, *, radius: float = 0, stroke: str = "") -> str:
    """A rectangle."""
    line = f' stroke="{stroke}"' if stroke else ""
    corner = f' rx="{radius:g}"' if radius else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{corner}{line}/>'


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = LINE, width: float = 1) -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-width="{width:g}"/>'


def measure(content: str, size: float) -> float:
    """About how wide a text is set: full-width letters one em, capitals and wide Cyrillic more than small ones."""
    return size * sum(_em(letter) for letter in content if letter != _SOFT_HYPHEN)


def fit(content: str, size: float, width: float) -> str:
    """The text, cut with an ellipsis where it would be wider than ``width``."""
    if measure(content, size) <= width:
        return content
    while content and measure(content + "…", size) > width:
        content = content[:-1]
    return content.rstrip() + "…"


def wrap(content: str, size: float, width: float, lines: int = 2) -> list[str]:
    """The text on at most so many lines, broken between words, or anywhere in Chinese; the last cut if need be."""
    done: list[str] = []
    for piece in _pieces(content):
        if done and (len(done) == lines or measure((done[-1] + piece).rstrip(), size) <= width):
            done[-1] += piece
        else:
            done.append(piece.lstrip())
    return [fit(one.rstrip(), size, width) for one in done]


def shade(share: float) -> tuple[str, str]:
    """Fill and ink for a share (0-1) of the most."""
    step = min(int(share * len(SCALE)), len(SCALE) - 1)
    return SCALE[step], ("#ffffff" if step >= 4 else INK)


def _pieces(content: str) -> list[str]:
    pieces: list[str] = []
    for letter in content:
        wide = ord(letter) > 0x2E80
        if pieces and not wide and not (ord(pieces[-1][-1]) > 0x2E80) and pieces[-1][-1] not in " -–_/":
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _em(letter: str) -> float:
    if ord(letter) > 0x2E80:
        return 1.0
    if letter in "ijlI.,:;'|! ":
        return 0.33
    if letter.isdigit():
        return 0.64
    if letter in "mwMWжшщюыфЖШЩЮЫФ@%":
        return 0.86
    return 0.7 if letter.isupper() else 0.6
