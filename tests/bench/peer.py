# SPDX-License-Identifier: BSD-2-Clause
"""The same work on the distribution's own Linux kernel, in the same QEMU with
the same counting of instructions."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

from common import BUILD, CPU, FLAGS, Failed, figures, single

HERE = Path(__file__).resolve().parent
DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}
QEMU = {"x86_64": ["qemu-system-x86_64", "-M", "q35", "-cpu", CPU["x86_64"]],
        # Linux programs may not read PMCCNTR_EL0, but the clock; which here
        # has one tick for an instruction.
        "aarch64": ["qemu-system-aarch64", "-M", "virt", "-cpu",
                    CPU["aarch64"] + ",cntfrq=1000000000"]}
CONSOLE = {"x86_64": "ttyS0", "aarch64": "ttyAMA0"}
COMPILER = {"x86_64": "x86_64-linux-gnu-gcc",
            "aarch64": "aarch64-linux-gnu-gcc"}
MEMORY = "1G"
LIMIT = 3600

REGULAR, FOLDER, DEVICE = 0o100755, 0o040755, 0o020600


def fetch(arch, folder):
    """Downloads the kernel's package and unpacks it; the kernel's path."""
    kernels = sorted(folder.glob("boot/vmlinuz-*"))
    if kernels:
        return kernels[0]
    debian = DEBIAN[arch]
    try:
        depends = subprocess.run(
            ["apt-cache", "depends", f"linux-image-{debian}:{debian}"],
            check=True, capture_output=True, text=True).stdout
        package = re.search(r"Depends: (linux-image-[^\s:]+)", depends)[1]
        subprocess.run(["apt-get", "download", "-q", f"{package}:{debian}"],
                       cwd=folder, check=True, capture_output=True, text=True)
        archive = next(folder.glob("linux-image-*.deb"))
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive],
                              stdout=subprocess.PIPE) as unpack:
            subprocess.run(["tar", "-x", "-C", folder, "./boot"],
                           stdin=unpack.stdout, check=True)
        return next(folder.glob("boot/vmlinuz-*"))
    except (subprocess.CalledProcessError, FileNotFoundError, TypeError,
            StopIteration) as error:
        words = getattr(error, "stderr", None) or error
        raise Failed(f"{arch}: the package linux-image-{debian} cannot be had "
                     f"(apt-get update? a foreign architecture: dpkg "
                     f"--add-architecture {debian}): {words}") from None


def initramfs(path, files):
    """A cpio archive (newc) with a console, and files {name: path}."""
    entries = [("dev", FOLDER, b"", 0, 0),
               ("dev/console", DEVICE, b"", 5, 1)]
    entries += [(name, REGULAR, Path(file).read_bytes(), 0, 0)
                for name, file in files.items()]
    entries.append(("TRAILER!!!", 0, b"", 0, 0))
    with path.open("wb") as out:
        for number, (name, mode, data, major, minor) in enumerate(entries):
            fields = (number + 1, mode, 0, 0, 1, 0, len(data), 0, 0, major,
                      minor, len(name) + 1, 0)
            head = b"070701" + b"".join(b"%08x" % field for field in fields) \
                + name.encode() + b"\0"
            for part in (head, data):
                out.write(part + bytes(-len(part) % 4))
    return path


def boot(arch, folder, kernel, archive, name):
    """Boots it; the console's text."""
    log = folder / f"{name}.log"
    words = QEMU[arch] + [
        "-m", MEMORY, "-nic", "none", "-display", "none", "-monitor", "none",
        "-no-reboot", "-serial", f"file:{log}", "-kernel", str(kernel),
        "-initrd", str(archive), "-append",
        f"console={CONSOLE[arch]} quiet panic=-1 kexec={0:016x}",
        *shlex.split(FLAGS)]
    try:
        subprocess.run(words, stdin=subprocess.DEVNULL, check=True,
                       capture_output=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        raise Failed(f"{arch}: Linux: {name}: nothing more comes; see "
                     f"{log}") from None
    text = log.read_text(errors="replace")
    bad = re.search(r"bench: FAILED.*|Kernel panic.*", text)
    if bad:
        raise Failed(f"{arch}: Linux: {name}: {bad[0]}; see {log}")
    return text


def value(text, name):
    """A single number that the program told."""
    return int(re.search(rf"value {name} (\d+)", text)[1])


def measure(arch):
    """The rows of Linux on one processor, and what did not work."""
    folder = BUILD / arch / "bench" / "linux"
    folder.mkdir(parents=True, exist_ok=True)
    kernel = fetch(arch, folder)
    init = folder / "init"
    subprocess.run([COMPILER[arch], "-static", "-O2", "-Wall", "-Wextra",
                    "-Werror", "-o", init,
                    *sorted((HERE / "linux").glob("*.c")), "-lpthread"],
                   check=True)
    small = initramfs(folder / "small.cpio", {"init": init})
    text = boot(arch, folder, kernel, small, "rows")
    found = {name: points[0] for name, points in figures(text).items()}
    # By its own clock: neither firmware nor decompressing is in it.
    found["cold"] = single(value(text, "boot"))
    found["from_reset"] = value(text, "reset")
    large = initramfs(folder / "large.cpio",
                      {"init": init, "next": kernel, "next.cpio": small})
    try:
        text = boot(arch, folder, kernel, large, "kexec")
        found["site_main"] = single(value(text, "kexec") - value(text, "load"))
        found["kexec_boot"] = value(text.split("value load")[1], "boot")
    except (Failed, TypeError) as error:
        found["kexec_failed"] = str(error)
    found["version"] = kernel.name.removeprefix("vmlinuz-")
    shutil.rmtree(folder / "large.cpio", ignore_errors=True)
    return found
