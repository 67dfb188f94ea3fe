"""The ledger's rows. They are written by ``actions`` only, and never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Stream(models.Model):
    """The head of one hash chain (a case, or a room); locking it puts the writers of that chain in a row."""

    name = models.CharField(max_length=120, primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)


class Event(models.Model):
    """One thing that happened. A trigger refuses any update."""

    stream = models.CharField(max_length=120)
    number = models.BigIntegerField()
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    cause = models.CharField(max_length=20)
    actor_kind = models.CharField(max_length=40, blank=True)
    actor_id = models.CharField(max_length=64, blank=True)
    case = models.CharField(max_length=64, blank=True)
    step = models.CharField(max_length=120, blank=True)
    lifecycle = models.CharField(max_length=20, blank=True)
    process_version = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    commitments = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """Numbers of a stream have no gap and no double."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["stream", "number"], name="ledger_one_chain")]
        indexes: ClassVar = [models.Index(fields=["kind", "at"]), models.Index(fields=["at"])]


class EventObject(models.Model):
    """An object an event is about, and in which role."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="objects")
    role = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    public_id = models.CharField(max_length=64)

    class Meta:
        """Found by the object."""

        indexes: ClassVar = [models.Index(fields=["kind", "public_id", "event"])]


class PersonalValue(models.Model):
    """A personal value of an event, beside it, with the salt of its commitment; both go when the person is erased."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="personal_values")
    field = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    value = models.JSONField(null=True)
    salt = models.CharField(max_length=64)

    class Meta:
        """One value a field; found by the person it belongs to."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "field"], name="ledger_one_value")]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"])]
