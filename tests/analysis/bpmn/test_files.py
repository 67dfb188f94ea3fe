from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kehu.analysis.bpmn import (
    Flow,
    Kind,
    Lane,
    Message,
    Node,
    Process,
    Timer,
    problems,
    read_process,
    validate,
    write_process,
)
from kehu.analysis.errors import InputError

from .drawing import draw

SPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
ALL = '<sequenceFlow id="f" sourceRef="s" targetRef="e"/>'

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=8
)
triggers = st.one_of(
    st.builds(
        Timer, st.sampled_from(["duration", "date", "cycle"]), st.sampled_from(["PT2H", "R3/PT1H", "2026-01-01"])
    ),
    st.builds(Message, texts),
)


@st.composite
def processes(draw_):
    """Any process the reader accepts, nodes in the order of a file."""
    kinds = [Kind.USER, Kind.SERVICE, Kind.SCRIPT, Kind.XOR, Kind.AND, Kind.CATCH, Kind.THROW, Kind.CALL]
    nodes, flows = [], []

    def level(parent, depth):
        begun = len(nodes)
        for _ in range(draw_(st.integers(1, 4))):
            number = len(nodes)
            kind = draw_(st.sampled_from([*kinds, Kind.SUBPROCESS] if depth < 2 else kinds))
            trigger = draw_(triggers) if kind is Kind.CATCH else Message(draw_(texts)) if kind is Kind.THROW else None
            nodes.append(
                Node(
                    f"n{number}",
                    kind,
                    draw_(texts),
                    parent,
                    trigger,
                    calls="Q" if kind is Kind.CALL else None,
                    documentation=draw_(texts).strip(),
                )
            )
            if kind is Kind.SUBPROCESS:
                level(f"n{number}", depth + 1)
            if kind in {Kind.USER, Kind.SUBPROCESS} and draw_(st.booleans()):
                nodes.append(
                    Node(
                        f"n{len(nodes)}", Kind.BOUNDARY, "", parent, draw_(triggers), f"n{number}", draw_(st.booleans())
                    )
                )
        own = [n for n in nodes[begun:] if n.parent == parent]
        targets = [n for n in own if n.kind is not Kind.BOUNDARY]
        for source in own:
            target = draw_(st.sampled_from(targets))
            condition = draw_(st.sampled_from([None, "x > 1"])) if source.kind is Kind.XOR else None
            flows.append(Flow(f"f{len(flows)}", source.id, target.id, draw_(texts), condition))

    level(None, 0)
    lanes = (Lane("l0", draw_(texts), tuple(n.id for n in nodes if n.parent is None)),) if draw_(st.booleans()) else ()
    return Process("P", draw_(texts), tuple(nodes), tuple(flows), lanes)


@given(processes(), st.booleans())
def test_a_written_process_reads_back_equal(process, diagram):
    """Prints the first field that was lost where a kind of element is not written."""
    assert read_process(write_process(process, diagram=diagram)) == process


def test_every_node_names_its_flows():
    """Without them bpmn-auto-layout draws nothing and says nothing."""
    root = etree.fromstring(write_process(draw("start > xor1 > A > xor2 > end; xor1 > B > xor2")))
    named = {
        (element.getparent().get("id"), element.text)
        for element in root.iter(f"{{{SPACE}}}incoming", f"{{{SPACE}}}outgoing")
    }
    flows = list(root.iter(f"{{{SPACE}}}sequenceFlow"))
    assert named == {(flow.get(end), flow.get("id")) for flow in flows for end in ("sourceRef", "targetRef")}


def test_the_drawing_shows_every_node_once_and_none_over_another():
    root = etree.fromstring(write_process(draw("start > and1 > A > and2 > end; and1 > B > and2; and1 > C > and2")))
    bounds = [tuple(float(b.get(k)) for k in ("x", "y", "width", "height")) for b in root.iter("{*}Bounds")]
    assert len(bounds) == 7
    for number, (x, y, width, height) in enumerate(bounds):
        for other_x, other_y, other_width, other_height in bounds[number + 1 :]:
            apart = (
                x + width <= other_x
                or other_x + other_width <= x
                or y + height <= other_y
                or other_y + other_height <= y
            )
            assert apart


def test_a_plain_task_is_a_person_s():
    assert read_process(bpmn('<task id="t" name="Ask"/>')).nodes[0] == Node("t", Kind.USER, "Ask")


