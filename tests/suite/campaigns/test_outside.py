# SPDX-License-Identifier: BSD-2-Clause
"""What comes from outside, damaged: the loader's tables and tree, the archive,
the images in it, lines that are typed, MDEF files.  Coverage leads the C ones
(libFuzzer); no report of a sanitizer, nothing believed that cannot be, and an
end in time."""

import importlib.util
import os
import re
import subprocess

import pytest

from campaign import Campaign
from machine import ROOT

OUTSIDE = Campaign("outside", short=3000)
TARGETS = ["archive", "image", "line", "multiboot", "tree"]

pytestmark = pytest.mark.skipif(
    os.environ.get("ONLY") == "machines",
    reason="the host is the same for both processors")


@pytest.mark.timeout(120 + OUTSIDE.rounds // 100)
@pytest.mark.parametrize("target", TARGETS)
def test_target(output, target):
    done = subprocess.run(
        [output / "fuzz" / f"fuzz_{target}", f"-seed={OUTSIDE.seed}",
         f"-runs={OUTSIDE.rounds}", "-max_len=1000", "-timeout=20",
         "-detect_leaks=0"],
        check=False, text=True, errors="replace", cwd=output,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | {"ASAN_OPTIONS": "detect_leaks=0"})
    assert done.returncode == 0, done.stdout[-5000:]
    covered = re.findall(r"cov: (\d+)", done.stdout)
    assert int(covered[-1]) > int(covered[0]) # it has got further than it was
    OUTSIDE.note("benign", OUTSIDE.rounds)


@pytest.mark.timeout(120 + OUTSIDE.rounds // 100)
def test_mdef():
    """Errors in words, and no traceback."""
    spec = importlib.util.spec_from_file_location(
        "mdef", ROOT / "tools/mdef.py")
    mdef = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(mdef)
    good = (ROOT / "user/examples/regress/prj.mdef").read_text()
    chance = OUTSIDE.chance
    refused = 0
    rounds = max(OUTSIDE.rounds // 50, 2000) # Python is not so quick
    for _ in range(rounds):
        text = list(good)
        for _ in range(chance.randrange(1, 8)):
            at = chance.randrange(len(text))
            text[at:at + chance.randrange(3)] = chance.choice(
                ["", " ", "\n", "%", "-1", "99999999999999999999", "[", "]",
                 ",", "\t", "TASK", "MAP", "\0", "\u00e9", "0x", '"', "\\"])
        read = mdef.Mdef("f")
        read.read("".join(text))
        assert all(isinstance(error, str) for error in read.errors)
        refused += bool(read.errors)
    assert 0 < refused
    OUTSIDE.note("benign", rounds)


def test_sum(output, arch):
    """Last: what all of them came to."""
    OUTSIDE.write(output, arch)
    assert OUTSIDE.nothing_lost()
