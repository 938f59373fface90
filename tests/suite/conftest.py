# SPDX-License-Identifier: BSD-2-Clause
"""Machines for the tests.  A test asks for `machine`, or for `machines` when
it wants one with another archive, command line or way to boot."""

import shutil
import subprocess

import pytest

import machine as machine_module


@pytest.fixture
def machines(build, output, request, tmp_path):
    """Makes machines, each with a folder of its own; they go off with the
    test.  Without a kernel there is nothing to test: that is no success."""
    made = []

    def make(boot="kernel", memory="256M", cmdline="", sysadm="", extra=None,
             archive=True, board=machine_module.BOARD, **others):
        folder = tmp_path / f"machine{len(made)}"
        folder.mkdir()
        for path in machine_module.medium_of(build, board):
            if not path.exists():
                pytest.fail(f"{path} is not there: make BOARD={board}")
            machine_module.link(path, folder / path.name)
        if archive:
            machine_module.make_archive(
                build, folder / "archive.cpio", sysadm, (extra or {}).items())
        elif boot != "kernel":
            (folder / "archive.cpio").touch() # a medium has one, if empty
        if boot != "kernel":
            machine_module.make_medium(folder, board, boot, cmdline)
        made.append(machine_module.Machine(
            folder, boot, memory, cmdline, request.node.name, board=board,
            **others))
        return made[-1]

    yield make
    logs = output / "suite"
    logs.mkdir(parents=True, exist_ok=True)
    errors = []
    for number, one in enumerate(made):
        try:
            one.close()
        except machine_module.ConsoleError as error:
            errors.append(str(error))
        name = request.node.name.replace("/", "_")
        shutil.copy(one.folder / "console.log", logs / f"{name}.{number}.log")
        shutil.rmtree(one.folder, ignore_errors=True)
    if errors:
        pytest.fail("\n".join(errors))


@pytest.fixture
def machine(machines):
    """A machine as `make run` has it, with an empty sysadm.ini, at its
    prompt."""
    return machines().boot()


@pytest.fixture
def program(build, tmp_path):
    """Builds a program of one file against the SDK; its image."""
    rules = build.resolve() / "sdk/share/reprise/actor.mk"

    def make(name, text):
        (tmp_path / f"{name}.c").write_text(text)
        subprocess.run(["make", "-f", rules, f"ACTOR={name}",
                        f"SRCS={name}.c"], cwd=tmp_path, check=True,
                       timeout=60, stdout=subprocess.DEVNULL)
        return tmp_path / f"{name}.elf"

    return make
