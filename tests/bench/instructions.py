#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Instructions of the library and of the elements for each datagram, by callgrind; to be run by
callgrind.sh."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROUNDS = (100, 600)
TOLERANCE = 1.03
# A wait does not always go the same way, and once a second mcastsink looks at its paths.
UNSTEADY = {"receive-wait": 1.15, "src-1": 1.15, "sink-one": 1.1, "sink-list": 1.1,
            "sink-large": 1.1}

# What bench-hot calls; the functions inside it, and nothing else, are counted.
ENTRANCES = (
    "mcast_rx_socket_receive_messages",
    "mcast_rx_socket_receive_batch",
    "mcast_rx_socket_receive",
    "mcast_tx_socket_send",
    "mcast_tx_socket_send_messages",
)


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("file", type=pathlib.Path)
    return parser.parse_args()


# Of bench-hot-src all is counted: what one round more takes is the element's, the base class's and
# a little of the sender's.
PROGRAMS = {
    "bench-hot": ("--collect-atstart=no", *[f"--toggle-collect={name}" for name in ENTRANCES]),
    "bench-hot-src": (),
}


# What feeds mcastsink, of which the render functions alone are counted.
SINK_OPTIONS = ("--collect-atstart=no", "--toggle-collect=gst_mcast_sink_render*")
SINK_SECONDS = 4
SINKS = {
    "sink-one": ("benchsrc", ""),
    "sink-list": ("benchsrc per-list=49", ""),
    "sink-large": ("benchsrc per-buffer=49", "packet-size=1316"),
}


def count(command, environment, options):
    """The instructions, and what the program printed."""
    with tempfile.NamedTemporaryFile() as output:
        result = subprocess.run(
            ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={output.name}",
             *options, *command],
            env=environment, check=True, stdout=subprocess.PIPE, text=True)
        text = pathlib.Path(output.name).read_text(encoding="utf-8", errors="replace")
    n = int(re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE).group(1))
    return n, result.stdout


def measure(program, environment, options):
    """What the later rounds add: the first ones fill caches."""
    listing = subprocess.run([program], env=environment, check=True, capture_output=True,
                             text=True).stdout
    figures = {}
    for line in listing.splitlines():
        mode, datagrams = line.split()
        few, many = (count([program, mode, str(rounds)], environment, options)[0]
                     for rounds in ROUNDS)
        figures[mode] = round((many - few) / ((ROUNDS[1] - ROUNDS[0]) * int(datagrams)), 1)
        print(f"{mode:16} {figures[mode]:10,.1f} instructions a datagram", flush=True)
    return figures


def measure_sinks(program, environment):
    figures = {}
    for mode, (source, properties) in SINKS.items():
        pipeline = (f"{source} ! mcastsink host=233.252.0.1 port=5004 interfaces=lo sync=false "
                    f"async=false {properties}")
        n, text = count([program, "send", "--pipeline", pipeline, "--seconds", str(SINK_SECONDS)],
                        environment, SINK_OPTIONS)
        figures[mode] = round(n / json.loads(text.splitlines()[-1])["datagrams"], 1)
        print(f"{mode:16} {figures[mode]:10,.1f} instructions a datagram", flush=True)
    return figures


def compare(figures, recorded):
    is_good = True
    for mode, now in figures.items():
        before = recorded.get(mode)
        if before is None:
            print(f"{mode}: not on record; record it with --record")
        elif now > before * UNSTEADY.get(mode, TOLERANCE):
            print(f"{mode}: {now:,.1f} instructions a datagram where {before:,.1f} are on record")
            is_good = False
        else:
            print(f"{mode}: {now:,.1f}, on record {before:,.1f}")
    return is_good


def get_version(*command):
    return subprocess.run(command, check=True, capture_output=True,
                          text=True).stdout.splitlines()[0].strip()


def main():
    options = parse_options()
    build = options.build.resolve()
    environment = {**os.environ, "LD_LIBRARY_PATH": str(build / "lib"),
                   "GST_PLUGIN_PATH": str(build / "gst"), "GST_REGISTRY_FORK": "no",
                   "GST_REGISTRY": str(build / "bench" / "registry.bin")}
    figures = {}
    for name, arguments in PROGRAMS.items():
        if (build / "tests" / "bench" / name).exists():
            figures |= measure(str(build / "tests" / "bench" / name), environment, arguments)
    if (build / "tests" / "bench" / "bench-gst").exists():
        figures |= measure_sinks(str(build / "tests" / "bench" / "bench-gst"), environment)
    if options.record:
        record = {"compiler": get_version("cc", "--version"),
                  "glib": get_version("pkg-config", "--modversion", "glib-2.0"),
                  "instructions": figures}
        options.file.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        return 0
    recorded = {}
    if options.file.exists():
        recorded = json.loads(options.file.read_text(encoding="utf-8"))["instructions"]
    return 0 if compare(figures, recorded) else 1


if __name__ == "__main__":
    sys.exit(main())
