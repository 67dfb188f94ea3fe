"""Imported logs: whose they are, how they were read, where they stand."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.web.ledger.events import Reference, new_public_id


def new_salt() -> str:
    """The key of one log's pseudonyms."""
    return secrets.token_hex(16)


class ImportedLog(models.Model):
    """One log. Its files lie in a folder named by the public id, which nobody can guess."""

    class Visibility(models.TextChoices):
        """Who may see it."""

        OWNER = "owner", _("Only me")
        EVERYONE = "everyone", _("Everybody who signs in")

    class State(models.TextChoices):
        """Where it stands."""

        UPLOADED = "uploaded", _("Waiting for the roles of its columns")
        IMPORTING = "importing", _("Being imported")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be read")

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=150)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.OWNER)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    sample_language = models.CharField(max_length=10, blank=True)
    file_name = models.CharField(max_length=150, blank=True)
    source_path = models.CharField(max_length=1000, blank=True)
    size = models.BigIntegerField(default=0)
    options = models.JSONField(default=dict)
    zone = models.CharField(_("time zone"), max_length=60, blank=True)
    end_activity = models.CharField(_("step that ends the case for the customer"), max_length=300, blank=True)
    problem = models.TextField(blank=True)
    events = models.BigIntegerField(default=0)
    cases = models.BigIntegerField(default=0)
    activities = models.IntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    pseudonym_salt = models.CharField(max_length=32, default=new_salt, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    imported_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        """Listed by owner, the latest first; one sample a language."""

        indexes: ClassVar = [models.Index(fields=["owner", "-created_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sample_language"], condition=~models.Q(sample_language=""), name="insight_one_sample"
            )
        ]

    @property
    def reference(self) -> Reference:
        """How the ledger names it."""
        return Reference("log", self.public_id)

    @property
    def is_sample(self) -> bool:
        """Whether it is the sample company's."""
        return bool(self.sample_language)

    @property
    def is_ready(self) -> bool:
        """Whether it can be looked at."""
        return self.state == self.State.READY

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(settings.KEHU_HOME) / "logs" / self.public_id

    @property
    def store(self) -> Path:
        """The event store, once imported."""
        return self.folder / "store"

    @property
    def source(self) -> Path:
        """The file as it was handed in, or as it lies on the server."""
        return Path(self.source_path) if self.source_path else self.folder / "source" / self.file_name

    @property
    def remembered(self) -> Path:
        """What the owner corrected in files with the same headers before."""
        return Path(settings.KEHU_HOME) / "remembered" / self.owner.public_id

    @property
    def rejects(self) -> Path:
        """The rows that could not be used."""
        return self.store / "rejects.csv"


class Unmasking(models.Model):
    """Somebody sees the names of one log until a time; every one is an event in the ledger."""

    log = models.ForeignKey(ImportedLog, on_delete=models.CASCADE, related_name="unmaskings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        """One a person and log."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["log", "person"], name="insight_one_unmasking")]
