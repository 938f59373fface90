#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots Reprise in QEMU, with its console in this terminal.

The first line says how to leave.  The exit status is 0 when the machine
powered itself off, 1 when it left through the exit device or by semihosting,
as a panic that gives up does, and QEMU's own status else.  The machine may
reset: RAM is kept over that, and what the system makes of it is the point.
"""

import argparse
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

DEBUG_EXIT_PASSED = 33  # (0x10 << 1) | 1
DEBUG_EXIT_PANIC = 35   # (0x11 << 1) | 1; on Arm said by semihosting
GDB_PORT = 1234
MEMORY_MIN = 8 << 20    # below it a PC says nothing at all
OVMF = Path("/usr/share/OVMF")
UBOOT = {
    "virt": Path("/usr/lib/u-boot/qemu_arm64/u-boot.bin"),
    "rpi3": Path("/usr/lib/u-boot/rpi_3/u-boot.bin"),
}
FIRMWARE = ("bios", "uefi", "usb", "usb-uefi")

# board: (emulator, its machine, ways to boot, what a loader takes)
BOARDS = {
    "pc": ("qemu-system-x86_64", "q35", ("kernel",) + FIRMWARE, "kernel.elf"),
    "virt": ("qemu-system-aarch64", "virt", ("kernel", "uboot"), "Image"),
    "rpi3": ("qemu-system-aarch64", "raspi3b", ("kernel", "uboot"),
             "kernel8.img"),
}


def arguments_of(line):
    """The command line of this tool."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", default="pc", choices=list(BOARDS))
    parser.add_argument("--build", type=Path, default=Path("build/x86_64"),
                        help="folder of the kernel")
    parser.add_argument("--archive", type=Path, help="the archive of actors")
    parser.add_argument("--boot", default="kernel",
                        help="QEMU loads the kernel; or the ISO boots, from "
                        "a CD or a USB stick")
    parser.add_argument("--machine", default="",
                        help="properties of QEMU's machine: gic-version=3")
    parser.add_argument("--uboot", type=Path, help="another U-Boot")
    parser.add_argument("--memory", default="256M")
    parser.add_argument("--cpu", default="max")
    parser.add_argument("--cmdline", default="")
    parser.add_argument("--flags", default="", help="more flags for QEMU")
    parser.add_argument("--qemu", help="another emulator than the usual one")
    parser.add_argument("--debug", action="store_true",
                        help="wait for gdb before the first instruction")
    options = parser.parse_args(line)
    complain(options)
    options.qemu = options.qemu or BOARDS[options.board][0]
    options.archive = options.archive or options.build / "archive.cpio"
    return options


def complain(options):
    """Ends with words where an option cannot be meant."""
    if options.boot not in BOARDS[options.board][2]:
        sys.exit(f"BOOT={options.boot}: {options.board} knows " +
                 " ".join(BOARDS[options.board][2]))
    size = re.fullmatch(r"(\d+)([KMG]?)", options.memory, re.IGNORECASE)
    if not size:
        sys.exit(f"MEM={options.memory}: not a size such as 256M or 1G")
    unit = {"K": 1 << 10, "G": 1 << 30}.get(size[2].upper(), 1 << 20)
    if int(size[1]) * unit < MEMORY_MIN:
        sys.exit(f"MEM={options.memory}: the kernel and its actors need "
                 f"{MEMORY_MIN >> 20}M")
    try:
        shlex.split(options.flags)
    except ValueError:
        sys.exit(f"QEMUFLAGS={options.flags}: a quote is not closed")


def firmware(build):
    """QEMU's flags for UEFI; the variable store is a fresh copy."""
    variables = build / "ovmf_vars.fd"
    shutil.copyfile(OVMF / "OVMF_VARS_4M.fd", variables)
    drive = "if=pflash,format=raw,file="
    return ["-drive", f"{drive}{OVMF / 'OVMF_CODE_4M.fd'},readonly=on",
            "-drive", f"{drive}{variables}"]


