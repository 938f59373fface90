# SPDX-License-Identifier: BSD-2-Clause
"""The rows of the table: what they are called, their targets in instructions,
and what the same work takes elsewhere (x86_64 / AArch64)."""

from typing import NamedTuple


class Row(NamedTuple):
    """One row; name is what the programs print."""
    name: str
    title: str
    target: int = 0      # instructions, 0: none
    others: str = ""


ROWS = (
    Row("empty", "nothing, between two readings"),
    Row("null", "null system call", 80,
        "Zephyr 3.4 from user mode 212 / 161; seL4_Yield without a switch "
        "294 / 312; Linux getpid 321 / 495"),
    Row("yield", "switch, thread of the same actor", 200,
        "seL4 279 / 329; without protection: Zephyr 259 / 195, ThreadX 79 on "
        "AArch64"),
    Row("switch", "switch, thread of another actor", 230),
    Row("restart", "hot restart, block back", 3500,
        "Zephyr user thread made anew, nothing put back: 4,941 / 3,961; "
        "Linux waitpid + vfork + exec + shm attach: 410,110 / 402,048"),
    Row("attach", "pmmAllocate, existing block", 700,
        "Linux open + mmap + touch of a shm file 24,801 / 25,792"),
)
