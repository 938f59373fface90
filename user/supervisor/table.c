/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The registry; table.h has the theory.  All stores go through store_word().
 */
#include "table.h"

#include <string.h>

#include "store.h"

#define WORDS(object) (sizeof(object) / sizeof(uint32_t))

_Static_assert(sizeof(KnActorSpawn) % sizeof(uint32_t) == 0, "whole words");
_Static_assert(sizeof(struct row_copy) == 32, "a stable layout, no holes");

/* What the rows say, checked when the table was opened and kept in step with
 * each change since: the block is read once a life, not once a turn. */
static struct {
    uint8_t state[TABLE_ROWS]; /* enum row_state */
    struct row_status status[TABLE_ROWS];
    const struct row_copy *current[TABLE_ROWS]; /* the copy that counts */
    int first[HR_GROUPS_MAX]; /* rows of a group that are not free, ... */
    int next[TABLE_ROWS];     /* ... and on from each; -1: the last */
} rows;

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
    return check_of(&table->board.version, 3 * sizeof(uint32_t), TABLE_ROWS);
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
static const struct row_copy *copy_current(const struct table *table,
                                           unsigned row)
{
    const struct row_copy *copies = table->rows[row].copies;
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
           request->argsSize <= sizeof(request->args) && request->group >= 0;
}

/* The state of a row as the block tells it, past all checks. */
static enum row_state row_check(const struct table *table, unsigned row,
                                struct row_status *status)
{
    const struct table_row *r = &table->rows[row];
    const struct row_copy *copy = rows.current[row];

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

/* Draws up the lists of the groups' rows. */
static void groups_learn(const struct table *table)
{
    for (int group = 0; group < HR_GROUPS_MAX; group++) {
        rows.first[group] = -1;
    }
    for (int row = TABLE_ROWS - 1; row >= 0; row--) {
        int group = table->rows[row].request.group;

        if ((rows.state[row] == ROW_ALIVE || rows.state[row] == ROW_ENDED) &&
            group >= 0 && group < HR_GROUPS_MAX) {
            rows.next[row] = rows.first[group];
            rows.first[group] = row;
        }
    }
}

static void rows_learn(const struct table *table)
{
    for (unsigned row = 0; row < TABLE_ROWS; row++) {
        rows.current[row] = copy_current(table, row);
        rows.state[row] =
            (uint8_t)row_check(table, row, &rows.status[row]);
    }
    groups_learn(table);
}

int table_row_next(int group, int row)
{
    return row < 0 ? rows.first[group] : rows.next[row];
}

enum table_found table_open(struct table *table)
{
    uint32_t wanted[] = {TABLE_VERSION, TABLE_ROWS, sizeof(struct table_row)};
    bool fresh = all_zero(table, sizeof(*table));

    rows_learn(table);
    if (memcmp(&table->board.version, wanted, sizeof(wanted)) == 0 &&
        table->board.check == header_check(table)) {
        return TABLE_KEPT;
    }
    store_words(&table->board.version, wanted, WORDS(wanted));
    store_word(&table->board.check, header_check(table));
    return fresh ? TABLE_FRESH : TABLE_REPAIRED;
}

enum row_state row_read(const struct table *table, unsigned row,
                        struct row_status *status)
{
    enum row_state state = (enum row_state)rows.state[row];

    (void)table;
    if (state != ROW_FREE && state != ROW_DAMAGED) {
        *status = rows.status[row];
    }
    return state;
}

const KnActorSpawn *row_request(const struct table *table, unsigned row)
{
    return &table->rows[row].request;
}

void row_write(struct table *table, unsigned row,
               const struct row_status *status)
{
    struct row_copy *copies = table->rows[row].copies;
    const struct row_copy *current = rows.current[row];
    struct row_copy *older = current == &copies[0] ? &copies[1] : &copies[0];
    bool moves = rows.state[row] != status->state;
    struct row_copy next = {0, current ? current->sequence + 1 : 1, *status};

    store_word(&older->check, 0);
    store_words(&older->sequence, &next.sequence, WORDS(next) - 1);
    store_word(&older->check, copy_check(&next, row));
    rows.current[row] = older;
    rows.state[row] = (uint8_t)status->state;
    rows.status[row] = *status;
    if (moves) {
        groups_learn(table);
    }
}

void row_clear(struct table *table, unsigned row)
{
    struct row_status nothing = {0};

    row_write(table, row, &nothing);
}

/* The first rank that no row in use has or had before it. */
static uint32_t next_order(const struct table *table)
{
    struct row_status status;
    uint32_t order = 1;

    for (unsigned row = 0; row < TABLE_ROWS; row++) {
        enum row_state state = row_read(table, row, &status);

        if ((state == ROW_ALIVE || state == ROW_ENDED) &&
            status.order >= order) {
            order = status.order + 1;
        }
    }
    return order;
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
static int row_free(const struct table *table)
{
    struct row_status unused;

    for (unsigned row = 0; row < TABLE_ROWS; row++) {
        if (row_read(table, row, &unused) == ROW_FREE) {
            return (int)row;
        }
    }
    return -1;
}

int table_add(struct table *table, const KnActorSpawn *request,
              const struct row_status *status)
{
    struct row_status first = *status;
    KnActorSpawn tidy;
    int row = row_free(table);

    if (row < 0 || !request_sane(request)) {
        return -1;
    }
    request_tidy(&tidy, request);
    store_words(&table->rows[row].request, &tidy, WORDS(tidy));
    store_word(&table->rows[row].check,
               request_check(&tidy, (unsigned)row));
    first.order = next_order(table);
    row_write(table, (unsigned)row, &first);
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
