from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kehu.analysis.bpmn import problems, read_process, write_process
from kehu.analysis.errors import InputError
from kehu.analysis.log.reading import read_log
from kehu.analysis.log.staging import ImportOptions
from kehu.analysis.mining.alignments import align_traces
from kehu.analysis.mining.cuts import split
from kehu.analysis.mining.discovery import discover, discover_tree
from kehu.analysis.mining.process_tree import NOTHING, Branch, Leaf, Operator, simplified, to_process
from kehu.analysis.mining.traces import Traces, traces, traces_of


def log_of(*sequences: str) -> Traces:
    """One case a word, one event a letter."""
    return traces_of([(tuple(word), 1) for word in sequences])


@pytest.mark.parametrize(
    ("cases", "tree"),
    [
        ("abc", "sequence('a', 'b', 'c')"),
        ("a b", "xor('a', 'b')"),
        ("abc acb", "sequence('a', and('b', 'c'))"),
        ("ac abc", "sequence('a', xor('b', τ), 'c')"),
        ("a aa aaa", "loop('a', τ)"),
        ("ab abab", "loop(sequence('a', 'b'), τ)"),
        ("a aba ababa", "loop('a', 'b')"),
        ("abc bac bca acb cab cba", "and('a', 'b', 'c')"),
    ],
)
def test_a_small_log_gives_the_tree_a_person_would_draw(cases, tree):
    assert str(discover_tree(log_of(*cases.split()), noise=0)) == tree


def test_noise_hides_what_is_rare():
    """With 0 the one swapped case turns a sequence into parallel work."""
    rare = traces_of([(("a", "b", "c"), 99), (("a", "c", "b"), 1)])
    assert str(discover_tree(rare, noise=0)) == "sequence('a', and('b', 'c'))"
    assert str(discover_tree(rare, noise=0.2)) == "sequence('a', 'b', 'c')"


def test_a_sequence_split_drops_the_fewest_events():
    found = split(Counter({(0, 2, 0, 1, 2): 1}), Operator.SEQUENCE, [frozenset({0}), frozenset({1}), frozenset({2})])
    assert found == [Counter({(0, 0): 1}), Counter({(1,): 1}), Counter({(2,): 1})]


def test_a_tree_is_flattened_and_its_empty_ways_are_merged():
    nested = Branch(Operator.SEQUENCE, (Leaf("a"), Branch(Operator.SEQUENCE, (NOTHING, Leaf("b")))))
    assert str(simplified(nested)) == "sequence('a', 'b')"
    optional = Branch(Operator.XOR, (NOTHING, Branch(Operator.XOR, (Leaf("a"), NOTHING))))
    assert str(simplified(optional)) == "xor('a', τ)"


words = st.lists(st.text("abcde", min_size=1, max_size=7), min_size=1, max_size=8)


@settings(deadline=None, max_examples=60)
@given(words)
def test_without_noise_every_case_fits(sequences):
    """The promise of the inductive miner; prints the cost of the first case a wrong cut or split loses."""
    variants = log_of(*sequences)
    process = to_process(discover_tree(variants, noise=0))
    assert not [problem for problem in problems(process) if problem.fatal]
    assert [item.cost for item in align_traces(variants, process).alignments] == [0] * variants.variants


@settings(deadline=None, max_examples=60)
@given(words, st.floats(0, 1))
def test_with_any_noise_the_result_is_a_sound_process_that_reads_back(sequences, noise):
    process = to_process(discover_tree(log_of(*sequences), noise))
    assert not [problem for problem in problems(process) if problem.fatal]
    assert read_process(write_process(process)) == process


@settings(deadline=None, max_examples=60)
@given(words)
def test_the_order_of_cases_does_not_matter(sequences):
    assert discover_tree(log_of(*sequences), 0.2) == discover_tree(log_of(*reversed(sequences)), 0.2)


def test_nothing_selected_and_a_foreign_noise_are_refused():
    with pytest.raises(InputError, match="no case is left"):
        discover_tree(traces_of([]))
    with pytest.raises(InputError, match="between 0 and 1"):
        discover_tree(log_of("a"), noise=2)


@pytest.mark.parametrize(("name", "number"), [("receipt", 116), ("helpdesk", 226), ("repair_example", 62)])
def test_every_case_of_a_real_log_fits_its_process(data, name, number):
    log = read_log(data(f"{name}.parquet"), ImportOptions(lifecycle="raw"))
    variants = traces(log)
    assert variants.variants == number
    assert align_traces(variants, discover(log, noise=0)).cost == 0
