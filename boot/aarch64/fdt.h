/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Reading a flattened device tree.  It comes from outside: fdt_open() checks
 * it from the first token to the last, and nothing here ever reads outside
 * it, whatever it says.
 */
#ifndef BOOT_AARCH64_FDT_H
#define BOOT_AARCH64_FDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nodes within nodes, at most; a real tree has six or so. */
#define FDT_DEPTH_MAX 16

struct fdt {
    const uint8_t *bytes;
    uint32_t size;
    uint32_t reserved;             /* offset of the reservations */
    uint32_t nodes, nodes_end;     /* offsets of the structure block */
    uint32_t strings, strings_end; /* ... of the strings block */
};

struct fdt_node {
    uint32_t at; /* offset of its first token */
    unsigned depth; /* the root has 1 */
};

struct fdt_value {
    const uint8_t *bytes;
    uint32_t size;
};

struct fdt_range {
    uint64_t start, size;
};

/* Checks the tree at start, of which max bytes may be read.  Returns NULL, or
 * in words what is wrong with it. */
const char *fdt_open(struct fdt *fdt, const void *start, size_t max);

/* The reservation with that index.  False: there are no more. */
bool fdt_reservation(const struct fdt *fdt, unsigned index,
                     struct fdt_range *range);

struct fdt_node fdt_root(const struct fdt *fdt);

/* Goes on to the next node, in the order of the file: into a node before past
 * it.  False: that was the last. */
bool fdt_next(const struct fdt *fdt, struct fdt_node *node);

/* The node around it.  False: it is the root. */
bool fdt_parent(const struct fdt *fdt, const struct fdt_node *node,
                struct fdt_node *parent);

/* Finds a node by its path from the root ("/soc/serial@7e201000"), in which a
 * unit address may be left out. */
bool fdt_find(const struct fdt *fdt, const char *path, struct fdt_node *node);

/* Finds the first enabled node that says it is compatible with name. */
bool fdt_find_compatible(const struct fdt *fdt, const char *name,
                         struct fdt_node *node);

bool fdt_find_phandle(const struct fdt *fdt, uint32_t phandle,
                      struct fdt_node *node);

/* The name with the unit address. */
const char *fdt_name(const struct fdt *fdt, const struct fdt_node *node);

bool fdt_property(const struct fdt *fdt, const struct fdt_node *node,
                  const char *name, struct fdt_value *value);

bool fdt_is_compatible(const struct fdt *fdt, const struct fdt_node *node,
                       const char *name);

/* Its status is missing or "okay". */
bool fdt_is_enabled(const struct fdt *fdt, const struct fdt_node *node);

/* The value's cell of that index; 0 beyond its end. */
uint32_t fdt_cell(const struct fdt_value *value, unsigned index);

/* A number of one cell or two; 0 if it is neither. */
uint64_t fdt_number(const struct fdt_value *value);

/* The value as a string; "" if it is none. */
const char *fdt_text(const struct fdt_value *value);

/* The registers of that index, as the processor sees them.  False: there are
 * none, or a bus on the way does not translate them. */
bool fdt_registers(const struct fdt *fdt, const struct fdt_node *node,
                   unsigned index, struct fdt_range *range);

#endif
