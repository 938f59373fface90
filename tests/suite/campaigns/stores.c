/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A plugin of QEMU's that writes down every store to one range of physical
 * memory: where, how many bytes, which value, by which instruction.
 *
 *     -plugin stores.so,log=FILE,ram=FILE,offset=N,base=N,size=N,room=N
 *
 * log     the record: mapped, so that it is true at any moment; it begins
 *         with the number of stores; whoever puts other bytes into the range
 *         makes that 0, and the word after it not
 * ram     the file that is the machine's RAM, from which a value is read when
 *         its store is done; offset: where the range begins in it
 * base    the range's physical address; size: its bytes
 * room    stores that fit; what comes after them is counted, not kept
 *
 * The host tests cut the bank's C code between its stores.  Here the stores
 * are those of the machine code that runs, in the order in which it runs.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- QEMU's side, as its manual describes it: no package has the header -- */

enum { CALLBACK_NO_REGISTERS = 0, ACCESS_WRITES = 2 };

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
typedef uint64_t plugin_id;
typedef uint32_t access_info;

typedef void on_translation(plugin_id id, struct qemu_plugin_tb *block);
typedef void on_execution(unsigned processor, void *data);
typedef void on_access(unsigned processor, access_info info, uint64_t address,
                       void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, on_translation *call);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction,
                                      on_access *call, int registers,
                                      int accesses, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *instruction, on_execution *call, int registers,
    void *data);
const void *
qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
unsigned qemu_plugin_mem_size_shift(access_info info);
bool qemu_plugin_mem_is_store(access_info info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(access_info info,
                                                  uint64_t address);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address);
uint64_t
qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);
extern const int qemu_plugin_version;
const int qemu_plugin_version = 1;

/* ---- The record ---------------------------------------------------------- */

struct store {
    uint32_t offset, size; /* bytes, from the start of the range */
    uint64_t value;        /* the lowest 8 bytes of it */
    uint64_t pc;
};

struct record {
    uint64_t count; /* of all stores; more than there is room for: too many */
    uint64_t replaced; /* not 0: the range has other bytes than we know of */
    uint64_t unused[6];
    struct store stores[];
};

static struct {
    struct record *record;
    const uint8_t *ram; /* the range, as the machine has it */
    uint8_t *seen;      /* what it was made to be by the stores so far */
    uint64_t base, size, room;
    uint64_t zeroing; /* the pc of an instruction that zeroes; 0: none since */
} watch;

static void store_add(struct store store)
{
    if (watch.record->count < watch.room)
        watch.record->stores[watch.record->count] = store;
    watch.record->count++;
    memcpy(watch.seen + store.offset, &store.value,
           store.size < 8 ? store.size : 8);
}

static void range_look(void)
{
    if (watch.record->replaced != 0)
        memcpy(watch.seen, watch.ram, watch.size);
    watch.record->replaced = 0;
}

/* "dc zva" of AArch64 zeroes a line and is no store to a plugin of 7.2, nor
 * does one learn where.  Whoever zeroes a page of the range cleans it out of
 * the caches ("dc cvac") before anything else: then is the time to compare. */
#define LINE_OPCODE_MASK 0xffffffe0u
#define LINE_ZERO 0xd50b7420u
#define LINE_CLEAN 0xd50b7a20u

static void line_zeroed(unsigned processor, void *pc)
{
    (void)processor;
    range_look();
    watch.zeroing = (uintptr_t)pc;
}

static void line_cleaned(unsigned processor, void *pc)
{
    (void)processor, (void)pc;
    range_look();
    if (watch.zeroing == 0)
        return;
    for (uint64_t page = 0; page < watch.size; page += 4096) {
        if (memcmp(watch.ram + page, watch.seen + page, 4096) == 0)
            continue;
        for (uint64_t at = page; at < page + 4096; at += 8) {
            struct store store = {(uint32_t)at, 8, 0, watch.zeroing};

            memcpy(&store.value, watch.ram + at, 8);
            if (memcmp(&store.value, watch.seen + at, 8) != 0)
                store_add(store);
        }
    }
    watch.zeroing = 0;
}

static void store_seen(unsigned processor, access_info info, uint64_t address,
                       void *pc)
{
    struct qemu_plugin_hwaddr *place;
    uint32_t size = 1u << qemu_plugin_mem_size_shift(info);
    struct store store = {.size = size, .pc = (uintptr_t)pc};
    uint64_t offset;

    (void)processor;
    if (!qemu_plugin_mem_is_store(info)) /* 7.2 calls for loads as well */
        return;
    place = qemu_plugin_get_hwaddr(info, address);
    if (place == NULL || qemu_plugin_hwaddr_is_io(place))
        return;
    offset = qemu_plugin_hwaddr_phys_addr(place) - watch.base;
    if (offset >= watch.size)
        return;
    range_look();
    store.offset = (uint32_t)offset;
    memcpy(&store.value, watch.ram + offset, size < 8 ? size : 8);
    store_add(store);
}

static void line_watch(struct qemu_plugin_insn *insn)
{
    uint32_t opcode;

    if (qemu_plugin_insn_size(insn) != sizeof(opcode))
        return;
    memcpy(&opcode, qemu_plugin_insn_data(insn), sizeof(opcode));
    if ((opcode & LINE_OPCODE_MASK) == LINE_ZERO)
        qemu_plugin_register_vcpu_insn_exec_cb(
            insn, line_zeroed, CALLBACK_NO_REGISTERS,
            (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
    if ((opcode & LINE_OPCODE_MASK) == LINE_CLEAN)
        qemu_plugin_register_vcpu_insn_exec_cb(
            insn, line_cleaned, CALLBACK_NO_REGISTERS, NULL);
}

static void code_seen(plugin_id id, struct qemu_plugin_tb *block)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);

        qemu_plugin_register_vcpu_mem_cb(
            insn, store_seen, CALLBACK_NO_REGISTERS, ACCESS_WRITES,
            (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
        line_watch(insn);
    }
}

/* ---- Beginning ----------------------------------------------------------- */

static const char *option(int argc, char **argv, const char *name)
{
    size_t length = strlen(name);

    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=')
            return argv[i] + length + 1;
    }
    fprintf(stderr, "stores: the option %s= is missing\n", name);
    exit(2);
}

static void *file_map(const char *path, uint64_t offset, uint64_t size)
{
    int file = open(path, O_RDWR);
    void *at = MAP_FAILED;

    if (file >= 0)
        at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file,
                  (off_t)offset);
    if (at == MAP_FAILED) {
        fprintf(stderr, "stores: cannot map %s\n", path);
        exit(2);
    }
    close(file);
    return at;
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
    uint64_t offset = strtoull(option(argc, argv, "offset"), NULL, 0);

    (void)info;
    watch.base = strtoull(option(argc, argv, "base"), NULL, 0);
    watch.size = strtoull(option(argc, argv, "size"), NULL, 0);
    watch.room = strtoull(option(argc, argv, "room"), NULL, 0);
    watch.ram = file_map(option(argc, argv, "ram"), offset, watch.size);
    watch.seen = malloc(watch.size);
    if (watch.seen == NULL)
        exit(2);
    memcpy(watch.seen, watch.ram, watch.size);
    watch.record = file_map(option(argc, argv, "log"), 0,
                            sizeof(struct record) +
                                watch.room * sizeof(struct store));
    qemu_plugin_register_vcpu_tb_trans_cb(id, code_seen);
    return 0;
}