def bpmn(inside: str, outside: str = "") -> bytes:
    return f'<definitions xmlns="{SPACE}">{outside}<process id="P">{inside}</process></definitions>'.encode()


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [
        ('<inclusiveGateway id="G" name="Which"/>', "inclusiveGateway 'G' “Which” is not supported"),
        ('<complexGateway id="G"/>', "complexGateway 'G' is not supported"),
        ('<eventBasedGateway id="G"/>', "eventBasedGateway 'G' is not supported"),
        ('<manualTask id="M"/>', "manualTask 'M' is not supported"),
        ('<businessRuleTask id="M"/>', "businessRuleTask 'M' is not supported"),
        ('<transaction id="T"/>', "transaction 'T' is not supported"),
        ('<userTask id="T"><multiInstanceLoopCharacteristics/></userTask>', "userTask 'T' repeats by a marker"),
        ('<subProcess id="S" triggeredByEvent="true"/>', "subProcess 'S' is started by an event"),
        ('<subProcess id="S"><inclusiveGateway id="G"/></subProcess>', "inclusiveGateway 'G' is not supported"),
        ('<endEvent id="E"><errorEventDefinition/></endEvent>', "endEvent 'E' has the trigger errorEventDefinition"),
        ('<endEvent id="E"><terminateEventDefinition/></endEvent>', "endEvent 'E' has the trigger terminate"),
        ('<intermediateCatchEvent id="C"/>', "intermediateCatchEvent 'C' must wait for exactly one"),
        ('<intermediateCatchEvent id="C"><timerEventDefinition/></intermediateCatchEvent>', "'C' is a timer without a time"),  # noqa: E501
        ('<startEvent id="s"><messageEventDefinition messageRef="M"/></startEvent>', "'s' refers to the message 'M'"),
        ('<boundaryEvent id="b" attachedToRef="x"><messageEventDefinition/></boundaryEvent>', "'b' sits on 'x'"),
        (START + START, "uses the id 's' 2 times"),
        ("<userTask/>", "userTask None has no id"),
        ('<userTask id="a" default="f"/>', "userTask 'a' has a default flow"),
        (START + '<sequenceFlow id="f" sourceRef="s" targetRef="gone"/>', "'f' is tied to 'gone'"),
        (START + '<sequenceFlow id="f" sourceRef="s"/>', "sequenceFlow 'f' has a loose end"),
        (START + '<subProcess id="S"><task id="a"/></subProcess><sequenceFlow id="f" sourceRef="s" targetRef="a"/>',
         "'f' crosses the border of a sub-process"),
        (START + END + '<sequenceFlow id="f" sourceRef="e" targetRef="s"/>', "'f' leads into the startEvent 's'"),
        (START + END + ALL.replace("/>", "><conditionExpression>x</conditionExpression></sequenceFlow>"),
         "'f' has a condition but leaves the startEvent 's'"),
        ('<laneSet><lane id="l"><flowNodeRef>gone</flowNodeRef></lane></laneSet>', "lane 'l' names 'gone'"),
        ("", "holds no process"),
    ],
)  # fmt: skip
def test_what_is_outside_the_subset_is_named_in_one_sentence(inside, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)) as caught:
        read_process(bpmn(inside), name="file.bpmn")
    assert str(caught.value).startswith("file.bpmn: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no xml", "is no well-formed XML"),
        (b"<html/>", "is no BPMN 2.0 file"),
        (b"<!DOCTYPE a [<!ENTITY b 'bb'>]><a>&b;</a>", "declares a document type"),
        (
            "<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE a SYSTEM 'file:///x'><a/>".encode("utf-16"),
            "document type",
        ),
        (b"<a>" + b" " * 5_000_000, "larger than 5 MB"),
        (b"", "is no well-formed XML"),
    ],
)
def test_a_hostile_or_foreign_file_is_refused(content, sentence):
    with pytest.raises(InputError, match=sentence):
        read_process(content)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.bpmn: is not there"):
        read_process(tmp_path / "gone.bpmn")


@pytest.mark.parametrize(
    ("process", "sentence"),
    [
        (draw("A > end"), "process 'P' has no start event"),
        (draw("start > A"), "process 'P' has no end event"),
        (draw("start > end; A > end"), "userTask 'A' “A” cannot be reached from a start event"),
        (draw("start > xor1 > end; xor1 > A > B > A"), "userTask 'A' “A” leads to no end event"),
    ],
)
def test_a_process_that_cannot_be_walked_through_is_refused(process, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        validate(process)


def test_a_loop_without_a_wait_is_refused_for_running_only():
    process = draw("start > xor1 > service1 > xor2 > end; xor2 > xor1")
    validate(process)
    assert "lies on an endless loop without a wait" in " ".join(p.sentence for p in problems(process))
    with pytest.raises(InputError):
        validate(process, for_running=True)


def test_a_sound_process_has_no_problem():
    assert problems(draw("start > and1 > A > and2 > end; and1 > B > and2")) == ()
