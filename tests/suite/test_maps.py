# SPDX-License-Identifier: BSD-2-Clause
"""Memory maps, tasks and semaphores, on the target."""

import re

import pytest

import lines


# The clock counts instructions: what is quicker than a time-out is so on a busy
# host, too.
COUNTED = ["-icount", "shift=0"]


@pytest.fixture(name="steady")
def machine_with_steady_clock(machines):
    return machines(flags=COUNTED).boot()


def run(machine, command, name):
    """Runs a program that ends with its number of checks."""
    machine.type(command)
    found = machine.expect(rf"{name}: (\d+) checks passed|FAILED [^\r\n]*"
                           r"|fault: [^\r\n]*")
    assert found[1], machine.error(found[0])


@pytest.mark.parametrize("form", ["regress", "regress_private"])
def test_regress(steady, form):
    """Public objects, by MDEF, and private ones."""
    run(steady, f"arun {form}", "regress")


def test_maps(steady):
    """Order of waiters, aborts, expiry against free, reclaim."""
    run(steady, "arun maps", "maps")


FORBIDDEN = {
    "double": r"map POOL: 0x[0-9a-f]+ is free already \(task main\)",
    "foreign": r"map POOL: 0x[0-9a-f]+ is not one of its blocks",
    "inside": r"map POOL: 0x[0-9a-f]+ is inside of a block",
    "null": r"map POOL: 0x0 is no block",
    "early": r"map POOL: 0x[0-9a-f]+ is free already",
    "stack": r"map of any name: 0x[0-9a-f]+ is not one of its blocks",
    "unattached": r"map NEVER: used before it is attached",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_forbidden(machine, what):
    """A fault with map, pointer and task; the backtrace has the caller."""
    machine.type(f"arun maps {what}")
    machine.expect(lines.fault("maps", FORBIDDEN[what]))
    machine.expect(lines.frame("main"))
    assert "maps" not in machine.command("aps")


def test_tick_clock(machines):
    machine = machines(flags=COUNTED, cmdline="sys.ticksPerSec=1000").boot()
    run(machine, "arun maps", "maps")


def told(machine, held, adopted, freed):
    """What a life of the accounts finds."""
    machine.expect(rf"accounts: {held} blocks held before, {adopted} adopted, "
                   rf"{freed} freed, {adopted} in use")


def test_persistent_map(machine):
    """Through crashes, a kill, the group's end and restarts of the site."""
    machine.type("arun -g 3 accounts")
    told(machine, 0, 0, 0)
    told(machine, 4, 3, 1)
    told(machine, 7, 6, 1)
    machine.expect("accounts: 9 accounts, waiting")
    machine.type("akill accounts")
    told(machine, 9, 9, 0)
    machine.expect("accounts: 9 accounts, waiting")
    machine.type("restart")
    told(machine, 9, 9, 0)
    machine.expect("accounts: 9 accounts, waiting")
    machine.command("uptime")
    machine.type("panic")
    machine.expect_panic()
    told(machine, 9, 9, 0)
    machine.expect("accounts: 9 accounts, waiting")
    machine.command("akill -g 3")
    machine.type("arun -g 3 accounts")
    told(machine, 0, 0, 0)


def test_persistent_map_and_its_group(machine):
    """Another member of the group crashes; the map is as it was."""
    machine.type("arun -g 3 accounts")
    machine.expect("accounts: 9 accounts, waiting")
    machine.type("arun -g 3 counter")
    machine.expect("counter: fresh start")
    machine.type("akill counter")
    told(machine, 9, 9, 0)


def test_persistent_map_of_another_layout(machine):
    machine.type("arun accounts wider")
    machine.expect("accounts: made a map with wider blocks")
    machine.type("arun -g 3 accounts")
    machine.expect("accounts: the map in the bank has another layout")
    machine.type("arun accounts wider")
    machine.expect("accounts: made a map with wider blocks")


def test_cost(machines):
    """A few instructions, whatever the number of blocks."""
    machine = machines(flags=COUNTED).boot()
    machine.type("arun mapcost")
    cost = machine.expect(r"mapcost: alloc (\d+), free (\d+)\s")
    assert int(cost[1]) < 200 and int(cost[2]) < 200
    cost = machine.expect(r"mapcost: hand-over (\d+), of (\d+)\s")
    assert 0 < int(cost[1]) < 20000 and int(cost[2]) >= 100


def test_maps_command(machine):
    machine.type("arun -g 3 accounts")
    machine.expect("accounts: 9 accounts, waiting")
    text = machine.command("maps")
    assert re.search(r"accounts +ACCOUNT +10 +64 +9 +1 +9 +0 +0 +0  persistent",
                     text)
    machine.command("akill -g 3")
    assert "ACCOUNT" not in machine.command("maps")
