/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The registry; table.h has the theory.  All stores go through store_word().
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "leaf.h"
#include "store.h"

#define WORDS(object) (sizeof(object) / sizeof(uint32_t))

_Static_assert(sizeof(KnActorSpawn) % sizeof(uint32_t) == 0, "whole words");
_Static_assert(sizeof(struct row_copy) == 32, "a stable layout, no holes");

/* What a row says, checked when the table was opened and kept in step with each
 * change since: the block is read once a life, not once a turn. */
struct memo {
    enum row_state state;
    struct row_status status;
    const struct row_copy *current; /* the copy that counts, or NULL */
    int group;                        /* of a row in use ... */
    int next_in_group, prev_in_group; /* ... in its list; -1: the end */
    int next_by_aid;                  /* in use, and with such an aid */
};

struct leaf {
    struct table_row *rows;
    struct memo memos[LEAF_ROWS];
};

#define AID_LISTS 256

static struct {
    struct leaf first, *leaves[LEAVES_MAX];
    unsigned count; /* of leaves */
    uint32_t last_order; /* that a row has, or had in this life */
    unsigned free_from;  /* no row before this one is free */
    int groups[HR_GROUPS_MAX];
    int by_aid[AID_LISTS];
} rows;

static struct table_row *row_at(unsigned row)
{
    return &rows.leaves[row / LEAF_ROWS]->rows[row % LEAF_ROWS];
}

static struct memo *memo_at(unsigned row)
{
    return &rows.leaves[row / LEAF_ROWS]->memos[row % LEAF_ROWS];
}

unsigned table_rows(void)
{
    return rows.count * LEAF_ROWS;
}

/* The board's check, with the version and the place mixed in, so that neither
 * zeroes nor a row of another layout or place can pass. */
static uint32_t check_of(const void *bytes, size_t size, uint32_t place)
{
    return hr_board_mix(hr_board_check(bytes, size),
                        TABLE_VERSION ^ (place << 8));
}

static void store_words(void *to, const void *from, size_t words)
{
    volatile uint32_t *word = to;

    for (size_t i = 0; i < words; i++) {
        uint32_t value;

        memcpy(&value, (const char *)from + i * sizeof(value), sizeof(value));
        store_word(&word[i], value);
    }
}

static uint32_t header_check(const struct table *table)
{
    return check_of(&table->board.version, 3 * sizeof(uint32_t), LEAF_ROWS);
}

static uint32_t request_check(const KnActorSpawn *request, unsigned row)
{
    return check_of(request, sizeof(*request), row);
}

/* A copy's check covers all of it but the check itself. */
static uint32_t copy_check(const struct row_copy *copy, unsigned row)
{
    return check_of(&copy->sequence, sizeof(*copy) - sizeof(copy->check), row);
}

static bool all_zero(const void *bytes, size_t size)
{
    const char *byte = bytes;

    for (size_t i = 0; i < size; i++) {
        if (byte[i] != 0) {
            return false;
        }
    }
    return true;
}

static bool copy_whole(const struct row_copy *copy, unsigned row)
{
    return copy->check == copy_check(copy, row) &&
           copy->status.state <= ROW_ENDED;
}

/* The copy that counts: the newest whole one, or NULL. */
static const struct row_copy *copy_current(unsigned row)
{
    const struct row_copy *copies = row_at(row)->copies;
    bool whole[2] = {copy_whole(&copies[0], row), copy_whole(&copies[1], row)};

    if (whole[0] && whole[1]) {
        int32_t newer = (int32_t)(copies[1].sequence - copies[0].sequence);

        return &copies[newer > 0];
    }
    if (whole[0] || whole[1]) {
        return &copies[whole[1]];
    }
    return NULL;
}

/* Strings must end and add up: the kernel will be given them again. */
static bool request_sane(const KnActorSpawn *request)
{
    return memchr(request->path, 0, sizeof(request->path)) != NULL &&
           request->argsSize <= sizeof(request->args) && request->group >= 0 &&
           request->group < HR_GROUPS_MAX;
}

/* The state of a row as the block tells it, past all checks. */
static enum row_state row_check(unsigned row, struct row_status *status)
{
    const struct table_row *r = row_at(row);
    const struct row_copy *copy = memo_at(row)->current;

