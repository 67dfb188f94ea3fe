"""Pages of a long list."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

from kehu.web.insight.queries.scope import Scope
from kehu.web.ui import formats


@dataclass(frozen=True)
class Paging:
    """Which rows of a list are shown, and where the neighbours are."""

    skip: int
    says: str
    before: str
    after: str


def paging(scope: Scope, total: int, each: int) -> Paging:
    """The page that the address asks for; beyond the last it is the last."""
    last = max(1, -(-total // each))
    page = min(scope.page, last)
    skip = (page - 1) * each
    return Paging(
        skip=skip,
        says=_("%(first)s to %(last)s of %(total)s")
        % {
            "first": formats.number(min(skip + 1, total)),
            "last": formats.number(min(skip + each, total)),
            "total": formats.number(total),
        },
        before=_query(scope, page - 1) if page > 1 else "",
        after=_query(scope, page + 1) if page < last else "",
    )


def _query(scope: Scope, page: int) -> str:
    rest = [(key, value) for key, value in parse_qsl(scope.query) if key != "page"]
    return "?" + urlencode([*rest, ("page", page)])