def machine(options):
    """QEMU's flags for the board itself."""
    _, name, _, _ = BOARDS[options.board]
    words = ["-M", ",".join(filter(None, [name, options.machine]))]
    if options.board == "rpi3":  # it comes as it is, and without a tree
        words += ["-dtb", str(options.build / "rpi3.dtb")]
    else:
        words += ["-cpu", options.cpu, "-m", options.memory]
    if options.board == "pc":
        words += ["-device", "isa-debug-exit,iobase=0xf4,iosize=4",
                  # Before version 8 it takes a strap to let the watchdog
                  # reset the machine, as a board has it.
                  "-global", "ICH9-LPC.noreboot=false"]
    else:
        words += ["-semihosting-config", "enable=on,target=native"]
    return words


def disk(options):
    """QEMU's flags for U-Boot and what it boots from."""
    uboot = str(options.uboot or UBOOT[options.board])
    if options.board == "rpi3":
        card = options.build / "sdcard.img"
        return ["-kernel", uboot, "-drive", f"if=sd,format=raw,file={card}"]
    image = options.build / "uboot.img"
    return ["-bios", uboot,
            "-drive", f"if=none,id=disk,format=raw,file={image}",
            "-device", "virtio-blk-pci,drive=disk"]


def medium(options):
    """QEMU's flags for what the machine boots from."""
    build, iso = options.build, options.build / "reprise.iso"
    if options.boot == "kernel":
        return ["-kernel", str(build / BOARDS[options.board][3]),
                "-initrd", str(options.archive),
                "-append", options.cmdline]
    if options.boot == "uboot":
        return disk(options)
    if options.boot.startswith("usb"):
        words = ["-device", "qemu-xhci",
                 "-drive", f"if=none,id=stick,format=raw,file={iso}",
                 "-device", "usb-storage,drive=stick,bootindex=0"]
    else:
        words = ["-cdrom", str(iso)]
    if options.boot.endswith("uefi"):
        words += firmware(build)
    return words


def command(options):
    """The QEMU command for the options."""
    # At a terminal, Ctrl-A is QEMU's escape; a pipe carries bytes only.
    if sys.stdin.isatty():
        console = ["-serial", "mon:stdio"]
    else:
        console = ["-serial", "stdio", "-monitor", "none"]
    words = [options.qemu, *machine(options), "-nic", "none", "-display",
             "none", *console, *medium(options)]
    if options.debug:
        words += ["-S", "-gdb", f"tcp::{GDB_PORT}"]
    return words + shlex.split(options.flags)


def start_gdb(kernel):
    """Opens gdb beside this pane under tmux, else says how to start it."""
    here = platform.machine() == "x86_64" and "aarch64" not in str(kernel)
    gdb = ["gdb" if here else "gdb-multiarch", str(kernel),
           "-ex", f"target remote :{GDB_PORT}",
           "-ex", "hbreak kmain", "-ex", "continue"]
    if os.environ.get("TMUX") and shutil.which("tmux"):
        subprocess.run(["tmux", "split-window", "-h", shlex.join(gdb)],
                       check=False)
    else:
        print("The machine waits.  In another terminal:", shlex.join(gdb),
              sep="\n    ", flush=True)


def result(status):
    """The exit status for a status of QEMU, with words where it failed."""
    if status == DEBUG_EXIT_PASSED:
        return 0
    if status == DEBUG_EXIT_PANIC:
        print("The system gave up: a panic or a boot that failed.",
              file=sys.stderr)
        return 1
    if status < 0:
        print(f"QEMU was ended by signal {-status}.", file=sys.stderr)
        return 128 - status
    return status


def main(line):
    options = arguments_of(line)
    words = command(options)
    print("Ctrl-A X quits", flush=True)
    if options.debug:
        start_gdb(options.build / "kernel.elf")
    try:
        status = subprocess.run(words, check=False).returncode
    except FileNotFoundError:
        sys.exit(f"{options.qemu}: not installed; see `make doctor`")
    except KeyboardInterrupt:
        status = 130
    sys.exit(result(status))


if __name__ == "__main__":
    main(sys.argv[1:])
