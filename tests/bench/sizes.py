# SPDX-License-Identifier: BSD-2-Clause
"""Bytes: of the kernel, of each function in it, of each object's entry in its
tables, and of the RAM that one more of them takes."""

import re
import subprocess

from common import BUILD

PREFIX = {"x86_64": "x86_64-linux-gnu-", "aarch64": "aarch64-linux-gnu-"}
TEXT_MAX = 96 * 1024


def run(arch, tool, *words):
    """What a binary tool prints."""
    return subprocess.run([PREFIX[arch] + tool, *map(str, words)], check=True,
                          capture_output=True, text=True).stdout


def objects(arch):
    """The kernel's objects, without its table of symbols."""
    return sorted(path for path in
                  (BUILD / arch / "kernel").glob("*/**/*.o"))


def symbols(arch, kinds, *files):
    """{name: bytes} of symbols of some kinds; equal names add up."""
    found = {}
    for line in run(arch, "nm", "-S", *files).splitlines():
        match = re.fullmatch(r"[0-9a-f]+ ([0-9a-f]+) (\w) (\S+)", line)
        if match and match[2] in kinds:
            found[match[3]] = found.get(match[3], 0) + int(match[1], 16)
    return found


def totals(arch):
    """Code, constants, both (text), data and BSS, as size(1) has them, but
    without what the linker drops (.eh_frame) and without the table of
    symbols."""
    kinds = {"code": (".text", ".head"), "constants": (".rodata",),
             "text": (".text", ".rodata", ".head"), "data": (".data",),
             "bss": (".bss", ".keep", ".stack")}
    found = dict.fromkeys(kinds, 0)
    listing = run(arch, "size", "-A", *objects(arch))
    for section, size in re.findall(r"^(\.\S+) +(\d+)", listing, re.M):
        for kind, names in kinds.items():
            if section.startswith(names):
                found[kind] += int(size)
    return found


def sizes(arch):
    """All of it."""
    kernel = BUILD / arch / "kernel.elf"
    structs = symbols(arch, "R", BUILD / arch / "bench" / "sizes.o")
    return totals(arch) | {
        "functions": symbols(arch, "tT", kernel),
        "tables": {name: size for name, size in
                   symbols(arch, "bBdD", kernel).items() if size >= 1024},
        "structs": {name.removeprefix("size_of_"): size
                    for name, size in structs.items()},
    }


def difference(was, now, least=1):
    """Lines for what has grown or shrunk, the most first."""
    changes = sorted(((now.get(name, 0) - was.get(name, 0), name)
                      for name in was.keys() | now.keys()),
                     key=lambda change: (-abs(change[0]), change[1]))
    return [f"  {change:+7} {now.get(name, 0):7} {name}"
            for change, name in changes if abs(change) >= least]


def tell(arch, now, was, rows=20):
    """The sizes as text, with what has changed since the baseline."""
    verdict = "fits" if now["code"] <= TEXT_MAX else "DOES NOT FIT"
    lines = [f"{arch}: kernel code {now['code']} ({verdict} into {TEXT_MAX}; "
             f"seL4: 97402 / 101680), constants {now['constants']}, "
             f"both {now['text']}, data {now['data']}, bss {now['bss']}"]
    for what in ("structs", "tables", "functions"):
        lines.append(f"{what}, the largest:")
        largest = sorted(now[what].items(), key=lambda item: -item[1])
        lines += [f"  {size:8} {name}" for name, size in largest[:rows]]
        changes = difference(was.get(what, {}), now[what])
        if was and changes:
            lines += [f"{what}, since the baseline:"] + changes[:rows]
    return "\n".join(lines)


def descriptor(name, now):
    """Bytes that one of a kind takes of what the kernel has set aside: an actor
    with a thread and six regions; a block has an entry in both directories."""
    kind, structs = name.removesuffix("_more"), now["structs"]
    if kind == "block":
        return 2 * structs["bank_entry"]
    more = structs["thread"] + 6 * structs["region"] if kind == "actor" else 0
    return structs[kind] + more


def moved(arch):
    """What each row copies and clears, in words: {row: words}.  A life's data
    and BSS are those of the program `life`, its stack has 16 KiB."""
    data = zeros = 0
    program = run(arch, "readelf", "-lW", BUILD / arch / "bench" / "life.elf")
    for size, memory in re.findall(
            r"LOAD +\S+ \S+ \S+ 0x(\w+) 0x(\w+) RW ", program):
        data += int(size, 16)
        zeros += int(memory, 16) - int(size, 16)
    life = f"at most {data} copied, {zeros} + 16,384 cleared"
    return {
        "restart": life, "group": f"8 times {life}",
        "pmm_new": "4,096 cleared", "region": "24,576 cleared",
        "site": f"8 times {life}; image, archive and bank are checked",
        "site_main": "image, archive and bank are checked",
        "cold": "image, archive and bank are checked",
    }
