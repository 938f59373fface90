# SPDX-License-Identifier: BSD-2-Clause
"""The fuzzers as somebody starts them by hand: a few inputs, no options, and
the look for leaks at the end.  What they find is asked by the campaigns."""

import os
import subprocess

import pytest

FUZZERS = ["archive", "calls", "image", "line", "multiboot", "tree"]


@pytest.mark.parametrize("name", FUZZERS)
def test_plain_run(output, tmp_path, name):
    plain = {key: value for key, value in os.environ.items()
             if not key.endswith("SAN_OPTIONS")}
    done = subprocess.run(
        [output / "fuzz" / f"fuzz_{name}", "-runs=50"], cwd=tmp_path,
        env=plain, check=False, text=True, errors="replace", timeout=60,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout[-3000:]
