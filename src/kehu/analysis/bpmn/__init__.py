"""The process model: a strict subset of BPMN 2.0, read, written and stepped."""
