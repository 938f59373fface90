# SPDX-License-Identifier: BSD-2-Clause
"""A test cannot wait for what may come in two pieces."""

import pytest

import partial


@pytest.mark.parametrize("pattern", [
    r"free (\d+)", r"at (0x[0-9a-f]+|nothing)", r"x|(?:said (?P<text>.*))",
    r"(a b)*", r"y (?P<text>[^\r\n]*?)"])
def test_may_be_cut(pattern):
    assert partial.can_be(pattern)


@pytest.mark.parametrize("pattern", [
    r"free (\d+)\s", r"FAILED[^\r\n]*", r"at (\d{4})", r"(a|b)",
    r"why: (?P<why>[^\r\n]*)(?=[\r\n])", r"(\d+) of \w+", ""])
def test_may_not(pattern):
    assert not partial.can_be(pattern)
