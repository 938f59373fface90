# SPDX-License-Identifier: BSD-2-Clause
"""The console's commands on actors and groups: what each does from every
state, what it says, and that looking changes nothing."""

import hashlib
import re

import pytest

import lines

# A group that fails twice is given up at the third time.
HASTY = ("hrCtrl.maxBadness=1 hrCtrl.maxDelayed=1 hrCtrl.interval=600 "
         "hrCtrl.aside=0")
# A group that fails waits for a long time: 5 s are the longest.
SLOW = "hrCtrl.maxBadness=0 hrCtrl.maxDelayed=20 hrCtrl.interval=6000"

LOOKING = ["aps", "sup", "crashlog", "pmm list", "pmm show __SYS.supervisor",
           "mem", "dmesg", "uptime", "version", "help"]


def running(machines, name="counter"):
    machine = machines().boot()
    machine.type(f"arun -g 1 {name}")
    machine.expect(f"{name}: fresh start")
    return machine


def parked(machines):
    machine = running(machines)
    machine.type("stop counter")
    machine.expect("supervisor: group 1 stopped by hand: parked")
    machine.expect(r"counter \(aid \d+\) stopped, with its group")
    return machine


def waiting(machines):
    machine = machines(cmdline=SLOW).boot()
    machine.type("arun -g 1 faults null")
    for restart in range(1, 7):
        machine.expect(lines.restarted("faults", restart))
    machine.expect("group 1 has badness 6, 0 are free: waits")
    return machine


MATRIX = {
    "running": {
        "start counter": r"start: counter \(aid \d+\) runs already",
        "stop counter": r"supervisor: group 1 stopped by hand: parked",
        "akill counter": lines.restarted("counter", 1),
        "restart counter": r"counter \(aid \d+\) killed, to be restarted",
        "restart -g 1": lines.restarted("counter", 1),
        "akill -g 1": lines.group_ended(1),
    },
    "parked": {
        "start counter": "counter: restart, goes on at",
        "start -g 1": "supervisor: group 1 was started again: badness 0",
        "stop counter": r"stop: counter \(aid \d+\) does not run, it is down",
        "akill counter": r"akill: counter \(aid \d+\) does not run, it is "
                         r"down: akill -g 1 ends its group",
        "restart counter": r"counter \(aid \d+\) restarted without waiting",
        "restart -g 1": "restart: group 1 has no member that runs",
        "akill -g 1": lines.group_ended(1),
    },
}


@pytest.mark.parametrize("command", MATRIX["running"])
def test_from_running(machines, command):
    machine = running(machines)
    machine.type(command)
    machine.expect(MATRIX["running"][command])


@pytest.mark.parametrize("command", MATRIX["parked"])
def test_from_parked(machines, command):
    machine = parked(machines)
    machine.type(command)
    machine.expect(MATRIX["parked"][command])


def test_from_waiting(machines):
    """One that waits for its next start may be started before it is due."""
    machine = waiting(machines)
    machine.type("aps")
    machine.expect(r"\d+ faults +1 direct +\d+ +[56]\.\d at \d+\.\d{3} .*"
                   "last fault: page fault writing 0x0")
    machine.type("stop faults")
    machine.expect(r"stop: faults \(aid \d+\) does not run, it is down|"
                   r"faults \(aid \d+\) stopped")
    machine.type("akill -g 1")
    machine.expect(lines.group_ended(1))


def test_plain_actor(machine):
    machine.type("arun spin")
    machine.expect("spin: round and round")
    assert "spin (aid 3) runs already" in machine.command("start spin")
    assert "is not restartable: akill ends it" in machine.command("stop spin")
    assert "is not restartable" in machine.command("restart spin")
    machine.command("akill spin")
    machine.gone("spin")
    assert 'no actor "spin"' in machine.command("start spin")


def test_stop_outlives_the_supervisor(machines):
    machine = parked(machines)
    machine.type("akill supervisor")
    machine.expect(lines.SUPERVISOR_BACK)
    machine.type("aps")
    machine.expect(r" counter [^\r\n]* down: stopped by hand")
    machine.type("start counter")
    machine.expect("counter: restart, goes on at")


def test_looking_changes_nothing(machines):
    """Every byte of the bank is as it was, after every looking command."""
    machine = machines(ram_file=True).boot()
    machine.type("arun -g 3 hello")
    machine.expect(lines.group_ended(3))
    machine.type("arun blocks put a word")
    machine.expect("blocks: a at")
    found = re.search(lines.BANK, machine.text())
    base = int(found["base"], 16)
    machine.quiet()
    before = bank_hash(machine, base)
    for command in LOOKING:
        machine.command(command)
        assert bank_hash(machine, base) == before, command


def bank_hash(machine, base):
    with machine.ram.open("rb") as ram:
        ram.seek(base)
        return hashlib.sha256(ram.read(1 << 20)).hexdigest()


def test_first_screen(machines):
    machine = machines(cmdline=HASTY).boot()
    machine.type("arun -g 3 faults null")
    machine.expect(r"supervisor: group 3 does not stay up \(badness 2\): "
                   "parked")
    listed = machine.command("aps")
    assert re.search(r"AID NAME +GROUP KIND +LIFE +BAD NEXT +BLOCKS +MEMORY",
                     listed)
    assert re.search(r"\d faults +3 direct +2 +[12]\.\d parked +0 +\d+K  "
                     "down, last fault: page fault writing 0x0, a NULL",
                     listed)
    policy = machine.command("sup")
    assert "1 restarts at once (hrCtrl.maxBadness)" in policy
    assert re.search(r" 3 +2 +[12]\.\d +\d+\.\d+ parked +parked", policy)


def test_crashlog_outlives_the_site(machine):
    assert "no failures" in machine.command("crashlog")
    machine.type("arun -g hello")
    machine.expect(lines.group_ended(0))
    machine.type("restart")
    machine.expect(lines.BOOT_WARM)
    machine.prompt()
    assert re.search(r"boot 0 site 0 +\d+\.\d+ s: hello \(aid 3, group 0\), "
                     "life 0: page fault", machine.command("crashlog"))


@pytest.mark.parametrize("kind, words", [
    ("null", "page fault executing 0x0, a NULL pointer or near one"),
    ("stack", "page fault executing 0x[0-9a-f]+, in the stack of main"),
    ("wild", "page fault executing 0x70000000, 0x[0-9a-f]+ below"),
])
def test_fault_on_purpose(machine, kind, words):
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    machine.type(f"fault counter {kind}")
    machine.expect(rf"fault: counter \(aid \d+, thread 2\): {words}")
    machine.expect(lines.restarted("counter", 1))


def test_shutdown(machine):
    assert "usage" in machine.command("shutdown -i 2")
    machine.type("shutdown -i 1")
    machine.expect(lines.BOOT_WARM)
    machine.prompt()
    machine.type("shutdown")
    machine.expect(lines.BOOT_COLD)
