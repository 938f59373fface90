# SPDX-License-Identifier: BSD-2-Clause
"""How many there may be: of actors, threads, regions, as the RAM or the
command line says, on both sides of each number."""

import re

import pytest

import lines

CROWD = r"""
#include <hr/hr.h>
#include <restart/chRestart.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* crowd GROUP MOST: starts others of the group, each one a life that waits. */
int main(int argc, char **argv)
{
    KnActorSpawn other = {
        .path = "crowd",
        .flags = K_SPAWN_RESTARTABLE,
        .argc = 1,
        .args = "crowd",
        .argsSize = 6,
    };
    int result = 0, count = 0, most;

    if (argc < 3) {
        for (;;) {
            (void)!threadDelay(K_NOTIMEOUT);
        }
    }
    other.group = atoi(argv[1]);
    most = atoi(argv[2]);
    while (count < most && (result = actorSpawn(&other)) > 0) {
        count++;
        (void)!threadDelay(K_NOBLOCK);
    }
    printf("crowd: %d are there, then: %s\n", count,
           result > 0 ? "enough" : k_strerror(result));
    exit(0);
}
"""


@pytest.fixture
def crowd(machines, program):
    """A booted machine whose archive has a program that starts others."""
    extra = {"crowd": program("crowd", CROWD)}

    def boot(**options):
        return machines(extra=extra, **options).boot()
    return boot


def come(machine, group, most):
    """How many came, and what was said to the next one."""
    machine.type(f"arun -t crowd {group} {most}")
    match = machine.expect(r"crowd: (\d+) are there, then: ([^\r\n]+)\r")
    return int(match[1]), match[2]


def registered(machine):
    """What the supervisor says when it comes back."""
    return int(machine.expect(
        r"supervisor: (?:ready|back[^;]*); registered: (\d+)[\r\n]")[1])


def count(machine):
    """How many of them the kernel knows."""
    return len(re.findall(r" crowd ", machine.command("aps")))


def test_many(crowd):
    """Two hundred in two groups: one group falls and comes back, then the
    supervisor, then the site; each time all of them are there."""
    machine = crowd(cmdline="test.check=1")
    assert come(machine, 1, 150) == (150, "enough")
    assert come(machine, 2, 50) == (50, "enough")
    machine.type("akill -g 2")
    machine.expect(lines.group_ended(2))
    assert come(machine, 2, 60) == (60, "enough")
    victim = re.search(r"^ *(\d+) crowd", machine.command("aps"), re.M)[1]
    machine.type(f"akill {victim}")
    machine.expect(r"supervisor: crowd \(aid \d+, group 1\) restarted")
    machine.type("akill supervisor")
    assert registered(machine) == 210
    machine.type("restart")
    assert registered(machine) == 210
    machine.expect(lines.PROMPT)
    assert count(machine) == 210
    machine.type("akill -g 1")
    machine.expect(lines.group_ended(1))
    machine.type("akill -g 2")
    machine.expect(lines.group_ended(2))
    machine.type("akill supervisor")
    assert registered(machine) == 0


def test_full(crowd):
    """The last actor that there may be, and one more; then the same again."""
    machine = crowd(cmdline="kern.exec.maxActorNumber=12 test.check=1")
    for _ in range(2):
        # supervisor, init, and the one who asks, are three; that one goes
        assert come(machine, 1, 20) == (9, "out of memory or descriptors")
        assert "Started" in machine.command("arun spin")
        assert "out of memory" in machine.command("arun spin")
        machine.type("akill -g 1")
        machine.expect(lines.group_ended(1))
        machine.type("akill spin")
        machine.gone("spin")


def test_members_full(crowd):
    """The same of restartable ones."""
    machine = crowd(cmdline="hrCtrl.maxActors=70")
    assert come(machine, 1, 70) == (70, "enough")
    assert come(machine, 2, 1) == (0, "table or queue is full")
    machine.type("akill -g 1")
    machine.expect(lines.group_ended(1))
    assert come(machine, 2, 71) == (70, "table or queue is full")


LOW = "kern.exec.maxActorNumber=12"


