# SPDX-License-Identifier: BSD-2-Clause
"""`make run` itself: what it takes, and the status with which it ends."""

import os
import shutil
import subprocess

import pytest

from machine import BOARD, PATHS


@pytest.fixture(name="make")
def make_in_a_copy(root, output, arch, tmp_path):
    """Runs make on a copy of the build, which others use as it is."""
    (tmp_path / "newlib").symlink_to(output / "newlib")
    for name in ("setup", arch):
        shutil.copytree(output / name, tmp_path / name, symlinks=True)

    def make(*words):
        return subprocess.run(
            ["make", "-C", root, f"ARCH={arch}", f"O={tmp_path}", *words],
            env={"PATH": os.environ["PATH"]}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=150)

    return make


def test_run_takes_actors_commands_and_memory(make, output, arch, tmp_path):
    visitor, sysadm = tmp_path / "visitor.elf", tmp_path / "my.ini"
    shutil.copy(output / arch / "actors/hello.elf", visitor)
    sysadm.write_text("arun -g 2 visitor\nversion\npoweroff\n")
    done = make("run", f"ACTORS={visitor}", f"SYSADM={sysadm}", "MEM=96M",
                "CMDLINE=pmm.maxBlocks=7 some.word")
    assert done.returncode == 0, done.stdout
    assert 'command line "pmm.maxBlocks=7 some.word"' in done.stdout
    assert "94 MiB of RAM" in done.stdout
    assert "Started aid = 3" in done.stdout


@pytest.mark.parametrize("boot", PATHS[:2])
def test_run_fails_with_a_panic(make, tmp_path, boot):
    sysadm = tmp_path / "my.ini"
    sysadm.write_text("panic\n")
    done = make("run", f"BOOT={boot}", f"SYSADM={sysadm}",
                "CMDLINE=panic=stop")
    assert done.returncode != 0
    assert "panic: asked for by init" in done.stdout
    assert "The system gave up" in done.stdout


@pytest.mark.skipif(BOARD != "pc", reason="a medium for PCs")
def test_image_is_the_iso(make, tmp_path, arch):
    done = make("image", "CMDLINE=some.word")
    assert done.returncode == 0, done.stdout
    image = (tmp_path / arch / "reprise.img").read_bytes()
    assert image == (tmp_path / arch / "reprise.iso").read_bytes()
    assert b"some.word" in image


def test_results_are_junit(make):
    done = make("-n", "run-tests")
    assert "--junitxml=" in done.stdout
