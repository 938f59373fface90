/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The whole supervisor on a kernel of paper, dying everywhere: before and
 * after each system call and after each store into its registry.  However
 * often it dies, in the end every actor that must run runs, once.
 *
 * A script of events stands for the world.  hrWait() plays the next event
 * when there is nothing else to do, and ends the test after the last one.
 */
/* sources: */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The supervisor, with its memory within reach: a new life begins with all
 * of it zero. */
#define main supervisor_main
#include "user/supervisor/board.c"
#include "user/supervisor/group.c"
#include "user/supervisor/judge.c"
#include "user/supervisor/leaf.c"
#include "user/supervisor/main.c"
#include "user/supervisor/policy.c"
#include "user/supervisor/registry.c"
#include "user/supervisor/roster.c"
#include "user/supervisor/table.c"
#undef main

#include "paper_kernel.h"

/* ---- Events ------------------------------------------------------------- */

static void spawn(const char *path, int group)
{
    KnActorSpawn request = {.flags = K_SPAWN_RESTARTABLE, .group = group};

    strcpy(request.path, path);
    assert_true(fake_spawn(&request) > 0);
}

static struct fake_actor *running(const char *path)
{
    for (int i = 0; i < ACTORS; i++) {
        if (world.actors[i].used &&
            world.actors[i].info.state == HR_ACTOR_RUNNING &&
            strcmp(world.actors[i].spawn.path, path) == 0) {
            return &world.actors[i];
        }
    }
    fail_msg("%s does not run", path);
    return NULL;
}

static void group_become(int group, int state, int end)
{
    for (int i = 0; i < ACTORS; i++) {
        KnActorInfo *info = &world.actors[i].info;

        if (world.actors[i].used && info->group == group &&
            info->state == HR_ACTOR_RUNNING) {
            info->state = state;
            info->end = end;
        }
    }
    world.changed |= 1u << group;
}

static void crash(const char *path)
{
    struct fake_actor *actor = running(path);

    group_become(actor->info.group, HR_ACTOR_DOWN, HR_END_GROUP);
    actor->info.end = HR_END_FAULT;
    world.crashes[world.crash_count] = (KnCrash){
        .sequence = world.crash_count + 1,
        .aid = actor->info.aid,
        .group = actor->info.group,
        .end = HR_END_FAULT,
        .atMs = (unsigned long long)world.now.tmSec * 1000,
    };
    world.crash_count++;
    fake_spend(actor->info.group);
}

static void finish(const char *path)
{
    struct fake_actor *actor = running(path);

    actor->info.state = HR_ACTOR_ENDED;
    world.changed |= 1u << actor->info.group;
}

static void spawn_a(void)
{
    spawn("a", 1);
}

static void spawn_b(void)
{
    spawn("b", 1);
}

static void spawn_c(void)
{
    spawn("c", 2);
}

static void crash_a(void)
{
    crash("a");
}

static void crash_c(void)
{
    crash("c");
}

static void finish_a(void)
{
    finish("a");
}

static void finish_b(void)
{
    finish("b");
}

static void kill_2(void)
{
    group_become(2, HR_ACTOR_ENDED, HR_END_KILL);
}

static void crash_b(void)
{
    crash("b");
}

/* What hrfexec() does in the kernel: a member that a has started. */
static void exec_d(void)
{
    struct fake_actor *child = NULL;

    (void)running("a");
    for (int i = 0; i < ACTORS; i++) {
        if (world.actors[i].used && world.actors[i].info.indirect) {
            assert_null(child);
            child = &world.actors[i];
        }
    }
    if (!child) {
        KnActorSpawn request = {
            .flags = K_SPAWN_RESTARTABLE | K_SPAWN_INDIRECT,
            .group = 1,
            .path = "d",
            .base = "child",
        };

        assert_true(fake_spawn(&request) > 0);
        exec_d();
        return;
    }
    assert_int_not_equal(child->info.state, HR_ACTOR_RUNNING);
    child->info.state = HR_ACTOR_RUNNING;
    child->info.aid = world.next_aid++;
    world.changed |= 1u << 1;
}

