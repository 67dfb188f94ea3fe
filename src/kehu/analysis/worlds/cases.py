"""The cases of the sample company: who comes when, and the way each case will go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kehu.analysis.worlds.company import CUSTOMER_REPLY_MEDIAN, DAY, HOUR, OPENING, STEPS, WALL, WALL_MEAN
from kehu.analysis.worlds.words import CHANNELS, PRODUCTS, REGIONS, TIERS

_BY_WEEKDAY = np.array([1.25, 1.1, 1.0, 1.0, 1.1, 0.9, 0.7])
_BY_HOUR = np.array([1, 0, 0, 0, 0, 1, 2, 4, 8, 12, 13, 11, 8, 8, 9, 9, 9, 10, 11, 10, 8, 6, 4, 2], float)
_TYPES = ("late", "damaged", "refund", "standing", "partner", "complaint")
_TYPE_SHARES = (0.26, 0.2, 0.18, 0.18, 0.08, 0.1)


@dataclass(frozen=True)
class Step:
    """One piece of work to come: after its predecessor ends, ``hidden`` seconds pass before anyone can start it."""

    activity: str
    minutes: float
    hidden: float = 0.0


@dataclass(frozen=True)
class Case:
    """A case as it arrives, in local seconds, with its attributes as indices into the word lists and its way."""

    arrival: float
    kind: str
    channel: int
    tier: int
    product: int
    region: int
    steps: tuple[Step, ...]


def draw_cases(count: int, days: int, rng: np.random.Generator) -> list[Case]:
    """Draw ``count`` cases over ``days`` days, in order of arrival."""
    arrivals = _arrivals(count, days, rng)
    kinds = rng.choice(len(_TYPES), count, p=_TYPE_SHARES)
    channels = rng.choice(len(CHANNELS), count, p=(0.4, 0.3, 0.22, 0.08))
    tiers = rng.choice(len(TIERS), count, p=(0.12, 0.28, 0.6))
    products = rng.choice(len(PRODUCTS), count, p=(0.26, 0.16, 0.28, 0.14, 0.16))
    regions = rng.choice(len(REGIONS), count, p=(0.34, 0.18, 0.22, 0.12, 0.14))
    return [
        Case(
            arrival=float(arrivals[i]),
            kind=_TYPES[kinds[i]],
            channel=int(channels[i]),
            tier=int(tiers[i]),
            product=int(products[i]),
            region=int(regions[i]),
            steps=_timed(_way(_TYPES[kinds[i]], rng), rng),
        )
        for i in range(count)
    ]


def _arrivals(count: int, days: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Local seconds, ascending: growth of a fifth over the period, a weekly and a daily rhythm."""
    day = np.arange(days)
    weight = _BY_WEEKDAY[day % 7] * (1 + 0.2 * day / max(days - 1, 1))
    chosen = rng.choice(days, count, p=weight / weight.sum())
    hour = rng.choice(24, count, p=_BY_HOUR / _BY_HOUR.sum())
    return np.sort(OPENING + chosen * DAY + hour * HOUR + np.floor(rng.random(count) * HOUR))


def _timed(way: list[str], rng: np.random.Generator) -> tuple[Step, ...]:
    noise = np.exp(0.45 * rng.standard_normal(len(way)))
    steps = []
    for i, activity in enumerate(way):
        minutes = min(STEPS[activity][1] * noise[i], 200.0)
        steps.append(Step(activity, float(minutes), _hidden(way[i - 1], activity, rng) if i else 0.0))
    return tuple(steps)


def _hidden(before: str, activity: str, rng: np.random.Generator) -> float:
    """Seconds that no queue, calendar or batch explains: the wall, the customer's answer, the customer's return."""
    if activity == "reopen":
        return float(DAY * rng.uniform(0.5, 5.5))
    if before == "clarify":
        return float(CUSTOMER_REPLY_MEDIAN * np.exp(0.6 * rng.standard_normal()))
    if (STEPS[before][0], STEPS[activity][0]) == WALL:
        return float(WALL_MEAN * rng.gamma(16) / 16)
    return 0.0


def _way(kind: str, rng: np.random.Generator) -> list[str]:
    """The steps one case goes through, with its returns and its rework."""
    way = ["register", *_WAYS[kind](_Dice(rng)), "resolve"]
    if rng.random() < 0.06:
        way += ["reopen", "reply", "resolve"]
    return way


class _Dice:
    """Shorthand for branching: a step taken with some probability, a step repeated after a return."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def maybe(self, share: float, *steps: str) -> list[str]:
        return list(steps) if self._rng.random() < share else []

    def returned(self, share: float, step: str, *detour: str) -> list[str]:
        """The step, sent back over a detour and done again, at most three times."""
        way = [step]
        while self._rng.random() < share and way.count(step) < 4:
            way += [*detour, step]
        return way

    def delivery(self) -> list[str]:
        """Pick, pack, plan, deliver: Delivery returns what was picked wrongly, and finds nobody at home."""
        way = ["pick", "pack", *self.returned(0.14, "plan", "pick", "pack")]
        return way + self.returned(0.12, "deliver", "plan")


def _late(dice: _Dice) -> list[str]:
    way = [*dice.maybe(0.25, "clarify"), "trace"]
    return way + dice.maybe(0.65, *dice.delivery()) + ["reply"] + dice.maybe(0.7, "callback")


def _damaged(dice: _Dice) -> list[str]:
    way = dice.maybe(0.35, "clarify") + dice.returned(0.22, "inspect", "clarify")
    way += ["approve_replacement", "collect"] if dice.maybe(0.75, "x") else ["reply"]
    return way + ([*dice.delivery(), "callback"] if way[-1] == "collect" else [])


def _refund(dice: _Dice) -> list[str]:
    way = [*dice.returned(0.2, "check_payment", "clarify"), "approve_refund"]
    return way + dice.maybe(0.5, "collect", *dice.maybe(0.6, "inspect")) + ["pay_refund", "reply"]


def _standing(dice: _Dice) -> list[str]:
    way = [*dice.returned(0.12, "check_payment", "clarify"), "invoice", "plan"]
    return [*way, "pick", "pack", *dice.returned(0.12, "deliver", "plan"), *dice.maybe(0.4, "callback")]


def _partner(dice: _Dice) -> list[str]:
    way = dice.maybe(0.3, "clarify") + dice.returned(0.2, "partner_review", "clarify")
    return way + dice.maybe(0.6, "approve_refund", "pay_refund") + ["reply"]


def _complaint(dice: _Dice) -> list[str]:
    way = dice.maybe(0.3, "clarify") + dice.returned(0.25, "investigate", "clarify")
    return way + dice.returned(0.15, "reply", "investigate") + dice.maybe(0.5, "callback")


_WAYS = {
    "late": _late,
    "damaged": _damaged,
    "refund": _refund,
    "standing": _standing,
    "partner": _partner,
    "complaint": _complaint,
}
