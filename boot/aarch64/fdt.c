/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  A tree is a header, a list of reservations, a block of strings and
 * a block of tokens:
 *
 *     BEGIN name            PROPERTY size, name's offset, value
 *     END   (of a node)     NOP        FINISH
 *
 * each padded to four bytes, all numbers big-endian.  A node is named by the
 * offset of its BEGIN; everything is found by reading on from there, which is
 * slow and good enough: a tree is read once, at a cold start.
 */
#include "boot/aarch64/fdt.h"

#include "kernel/string.h"

#define FDT_MAGIC 0xd00dfeedu
#define FDT_VERSION 17u
#define HEADER_SIZE 40u

/* Offsets in the header. */
enum {
    HEADER_TOTAL = 4,
    HEADER_NODES = 8,
    HEADER_STRINGS = 12,
    HEADER_RESERVED = 16,
    HEADER_VERSION = 20,
    HEADER_COMPATIBLE = 24,
    HEADER_STRINGS_SIZE = 32,
    HEADER_NODES_SIZE = 36,
};

enum kind {
    TOKEN_BEGIN = 1,
    TOKEN_END = 2,
    TOKEN_PROPERTY = 3,
    TOKEN_NOP = 4,
    TOKEN_FINISH = 9,
};

struct token {
    uint32_t kind;
    uint32_t next;    /* offset of the one behind it */
    const char *name; /* of a node or a property */
    struct fdt_value value;
};

static inline uint32_t read32(const uint8_t *bytes)
{
    uint32_t number;

    __builtin_memcpy(&number, bytes, sizeof(number)); /* one load */
    return __builtin_bswap32(number);
}

static uint64_t read64(const uint8_t *bytes)
{
    return (uint64_t)read32(bytes) << 32 | read32(bytes + 4);
}

static bool node_read(const struct fdt *fdt, uint32_t at, struct token *token)
{
    size_t room = fdt->nodes_end - at, length;

    token->name = (const char *)fdt->bytes + at;
    length = strnlen(token->name, room);
    token->next = at + (((uint32_t)length + 4) & ~3u);
    return length < room && token->next <= fdt->nodes_end;
}

static bool property_read(const struct fdt *fdt, uint32_t at,
                          struct token *token)
{
    uint32_t name;

    if (fdt->nodes_end - at < 8)
        return false;
    token->value.size = read32(fdt->bytes + at);
    name = read32(fdt->bytes + at + 4);
    at += 8;
    if (token->value.size > fdt->nodes_end - at ||
        name >= fdt->strings_end - fdt->strings)
        return false;
    token->value.bytes = fdt->bytes + at;
    token->name = (const char *)fdt->bytes + fdt->strings + name;
    token->next = at + ((token->value.size + 3) & ~3u);
    return token->next <= fdt->nodes_end;
}

/* False: there is no whole token there. */
static bool token_read(const struct fdt *fdt, uint32_t at, struct token *token)
{
    if (at > fdt->nodes_end || fdt->nodes_end - at < 4)
        return false;
    token->kind = read32(fdt->bytes + at);
    token->next = at + 4;
    switch (token->kind) {
    case TOKEN_BEGIN:
        return node_read(fdt, at + 4, token);
    case TOKEN_PROPERTY:
        return property_read(fdt, at + 4, token);
    case TOKEN_END:
    case TOKEN_NOP:
    case TOKEN_FINISH:
        return true;
    }
    return false;
}

/* Says whether [start, start + size) lies behind the header. */
static bool block_fits(const struct fdt *fdt, uint32_t start, uint32_t size)
{
    return start >= HEADER_SIZE && start <= fdt->size &&
           size <= fdt->size - start;
}

