# SPDX-License-Identifier: BSD-2-Clause
"""The host tests, each cmocka test as a test here.

tests/host/*.mk tell the programs, make builds them into build/host, and the
names of their tests are read from tests/*/PROGRAM.c: the functions that look
like one of cmocka's.  A program runs once, when the first of its tests is
asked for; a test that it does not report has failed.
"""

import functools
import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 900  # seconds; the crash points are many, and sanitizers are slow
FOLDER = Path(os.environ.get("O", ROOT / "build")).resolve() / "host"


def cases():
    """(program, test) for each program that is built."""
    for source in sorted((ROOT / "tests").glob("*/*.c")):
        program = FOLDER / source.stem
        if os.access(program, os.X_OK):
            names = re.findall(r"^static void (\w+)\(void \*\*\w*\)",
                               source.read_text(), re.MULTILINE)
            yield from ((program, name) for name in names or [None])


@functools.cache
def results(program):
    """What a program printed, and its failures by the name of the test."""
    report = program.with_suffix(".xml")
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [program], check=False, text=True, errors="replace", timeout=LIMIT,
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | {"CMOCKA_MESSAGE_OUTPUT": "xml",
                          "CMOCKA_XML_FILE": str(report)})
    seen = {}
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            seen[case.get("name")] = "".join(
                failure.text or "failed" for failure in case.iter("failure"))
    return done, seen


def identify(value):
    return value.name if isinstance(value, Path) else str(value or "whole")


@pytest.mark.timeout(LIMIT + 10)
@pytest.mark.parametrize("program, name", cases(), ids=identify)
def test_host(program, name):
    done, seen = results(program)
    if name in seen:
        assert not seen[name], seen[name]
    else:
        assert name is None and done.returncode == 0, (
            f"{program.name} ended with {done.returncode} before it told "
            f"how {name} went\n{done.stdout}")
