# SPDX-License-Identifier: BSD-2-Clause
"""The build's own tools: archive, symbols, image check, runner, set-up."""

import importlib.util
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"
PAGE = 4096


def load(name):
    """A tool as a module."""
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


mkarchive, check_image, run = map(load, ("mkarchive", "check_image", "run"))


# ---- Archive ----------------------------------------------------------------

FILES = {"zeta": b"z" * 5000, "alpha": b"", "mid": b"abc"}


def test_archive_is_cpio(tmp_path):
    made = mkarchive.archive(FILES)
    done = subprocess.run(["cpio", "-i", "--quiet"], input=made,
                          cwd=tmp_path, check=True, capture_output=True)
    assert done.stderr == b""
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()
            if path.name != "reprise.archive"} == FILES


def test_archive_contents_start_on_pages():
    made = mkarchive.archive(FILES)
    assert made.index(b"abc") % PAGE == 0
    assert made.index(b"z" * 5000) % PAGE == 0
    assert len(made) % PAGE == 0


def test_archive_order_and_bytes_do_not_depend_on_the_caller():
    backwards = dict(reversed(FILES.items()))
    assert mkarchive.archive(FILES) == mkarchive.archive(backwards)


def test_archive_seal_covers_every_byte():
    made = bytearray(mkarchive.archive(FILES))
    magic, size, seal, count = struct.unpack_from("<8sQQQ", made, PAGE)
    assert (magic, size, count) == (b"RPRSARC1", len(made), len(FILES))
    made[PAGE + 16:PAGE + 24] = bytes(8)
    assert mkarchive.crc32c_twin(made) == seal
    for place in (0, PAGE, len(made) // 2, len(made) - 1):
        damaged = bytearray(made)
        damaged[place] ^= 0x10
        assert mkarchive.crc32c_twin(damaged) != seal


def test_crc_is_the_one_of_rfc_3720():
    ones = 0xFFFFFFFF
    assert mkarchive.crc32c(ones, bytes(32)) ^ ones == 0x8A9136AA
    assert mkarchive.crc32c(ones, bytes(range(32))) ^ ones == 0x46DD794E


@pytest.mark.parametrize("argument, words", [
    ("name-without-file", "NAME=FILE"),
    ("x=/not/there", "No such file"),
    ("a-name-that-is-much-too-long-for-it=/dev/null", "1 to 23 bytes"),
    ("reprise.archive=/dev/null", "is not reprise.archive"),
])
def test_archive_refuses_in_words(argument, words):
    with pytest.raises(SystemExit, match=words):
        mkarchive.read([argument])


def test_archive_refuses_a_name_twice():
    with pytest.raises(SystemExit, match="twice"):
        mkarchive.read(["x=/dev/null", "x=/dev/zero"])


# ---- Image check ------------------------------------------------------------

def elf(*loads):
    """An ELF header with (flags, offset, load address, size) segments."""
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 2, 62, 1,
                       0, 64, 0, 0, 64, 56, len(loads), 0, 0, 0)
    return head + b"".join(
        struct.pack("<IIQQQQQQ", 1, flags, offset, load, load, size, size, 0)
        for flags, offset, load, size in loads)


@pytest.mark.parametrize("loads, words", [
    ([(5, 0x1000, 0x101000, 9), (6, 0x2000, 0x102000, 9)], ""),
    ([(5, 0x1000, 0x101000, 9), (6, 0x2000, 0x800000, 0)], ""),
    ([(5, 0x1000, 0x101000, 9), (6, 0x2000, 0x103000, 9)], "not linear"),
    ([(7, 0x1000, 0x101000, 9)], "writable and executable"),
    ([], "no loadable segment"),
])
def test_image_check(loads, words):
    assert words in "\n".join(check_image.complaints(elf(*loads)))
    assert bool(words) == bool(list(check_image.complaints(elf(*loads))))


def test_image_check_of_another_file():
    with pytest.raises(ValueError, match="not a little-endian"):
        list(check_image.complaints(b"#!/bin/sh\n" + bytes(64)))


# ---- Symbols ----------------------------------------------------------------

