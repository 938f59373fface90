# SPDX-License-Identifier: BSD-2-Clause
"""The example programs that check themselves, and how actors share."""

import pytest

import lines

SELF_CHECKING = ["regions", "blocks", "threads", "sync", "api", "libc",
                 "badargs"]


@pytest.mark.parametrize("name", SELF_CHECKING)
def test_program(machine, name):
    run(machine, name, f"arun {name}")


def test_badargs_trusted(machine):
    run(machine, "badargs", "arun -t badargs")


def run(machine, name, command):
    """Runs a program that ends with its number of checks."""
    machine.type(command)
    found = machine.expect(rf"{name}: (\d+) checks passed|FAILED [^\r\n]*")
    assert found[1], machine.error(found[0])


def test_programs_again(machine):
    """All of them in one machine: none leaves anything behind."""
    memory = settled(machine)
    for name in SELF_CHECKING:
        run(machine, name, f"arun {name}")
    assert settled(machine) == memory


def settled(machine):
    """The free memory and bank, when nothing runs but init."""
    machine.command("aps")
    return machine.command("mem")


def test_library_is_like_new_after_a_restart(machine):
    machine.type("arun -g 2 libc")
    machine.expect("libc: a line that is not ended, and a crash")
    machine.expect(lines.restarted("libc", 1))
    run(machine, "libc", "")
    assert "must never be seen" not in machine.text()


def test_floating_point_between_actors(machine):
    for seed in (1, 2, 3):
        machine.type(f"arun chaos {seed}")
    done = {machine.expect(r"chaos (\d): \d+ rounds ended at the same place",
                           120)[1] for _ in range(3)}
    assert done == {"1", "2", "3"}


def test_busy_actor_starves_nobody(machine):
    machine.type("arun spin")
    machine.expect("spin: round and round")
    machine.type("arun spin")
    machine.expect("spin: round and round")
    run(machine, "api", "arun api")
    machine.type("arun -g hello")
    machine.expect("hello: back again, this is life 2")
    machine.command("version", 10)


def test_block_of_another_actor_is_busy(machine):
    machine.type("arun blocks hold shared")
    machine.expect("blocks: holds shared")
    machine.type("arun blocks take shared")
    machine.expect("blocks: no shared: held by another actor")
    machine.command("akill blocks")
    machine.type("arun blocks take shared")
    machine.expect("blocks: took shared and freed it")


def test_arguments_survive_a_restart(machine):
    machine.type("arun -g 1 counter 'a name with blanks'")
    machine.expect("a name with blanks: fresh start")
    machine.type("akill counter")
    machine.expect("a name with blanks: restart, goes on at")


STARVED = """
#include <chorus.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* All the memory that it may have. */
static void eat(void)
{
    KnRgnDesc piece = {.size = K_PAGE_SIZE};

    do {
        piece.options = K_ANYWHERE | K_WRITABLE | K_FILLZERO;
    } while (rgnAllocate(K_MYACTOR, &piece) == K_OK);
}

int main(void)
{
    eat();
    printf("starved: %d, %s\\n", 42, "without a buffer");
    fputs("starved: by letters\\n", stderr);
    errno = 0;
    if (fopen("nothing", "r") == NULL && errno != 0) {
        perror("starved: no file");
    }
    printf("starved: %f\\n", 1e100 / 3);
    return 0;
}
"""


def test_no_memory_for_a_stream(machines, program):
    """printf() and the like do without a buffer where there is no memory; what
    cannot do without ends the actor in words, not by a fault."""
    machine = machines(cmdline="actor.maxMemory=1M actor.maxRegions=20",
                       extra={"starved": program("starved", STARVED)}).boot()
    machine.type("arun starved")
    machine.expect_all(["starved: 42, without a buffer",
                        "starved: by letters", "starved: no file: ",
                        r'assertion "REENT malloc succeeded" failed'])
    machine.gone("starved")
    assert "fault:" not in machine.text()