@pytest.mark.parametrize("words, low", [
    ("kern.exec.maxActorNumber=11", 12),
    ("kern.exec.maxActorNumber=1025", 12),
    (f"{LOW} kern.exec.maxThreadNumber=27", 28),
    (f"{LOW} kern.exec.maxThreadNumber=999999", 28),
    (f"{LOW} kern.mem.maxRegionNumber=207", 208),
    (f"{LOW} kern.mem.maxRegionNumber=9999999", 208),
    (f"{LOW} hrCtrl.maxActors=13", 1),
])
def test_refused(machines, words, low):
    """What cannot be is told, with what can."""
    machine = machines(cmdline=words).boot()
    name = words.split()[-1].partition("=")[0]
    assert (f"command line: {name} is not a number from {low:#x} to"
            in machine.text())


def alive(machine):
    """An actor that is restarted, and one more."""
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    machine.type("akill counter")
    machine.expect(lines.restarted("counter", 1))
    machine.type("arun spin")
    machine.expect("spin: round and round")
    machine.type("akill spin")


def test_fewest(machines):
    """With the fewest of all there is a system."""
    machine = machines(cmdline=f"{LOW} kern.exec.maxThreadNumber=28 "
                       "kern.mem.maxRegionNumber=208 test.check=1").boot()
    assert "is not a number" not in machine.text()
    alive(machine)


def test_most(machines):
    """With the most, too, and one may have most of them."""
    machine = machines(cmdline="kern.exec.maxActorNumber=1024 "
                       "kern.mem.maxRegionNumber=100000 test.check=1").boot()
    assert "is not a number" not in machine.text()
    alive(machine)
    machine.type("arun -t limits trusted")
    machine.expect(r"limits: \d+ checks passed|FAILED[^\r\n]*")
    assert "FAILED" not in machine.console.match[0], machine.error("limits")


def test_small_machine(machines):
    """As many as the books say, where there is little RAM."""
    machine = machines(memory="64M").boot()
    machine.type("arun limits")
    machine.expect(r"limits: \d+ checks passed")
    row = re.search(r"\d+ init +([^\r\n]*)", machine.command("quota"))[1]
    shares = re.findall(r"\d+/(\d+)", row)
    assert shares[1:3] == [str(64 * 64), str(64 * 5)]


QUEUE = r"""
#include <reprise.h>
#include <stdio.h>
#include <zephyr.h>

#define TASKS (K_WAITS_MAX + 1)

DEFINE_MEMORY_MAP(ONE, 1, 16);

static char stacks[TASKS][4096] __attribute__((aligned(16)));
static volatile int refused, served;

static void task(void)
{
    void *block;

    if (task_mem_map_alloc(ONE, &block, TICKS_UNLIMITED) != RC_OK) {
        refused++;
    } else {
        served++;
        task_mem_map_free(ONE, &block);
    }
    (void)!threadDelete(K_MYACTOR, K_MYSELF);
}

/* More tasks than can wait for one block. */
int main(void)
{
    void *block;

    (void)!task_mem_map_alloc(ONE, &block, TICKS_NONE);
    for (int i = 0; i < TASKS; i++) {
        KnThreadLid lid;
        KnDefaultStartInfo_f start = {
            .dsType = K_DEFAULT_START_INFO,
            .dsEntry = task,
            .dsUserStackPointer = stacks[i] + sizeof(stacks[i]),
        };

        (void)!threadCreate(K_MYACTOR, &lid, K_ACTIVE, NULL, &start);
        (void)!threadDelay(K_NOBLOCK);
    }
    printf("queue: %d refused\n", refused);
    task_mem_map_free(ONE, &block);
    while (served + refused < TASKS)
        (void)!threadDelay(K_NOBLOCK);
    printf("queue: %d served\n", served);
    return 0;
}
"""


def test_waiters(machines, program):
    """A thing has room for so many that wait; one more is told so."""
    machine = machines(extra={"queue": program("queue", QUEUE)}).boot()
    machine.type("arun queue")
    machine.expect("queue: 1 refused")
    machine.expect("queue: 64 served")