def test_symbols_name_functions_in_order(tmp_path):
    """The table, read back from what the assembler makes of it."""
    source = tmp_path / "a.c"
    source.write_text("int x; int two(void) { return x; }"
                      "int one(void) { return 1; }")
    program = tmp_path / "a.elf"
    subprocess.run(["gcc", "-nostdlib", "-static", "-Wl,-e,one", "-o", program,
                    source], check=True)
    text = subprocess.run([TOOLS / "symbols.py", "table", program], check=True,
                          text=True, capture_output=True).stdout
    names = [line.split('"')[1] for line in text.splitlines()
             if ".asciz" in line]
    addresses = [int(line.split()[1], 16) for line in text.splitlines()
                 if ".quad" in line]
    assert names == ["two", "one"]
    assert addresses == sorted(addresses)
    assert "    .long 2" in text.splitlines()


def test_symbols_check_sees_a_moved_function(tmp_path):
    programs = []
    for name, body in (("a", "1"), ("b", "x*x*x/7")):
        source = tmp_path / f"{name}.c"
        source.write_text(f"int f(int x){{return {body};}} int g(void){{}}")
        programs.append(tmp_path / f"{name}.elf")
        subprocess.run(["gcc", "-nostdlib", "-static", "-w", "-Wl,-e,f", "-o",
                        programs[-1], source], check=True)
    check = [TOOLS / "symbols.py", "check"]
    assert subprocess.run([*check, programs[0], programs[0]]).returncode == 0
    done = subprocess.run([*check, *programs], capture_output=True, text=True)
    assert done.returncode == 1 and "moved" in done.stderr


# ---- Runner -----------------------------------------------------------------

@pytest.mark.parametrize("status, seen, meaning", [
    (0, 0, ""), (33, 0, ""), (35, 1, "gave up"), (7, 7, ""),
    (-9, 137, "signal 9")])
def test_run_status(status, seen, meaning, capsys):
    assert run.result(status) == seen
    assert meaning in capsys.readouterr().err


def test_run_lets_the_machine_reset():
    words = run.command(run.arguments_of(["--cmdline", "a=b c"]))
    assert "-no-reboot" not in words
    assert words[words.index("-append") + 1] == "a=b c"


# ---- Set-up -----------------------------------------------------------------

def test_doctor_names_what_is_missing(tmp_path):
    """With an empty PATH every command is missing, and said to be."""
    done = subprocess.run(["/bin/sh", TOOLS / "setup", "doctor"], text=True,
                          capture_output=True, check=True,
                          env={"PATH": str(tools_only(tmp_path))})
    assert re.search(r"^MISSING +run +gcc ", done.stdout, re.MULTILINE)
    assert "apt-get install --no-install-recommends gcc" in done.stdout


def need_debugger(folder):
    """Asks for the set that has only gdb in it, which is missing."""
    return subprocess.run(["/bin/sh", TOOLS / "setup", "need", "debug"],
                          text=True, capture_output=True, check=False,
                          env={"PATH": str(folder)})


def test_need_installs_what_is_missing(tmp_path):
    folder = tools_only(tmp_path)
    script(folder, "apt-get", f"""
        echo "$*" >>{tmp_path}/calls
        case $1 in install) : >{folder}/gdb && chmod +x {folder}/gdb ;; esac
    """)
    assert need_debugger(folder).returncode == 0
    assert (tmp_path / "calls").read_text().splitlines() == [
        "update -qq", "install --no-install-recommends gdb -y -qq"]
    again = need_debugger(folder)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_need_fails_with_the_line_to_type(tmp_path):
    folder = tools_only(tmp_path)
    script(folder, "id", "echo 1000")
    done = need_debugger(folder)
    assert done.returncode == 1
    assert "debugs the kernel" in done.stdout
    assert "apt-get install --no-install-recommends gdb" in done.stderr


def script(folder, name, text):
    (folder / name).unlink(missing_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def tools_only(folder):
    """A PATH that holds just what the set-up script itself runs, as root."""
    for name in ("cat", "cut", "tr", "env", "chmod"):
        link = folder / name
        if not link.exists():
            link.symlink_to(f"/usr/bin/{name}")
    script(folder, "id", "echo 0")
    return folder
