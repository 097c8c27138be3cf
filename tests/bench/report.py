#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes performance.md, measurements.md and the chart: report.py BENCH.JSON DIR [README]"""

import collections
import json
import pathlib
import re
import sys
import textwrap

from chart import Chart

INSTRUCTIONS = pathlib.Path(__file__).with_name("instructions.json")

CHART_TITLE = "CPU time per datagram of 1316 bytes, in nanoseconds (shorter is better)"

# Panels of the chart: what kind of bar a row is.
PANELS = [
    ("Receiving from a sender with segmentation offload", {
        "plain-gro": "limit", "mcast-receive-merged": "mcast", "mcastsrc-bytes": "mcast",
        "mcastsrc-runs": "mcast", "udpsrc-runs": "peer"}),
    ("Receiving single datagrams", {
        "plain-recvmmsg": "limit", "mcast-receive-messages": "mcast", "mcastsrc-single": "mcast",
        "gsocket-receive": "peer", "udpsrc-single": "peer"}),
    ("Sending many datagrams at a time", {
        "plain-segment": "limit", "mcast-send-segments": "mcast", "mcastsink-large": "mcast",
        "mcastsink-list": "mcast", "gsocket-send-messages": "peer", "udpsink-list": "peer"}),
    ("Sending single datagrams", {
        "plain-sendto": "limit", "mcast-send": "mcast", "mcastsink-one": "mcast",
        "gsocket-send": "peer", "udpsink-one": "peer"}),
]

INTRODUCTION = """# Performance

{gains}

![{chart_title}](images/performance.svg)

The tables below have all figures, measured in one run with plain sockets that make the same system
calls (the limit) and with the alternatives: `udpsrc` and `udpsink`, `GSocket`, Python. Each value is
the median over {repeat} repetitions of {seconds:g} s, with the smallest and the largest value in
parentheses. [Measurements](measurements.md) has the method, the targets, and which ones are missed.
"""

GAINS = (
    "mcastsrc takes {mcastsrc-runs} ns of processor time for each datagram of a sender with "
    "segmentation offload, and udpsrc {udpsrc-runs} ns. mcastsink sends lists of buffers at "
    "{mcastsink-list} ns per datagram, and udpsink at {udpsink-list} ns. Single datagrams at 200,000 "
    "per second cost {mcastsrc-single} ns in mcastsrc and {udpsrc-single} ns in udpsrc.")

MEASUREMENTS = """# Measurements

This page is for developers of mcast. It explains how the figures of [Performance](performance.md)
were measured, and compares them with their targets.

`tests/bench/run.sh --publish` builds and measures everything in network namespaces of its own and
writes both pages and the chart. It takes about twelve minutes, needs no privileges, and requires an
otherwise idle machine. Without `--publish`, it does not change them.
`tests/bench/callgrind.sh` counts the instructions of the library for each datagram, which do not
depend on the load of the machine, and compares them with the recorded numbers.
"""

TARGETS = """
## Targets

Each ratio compares values of the same repetition. The table shows the median over the repetitions,
with the smallest and the largest ratio in parentheses.
"""

REASONS = """
## Where the time goes

These numbers are instructions per datagram, counted by callgrind without those of the kernel, which
takes most of the time. They explain the missed targets.

- **One wake-up per datagram.** At 200,000 datagrams per second, a receiver sleeps between most of
  them. The limit sleeps inside `recvmmsg()`, which is one system call. A receiver that another
  thread may close, cancel or change tries to read, waits in `ppoll()`, and reads again. The library
  takes {receive-32:,.0f} instructions for each of 32 available datagrams, {receive-1:,.0f} for one
  available datagram, and {receive-wait:,.0f} for one that it waits for.
- **One buffer per datagram.** mcastsrc and the library take {src-16:,.0f} in lists of 16,
  {src-1:,.0f} for a single buffer, and {src-run:,.0f} in a run that the kernel merged, for the
  buffer, metas, list and base class. A run in one buffer takes {src-bytes:,.0f} per datagram.
- **Information about a datagram.** `GSocket` requests only the sender from the kernel. The library
  also requests the group, interface, hop limit and time, and compares them with the settings.
- **One buffer at a time.** mcastsink and the library take {sink-one:,.0f}; `gst_pad_push()` and
  GstBaseSink take nearly as many, with udpsink as well. In lists, each buffer is mapped separately
  and the kernel copies from 49 places: {sink-list:,.0f}. Large buffers: {sink-large:,.0f}.
- **One socket for each of 1,000 groups** lets the kernel keep other groups out, but requires a
  system call for each datagram whose group differs from that of the previous one.
- **Memory.** In addition to its payload, a queued datagram occupies about 280 bytes for the buffer,
  140 for its memory and 80 for the pool, and about 600 with `add-origin-meta`. A single datagram also occupies the
  space up to `mtu`.
- **gst-inspect-1.0** itself takes most of its start time, as it does with udpsrc.
"""