    if (!copy) {
        /* The first copy of a row may be torn while the other one was never
         * written: then nothing was ever registered here. */
        bool unused = all_zero(&r->copies[1], sizeof(r->copies[1]));
        bool torn = r->copies[0].check == 0;

        return unused && torn ? ROW_FREE : ROW_DAMAGED;
    }
    if (copy->status.state == ROW_FREE) {
        return ROW_FREE;
    }
    if (r->check != request_check(&r->request, row) ||
        !request_sane(&r->request)) {
        return ROW_DAMAGED;
    }
    *status = copy->status;
    return (enum row_state)copy->status.state;
}

/* ---- Lists of rows ------------------------------------------------------- */

static bool in_use(const struct memo *memo)
{
    return memo->state == ROW_ALIVE || memo->state == ROW_ENDED;
}

static int *aid_list(int aid)
{
    return &rows.by_aid[(unsigned)aid % AID_LISTS];
}

static void lists_enter(unsigned row)
{
    struct memo *memo = memo_at(row);
    int *list = aid_list(memo->status.aid), *first;

    memo->group = row_at(row)->request.group;
    first = &rows.groups[memo->group];
    memo->prev_in_group = -1;
    memo->next_in_group = *first;
    if (*first >= 0) {
        memo_at((unsigned)*first)->prev_in_group = (int)row;
    }
    *first = (int)row;
    memo->next_by_aid = *list;
    *list = (int)row;
}

static void lists_leave(unsigned row)
{
    struct memo *memo = memo_at(row);
    int *at = aid_list(memo->status.aid);

    while (*at != (int)row) {
        at = &memo_at((unsigned)*at)->next_by_aid;
    }
    *at = memo->next_by_aid;
    if (memo->prev_in_group < 0) {
        rows.groups[memo->group] = memo->next_in_group;
    } else {
        memo_at((unsigned)memo->prev_in_group)->next_in_group =
            memo->next_in_group;
    }
    if (memo->next_in_group >= 0) {
        memo_at((unsigned)memo->next_in_group)->prev_in_group =
            memo->prev_in_group;
    }
}

static void row_learn(unsigned row)
{
    struct memo *memo = memo_at(row);

    memo->current = copy_current(row);
    memo->state = row_check(row, &memo->status);
    if (!in_use(memo)) {
        return;
    }
    lists_enter(row);
    if (memo->status.order > rows.last_order) {
        rows.last_order = memo->status.order;
    }
}

static void leaf_learn(struct leaf *leaf, struct table_row *from)
{
    unsigned first = table_rows();

    leaf->rows = from;
    rows.leaves[rows.count++] = leaf;
    for (unsigned row = first; row < table_rows(); row++) {
        row_learn(row);
    }
}

/* One more leaf, from its block: if there is one, or if make is true. */
static bool leaf_add(bool make)
{
    struct table_row *from;
    struct leaf *leaf;

    if (rows.count == LEAVES_MAX) {
        return false;
    }
    from = leaf_attach(rows.count, make);
    leaf = from ? calloc(1, sizeof(*leaf)) : NULL;
    if (!leaf) {
        return false;
    }
    leaf_learn(leaf, from);
    return true;
}

static void rows_learn(struct table *table)
{
    for (unsigned i = 1; i < rows.count; i++) {
        free(rows.leaves[i]); /* of a table before this one */
    }
    memset(&rows, 0, sizeof(rows));
    memset(rows.groups, -1, sizeof(rows.groups));
    memset(rows.by_aid, -1, sizeof(rows.by_aid));
    leaf_learn(&rows.first, table->rows);
    while (leaf_add(false)) {
        continue;
    }
}

int table_row_of(int aid, struct epoch epoch)
{
    int row = *aid_list(aid);

    while (row >= 0) {
        const struct memo *memo = memo_at((unsigned)row);

        if (memo->status.aid == aid &&
            epoch_equal(memo->status.epoch, epoch)) {
            break;
        }
        row = memo->next_by_aid;
    }
    return row;
}

int table_row_next(int group, int row)
{
    return row < 0 ? rows.groups[group] : memo_at((unsigned)row)->next_in_group;
}

