# SPDX-License-Identifier: BSD-2-Clause
"""The console's commands on actors and groups: what each does from every
state, what it says, and that looking changes nothing."""

import hashlib
import re

import pytest

import lines
from machine import ARCH, STEADY

# A group that fails twice is given up at the third time.
HASTY = ("hrCtrl.maxBadness=1 hrCtrl.maxDelayed=1 hrCtrl.interval=600 "
         "hrCtrl.aside=0")
# A group that fails waits for a long time: 5 s are the longest.
SLOW = "hrCtrl.maxBadness=0 hrCtrl.maxDelayed=20 hrCtrl.interval=6000"

LOOKING = ["aps", "sup", "crashlog", "pmm list", "pmm show __SYS.supervisor",
           "mem", "dmesg", "uptime", "version", "help"]


def waiting(machines):
    machine = machines(cmdline=SLOW).boot()
    machine.type("arun -g 1 faults null")
    for restart in range(1, 7):
        machine.expect(lines.restarted("faults", restart))
    machine.expect("group 1 has badness 6, 0 are free: waits")
    return machine


AID = r" \(aid \d+\)"
DOWN = "counter" + AID + " does not run, it is down"

# state: command: what it says.  {restart} counts on.
MATRIX = {
    "running": {
        "start counter": "start: counter" + AID + " runs already",
        "start -g 1": "start: group 1 has no member that waits to be started",
        "stop counter": "counter" + AID + " stopped, with its group",
        "stop -g 1": "counter" + AID + " stopped, with its group",
        "restart counter": "counter" + AID + " killed, to be restarted",
        "restart -g 1": "counter" + AID + " killed, to be restarted",
        "akill counter": "kill: counter" + AID + " by init",
        "akill -g 1": lines.group_ended(1),
        "fault counter null": "counter" + AID + " is made to fail",
        "fault counter hang": "counter" + AID + " is stopped, and hangs",
    },
    "stopped": {
        "start counter": "counter" + AID + " goes on",
        "stop counter": "counter" + AID + " stopped, with its group",
        "restart counter": "counter" + AID + " killed, to be restarted",
        "akill counter": "kill: counter" + AID + " by init",
        "akill -g 1": lines.group_ended(1),
        "fault counter hang": "counter" + AID + " is stopped, and hangs",
    },
    "parked": {
        "start counter": "counter" + AID + " started",
        "start -g 1": "counter" + AID + " started",
        "stop counter": "stop: counter" + AID
                        + " does not run, its group is parked",
        "stop -g 1": "stop: counter" + AID
                     + " does not run, its group is parked",
        "restart counter": "counter" + AID + " restarted without waiting",
        "restart -g 1": "restart: group 1 has no member that runs",
        "akill counter": "akill: " + DOWN + ": akill -g 1 ends its group",
        "akill -g 1": lines.group_ended(1),
        "fault counter null": "fault: " + DOWN,
    },
    "ended": {
        "start hello": "start: hello" + AID + " has ended: arun starts it anew",
        "start -g 1": "start: group 1 has no member that waits to be started",
        "stop hello": "stop: hello" + AID + " has ended: arun starts it anew",
        "stop -g 1": "counter" + AID + " stopped, with its group",
        "restart hello": "restart: hello" + AID
                         + " has ended: arun starts it anew",
        "restart -g 1": "counter" + AID + " killed, to be restarted",
        "akill hello": "akill: hello" + AID + " does not run, it is ended: "
                       "akill -g 1 ends its group",
        "akill -g 1": lines.group_ended(1),
        "fault hello null": "fault: hello" + AID
                            + " does not run, it is ended",
    },
    "boot": {
        "start init": "start: init" + AID + " runs already",
        "stop init": "stop: init" + AID + " is kept alive by the kernel: "
                     "restart and akill give it a new life",
        "restart supervisor": "supervisor" + AID + " killed, to be restarted",
        "akill supervisor": lines.SUPERVISOR_BACK,
        "fault init null": lines.INIT_BACK,
        "fault supervisor null": lines.SUPERVISOR_BACK,
    },
    "plain": {
        "start spin": "start: spin" + AID + " runs already",
        "start -g 1": "start: group 1 has no member that waits to be started",
        "stop spin": "stop: spin" + AID + " is not restartable: akill ends it",
        "stop -g 1": "stop: group 1 has no member that might run",
        "restart spin": "restart: spin" + AID + " is not restartable",
        "akill spin": "kill: spin" + AID + " by init",
        "akill -g 1": "reprise> ", # nobody is in it: no complaint
        "fault spin null": "spin" + AID + " is made to fail",
    },
}

