"""One case's own time."""

from kehu.web.insight.pages.cases import build_one as build

__all__ = ["build"]
