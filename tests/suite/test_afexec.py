# SPDX-License-Identifier: BSD-2-Clause
"""Starting actors as the books do, with afexec*(), and its errors."""

import subprocess

import pytest

SPAWNER = r"""
#include <am/afexec.h>
#include <errno.h>
#include <stdio.h>

static char long_word[K_ARGSMAX + 1];

static void tell(const char *what, int aid)
{
    printf("spawner: %s: %s\n", what, aid > 0 ? "started" : strerror(errno));
}

int main(void)
{
    AcParam trusted = {.acFlags = AFX_USER_SPACE | AFX_TRUSTED};
    AcParam nowhere = {.acFlags = AFX_TRUSTED};
    char *argv[] = {"child", "by vector", NULL};
    char *envp[] = {"PLACE=home", NULL};
    char *large[] = {"child", long_word, NULL};
    KnCap cap;

    memset(long_word, 'x', K_ARGSMAX);
    tell("missing", afexecl("bin/nobody", NULL, NULL, "nobody", (char *)0));
    tell("capability", afexecve("child", &cap, NULL, argv, envp));
    tell("space", afexecve("child", NULL, &nowhere, argv, envp));
    tell("large", afexecv("child", NULL, NULL, large));
    tell("list", afexecl("bin/child", NULL, NULL, "child", "by list",
                         (char *)0));
    tell("vector", afexecve("child", NULL, &trusted, argv, envp));
    return 0;
}
"""

CHILD = r"""
#include <chorus.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    KnActorPrivilege privilege;
    const char *place = getenv("PLACE");

    actorPrivilege(K_MYACTOR, &privilege, NULL);
    printf("child: %d, %s, privilege %d, place %s\n", argc, argv[1], privilege,
           place ? place : "unknown");
    return 0;
}
"""


@pytest.fixture(name="programs")
def built_programs(build, tmp_path):
    """The two programs, built against the SDK."""
    made = {}
    for name, text in (("spawner", SPAWNER), ("child", CHILD)):
        (tmp_path / f"{name}.c").write_text(text)
        rules = build.resolve() / "sdk/share/reprise/actor.mk"
        subprocess.run(["make", "-f", rules, f"ACTOR={name}",
                        f"SRCS={name}.c"], cwd=tmp_path, check=True,
                       timeout=60, stdout=subprocess.DEVNULL)
        made[name] = tmp_path / f"{name}.elf"
    return made


def test_trusted_actor_starts_others(machines, programs):
    machine = machines(extra=programs).boot()
    machine.type("arun -t spawner")
    machine.expect("spawner: missing: No such file or directory")
    machine.expect("spawner: capability: Invalid argument")
    machine.expect("spawner: space: Invalid argument")
    machine.expect("spawner: large: Arg list too long")
    machine.expect("spawner: list: started")
    machine.expect("spawner: vector: started")
    machine.expect("child: 2, by list, privilege 0, place unknown")
    machine.expect("child: 2, by vector, privilege 1, place home")


def test_user_actor_may_not(machines, programs):
    machine = machines(extra=programs).boot()
    machine.type("arun spawner")
    machine.expect("spawner: list: Not owner")
