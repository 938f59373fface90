# SPDX-License-Identifier: BSD-2-Clause
"""The report: one HTML file with its tables and plots in it, and a CSV file
with the same rows."""

import csv
import html
import io

import matplotlib

matplotlib.use("svg")

# pylint: disable=wrong-import-position
from matplotlib import pyplot

import scale
from rows import ROWS
from sizes import TEXT_MAX

# The same figures make the same bytes.
matplotlib.rcParams["svg.hashsalt"] = "reprise"

STYLE = """
body { font: 15px/1.45 sans-serif; margin: 2em auto; max-width: 76em;
       padding: 0 1em; color: #222; background: #fff; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { padding: .25em .7em; border-bottom: 1px solid #ddd;
         text-align: right; vertical-align: top; }
th { border-bottom: 2px solid #888; }
td:first-child, th:first-child, td.words { text-align: left; }
td.words { color: #555; font-size: 85%; max-width: 24em; }
.good { color: #06630b; } .bad { color: #b00020; font-weight: bold; }
figure { display: inline-block; margin: .5em; } svg { height: auto; }
figcaption { max-width: 32em; }
"""


def number(value):
    """12,345, and what is large in words."""
    if value is None:
        return "-"
    if value >= 100_000_000:
        return f"{value / 1e9:.2f} × 10⁹"
    return f"{value:,}"


def cell(text, kind=""):
    return f'<td class="{kind}">{text}</td>' if kind else f"<td>{text}</td>"


def judged(median, target):
    """The median, coloured by whether it keeps to the target."""
    kind = "" if not target else "good" if median <= target else "bad"
    return cell(number(median), kind)


def rows_table(arch, rows, linux, moved):
    """The rows of one processor, with Linux beside them."""
    head = ("row", "target", "median", "min", "p99", "max", "rounds",
            "Linux here", "ratio", "bytes copied, cleared", "elsewhere "
            "(x86_64 / AArch64)")
    lines = ["<table><tr>" + "".join(f"<th>{name}</th>" for name in head)
             + "</tr>"]
    for row in ROWS:
        figure = rows.get(row.name)
        if figure is None:
            continue
        target = row.target_of(arch, rows)
        peer = (linux.get(row.name) or {}).get("median")
        ratio = f"{peer / figure['median']:,.1f}" \
            if peer and figure["median"] else ""
        lines.append("<tr>" + cell(html.escape(row.title)) + cell(
            number(target) if target else "") + judged(figure["median"],
                                                       target)
            + "".join(cell(number(figure[key]))
                      for key in ("min", "p99", "max", "rounds"))
            + cell(number(peer) if peer else "") + cell(ratio)
            + cell(moved.get(row.name, ""), "words")
            + cell(html.escape(row.others), "words") + "</tr>")
    return "\n".join(lines + ["</table>"])


def plot(name, curves):
    """One curve of all processors, as SVG."""
    title, what, _ = scale.CURVES[name]
    figure, axes = pyplot.subplots(figsize=(5.2, 3.2))
    for arch, points in curves.items():
        shown = [point for point in points if point["n"] > 0] or points
        axes.plot([point["n"] for point in shown],
                  [point["min"] for point in shown], marker="o",
                  markersize=3, label=arch)
    axes.set_xscale("log", base=2)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(what)
    axes.set_ylabel("instructions")
    axes.set_title(title)
    axes.grid(True, alpha=.3)
    axes.legend()
    figure.tight_layout()
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    pyplot.close(figure)
    return text.getvalue()[text.getvalue().index("<svg"):]


def curves_section(curves):
    """All curves, each with what its shape is."""
    parts = []
    for name in scale.CURVES:
        those = {arch: found[name] for arch, found in curves.items()
                 if found.get(name)}
        if not those:
            continue
        words = []
        for arch in those:
            kind, good = scale.verdicts(curves[arch])[name]
            words.append(f'<span class="{"good" if good else "bad"}">{arch}: '
                         f'{kind}{"" if good else ": wrong"}</span>, to '
                         f'{those[arch][-1]["n"]}')
        parts.append(f"<figure>{plot(name, those)}<figcaption>"
                     + "; ".join(words) + "</figcaption></figure>")
    return "\n".join(parts)


