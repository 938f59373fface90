# SPDX-License-Identifier: BSD-2-Clause
"""`make run` itself: what it takes, and the status with which it ends."""

import os
import shutil
import subprocess

import pytest

from machine import ARCH, BOARD, PATHS, run


def make_in_a_copy(root, output, arch, folder):
    """Runs make on a copy of the build, which others use as it is."""
    (folder / "newlib").symlink_to(output / "newlib")
    for name in ("setup", arch):
        shutil.copytree(output / name, folder / name, symlinks=True)

    def make(*words):
        return subprocess.run(
            ["make", "-C", root, f"ARCH={arch}", f"O={folder}", *words],
            env={"PATH": os.environ["PATH"]}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=150)

    return make


@pytest.fixture(name="make")
def make_alone(root, output, arch, tmp_path):
    """Make on a copy that nobody else uses."""
    return make_in_a_copy(root, output, arch, tmp_path)


@pytest.fixture(name="make_nothing", scope="module")
def make_together(root, output, arch, tmp_path_factory):
    """Make on a copy that several use, for what makes nothing."""
    return make_in_a_copy(root, output, arch, tmp_path_factory.mktemp("make"))


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


OTHER = {"x86_64": "aarch64", "aarch64": "x86_64"}[ARCH]
E_MACHINE = 18 # in an ELF file
MACHINES = {"x86_64": 62, "aarch64": 183}
ONE_OF = {"pc": "kernel bios uefi usb usb-uefi", "virt": "kernel uboot"}[BOARD]


@pytest.mark.parametrize("words, complaint", [
    (["run", "ARCH=arm"], "ARCH=arm: it is one of: x86_64 aarch64"),
    (["run", "ARCH=x86_64 aarch64"], "ARCH=x86_64 aarch64: it is one of: "),
    (["run", "BOARD=mac"], f"BOARD=mac: for ARCH={ARCH} it is one of: {BOARD}"),
    (["run", "BOOT=tape"],
     f"BOOT=tape: for BOARD={BOARD} it is one of: {ONE_OF}"),
    (["run", "ACTORS=no.elf"], "ACTORS: no.elf: no such file"),
    (["run", "ACTORS=README.md"], f"README.md: not a program for ARCH={ARCH}"),
    (["run", "ACTORS=a/hello.elf b/hello.elf"], "a/hello.elf: no such file"),
    (["run", "ACTORS=README.md docs/../README.md"], "two have the same name"),
    (["run", "SYSADM=no.ini"], "SYSADM: no.ini: no such file"),
    (["run", "UBOOT=no.bin"], "UBOOT: no.bin: no such file"),
    (["run", "FIRMWARE=none"], "FIRMWARE: none: no such file"),
    (["run", "MEM="], "MEM=: not a size such as 256M or 1G"),
    (["run", "MEM=much"], "MEM=much: not a size such as 256M or 1G"),
    (["run", "MEM=8191K"], "MEM=8191K: the kernel and its actors need 8M"),
    (["run", "QEMUFLAGS=-name 'x"], "QEMUFLAGS=-name 'x: a quote is not "),
    (["campaign", "T=rain"], "T=rain: for a campaign it is one of: actors "),
    (["campaign", "T=deaths", "N=0"], "N=0: not a number from 1 on"),
    (["campaign", "T=deaths", "N=-1"], "N=-1: not a number from 1 on"),
    (["campaign", "T=deaths", "N=abc"], "N=abc: not a number from 1 on"),
    (["campaign", "T=deaths", "SEED=x"], "SEED=x: not a number from 1 on"),
    (["nothing"], "No rule to make target 'nothing'"),
])
def test_complaints(make_nothing, words, complaint):
    done = make_nothing(*words)
    assert done.returncode != 0
    assert complaint in done.stdout
    assert "Traceback" not in done.stdout


def test_program_of_another_processor(make_nothing, output, tmp_path):
    program = bytearray((output / ARCH / "actors/hello.elf").read_bytes())
    program[E_MACHINE] = MACHINES[OTHER]
    other = tmp_path / "other.elf"
    other.write_bytes(program)
    done = make_nothing("archive", f"ACTORS={other}")
    assert f"ACTORS: {other}: not a program for ARCH={ARCH}" in done.stdout


@pytest.mark.skipif(BOARD == "pc", reason="it is for a PC")
@pytest.mark.parametrize("words", [["iso"], ["image"], ["flash", "DEV=/dev/x"]])
def test_iso_of_another_machine(make_nothing, words):
    assert "An ISO is for a PC: make iso" in make_nothing(*words).stdout


@pytest.mark.parametrize("board", run.BOARDS)
def test_ways_to_boot_are_those_of_run(make_nothing, board):
    """The Makefile's list is that of tools/run.py."""
    done = make_nothing("-p", "-n", "help")
    assert f"BOOTS_{board} := {' '.join(run.BOARDS[board][2])}\n" in \
        done.stdout.replace("   :=", " :=")


def names(archive):
    """What an archive holds."""
    return subprocess.run(
        ["cpio", "--quiet", "-t"], input=archive.read_bytes(), check=True,
        stdout=subprocess.PIPE).stdout.decode().split()


def test_given_actor_takes_the_place_of_ours(make, output, arch, tmp_path):
    """As long as it is given, and of two files of one name it is the one that
    is."""
    archive = tmp_path / arch / "archive.cpio"
    spin = (output / arch / "actors/spin.elf").read_bytes()
    hello = (output / arch / "actors/hello.elf").read_bytes()
    assert make("archive").returncode == 0
    ours = archive.read_bytes()
    for name, what in (("new", spin), ("old", hello)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "sync.elf").write_bytes(what)
        os.utime(tmp_path / name / "sync.elf", (1, 1))
    seen = [ours]
    for name in ("new", "old"):
        done = make("archive", f"ACTORS={tmp_path / name / 'sync.elf'}")
        assert done.returncode == 0, done.stdout
        assert names(archive).count("sync") == 1
        assert archive.read_bytes() not in seen
        seen.append(archive.read_bytes())
    assert make("archive").returncode == 0
    assert archive.read_bytes() == ours


def test_clean_leaves_what_it_has_not_made(make, tmp_path, arch):
    (tmp_path / "thesis.txt").write_text("ten years of work")
    for target in ("clean", "distclean"):
        assert make(target).returncode == 0
        assert not (tmp_path / arch).exists()
        assert (tmp_path / "thesis.txt").exists()
    assert not (tmp_path / "newlib").exists()