static const char *header_check(struct fdt *fdt, size_t max)
{
    const uint8_t *header = fdt->bytes;
    uint32_t nodes_size, strings_size;

    if (max < HEADER_SIZE || read32(header) != FDT_MAGIC)
        return "it does not begin with the magic word";
    fdt->size = read32(header + HEADER_TOTAL);
    if (fdt->size < HEADER_SIZE || fdt->size > max)
        return "its size is out of bounds";
    if (read32(header + HEADER_VERSION) < FDT_VERSION ||
        read32(header + HEADER_COMPATIBLE) > FDT_VERSION)
        return "its version is not 17";
    fdt->reserved = read32(header + HEADER_RESERVED);
    fdt->nodes = read32(header + HEADER_NODES);
    fdt->strings = read32(header + HEADER_STRINGS);
    nodes_size = read32(header + HEADER_NODES_SIZE);
    strings_size = read32(header + HEADER_STRINGS_SIZE);
    if (!block_fits(fdt, fdt->nodes, nodes_size) || fdt->nodes % 4 != 0 ||
        !block_fits(fdt, fdt->strings, strings_size) ||
        !block_fits(fdt, fdt->reserved, 0))
        return "its header names places outside it";
    fdt->nodes_end = fdt->nodes + nodes_size;
    fdt->strings_end = fdt->strings + strings_size;
    if (strings_size > 0 && fdt->bytes[fdt->strings_end - 1] != '\0')
        return "its last string has no end"; /* and so each of them has one */
    return NULL;
}

/* Checks every token, and that each node that begins ends. */
static const char *nodes_check(const struct fdt *fdt)
{
    struct token token = {.kind = TOKEN_NOP};
    unsigned depth = 0;
    uint32_t at = fdt->nodes;

    for (; token.kind != TOKEN_FINISH; at = token.next) {
        if (!token_read(fdt, at, &token))
            return "it has a damaged token";
        if (depth == 0 && at != fdt->nodes && token.kind == TOKEN_BEGIN)
            return "it has a second root";
        if (depth == 0 &&
            (token.kind == TOKEN_PROPERTY || token.kind == TOKEN_END))
            return "it has a token outside every node";
        depth += token.kind == TOKEN_BEGIN;
        depth -= token.kind == TOKEN_END;
        if (depth > FDT_DEPTH_MAX)
            return "its nodes are nested too deeply";
    }
    return depth == 0 ? NULL : "a node has no end";
}

const char *fdt_open(struct fdt *fdt, const void *start, size_t max)
{
    struct token first;
    const char *wrong;

    *fdt = (struct fdt){.bytes = start};
    wrong = header_check(fdt, max);
    if (wrong != NULL)
        return wrong;
    if (!token_read(fdt, fdt->nodes, &first) || first.kind != TOKEN_BEGIN)
        return "it does not begin with a node";
    return nodes_check(fdt);
}

bool fdt_reservation(const struct fdt *fdt, unsigned index,
                     struct fdt_range *range)
{
    uint64_t at = fdt->reserved + (uint64_t)index * 16;

    if (at + 16 > fdt->size)
        return false;
    range->start = read64(fdt->bytes + at);
    range->size = read64(fdt->bytes + at + 8);
    return range->start != 0 || range->size != 0;
}

struct fdt_node fdt_root(const struct fdt *fdt)
{
    return (struct fdt_node){fdt->nodes, 1};
}

bool fdt_next(const struct fdt *fdt, struct fdt_node *node)
{
    unsigned depth = node->depth;
    struct token token;
    uint32_t at = node->at;

    if (!token_read(fdt, at, &token))
        return false;
    for (at = token.next; token_read(fdt, at, &token); at = token.next) {
        if (token.kind == TOKEN_BEGIN) {
            *node = (struct fdt_node){at, depth + 1};
            return true;
        }
        if (token.kind == TOKEN_FINISH)
            return false;
        depth -= token.kind == TOKEN_END;
    }
    return false;
}

bool fdt_parent(const struct fdt *fdt, const struct fdt_node *node,
                struct fdt_node *parent)
{
    struct fdt_node last[FDT_DEPTH_MAX + 1];
    struct fdt_node at = fdt_root(fdt);

