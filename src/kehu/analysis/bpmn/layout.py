"""A plain drawing of a process: layers from left to right, so that any BPMN tool opens the file with a picture.

Screens lay out anew; this is for files that leave the house. Layers are longest paths without back edges, a method as
old as Sugiyama, Tagawa and Toda (1981), here without its minimising of crossings.
"""

from __future__ import annotations

from dataclasses import dataclass

from kehu.analysis.bpmn.model import Kind, Node, Process

_GAP_X, _GAP_Y, _PAD = 60.0, 40.0, 30.0
_SIZES = dict.fromkeys(Kind, (100.0, 80.0))
_SIZES |= dict.fromkeys((Kind.START, Kind.END, Kind.CATCH, Kind.THROW, Kind.BOUNDARY), (36.0, 36.0))
_SIZES |= dict.fromkeys((Kind.XOR, Kind.AND), (50.0, 50.0))


@dataclass(frozen=True)
class Box:
    """Where a node is drawn, in the units of BPMN DI (pixels at 100 %)."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, dx: float, dy: float) -> Box:
        """The same box somewhere else."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)


def layout(process: Process) -> dict[str, Box]:
    """A box for every node; no two nodes of one level overlap, boundary events sit on the lower edge of their host."""
    return _level(process, None)


def _level(process: Process, parent: str | None) -> dict[str, Box]:
    nodes = process.inside(parent)
    inner = {node.id: _level(process, node.id) for node in nodes if node.kind is Kind.SUBPROCESS}
    sizes = {node.id: _size(node, inner.get(node.id)) for node in nodes}
    boxes: dict[str, Box] = {}
    left = 0.0
    for column in _columns(process, nodes):
        width = max(sizes[key][0] for key in column)
        top = 0.0
        for key in column:
            own_width, height = sizes[key]
            boxes[key] = Box(left + (width - own_width) / 2, top, own_width, height)
            top += height + _GAP_Y
        left += width + _GAP_X
    boxes |= _boundary(process, nodes, boxes)
    for key, inside in inner.items():
        at = boxes[key]
        boxes |= {name: box.moved(at.x + _PAD, at.y + _PAD) for name, box in inside.items()}
    return boxes


def _size(node: Node, inside: dict[str, Box] | None) -> tuple[float, float]:
    if not inside:
        return _SIZES[node.kind]
    width = max(box.x + box.width for box in inside.values())
    height = max(box.y + box.height for box in inside.values())
    return width + 2 * _PAD, height + 2 * _PAD


def _columns(process: Process, nodes: tuple[Node, ...]) -> list[list[str]]:
    """Nodes by layer: one more than the farthest predecessor, loops' back edges left out."""
    order = _topological(process, nodes)
    place = {key: number for number, key in enumerate(order)}
    layer = dict.fromkeys(order, 0)
    for key in order:
        for target in _targets(process, key):
            if place[target] > place[key]:
                layer[target] = max(layer[target], layer[key] + 1)
    drawn = [key for key in order if process.node_by_id[key].kind is not Kind.BOUNDARY]
    columns: list[list[str]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for key in drawn:
        columns[layer[key]].append(key)
    return [column for column in columns if column]


def _targets(process: Process, key: str) -> list[str]:
    return [flow.target for flow in process.outgoing[key]] + [event.id for event in process.boundary[key]]


def _topological(process: Process, nodes: tuple[Node, ...]) -> list[str]:
    """Reverse postorder of a depth-first walk from the starts, without recursion."""
    done: list[str] = []
    seen: set[str] = set()
    first = sorted(nodes, key=lambda node: node.kind is not Kind.START)
    for root in first:
        if root.id in seen or (root.kind is Kind.BOUNDARY and root.attached_to not in seen):
            continue
        seen.add(root.id)
        stack = [(root.id, iter(_targets(process, root.id)))]
        while stack:
            _, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                done.append(stack.pop()[0])
            elif target not in seen:
                seen.add(target)
                stack.append((target, iter(_targets(process, target))))
    return done[::-1]


def _boundary(process: Process, nodes: tuple[Node, ...], boxes: dict[str, Box]) -> dict[str, Box]:
    width, height = _SIZES[Kind.BOUNDARY]
    found = {}
    for node in nodes:
        for number, event in enumerate(process.boundary[node.id]):
            host = boxes[node.id]
            at = host.x + 10 + number * (width + 4)
            found[event.id] = Box(at, host.y + host.height - height / 2, width, height)
    return found
