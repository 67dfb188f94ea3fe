"""Writing a process as a BPMN 2.0 file, with ``incoming`` and ``outgoing`` in every node and a drawing."""

from __future__ import annotations

import re

from lxml import etree

from kehu.analysis.bpmn.layout import Box, layout
from kehu.analysis.bpmn.model import Flow, Kind, Message, Node, Process, Timer
from kehu.analysis.bpmn.reader import BPMN

_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_DD = "http://www.omg.org/spec/DD/20100524/DI"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TIMES = {"duration": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_process(process: Process, *, diagram: bool = True) -> bytes:
    """The process as UTF-8 bytes of BPMN 2.0 XML; ``read_process`` gives back an equal process.

    Every node names its incoming and outgoing flows, without which some layouters draw nothing. ``diagram`` adds a
    plain drawing (BPMN DI). Characters XML cannot hold are written as U+FFFD.
    """
    return _Writer(process).content(diagram=diagram)


class _Writer:
    """Builds the tree of elements."""

    def __init__(self, process: Process) -> None:
        self.process = process
        names = dict.fromkeys(node.trigger.name for node in process.nodes if isinstance(node.trigger, Message))
        ids = {*process.node_by_id, *(flow.id for flow in process.flows), *(lane.id for lane in process.lanes)}
        taken = ids | {process.id}
        free = (f"Message_{number}" for number in range(1, 10**9) if f"Message_{number}" not in taken)
        self.messages = {name: next(free) for name in names if name}

    def content(self, *, diagram: bool) -> bytes:
        spaces = {None: BPMN, "bpmndi": _DI, "dc": _DC, "di": _DD, "xsi": _XSI}
        root = etree.Element(_bpmn("definitions"), nsmap=spaces)  # type: ignore[arg-type]
        root.set("id", "Definitions")
        root.set("targetNamespace", "http://bpmn.io/schema/bpmn")
        for name, identity in self.messages.items():
            _add(root, "message", id=identity, name=name)
        element = _add(root, "process", id=self.process.id, name=self.process.name or None, isExecutable="false")
        self._lanes(element)
        self._level(element, None)
        if diagram:
            _diagram(root, self.process)
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))

    def _lanes(self, element: etree._Element) -> None:
        if self.process.lanes:
            lanes = _add(element, "laneSet")
            for lane in self.process.lanes:
                drawn = _add(lanes, "lane", id=lane.id, name=lane.name or None)
                for node in lane.nodes:
                    _add(drawn, "flowNodeRef").text = node

    def _level(self, element: etree._Element, parent: str | None) -> None:
        for node in self.process.inside(parent):
            self._node(element, node)
        for flow in self.process.flows:
            if self.process.node_by_id[flow.source].parent == parent:
                _flow(element, flow)

    def _node(self, element: etree._Element, node: Node) -> None:
        drawn = _add(element, node.kind.value, id=node.id, name=node.name or None)
        for name, value in (
            ("attachedToRef", node.attached_to),
            ("calledElement", node.calls),
            ("default", node.default),
        ):
            if value is not None:
                drawn.set(name, _clean(value))
        if not node.interrupting:
            drawn.set("cancelActivity", "false")
        if node.documentation:
            _add(drawn, "documentation").text = _clean(node.documentation)
        for flow in self.process.incoming[node.id]:
            _add(drawn, "incoming").text = flow.id
        for flow in self.process.outgoing[node.id]:
            _add(drawn, "outgoing").text = flow.id
        if node.kind is Kind.SUBPROCESS:
            self._level(drawn, node.id)
        self._trigger(drawn, node)

    def _trigger(self, drawn: etree._Element, node: Node) -> None:
        if isinstance(node.trigger, Timer):
            time = _add(_add(drawn, "timerEventDefinition"), _TIMES[node.trigger.form])
            time.set(f"{{{_XSI}}}type", "tFormalExpression")
            time.text = _clean(node.trigger.value)
        elif isinstance(node.trigger, Message):
            _add(drawn, "messageEventDefinition", messageRef=self.messages.get(node.trigger.name))


def _flow(element: etree._Element, flow: Flow) -> None:
    drawn = _add(
        element, "sequenceFlow", id=flow.id, name=flow.name or None, sourceRef=flow.source, targetRef=flow.target
    )
    if flow.condition is not None:
        condition = _add(drawn, "conditionExpression")
        condition.set(f"{{{_XSI}}}type", "tFormalExpression")
        condition.text = _clean(flow.condition)


def _diagram(root: etree._Element, process: Process) -> None:
    boxes = layout(process)
    plane = etree.SubElement(
        etree.SubElement(root, f"{{{_DI}}}BPMNDiagram", id="Diagram"),
        f"{{{_DI}}}BPMNPlane",
        id="Plane",
        bpmnElement=process.id,
    )
    for node in process.nodes:
        if node.id in boxes:
            _shape(plane, node, boxes[node.id])
    for flow in process.flows:
        if flow.source in boxes and flow.target in boxes:
            edge = etree.SubElement(plane, f"{{{_DI}}}BPMNEdge", id=f"{flow.id}_di", bpmnElement=flow.id)
            for x, y in _way(boxes[flow.source], boxes[flow.target]):
                etree.SubElement(edge, f"{{{_DD}}}waypoint", x=f"{x:g}", y=f"{y:g}")


def _shape(plane: etree._Element, node: Node, box: Box) -> None:
    shape = etree.SubElement(plane, f"{{{_DI}}}BPMNShape", id=f"{node.id}_di", bpmnElement=node.id)
    if node.kind is Kind.SUBPROCESS:
        shape.set("isExpanded", "true")
    bounds = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    etree.SubElement(shape, f"{{{_DC}}}Bounds", {name: f"{value:g}" for name, value in bounds.items()})


def _way(source: Box, target: Box) -> list[tuple[float, float]]:
    """Right side to left side with a bend between; backwards, under both."""
    begin = (source.x + source.width, source.y + source.height / 2)
    end = (target.x, target.y + target.height / 2)
    if end[0] > begin[0]:
        middle = (begin[0] + end[0]) / 2
        return [begin, (middle, begin[1]), (middle, end[1]), end] if begin[1] != end[1] else [begin, end]
    low = max(source.y + source.height, target.y + target.height) + 20
    below_source, below_target = source.x + source.width / 2, target.x + target.width / 2
    return [
        (below_source, source.y + source.height),
        (below_source, low),
        (below_target, low),
        (below_target, target.y + target.height),
    ]


def _add(parent: etree._Element, tag: str, /, **attributes: str | None) -> etree._Element:
    given = {key: _clean(value) for key, value in attributes.items() if value is not None}
    return etree.SubElement(parent, _bpmn(tag), given)


def _bpmn(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)