METHOD = """
## Method

- Two network namespaces are connected by veth pairs. Datagrams are {size} bytes long, all socket
  buffers {buffer} bytes. The sender and the receiver each have a processor of their own.
- The rows take turns, so that a disturbance does not affect only one of them.
- The processor time is the user and system time of the measured program without its warm-up,
  divided by the number of datagrams that it sent or received. With veth, the kernel's work for an
  arriving datagram until it reaches the socket counts as time of the sender.
- Lost datagrams were sent by one side and not received by the other. When a program sends as fast
  as possible, a receiver with plain sockets reads along; its losses are included.
- Elements are measured alone: the source or sink at the other end of the pipeline is part of the
  benchmark and only creates or counts buffers. A separate row shows the cost of creating them.
- Allocations are calls to `malloc()` and related functions per datagram. They are counted in a
  separate run with GLib's own allocator disabled, which also checks the numbers in the datagrams.

Measured on {date}: {cores} cores of {processor}, Linux {kernel}, {compiler}, GLib {glib},
GStreamer {gstreamer}, Python {python}. Load average before and after: {load_before:.1f} and
{load_after:.1f}.
"""


README = """## Performance

![{chart_title}](docs/images/performance.svg)

The chart compares mcast with plain C sockets that make the same system calls, which is the limit, and
with the alternatives. The scale is logarithmic; the thin lines span the smallest and the largest of
the repetitions. [Performance](docs/performance.md) has all figures.

"""


# --- Figures as text ------------------------------------------------------------------------

def format_number(value):
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def format_spread(summary, scale=1.0, unit=""):
    median, least, most = (format_number(summary[name] * scale)
                           for name in ("median", "min", "max"))
    if least == most:
        return f"{median}{unit}"
    return f"{median}{unit} ({least} to {most})"


def format_field(row, name, scale=1.0):
    return format_spread(row[name], scale) if name in row else ""


def format_allocations(row):
    """Less than one in a hundred datagrams is what a timer or a list now and then takes."""
    if "allocations" not in row:
        return ""
    return "0" if row["allocations"] < 0.005 else f"{row['allocations']:.2f}"


# Heading, and what is in the column of a row.
COLUMNS = {
    "ns": ("ns per datagram", lambda row: format_field(row, "ns")),
    "rate": ("1,000 per second", lambda row: format_field(row, "rate", 1e-3)),
    "sent_rate": ("1,000 per second", lambda row: format_field(row, "sent_rate", 1e-3)),
    "lost": ("lost, %", lambda row: format_field(row, "lost")),
    "allocations": ("allocations", format_allocations),
    "rss": ("memory, MB", lambda row: format_field(row, "peak_rss_kb", 1e-3)),
    "open": ("open, s", lambda row: format_field(row, "open_seconds")),
    "close": ("close, s", lambda row: format_field(row, "close_seconds")),
    "p50": ("p50, us", lambda row: format_field(row, "p50", 1e-3)),
    "p99": ("p99, us", lambda row: format_field(row, "p99", 1e-3)),
    "held": ("memory per byte of payload", lambda row: format_field(row, "held")),
    "of_rate": ("rate / requested rate", lambda row: format_field(row, "of_rate")),
    "gap50": ("gap p50 / nominal gap", lambda row: format_field(row, "gap50")),
    "gap99": ("gap p99 / nominal gap", lambda row: format_field(row, "gap99")),
    "burst": ("maximum per millisecond / nominal number",
              lambda row: format_field(row, "burst")),
    "ms": ("ms", lambda row: format_field(row, "ms")),
    "cpu_ms": ("processor time, ms", lambda row: format_field(row, "cpu_ms")),
}


def choose_columns(rows):
    first = rows[0]
    if first["kind"] == "start":
        return ("ms", "cpu_ms")
    if first["kind"] == "pace":
        return ("of_rate", "gap50", "gap99", "burst", "ns", "lost")
    if first["kind"] == "hold":
        return ("held", "lost")
    if first["key"].startswith("latency-"):
        return ("p50", "p99", "ns", "allocations")
    if first["key"] == "many-groups":
        return ("ns", "lost", "open", "close", "allocations", "rss")
    if first["kind"] == "send":
        return ("ns", "sent_rate", "lost", "allocations", "rss")
    return ("ns", "rate", "lost", "allocations", "rss")


