# SPDX-License-Identifier: BSD-2-Clause
"""The house rules, applied to this tree; and each rule to a bad sample.

A rule that cannot fail is worse than none, so every rule must have a sample
that breaks it, and one that is like it and does not.
"""

import subprocess
from pathlib import Path

import pytest

import rules

ROOT = Path(__file__).resolve().parents[2]
SPDX = "/* SPDX-License-Identifier: BSD-2-Clause */\n"
BODY = "    x++;\n"


def tree():
    """The files of this tree as far as git knows or would know them."""
    names = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co",
         "--exclude-standard"],
        cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout
    files = {}
    for name in names.splitlines():
        path = ROOT / name
        if path.is_file():
            files[name] = path.read_text(encoding="utf-8", errors="replace")
    return files


TREE = tree()


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_tree(rule):
    complaints = list(rule(TREE))
    assert not complaints, rule.__doc__ + "\n" + "\n".join(complaints)


def function(lines):
    return "void f(void)\n{\n" + BODY * (lines - 3) + "}\n"


# rule, a tree that breaks it, a tree that keeps it
SAMPLES = [
    (rules.columns, {"a.c": "x" * 81 + "\n"}, {"a.c": "x" * 80 + "\n"}),
    (rules.columns, {"Makefile": "\t" + "x" * 73 + "\n"},
     {"Makefile": "\t" + "x" * 72 + "\n"}),
    (rules.spdx, {"a.h": "int x;\n"}, {"a.h": SPDX}),
    (rules.spdx, {"tools/setup": "#!/bin/sh\n"}, {"LICENSE": "words\n"}),
    (rules.whitespace, {"a.c": "int x; \n"}, {"a.c": "int x;\n"}),
    (rules.whitespace, {"a.c": "\tint x;\n"}, {"Makefile": "\tint x;\n"}),
    (rules.whitespace, {"a.c": "int x;"}, {"a.md": "text"}),
    (rules.file_length, {"mm/a.c": BODY * 501}, {"mm/a.c": BODY * 500}),
    (rules.file_length, {"arch/x86_64/a.S": BODY * 401},
     {"arch/x86_64/a.S": BODY * 400}),
    (rules.no_conditionals, {"kernel/a.c": "#ifdef X\n#endif\n"},
     {"kernel/a.h": "#ifdef X\n#endif\n"}),
    (rules.no_conditionals, {"user/lib/a.c": "  # if X\n"},
     {"drivers/a.c": "#if X\n"}),
    (rules.finished, {"a.c": "/* TO" "DO: think */\n"},
     {"a.c": "/* todo is a word */\n"}),
    (rules.function_length, {"a.c": function(61)}, {"a.c": function(60)}),
    (rules.parameters,
     {"a.c": "int f(int a, int b, int c, int d, int e, int g, int h)\n{\n}\n"},
     {"a.c": "int f(int a, void (*b)(int, int), int c)\n{\n}\n"}),
    (rules.layers, {"mm/a.c": '#include "kernel/actor.h"\n'},
     {"mm/a.c": '#include "kernel/list.h"\n'}),
    (rules.layers, {"kernel/a.c": '#include "arch/x86_64/cpu.h"\n'},
     {"kernel/a.c": '#include "arch/arch.h"\n'}),
    (rules.layers, {"arch/x86_64/a.c": '#include "kernel/thread.h"\n'},
     {"arch/x86_64/a.c": '#include "kernel/trap.h"\n'}),
    (rules.user_layer, {"user/lib/a.c": '#include "kernel/config.h"\n'},
     {"user/lib/a.c": '#include "kernel/abi.h"\n'}),
    (rules.user_layer, {"user/lib/a.c": "#include <mm/types.h>\n"},
     {"user/lib/a.c": "#include <mem/chMem.h>\n"}),
    (rules.no_cycles,
     {"mm/a.h": '#include "mm/b.h"\n', "mm/b.h": '#include "mm/a.h"\n'},
     {"mm/a.h": '#include "mm/b.h"\n', "mm/b.h": ""}),
    (rules.chapters, {"mm/a.c": ""}, {"mm/a.c": "", "mm/README.md": ""}),
    (rules.chapters, {"user/lib/a.c": "", "README.md": ""},
     {"user/lib/a.c": "", "user/README.md": ""}),
    (rules.chapters, {"user/lib/x/a.c": "", "user/README.md": ""},
     {"user/lib/x/a.c": "", "user/lib/README.md": ""}),
    (rules.declared, {"kernel/syscall.def": "SYSCALL(1, call, ANY, NO)\n",
                      "user/include/a.h": "int call(void);\n"},
     {"kernel/syscall.def": "SYSCALL(1, call, ANY, NO)\n",
      "user/include/a.h": "/* Words. */\nint call(void);\n"}),
    (rules.mirrored, {"arch/x86_64/a.c": "", "arch/aarch64/b.c": ""},
     {"arch/x86_64/a.c": "", "arch/aarch64/a.c": ""}),
]


@pytest.mark.parametrize(
    "rule, bad, good", SAMPLES,
    ids=[f"{index}-{sample[0].__name__}"
         for index, sample in enumerate(SAMPLES)])
def test_rule(rule, bad, good):
    assert list(rule(bad)), f"{rule.__name__} lets the bad sample pass"
    assert not list(rule(good)), f"{rule.__name__} blames the good sample"


def test_each_rule_has_a_sample():
    assert {sample[0] for sample in SAMPLES} == set(rules.RULES)
