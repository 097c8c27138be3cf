# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is measured: the rows, and the targets that are ratios of rows."""

from dataclasses import dataclass

SIZE = 1316
RUN = 49
GROUP = "233.252.0.1"
PORT = 5004
LINKS = "v0,v1,v2,v3"
MANY = 1000
PACING_RATE = 50_000_000


@dataclass(frozen=True)
class Load:
    """What is sent to a receiver, by plain sockets."""

    mode: str
    rate: int
    options: tuple = ()


LOADS = {
    "single": Load("sendto", 200_000),
    "runs": Load("segment", 2_000_000, ("--max-datagrams", str(RUN))),
    "flood": Load("segment", 600_000, ("--max-datagrams", str(RUN))),
    "sparse": Load("sendto", 10_000),
    "gigabit": Load("sendto", 94_985),
    "gigabit-runs": Load("segment", 94_985, ("--max-datagrams", str(RUN))),
    "many": Load("spread", 100_000, ("--groups", str(MANY), "--interfaces", LINKS)),
    "one-on-four": Load("spread", 100_000, ("--groups", "1", "--interfaces", LINKS)),
}


@dataclass(frozen=True)
class Row:
    """A program under test. kind: receive, hold, send, pace, start. copies: of what is sent, that
    arrive."""

    key: str
    section: str
    label: str
    command: tuple
    kind: str = "receive"
    load: str = "single"
    copies: int = 1
    is_heap_counted: bool = True


def gst(mode, pipeline, *options):
    return ("bench-gst", mode, "--pipeline", pipeline, *options)


UDPSRC = f"udpsrc address={GROUP} port={PORT} multicast-iface=v0 buffer-size=@BUFFER@"
MCASTSRC = f"mcastsrc address={GROUP} port={PORT} interfaces=v0 buffer-size=@BUFFER@"
UDPSINK = f"udpsink host={GROUP} port={PORT} multicast-iface=%s sync=false async=false"
MCASTSINK = f"mcastsink host={GROUP} port={PORT} interfaces=%s sync=false async=false"
ONE = "benchsrc"
LIST = f"benchsrc per-list={RUN}"
LARGE = f"benchsrc per-buffer={RUN}"
FAKESINK = "fakesink sync=false async=false"
TEE = "tee name=t " + " ".join(f"t. ! {UDPSINK % f'v{i}'}" for i in range(4))

RECEIVE = "Receiving single datagrams, 200,000 per second"
RUNS = "Receiving from a sender with segmentation offload, 2,000,000 per second"
SEND = "Sending as fast as possible"
FOUR = "Sending on four interfaces"
MANY_SECTION = ("1,000 groups on four interfaces, 100,000 datagrams per second, "
                "each to the next group")
LATENCY = "Latency from the send call to the buffer, 10,000 per second"
PACING = "Pacing at 50 Mbit/s"
MEMORY = "Queueing one second of 1 Gb/s"
PYTHON = "Receiving from Python, 600,000 per second offered"
START = "Starting"


def receivers():
    plain, mcast, gsocket = "bench-plain", "bench-mcast", "bench-gsocket"
    return [
        Row("plain-recvmsg", RECEIVE, "plain C, recvmsg", (plain, "recvmsg")),
        Row("plain-recvmmsg", RECEIVE, "plain C, recvmmsg: the limit", (plain, "recvmmsg")),
        Row("plain-recvmmsg-info", RECEIVE,
            "the same, with the metadata that the library returns", (plain, "recvmmsg", "--info")),
        Row("mcast-receive-messages", RECEIVE, "mcast_rx_socket_receive_messages",
            (mcast, "receive-messages")),
        Row("mcast-receive-batch", RECEIVE, "mcast_rx_socket_receive_batch",
            (mcast, "receive-batch")),
        Row("mcast-receive", RECEIVE, "mcast_rx_socket_receive", (mcast, "receive")),
        Row("gsocket-receive-batch", RECEIVE, "g_socket_receive_messages, to GBytes",
            (gsocket, "receive-batch")),
        Row("gsocket-receive", RECEIVE, "g_socket_receive_from, to GBytes",
            (gsocket, "receive")),
        Row("mcastsrc-single", RECEIVE, "mcastsrc", gst("receive", f"{MCASTSRC} ! benchsink")),
        Row("udpsrc-single", RECEIVE, "udpsrc", gst("receive", f"{UDPSRC} ! benchsink")),
        Row("mcastsrc-single-fakesink", RECEIVE, "mcastsrc ! fakesink",
            gst("receive", f"{MCASTSRC} ! {FAKESINK} name=out")),
        Row("udpsrc-single-fakesink", RECEIVE, "udpsrc ! fakesink",
            gst("receive", f"{UDPSRC} ! {FAKESINK} name=out")),
    ]