# What a command leaves, where it is not what it found: a line of aps.
AFTER = {
    "start": " counter +1 direct .* running",
    "stop": " counter +1 direct .* down: stopped by hand",
    "restart": " counter +1 direct +[0-9]+ .* running",
}


def to_running(machine):
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")


def to_stopped(machine):
    to_running(machine)
    machine.type("fault counter hang")
    machine.expect(" is stopped, and hangs")
    assert re.search(" counter .* stopped", machine.command("aps"))


def to_parked(machine):
    to_running(machine)
    machine.type("stop counter")
    machine.expect("supervisor: group 1 stopped by hand: parked")


def to_ended(machine):
    to_running(machine)
    machine.type("arun -g 1 hello")
    machine.expect(r"supervisor: hello \(aid \d+, group 1\) ended")


def to_plain(machine):
    machine.type("arun spin")
    machine.expect("spin: round and round")


TO = {"running": to_running, "stopped": to_stopped, "parked": to_parked,
      "ended": to_ended, "boot": lambda machine: None, "plain": to_plain}


def clear(machine):
    """Ends what a command has left."""
    machine.command("akill -g 1")
    machine.type("akill spin")
    machine.expect('kill: spin|no actor "spin"')


@pytest.mark.parametrize("state", MATRIX)
def test_state_and_command(machines, state):
    """Every command from every state: what it says, and what is left."""
    machine = machines(cmdline="site.maxBootDeaths=100").boot()
    for command, words in MATRIX[state].items():
        TO[state](machine)
        machine.type(command)
        machine.expect(words)
        verb = command.split()[0]
        if not re.match(r"\w+: ", words) and verb in AFTER and \
                state not in ("boot", "plain"):
            until(machine, AFTER[verb])
        clear(machine)


def until(machine, line):
    """Asks until aps has such a line."""
    for _ in range(50):
        if re.search(line, machine.command("aps")):
            return
    raise machine.error(f"aps has no line like {line!r}")


def test_from_waiting(machines):
    """One that waits for its next start may be started before it is due, and
    stopped before."""
    machine = waiting(machines)
    # All at once: it does not wait for us.
    machine.console.send("aps\rakill faults\rrestart -g 1\r"
                         "fault faults null\rstart faults\r")
    machine.expect(r"\d+ faults +1 direct +\d+ +[56]\.\d at \d+\.\d{3} .*"
                   "last fault: page fault writing 0x0")
    machine.expect("does not run, it is down: akill -g 1 ends its group")
    machine.expect("restart: group 1 has no member that runs")
    machine.expect("fault: faults" + AID + " does not run, it is down")
    machine.expect("faults" + AID + " started")
    machine.expect("group 1 has badness [67], 0 are free: waits")
    machine.type("stop faults")
    machine.expect("supervisor: group 1 stopped by hand: parked")
    machine.expect("faults" + AID + " stays down, with its group")
    assert re.search(" faults .* parked .* down: stopped by hand",
                     machine.command("aps"))
    machine.type("akill -g 1")
    machine.expect(lines.group_ended(1))


def test_stop_outlives_the_supervisor(machines):
    machine = machines().boot()
    to_parked(machine)
    machine.type("akill supervisor")
    machine.expect(lines.SUPERVISOR_BACK)
    machine.type("aps")
    machine.expect(r" counter [^\r\n]* down: stopped by hand")
    machine.type("start counter")
    machine.expect("counter: restart, goes on at")


