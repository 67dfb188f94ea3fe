"""Which column plays which role in a table of events: guessed from the names, then from the values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kehu.analysis.errors import InputError, Sentence
from kehu.analysis.log.dates import DateFormat
from kehu.analysis.log.staging import ROLES

_TRANSITIONS = frozenset(
    {"schedule", "assign", "reassign", "withdraw", "start", "resume", "suspend", "autoskip", "manualskip", "complete"}
    | {"ate_abort", "pi_abort", "unknown", "begin", "end", "completed", "started", "suspended", "resumed", "scheduled"}
)

_NAMES: dict[str, tuple[str, ...]] = {
    "case_id": (
        "case_id|caseid|case:concept:name|case|case_number|case_no|case_key|trace_id|traceid|trace|process_instance",
        (
            "ticket_id|ticketid|ticket|ticket_number|ticket_no|incident_id|incident|incident_number|request_id|request_number"
            "|issue_key|issue_id|complaint_id|order_id|sr_number|workorder|work_order|unique_key|application_id|claim_id"
            "|problem_id|案件编号|案例编号|案例id|案例|案件|工单编号|工单号|工单id|工单|流程实例|单号|受理编号|服务单号|投诉编号"
            "|номер_обращения|обращение|номер_заявки|заявка|номер_заказа|ид_обращения|id_обращения|id_заявки|кейс|случай"
            "|номер_дела|дело|id_кейса|инцидент|номер_инцидента|тикет|номер_тикета|экземпляр_процесса"
        ),
        "id|key|number|номер|编号|订单号|订单编号|no|order",
    ),
    "activity": (
        (
            "activity|concept:name|activity_name|activity_id|event_name|event_type|task|task_name|step|step_name|action"
            "|operation|work_step|活动|活动名称|步骤|环节|操作|任务|节点|事件|动作|流程环节|активность|действие|операция|шаг"
            "|этап|событие|задача|работа|вид_работы"
        ),
        "event|name|process_step",
        "status|state|stage|phase|new_status|状态|阶段|статус|стадия|состояние|type",
    ),
    "timestamp": (
        (
            "timestamp|time:timestamp|complete_timestamp|completed_at|end_timestamp|end_time|endtime|end|finish|finished_at"
            "|finish_time|completion_time|complete_time|完成时间|结束时间|时间戳|время_окончания|окончание|дата_окончания"
            "|время_завершения|завершение|конец"
        ),
        (
            "time|datetime|date_time|event_time|eventtime|occurred_at|event_date|event_timestamp|时间|日期时间|发生时间|操作时间"
            "|处理时间|время|дата_и_время|время_события|дата_события|метка_времени|дата_время"
        ),
        "date|created_at|at|日期|дата|when|updated_at|created|changed_at",
    ),
    "start_timestamp": (
        (
            "start_timestamp|time:start|start_time|starttime|start|started_at|begin|begin_time|start_date|开始时间|起始时间"
            "|время_начала|начало|дата_начала"
        ),
    ),
    "resource": (
        (
            "resource|org:resource|agent|assignee|user|username|user_name|operator|employee|performer|worker|handler|staff"
            "|assigned_to|agent_name|owner|执行人|处理人|操作人|操作员|坐席|客服|经办人|员工|人员|责任人|受理人|исполнитель|сотрудник"
            "|оператор|ресурс|пользователь|агент|специалист|ответственный"
        ),
        "author|actor|who|by|created_by|done_by|updated_by|originator|автор",
    ),
    "department": (
        (
            "department|org:group|workgroup|work_group|team|dept|support_group|assignment_group|group_name|division|unit"
            "|部门|班组|小组|处理部门|团队|组别|科室|отдел|подразделение|группа|департамент|команда"
            "|рабочая_группа|служба"
        ),
        "responsible_section|support_section|group|org:role|section|queue|技能组|队列|очередь",
    ),
    "lifecycle": (
        "lifecycle:transition|lifecycle|transition|lifecycle_transition|event_lifecycle|生命周期|жизненный_цикл",
    ),
    "event_index": ("event_index|eventindex|event_no|event_order|event_number|sequence|seq|序号|事件序号|порядок",),
}
"""Role → synonyms, surest first; spaces and hyphens are read as underscores."""

_TIME_WORDS = re.compile(
    r"(time|date|(^|_)(at|ts|on|when|created|closed|resolved|opened|updated)(_|$)|时间|日期|время|дата|начало|окончание|момент)"
)
MISSING = ("", "NULL", "null", "\\N", "NaN", "nan", "#N/A", "None")
"""Texts of a table that mean that nothing is there."""


@dataclass(frozen=True)
class Seen:
    """What a sample shows of one column: its name, the values (missing ones are empty) and the form of its times."""

    name: str
    values: tuple[str, ...]
    dates: DateFormat | None

    @property
    def filled(self) -> tuple[str, ...]:
        """The values that are there."""
        return tuple(value for value in self.values if value)

    @property
    def is_time(self) -> bool:
        """Whether it holds times; plain numbers do only under a name of time."""
        return self.dates is not None and (not self.dates.numeric or is_time_name(self.name))

    @property
    def distinct(self) -> int:
        """How many different values the sample holds."""
        return len(set(self.filled))


@dataclass(frozen=True)
class Guess:
    """Role → column and role → why (``chosen``, ``name`` or ``values``).

    ``wide`` where a row is a case, with the columns of its times in ``milestones``.
    """

    roles: Mapping[str, str]
    why: Mapping[str, str]
    wide: bool = False
    milestones: tuple[str, ...] = ()


def is_time_name(name: str) -> bool:
    """Whether a column's name speaks of time."""
    return bool(_TIME_WORDS.search(plain_name(name)))


