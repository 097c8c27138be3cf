# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two machines with four cables between them: network namespaces, in which programs are run."""

import os
import subprocess

LINKS = 4
SENDER = "sender"
RECEIVER = "receiver"


class World:
    """To be made in a network namespace of one's own, which becomes the sender's."""

    def __init__(self, environment):
        self.environment = environment
        self.peer = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo up; exec sleep infinity"],
            stdout=subprocess.PIPE, text=True)
        self.peer.stdout.readline()
        self.cpus = dict(zip((SENDER, RECEIVER), self._choose_cpus()))
        self._connect()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.peer.kill()
        self.peer.wait()
        self.peer.stdout.close()

    @staticmethod
    def _choose_cpus():
        cpus = sorted(os.sched_getaffinity(0))
        return cpus[0], cpus[-1]

    def _enter(self, side):
        if side == SENDER:
            return []
        return ["nsenter", f"--net=/proc/{self.peer.pid}/ns/net"]

    def _run(self, side, *command):
        subprocess.run(self._enter(side) + list(command), check=True)

    def _connect(self):
        for i in range(LINKS):
            self._run(SENDER, "ip", "link", "add", f"v{i}", "type", "veth",
                      "peer", "name", f"v{i}", "netns", str(self.peer.pid))
        for host, side in enumerate((SENDER, RECEIVER), start=1):
            self._run(side, "ip", "link", "set", "lo", "up")
            for i in range(LINKS):
                self._run(side, "ip", "address", "add", f"10.9.{i}.{host}/24", "dev", f"v{i}")
                self._run(side, "ip", "link", "set", f"v{i}", "up")
            # For programs that cannot select an interface to send on.
            self._run(side, "ip", "route", "add", "224.0.0.0/4", "dev", "v0")

    def start(self, side, command, environment=None):
        """A program on a processor of its side's own."""
        return subprocess.Popen(
            self._enter(side) + ["taskset", "--cpu-list", str(self.cpus[side])] + command,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**self.environment, **(environment or {})})
