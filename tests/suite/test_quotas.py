# SPDX-License-Identifier: BSD-2-Clause
"""What an actor may have, from the command line, and what that does."""

import re

import pytest

import lines

LIMITS = ("actor.maxMemory=1M actor.maxRegions=20 actor.maxThreads=5 "
          "actor.maxBlocks=4 actor.maxBank=64K site.reserve=3M "
          "test.check=1")


def quota(machine, name):
    """The row of an actor: its shares as pairs, and the rest of the line."""
    row = re.search(rf"\d+ {name} +([^\r\n]*)", machine.command("quota"))[1]
    return [tuple(map(int, share.split("/")))
            for share in re.findall(r"\d+/\d+", row)], row


def test_defaults(machine):
    """Half of the memory, three quarters of the bank, an eighth and a fifth of
    the descriptors."""
    total = int(re.search(r"memory: (\d+) KiB", machine.command("mem"))[1])
    machine.type("arun spin")
    machine.expect("spin: round and round")
    shares, row = quota(machine, "spin")
    memory, regions, threads, blocks, _ = shares
    assert total * 0.4 < memory[1] < total * 0.5
    actors = total // 1024
    assert regions[1] == actors * 64 // 8
    assert threads[1] == actors
    assert blocks[1] == 23
    assert "trusted" not in row
    assert "trusted" in quota(machine, "init")[1]


def test_limits(machines):
    """Both sides of each: the program counts how far it gets."""
    machine = machines(cmdline=LIMITS).boot()
    assert "leave 3072 KiB" in machine.command("quota")
    before = machine.command("mem")
    machine.type("arun limits")
    machine.expect(r"limits: \d+ checks passed|limits: FAILED[^\r\n]*")
    assert "FAILED" not in machine.console.match[0], machine.error("limits")
    machine.gone("limits")
    assert machine.command("mem") == before
    machine.type("arun -t limits trusted")
    machine.expect(r"limits: \d+ checks passed")


@pytest.mark.parametrize("words", ["actor.maxMemory=9999G",
                                   "actor.maxThreads=9999",
                                   "actor.maxBlocks=31", "site.reserve=x"])
def test_no_limit(machines, words):
    machine = machines(cmdline=words).boot()
    name = words.partition("=")[0]
    assert f"command line: {name} is not a number from" in machine.text()


def test_too_small_for_a_life(machines):
    """What could not live is not begun; the shell and supervisor are."""
    machine = machines(cmdline="actor.maxMemory=32K").boot()
    assert "out of memory" in machine.command("arun spin")
    machine.type("arun -t spin")
    machine.expect("spin: round and round")


def test_restart_is_promised(machine):
    """One that is down has left its memory, and others have eaten what they
    could; it finds what it needs all the same."""
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    machine.command("stop -g 1")
    for _ in range(2):
        machine.type("arun hostile memory")
        machine.expect("hostile: has it all")
    assert "out of memory" in machine.command("arun spin")
    machine.type("start -g 1")
    machine.expect("counter: ")
    machine.type("akill counter")
    machine.expect(lines.restarted("counter", 2))


def test_share_goes_by_the_image(machines):
    """Who takes another's name, or gives it to a child, takes nothing of the
    other's share, and gets no more than its own."""
    machine = machines(cmdline="actor.maxBlocks=4").boot()
    machine.type("arun -g 2 limits alias counter")
    counts = [int(machine.expect(
        r"limits: (\d+) blocks, then: table or queue is full")[1])
              for _ in range(2)]
    assert sum(counts) == 4
    machine.type("arun -g 3 counter")
    machine.expect("counter: fresh start")
    machine.type("arun -g 4 limits alias counter")
    counts = [int(machine.expect(
        r"limits: (\d+) blocks, then: table or queue is full")[1])
              for _ in range(2)]
    assert sum(counts) == 0


def test_children(machines):
    """A user actor's group does not grow without end."""
    machine = machines(cmdline="actor.maxChildren=3").boot()
    machine.type("arun -g 2 limits children 3")
    machine.expect("limits: 3 children, then: table or queue is full")
