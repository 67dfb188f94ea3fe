"""Reading BPMN 2.0 files: what is not of the subset is refused with one sentence that names the element."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from lxml import etree

from kehu.analysis.bpmn.model import EVENTS, HOSTS, Flow, Kind, Lane, Message, Node, Process, Timer
from kehu.analysis.errors import InputError, Sentence

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
        raise InputError(Sentence("is not there"), where=where, remedy=Sentence("Check the path"))
    if len(content) > LARGEST:
        raise InputError(
            Sentence("is larger than 5 MB"), where=where, remedy=Sentence("Save the process alone, without pictures")
        )
    return content


def _root(content: bytes, where: str) -> etree._Element:
    if b"<!DOCTYPE" in content.replace(b"\x00", b"").upper():  # UTF-16 is the same letters with zeros between
        raise InputError(
            Sentence("declares a document type, which may hide entities"),
            where=where,
            remedy=Sentence("Remove <!DOCTYPE>"),
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(
            Sentence("is no well-formed XML (%(error)s)", error=str(error)),
            where=where,
            remedy=Sentence("Export it again"),
        ) from error
    if root.tag != f"{{{BPMN}}}definitions":
        raise InputError(
            Sentence("is no BPMN 2.0 file"), where=where, remedy=Sentence("Export the process as BPMN 2.0 XML")
        )
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
            raise InputError(Sentence("holds no process"), remedy=Sentence("Draw at least a start and an end"))
        if len(found) > 1:
            names = ", ".join(_called(item) for item in found)
            raise InputError(
                Sentence("holds %(count)d processes (%(names)s)", count=len(found), names=names),
                remedy=Sentence("Save each in a file of its own"),
            )
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
                    child,
                    Sentence("is not supported"),
                    Sentence("Use tasks, exclusive and parallel gateways, timers, messages"),
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
                raise _refused(
                    element, Sentence("repeats by a marker"), Sentence("Draw the loop with an exclusive gateway")
                )
            if kind is not Kind.SUBPROCESS and kind not in EVENTS and _tag(child) not in _SILENT:
                raise _refused(
                    element, Sentence("holds %(kind)s, which is not supported", kind=_tag(child)), Sentence("Remove it")
                )
        if kind is Kind.SUBPROCESS and element.get("triggeredByEvent") in {"true", "1"}:
            raise _refused(
                element, Sentence("is started by an event, which is not supported"), Sentence("Use a boundary event")
            )
        if kind is not Kind.XOR and element.get("default"):
            raise _refused(element, Sentence("has a default flow"), Sentence("Put an exclusive gateway behind it"))

    def _trigger(self, element: etree._Element, kind: Kind) -> Timer | Message | None:
        found = [
            child for child in _children(element) if "Definition" in _tag(child) or _tag(child) == "eventDefinitionRef"
        ]
        optional, allowed = _TRIGGERED[kind]
        if not found and optional:
            return None
        if len(found) != 1:
            raise _refused(element, Sentence("must wait for exactly one timer or message"), Sentence("Give it one"))
        if _tag(found[0]) not in allowed:
            raise _refused(
                element,
                Sentence("has the trigger %(kind)s, which is not supported here", kind=_tag(found[0])),
                Sentence("Use another event"),
            )
        if _tag(found[0]) == "timerEventDefinition":
            return self._timer(element, found[0])
        return Message(self._message_name(element, found[0].get("messageRef")))

    def _message_name(self, element: etree._Element, reference: str | None) -> str:
        if reference is None:
            return ""
        local = reference.rpartition(":")[2]
        if local not in self.messages:
            raise _refused(
                element,
                Sentence("refers to the message %(message)r, which is not in the file", message=reference),
                Sentence("Define it"),
            )
        return self.messages[local]

    def _timer(self, element: etree._Element, definition: etree._Element) -> Timer:
        for child in _children(definition):
            if _tag(child) in _TIMES and (child.text or "").strip():
                return Timer(_TIMES[_tag(child)], (child.text or "").strip())
        raise _refused(
            element,
            Sentence("is a timer without a time"),
            Sentence("Give it a duration such as PT2H, a date or a cycle"),
        )

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
                raise InputError(
                    Sentence("uses the id %(id)r %(times)d times", id=identity, times=times),
                    remedy=Sentence("Give each element an id of its own"),
                )
        known = {node.id: node for node in self.nodes}
        for flow in self.flows:
            _check_flow(flow, known)
        flows = {flow.id: flow for flow in self.flows}
        for node in self.nodes:
            _check_node(node, known, flows)
        for lane in self.lanes:
            lost = [member for member in lane.nodes if member not in known]
            if lost:
                raise InputError(
                    Sentence("lane %(lane)r names %(node)r, which is not in the process", lane=lane.id, node=lost[0]),
                    remedy=Sentence("Remove it"),
                )


def _check_flow(flow: Flow, known: dict[str, Node]) -> None:
    for end in (flow.source, flow.target):
        if end not in known:
            raise InputError(
                Sentence(
                    "sequenceFlow %(flow)r is tied to %(end)r, which is not in the process", flow=flow.id, end=end
                ),
                remedy=Sentence("Tie it"),
            )
    source, target = known[flow.source], known[flow.target]
    if source.parent != target.parent:
        raise InputError(
            Sentence("sequenceFlow %(flow)r crosses the border of a sub-process", flow=flow.id),
            remedy=Sentence("End it at the border"),
        )
    if target.kind in {Kind.START, Kind.BOUNDARY} or source.kind is Kind.END:
        wrong = target if target.kind in {Kind.START, Kind.BOUNDARY} else source
        way = Sentence("leads into") if wrong is target else Sentence("leaves")
        raise InputError(
            Sentence(
                "sequenceFlow %(flow)r %(way)s the %(kind)s %(node)r",
                flow=flow.id,
                way=way,
                kind=wrong.kind,
                node=wrong.id,
            ),
            remedy=Sentence("Turn or remove it"),
        )
    if flow.condition is not None and source.kind is not Kind.XOR:
        raise InputError(
            Sentence(
                "sequenceFlow %(flow)r has a condition but leaves the %(kind)s %(node)r",
                flow=flow.id,
                kind=source.kind,
                node=source.id,
            ),
            remedy=Sentence("Put an exclusive gateway between"),
        )


def _check_node(node: Node, known: dict[str, Node], flows: dict[str, Flow]) -> None:
    if (node.kind is Kind.BOUNDARY) != (node.attached_to is not None):
        raise InputError(
            Sentence("%(kind)s %(node)r is attached to nothing it could be", kind=node.kind, node=node.id),
            remedy=Sentence("Attach it to a task"),
        )
    if node.attached_to is not None:
        host = known.get(node.attached_to)
        if host is None or host.kind not in HOSTS or host.parent != node.parent:
            raise InputError(
                Sentence(
                    "boundaryEvent %(node)r sits on %(host)r, which cannot carry it",
                    node=node.id,
                    host=node.attached_to,
                )
            )
    if node.default is not None and (node.default not in flows or flows[node.default].source != node.id):
        raise InputError(
            Sentence(
                "%(kind)s %(node)r has the default flow %(flow)r, which does not leave it",
                kind=node.kind,
                node=node.id,
                flow=node.default,
            )
        )


def _flow(element: etree._Element) -> Flow:
    source, target = element.get("sourceRef"), element.get("targetRef")
    if not source or not target:
        raise _refused(element, Sentence("has a loose end"), Sentence("Tie both its ends to a node"))
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
        raise InputError(
            Sentence("%(kind)s %(name)r has no id", kind=_tag(element), name=element.get("name")),
            remedy=Sentence("Give it one"),
        )
    return identity


def _called(element: etree._Element) -> str:
    name = element.get("name")
    return f"{_tag(element)} {element.get('id')!r}" + (f" “{name}”" if name else "")


def _refused(element: etree._Element, what: str, remedy: str) -> InputError:
    return InputError(Sentence("%(node)s %(what)s", node=_called(element), what=what), remedy=remedy)
