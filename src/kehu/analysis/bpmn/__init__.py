"""The process model: a strict subset of BPMN 2.0, read, written and stepped."""

from kehu.analysis.bpmn.model import Flow, Kind, Lane, Message, Node, Process, Timer
from kehu.analysis.bpmn.net import Net, Transition, compile_net
from kehu.analysis.bpmn.reader import read_process
from kehu.analysis.bpmn.tokens import Marking, start, step, waiting
from kehu.analysis.bpmn.validation import Problem, problems, validate
from kehu.analysis.bpmn.writer import write_process

__all__ = [
    "Flow",
    "Kind",
    "Lane",
    "Marking",
    "Message",
    "Net",
    "Node",
    "Problem",
    "Process",
    "Timer",
    "Transition",
    "compile_net",
    "problems",
    "read_process",
    "start",
    "step",
    "validate",
    "waiting",
    "write_process",
]
