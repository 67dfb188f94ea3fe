"""Settings read from the environment: typed, and refused loudly where a value is odd."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from kehu.analysis.errors import Sentence

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
_SAMPLES = ("changeme", "change-me", "secret", "insecure", "example", "sample", "password")


def text(name: str, default: str = "") -> str:
    """The variable as it stands, without the blanks around it."""
    return os.environ.get(name, default).strip()


def secret(name: str) -> str:
    """The variable, or the content of the file that ``NAME_FILE`` points to (as container platforms hand secrets)."""
    given, path = text(name), text(f"{name}_FILE")
    if given and path:
        raise ImproperlyConfigured(Sentence("%(name)s and %(name)s_FILE are both set; keep one", name=name))
    if not path:
        return given
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            Sentence("%(name)s_FILE points to %(path)s, which cannot be read", name=name, path=path)
        ) from error


def flag(name: str, *, default: bool) -> bool:
    """A yes or no: 1/true/yes/on or 0/false/no/off; anything else is refused."""
    given = text(name).lower()
    if given in _TRUE:
        return True
    if given in _FALSE:
        return False
    if given:
        raise ImproperlyConfigured(Sentence("%(name)s must be 1 or 0, not %(value)r", name=name, value=given))
    return default


def number(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number within limits; anything else is refused."""
    given = text(name)
    if not given:
        return default
    if not given.isdecimal() or not least <= int(given) <= most:
        raise ImproperlyConfigured(
            Sentence(
                "%(name)s must be a whole number from %(least)d to %(most)d, not %(value)r",
                name=name,
                least=least,
                most=most,
                value=given,
            )
        )
    return int(given)


def listing(name: str) -> list[str]:
    """A list separated by commas."""
    return [part for part in (part.strip() for part in text(name).split(",")) if part]


def production_secret(name: str) -> str:
    """A secret that must be given, be long, and not be one copied from an example."""
    given = secret(name)
    if not given:
        raise ImproperlyConfigured(Sentence("%(name)s (or %(name)s_FILE) must be set when KEHU_LOCAL=0", name=name))
    lowered = given.lower()
    if len(given) < 32 or len(set(given)) < 10 or any(sample in lowered for sample in _SAMPLES):
        raise ImproperlyConfigured(
            Sentence(
                "%(name)s looks like a sample. Make one of your own: "
                "python -c 'import secrets; print(secrets.token_urlsafe(48))'",
                name=name,
            )
        )
    return given


def database(name: str, *, default: Path) -> dict[str, Any]:
    """Django's database settings from a URL (``postgresql://…``, ``sqlite:///path``), SQLite at ``default`` without."""
    url = secret(name)
    if not url:
        return _sqlite(default)
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path:
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            Sentence(
                "%(name)s must begin with postgresql:// or sqlite:///, not %(scheme)r", name=name, scheme=parts.scheme
            )
        )
    try:
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(Sentence("%(name)s has an odd port", name=name)) from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "kehu",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    """IMMEDIATE is what keeps two writers from failing: a transaction that reads and then writes waits its turn."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
