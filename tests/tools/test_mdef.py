# SPDX-License-Identifier: BSD-2-Clause
"""The MDEF compiler: each error from both sides, and no traceback ever."""

import importlib.util
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "mdef.py"

spec = importlib.util.spec_from_file_location("mdef", TOOL)
mdef = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mdef)

GOOD = """\
% a comment, and an empty line

  TASKGROUP  WORKERS
  TASK  MAIN  5  main_task  2048  [EXE,WORKERS]
\tTASK\tAUX  127  aux_task  1  []
  SEMA  READY
  MAP   POOL  4  1024
  MAP   TINY  6  200
"""


def errors(text):
    """The errors of a file, without its name."""
    read = mdef.Mdef("f")
    read.read(text)
    return [error[2:] for error in read.errors]


def compile_file(tmp_path, text):
    source = tmp_path / "prj.mdef"
    source.write_bytes(text if isinstance(text, bytes) else text.encode())
    return subprocess.run([sys.executable, TOOL, source, tmp_path / "out"],
                          text=True, capture_output=True, check=False)


def test_good_file(tmp_path):
    done = compile_file(tmp_path, GOOD)
    assert (done.returncode, done.stderr) == (0, "")
    source = (tmp_path / "out.c").read_text()
    header = (tmp_path / "out.h").read_text()
    assert "DEFINE_TASK(MAIN, 5, main_task, 2048, 0x11u);" in source
    assert "DEFINE_TASK(AUX, 127, aux_task, 1, 0x0u);" in source
    assert "DEFINE_SEMAPHORE(READY);" in source
    assert "DEFINE_MEMORY_MAP(POOL, 4, 1024);" in source
    assert "#define WORKERS 0x10u" in header
    assert "extern const kmemory_map_t TINY;" in header


def test_same_bytes(tmp_path):
    made = []
    for _ in range(2):
        compile_file(tmp_path, GOOD)
        made.append([(tmp_path / f"out.{end}").read_bytes() for end in "ch"])
    assert made[0] == made[1]


TASK = "TASK T 5 entry 512 [EXE]"

# A line that is wrong, a part of its error, a line like it that is right.
PAIRS = [
    ("MAP M 0 8", "MAP: blocks: is zero; allowed: 1 ..", "MAP M 1 8"),
    ("MAP M 4 0", "MAP: block size: is zero", "MAP M 4 8"),
    ("MAP M 4 12", "12 is not aligned; allowed: multiples of 8",
     "MAP M 4 16"),
    ("MAP M four 8", '"four" is not a number', "MAP M 4 8"),
    ("MAP M 0x4 8", '"0x4" is not a number', "MAP M 4 8"),
    ("MAP M -1 8", "-1 is out of range", "MAP M +1 8"),
    ("MAP M 4", "MAP: 2 fields; allowed: 3: name, blocks, block size",
     "MAP M 4 8"),
    ("MAP M 4 8 9", "MAP: 4 fields", "MAP M 4 8"),
    ("MAP M 1073741824 1024", "are too much", "MAP M 67108864 16"),
    ("MAP M 67108865 16", "are too much", "MAP M 67108864 16"),
    ("MAP 4M 4 8", '"4M" is no name', "MAP M4 4 8"),
    ("MAP int 4 8", '"int" is no name', "MAP Int 4 8"),
    ("MAPP M 4 8", 'unknown keyword "MAPP"; did you mean MAP?', "MAP M 4 8"),
    ("map M 4 8", 'unknown keyword "map"; did you mean MAP?', "MAP M 4 8"),
    ("QUUX M", "allowed: TASK, TASKGROUP, MAP, SEMA", "SEMA M"),
    ("SEMA", "SEMA: 0 fields; allowed: 1: name", "SEMA S"),
    ("SEMA EXE", "EXE is a group that is always there", "SEMA EXEC"),
    ("SEMA S\nSEMA S", "S is defined already, in line 1", "SEMA S\nSEMA R"),
    ("SEMA S\nMAP S 1 8", "S is defined already", "SEMA S\nMAP R 1 8"),
    ("TASKGROUP G\nSEMA G", "G is defined already", "TASKGROUP G"),
    ("TASK T 128 entry 512 []", "allowed: 0 .. 127",
     "TASK T 127 entry 512 []"),
    ("TASK T 5 entry 0 []", "stack size: is zero", "TASK T 0 entry 1 []"),
    ("TASK T 5 9entry 512 []", "entry:", TASK),
    ("TASK T 5 entry 512 EXE", '"EXE" is no list', TASK),
    ("TASK T 5 entry 512 [EXE, SYS]", "6 fields", TASK),
    ("TASK T 5 entry 512 [EXF]", 'unknown group "EXF"; did you mean EXE?',
     TASK),
    ("TASK T 5 entry 512", "4 fields", TASK),
    ("\n".join(f"TASKGROUP G{i}" for i in range(29)), "more than 32 groups",
     "\n".join(f"TASKGROUP G{i}" for i in range(28))),
    ("\n".join(f"TASK T{i} 5 e 8 []" for i in range(64)),
     "more than 63 tasks",
     "\n".join(f"TASK T{i} 5 e 8 []" for i in range(63))),
] + [(f"{word} X 1 2", f"not supported yet: {word}", f"% {word} X 1 2")
     for word in mdef.LATER]