def run_receivers():
    plain, mcast = "bench-plain", "bench-mcast"
    return [
        Row("plain-gro", RUNS, "plain C, recvmmsg with UDP_GRO: the limit",
            (plain, "recvmmsg-gro"), load="runs"),
        Row("plain-gro-info", RUNS, "the same, with the metadata that the library returns",
            (plain, "recvmmsg-gro", "--info"), load="runs"),
        Row("plain-recvmmsg-runs", RUNS, "plain C, recvmmsg", (plain, "recvmmsg"), load="runs"),
        Row("mcast-receive-merged", RUNS, "mcast_rx_socket_receive_messages, receive-offload",
            (mcast, "receive-messages-merged"), load="runs"),
        Row("mcastsrc-runs", RUNS, "mcastsrc", gst("receive", f"{MCASTSRC} ! benchsink"),
            load="runs"),
        Row("mcastsrc-bytes", RUNS, "mcastsrc preserve-packetization=false",
            gst("receive", f"{MCASTSRC} preserve-packetization=false ! benchsink"), load="runs"),
        Row("mcastsrc-no-gro", RUNS, "mcastsrc allow-gro=false",
            gst("receive", f"{MCASTSRC} allow-gro=false ! benchsink"), load="runs"),
        Row("udpsrc-runs", RUNS, "udpsrc", gst("receive", f"{UDPSRC} ! benchsink"), load="runs"),
    ]


def sender(key, section, label, command, copies=1):
    return Row(key, section, label, command, kind="send", load="", copies=copies)


def senders():
    plain, mcast, gsocket = "bench-plain", "bench-mcast", "bench-gsocket"
    sink, peer = MCASTSINK % "v0", UDPSINK % "v0"
    run = ("--max-datagrams", str(RUN))
    return [
        sender("plain-sendto", SEND, "plain C, sendto: the limit for single datagrams",
               (plain, "sendto")),
        sender("plain-sendmmsg", SEND, "plain C, sendmmsg", (plain, "sendmmsg")),
        sender("plain-segment", SEND, "plain C, UDP_SEGMENT: the limit", (plain, "segment", *run)),
        sender("mcast-send", SEND, "mcast_tx_socket_send", (mcast, "send")),
        sender("mcast-send-message", SEND, "mcast_tx_socket_send_messages, one at a time",
               (mcast, "send-message")),
        sender("mcast-send-messages", SEND, "mcast_tx_socket_send_messages, 64 at a time",
               (mcast, "send-messages")),
        sender("mcast-send-segments", SEND, f"mcast_tx_socket_send_messages, runs of {RUN}",
               (mcast, "send-segments", *run)),
        sender("gsocket-send", SEND, "g_socket_send_to", (gsocket, "send")),
        sender("gsocket-send-messages", SEND, "g_socket_send_messages, 64 at a time",
               (gsocket, "send-messages")),
        sender("mcastsink-one", SEND, "mcastsink, small buffers", gst("send", f"{ONE} ! {sink}")),
        sender("udpsink-one", SEND, "udpsink, small buffers", gst("send", f"{ONE} ! {peer}")),
        sender("mcastsink-list", SEND, f"mcastsink, lists of {RUN} buffers",
               gst("send", f"{LIST} ! {sink}")),
        sender("udpsink-list", SEND, f"udpsink, lists of {RUN} buffers",
               gst("send", f"{LIST} ! {peer}")),
        sender("mcastsink-large", SEND, f"mcastsink packet-size={SIZE}, large buffers",
               gst("send", f"{LARGE} ! {sink} packet-size={SIZE}")),
        sender("feed-one", SEND, "the benchmark source alone, small buffers",
               gst("send", f"{ONE} ! benchsink"), copies=0),
        sender("feed-list", SEND, "the benchmark source alone, lists",
               gst("send", f"{LIST} ! benchsink"), copies=0),
        sender("feed-large", SEND, "the benchmark source alone, large buffers",
               gst("send", f"{LARGE} ! benchsink"), copies=0),
    ]