static void crash_d(void)
{
    crash("d");
}

static void finish_d(void)
{
    finish("d");
}

static void hang_a(void)
{
    running("a")->info.beatMs = 100;
    running("a")->info.quietMs = 150;
    world.changed |= 1u << 1;
}

static void stop_a(void)
{
    group_become(1, HR_ACTOR_DOWN, HR_END_STOP);
}

/* The supervisor leaves it down; somebody does not. */
static void start_a(void)
{
    for (int i = 0; i < ACTORS; i++) {
        if (world.actors[i].used) {
            assert_int_equal(world.actors[i].info.state, HR_ACTOR_DOWN);
            world.actors[i].info.state = HR_ACTOR_RUNNING;
            world.actors[i].info.aid = world.next_aid++;
        }
    }
    world.changed |= 1u << 1;
}

static void restart_site(void)
{
    longjmp(world.leave, LEAVE_SITE);
}

/* ---- Runs --------------------------------------------------------------- */

static void site_begin(void)
{
    memset(world.actors, 0, sizeof(world.actors));
    world.next_aid = FIRST_AID;
    world.site.siteRestarts++;
    world.start.kind = HR_START_FRESH;
    world.now = (KnTimeVal){0, 0};
    world.changed = 0;
    world.crash_count = world.spent = 0;
    memset(world.credit, 0, sizeof(world.credit));
}

static void life_begin(void)
{
    free(self.supervisor.roster.members);
    memset(&self, 0, sizeof(self));
    memset(&judges, 0, sizeof(judges));
    memset(&boards, 0, sizeof(boards));
    free(answer.list);
    memset(&answer, 0, sizeof(answer));
    memset(&rows, 0, sizeof(rows));
}

/* Plays a script from an empty bank to its end.  Returns whether the death
 * that world.ticks_left asks for has happened. */
static bool play(void (*const *script)(void))
{
    volatile bool died = false;

    memset(&world.block, 0, sizeof(world.block));
    world.calls = world.bank_frees = 0;
    world.site.boots = 1;
    world.script = script;
    site_begin();
    for (;;) {
        switch ((enum leave)setjmp(world.leave)) {
        case LEAVE_DEATH:
            world.start.kind = HR_START_RESTART;
            died = true;
            break;
        case LEAVE_SITE:
            died = died || world.ticks_left == 0;
            site_begin();
            break;
        case LEAVE_DONE:
            return died;
        case LEAVE_NOT:
            life_begin();
            supervisor_main();
        }
        if (died && world.ticks_left == 0) {
            world.ticks_left = world.ticks_then;
            world.ticks_then = -1;
        }
    }
}

static unsigned count_running(const char *path)
{
    unsigned count = 0;

    for (int i = 0; i < ACTORS; i++) {
        count += world.actors[i].used &&
                 world.actors[i].info.state == HR_ACTOR_RUNNING &&
                 strcmp(world.actors[i].spawn.path, path) == 0;
    }
    return count;
}

static unsigned count_rows(enum row_state wanted)
{
    struct row_status status;
    unsigned count = 0;

    (void)table_open(&world.block); /* forgets what is not in the block */
    for (unsigned row = 0; row < table_rows(); row++) {
        count += row_read(row, &status) == wanted;
    }
    return count;
}

/* Crashes that are written down: each once. */
static unsigned count_filed(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < HR_CRASHES; i++) {
        const HrCrashCopy *copy = &world.block.board.crashes[i];

        count += copy->crash.aid > 0 && crash_whole(copy);
    }
    return count;
}

/* Exactly these run, the registry says the same, and nothing is left over. */
static void check_end(unsigned a, unsigned b, unsigned c, unsigned ended)
{
    unsigned used = 0;

    for (int i = 0; i < ACTORS; i++) {
        used += world.actors[i].used;
    }
    assert_int_equal(count_running("a"), a);
    assert_int_equal(count_running("b"), b);
    assert_int_equal(count_running("c"), c);
    assert_int_equal(count_rows(ROW_ALIVE), a + b + c);
    assert_int_equal(count_rows(ROW_ENDED), ended);
    assert_int_equal(count_rows(ROW_DAMAGED), 0);
    assert_in_range(used, a + b + c, a + b + c + ended);
}

