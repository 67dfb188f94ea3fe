"""The job of ``test_kill``: an effect that takes a while, in the middle of which its worker is killed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kehu.web.ledger import actions
from kehu.web.ledger.events import LedgerEvent, Reference
from kehu.web.ledger.jobs import JobContext, job


@dataclass(frozen=True, kw_only=True)
class BellRung(LedgerEvent):
    KIND = "test.BellRung"
    SENTENCE = _("The bell was rung")
    bell: Reference


@job
def ring(context: JobContext, bell: int) -> None:
    """Ring a bell once, with time to be killed before, within and after the transaction."""
    context.progress("Ringing", 0.5)
    time.sleep(0.01)
    with context.once("ring") as first:
        if first:
            actions.record(BellRung(bell=Reference("bell", str(bell))), stream=f"bell:{bell}", cause="system")
            time.sleep(0.01)
    time.sleep(0.01)
