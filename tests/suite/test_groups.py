# SPDX-License-Identifier: BSD-2-Clause
"""Groups with indirect members, hearts that stop beating, marks of health."""

import re
import subprocess

import pytest

import lines
from machine import STEADY

MESSAGE = "steps: message: STEP 1 STEP 2 STEP 3 STEP 4"


URGENT = r"""
#include <hr/hr.h>
#include <stdio.h>
#include <string.h>

static char stack[4096] __attribute__((aligned(16)));

static void loop(void)
{
    for (volatile int i = 0; i < 1000000; i++) {
    }
    __builtin_trap();
}

static void count(void)
{
    for (int round = 1;; round++) {
        for (volatile int i = 0; i < 1000000; i++) {
        }
        printf("low: round %d\n", round);
    }
}

int main(int argc, char **argv)
{
    int low = argc > 1 && strcmp(argv[1], "low") == 0;
    KnFifoThParms parms = {K_SCHED_FIFO, low ? 255 : 11};
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = low ? count : loop,
        .dsUserStackPointer = stack + sizeof(stack),
    };
    KnThreadLid thread;

    if (threadCreate(K_MYACTOR, &thread, K_ACTIVE, &parms, &start) != K_OK) {
        return 1;
    }
    for (;;) {
        (void)!threadDelay(K_NOTIMEOUT);
    }
}
"""


def test_crash_loop_leaves_the_lowest_its_share(machines, build, tmp_path):
    """Before every other actor, and it crashes for ever: the last in the
    row goes on all the same."""
    (tmp_path / "urgent.c").write_text(URGENT)
    rules = build.resolve() / "sdk/share/reprise/actor.mk"
    subprocess.run(["make", "-f", rules, "ACTOR=urgent", "SRCS=urgent.c"],
                   cwd=tmp_path, check=True, timeout=60,
                   stdout=subprocess.DEVNULL)
    machine = machines(extra={"urgent": tmp_path / "urgent.elf"}).boot()
    machine.type("arun urgent low")
    machine.expect("low: round 1")
    machine.type("arun -g 7 urgent")
    machine.expect("supervisor: group 7 has badness 8, 8 are free: waits")
    before = int(machine.expect(r"low: round (\d+)\s")[1])
    machine.expect(lines.restarted("urgent", 11), 60)
    after = int(machine.expect(r"low: round (\d+)\s")[1])
    assert after > before + 1 # none, if the crash loop had it all
    machine.type("akill -g 7")
    machine.expect(lines.group_ended(7))


def finish(machine):
    """All four steps, once each; then nothing of the group is left."""
    machine.expect(MESSAGE)
    machine.expect(lines.group_ended(4))
    machine.quiet()
    assert machine.text().count("steps: message:") == 1
    listed = machine.command("aps")
    assert "steps" not in listed
    assert "steps.work" not in machine.command("pmm list")


def test_parent_and_child(machine):
    machine.type("arun -g 4 steps")
    machine.expect(r"hrfexec: steps-child \(aid \d+, group 4\) started by "
                   r"steps \(aid \d+\), restart 0")
    machine.expect(r"steps: child works on step 1")
    assert re.search(r" steps-child +4 indirect ", machine.command("aps"))
    finish(machine)


@pytest.mark.parametrize("victim", ["steps", "steps-child"])
def test_either_is_killed(machine, victim):
    machine.type("arun -g 4 steps")
    for step in (1, 2, 3):
        machine.expect(f"steps: child works on step {step}")
        machine.type(f"akill {victim}")
        machine.expect(lines.restarted("steps", step))
        machine.expect(rf"hrfexec: steps-child \(aid \d+, group 4\) "
                       rf"restarted by steps \(aid \d+\), restart {step}")
    finish(machine)


@pytest.mark.parametrize("way", ["restart", "akill supervisor"])
def test_site_or_supervisor_dies(machine, way):
    machine.type("arun -g 4 steps")
    machine.expect("steps: child works on step 2")
    machine.type(way)
    if way == "restart":
        machine.expect(lines.back("steps"))
        machine.expect(r"hrfexec: steps-child \(aid \d+, group 4\) "
                       "restarted by steps")
    finish(machine)