/* ---- Tests -------------------------------------------------------------- */

static void (*const whole_life[])(void) = {
    spawn_a, crash_a, finish_a, NULL,
};

static void (*const much[])(void) = {
    spawn_a,  spawn_b, spawn_c,      crash_a, crash_c,
    finish_b, crash_a, restart_site, crash_c, kill_2,
    NULL,
};

/* Two that are alike: one ends, the other must go on, and not twice. */
static void (*const twins[])(void) = {
    spawn_a, spawn_a, crash_a, finish_a, restart_site, crash_a, NULL,
};

/* After the restart b gets the aid that a, which has ended, had before. */
static void (*const same_aid[])(void) = {
    spawn_a, spawn_b, finish_a, restart_site, crash_b, NULL,
};

/* Its parent brings d back, as long as there is one; then the supervisor. */
static void (*const family[])(void) = {
    spawn_a, exec_d, crash_a,  exec_d,  crash_d,  exec_d, restart_site,
    exec_d,  crash_d, exec_d, finish_a, crash_d, finish_d, NULL,
};

static void (*const hangs[])(void) = {spawn_a, hang_a, hang_a, NULL};

static void (*const stopped[])(void) = {
    spawn_a, stop_a, start_a, crash_a, NULL,
};

static void (*const crashes[])(void) = {
    spawn_a, spawn_b, spawn_c, crash_a, crash_c, crash_a, NULL,
};

static void lives_for_ever(void **state)
{
    (void)state;
    world.ticks_left = -1;
    world.site_dies = false;
    play(whole_life);
    check_end(0, 0, 0, 0);
    assert_int_equal(world.bank_frees, 1);
    play(much);
    check_end(1, 0, 0, 1);
    assert_int_equal(running("a")->info.restarts, 3);
    assert_true(world.spent > 0);
    play(twins);
    check_end(1, 0, 0, 1);
    play(same_aid);
    check_end(0, 1, 0, 1);
}

static unsigned crashes_of(void (*const *script)(void))
{
    unsigned count = 0;

    for (; *script != NULL; script++) {
        count += *script == crash_a || *script == crash_b ||
                 *script == crash_c || *script == crash_d;
    }
    return count;
}

static void die_everywhere(void (*const *script)(void), unsigned a,
                           unsigned ended)
{
    bool died = true;
    long ticks = 0;

    world.site_dies = false;
    for (; died; ticks++) {
        world.ticks_left = ticks;
        world.ticks_then = -1;
        died = play(script);
        check_end(a, 0, 0, ended);
        assert_int_equal(count_filed(), crashes_of(script));
    }
    assert_true(ticks > 200);
}

static void dies_in_a_whole_life(void **state)
{
    (void)state;
    die_everywhere(whole_life, 0, 0);
    assert_int_equal(count_filed(), 1);
}

static void dies_with_much_to_do(void **state)
{
    (void)state;
    die_everywhere(much, 1, 1);
}

static void dies_among_twins(void **state)
{
    (void)state;
    die_everywhere(twins, 1, 1);
}

static void dies_in_a_family(void **state)
{
    (void)state;
    die_everywhere(family, 0, 0);
}

static void dies_over_one_that_hangs(void **state)
{
    (void)state;
    die_everywhere(hangs, 1, 0);
}

static void dies_over_one_that_is_stopped(void **state)
{
    (void)state;
    die_everywhere(stopped, 1, 0);
    assert_int_equal(board_history(1)->stage, HR_STAGE_NORMAL);
}

/* Each failure makes the group worse by one, whoever has answered it: only one
 * that the supervisor was about to answer when it died may count twice. */