# --- Tables ---------------------------------------------------------------------------------

def make_table(headings, lines):
    rule = "|".join("---" if i == 0 else "---:" for i in range(len(headings)))
    return "\n".join([f"| {' | '.join(headings)} |", f"|{rule}|",
                      *[f"| {' | '.join(line)} |" for line in lines]]) + "\n"


def make_section(title, rows):
    columns = choose_columns(rows)
    headings = ["", *[COLUMNS[name][0] for name in columns]]
    lines = [[row["label"], *[COLUMNS[name][1](row) for name in columns]]
             for row in rows if row["runs"]]
    absent = [f"Not measured: {row['label']} ({row['missing'] or 'it failed'})."
              for row in rows if not row["runs"]]
    text = f"\n## {title}\n\n"
    if lines:
        text += make_table(headings, lines)
    if absent:
        text += "\n" + "\n".join(absent) + "\n"
    return text


def format_check(check):
    if "value" not in check:
        return f"{check['text']}: not measured"
    value = format_spread(check["value"], unit=check["unit"].replace("x", " x"))
    verdict = {True: "", False: ", **missed**", None: ""}[check.get("met")]
    return f"{check['text']}: {value}{verdict}"


def make_targets(targets):
    lines = [[target["what"], target["target"],
              "<br>".join(format_check(check) for check in target["checks"])]
             for target in targets]
    return "\n" + make_table(["Case", "Target", "Measured"], lines).replace("---:", "---")


def format_gains(figures):
    medians = {row["key"]: format_number(row["ns"]["median"])
               for row in figures["rows"] if "ns" in row}
    return textwrap.fill(GAINS.format_map(collections.defaultdict(lambda: "–", medians)), 100)


def make_page(figures):
    sections = {}
    for row in figures["rows"]:
        sections.setdefault(row["section"], []).append(row)
    settings = figures["settings"]
    return "".join([
        INTRODUCTION.format(chart_title=CHART_TITLE, gains=format_gains(figures),
                            repeat=settings["repeat"], seconds=settings["seconds"]),
        *[make_section(title, rows) for title, rows in sections.items()],
    ])


def make_measurements(figures):
    settings = figures["settings"]
    instructions = json.loads(INSTRUCTIONS.read_text(encoding="utf-8"))["instructions"]
    return "".join([
        MEASUREMENTS,
        METHOD.format(size=settings["size"], buffer=f"{settings['buffer_size']:,}",
                      **figures["machine"]),
        TARGETS,
        make_targets(figures["targets"]),
        REASONS.format(**instructions),
    ])


def make_chart(figures):
    rows = {row["key"]: row for row in figures["rows"] if "ns" in row}
    shown = [rows[key] for _, keys in PANELS for key in keys if key in rows]
    chart = Chart(max((row["ns"]["max"] for row in shown), default=1))
    chart.add_legend()
    for title, keys in PANELS:
        bars = [(rows[key]["label"], kind, *(rows[key]["ns"][name]
                                             for name in ("median", "min", "max")))
                for key, kind in keys.items() if key in rows]
        if bars:
            chart.add_panel(title, bars)
    chart.add_axis()
    return chart.render(CHART_TITLE)


def put_into_readme(path):
    """Between the two comments that are there for it."""
    text = path.read_text(encoding="utf-8")
    text, n = re.subn(r"(<!-- performance: .*?-->\n).*?(<!-- end of performance -->)",
                      lambda match: match[1] + README.format(chart_title=CHART_TITLE) + match[2],
                      text, flags=re.DOTALL)
    if n != 1:
        sys.exit(f"{path}: no place for the figures between two comments")
    path.write_text(text, encoding="utf-8")


def main():
    source, docs = (pathlib.Path(argument) for argument in sys.argv[1:3])
    figures = json.loads(source.read_text(encoding="utf-8"))
    (docs / "images").mkdir(exist_ok=True)
    (docs / "performance.md").write_text(make_page(figures), encoding="utf-8")
    (docs / "measurements.md").write_text(make_measurements(figures), encoding="utf-8")
    (docs / "images" / "performance.svg").write_text(make_chart(figures), encoding="utf-8")
    if len(sys.argv) > 3:
        put_into_readme(pathlib.Path(sys.argv[3]))


if __name__ == "__main__":
    main()