    do {
        if (at.at == node->at) {
            *parent = last[at.depth - 1];
            return at.depth > 1;
        }
        last[at.depth] = at;
    } while (fdt_next(fdt, &at) && at.depth <= FDT_DEPTH_MAX);
    return false;
}

const char *fdt_name(const struct fdt *fdt, const struct fdt_node *node)
{
    struct token token;

    return token_read(fdt, node->at, &token) ? token.name : "";
}

/* A name in a path of size bytes: whole, or without its unit address. */
static bool name_matches(const char *name, const char *part, size_t size)
{
    return strncmp(name, part, size) == 0 &&
           (name[size] == '\0' || name[size] == '@');
}

bool fdt_find(const struct fdt *fdt, const char *path, struct fdt_node *node)
{
    unsigned depth = 1; /* of the last part that was found */
    size_t size;

    *node = fdt_root(fdt);
    while (*path == '/')
        path++;
    while (*path != '\0') {
        for (size = 0; path[size] != '\0' && path[size] != '/'; size++)
            ;
        do {
            if (!fdt_next(fdt, node) || node->depth <= depth)
                return false;
        } while (node->depth != depth + 1 ||
                 !name_matches(fdt_name(fdt, node), path, size));
        depth++;
        path += size;
        while (*path == '/')
            path++;
    }
    return true;
}

bool fdt_find_compatible(const struct fdt *fdt, const char *name,
                         struct fdt_node *node)
{
    *node = fdt_root(fdt);
    do {
        if (fdt_is_compatible(fdt, node, name) && fdt_is_enabled(fdt, node))
            return true;
    } while (fdt_next(fdt, node));
    return false;
}

bool fdt_find_phandle(const struct fdt *fdt, uint32_t phandle,
                      struct fdt_node *node)
{
    struct fdt_value value;

    *node = fdt_root(fdt);
    do {
        if (fdt_property(fdt, node, "phandle", &value) &&
            fdt_cell(&value, 0) == phandle)
            return true;
    } while (fdt_next(fdt, node));
    return false;
}

bool fdt_property(const struct fdt *fdt, const struct fdt_node *node,
                  const char *name, struct fdt_value *value)
{
    struct token token;

    *value = (struct fdt_value){NULL, 0};
    if (!token_read(fdt, node->at, &token))
        return false;
    while (token_read(fdt, token.next, &token)) {
        if (token.kind == TOKEN_PROPERTY && strcmp(token.name, name) == 0) {
            *value = token.value;
            return true;
        }
        if (token.kind != TOKEN_PROPERTY && token.kind != TOKEN_NOP)
            return false; /* properties stand before inner nodes */
    }
    return false;
}

bool fdt_is_compatible(const struct fdt *fdt, const struct fdt_node *node,
                       const char *name)
{
    struct fdt_value value;
    uint32_t at = 0;

    if (!fdt_property(fdt, node, "compatible", &value))
        return false;
    while (at < value.size) {
        const char *text = (const char *)value.bytes + at;
        size_t length = strnlen(text, value.size - at);

        if (length == value.size - at)
            return false; /* it has no end */
        if (strcmp(text, name) == 0)
            return true;
        at += (uint32_t)length + 1;
    }
    return false;
}

bool fdt_is_enabled(const struct fdt *fdt, const struct fdt_node *node)
{
    struct fdt_value value;

    return !fdt_property(fdt, node, "status", &value) ||
           string_starts(fdt_text(&value), "ok");
}

uint32_t fdt_cell(const struct fdt_value *value, unsigned index)
{
    uint64_t at = (uint64_t)index * 4;

    return at + 4 <= value->size ? read32(value->bytes + at) : 0;
}

uint64_t fdt_number(const struct fdt_value *value)
{
    if (value->size == 8)
        return read64(value->bytes);
    return value->size == 4 ? read32(value->bytes) : 0;
}

const char *fdt_text(const struct fdt_value *value)
{
    const char *text = (const char *)value->bytes;

    if (value->size == 0 || strnlen(text, value->size) == value->size)
        return "";
    return text;
}
