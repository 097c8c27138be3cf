#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs all rows, several times and interleaved, and writes what came out as JSON.

To be run in a network namespace of its own, by `meson test --benchmark`. The file is bench/bench.json in
the build folder."""

import argparse
import fnmatch
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

from measure import Bench, Failed, Missing
from rows import ROWS, SIZE, TARGETS
from world import World

HERE = pathlib.Path(__file__).resolve().parent
BUFFER_SIZE = 4 << 20


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--only", default="*",
                        help="rows whose key matches one of these, as in 'mcastsrc-*,udpsrc-*'")
    return parser.parse_args()


def find_programs(build):
    names = ("bench-plain", "bench-mcast", "bench-gsocket", "bench-gst", "alloc-count.so")
    programs = {name: build / "tests" / "bench" / name for name in names}
    programs["bench-python.py"] = HERE / "bench-python.py"
    programs["mcast"] = build / "tools" / "mcast"
    return {name: path for name, path in programs.items() if path.exists()}


def make_environment(build):
    def prepend(name, path):
        rest = os.environ.get(name)
        return f"{path}:{rest}" if rest else str(path)

    return {
        **os.environ,
        "LC_ALL": "C",
        "LD_LIBRARY_PATH": prepend("LD_LIBRARY_PATH", build / "lib"),
        "GI_TYPELIB_PATH": prepend("GI_TYPELIB_PATH", build / "lib"),
        "GST_PLUGIN_PATH": prepend("GST_PLUGIN_PATH", build / "gst"),
        "GST_REGISTRY": str(build / "bench" / "registry.bin"),
    }


def read_first_line(path, prefix=""):
    try:
        lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[-1].strip() for line in lines if line.startswith(prefix)), "")


def get_version(*command):
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return result.stdout.splitlines()[0].strip()


def describe_machine():
    return {
        "date": time.strftime("%Y-%m-%d"),
        "kernel": platform.release(),
        "processor": read_first_line("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "load_before": os.getloadavg()[0],
        "compiler": get_version("cc", "--version"),
        "glib": get_version("pkg-config", "--modversion", "glib-2.0"),
        "gstreamer": get_version("pkg-config", "--modversion", "gstreamer-1.0"),
        "python": platform.python_version(),
    }


def get_buffer_size():
    """The same for everybody: what a program without privilege gets."""
    return min(BUFFER_SIZE, int(read_first_line("/proc/sys/net/core/rmem_max") or BUFFER_SIZE))


# --- Running --------------------------------------------------------------------------------

class Results:
    """What the rows gave in each repetition, and why some gave nothing."""

    def __init__(self):
        self.runs = {}
        self.proofs = {}
        self.missing = {}
        self.failures = []

    def note(self, bench, row, repetition, is_proof=False):
        try:
            figures = bench.run(row, is_proof)
            if figures.get("out_of_order"):
                raise Failed(f"{figures['out_of_order']} datagrams twice or out of order")
        except Missing as reason:
            self.missing[row.key] = str(reason)
            return "missing: " + str(reason)
        except Failed as reason:
            self.failures.append({"row": row.key, "reason": str(reason)})
            return "FAILED: " + str(reason)
        if is_proof:
            self.proofs[row.key] = figures
        else:
            self.runs.setdefault(row.key, {})[repetition] = figures
        return describe(figures)


def describe(figures):
    if "ms" in figures:
        return f"{figures['ms']:.1f} ms"
    text = f"{figures['ns']:,.0f} ns, {figures['rate']:,.0f}/s, {figures['lost']:.2f} % lost"
    if "p50" in figures:
        text += f", p50 {figures['p50'] / 1000:.1f} us, p99 {figures['p99'] / 1000:.1f} us"
    if "gap99" in figures:
        text += (f", {figures['of_rate']:.3f} of the rate, gap p99 {figures['gap99']:.2f}, "
                 f"burst {figures['burst']:.2f}")
    if "held" in figures:
        text += f", {figures['held']:.2f} x the payload kept"
    if "allocations" in figures:
        text += f", {figures['allocations']:.3f} allocations"
    return text


def run_rounds(bench, rows, repeat):
    """Interleaved, so that what disturbs the machine for a while disturbs all."""
    results = Results()
    for i in range(repeat):
        for row in rows:
            if row.key in results.missing:
                continue
            text = results.note(bench, row, i)
            print(f"{i + 1}/{repeat}  {row.key:26} {text}", flush=True)
    for row in rows:
        if row.kind != "start" and row.is_heap_counted and row.key not in results.missing:
            text = results.note(bench, row, 0, is_proof=True)
            print(f"proof {row.key:24} {text}", flush=True)
    return results


# --- Summing up -----------------------------------------------------------------------------

def sum_up(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def sum_up_row(row, results):
    runs = list(results.runs.get(row.key, {}).values())
    proof = results.proofs.get(row.key, {})
    summary = {"key": row.key, "section": row.section, "label": row.label, "kind": row.kind,
               "runs": len(runs), "missing": results.missing.get(row.key)}
    for name in sorted({name for run in runs for name in run}):
        summary[name] = sum_up([run[name] for run in runs if name in run])
    for name in ("allocations", "out_of_order"):
        if name in proof:
            summary[name] = proof[name]
    return summary


def pair_up(check, results):
    """The check's value for every repetition that has what it takes."""
    def get(run, key):
        return 0 if not key else results.runs.get(key, {}).get(run, {}).get(check.field)

    values = []
    for run in results.runs.get(check.over, {}):
        over, less, under = (get(run, key) for key in (check.over, check.less, check.under))
        if over is None or less is None or (check.under and not under):
            continue
        values.append((over - less) / under if check.under else over)
    return values


def judge(check, value):
    if check.most is None and check.least is None:
        return None
    return (check.most is None or value <= check.most) and (
        check.least is None or value >= check.least)


def sum_up_check(check, results):
    values = pair_up(check, results)
    summary = {"text": check.text, "over": check.over, "under": check.under, "unit": check.unit,
               "most": check.most, "least": check.least}
    if values:
        summary["value"] = sum_up(values)
        summary["met"] = judge(check, summary["value"]["median"])
    else:
        names = [key for key in (check.over, check.under, check.less)
                 if key and not results.runs.get(key)]
        summary["missing"] = [f"{key}: {results.missing.get(key, 'not run')}" for key in names]
    return summary


def main():
    options = parse_options()
    build = options.build.resolve()
    environment = make_environment(build)
    settings = {"repeat": options.repeat, "seconds": options.seconds, "size": SIZE,
                "buffer_size": get_buffer_size()}
    rows = [row for row in ROWS
            if any(fnmatch.fnmatch(row.key, only) for only in options.only.split(","))]
    machine = describe_machine()

    # The list of plugins is made once, not by the first row.
    subprocess.run(["gst-inspect-1.0", "mcastsrc"], env=environment, check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with World(environment) as world:
        results = run_rounds(Bench(world, find_programs(build), settings), rows, options.repeat)

    machine["load_after"] = os.getloadavg()[0]
    output = {
        "machine": machine,
        "settings": settings,
        "rows": [sum_up_row(row, results) for row in rows],
        "targets": [{"what": target.what, "target": target.target,
                     "checks": [sum_up_check(check, results) for check in target.checks]}
                    for target in TARGETS],
        "failures": results.failures,
    }
    output_file = build / "bench" / "bench.json"
    output_file.parent.mkdir(exist_ok=True)
    output_file.write_text(json.dumps(output, indent=2) + "\n", encoding="utf-8")
    for key, reason in results.missing.items():
        print(f"missing: {key}: {reason}")
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main())