def sizes_table(sizes):
    """Bytes of the kernel and of one more of a kind."""
    names = ["code", "constants", "text", "data", "bss"]
    lines = ["<table><tr><th>bytes</th><th>target</th>" + "".join(
        f"<th>{arch}</th>" for arch in sizes) + "</tr>"]
    for name in names:
        target = TEXT_MAX if name == "code" else 0
        lines.append("<tr>" + cell(f"kernel: {name}") + cell(
            number(target) if target else "") + "".join(
                judged(one[name], target) for one in sizes.values()) + "</tr>")
    for kind, title in (("structs", "an entry of the kernel's table: "),
                        ("ram", "RAM besides, with page tables: one more ")):
        for name in sorted({name for one in sizes.values()
                            for name in one[kind]}):
            lines.append("<tr>" + cell(title + name.replace("_", ", one "))
                         + cell("") + "".join(
                             cell(number(one[kind].get(name)))
                             for one in sizes.values()) + "</tr>")
    return "\n".join(lines + ["</table>"])


def spread(rows):
    """Medians with their minima and maxima: all rows of all processors."""
    names = [row for row in ROWS if any(found.get(row.name, {}).get("median")
                                        for found in rows.values())]
    figure, axes = pyplot.subplots(figsize=(10, .32 * len(names) + 1))
    for shift, (arch, found) in enumerate(rows.items()):
        for at, row in enumerate(reversed(names)):
            one = found.get(row.name)
            if one:
                axes.plot([one["min"], one["max"]], [at + shift * .25] * 2,
                          color=f"C{shift}", linewidth=1)
                axes.plot(one["median"], at + shift * .25, "o",
                          color=f"C{shift}", markersize=4,
                          label=arch if at == 0 else None)
    for at, row in enumerate(reversed(names)):
        if row.target:
            axes.plot(row.target, at + .12, "|", color="k", markersize=12)
    axes.set_yticks(range(len(names)), [row.title for row in reversed(names)])
    axes.set_xscale("log")
    axes.set_xlabel("instructions: minimum to maximum, dot: median, "
                    "stroke: target")
    axes.grid(True, axis="x", alpha=.3)
    axes.legend()
    figure.tight_layout()
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    pyplot.close(figure)
    return text.getvalue()[text.getvalue().index("<svg"):]


def linux_notes(linux):
    """What Linux was, and what its figures hold."""
    lines = []
    for arch, found in linux.items():
        if found.get("version"):
            lines.append(
                f"<li>{arch}: Linux {html.escape(found['version'])}, a static "
                "program as its first process. Its start is counted by its "
                "own clock: neither firmware nor decompressing is in it "
                f"(from the reset: {number(found.get('from_reset'))}). kexec: "
                + (html.escape(found["kexec_failed"])
                   if "kexec_failed" in found else
                   f"from reboot() to main(), of which "
                   f"{number(found.get('kexec_boot'))} are the new kernel's "
                   "start; loading it is not counted") + ".</li>")
        else:
            lines.append(f"<li>{arch}: not measured (make bench-linux)</li>")
    return "<ul>" + "\n".join(lines) + "</ul>"


def write(folder, results):
    """Writes report.html and rows.csv; results: {"rows": {arch: ...},
    "linux", "curves", "sizes", "moved": likewise, "version"}."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>"
        f"<title>Reprise: measurements</title><style>{STYLE}</style>",
        f"<h1>Reprise {html.escape(results['version'])}: instructions</h1>",
        "<p>QEMU with -icount shift=0,sleep=off: the clock counts "
        "instructions, and two runs agree to the last digit. -O2, all asserts "
        "on; from user mode to user mode; reading the counter is taken off. "
        "Red: above the target.</p>", spread(results["rows"])]
    for arch, rows in results["rows"].items():
        parts += [f"<h2>{arch}</h2>",
                  rows_table(arch, rows, results["linux"].get(arch, {}),
                             results["moved"][arch])]
    parts += ["<h2>Linux, in the same machine</h2>",
              linux_notes(results["linux"]),
              "<h2>Against the number of other objects</h2>",
              "<p>No cost may grow faster than the logarithm; a restart grows "
              "with what the actor owns.</p>",
              curves_section(results["curves"]),
              "<h2>Memory</h2>", sizes_table(results["sizes"]), "</html>"]
    (folder / "report.html").write_text("\n".join(parts))
    with (folder / "rows.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["arch", "row", "target", "rounds", "min", "median",
                      "p99", "max", "linux_median"])
        for arch, rows in results["rows"].items():
            for row in ROWS:
                if row.name in rows:
                    one = rows[row.name]
                    out.writerow(
                        [arch, row.name, row.target_of(arch, rows) or ""]
                        + [one[key] for key in ("rounds", "min", "median",
                                                "p99", "max")]
                        + [(results["linux"].get(arch, {}).get(row.name)
                            or {}).get("median", "")])
