# SPDX-License-Identifier: BSD-2-Clause
"""The house rules that a script can check.

A rule is a function from a tree, a dictionary of paths and texts, to a list
of complaints, each "path:line: words".  A tree may be a made-up one: the
tests of the rules feed each with a sample that breaks it.
"""

import re
import subprocess
import tempfile
from pathlib import Path, PurePosixPath

COLUMNS = 80
FUNCTION_LINES = 60
PARAMETERS = 6
FILE_LINES = {"kernel": 500, "mm": 500, "user": 500, "boot": 500,
              "drivers": 500, "arch": 400, "tools": 500, "tests": 800}

CODE = (".c", ".h", ".S", ".py", ".def", ".ld", ".mk")
CODE_NAMES = ("Makefile", "tools/setup", "tools/newlib", "tools/mkiso",
              "tools/flash", ".ci/run")

# The kernel's small tools: no state of their own that a caller can see.
SMALL_TOOLS = tuple(f"kernel/{name}.h" for name in (
    "abi config assert avl list bits string text format klog panic").split())

# Which headers the files of a folder may include, by the start of the name.
# Downwards only: kernel, then mm, then arch; boot and drivers stand beside.
LAYERS = {
    "kernel": ("kernel/", "mm/", "arch/arch.h", "arch_assert.h",
               "arch_context.h", "drivers/", "boot/"),
    "mm": ("mm/", "arch/arch.h", "boot/boot_info.h", "boot/image.h")
          + SMALL_TOOLS,
    "arch": ("arch/", "arch_", "mm/types.h", "mm/kspace.h", "boot/image.h",
             "kernel/trap.h") + SMALL_TOOLS,
    "drivers": ("drivers/", "arch/", "mm/types.h", "mm/kspace.h",
                "boot/boot_info.h", "kernel/trap.h") + SMALL_TOOLS,
    "boot": ("boot/", "arch/arch.h", "arch_", "mm/types.h", "drivers/power.h",
             "drivers/console.h") + SMALL_TOOLS,
}

# What a program may see of the kernel.
USER_KERNEL_HEADERS = ("kernel/abi.h", "kernel/syscall.def")

UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)


def is_code(path):
    return path.endswith(CODE) or path in CODE_NAMES


def top(path):
    """The folder at the top that a path is in, "" for the top itself."""
    return path.split("/")[0] if "/" in path else ""


def line_of(text, position):
    return text.count("\n", 0, position) + 1


# ---- Rules of single files ---------------------------------------------------

def columns(tree):
    """No line of code is wider than 80 columns."""
    for path, text in tree.items():
        if not is_code(path):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            width = len(line.expandtabs(8))
            if width > COLUMNS:
                yield f"{path}:{number}: {width} columns, {COLUMNS} allowed"


def spdx(tree):
    """Each file of code names its licence in the first two lines."""
    for path, text in tree.items():
        head = text.splitlines()[:2]
        if is_code(path) and not any("SPDX-License-Identifier: BSD-2-Clause"
                                     in line for line in head):
            yield f"{path}:1: no SPDX line at the top"


def whitespace(tree):
    """No blanks at line ends; a newline at the end; tabs in make only."""
    for path, text in tree.items():
        if not is_code(path):
            continue
        if text and not text.endswith("\n"):
            yield f"{path}: no newline at the end"
        for number, line in enumerate(text.splitlines(), 1):
            if line != line.rstrip():
                yield f"{path}:{number}: blanks at the end of the line"
            if "\t" in line and path.endswith((".c", ".h", ".S", ".py")):
                yield f"{path}:{number}: a tab; this tree indents by blanks"


def file_length(tree):
    """A file can be read in a sitting."""
    for path, text in tree.items():
        limit = FILE_LINES.get(top(path))
        count = text.count("\n")
        if limit and is_code(path) and count > limit:
            yield f"{path}: {count} lines, {limit} allowed in {top(path)}/"


def no_conditionals(tree):
    """Variation is a choice of file: no #if in portable .c files."""
    for path, text in tree.items():
        if not path.endswith(".c") or top(path) not in ("kernel", "mm",
                                                        "user"):
            continue
        for match in re.finditer(r"^\s*#\s*(if|ifdef|ifndef)\b", text,
                                 re.MULTILINE):
            yield (f"{path}:{line_of(text, match.start(1))}: "
                   f"#{match[1]} in a portable file")


def finished(tree):
    """Nothing is left for later by its own words."""
    for path, text in tree.items():
        for match in UNFINISHED.finditer(text) if is_code(path) else ():
            yield f"{path}:{line_of(text, match.start())}: {match[0]}"


# ---- Functions, found by ctags -----------------------------------------------