def test_killed_group_begins_anew(machine):
    machine.type("arun -g 4 steps")
    machine.expect("steps: child works on step 2")
    machine.type("akill -g 4")
    machine.expect(lines.group_ended(4))
    machine.type("arun -g 4 steps")
    machine.expect("steps: child works on step 1")
    finish(machine)


def test_only_restartable_actors_may(machine):
    machine.type("arun steps")
    machine.expect("steps: parent: Not owner")


@pytest.mark.parametrize("way", ["loop", "sleep"])
def test_heart_stops(machines, way):
    machine = machines(flags=STEADY).boot()
    machine.type(f"arun -g 5 pulse {way}")
    machine.expect("pulse: hangs")
    late = machine.expect(r"supervisor: pulse \(aid \d+, group 5\) hangs: "
                          r"no heartbeat for (\d+) ms")
    assert int(late[1]) < 400
    why = machine.expect(lines.restarted("pulse", 1))["why"]
    assert "no heartbeat" in why


def test_heart_beats_under_load(machines):
    machine = machines(flags=STEADY).boot()
    for _ in range(3):
        machine.type("arun spin")
        machine.expect("spin: round and round")
    machine.type("arun -g 5 pulse well")
    machine.expect("pulse: beats on", 60)
    machine.command("uptime")
    assert "hangs" not in machine.text()


def test_restart_me_and_healthy(machines):
    machine = machines(flags=STEADY).boot()
    machine.type("arun -g 5 pulse again")
    why = machine.expect(lines.restarted("pulse", 1))["why"]
    assert "asked for it" in why
    machine.type("akill -g 5")
    machine.expect(lines.group_ended(5))
    machine.type("arun -g 5 pulse well")
    machine.expect("pulse: well")
    machine.type("akill pulse")
    machine.expect(lines.restarted("pulse", 1))
    machine.expect("supervisor: group 5 is healthy: badness 0")


def test_tunables_of_groups(machines):
    machine = machines(cmdline="hrCtrl.maxActors=2 hrCtrl.maxGroups=3").boot()
    assert "invalid argument" in machine.command("arun -g 3 counter")
    machine.type("arun -g 2 counter a")
    machine.expect("a: fresh start")
    machine.type("arun -g 2 counter b")
    machine.expect("b: fresh start")
    assert "full" in machine.command("arun -g 2 counter c")


ORPHAN = r"""
#include <hr/hr.h>
#include <stdio.h>
#include <string.h>

/* A parent that has done its work ends; its child goes on by itself. */
int main(int argc, char **argv)
{
    PmmName base = {"RAM", "child"};
    HrStartInfo start;

    if (argc == 1) {
        hrfexecl(&base, "orphan", NULL, NULL, "orphan-child", "first",
                 (char *)0);
        printf("orphan: the parent ends\n");
        HR_EXIT_HDL();
        exit(0);
    }
    hrStartInfo(&start);
    printf("orphan: the child works, life %u, %s\n", start.restarts, argv[1]);
    for (;;) {
        (void)!threadDelay(K_NOTIMEOUT);
    }
}
"""


def test_child_whose_parents_have_ended(machines, program):
    """There is nobody to start it again but the supervisor: after a failure,
    and after a restart of the site."""
    text = ORPHAN.replace("<stdio.h>", "<pmm/chPmm.h>\n#include <reprise.h>\n"
                          "#include <stdio.h>\n#include <stdlib.h>")
    machine = machines(extra={"orphan": program("orphan", text)}).boot()
    machine.type("arun -g 6 orphan")
    machine.expect("orphan: the parent ends")
    machine.expect(r"supervisor: orphan \(aid \d+, group 6\) ended")
    for life in (1, 2):
        machine.type("akill orphan-child")
        machine.expect(lines.restarted("orphan-child", life))
        machine.expect(f"orphan: the child works, life {life}, first")
    machine.type("restart")
    machine.expect(lines.back("orphan-child"))
    machine.expect("orphan: the child works, life 3, first")
    assert "orphan: the parent ends" not in machine.text().split("warm")[-1]
    machine.type("akill orphan-child")
    machine.expect(lines.restarted("orphan-child", 4))
    machine.type("akill -g 6")
    machine.expect(lines.group_ended(6))