def test_looking_changes_nothing(machines):
    """Every byte of the bank is as it was, after every looking command, and
    so is all that they show, but for the time."""
    machine = machines(ram_file=True).boot()
    machine.type("arun -g 3 hello")
    machine.expect(lines.group_ended(3))
    machine.type("arun blocks put a word")
    machine.expect("blocks: a at")
    found = re.search(lines.BANK, machine.text())
    base = int(found["base"], 16)
    machine.quiet()
    before = bank_hash(machine, base)
    for command in LOOKING: # once: init takes the memory for its own lists
        machine.command(command)
    shown = {command: machine.command(command) for command in LOOKING}
    for command in LOOKING:
        again = machine.command(command)
        assert bank_hash(machine, base) == before, command
        if command not in ("uptime", "dmesg"): # which say what was typed
            assert again == shown[command]


def bank_hash(machine, base):
    with machine.ram.open("rb") as ram:
        ram.seek(base)
        return hashlib.sha256(ram.read(1 << 20)).hexdigest()


def aps_row(machine, name):
    """The columns of an actor's line."""
    for line in machine.command("aps").splitlines():
        found = re.match(
            rf" *(?P<aid>\d+) {name} +(?P<group>\S+) (?P<kind>\S+) +"
            r"(?P<life>\d+) +(?P<bad>\S+) (?P<next>at \S+|\S+) +"
            r"(?P<blocks>\d+) +(?P<memory>\d+)K  (?P<state>.*)", line)
        if found:
            return found
    raise machine.error(f"aps does not list {name}")


def test_columns_of_aps(machines):
    """Each is there, and says what is so."""
    machine = machines(cmdline="hrCtrl.maxBadness=1 hrCtrl.maxDelayed=250 "
                       "hrCtrl.interval=6000").boot()
    machine.type("arun -g 1 counter")
    aid = machine.expect(lines.started("counter"))["aid"]
    machine.expect("counter: fresh start")
    row = aps_row(machine, "counter")
    assert row.groupdict() == {
        "aid": aid, "group": "1", "kind": "direct", "life": "0", "bad": "0.0",
        "next": "-", "blocks": "1", "memory": row["memory"],
        "state": "running"}
    assert 20 < int(row["memory"]) < 200
    machine.type("akill counter")
    aid = machine.expect(lines.restarted("counter", 1))["aid"]
    machine.expect("counter: restart")
    row = aps_row(machine, "counter")
    assert row["aid"] == aid and row["life"] == "1"
    assert row["bad"] in ("0.9", "1.0")
    machine.type("arun -g 4 steps")
    machine.expect("steps: child works on step 1")
    row = aps_row(machine, "steps-child")
    assert row["kind"] == "indirect" and row["group"] == "4"
    machine.command("akill -g 4")
    assert aps_row(machine, "init")["kind"] == "boot"
    machine.type("arun spin")
    machine.expect("spin: round and round")
    row = aps_row(machine, "spin")
    assert row["kind"] == "plain" and row["group"] == "-"
    machine.command("akill spin")
    machine.type("arun -g 3 faults null")
    machine.expect("group 3 has badness 5, 1 are free: waits")
    row = aps_row(machine, "faults")
    assert row["next"].startswith("at ") and float(row["next"][3:]) > 1.6
    assert row["life"] == "5" and row["blocks"] == "0"
    assert re.match("down, last fault: page fault writing 0x0, a NULL",
                    row["state"])


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
    until_crashlog(machine, "hello")
    machine.type("restart")
    machine.expect(lines.BOOT_WARM)
    machine.prompt()
    assert re.search(r"boot 0 site 0 +\d+\.\d+ s: hello \(aid 3, group 0\), "
                     "life 0: page fault", machine.command("crashlog"))