@pytest.mark.parametrize("bad, words, good", PAIRS,
                         ids=[pair[1][:30] for pair in PAIRS])
def test_pair(bad, words, good):
    found = errors(bad)
    assert len(found) == 1 and words in found[0]
    assert errors(good) == []


def test_all_errors_in_order(tmp_path):
    done = compile_file(tmp_path, "TASK T 5 e 8 [NONE]\nMAP M 0 12\nPIPE P 1\n"
                        "MPA X 1 8\n")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    path = tmp_path / "prj.mdef"
    assert [line.split(" ")[0] for line in lines] == [
        f"{path}:1:", f"{path}:2:", f"{path}:2:", f"{path}:3:", f"{path}:4:"]
    assert not (tmp_path / "out.c").exists()


def test_files_that_are_none(tmp_path):
    done = compile_file(tmp_path, b"MAP \xff\xfe 1 8\n\0\n")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    for words in ([], ["a"], [tmp_path / "absent", tmp_path / "out"],
                  [tmp_path, tmp_path / "out"]):
        done = subprocess.run([sys.executable, TOOL, *words], text=True,
                              capture_output=True, check=False)
        assert done.returncode in (1, 2)
        assert done.stderr and "Traceback" not in done.stderr


def test_fuzz():
    """20,000 damaged files; what is accepted compiles to definitions."""
    chance = random.Random(20260101)
    words = GOOD.split() + list(mdef.LATER) + [
        "0", "-5", "9" * 30, "%", "[", "]", "[,]", "\0", "\u00e9", "\u0664"]
    accepted = 0
    for _ in range(20000):
        lines = chance.sample(GOOD.splitlines(), chance.randrange(1, 8))
        for _ in range(chance.randrange(4)):
            at = chance.randrange(len(lines))
            parts = lines[at].split() or [""]
            parts[chance.randrange(len(parts))] = chance.choice(words)
            lines[at] = " ".join(parts)
        read = mdef.Mdef("f")
        read.read("\n".join(lines))
        if not read.errors:
            accepted += 1
            list(read.header()), list(read.source())
    assert accepted > 1000


# ---- The same checks, where the compiler makes them -------------------------

DEFINITIONS = [
    ("DEFINE_MEMORY_MAP(M, 0, 8);", "DEFINE_MEMORY_MAP(M, 1, 8);"),
    ("DEFINE_MEMORY_MAP(M, 4, 0);", "DEFINE_MEM_MAP(M, 4, 8)"),
    ("DEFINE_MEMORY_MAP(M, 4, 12);", "DEFINE_MEMORY_MAP(M, 4, 16);"),
    ("DEFINE_MEMORY_MAP(M, -1, 8);", "DEFINE_MEMORY_MAP(M, 6, 200);"),
    ("DEFINE_MEMORY_MAP(M, 1 << 20, 1 << 12);",
     "DEFINE_MEMORY_MAP(M, 1 << 10, 1 << 12);"),
    ('DEFINE_PERSISTENT_MEMORY_MAP(M, 0, 8, "k");',
     'DEFINE_PERSISTENT_MEMORY_MAP(M, 1, 8, "k");'),
    ("DEFINE_TASK(T, 128, f, 512, EXE);", "DEFINE_TASK(T, 127, f, 512, EXE);"),
    ("DEFINE_TASK(T, 1, f, 0, EXE);", "DEFINE_TASK(T, 1, f, 1, EXE | SYS);"),
]


def accepted(text):
    done = subprocess.run(
        ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
         "-I", ROOT / "user" / "include", "-I", ROOT, "-x", "c", "-"],
        input="#include <zephyr.h>\n" + text + "\n", text=True,
        capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("bad, good", DEFINITIONS)
def test_definition(bad, good):
    assert not accepted(bad)
    assert accepted(good)
