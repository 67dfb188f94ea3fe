"""The ledger's rows. They are written by ``actions`` only, and never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.web.ledger.events import new_public_id


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

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="references")
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


class Job(models.Model):
    """Background work: a row written in the transaction that caused it, leased to a worker, finished once."""

    class Status(models.TextChoices):
        """Where it stands."""

        READY = "READY", _("Waiting")
        RUNNING = "RUNNING", _("Running")
        SUCCESSFUL = "SUCCESSFUL", _("Done")
        FAILED = "FAILED", _("Failed")
        CANCELLED = "CANCELLED", _("Cancelled")

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    path = models.CharField(max_length=200)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status, default=Status.READY)
    due_at = models.DateTimeField()
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    last_attempted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    most_attempts = models.PositiveSmallIntegerField(default=5)
    workers = models.JSONField(default=list)
    errors = models.JSONField(default=list)
    returned = models.JSONField(null=True)
    what = models.CharField(max_length=200, blank=True)
    share = models.FloatField(default=0)
    cancel_requested = models.BooleanField(default=False)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.CharField(max_length=64, blank=True)
    started_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """What a worker looks for, and what an object's page looks for."""

        indexes: ClassVar = [
            models.Index(
                fields=["queue", "-priority", "due_at"],
                condition=models.Q(status__in=["READY", "RUNNING"]),
                name="ledger_job_open",
            ),
            models.Index(fields=["about_kind", "about_id"], name="ledger_job_about"),
        ]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status not in {Job.Status.READY, Job.Status.RUNNING}


class Effect(models.Model):
    """The mark that an effect of a job has happened, written in the same transaction."""

    key = models.CharField(max_length=160, primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
