# SPDX-License-Identifier: BSD-2-Clause
"""The regression gate, in its short form; and that the gate can shut."""

import re

import pytest

import gate
import measure
import scale
import sizes
from common import Failed

BOOTS = pytest.mark.timeout(1800)  # no time of the host decides anything


def row(median, rounds=1000, **others):
    """A figure as the programs tell it."""
    return {"n": 0, "rounds": rounds, "min": median, "median": median,
            "p99": median, "max": median} | others


@BOOTS
def test_nothing_costs_more(arch):
    baseline = gate.read(arch)
    assert baseline, "there is no baseline: make bench-baseline"
    rows = measure.measure(arch, measure.SHORT)
    complaints, _ = gate.compare(baseline["rows"], rows)
    complaints += gate.compare_sizes(baseline["sizes"], sizes.sizes(arch))
    assert not complaints, (
        "more than the baseline, and 3 %; if it is meant to be: "
        "make bench-baseline\n" + "\n".join(complaints))


@BOOTS
def test_the_clock_is_known_to_a_thousandth(arch):
    hz = int(re.search(r"clocks of (\d+) Hz",
                       measure.boot(arch, "hz", ["clock"]))[1])
    right = {"x86_64": 1000000000, "aarch64": 62500000}[arch]
    assert abs(hz - right) * 1000 <= right


@BOOTS
def test_two_runs_agree_to_the_last_digit(arch):
    modes = ["clock", "null", "switch", "pmm"]
    first, second = (measure.figures(measure.boot(arch, "twice", modes))
                     for _ in range(2))
    measure.calibrate(arch, first)
    assert first == second
    assert first["null"][0]["rounds"] == 1000


def test_a_wrong_counter_is_not_believed():
    right = {"empty": [row(0)], "loop": [row(2001, n=2001)]}
    measure.calibrate("x86_64", right)
    for wrong in ({"loop": [row(2002, n=2001)]}, {"empty": [row(1)]}):
        with pytest.raises(Failed, match="does not count instructions"):
            measure.calibrate("x86_64", right | wrong)


def test_the_gate_shuts_above_three_percent():
    was = {"null": row(1000)}
    assert gate.compare(was, {"null": row(1030)}) == ([], [])
    complaints, _ = gate.compare(was, {"null": row(1031)})
    assert complaints[1] == "null: median 1000 -> 1031 (+3.1 %)"
    complaints, _ = gate.compare(was, {"null": row(1000, p99=1031)})
    assert complaints == ["null: p99 1000 -> 1031 (+3.1 %)"]
    assert gate.compare(was, {"null": row(969)})[1] == \
        ["null: median 1000 -> 969 (-3.1 %)"]


def test_a_maximum_may_have_an_interrupt_and_no_more():
    was = {"null": row(1000)}
    assert gate.compare(was, {"null": row(1000, max=3030)}) == ([], [])
    complaints, _ = gate.compare(was, {"null": row(1000, max=3031)})
    assert complaints == ["null: max 1000 -> 3031 (+203.1 %)"]


def test_few_rounds_are_compared_by_what_they_have():
    was = {"restart": row(1000)}
    short = row(1000, rounds=100, p99=2000, max=9000)
    assert gate.compare(was, {"restart": short}) == ([], [])
    assert gate.compare(was, {"restart": row(1031, rounds=100)})[0]


def test_no_row_gets_lost():
    assert gate.compare({"null": row(1)}, {})[0] == \
        ["null: is not measured any more"]
    assert "is not in the baseline" in gate.compare({}, {"null": row(1)})[0][0]


def test_bytes_are_gated_too():
    was = {"text": 1000, "data": 0, "bss": 1000}
    assert gate.compare_sizes(was, was | {"text": 1030}) == []
    assert gate.compare_sizes(was, was | {"text": 1031}) == \
        ["kernel text: 1000 -> 1031 bytes (+3.1 %)"]
    assert gate.compare_sizes(was, was | {"data": 1})


def curve(cost):
    return [row(int(cost(n)), n=n) for n in (1, 2, 4, 8, 16, 32, 64, 128)]


@pytest.mark.parametrize("cost, wanted", [
    (lambda n: 1000, "constant"),
    (lambda n: 1000 + 200 * n.bit_length(), "logarithmic"),
    (lambda n: 1000 + 10 * n, "faster"),
    (lambda n: 100 * n * n, "faster"),
], ids=["constant", "logarithm", "line", "square"])
def test_shapes_are_told_apart(cost, wanted):
    assert scale.shape(curve(cost)) == wanted


def test_a_wrong_shape_is_told():
    curves = {"blocks_free": curve(lambda n: 1000 + 10 * n),
              "restart_size": curve(lambda n: 1000 + 10 * n)}
    assert scale.verdicts(curves) == {"blocks_free": ("faster", False),
                                      "restart_size": ("faster", True)}
