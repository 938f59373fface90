#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compiles an MDEF file, the public objects of a Zephyr 1.x program, to C.

    mdef.py prj.mdef OUT        writes OUT.h and OUT.c

A line is a keyword and its fields, apart by blanks; a line that begins with %
is a comment.  Every error of the file is told, not only the first:

    prj.mdef:3: MAP: blocks: "none" is not a number; allowed: 1 or more
"""

import difflib
import re
import sys
from pathlib import Path

PRIORITY_MAX = 127
TASKS_MAX = 63
BYTES_MAX = 0x40000000
STACK_MAX = 1 << 26
WORD, ALIGN = 8, 16
GROUPS = {"EXE": 1, "SYS": 2, "FPU": 4, "SSE": 8}
GROUPS_MAX = 32

FIELDS = {
    "TASK": ("name", "priority", "entry", "stack size", "groups"),
    "TASKGROUP": ("name",),
    "MAP": ("name", "blocks", "block size"),
    "SEMA": ("name",),
}
LATER = ("EVENT", "MUTEX", "FIFO", "PIPE", "MAILBOX", "POOL", "HEAP_SIZE",
         "CONFIG")

C_WORDS = set("""auto break case char const continue default do double else
    enum extern float for goto if inline int long register restrict return
    short signed sizeof static struct switch typedef union unsigned void
    volatile while main""".split())

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NUMBER = re.compile(r"[+-]?[0-9]{1,18}")


def quote(text):
    """A word of the file, fit for a line on a terminal."""
    shown = text if len(text) <= 40 else text[:37] + "..."
    return '"' + "".join(c if " " <= c <= "~" else "?" for c in shown) + '"'


def suggest(word, known):
    """Words for the nearest of the known ones, or for all of them."""
    near = difflib.get_close_matches(word.upper(), known, 1, 0.6)
    if near:
        return f"did you mean {near[0]}?"
    return "allowed: " + ", ".join(known)


class Mdef:
    """What a file defines, and what is wrong with it."""

    def __init__(self, path):
        self.path = path
        self.line = 0
        self.keyword = ""
        self.errors = []
        self.names = {}      # name: line
        self.groups = dict(GROUPS)
        self.tasks, self.maps, self.semaphores = [], [], []
        self.pending = []    # groups of tasks: line, task, words

    def error(self, words):
        place = f"{self.path}:{self.line}" if self.line else self.path
        self.errors.append(f"{place}: {words}")

    def complain(self, field, words):
        self.error(f"{self.keyword}: {field}: {words}")

    # ---- Fields -------------------------------------------------------------

    def identifier(self, field, text):
        if IDENTIFIER.fullmatch(text) and text not in C_WORDS:
            return True
        self.complain(field, f"{quote(text)} is no name; allowed: C "
                      "identifiers that are no words of C")
        return False

    def name(self, text):
        """Whether text is a new name; from now on it is taken."""
        if not self.identifier("name", text):
            return False
        if text in GROUPS:
            self.complain("name", f"{text} is a group that is always there")
        elif text in self.names:
            self.complain("name", f"{text} is defined already, in line "
                          f"{self.names[text]}")
        else:
            self.names[text] = self.line
            return True
        return False

    def number(self, field, text, least, most):
        """The number, or None."""
        allowed = f"allowed: {least} .. {most}"
        if not NUMBER.fullmatch(text):
            self.complain(field, f"{quote(text)} is not a number; {allowed}")
        elif least <= int(text) <= most:
            return int(text)
        elif int(text) == 0:
            self.complain(field, f"is zero; {allowed}")
        else:
            self.complain(field, f"{text} is out of range; {allowed}")
        return None

    # ---- Lines --------------------------------------------------------------

    def task(self, fields):
        name, priority, entry, stack, groups = fields
        good = self.name(name)
        priority = self.number("priority", priority, 0, PRIORITY_MAX)
        good &= self.identifier("entry", entry)
        stack = self.number("stack size", stack, 1, STACK_MAX)
        if not re.fullmatch(r"\[[^\[\]]*\]", groups):
            self.complain("groups", f"{quote(groups)} is no list; allowed: "
                          "[], [EXE] or [A,B], without blanks")
        elif good and None not in (priority, stack):
            words = [word for word in groups[1:-1].split(",") if word]
            self.pending.append((self.line, len(self.tasks), words))
            self.tasks.append([name, priority, entry, stack, 0])
            if len(self.tasks) == TASKS_MAX + 1:
                self.error(f"TASK: more than {TASKS_MAX} tasks")

    def taskgroup(self, fields):
        if self.name(fields[0]):
            if len(self.groups) == GROUPS_MAX:
                self.error(f"TASKGROUP: more than {GROUPS_MAX} groups, with "
                           "those that are always there")
            else:
                self.groups[fields[0]] = 1 << len(self.groups)

    def map(self, fields):
        good = self.name(fields[0])
        blocks = self.number("blocks", fields[1], 1, BYTES_MAX)
        size = self.number("block size", fields[2], 1, BYTES_MAX)
        if size is not None and size % WORD:
            self.complain("block size", f"{size} is not aligned; allowed: "
                          f"multiples of {WORD}")
            size = None
        if None in (blocks, size):
            return
        if blocks * (-(-size // ALIGN) * ALIGN) > BYTES_MAX:
            self.error(f"MAP: {blocks} blocks of {size} bytes are too much; "
                       f"allowed: {BYTES_MAX} bytes together")
        elif good:
            self.maps.append((fields[0], blocks, size))

    def sema(self, fields):
        if self.name(fields[0]):
            self.semaphores.append(fields[0])

    def read_line(self, text):
        words = text.split()
        if not words or words[0].startswith("%"):
            return
        self.keyword, *fields = words
        wanted = FIELDS.get(self.keyword)
        if self.keyword in LATER:
            self.error(f"not supported yet: {self.keyword}")
        elif wanted is None:
            self.error(f"unknown keyword {quote(self.keyword)}; "
                       + suggest(self.keyword, list(FIELDS)))
        elif len(fields) != len(wanted):
            self.error(f"{self.keyword}: {len(fields)} fields; allowed: "
                       f"{len(wanted)}: " + ", ".join(wanted))
        else:
            getattr(self, self.keyword.lower())(fields)

    def resolve(self):
        """Groups may be defined behind the tasks that are in them."""
        for self.line, index, words in self.pending:
            for word in words:
                if word in self.groups:
                    self.tasks[index][4] |= self.groups[word]
                else:
                    self.error(f"TASK: unknown group {quote(word)}; "
                               + suggest(word, list(self.groups)))

    def read(self, text):
        for self.line, line in enumerate(text.split("\n"), 1):
            self.read_line(line)
        self.resolve()
        self.errors.sort(key=self.line_of)

    def line_of(self, error):
        match = re.match(r":(\d+):", error[len(self.path):])
        return int(match[1]) if match else 0

    # ---- C ------------------------------------------------------------------

    def header(self):
        yield "#ifndef SYSGEN_H\n#define SYSGEN_H\n\n#include <microkernel.h>\n"
        for name, bit in list(self.groups.items())[len(GROUPS):]:
            yield f"#define {name} {bit:#x}u"
        for name, _, entry, _, _ in self.tasks:
            yield f"void {entry}(void);\nextern const ktask_t {name};"
        for name in self.semaphores:
            yield f"extern const ksem_t {name};"
        for name, _, _ in self.maps:
            yield f"extern const kmemory_map_t {name};"
        yield "\n#endif"

    def source(self):
        yield "#include <sysgen.h>\n"
        for name, priority, entry, stack, groups in self.tasks:
            yield (f"DEFINE_TASK({name}, {priority}, {entry}, {stack}, "
                   f"{groups:#x}u);")
        for name in self.semaphores:
            yield f"DEFINE_SEMAPHORE({name});"
        for name, blocks, size in self.maps:
            yield f"DEFINE_MEMORY_MAP({name}, {blocks}, {size});"


def output(lines):
    return "/* Made by mdef.py. */\n" + "\n".join(lines) + "\n"


def main(arguments):
    if len(arguments) != 2:
        sys.stderr.write(__doc__)
        return 2
    path, out = arguments
    mdef = Mdef(path)
    try:
        mdef.read(Path(path).read_bytes().decode("utf-8", "replace"))
        if not mdef.errors:
            Path(out + ".h").write_text(output(mdef.header()), "utf-8")
            Path(out + ".c").write_text(output(mdef.source()), "utf-8")
    except OSError as error:
        mdef.line = 0
        mdef.error(error.strerror)
    for error in mdef.errors:
        sys.stderr.write(error + "\n")
    return 1 if mdef.errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
