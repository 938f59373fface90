# SPDX-License-Identifier: BSD-2-Clause
"""Costs against numbers of other objects, and whether their shape is right:
none may grow faster than logarithmically."""

import math
import re

from common import Failed, figures
from measure import PROBE, boot, cold

ACTORS = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
SIZES = ("4", "16", "64", "256", "1024")  # KiB of data; bench.mk
MEMORY = ("64M", "128M", "256M", "1G", "4G", "16G", "64G")
BLOCKS = (0, 8, 32, 64, 128, 230, 500, 1000, 2000, 8000, 30000)
BANKS = ("1", "4", "16", "64", "256", "1023")  # MiB
BANK = "512M"  # for as many blocks as the kernel lets us have
# Where a large one has room: QEMU's virt puts the archive 128 MiB from the
# start of RAM.
BANK_PLACE = {"x86_64": "", "aarch64": "pmm.base=0x50000000"}

# name of the curve: (title, what n is, may it grow with n?)
CURVES = {
    "blocks_new": ("pmmAllocate, a new page", "blocks in the bank", False),
    "blocks_free": ("pmmFree", "blocks in the bank", False),
    "bank_new": ("pmmAllocate, a new page", "MiB of the bank", False),
    "bank_free": ("pmmFree", "MiB of the bank", False),
    "regions_new": ("rgnAllocate, 6 pages, no hole fits",
                    "regions of the actor", False),
    "regions_free": ("rgnFree, 6 pages", "regions of the actor", False),
    "restart_actors": ("hot restart", "other actors", False),
    "restart_members": ("hot restart", "restartable actors of another group",
                        False),
    "restart_size": ("hot restart, a page of data written",
                     "KiB of its data", True),
    "restart_written": ("hot restart, all data written",
                        "KiB of its data", True),
    "map_blocks_alloc": ("task_mem_map_alloc", "blocks of the map", False),
    "map_blocks_free": ("task_mem_map_free", "blocks of the map", False),
    "map_waiters": ("task_mem_map_free, waiter has it",
                    "tasks that wait for the map", False),
    "ready_equal": ("switch", "threads that take turns", False),
    "ready_lesser": ("switch", "ready threads of lower priority", False),
    "boot_memory": ("cold start", "MiB of RAM", False),
    "boot_blocks": ("warm start", "blocks in the bank", True),
}


def limit_of(arch, name, most):
    """How much the kernel allows of a number on its command line: it says so
    when it is asked for too much."""
    text = boot(arch, "limit", ["boot"], memory="1G",
                cmdline=f"{name}={most} pmm.rambankSize={BANK} "
                f"{BANK_PLACE[arch]}", **PROBE)
    refused = re.search(rf"{name} is not a number from 0x[0-9a-f]+ to "
                        r"0x([0-9a-f]+)", text)
    return min(int(refused[1], 16), most) if refused else most


def point(figure, n):
    """The figure as a point of another curve."""
    return figure | {"n": n}


def banks(arch):
    """Blocks, against the size of the bank."""
    found = {"bank_new": [], "bank_free": []}
    for size in BANKS:
        text = boot(arch, "bank", ["pmm"], memory="2G",
                    cmdline=f"pmm.rambankSize={size}M {BANK_PLACE[arch]}")
        for curve, row in (("bank_new", "pmm_new"), ("bank_free", "pmm_free")):
            found[curve].append(point(figures(text)[row][0], int(size)))
    return found


def restarts(arch):
    """Hot restarts, against actors and against size."""
    found = {"restart_actors": [], "restart_members": [], "restart_size": [],
             "restart_written": []}
    for name, group in (("restart_actors", "-1"), ("restart_members", "1")):
        for n in ACTORS:
            text = boot(arch, "crowd", ["crowd", str(n), group, "restart",
                                        "20"], memory="512M")
            found[name].append(point(figures(text)["restart"][0], n))
    for size in SIZES:
        for name, mode in (("restart_size", "restart"),
                           ("restart_written", "touch")):
            text = boot(arch, "size", [mode, "20"], life=f"life{size}.elf")
            found[name].append(point(figures(text)["restart"][0], int(size)))
    return found


def boots(arch, blocks_max):
    """Starts, against RAM and against blocks."""
    found = {"boot_memory": [], "boot_blocks": []}
    for size in MEMORY:
        options = {"memory": size}
        if size == "64G":  # more than the host has: nobody writes to it
            options["flags"] = [
                "-object", f"memory-backend-ram,id=ram,size={size},"
                "reserve=off", "-machine", "memory-backend=ram"]
        try:
            text = boot(arch, "memory", ["boot"], **options, **PROBE)
        except Failed as failed:
            found["memory_failed"] = str(failed)
            break
        mib = int(size[:-1]) * (1024 if size.endswith("G") else 1)
        found["boot_memory"].append(point(cold(text), mib))
    for n in BLOCKS:
        if n > blocks_max - 20:
            break
        text = boot(arch, "full", ["fill", str(n), "site", "2"],
                    memory="1G", cmdline=f"pmm.maxBlocks={blocks_max} "
                    f"pmm.rambankSize={BANK} {BANK_PLACE[arch]}", **PROBE)
        found["boot_blocks"].append(point(figures(text)["site_main"][0], n))
    return found


def measure(arch):
    """All curves of one processor, {name: [points]}."""
    blocks_max = limit_of(arch, "pmm.maxBlocks", 30100)
    found = figures(boot(arch, "blocks", ["blocks"], memory="1G",
                         cmdline=f"pmm.maxBlocks={blocks_max} "
                         f"pmm.rambankSize={BANK} {BANK_PLACE[arch]}"))
    found |= figures(boot(arch, "many", ["many_regions", "maps", "waiters"],
                          memory="512M"))
    for name in ("equals", "lesser"):
        found |= figures(boot(arch, name, [name], memory="512M"))
    return found | banks(arch) | restarts(arch) | boots(arch, blocks_max)


def shape(points):
    """How a curve grows: "constant", "logarithmic", or "faster".  The minimum
    of each point is taken, so that no interrupt makes a shape.

    For a logarithm each doubling of n adds the same; for anything faster the
    last ones add more than those before."""
    curve = [(one["n"], one["min"]) for one in points if one["n"] > 0]
    if len(curve) < 2:
        return "constant"
    low, high = min(c for _, c in curve), max(c for _, c in curve)
    if high <= low * 1.1 + 8:
        return "constant"
    steps = [(cost2 - cost1) / math.log2(n2 / n1)
             for (n1, cost1), (n2, cost2) in zip(curve, curve[1:])]
    half = max(len(steps) // 2, 1)
    before = max(sum(steps[:half]) / half, curve[0][1] * 0.02)
    after = sum(steps[half:]) / max(len(steps) - half, 1)
    return "logarithmic" if after <= 2 * before else "faster"


def verdicts(curves):
    """{name: (shape, good)} of all curves."""
    found = {}
    for name, (_, _, may_grow) in CURVES.items():
        if curves.get(name):
            kind = shape(curves[name])
            found[name] = (kind, may_grow or kind != "faster")
    return found
