/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Last words: what panic() leaves for the next start, in a slot of the bank
 * with a check of its own.  The writing side runs in a kernel that is broken
 * somewhere: it asserts nothing and touches nothing of the directory.
 */
#include "mm/bank_core.h"

/* The words in the making, and the words last read. */
static struct {
    struct bank_words buffer;
} words;

/* string_copy() without its assertion; the buffer has been zeroed. */
static void text_set(char *to, const char *text, size_t size)
{
    if (text != NULL)
        memcpy(to, text, strnlen(text, size - 1));
}

static void tail_set(struct bank_words *to, const struct bank_last_words *from)
{
    size_t size = from->tail == NULL ? 0 : from->tail_size;
    size_t skip = size > sizeof(to->tail) ? size - sizeof(to->tail) : 0;

    to->tail_size = size - skip;
    if (to->tail_size > 0)
        memcpy(to->tail, from->tail + skip, to->tail_size);
}

void bank_last_words_write(const struct bank_last_words *from)
{
    struct bank_words *to = &words.buffer;

    if (bank_metadata() == NULL)
        return;
    memset(to, 0, sizeof(*to));
    to->magic = BANK_WORDS_MAGIC;
    to->pc = from->pc;
    text_set(to->cause, from->cause, sizeof(to->cause));
    text_set(to->actor, from->actor, sizeof(to->actor));
    text_set(to->line, from->line, sizeof(to->line));
    tail_set(to, from);
    to->check = bank_words_check(to);
    bank_store(&bank_metadata()->words, to, sizeof(*to));
}

/* Copies the slot out of the bank and says what it is. */
static enum bank_words_state words_fetch(struct bank_words *to)
{
    *to = bank_metadata()->words;
    if (to->magic != BANK_WORDS_MAGIC)
        return BANK_WORDS_NONE;
    if (to->tail_size > sizeof(to->tail) || to->check != bank_words_check(to))
        return to->told == ~to->check ? BANK_WORDS_NONE : BANK_WORDS_DAMAGED;
    to->cause[sizeof(to->cause) - 1] = '\0';
    to->actor[sizeof(to->actor) - 1] = '\0';
    to->line[sizeof(to->line) - 1] = '\0';
    return to->told == ~to->check ? BANK_WORDS_TOLD : BANK_WORDS_NEW;
}

enum bank_words_state bank_last_words_read(struct bank_last_words *to)
{
    struct bank_words *from = &words.buffer;
    enum bank_words_state state = BANK_WORDS_NONE;

    *to = (struct bank_last_words){.cause = "", .actor = "", .line = ""};
    if (bank_metadata() != NULL)
        state = words_fetch(from);
    if (state == BANK_WORDS_NEW || state == BANK_WORDS_TOLD) {
        *to = (struct bank_last_words){
            .cause = from->cause,
            .actor = from->actor,
            .line = from->line,
            .pc = from->pc,
            .tail = from->tail,
            .tail_size = from->tail_size,
        };
    }
    return state;
}

void bank_last_words_told(void)
{
    const struct bank_metadata *metadata = bank_metadata();
    uint64_t told;

    if (metadata == NULL)
        return;
    told = ~metadata->words.check;
    bank_store(&metadata->words.told, &told, sizeof(told));
}
