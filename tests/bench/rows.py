# SPDX-License-Identifier: BSD-2-Clause
"""The rows of the table: what they are called, their targets in instructions,
and what the same work takes elsewhere (x86_64 / AArch64)."""

from typing import NamedTuple


class Row(NamedTuple):
    """One row; name is what the programs print."""
    name: str
    title: str
    target: int = 0         # instructions, 0: none
    others: str = ""
    target_arm: int = 0     # where it is another one on AArch64
    times: tuple = ()       # (row, n): less than n times that row

    def target_of(self, arch, rows):
        """The target on a processor, given what the other rows took."""
        if self.times and self.times[0] in rows:
            return self.times[1] * rows[self.times[0]]["median"] - 1
        return self.target_arm if arch == "aarch64" and self.target_arm \
            else self.target


ROWS = (
    Row("empty", "nothing, between two readings"),
    Row("null", "null system call", 80,
        "Zephyr 3.4 from user mode 212 / 161; seL4_Yield without a switch "
        "294 / 312; Linux getpid 321 / 495"),
    Row("yield", "switch, thread of the same actor", 200,
        "seL4 279 / 329; without protection: Zephyr 259 / 195, ThreadX 79 on "
        "AArch64"),
    Row("switch", "switch, thread of another actor", 230, "as above"),
    Row("fault", "fault, its supervisor's handler runs", 450,
        "seL4 617 / 511; Zephyr 1,322 / 958"),
    Row("restart", "hot restart, block back", 3500,
        "Zephyr user thread made anew, nothing put back: 4,941 / 3,961; "
        "Linux waitpid + vfork + exec + shm attach: 410,110 / 402,048"),
    Row("group", "... of a group of 8, the last one", times=("restart", 8)),
    Row("attach", "pmmAllocate, existing block", 700,
        "Linux open + mmap + touch of a shm file 24,801 / 25,792"),
    Row("pmm_new", "pmmAllocate, new block of a page", 2000),
    Row("pmm_free", "pmmFree of it", 1000),
    Row("region", "rgnAllocate 6 pages, touch, rgnFree", 8000,
        "Linux mmap + touch + munmap 47,923 / 40,080; seL4 maps one page in "
        "745 / 561"),
    Row("map_alloc", "task_mem_map_alloc", 120,
        "in the kernel, without protection: Zephyr 49 / 43, ThreadX 21 (33 "
        "with its checks)"),
    Row("map_free", "task_mem_map_free", 120,
        "in the kernel, without protection: Zephyr 26 / 24, ThreadX 20 (29 "
        "with its checks); Zephyr's cheapest user-mode call 212 / 161"),
    Row("map_hand", "task_mem_map_free, waiter has it", 400,
        "Zephyr 444 / 305; ThreadX 144", target_arm=300),
    Row("sem_v", "semaphore V", 100, "Zephyr from user mode 243 / 226"),
    Row("sem_p", "semaphore P", 100, "as above"),
    Row("site_main", "panic, first boot actor's main()", 1000000,
        "Linux kexec to user space 4.5e9 (cold 1.58e9 / 0.88e9)"),
    Row("site", "... last of 8 actors has its block", 1500000, "as above"),
    Row("cold", "kernel's entry, first actor's main()", 2000000, "as above"),
)
