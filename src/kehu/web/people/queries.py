"""All reads of people."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from kehu.web.people import rules
from kehu.web.people.models import FailedSignIn, Person


def local_owner() -> Person | None:
    """The owner made by the first start in local mode, while no password was chosen; else nobody."""
    person = Person.objects.filter(is_local=True, is_active=True).first()
    return person if person is not None and person.needs_no_password else None


def everyone() -> QuerySet[Person]:
    """All people, by name."""
    return Person.objects.order_by("name", "pk")


def anybody_there() -> bool:
    """Whether there is any account at all."""
    return Person.objects.exists()


def by_public_id(public_id: str) -> Person | None:
    """One person, or nobody."""
    return Person.objects.filter(public_id=public_id).first()


def names_of(public_ids: set[str]) -> dict[str, str]:
    """Names by public id, of those who are known."""
    return dict(Person.objects.filter(public_id__in=public_ids).values_list("public_id", "name"))


def too_many_failures(*, who: str, where: str) -> bool:
    """Whether signing in must wait: too many wrong passwords for this name, from this address, or both."""
    recent = FailedSignIn.objects.filter(at__gt=timezone.now() - rules.SIGN_IN_WINDOW)
    counts = recent.aggregate(
        here=Count("pk", filter=Q(who=who, where=where)),
        address=Count("pk", filter=Q(where=where)),
        name=Count("pk", filter=Q(who=who)),
    )
    return bool(
        counts["here"] >= rules.MOST_FAILURES_HERE
        or counts["address"] >= rules.MOST_FAILURES_OF_ADDRESS
        or counts["name"] >= rules.MOST_FAILURES_OF_NAME
    )


def login_taken(login: str, *, except_for: Person | None = None) -> bool:
    """Whether somebody else signs in by this name."""
    others = Person.objects.filter(login=login)
    return (others.exclude(pk=except_for.pk) if except_for is not None else others).exists()


def person_of(request: HttpRequest) -> Person:
    """Who asks. Every page but a few demands a person, so there is one."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