def senders_on_four():
    sink = MCASTSINK % LINKS
    return [
        sender("mcast-segments-four", FOUR, f"mcast_tx_socket_send_messages, runs of {RUN}",
               ("bench-mcast", "send-segments", "--interfaces", LINKS, "--max-datagrams", str(RUN)),
               copies=4),
        sender("mcastsink-one-four", FOUR, "mcastsink, small buffers",
               gst("send", f"{ONE} ! {sink}"), copies=4),
        sender("mcastsink-large-four", FOUR, f"mcastsink packet-size={SIZE}, large buffers",
               gst("send", f"{LARGE} ! {sink} packet-size={SIZE}"), copies=4),
        sender("mcastsink-list-four", FOUR, f"mcastsink, lists of {RUN} buffers",
               gst("send", f"{LIST} ! {sink}"), copies=4),
        sender("udpsink-one-four", FOUR, "tee and four udpsinks, small buffers",
               gst("send", f"{ONE} ! {TEE}"), copies=4),
        sender("udpsink-list-four", FOUR, f"tee and four udpsinks, lists of {RUN} buffers",
               gst("send", f"{LIST} ! {TEE}"), copies=4),
    ]


def many():
    messages = ("bench-mcast", "receive-messages")
    return [
        Row("many-groups", MANY_SECTION, f"mcast, {MANY} groups on four interfaces",
            (*messages, "--groups", str(MANY), "--interfaces", LINKS), load="many"),
        Row("one-group-on-four", MANY_SECTION, "mcast, one group on four interfaces",
            (*messages, "--interfaces", LINKS), load="one-on-four"),
    ]


def latencies():
    def row(key, label, command):
        return Row(f"latency-{key}", LATENCY, label, (*command, "--latency"), load="sparse")

    return [
        row("plain", "plain C, recvmsg", ("bench-plain", "recvmsg")),
        row("mcast", "mcast_rx_socket_receive_messages", ("bench-mcast", "receive-messages")),
        row("mcastsrc", "mcastsrc", gst("receive", f"{MCASTSRC} ! benchsink")),
        row("udpsrc", "udpsrc", gst("receive", f"{UDPSRC} ! benchsink")),
    ]


def pacing():
    def row(key, label, command):
        return Row(f"pace-{key}", PACING, label, command, kind="pace", load="",
                   is_heap_counted=False)

    return [
        row("mcast-send", "mcast_tx_socket_send",
            ("bench-mcast", "send", "--pacing-rate", str(PACING_RATE))),
        row("mcastsink", f"mcastsink pacing-rate={PACING_RATE}, small buffers",
            gst("send", f"{ONE} ! {MCASTSINK % 'v0'} pacing-rate={PACING_RATE}")),
        row("mcastsink-list", f"mcastsink pacing-rate={PACING_RATE}, lists of {RUN} buffers",
            gst("send", f"{LIST} ! {MCASTSINK % 'v0'} pacing-rate={PACING_RATE}")),
    ]


def memory():
    def row(key, label, source, load):
        return Row(f"hold-{key}", MEMORY, label, gst("hold", f"{source} ! benchsink"),
                   kind="hold", load=load, is_heap_counted=False)

    return [
        row("mcastsrc-single", "mcastsrc, single datagrams", MCASTSRC, "gigabit"),
        row("mcastsrc-runs", "mcastsrc, segmentation offload", MCASTSRC, "gigabit-runs"),
        row("udpsrc-single", "udpsrc, single datagrams", UDPSRC, "gigabit"),
    ]


