"""How the sample company is built: who works where and when, what each step takes, what was planted."""

from __future__ import annotations

from dataclasses import dataclass

HOUR = 3600
DAY = 24 * HOUR
ZONE_OFFSET = 8 * HOUR
"""Asia/Shanghai keeps UTC+8 all year."""

OPENING = 1_736_121_600
"""Monday 2025-01-06 00:00 in Shanghai were it UTC: the engine counts local seconds and subtracts the offset last."""

HOLIDAYS = ((22, 8), (115, 5), (268, 8))
"""First day since OPENING and length: Spring Festival, Labour Day, National Day of 2025."""


@dataclass(frozen=True)
class Department:
    """A department: head count, hours of a working day (lunch left out) and working days, one pattern per agent."""

    staff: int
    patterns: tuple[tuple[tuple[tuple[float, float], ...], tuple[int, ...]], ...]
    open_on_holidays: bool = False


_OFFICE = (((9, 12), (13, 18)), (0, 1, 2, 3, 4))
_EARLY = (((8, 12), (12.5, 16.5)), (0, 1, 2, 3, 4))
_EARLY_WEEK_END = (((8, 12), (12.5, 16.5)), (2, 3, 4, 5, 6))
_LATE = (((11, 14), (15, 20)), (0, 1, 2, 3, 5))
_LATE_WEEK_END = (((11, 14), (15, 20)), (0, 3, 4, 5, 6))

DEPARTMENTS = {
    "front": Department(4, (_EARLY, _LATE, _EARLY_WEEK_END, _OFFICE, _LATE_WEEK_END), open_on_holidays=True),
    "billing": Department(2, (_OFFICE,)),
    "delivery": Department(5, (_EARLY, _EARLY_WEEK_END, _LATE, _LATE_WEEK_END), open_on_holidays=True),
    "warehouse": Department(2, (_EARLY, _EARLY_WEEK_END, _OFFICE), open_on_holidays=True),
    "quality": Department(3, (_OFFICE,)),
    "partner": Department(2, (_OFFICE,)),
}

STEPS = {
    "register": ("front", 16),
    "clarify": ("front", 22),
    "trace": ("delivery", 34),
    "check_payment": ("billing", 32),
    "approve_replacement": ("billing", 36),
    "approve_refund": ("billing", 34),
    "pay_refund": ("billing", 12),
    "invoice": ("billing", 24),
    "pick": ("warehouse", 40),
    "pack": ("warehouse", 26),
    "plan": ("delivery", 26),
    "deliver": ("delivery", 70),
    "collect": ("delivery", 80),
    "inspect": ("quality", 50),
    "investigate": ("quality", 110),
    "partner_review": ("partner", 150),
    "reply": ("front", 30),
    "callback": ("front", 18),
    "resolve": ("front", 9),
    "reopen": ("front", 12),
}
"""Step → department and median minutes of work."""

WALL = ("billing", "delivery")
WALL_MEAN = 3 * DAY
"""Planted: papers from Billing lie three days before Delivery sees them; every other hand-over is instant."""

BATCHED = "pay_refund"
BATCH_WEEKDAYS = (1, 4)
BATCH_HOUR = 15
"""Planted: refunds are collected and paid in one run on Tuesdays and Fridays at three."""

CUSTOMER_REPLY_MEDIAN = 10 * HOUR
"""Planted: what the customer takes to answer a question, whatever the company does."""

CLOSE_LAG = 7 * DAY
"""Planted: the system closes a case seven days after it was resolved; nothing happens in between."""
