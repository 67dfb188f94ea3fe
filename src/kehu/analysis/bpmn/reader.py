"""Reading BPMN 2.0 files: what is not of the subset is refused with one sentence that names the element."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from lxml import etree

from kehu.analysis.bpmn.model import EVENTS, HOSTS, Flow, Kind, Lane, Message, Node, Process, Timer
from kehu.analysis.errors import InputError

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
"""The namespace of the model's elements."""
LARGEST = 5_000_000
"""Bytes; a drawing people can read is a hundred times smaller."""

_KINDS = {kind.value: kind for kind in Kind} | {"task": Kind.USER}
_SILENT = {
    "documentation",
    "extensionElements",
    "laneSet",
    "sequenceFlow",
    "incoming",
    "outgoing",
    "association",
    "textAnnotation",
    "group",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "ioSpecification",
    "dataInputAssociation",
    "dataOutputAssociation",
    "property",
    "auditing",
    "monitoring",
    "script",
    "resourceRole",
    "performer",
    "humanPerformer",
    "potentialOwner",
    "rendering",
    "supports",
    "category",
}
"""Elements that carry no token: drawings, data and notes. They are passed over."""
_TIMES: dict[str, Any] = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}
_TRIGGERED = {
    Kind.START: (True, {"timerEventDefinition", "messageEventDefinition"}),
    Kind.END: (True, {"messageEventDefinition"}),
    Kind.CATCH: (False, {"timerEventDefinition", "messageEventDefinition"}),
    Kind.THROW: (True, {"messageEventDefinition"}),
    Kind.BOUNDARY: (False, {"timerEventDefinition", "messageEventDefinition"}),
}
"""Kind → whether it may go without a trigger, and the triggers it may have."""


def read_process(source: Path | bytes, *, name: str = "") -> Process:
    """Read the one process of a BPMN 2.0 file.

    A plain ``task`` is read as a user task; notes, data and drawings are passed over. ``name`` is what errors call the
    file where bytes are handed in. Raises InputError, one sentence that names the element, for a file that is missing,
    over 5 MB, no XML, carries a document type (where entity bombs and outside entities live), has no process or
    several, or holds anything outside the subset.
    """
    where = name or (source.name if isinstance(source, Path) else "the process")
    try:
        return _Reader(_root(_content(source, where), where)).process()
    except InputError as error:
        if error.where:
            raise
        raise InputError(error.what, where=where, remedy=error.remedy) from error


def _content(source: Path | bytes, where: str) -> bytes:
    if isinstance(source, bytes):
        content = source[: LARGEST + 1]
    elif source.is_file():
        with source.open("rb") as file:
            content = file.read(LARGEST + 1)
    else:
        raise InputError("is not there", where=where, remedy="Check the path")
    if len(content) > LARGEST:
        raise InputError("is larger than 5 MB", where=where, remedy="Save the process alone, without pictures")
    return content


def _root(content: bytes, where: str) -> etree._Element:
    if b"<!DOCTYPE" in content.replace(b"\x00", b"").upper():  # UTF-16 is the same letters with zeros between
        raise InputError("declares a document type, which may hide entities", where=where, remedy="Remove <!DOCTYPE>")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"is no well-formed XML ({error})", where=where, remedy="Export it again") from error
    if root.tag != f"{{{BPMN}}}definitions":
        raise InputError("is no BPMN 2.0 file", where=where, remedy="Export the process as BPMN 2.0 XML")
    return root