static void credit_is_counted_once(void **state)
{
    static void (*const script[])(void) = {
        spawn_a, crash_a, crash_a, crash_a, crash_a, crash_a, NULL,
    };
    bool died = true;
    long ticks = -1;

    (void)state;
    world.site_dies = false;
    for (; died || ticks <= 0; ticks++) {
        world.ticks_left = ticks;
        world.ticks_then = -1;
        died = play(script);
        check_end(1, 0, 0, 0);
        assert_in_range(world.spent, died ? 4 : 5, 5);
        assert_in_range(board_history(1)->restarts, 5, 10 - world.spent);
        assert_in_range(world.credit[1], 1, 3);
    }
    assert_true(ticks > 200);
}

/* A group that never stays up goes all the way: at once, delayed, without
 * its blocks, parked; and the supervisor may die anywhere on it. */
static void crash_loop_is_parked(void **state)
{
    static void (*script[24])(void) = {spawn_a};
    unsigned count = 1;

    (void)state;
    while (count < 18) {
        script[count++] = crash_a;
    }
    script[count] = NULL;
    for (long ticks = -1; ticks < 3000; ticks += 97) {
        world.ticks_left = ticks;
        world.ticks_then = -1;
        world.asides = 0;
        world.site_dies = false;
        play(script);
        assert_true(count_running("a") == 1 ||
                    board_history(1)->stage != HR_STAGE_NORMAL);
        assert_true(board_history(1)->restarts >= 10);
        assert_int_equal(count_rows(ROW_ALIVE), 1);
    }
}

/* The second death comes while the first is being made good. */
static void dies_twice(void **state)
{
    static const long then[] = {0, 1, 2, 3, 5, 8, 13, 40, 150};

    (void)state;
    world.site_dies = false;
    for (unsigned i = 0; i < sizeof(then) / sizeof(then[0]); i++) {
        bool died = true;

        for (long ticks = 0; died; ticks += 3) {
            world.ticks_left = ticks;
            world.ticks_then = then[i];
            died = play(whole_life);
            check_end(0, 0, 0, 0);
        }
    }
}

static unsigned reboots_of(int refused, unsigned refusals)
{
    static void (*const script[])(void) = {spawn_a, NULL};

    world.ticks_left = -1;
    world.site_dies = false;
    world.refused = refused;
    world.refusals = refusals;
    world.reboots = 0;
    play(script);
    check_end(1, 0, 0, 0);
    return world.reboots;
}

/* A second apart: at the tenth refusal, not at the ninth. */
static void nothing_starts(void **state)
{
    (void)state;
    assert_int_equal(reboots_of(K_ENOMEM, 9), 0);
    assert_int_equal(reboots_of(K_ENOMEM, 1000), 1);
    assert_int_equal(reboots_of(K_EFAIL, 50), 0);
}

/* The whole site dies, anywhere after the actors were registered. */
static void site_dies_anywhere(void **state)
{
    long first, ticks;
    bool died = true;

    (void)state;
    world.site_dies = false;
    world.ticks_left = 1000000;
    play((void (*const[])(void)){spawn_a, spawn_b, spawn_c, NULL});
    first = 1000000 - world.ticks_left;
    world.site_dies = true;
    for (ticks = first; died; ticks++) {
        world.ticks_left = ticks;
        world.ticks_then = -1;
        /* An event that needs an actor running comes only when it does. */
        died = play(crashes);
        check_end(1, 1, 1, 0);
    }
    assert_true(ticks > first + 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lives_for_ever),
        cmocka_unit_test(dies_in_a_whole_life),
        cmocka_unit_test(dies_with_much_to_do),
        cmocka_unit_test(dies_among_twins),
        cmocka_unit_test(dies_in_a_family),
        cmocka_unit_test(dies_over_one_that_hangs),
        cmocka_unit_test(dies_over_one_that_is_stopped),
        cmocka_unit_test(credit_is_counted_once),
        cmocka_unit_test(crash_loop_is_parked),
        cmocka_unit_test(dies_twice),
        cmocka_unit_test(nothing_starts),
        cmocka_unit_test(site_dies_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