enum table_found table_open(struct table *table)
{
    uint32_t wanted[] = {TABLE_VERSION, LEAF_ROWS, sizeof(struct table_row)};
    /* Its check is stored last: without one and without rows it is new, or
     * was cut short when it was new. */
    bool fresh = table->board.check == 0 &&
                 all_zero(table->rows, sizeof(table->rows));

    rows_learn(table);
    if (memcmp(&table->board.version, wanted, sizeof(wanted)) == 0 &&
        table->board.check == header_check(table)) {
        return TABLE_KEPT;
    }
    store_words(&table->board.version, wanted, WORDS(wanted));
    store_word(&table->board.check, header_check(table));
    return fresh ? TABLE_FRESH : TABLE_REPAIRED;
}

/* ---- Rows ---------------------------------------------------------------- */

enum row_state row_read(unsigned row, struct row_status *status)
{
    const struct memo *memo = memo_at(row);

    if (in_use(memo)) {
        *status = memo->status;
    }
    return memo->state;
}

const KnActorSpawn *row_request(unsigned row)
{
    return &row_at(row)->request;
}

void row_write(unsigned row, const struct row_status *status)
{
    struct row_copy *copies = row_at(row)->copies;
    struct memo *memo = memo_at(row);
    const struct row_copy *current = memo->current;
    struct row_copy *older = current == &copies[0] ? &copies[1] : &copies[0];
    struct row_copy next = {0, current ? current->sequence + 1 : 1, *status};

    store_word(&older->check, 0);
    store_words(&older->sequence, &next.sequence, WORDS(next) - 1);
    store_word(&older->check, copy_check(&next, row));
    if (in_use(memo)) {
        lists_leave(row);
    }
    memo->current = older;
    memo->state = (enum row_state)status->state;
    memo->status = *status;
    if (in_use(memo)) {
        lists_enter(row);
    } else if (row < rows.free_from) {
        rows.free_from = row;
    }
}

void row_clear(unsigned row)
{
    struct row_status nothing = {0};

    row_write(row, &nothing);
}

/* Keeps of a request what the next life needs, and nothing else: equal
 * requests then have equal bytes. */
static void request_tidy(KnActorSpawn *tidy, const KnActorSpawn *request)
{
    memset(tidy, 0, sizeof(*tidy));
    memcpy(tidy->path, request->path,
           strnlen(request->path, sizeof(tidy->path) - 1));
    tidy->flags = request->flags & ~K_SPAWN_SITE;
    tidy->group = request->group;
    tidy->argc = request->argc;
    tidy->envc = request->envc;
    tidy->argsSize = request->argsSize;
    memcpy(tidy->base, request->base,
           strnlen(request->base, sizeof(tidy->base) - 1));
    memcpy(tidy->args, request->args, request->argsSize);
}

/* A free row, or -1. */
static int row_free(void)
{
    unsigned row = rows.free_from;

    while (row < table_rows() && memo_at(row)->state != ROW_FREE) {
        row++;
    }
    rows.free_from = row;
    return row < table_rows() ? (int)row : -1;
}

int table_add(const KnActorSpawn *request, const struct row_status *status)
{
    struct row_status first = *status;
    KnActorSpawn tidy;
    int row = row_free();

    if (row < 0 && leaf_add(true)) {
        row = row_free();
    }
    if (row < 0 || !request_sane(request)) {
        return -1;
    }
    request_tidy(&tidy, request);
    store_words(&row_at((unsigned)row)->request, &tidy, WORDS(tidy));
    store_word(&row_at((unsigned)row)->check,
               request_check(&tidy, (unsigned)row));
    first.order = ++rows.last_order;
    row_write((unsigned)row, &first);
    return row;
}

bool epoch_equal(struct epoch a, struct epoch b)
{
    return a.boots == b.boots && a.site_restarts == b.site_restarts;
}

bool request_equal(const KnActorSpawn *a, const KnActorSpawn *b)
{
    KnActorSpawn tidy_a, tidy_b;

    /* The arguments of an indirect actor are its parent's choice. */
    if (a->flags & b->flags & K_SPAWN_INDIRECT) {
        return a->group == b->group &&
               strncmp(a->base, b->base, sizeof(a->base)) == 0;
    }
    request_tidy(&tidy_a, a);
    request_tidy(&tidy_b, b);
    return memcmp(&tidy_a, &tidy_b, sizeof(tidy_a)) == 0;
}