class _Reader:
    """One pass over the elements of a file."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.messages = {item.get("id"): item.get("name") or "" for item in root.findall(f"{{{BPMN}}}message")}
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self.lanes: list[Lane] = []

    def process(self) -> Process:
        found = [item for item in self.root.findall(f"{{{BPMN}}}process") if len(item)]
        if not found:
            raise InputError("holds no process", remedy="Draw at least a start and an end")
        if len(found) > 1:
            names = ", ".join(_called(item) for item in found)
            raise InputError(f"holds {len(found)} processes ({names})", remedy="Save each in a file of its own")
        self._level(found[0], None)
        self._check()
        identity = found[0].get("id") or "Process_1"
        return Process(identity, found[0].get("name") or "", tuple(self.nodes), tuple(self.flows), tuple(self.lanes))

    def _level(self, element: etree._Element, parent: str | None) -> None:
        for child in _children(element):
            kind = _KINDS.get(_tag(child))
            if kind is not None:
                self._node(child, kind, parent)
            elif _tag(child) == "sequenceFlow":
                self.flows.append(_flow(child))
            elif _tag(child) == "laneSet":
                self._lane_set(child)
            elif _tag(child) not in _SILENT and not (parent and _tag(child).endswith("EventDefinition")):
                raise _refused(
                    child, "is not supported", "Use tasks, exclusive and parallel gateways, timers, messages"
                )

    def _node(self, element: etree._Element, kind: Kind, parent: str | None) -> None:
        identity = _identity(element)
        self._refuse_markers(element, kind)
        self.nodes.append(
            Node(
                id=identity,
                kind=kind,
                name=element.get("name") or "",
                parent=parent,
                trigger=self._trigger(element, kind) if kind in EVENTS else None,
                attached_to=element.get("attachedToRef"),
                interrupting=element.get("cancelActivity") not in {"false", "0"},
                calls=element.get("calledElement"),
                default=element.get("default"),
                documentation=element.findtext(f"{{{BPMN}}}documentation") or "",
            )
        )
        if kind is Kind.SUBPROCESS:
            self._level(element, identity)

    def _refuse_markers(self, element: etree._Element, kind: Kind) -> None:
        for child in _children(element):
            if _tag(child).endswith("LoopCharacteristics"):
                raise _refused(element, "repeats by a marker", "Draw the loop with an exclusive gateway")
            if kind is not Kind.SUBPROCESS and kind not in EVENTS and _tag(child) not in _SILENT:
                raise _refused(element, f"holds {_tag(child)}, which is not supported", "Remove it")
        if kind is Kind.SUBPROCESS and element.get("triggeredByEvent") in {"true", "1"}:
            raise _refused(element, "is started by an event, which is not supported", "Use a boundary event")
        if kind is not Kind.XOR and element.get("default"):
            raise _refused(element, "has a default flow", "Put an exclusive gateway behind it")

    def _trigger(self, element: etree._Element, kind: Kind) -> Timer | Message | None:
        found = [
            child for child in _children(element) if "Definition" in _tag(child) or _tag(child) == "eventDefinitionRef"
        ]
        optional, allowed = _TRIGGERED[kind]
        if not found and optional:
            return None
        if len(found) != 1:
            raise _refused(element, "must wait for exactly one timer or message", "Give it one")
        if _tag(found[0]) not in allowed:
            raise _refused(
                element, f"has the trigger {_tag(found[0])}, which is not supported here", "Use another event"
            )
        if _tag(found[0]) == "timerEventDefinition":
            return self._timer(element, found[0])
        return Message(self._message_name(element, found[0].get("messageRef")))

    def _message_name(self, element: etree._Element, reference: str | None) -> str:
        if reference is None:
            return ""
        local = reference.rpartition(":")[2]
        if local not in self.messages:
            raise _refused(element, f"refers to the message {reference!r}, which is not in the file", "Define it")
        return self.messages[local]

    def _timer(self, element: etree._Element, definition: etree._Element) -> Timer:
        for child in _children(definition):
            if _tag(child) in _TIMES and (child.text or "").strip():
                return Timer(_TIMES[_tag(child)], (child.text or "").strip())
        raise _refused(element, "is a timer without a time", "Give it a duration such as PT2H, a date or a cycle")

    def _lane_set(self, element: etree._Element) -> None:
        for child in _children(element):
            nested = child.find(f"{{{BPMN}}}childLaneSet")
            if nested is not None:
                self._lane_set(nested)
                continue
            members = tuple((item.text or "").strip() for item in child.findall(f"{{{BPMN}}}flowNodeRef"))
            self.lanes.append(Lane(_identity(child), child.get("name") or "", members))

    def _check(self) -> None:
        """Refuse what could not even be drawn: double ids, loose ends, hosts and defaults that are not there."""
        ids = [node.id for node in self.nodes] + [flow.id for flow in self.flows] + [lane.id for lane in self.lanes]
        for identity, times in Counter(ids).items():
            if times > 1:
                raise InputError(f"uses the id {identity!r} {times} times", remedy="Give each element an id of its own")
        known = {node.id: node for node in self.nodes}
        for flow in self.flows:
            _check_flow(flow, known)
        flows = {flow.id: flow for flow in self.flows}
        for node in self.nodes:
            _check_node(node, known, flows)
        for lane in self.lanes:
            lost = [member for member in lane.nodes if member not in known]
            if lost:
                raise InputError(f"lane {lane.id!r} names {lost[0]!r}, which is not in the process", remedy="Remove it")


def _check_flow(flow: Flow, known: dict[str, Node]) -> None:
    for end in (flow.source, flow.target):
        if end not in known:
            raise InputError(
                f"sequenceFlow {flow.id!r} is tied to {end!r}, which is not in the process", remedy="Tie it"
            )
    source, target = known[flow.source], known[flow.target]
    if source.parent != target.parent:
        raise InputError(f"sequenceFlow {flow.id!r} crosses the border of a sub-process", remedy="End it at the border")
    if target.kind in {Kind.START, Kind.BOUNDARY} or source.kind is Kind.END:
        wrong = target if target.kind in {Kind.START, Kind.BOUNDARY} else source
        way = "leads into" if wrong is target else "leaves"
        raise InputError(f"sequenceFlow {flow.id!r} {way} the {wrong.kind} {wrong.id!r}", remedy="Turn or remove it")
    if flow.condition is not None and source.kind is not Kind.XOR:
        raise InputError(
            f"sequenceFlow {flow.id!r} has a condition but leaves the {source.kind} {source.id!r}",
            remedy="Put an exclusive gateway between",
        )


def _check_node(node: Node, known: dict[str, Node], flows: dict[str, Flow]) -> None:
    if (node.kind is Kind.BOUNDARY) != (node.attached_to is not None):
        raise InputError(f"{node.kind} {node.id!r} is attached to nothing it could be", remedy="Attach it to a task")
    if node.attached_to is not None:
        host = known.get(node.attached_to)
        if host is None or host.kind not in HOSTS or host.parent != node.parent:
            raise InputError(f"boundaryEvent {node.id!r} sits on {node.attached_to!r}, which cannot carry it")
    if node.default is not None and (node.default not in flows or flows[node.default].source != node.id):
        raise InputError(f"{node.kind} {node.id!r} has the default flow {node.default!r}, which does not leave it")


def _flow(element: etree._Element) -> Flow:
    source, target = element.get("sourceRef"), element.get("targetRef")
    if not source or not target:
        raise _refused(element, "has a loose end", "Tie both its ends to a node")
    condition = element.find(f"{{{BPMN}}}conditionExpression")
    text = None if condition is None else (condition.text or "").strip()
    return Flow(_identity(element), source, target, element.get("name") or "", text or None)


def _children(element: etree._Element) -> list[etree._Element]:
    """The children of BPMN's own namespace; extensions of other tools are passed over."""
    return [child for child in element if isinstance(child.tag, str) and child.tag.startswith(f"{{{BPMN}}}")]


def _tag(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _identity(element: etree._Element) -> str:
    identity = element.get("id")
    if not identity:
        raise InputError(f"{_tag(element)} {element.get('name')!r} has no id", remedy="Give it one")
    return identity


def _called(element: etree._Element) -> str:
    name = element.get("name")
    return f"{_tag(element)} {element.get('id')!r}" + (f" “{name}”" if name else "")


def _refused(element: etree._Element, what: str, remedy: str) -> InputError:
    return InputError(f"{_called(element)} {what}", remedy=remedy)