def python():
    def row(mode, label):
        return Row(f"python-{mode}", PYTHON, label, ("bench-python.py", mode), load="flood",
                   is_heap_counted=False)

    return [
        row("plain", "socket.recvfrom"),
        row("plain-select", "select and recvfrom, as multicast_expert does"),
        row("multicast-expert", "multicast_expert, recvfrom"),
        row("libmcast-recvfrom", "libmcast.RxSocket.recvfrom"),
        row("libmcast-for", "for datagram in libmcast.RxSocket"),
        row("libmcast-views", "libmcast.RxSocket.receive_views"),
        row("mcast", "Mcast.RxSocket.receive"),
        row("mcast-batch", "Mcast.RxSocket.receive_batch, payloads converted to bytes"),
        row("mcast-batch-objects", "Mcast.RxSocket.receive_batch, datagrams not converted"),
        row("mcast-payloads", "Mcast.RxSocket.receive_payloads, split into bytes"),
        row("mcast-payloads-merged", "the same, with receive-offload"),
    ]


def starts():
    def row(key, *command):
        return Row(f"start-{key}", START, " ".join(command), command, kind="start", load="")

    return [
        row("mcast", "mcast", "--version"),
        row("python-multicast", "python3", "-m", "multicast", "--version"),
        row("mcastsrc", "gst-inspect-1.0", "mcastsrc"),
        row("udpsrc", "gst-inspect-1.0", "udpsrc"),
    ]


ROWS = (receivers() + run_receivers() + senders() + senders_on_four() + many() + latencies()
        + pacing() + memory() + python() + starts())


@dataclass(frozen=True)
class Check:
    """A row's value, or its ratio to another row's, and between what it should be.

    less: a row that is taken off the first."""

    text: str
    over: str
    under: str = ""
    less: str = ""
    field: str = "ns"
    most: float = None
    least: float = None
    unit: str = "x"


@dataclass(frozen=True)
class Target:
    what: str
    target: str
    checks: tuple