REGION = "page fault {} 0x[0-9a-f]+, in a region"
KINDS = {
    "null": "page fault executing 0x0, a NULL pointer or near one",
    "stack": "page fault executing 0x[0-9a-f]+, in the stack of main",
    "wild": "page fault executing 0x70000000, 0x[0-9a-f]+ below",
    "illegal": lines.ILLEGAL,
    "breakpoint": "breakpoint",
    "data": REGION.format("executing"),
    "text": REGION.format("writing"),
    "kernel": "page fault writing 0x[0-9a-f]+, not an address of an actor",
    "abort": "provoked: it says so itself",
    **{"x86_64": {
        "divide": "division by zero or overflow",
        "overflow": "division by zero or overflow",
        "float": "floating-point exception",
        "privileged": "privileged instruction or bad address",
        "address": "privileged instruction or bad address",
    }, "aarch64": {
        "privileged": lines.ILLEGAL,
        "unaligned": "unaligned access",
        "address": "page fault writing 0x[0-9a-f]+, not an address of an actor",
    }}[ARCH],
}


def test_fault_on_purpose(machines):
    """Each kind that there is, told by its own words."""
    machine = machines(cmdline="hrCtrl.maxBadness=100").boot()
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    for restart, (kind, words) in enumerate(KINDS.items(), 1):
        machine.type(f"fault counter {kind}")
        machine.expect(rf"fault: counter \(aid \d+, thread 2\): {words}")
        machine.expect(lines.restarted("counter", restart))
    machine.type("fault counter exit")
    why = machine.expect(lines.restarted("counter", len(KINDS) + 1))["why"]
    assert "exit without HR_EXIT_HDL" in why
    known = machine.command("fault counter nonsense")
    listed = re.search('unknown kind "nonsense": known here are ([^\r\n]*)',
                       known)[1]
    assert set(listed.split(", ")) == {"hang", "exit", *KINDS}
    assert "usage" in machine.command("fault counter")
    assert 'no actor "nobody"' in machine.command("fault nobody null")


def test_hang_on_purpose(machines):
    """Whose heart beats no more is restarted."""
    machine = machines(flags=STEADY).boot()
    machine.type("arun -g 5 pulse well")
    machine.expect("pulse: beats on")
    machine.type("fault pulse hang")
    why = machine.expect(lines.restarted("pulse", 1))["why"]
    assert "no heartbeat" in why


def test_crashlog_of_all(machine):
    """Plain actors and those that the kernel keeps alive, too; and what is
    not a failure is not in it."""
    machine.type("arun spin")
    machine.expect("spin: round and round")
    machine.type("fault spin illegal")
    machine.expect("fault: spin")
    machine.type("arun api")
    machine.expect("api: [0-9]+ checks passed")
    machine.type("fault supervisor null")
    machine.expect(lines.SUPERVISOR_BACK)
    machine.type("fault init wild")
    machine.expect(lines.INIT_BACK)
    until_crashlog(machine, "init")
    listed = machine.command("crashlog")
    for name, words in (("spin", lines.ILLEGAL), ("init", KINDS["wild"]),
                        ("supervisor", KINDS["null"])):
        assert re.search(rf"{name} \(aid \d+, no group\), life 0: {words}",
                         listed)
    assert "api" not in listed
    # It is in the bank: the kernel may end.
    machine.type("restart")
    machine.expect(lines.BOOT_WARM)
    machine.prompt()
    assert re.search(r"site 0 .* spin \(aid", machine.command("crashlog"))


def until_crashlog(machine, name):
    for _ in range(50):
        if name in machine.command("crashlog"):
            return
    raise machine.error(f"{name} is not in the crashlog")


def test_shutdown(machine):
    assert "usage" in machine.command("shutdown -i 2")
    machine.type("shutdown -i 1")
    machine.expect(lines.BOOT_WARM)
    machine.prompt()
    machine.type("shutdown")
    machine.expect(lines.BOOT_COLD)