def plain_name(name: str) -> str:
    """A column's name as the synonyms write it: lower case, with underscores."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[\s\-./]+", "_", split.lower()).strip("_?#№")


def guess_roles(
    seen: Sequence[Seen], chosen: Mapping[str, str] | None = None, *, layout: str | None = None, file: str = ""
) -> Guess:
    """Guess the role of every column; what was chosen stays, unless empty, which means that no column plays the role.

    Raises InputError where a chosen role or column does not exist.
    """
    chosen = dict(chosen or {})
    _check_chosen(seen, chosen, file)
    roles = {role: column for role, column in chosen.items() if column}
    why = dict.fromkeys(roles, "chosen")
    wide = layout == "wide" or (layout is None and _is_wide(seen, chosen))
    for role in ("case_id",) if wide else ROLES:
        if role in chosen:
            continue
        free = [column for column in seen if column.name not in roles.values()]
        found = _by_name(role, free) or _by_values(role, free)
        if found is not None:
            roles[role], why[role] = found
    if not wide:
        _settle_times(roles, why, chosen)
        return Guess(roles, why)
    milestones = tuple(column.name for column in seen if column.is_time and column.name != roles.get("case_id"))
    return Guess(
        {role: column for role, column in roles.items() if role == "case_id"}, why, wide=True, milestones=milestones
    )


def _check_chosen(seen: Sequence[Seen], chosen: Mapping[str, str], file: str) -> None:
    names = [column.name for column in seen]
    for role, column in chosen.items():
        if role not in ROLES:
            raise InputError(
                Sentence("%(role)r is no role of a column", role=role),
                remedy=Sentence("Roles: %(names)s", names=", ".join(ROLES)),
            )
        if column and column not in names:
            raise InputError(
                Sentence("has no column %(column)r to be the %(role)s", column=column, role=role),
                where=file,
                remedy=Sentence("It has: %(names)s", names=", ".join(names[:30])),
            )


def _is_wide(seen: Sequence[Seen], chosen: Mapping[str, str]) -> bool:
    """A row is a case where no two rows share an id, several columns are times and none is surely an activity."""
    if chosen.get("activity") or chosen.get("timestamp") or chosen.get("start_timestamp"):
        return False
    if any(_rank("activity", column) in {0, 1} and _fits("activity", column) for column in seen):
        return False
    times = [column for column in seen if column.is_time and column.filled]
    named = chosen.get("case_id")
    cases = [c for c in seen if (c.name == named if named else _rank("case_id", c) is not None)]
    single = [column for column in cases if column.distinct == len(column.filled) == len(column.values)]
    return len(times) >= 2 and (bool(single) or not cases)


def _rank(role: str, column: Seen) -> int | None:
    """How surely the name says the role: 0 at once, 2 perhaps; None where it does not."""
    name = plain_name(column.name)
    return next((rank for rank, names in enumerate(_NAMES[role]) if name in names.split("|")), None)


def _by_name(role: str, free: Sequence[Seen]) -> tuple[str, str] | None:
    ranked = [
        (rank, _NAMES[role][rank].split("|").index(plain_name(column.name)), column.name)
        for column in free
        if (rank := _rank(role, column)) is not None and _fits(role, column)
    ]
    return (min(ranked)[2], "name") if ranked else None


def _fits(role: str, column: Seen) -> bool:
    """Whether the values could play the role that the name promises."""
    if role in {"timestamp", "start_timestamp"}:
        return column.dates is not None or not column.filled
    if role == "lifecycle":
        return bool(column.filled) and all(value.lower() in _TRANSITIONS for value in column.filled)
    if role == "event_index":
        return all(re.fullmatch(r"-?\d+", value) for value in column.filled)
    return not (column.is_time and column.filled)


def _by_values(role: str, free: Sequence[Seen]) -> tuple[str, str] | None:
    """What the values alone say; only the three roles without which there is no log are guessed so."""
    texts = [column for column in free if column.filled and not column.is_time]
    if role == "timestamp":
        times = [column for column in free if column.is_time and column.filled]
        return (times[0].name, "values") if times else None
    if role == "case_id":
        keys = [c for c in texts if c.distinct > 1 and 1 < len(c.filled) / c.distinct <= 200 and _looks_like_key(c)]
        return (max(keys, key=lambda column: column.distinct).name, "values") if keys else None
    if role == "activity":
        few = [c for c in texts if 2 <= c.distinct <= max(2, len(c.filled) // 2) and not _looks_like_key(c)]
        return (max(few, key=lambda column: column.distinct).name, "values") if few else None
    return None


def _looks_like_key(column: Seen) -> bool:
    named = sum(bool(re.search(r"\d", value)) and not re.fullmatch(r"-?\d+[.,]\d+", value) for value in column.filled)
    return named >= 0.9 * len(column.filled)


def _settle_times(roles: dict[str, str], why: dict[str, str], chosen: Mapping[str, str]) -> None:
    """A lone start is the time of its event; of two columns that say neither, the later one is the completion."""
    if "timestamp" not in roles and "start_timestamp" in roles and "start_timestamp" not in chosen:
        roles["timestamp"] = roles.pop("start_timestamp")
        why["timestamp"] = why.pop("start_timestamp")
    if roles.get("timestamp") == roles.get("start_timestamp") is not None:
        del roles["start_timestamp"]
