"""One row a case with several time columns (created, first reply, resolved, closed): each time becomes an event.

No system recorded these events: every activity is inferred from the name of its column, and is marked so.
"""

from __future__ import annotations

import re

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.roles import plain_name
from kehu.analysis.log.staging import Staged, Staging, literal, quoted
from kehu.analysis.log.tables import Plan

_FIRST = ("creat", "open", "receiv", "submit", "report", "创建", "提交", "受理", "созда", "открыт", "получен", "поступ")
_LAST = ("clos", "关闭", "закры")
_BEFORE_LAST = ("resol", "solv", "complet", "finish", "解决", "完成", "реш", "выполн", "заверш")
_NOISE = re.compile(r"\b(date|time|timestamp|datetime|at|on|ts|utc|дата|время)\b|日期|时间", re.IGNORECASE)


def stage_cases(staging: Staging, plan: Plan) -> Staged:
    """Lay the rows out as events, one for each time column that is filled; other columns become case attributes.

    A row without a case id, or without any readable time, is rejected. Where no column is a case id, the row's number
    is. Raises InputError where there are no time columns.
    """
    milestones = plan.guess.milestones
    if not milestones:
        raise InputError(
            Sentence("has no column of times"),
            where=Sentence("%(file)s, row 1", file=plan.table.file),
            remedy=Sentence("A row needs at least one time column"),
        )
    names = {column: activity_of(column) for column in milestones}
    case, note = _case(plan)
    _reject(staging, plan, case)
    attributes = [name for name in plan.table.names if name not in {*milestones, plan.guess.roles.get("case_id")}]
    others = "".join(f", {plan.attribute(name)} AS {quoted('case:' + name)}" for name in attributes)
    ranked = sorted(milestones, key=lambda column: (_rank(column), milestones.index(column)))
    parts = [
        f"""SELECT {plan.table.number} * {len(ranked)} + {place} AS source_order,
                   {plan.table.number} + {plan.table.first} AS "row", {case} AS case_id,
                   {literal(names[column])} AS activity, {plan.instant(column)} AS "timestamp"{others}
            FROM {plan.table.relation}"""
        for place, column in enumerate(ranked)
    ]
    staging.connection.execute(
        f"CREATE TABLE cases AS SELECT * FROM ({' UNION ALL '.join(parts)})"
        ' WHERE case_id IS NOT NULL AND "timestamp" IS NOT NULL ORDER BY source_order'
    )
    known = ("source_order", "row", "case_id", "activity", "timestamp")
    columns = {name: quoted(name) for name in known} | {"inferred": "true"}
    staging.adopt("cases", columns, [f"case:{name}" for name in attributes])
    derived = "; ".join(f"{names[column]} ← {column!r}" for column in ranked)
    notes = (
        *plan.table.notes,
        Sentence("Each row was read as a case, its events derived from its times: %(steps)s", steps=derived),
        *note,
    )
    return Staged(roles=plan.guess.roles, inferred=tuple(sorted(set(names.values()))), notes=notes)


def activity_of(column: str) -> str:
    """The activity a time column stands for: ``date_sent_to_company`` → ``Sent to company``."""
    words = re.sub(r"\s+", " ", _NOISE.sub(" ", plain_name(column).replace("_", " "))).strip()
    return words[:1].upper() + words[1:] if words else column


def _case(plan: Plan) -> tuple[str, tuple[str, ...]]:
    column = plan.guess.roles.get("case_id")
    if column is None:
        return f"({plan.table.number} + {plan.table.first})::VARCHAR", (
            Sentence("No column is a case id: rows are numbered"),
        )
    return plan.text(column), ()


def _rank(column: str) -> int:
    name = plain_name(column)
    for rank, words in ((0, _FIRST), (3, _LAST), (2, _BEFORE_LAST)):
        if any(word in name for word in words):
            return rank
    return 1


def _reject(staging: Staging, plan: Plan, case: str) -> None:
    """Keep rows without a case id, and times that cannot be read, as rejects; an empty time has just not come yet."""
    id_column = plan.guess.roles.get("case_id", "")
    found = staging.connection.execute(
        f"SELECT {plan.table.number}, '' FROM {plan.table.relation} WHERE {case} IS NULL"
    ).fetchall()
    rejects = [(plan.table.row(number), id_column, "", Sentence("the case id is empty")) for number, _ in found]
    for column in plan.guess.milestones:
        unreadable = staging.connection.execute(
            f"""SELECT {plan.table.number}, {quoted(column)}::VARCHAR FROM {plan.table.relation}
                WHERE {plan.text(column)} IS NOT NULL AND {case} IS NOT NULL
                  AND {plan.instant(column)} IS NULL"""
        ).fetchall()
        reason = Sentence("the time is not of the form %(form)s", form=plan.dates[column].shown)
        rejects += [(plan.table.row(number), column, str(value)[:200], reason) for number, value in unreadable]
    none = " AND ".join(f"{plan.text(column)} IS NULL" for column in plan.guess.milestones)
    empty = staging.connection.execute(
        f"SELECT {plan.table.number}, '' FROM {plan.table.relation} WHERE {none} AND {case} IS NOT NULL"
    ).fetchall()
    rejects += [
        (plan.table.row(number), plan.guess.milestones[0], "", Sentence("the time is empty")) for number, _ in empty
    ]
    staging.reject_all(sorted(rejects))
