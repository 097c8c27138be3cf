# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One run of one row."""

import json
import resource
import select
import subprocess
import sys
import time

from rows import GROUP, LOADS, PACING_RATE, PORT, SIZE
from world import RECEIVER, SENDER

EXIT_SKIPPED = 77
TIMEOUT = 30
# Datagrams in transit arrive before the notification of the end.
PAUSE = 0.1


class Missing(Exception):
    """A row cannot be had here."""


class Failed(Exception):
    """A row went wrong."""


class Bench:
    """Runs programs of a directory in a world."""

    def __init__(self, world, programs, settings):
        self.world = world
        self.programs = programs
        self.settings = settings

    def run(self, row, is_proof=False):
        """The figures of one run. A proof counts the heap and looks at every datagram."""
        if row.kind == "start":
            return self._start(row)
        if row.kind == "pace":
            return self._pace(row)
        if row.kind == "send":
            return self._send(row, is_proof)
        return self._receive(row, is_proof)

    # --- Programs --------------------------------------------------------------------------

    def _command(self, words):
        buffer_size = str(self.settings["buffer_size"])
        program, *options = [word.replace("@BUFFER@", buffer_size) for word in words]
        common = ["--group", GROUP, "--port", str(PORT), "--buffer-size", buffer_size]
        interpreter = [sys.executable] if program.endswith(".py") else []
        return [*interpreter, str(self.programs[program]), *options, *common]

    def _plain(self, *options):
        return self._command(("bench-plain", *options))

    def _heap(self, is_proof):
        if not is_proof:
            return {}
        return {"LD_PRELOAD": str(self.programs["alloc-count.so"]), "G_SLICE": "always-malloc"}

    def _start_receiver(self, command, environment=None):
        process = self.world.start(RECEIVER, command, environment)
        readable, _, _ = select.select([process.stdout], [], [], TIMEOUT)
        if not readable or process.stdout.readline() != "ready\n":
            process.kill()
            self._check(process)
        return process

    @staticmethod
    def _check(process):
        """The last line a program printed, as figures."""
        try:
            output, errors = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failed("did not end") from None
        lines = errors.strip().splitlines() or ["no reason given"]
        if process.returncode == EXIT_SKIPPED:
            raise Missing(lines[-1])
        if process.returncode != 0:
            raise Failed(lines[-1])
        return json.loads(output.splitlines()[-1])

    def _run_sender(self, command, environment=None):
        return self._check(self.world.start(SENDER, command, environment))

    def _send_end(self, receiver):
        time.sleep(PAUSE)
        end = self.world.start(SENDER, self._plain("end"))
        try:
            return self._check(receiver)
        finally:
            end.kill()
            end.communicate()

    # --- Receiving -------------------------------------------------------------------------

    def _load(self, row, is_proof):
        load = LOADS[row.load]
        rate = load.rate // 4 if is_proof else load.rate
        seconds = 1 if row.kind == "hold" else self.settings["seconds"]
        return self._plain(load.mode, *load.options, "--size", str(SIZE), "--rate", str(rate),
                           "--seconds", str(seconds))

    def _receive(self, row, is_proof):
        # Groups come in one after another over several sockets: no order between them.
        looks = is_proof and row.load in ("single", "runs")
        command = self._command((*row.command, "--check") if looks else row.command)
        receiver = self._start_receiver(command, self._heap(is_proof))
        try:
            sent = self._run_sender(self._load(row, is_proof))
            got = self._send_end(receiver)
        finally:
            receiver.kill()
        figures = self._figures(got, sent["datagrams"], got["datagrams"],
                                sent["counted"] / max(sent["seconds"], 1e-9))
        if row.kind == "hold":
            figures["held"] = got["rss_growth"] / (got["counted"] * SIZE)
        return figures

    # --- Sending ---------------------------------------------------------------------------

    def _send(self, row, is_proof):
        looks = is_proof and row.copies == 1
        interfaces = ",".join(f"v{i}" for i in range(max(row.copies, 1)))
        drain = self._plain("recvmmsg-gro", "--interfaces", interfaces,
                            *(["--check"] if looks else []))
        receiver = self._start_receiver(drain)
        try:
            command = (*row.command, "--seconds", str(self.settings["seconds"]))
            sent = self._run_sender(self._command(command), self._heap(is_proof))
            got = self._send_end(receiver)
        finally:
            receiver.kill()
        if "out_of_order" in got:
            sent["out_of_order"] = got["out_of_order"]
        return self._figures(sent, sent["datagrams"] * row.copies, got["datagrams"],
                             sent["counted"] / max(sent["seconds"], 1e-9))

    def _pace(self, row):
        """Gaps and bursts as multiples of what the rate makes them."""
        receiver = self._start_receiver(self._plain("stamps"))
        try:
            command = (*row.command, "--seconds", str(self.settings["seconds"]))
            sent = self._run_sender(self._command(command))
            got = self._send_end(receiver)
        finally:
            receiver.kill()
        gap = 8e9 * SIZE / PACING_RATE
        figures = self._figures(sent, sent["datagrams"], got["datagrams"],
                                sent["counted"] / max(sent["seconds"], 1e-9))
        figures["of_rate"] = figures["sent_rate"] * gap / 1e9
        figures["gap50"] = got["gap50"] / gap
        figures["gap99"] = got["gap99"] / gap
        figures["burst"] = got["burst"] * gap / 1e6
        return figures

    # --- Starting --------------------------------------------------------------------------

    def _start(self, row):
        program = str(self.programs.get(row.command[0], row.command[0]))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        try:
            result = subprocess.run([program, *row.command[1:]], env=self.world.environment,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, text=True, check=False)
        except FileNotFoundError:
            raise Missing(f"{row.command[0]} is not installed") from None
        elapsed = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if result.returncode != 0:
            # Python says where it is installed, which is nobody's business here.
            lines = result.stderr.strip().splitlines() or ["it fails"]
            raise Missing(lines[-1].split(": ")[-1])
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {"ms": elapsed * 1000, "cpu_ms": cpu * 1000}

    # --- Figures ---------------------------------------------------------------------------

    @staticmethod
    def _figures(account, expected, arrived, sent_rate):
        """account: of the program under test."""
        counted = max(account["counted"], 1)
        figures = {
            "ns": account["cpu_ns"] / counted,
            "sent_rate": sent_rate,
            "rate": sent_rate * arrived / expected if expected else sent_rate,
            "lost": 100 * max(expected - arrived, 0) / expected if expected else 0,
            "peak_rss_kb": account["peak_rss_kb"],
        }
        for name in ("open_seconds", "close_seconds", "p50", "p99", "p999", "out_of_order"):
            if name in account:
                figures[name] = account[name]
        if account.get("calls"):
            figures["per_call"] = counted / account["calls"]
        if account.get("user_ns"):
            figures["user_ns"] = account["user_ns"] / counted
        if "allocations" in account:
            figures["allocations"] = account["allocations"] / counted
        return figures
