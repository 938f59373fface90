# SPDX-License-Identifier: BSD-2-Clause
"""Runs the host tests that tests/host/host.mk built.

Each executable build/host/test_* is one test here: it passes if it ends with
status 0, and what it prints is shown if it does not.
"""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = Path(os.environ.get("O", ROOT / "build"))
PROGRAMS = sorted(path for path in OUTPUT.glob("host/**/test_*")
                  if path.is_file() and os.access(path, os.X_OK))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_program(program):
    done = subprocess.run([program], check=False, text=True, timeout=150,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
