"""A hostile or boundless BPMN file is refused at once, in one sentence."""

from __future__ import annotations

import pytest

from kehu.analysis.bpmn import read_process
from kehu.analysis.bpmn.net import compile_net
from kehu.analysis.errors import InputError

_HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x"><process id="p">'


def test_a_gateway_whose_ways_multiply_is_refused_before_they_are_made():
    """Without the bound 5,000 ways in and out, 1 MB of file, would be 25 million transitions."""
    gateways = "".join(f'<exclusiveGateway id="{one}"/>' for one in "axz")
    ways = "".join(
        f'<task id="{k}{i}"/><sequenceFlow id="{k}a{i}" sourceRef="{g}" targetRef="{k}{i}"/>'
        f'<sequenceFlow id="{k}b{i}" sourceRef="{k}{i}" targetRef="{h}"/>'
        for i in range(5000)
        for g, h, k in (("a", "x", "i"), ("x", "z", "o"))
    )
    ends = '<sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="z" targetRef="e"/>'
    body = f'<startEvent id="s"/>{gateways}<endEvent id="e"/>{ends}{ways}</process></definitions>'
    process = read_process((_HEAD + body).encode())
    with pytest.raises(InputError, match="ways to go on, more than 3,000"):
        compile_net(process)
