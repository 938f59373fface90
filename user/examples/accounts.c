/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A persistent memory map: accounts in blocks that outlive every crash.
 * Start it with
 *
 *      arun -g 3 accounts
 *
 * Each life finds the blocks that the last one held, checks what is in them,
 * adopts those that are whole and frees the one that was just begun.  Then it
 * opens accounts until three more are there, crashes itself twice, and waits
 * to be killed.  `arun accounts wider` makes a map of that name with larger
 * blocks, which it is then refused without `wider`.
 */
#include <hr/hr.h>
#include <reprise.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <zephyr.h>

#define ACCOUNTS 10
#define WHOLE 0x600du

struct account {
    unsigned number, check; /* check is stored last */
    char owner[56];
};

DEFINE_PERSISTENT_MEMORY_MAP(ACCOUNT, ACCOUNTS, sizeof(struct account),
                             HR_GROUP_KEY);

/* The same name in the bank, but larger blocks. */
static struct k_map_block wider_table[ACCOUNTS];
static struct k_memory_map wider = {
    .name = "ACCOUNT",
    .block_count = ACCOUNTS,
    .block_size = 2 * sizeof(struct account),
    .stride = K_MAP_STRIDE(2 * sizeof(struct account)),
    .table = wider_table,
    .persistent = 1,
};

static _Noreturn void stop(const char *words)
{
    printf("accounts: %s\n", words);
    HR_EXIT_HDL();
    exit(1);
}

/* What the last life held; returns how many of them are whole. */
static unsigned recover(unsigned inherited)
{
    struct account *account = NULL;
    unsigned whole = 0, begun = 0;

    while ((account = task_mem_map_inherited(ACCOUNT, account)) != NULL) {
        if (account->check == (account->number ^ WHOLE)) {
            task_mem_map_adopt(ACCOUNT, account);
            whole++;
        } else {
            struct account *gone = account;

            task_mem_map_free(ACCOUNT, &gone);
            begun++;
        }
    }
    printf("accounts: %u blocks held before, %u adopted, %u freed, %d in use\n",
           inherited, whole, begun, task_mem_map_used_get(ACCOUNT));
    return whole;
}

static struct account *open_account(unsigned number)
{
    struct account *account;

    if (task_mem_map_alloc(ACCOUNT, &account, TICKS_NONE) != RC_OK) {
        return NULL;
    }
    memset(account, 0, sizeof(*account));
    account->number = number;
    snprintf(account->owner, sizeof(account->owner), "customer %u", number);
    return account;
}

static void work(unsigned accounts, unsigned goal)
{
    struct account *account;

    while (accounts < goal && (account = open_account(accounts)) != NULL) {
        account->check = account->number ^ WHOLE;
        accounts++;
    }
    /* One is begun, and then comes the crash, twice. */
    account = accounts < 7 ? open_account(accounts) : NULL;
    if (account != NULL) {
        __builtin_trap();
    }
    printf("accounts: %u accounts, waiting\n", accounts);
    task_sleep(1000000);
}

int main(int argc, char **argv)
{
    bool other = argc > 1 && strcmp(argv[1], "wider") == 0;
    unsigned inherited, whole;
    int error = task_mem_map_attach(other ? &wider : ACCOUNT, &inherited);

    if (error == K_ESIZE) {
        stop("the map in the bank has another layout");
    }
    if (error != K_OK) {
        stop(k_strerror(error));
    }
    if (other) {
        stop("made a map with wider blocks");
    }
    whole = recover(inherited);
    work(whole, whole < 7 ? whole + 3 : whole);
    return 0;
}