TARGETS = [
    Target("mcastsrc, sender uses segmentation offload, one buffer per datagram in lists",
           "at most 3 x the limit; at least 10 x faster than udpsrc; 2,000,000/s without loss",
           (Check("relative to the limit", "mcastsrc-runs", "plain-gro", most=3),
            Check("faster than udpsrc", "udpsrc-runs", "mcastsrc-runs", least=10),
            Check("lost", "mcastsrc-runs", field="lost", most=0, unit="%"),
            Check("lost at the limit", "plain-gro", field="lost", unit="%"))),
    Target("the same, as a byte stream", "at most 1.3 x the limit",
           (Check("relative to the limit", "mcastsrc-bytes", "plain-gro", most=1.3),)),
    Target("mcastsrc, single datagrams", "at most 1.15 x plain recvmmsg",
           (Check("relative to recvmmsg", "mcastsrc-single", "plain-recvmmsg", most=1.15),
            Check("udpsrc, relative to recvmmsg", "udpsrc-single", "plain-recvmmsg"))),
    Target("mcastsink, lists or large buffers",
           "at most 1.3 x plain UDP_SEGMENT; at least 25 x faster than udpsink",
           (Check("lists, relative to UDP_SEGMENT", "mcastsink-list", "plain-segment", most=1.3),
            Check("the same without the benchmark source", "mcastsink-list", "plain-segment",
                  less="feed-list"),
            Check("large buffers, relative to UDP_SEGMENT", "mcastsink-large", "plain-segment",
                  most=1.3),
            Check("faster than udpsink with lists", "udpsink-list", "mcastsink-list", least=25),
            Check("large buffers, faster than udpsink", "udpsink-one", "mcastsink-large",
                  least=25))),
    Target("mcastsink, one small buffer at a time", "at most 1.1 x plain sendto",
           (Check("relative to sendto", "mcastsink-one", "plain-sendto", most=1.1),
            Check("the same without the benchmark source", "mcastsink-one", "plain-sendto",
                  less="feed-one"),
            Check("udpsink, relative to sendto", "udpsink-one", "plain-sendto"))),
    Target("mcastsink on 4 interfaces", "at most 4.2 x one interface",
           (Check("small buffers", "mcastsink-one-four", "mcastsink-one", most=4.2),
            Check("lists", "mcastsink-list-four", "mcastsink-list", most=4.2),
            Check("large buffers", "mcastsink-large-four", "mcastsink-large", most=4.2),
            Check("tee and four udpsinks, relative to mcastsink, small buffers", "udpsink-one-four",
                  "mcastsink-one-four"),
            Check("tee and four udpsinks, relative to mcastsink, lists", "udpsink-list-four",
                  "mcastsink-list-four"))),
    Target("the library compared with GSocket", "never slower",
           (Check("receive", "mcast-receive", "gsocket-receive", most=1),
            Check("receive_batch", "mcast-receive-batch", "gsocket-receive-batch", most=1),
            Check("send", "mcast-send", "gsocket-send", most=1),
            Check("send_messages", "mcast-send-messages", "gsocket-send-messages", most=1))),
    Target("Python, compared with multicast_expert", "at least 2 x its datagrams per second",
           (Check("receive_payloads", "python-mcast-payloads", "python-multicast-expert",
                  field="rate", least=2),
            Check("receive_payloads with receive-offload", "python-mcast-payloads-merged",
                  "python-multicast-expert", field="rate", least=2),
            Check("receive_batch", "python-mcast-batch", "python-multicast-expert", field="rate"),
            Check("receive_payloads, relative to select and recvfrom", "python-mcast-payloads",
                  "python-plain-select", field="rate", least=2))),
    Target("processor time in Python, relative to multicast_expert", "1, 0.5 and 0.2",
           (Check("recvfrom", "python-libmcast-recvfrom", "python-multicast-expert", most=1),
            Check("for", "python-libmcast-for", "python-multicast-expert", most=0.5),
            Check("receive_views", "python-libmcast-views", "python-multicast-expert", most=0.2))),
    Target("1,000 groups on 4 interfaces", "joined in under 2 s; at most 1.5 x one group",
           (Check("joined", "many-groups", field="open_seconds", most=2, unit=" s"),
            Check("left", "many-groups", field="close_seconds", unit=" s"),
            Check("relative to one group", "many-groups", "one-group-on-four", most=1.5))),
    Target("latency at 10,000/s", "not above udpsrc",
           (Check("p50, relative to udpsrc", "latency-mcastsrc", "latency-udpsrc", field="p50",
                  most=1),
            Check("p99, relative to udpsrc", "latency-mcastsrc", "latency-udpsrc", field="p99",
                  most=1))),
    Target("pacing at 50 Mbit/s",
           "the requested rate; 99 % of the gaps under 2 x the nominal gap; bursts of at most 1 ms",
           (Check("relative to the requested rate", "pace-mcast-send", field="of_rate", least=0.98,
                  most=1.02),
            Check("gap p99, relative to the nominal gap", "pace-mcast-send", field="gap99", most=2),
            Check("datagrams per millisecond, relative to the nominal number", "pace-mcast-send",
                  field="burst", most=2.5),
            Check("mcastsink with lists, relative to the requested rate", "pace-mcastsink-list",
                  field="of_rate", least=0.98, most=1.02),
            Check("gap p99, relative to the nominal gap", "pace-mcastsink-list", field="gap99",
                  most=2))),
    Target("memory: one second of 1 Gb/s queued", "at most 1.5 x the payload",
           (Check("single datagrams", "hold-mcastsrc-single", field="held", most=1.5),
            Check("segmentation offload", "hold-mcastsrc-runs", field="held", most=1.5),
            Check("udpsrc", "hold-udpsrc-single", field="held"))),
    Target("start", "under 20 ms",
           (Check("mcast --version", "start-mcast", field="ms", most=20, unit=" ms"),
            Check("gst-inspect-1.0 mcastsrc", "start-mcastsrc", field="ms", most=20, unit=" ms"),
            Check("python3 -m multicast", "start-python-multicast", field="ms", unit=" ms"))),
]