def functions(tree):
    """(path, name, first line, last line, signature) of the C functions."""
    with tempfile.TemporaryDirectory() as folder:
        names = [path for path in tree if path.endswith((".c", ".h"))]
        for path in names:
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(tree[path], encoding="utf-8")
        if not names:
            return
        listing = subprocess.run(
            ["ctags-universal", "-f", "-", "--languages=C", "--langmap=C:.c.h",
             "--kinds-C=f", "--fields=neS", "--sort=no", "-L", "-"],
            input="\n".join(names), cwd=folder, check=True, text=True,
            stdout=subprocess.PIPE).stdout
    for line in listing.splitlines():
        name, path, *rest = line.split("\t")
        fields = dict(field.split(":", 1) for field in rest if ":" in field
                      and not field.startswith("/^"))
        first = int(fields["line"])
        yield (path, name, first, int(fields.get("end", first)),
               fields.get("signature", "()"))


def function_length(tree):
    """A function fits on a screen."""
    for path, name, first, last, _ in functions(tree):
        count = last - first + 1
        if count > FUNCTION_LINES:
            yield (f"{path}:{first}: {name}() has {count} lines, "
                   f"{FUNCTION_LINES} allowed")


def parameter_count(signature):
    inner = re.sub(r"\([^()]*\)", "", signature[1:-1])
    inner = inner.strip()
    return 0 if inner in ("", "void") else inner.count(",") + 1


def parameters(tree):
    """A function has few parameters; a structure carries more."""
    for path, name, first, _, signature in functions(tree):
        count = parameter_count(signature)
        if count > PARAMETERS:
            yield (f"{path}:{first}: {name}() has {count} parameters, "
                   f"{PARAMETERS} allowed")


# ---- Rules of the whole tree -------------------------------------------------

def layers(tree):
    """Includes lead downwards only."""
    for path, text in tree.items():
        allowed = LAYERS.get(top(path))
        if not allowed or not path.endswith((".c", ".h", ".S")):
            continue
        for match in re.finditer(r'^\s*#\s*include\s+"([^"]+)"', text,
                                 re.MULTILINE):
            if not match[1].startswith(allowed) and "/" in match[1]:
                yield (f"{path}:{line_of(text, match.start(1))}: includes "
                       f"{match[1]}, which {top(path)}/ may not know")


def user_layer(tree):
    """Programs see public headers and kernel/abi.h only."""
    for path, text in tree.items():
        if top(path) != "user":
            continue
        for match in INCLUDE.finditer(text):
            name = match[1]
            if name.startswith(("kernel/", "mm/", "arch/", "boot/",
                                "drivers/")) and \
                    name not in USER_KERNEL_HEADERS:
                yield (f"{path}:{line_of(text, match.start(1))}: includes "
                       f"{name}, which is the kernel's own")


def resolve(tree, path, name):
    """The file of the tree that an include names, or None."""
    folder = str(PurePosixPath(path).parent)
    for candidate in (name, f"{folder}/{name}", f"arch/x86_64/{name}",
                      f"user/include/{name}"):
        if candidate in tree:
            return candidate
    return None


def no_cycles(tree):
    """No header includes itself, by whatever way."""
    graph = {path: [found for name in INCLUDE.findall(text)
                    if (found := resolve(tree, path, name))]
             for path, text in tree.items() if path.endswith(".h")}
    done = set()

    def walk(path, way):
        if path in way:
            ring = way[way.index(path):] + [path]
            yield f"{path}: include cycle {' -> '.join(ring)}"
        elif path not in done:
            for found in graph.get(path, ()):
                yield from walk(found, way + [path])
            done.add(path)

    for path in graph:
        yield from walk(path, [])


def chapters(tree):
    """Each folder has a README.md, its own or the one right above it."""
    folders = {PurePosixPath(path).parent for path in tree if is_code(path)}
    for folder in sorted(folders):
        if str(folder) in (".", ".ci"):
            continue
        places = [folder] + [folder.parent] * (folder.parent.name != "")
        if not any(f"{place}/README.md" in tree for place in places):
            yield f"{folder}: no README.md"


def declared(tree):
    """Each system call is declared in a public header, with a comment."""
    text = tree.get("kernel/syscall.def", "")
    headers = {path: body for path, body in tree.items()
               if path.startswith("user/include/")}
    for name in re.findall(r"^SYSCALL\(\d+, (\w+)", text, re.MULTILINE):
        pattern = re.compile(
            rf"\*/\n(#define [^\n]*\n)*\w+ {name}\(", re.MULTILINE)
        if not any(pattern.search(body) for body in headers.values()):
            yield (f"kernel/syscall.def: {name} is not declared in "
                   "user/include with a comment right above it")


def mirrored(tree):
    """The folders of two architectures hold the same names."""
    for base in ("arch", "boot"):
        sides = {}
        for path in tree:
            match = re.fullmatch(rf"{base}/(x86_64|aarch64)/(.+)", path)
            if match:
                sides.setdefault(match[1], set()).add(match[2])
        if len(sides) < 2 or base == "boot":
            continue
        for name in sorted(sides["x86_64"] ^ sides["aarch64"]):
            yield f"{base}: {name} exists on one side only"


RULES = (columns, spdx, whitespace, file_length, no_conditionals, finished,
         function_length, parameters, layers, user_layer, no_cycles, chapters,
         declared, mirrored)
