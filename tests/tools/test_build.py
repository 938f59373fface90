# SPDX-License-Identifier: BSD-2-Clause
"""What the build makes: actors, the SDK, and the same bytes every time."""

import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

PROGRAM = r"""
#include <stdio.h>
#include <pmm/chPmm.h>
#include <hr/hr.h>
int main()
{
    PmmName name;
    KnRgnDesc region;
    int *counter;
    bzero(&name, sizeof(name));
    strcpy(name.medium, "RAM");
    strcpy(name.name, "BLOCK");
    region.options = K_ANYWHERE | K_RESERVED;
    region.size = vmPageSize();
    region.opaque2 = NULL;
    if (rgnAllocate(K_MYprocess, &region) != K_OK)
        exit(1);
    if (pmmAllocate((VmAddr *)&counter, &name, sizeof(int), "KEY",
                    sizeof("KEY")) != K_EOK)
        exit(1);
    printf("%d\n", ++*counter);
    HR_EXIT_HDL();
    exit(0);
}
"""

MAKEFILE = """ACTOR = program
SRCS = program.c
include $(REPRISE_SDK)/share/reprise/actor.mk
"""

HEADERS = ("chorus.h", "am/afexec.h", "am/astat.h", "am/await.h",
           "pmm/chPmm.h", "hr/hr.h",
           "hr/hrBoard.h",
           "hr/hrCtrl.h", "exec/chExec.h", "exec/chPanic.h", "mem/chMem.h",
           "restart/chRestart.h", "reprise.h", "microkernel.h", "zephyr.h")


@pytest.fixture(name="sdk")
def unpacked_sdk(output, tmp_path):
    """The SDK as one gets it: unpacked somewhere, away from this tree."""
    packed, = (output / "sdk").glob("*.tar.gz")
    subprocess.run(["tar", "-xf", packed, "-C", tmp_path], check=True)
    return next(tmp_path.glob("reprise-sdk-*"))


def make(folder, sdk, *words):
    """Runs make in a folder as a user of the SDK would."""
    environment = {"PATH": os.environ["PATH"], "REPRISE_SDK": str(sdk)}
    return subprocess.run(["make", "-C", folder, *words], env=environment,
                          text=True, capture_output=True, check=False)


def program(folder, text):
    folder.mkdir()
    (folder / "program.c").write_text(text)
    (folder / "Makefile").write_text(MAKEFILE)
    return folder


def segments(path):
    """(flags, address, bytes) of the segments of an actor."""
    image = path.read_bytes()
    table, = struct.unpack_from("<Q", image, 32)
    count, = struct.unpack_from("<H", image, 56)
    rows = [struct.unpack_from("<IIQQQQQQ", image, table + 56 * i)
            for i in range(count)]
    return [(row[1], row[3], row[6]) for row in rows if row[0] == 1]


def test_sdk_builds_a_program_in_the_manner_of_the_books(sdk, tmp_path):
    folder = program(tmp_path / "away", PROGRAM)
    done = make(folder, sdk)
    assert done.returncode == 0, done.stderr
    found = segments(folder / "program.elf")
    assert [flags for flags, _, _ in found] == [5, 4, 6]
    assert found[0][1] == 0x400000
    assert all(address % 4096 == 0 for _, address, _ in found)


@pytest.mark.parametrize("header", HEADERS)
def test_header_stands_alone(sdk, tmp_path, header):
    folder = program(tmp_path / "away",
                     f"#include <{header}>\nint main(void) {{ return 0; }}\n")
    done = make(folder, sdk, "CFLAGS=-Wall -Wextra -Werror -pedantic")
    assert done.returncode == 0, done.stderr


def test_every_declared_call_links(sdk, tmp_path, root):
    """The headers declare nothing that the library does not have."""
    listing = subprocess.run(
        ["ctags-universal", "-x", "--languages=C", "--langmap=C:.h",
         "--kinds-C=p", "-R", root / "user/include"], check=True, text=True,
        stdout=subprocess.PIPE).stdout
    names = sorted({line.split()[0] for line in listing.splitlines()})
    assert len(names) > 25
    text = "".join(f"#include <{header}>\n" for header in HEADERS)
    text += "void *volatile used[] = {\n"
    text += "".join(f"    (void *){name},\n" for name in names)
    text += "};\nint main(void) { return used[0] == 0; }\n"
    done = make(program(tmp_path / "away", text), sdk)
    assert done.returncode == 0, done.stderr


def test_examples_of_the_sdk_build(sdk):
    for source in sorted((sdk / "examples").glob("*.c")):
        done = make(sdk / "examples", sdk, f"ACTOR={source.stem}")
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("words", [
    ["CC=clang"],
    ["CC=clang --target=aarch64-linux-gnu", "ARCH=aarch64"],
], ids=["x86_64", "aarch64"])
def test_clang_finds_nothing_either(root, output, words):
    """A second compiler builds everything, with warnings as errors."""
    folder = output / "clang"
    folder.mkdir(exist_ok=True)
    if not (folder / "newlib").exists():
        (folder / "newlib").symlink_to(output / "newlib")
    done = subprocess.run(
        ["make", "-C", root, *words, f"O={folder}"], text=True,
        capture_output=True, check=False, env={"PATH": os.environ["PATH"]})
    assert done.returncode == 0, done.stderr


# What is made, in turns of make, and the files that must be the same.
GOALS = {
    "x86_64": ([["all", "sdk", "iso"]],
               ("x86_64/kernel.elf", "sdk/*.tar.gz", "x86_64/archive.cpio",
                "x86_64/*.iso")),
    "aarch64": ([["ARCH=aarch64", "all", "sdk"],
                 ["ARCH=aarch64", "BOARD=rpi3", "sdcard"]],
                ("aarch64/Image", "sdk/*.tar.gz", "aarch64/archive.cpio",
                 "aarch64/rpi3/*.img")),
}


@pytest.mark.parametrize("arch_made", GOALS)
def test_same_sources_same_bytes(root, output, tmp_path, arch_made):
    """Two copies of the tree in different places make the same files."""
    turns, patterns = GOALS[arch_made]
    made = []
    for name in ("one", "another-place"):
        copy = tmp_path / name
        ignore = shutil.ignore_patterns("build", ".git", "__pycache__")
        shutil.copytree(root, copy, ignore=ignore)
        (copy / "build").mkdir()
        (copy / "build/newlib").symlink_to(output / "newlib")
        for goals in turns:
            done = subprocess.run(["make", "-C", copy, *goals], text=True,
                                  capture_output=True, check=False,
                                  env={"PATH": os.environ["PATH"]})
            assert done.returncode == 0, done.stderr
        made.append({str(path.relative_to(copy)): path.read_bytes()
                     for pattern in patterns
                     for path in (copy / "build").glob(pattern)})
    assert made[0].keys() == made[1].keys()
    different = [name for name in made[0] if made[0][name] != made[1][name]]
    assert not different
    assert len(made[0]) == len(patterns) + (arch_made == "aarch64")
