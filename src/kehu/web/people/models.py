"""People with an account."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.web.ledger.events import Reference, new_public_id


class PersonManager(BaseUserManager["Person"]):
    """Finds people by what they type."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """By login, in whatever case it was typed."""
        return self.get(login=(username or "").strip().casefold())


class Person(AbstractBaseUser):
    """Somebody who signs in; the user model from the first migration on.

    ``is_local``: made by the first start in local mode, without a password; whoever sits at the machine is this person
    until a password is chosen.
    """

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    login = models.CharField(_("sign-in name"), max_length=150, unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_administrator = models.BooleanField(_("manages people and rights"), default=False)
    may_unmask = models.BooleanField(_("may see the names behind pseudonyms"), default=False)
    is_local = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """At most one local owner."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_local"], condition=models.Q(is_local=True), name="people_one_local"),
        ]

    @property
    def reference(self) -> Reference:
        """How the ledger names this person."""
        return Reference("person", self.public_id)

    @property
    def needs_no_password(self) -> bool:
        """Whether this is the local owner before a password was chosen."""
        return self.is_local and not self.has_usable_password()


class FailedSignIn(models.Model):
    """A wrong password, counted for a while against guessing; name and address are kept as keyed hashes only."""

    who = models.CharField(max_length=64, db_index=True)
    where = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)
