# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Gives Mcast Python's own types, with, for, asyncio and exceptions.

PyGObject loads this module with the first `from gi.repository import Mcast`."""

import asyncio
import collections
import concurrent.futures
import contextlib
import ctypes
import errno
import functools
import inspect
import ipaddress
import itertools
import math
import os
import select
import socket
import threading
import time

from gi._gi import FunctionInfo
from gi.module import get_introspection_module
from gi.overrides import override
from gi.repository import Gio, GLib

Mcast = get_introspection_module('Mcast')
__all__ = []

# The number of datagrams that an iteration reads at a time.
BATCH = 64
# Stands for the property timeout-us.
UNSET = object()
TIMED_OUT_TEXT = 'Timed out waiting for a datagram'


# Errors

IO, OWN = Gio.IOErrorEnum, Mcast.Error
IO_DOMAIN, OWN_DOMAIN = 'g-io-error-quark', 'mcast-error-quark'
VALUE_ERRORS = {
    (IO_DOMAIN, IO.INVALID_ARGUMENT),
    (OWN_DOMAIN, OWN.FAMILY_MISMATCH), (OWN_DOMAIN, OWN.NOT_A_DESTINATION),
    (OWN_DOMAIN, OWN.NOT_MULTICAST), (OWN_DOMAIN, OWN.NO_PORT),
}
ERRNO = {
    (IO_DOMAIN, IO.ADDRESS_IN_USE): errno.EADDRINUSE,
    (IO_DOMAIN, IO.CANCELLED): errno.ECANCELED,
    (IO_DOMAIN, IO.CLOSED): errno.EBADF,
    (IO_DOMAIN, IO.CONNECTION_REFUSED): errno.ECONNREFUSED,
    (IO_DOMAIN, IO.EXISTS): errno.EEXIST,
    (IO_DOMAIN, IO.HOST_UNREACHABLE): errno.EHOSTUNREACH,
    (IO_DOMAIN, IO.MESSAGE_TOO_LARGE): errno.EMSGSIZE,
    (IO_DOMAIN, IO.NETWORK_UNREACHABLE): errno.ENETUNREACH,
    (IO_DOMAIN, IO.NOT_FOUND): errno.ENOENT,
    (IO_DOMAIN, IO.NOT_SUPPORTED): errno.EOPNOTSUPP,
    (IO_DOMAIN, IO.NO_SPACE): errno.ENOSPC,
    (IO_DOMAIN, IO.PENDING): errno.EALREADY,
    (IO_DOMAIN, IO.PERMISSION_DENIED): errno.EACCES,
    (IO_DOMAIN, IO.TIMED_OUT): errno.ETIMEDOUT,
    (IO_DOMAIN, IO.TOO_MANY_OPEN_FILES): errno.EMFILE,
    (IO_DOMAIN, IO.WOULD_BLOCK): errno.EAGAIN,
    (OWN_DOMAIN, OWN.BUFFER_LIMIT): errno.ENOBUFS,
    (OWN_DOMAIN, OWN.INTERFACE_NOT_READY): errno.ENETDOWN,
    (OWN_DOMAIN, OWN.NO_ADDRESS): errno.EADDRNOTAVAIL,
    (OWN_DOMAIN, OWN.NO_GROUPS): errno.EDESTADDRREQ,
    (OWN_DOMAIN, OWN.NO_ROUTE): errno.ENETUNREACH,
    (OWN_DOMAIN, OWN.NO_SUCH_INTERFACE): errno.ENODEV,
    (OWN_DOMAIN, OWN.QUEUE_FULL): errno.ENOBUFS,
    (OWN_DOMAIN, OWN.TOO_MANY_MEMBERSHIPS): errno.ENOBUFS,
}


@functools.lru_cache(maxsize=None)
def find_error_class(base):
    """Returns the class of errors that are both GLib's and an exception of Python's own."""
    return type(base.__name__, (GLib.Error, base), {
        '__doc__': f'A GLib.Error that is also a {base.__name__}.',
        '__module__': 'gi.repository.Mcast',
        '__str__': lambda self: self.message,
    })


def convert_error(error):
    """Returns the error as one that is also Python's own, with errno where there is one."""
    kind = (error.domain, error.code)
    if kind in VALUE_ERRORS:
        return find_error_class(ValueError)(error.message, *kind)
    number = ERRNO.get(kind)
    if number is None:
        return error
    # Python has classes for some numbers, such as TimeoutError.
    converted = find_error_class(type(OSError(number, '')))(error.message, *kind)
    converted.errno, converted.strerror = number, error.message
    return converted


def make_io_error(code, message):
    return convert_error(GLib.Error.new_literal(Gio.io_error_quark(), message, code))


def is_io_error(error, code):
    return error.domain == IO_DOMAIN and error.code == code


def converts_errors(function):
    """Wraps a function, so that its errors are also Python's own."""
    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except GLib.Error as error:
            raise convert_error(error) from None

    call.__name__ = function.__name__
    call.__doc__ = function.__doc__
    return call


def convert_all_errors(cls, base):
    """Wraps each function of the library that can fail and that the class does not override."""
    for name, function in list(vars(base).items()):
        if not isinstance(function, FunctionInfo) or not function.can_throw_gerror():
            continue
        if inspect.getattr_static(cls, name) is not function:
            continue
        if function.is_constructor():
            setattr(cls, name, classmethod(converts_errors(function)))
        elif function.is_method():
            setattr(cls, name, converts_errors(function))
        else:
            setattr(cls, name, staticmethod(converts_errors(function)))


def add_override(cls):
    """Adds a class to the module, in place of the one of the library."""
    convert_all_errors(cls, getattr(Mcast, cls.__name__))
    override(cls)
    __all__.append(cls.__name__)
    return cls


# Arguments

ADDRESS_TYPES = (ipaddress.IPv4Address, ipaddress.IPv6Address)
INTERFACE_ADDRESS_TYPES = (ipaddress.IPv4Interface, ipaddress.IPv6Interface)


def is_socket_address(value):
    """Whether it is an address and a port, as the functions of the module socket have them."""
    return isinstance(value, tuple) and len(value) in (2, 4) and isinstance(value[1], int)


def to_group_text(group):
    """Accepts text, an address, a Group, and a tuple of address and port."""
    if is_socket_address(group):
        address = str(group[0])
        return f'[{address}]:{group[1]}' if ':' in address else f'{address}:{group[1]}'
    return str(group)


def to_interface_text(interface):
    """Accepts a name, an address, an index and an Interface."""
    if isinstance(interface, INTERFACE_ADDRESS_TYPES):
        interface = interface.ip
    return interface.get_name() if isinstance(interface, Mcast.Interface) else str(interface)


def to_texts(values, to_text):
    """Returns a list of texts. One value stands for a list of one."""
    if values is None:
        return None
    is_one = isinstance(values, (str, int, Mcast.Group, Mcast.Interface, *ADDRESS_TYPES))
    if is_one or is_socket_address(values):
        values = [values]
    return [to_text(value) for value in values]


def to_bytes(payload):
    if payload.__class__ is bytes:
        return payload
    if isinstance(payload, GLib.Bytes):
        return payload.get_data()
    if isinstance(payload, (str, int)):
        raise TypeError(f'a payload is bytes, not {type(payload).__name__}: text.encode() '
                        'makes bytes of text')
    return bytes(payload)


def to_glib_bytes(payload):
    return payload if isinstance(payload, GLib.Bytes) else GLib.Bytes.new(to_bytes(payload))


def to_microseconds(timeout):
    """Converts a time limit in seconds. None stands for no limit."""
    return -1 if timeout is None else max(0, int(timeout * 1e6))


@functools.lru_cache(maxsize=64)
def parse_destination(address, port, flow_info=0, scope_id=0):
    address, _, scope = str(address).partition('%')
    if scope:
        scope_id = int(scope) if scope.isdigit() else socket.if_nametoindex(scope)
    return Gio.InetSocketAddress(
        address=Gio.InetAddress.new_from_string(str(ipaddress.ip_address(address))), port=port,
        flowinfo=flow_info, scope_id=scope_id)


@converts_errors
def to_socket_address(destination):
    """Accepts a tuple of address and port, text of a group with a port, and a Group."""
    if isinstance(destination, Gio.SocketAddress):
        return destination
    if isinstance(destination, tuple):
        return parse_destination(*destination)
    group = Mcast.Group.parse(str(destination))
    address, interface = group.get_address().to_string(), group.get_interface()
    if interface is not None and ':' not in address:
        raise ValueError(f'send_to() sends on every interface, not only on “{interface}”')
    return parse_destination(f'{address}%{interface}' if interface else address, group.get_port())


# Values

def to_ip_interface(mask):
    return ipaddress.ip_interface(mask.to_string())


@functools.lru_cache(maxsize=256)
def parse_ipv4_source(text):
    """Returns None for IPv6. Datagrams have few senders."""
    address, _, port = text.rpartition(':')
    return None if address.startswith('[') else (address, int(port))


# A function of a class is called faster than one of an object, which PyGObject makes for each call.
GET_DATA = Mcast.Datagram.get_data
GET_SOURCE_TEXT = Mcast.Datagram.get_source_text


class Datagram(Mcast.Datagram):
    """A received datagram. len() and bytes() are those of its payload."""

    payload = property(Mcast.Datagram.get_data, doc='The payload, as bytes.')
    group = property(lambda self: self.get_group().to_string(), doc='The group, as text.')
    port = property(Mcast.Datagram.get_port, doc='The destination port.')
    interface = property(Mcast.Datagram.get_interface_name,
                         doc='The name of the interface on which it arrived.')
    interface_index = property(Mcast.Datagram.get_interface_index,
                               doc='The index of that interface.')
    hop_limit = property(Mcast.Datagram.get_hop_limit,
                         doc='The remaining TTL or hop limit, -1 if unknown.')
    arrival_time = property(Mcast.Datagram.get_arrival_time,
                            doc='When it arrived, in nanoseconds since 1970 (0 = unknown).')

    @property
    def source(self):
        """The sender, as socket.recvfrom() returns it: (address, port), with IPv6 4 values."""
        return parse_ipv4_source(GET_SOURCE_TEXT(self)) or self._get_ipv6_source()

    def _get_ipv6_source(self):
        source = self.get_source()
        scope_id = source.get_scope_id()
        address = source.get_address().to_string()
        if scope_id:
            address += '%' + (self.get_interface_name() or str(scope_id))
        return address, source.get_port(), source.get_flowinfo(), scope_id

    def __bytes__(self):
        return GET_DATA(self)

    def __len__(self):
        return self.get_payload().get_size()

    def __bool__(self):
        return True

    def __repr__(self):
        return (f'<Mcast.Datagram of {len(self)} bytes to {self.group} port {self.port} '
                f'from {self.get_source_text()} on {self.interface}>')


class Group(Mcast.Group):
    """A group: Group('239.1.2.3'), Group('10.0.0.1@232.1.2.3%eth0:5004')."""

    def __new__(cls, text):
        return cls.parse(to_group_text(text))

    def __init__(self, text):
        super().__init__()

    address = property(lambda self: ipaddress.ip_address(self.get_address().to_string()),
                       doc='The address of the group, as an object of the module ipaddress.')
    port = property(lambda self: self.get_port(), doc='The port, 0 for that of the socket.')
    interface = property(lambda self: self.get_interface(),
                         doc='The interface, None for those of the socket.')

    def __str__(self):
        return self.to_string()

    def __repr__(self):
        return f'<Mcast.Group {self.to_string()}>'

    def __eq__(self, other):
        return isinstance(other, Mcast.Group) and self.equal(other)

    def __hash__(self):
        return hash(self.to_string())


class Interface(Mcast.Interface):
    """A network interface. Interface.list() returns those of the machine."""

    name = property(lambda self: self.get_name(), doc='The name, such as eth0.')
    index = property(lambda self: self.get_index(), doc='The index, a positive number.')
    mtu = property(lambda self: self.get_mtu(), doc='The largest packet, in bytes.')
    addresses = property(lambda self: [to_ip_interface(mask) for mask in self.get_addresses()],
                         doc='The addresses, as objects of the module ipaddress.')

    @staticmethod
    def find(specifiers, known=None):
        """Returns the interfaces with these names, indexes or addresses."""
        return FIND_INTERFACES(to_texts(specifiers, to_interface_text), known)

    def __str__(self):
        return self.get_name()

    def __repr__(self):
        addresses = ' '.join(map(str, self.addresses)) or 'no address'
        return f'<Mcast.Interface {self.get_name()} (index {self.get_index()}) {addresses}>'


class InterfaceMonitor(Mcast.InterfaceMonitor):
    """The current interfaces, as a list that the default main context keeps up to date."""


class Event(Mcast.Event):
    """A change of a path of a socket."""

    def __repr__(self):
        where = self.get_interface_name() or 'no interface'
        return f'<Mcast.Event {self.get_event_type().value_nick}: {self.get_group()} on {where}>'


class Path(Mcast.Path):
    """A group on an interface, at the moment when get_paths() returned it."""

    def __repr__(self):
        where = self.get_interface_name() or 'no interface'
        return f'<Mcast.Path {self.get_group()} on {where}: {self.get_state().value_nick}>'


FIND_INTERFACES = converts_errors(Mcast.Interface.find)
for value_class in (Datagram, Group, Interface, InterfaceMonitor, Event, Path):
    add_override(value_class)


# Sockets

def get_time_left(end):
    """Returns how many seconds are left, or None for no limit."""
    return None if end is None else max(0, end - time.monotonic())


def can_be_interrupted():
    """Python handles signals in the main thread only."""
    return threading.current_thread() is threading.main_thread()


class Socket:
    """What both sockets have."""

    def __init__(self, groups=None, port=0, interfaces=None, **properties):
        lists = {'groups': to_texts(groups, to_group_text),
                 'interfaces': to_texts(interfaces, to_interface_text)}
        properties.update((name, texts) for name, texts in lists.items() if texts is not None)
        if port < 0:
            raise OverflowError(f'a port is 0 to 65535, not {port}')
        super().__init__(port=port, **properties)
        self._open()

    @converts_errors
    def _open(self):
        Gio.Initable.init(self, None)

    def init(self, cancellable=None):
        """Does nothing: the constructor opens the socket."""
        return True

    @classmethod
    def new(cls, groups=None, port=0, interfaces=None):
        """Opens a socket with the default of each property."""
        return cls(groups, port, interfaces)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        self.close()

    def __repr__(self):
        if self.is_closed():
            return f'<Mcast.{type(self).__name__}, closed>'
        groups = ', '.join(self.get_groups() or ()) or 'no group'
        names = ', '.join(map(str, self.get_active_interfaces())) or 'no interface'
        return f'<Mcast.{type(self).__name__} {groups} port {self.get_port()} on {names}>'

    @converts_errors
    def add_interface(self, interface):
        """Adds an interface, without a gap on the others."""
        return super().add_interface(to_interface_text(interface))

    @converts_errors
    def remove_interface(self, interface):
        """Removes an interface, without a gap on the others."""
        return super().remove_interface(to_interface_text(interface))


# The functions that are called for each datagram.
GET_PACING_RATE = Mcast.TxSocket.get_pacing_rate
SEND_DATA = Mcast.TxSocket.send_data
SEND_TO = Mcast.TxSocket.send_to
TRY_RECEIVE = Mcast.RxSocket.try_receive
RECEIVE = Mcast.RxSocket.receive_with_timeout
RECEIVE_BATCH = Mcast.RxSocket.receive_batch_with_timeout
RECEIVE_PAYLOADS = Mcast.RxSocket.receive_payloads


class TxSocket(Socket, Mcast.TxSocket):
    """Sends to multicast groups.

    The constructor opens the socket:

        with Mcast.TxSocket('239.1.2.3', 5004, 'eth0', ttl=4) as tx:
            tx.send(b'hello')

    groups: one group or several, each as text ('239.1.2.3', '[ff12::5]:5004'), as an object of
        the module ipaddress, as a Mcast.Group, or as a tuple of address and port
    port: the port of each group that has none
    interfaces: one interface or several, each as a name, an index, an address or a
        Mcast.Interface; None for the interface of the default route
    other arguments: properties, such as ttl=4, loopback=False, pacing_rate=8_000_000

    A payload is bytes, bytearray, memoryview or GLib.Bytes. Each error is both a GLib.Error and an
    OSError or a ValueError."""

    # Runs the calls that wait: a call of the library in the main thread would delay signals.
    _executor = None

    def send(self, payload, cancellable=None, *, timeout=None):
        """Sends one datagram to every group on every interface.

        Waits for room in the send buffer and for the pacing rate, at most for the timeout in
        seconds: then it raises TimeoutError, or BlockingIOError with a timeout of 0."""
        try:
            if timeout is None and not GET_PACING_RATE(self):
                return SEND_DATA(self, to_bytes(payload), cancellable)
            return self._call(super().send_with_timeout, cancellable, to_glib_bytes(payload),
                              to_microseconds(timeout), waits=timeout != 0)
        except GLib.Error as error:
            raise convert_error(error) from None

    def send_data(self, data, cancellable=None):
        """Sends one datagram as send() does."""
        return self.send(data, cancellable)

    @converts_errors
    def send_to(self, destination, payload, cancellable=None):
        """Sends one datagram to one group on every interface.

        The destination is a tuple of address and port, text such as '239.1.2.3:5004', a
        Mcast.Group or a Gio.InetSocketAddress."""
        destination, payload = to_socket_address(destination), to_glib_bytes(payload)
        if not GET_PACING_RATE(self):
            return SEND_TO(self, destination, payload, cancellable)
        return self._call(super().send_to, cancellable, destination, payload)

    def sendto(self, payload, destination):
        """Sends one datagram to one group, as socket.sendto() does. Returns its size."""
        self.send_to(destination, payload)
        return len(payload)

    @converts_errors
    def send_payloads(self, payloads, sizes=None, cancellable=None):
        """Sends a datagram for each payload of a list. Returns how many were sent.

        This is several times faster than a call for each. With sizes, the first argument is what
        the payloads are when joined: send_payloads(b'onetwo', [3, 3])."""
        if sizes is None:
            payloads = [to_bytes(payload) for payload in payloads]
            sizes = [len(payload) for payload in payloads]
            payloads = b''.join(payloads)
        return self._call(super().send_payloads, cancellable, to_glib_bytes(payloads), sizes)

    def send_async(self, payload, *arguments):
        """Without other arguments, returns an awaitable that sends one datagram.

        The loop runs other tasks while the datagram waits for the pacing rate. Datagrams are sent
        in the order of the calls. With other arguments, it is the function of the library."""
        if arguments:
            return super().send_async(to_glib_bytes(payload), *arguments)
        return self._send_async(to_glib_bytes(payload))

    @converts_errors
    def add_group(self, group):
        """Adds a group to send to."""
        return super().add_group(to_group_text(group))

    @converts_errors
    def remove_group(self, group):
        """Removes a group."""
        return super().remove_group(to_group_text(group))

    def _call(self, function, cancellable, *arguments, waits=None):
        """Calls a function that may wait. A signal of Python's ends the wait."""
        waits = self.get_pacing_rate() > 0 if waits is None else waits
        if not waits or not can_be_interrupted():
            return function(*arguments, cancellable)
        if self._executor is None:
            self._executor = concurrent.futures.ThreadPoolExecutor(1, 'libmcast')
        own = Gio.Cancellable()
        if cancellable is not None:
            cancellable.connect(lambda _: own.cancel(), None)
        try:
            return self._executor.submit(function, *arguments, own).result()
        except KeyboardInterrupt:
            own.cancel()
            raise

    async def _send_async(self, payload):
        async with self._get_turn():
            with contextlib.suppress(BlockingIOError):
                return self.send(payload, timeout=0)
            cancellable = Gio.Cancellable()
            loop = asyncio.get_running_loop()
            try:
                return await loop.run_in_executor(None, self.send, payload, cancellable)
            except asyncio.CancelledError:
                cancellable.cancel()
                raise

    def _get_turn(self):
        """Returns the lock that keeps the order of the calls."""
        loop = asyncio.get_running_loop()
        if getattr(self, '_turn', (None, None))[0] is not loop:
            self._turn = loop, asyncio.Lock()
        return self._turn[1]


def view_bytes(glib_bytes):
    """Returns a read-only memoryview of GLib.Bytes, which remain as long as the view does."""
    size = glib_bytes.get_size()
    if size == 0:
        return memoryview(b'')
    memory = (ctypes.c_ubyte * size).from_address(glib_bytes.get_region(1, 0, size))
    memory.owner = glib_bytes
    return memoryview(memory).cast('B').toreadonly()


def check_max(max):
    """Checks it before a wait."""
    if max < 1:
        raise make_io_error(IO.INVALID_ARGUMENT, f'max must be at least 1, not {max}')


def poll_fd(poll, fd, milliseconds):
    """Waits at most so long. A closed socket, with the descriptor -1, is always ready."""
    if fd < 0:
        return True
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(milliseconds))


class Descriptor:
    """A descriptor that is readable while another one is, and while datagrams are pending."""

    def __init__(self, fd, is_pending):
        self._reader, self._writer = os.pipe()
        self._epoll = select.epoll()
        self._epoll.register(fd, select.EPOLLIN)
        self._epoll.register(self._reader, select.EPOLLIN)
        self._is_pending = False
        self.set_pending(is_pending)

    def fileno(self):
        return self._epoll.fileno()

    def set_pending(self, is_pending):
        if is_pending and not self._is_pending:
            os.write(self._writer, b'1')
        elif self._is_pending and not is_pending:
            os.read(self._reader, 1)
        self._is_pending = is_pending

    def close(self):
        if not self._epoll.closed:
            self._epoll.close()
            os.close(self._reader)
            os.close(self._writer)

    __del__ = close


class RxSocket(Socket, Mcast.RxSocket):
    """Receives multicast groups.

    The constructor opens the socket:

        with Mcast.RxSocket('239.1.2.3', 5004, timeout=2.5) as rx:
            for datagram in rx:
                print(datagram.source, datagram.interface, datagram.payload)

    groups: one group or several, each as text ('239.1.2.3', '10.0.0.1@232.1.2.3:5004'), as an
        object of the module ipaddress, as a Mcast.Group, or as a tuple of address and port
    port: the port of each group that has none
    interfaces: one interface or several, each as a name, an index, an address or a
        Mcast.Interface; None for all, now and later
    timeout: how many seconds to wait for a datagram: then a call raises TimeoutError, or
        BlockingIOError with 0; None to wait forever
    other arguments: properties, such as merge='rtp', receive_buffer_size=1_000_000

    for and async for read batches, and end when the socket is closed. When such a loop is left
    early, the next call of any kind returns the datagrams that it has read. Each error is both a
    GLib.Error and an OSError or a ValueError."""

    # Datagrams that were read and not yet returned.
    _pending = ()
    # What fileno() returned.
    _descriptor = None
    # The futures of tasks that wait until the socket is readable.
    _waiting = ()
    # Has the descriptor of the socket.
    _poll = None

    def __init__(self, groups=None, port=0, interfaces=None, *, timeout=UNSET, **properties):
        if timeout is not UNSET:
            properties['timeout_us'] = to_microseconds(timeout)
        super().__init__(groups, port, interfaces, **properties)

    @property
    def timeout(self):
        """How many seconds a call waits for a datagram; None for no limit, 0 not to wait."""
        timeout_us = self.get_timeout_us()
        return None if timeout_us < 0 else timeout_us / 1e6

    @timeout.setter
    def timeout(self, timeout):
        self.set_timeout_us(to_microseconds(timeout))

    def receive(self, cancellable=None, *, timeout=UNSET):
        """Returns one datagram. The timeout is that of the socket unless given."""
        if self._pending:
            return self._take()
        if cancellable is None:
            try:
                datagram = TRY_RECEIVE(self)
            except GLib.Error as error:
                raise convert_error(error) from None
            if datagram is not None:
                return datagram
        return self._wait_for(lambda limit: RECEIVE(self, limit, cancellable), cancellable,
                              timeout)

    def receive_batch(self, max, cancellable=None, *, timeout=UNSET):
        """Returns a list of the available datagrams, at most max. Waits only for the first."""
        check_max(max)
        if self._pending:
            return [self._take() for _ in range(min(max, len(self._pending)))]
        return self._wait_for(lambda limit: RECEIVE_BATCH(self, max, limit, cancellable),
                              cancellable, timeout)

    def receive_payloads(self, max, cancellable=None, *, timeout=UNSET):
        """Returns the payloads of the available datagrams, at most max, joined, and their sizes."""
        check_max(max)
        if self._pending:
            payloads = [bytes(datagram) for datagram in self.receive_batch(max)]
            return GLib.Bytes.new(b''.join(payloads)), [len(payload) for payload in payloads]
        return self._wait_for(lambda limit: self._receive_payloads(max, limit, cancellable),
                              cancellable, timeout)

    def receive_views(self, max, *, timeout=UNSET):
        """Returns the payloads of the available datagrams, at most max, as a list of memoryview.

        They share one block of memory, and are not copied."""
        joined, sizes = self.receive_payloads(max, timeout=timeout)
        view = view_bytes(joined)
        ends = list(itertools.accumulate(sizes))
        return [view[start:end] for start, end in zip([0] + ends, ends)]

    def recvfrom(self, bufsize=None, *, timeout=UNSET):
        """Returns the payload and the sender, as socket.recvfrom() does."""
        datagram = self.receive() if timeout is UNSET else self.receive(timeout=timeout)
        source = parse_ipv4_source(GET_SOURCE_TEXT(datagram)) or datagram.source
        return GET_DATA(datagram)[:bufsize], source

    def recv(self, bufsize=None, *, timeout=UNSET):
        """Returns the payload, as socket.recv() does."""
        return GET_DATA(self.receive(timeout=timeout))[:bufsize]

    def __iter__(self):
        while True:
            pending = self._pending
            while pending:
                datagram = pending.popleft()
                if self._descriptor and not pending:
                    self._descriptor.set_pending(False)
                yield datagram
            try:
                self._add_pending(self.receive_batch(BATCH))
            except OSError as error:
                if not is_io_error(error, IO.CLOSED):
                    raise
                return

    def fileno(self):
        """Returns a descriptor that is readable while a datagram is available; -1 when closed."""
        if self._descriptor is None and not self.is_closed():
            self._descriptor = Descriptor(self.get_fd(), bool(self._pending))
        return self._descriptor.fileno() if self._descriptor else -1

    def close(self):
        """Closes the socket. Datagrams that were not yet returned are lost."""
        if self._pending:
            self._pending.clear()
        if self._descriptor:
            self._descriptor.close()
        self._descriptor = None
        super().close()

    def receive_async(self, *arguments):
        """Without arguments, returns an awaitable that receives one datagram.

        A task that is cancelled while it waits loses no datagram. With arguments, it is the
        function of the library."""
        if arguments:
            return super().receive_async(*arguments)
        return self._receive_async()

    def receive_batch_async(self, max, *arguments):
        """Without other arguments, returns an awaitable that receives a batch."""
        if arguments:
            return super().receive_batch_async(max, *arguments)
        return self._receive_batch_async(max)

    def __aiter__(self):
        return self._iterate_async()

    @converts_errors
    def join(self, group):
        """Joins a group, without a gap for the other groups."""
        return super().join(to_group_text(group))

    @converts_errors
    def leave(self, group):
        """Leaves a group, without a gap for the other groups."""
        return super().leave(to_group_text(group))

    def _take(self):
        datagram = self._pending.popleft()
        if self._descriptor and not self._pending:
            self._descriptor.set_pending(False)
        return datagram

    def _add_pending(self, datagrams):
        self._pending = collections.deque(datagrams)
        if self._descriptor:
            self._descriptor.set_pending(True)

    @converts_errors
    def _wait_for(self, call, cancellable, timeout):
        """Calls with a time limit in microseconds. A signal of Python's ends the wait."""
        timeout = self.timeout if timeout is UNSET else timeout
        if timeout == 0 or not can_be_interrupted():
            return call(to_microseconds(timeout))
        end = None if timeout is None else time.monotonic() + timeout
        while self._wait_until_readable(end, cancellable):
            try:
                return call(0)
            except GLib.Error as error:
                if not is_io_error(error, IO.WOULD_BLOCK):
                    raise
        raise make_io_error(IO.TIMED_OUT, TIMED_OUT_TEXT)

    def _wait_until_readable(self, end, cancellable):
        """Waits in poll(), in which Python handles signals. Returns whether to receive."""
        if cancellable is None and self._is_readable():
            return True
        poll = select.poll()
        with self._keep_fd() as fd:
            left = None if end is None else math.ceil(get_time_left(end) * 1e3)
            if cancellable is None:
                return poll_fd(poll, fd, left)
            poll.register(cancellable.get_fd(), select.POLLIN)
            try:
                return poll_fd(poll, fd, left)
            finally:
                cancellable.release_fd()

    def _is_readable(self):
        if self._poll is None:
            fd = self.get_fd()
            if fd < 0:
                return True
            self._poll = select.poll()
            self._poll.register(fd, select.POLLIN)
        return bool(self._poll.poll(0))

    @contextlib.contextmanager
    def _keep_fd(self):
        """Keeps the descriptor open, and readable after another thread closed the socket."""
        source = self.create_source(None)
        yield self.get_fd()
        source.destroy()

    def _receive_payloads(self, max, limit, cancellable):
        """The library has no time limit for one call."""
        timeout_us = self.get_timeout_us()
        if limit != timeout_us:
            self.set_timeout_us(limit)
        try:
            return RECEIVE_PAYLOADS(self, max, cancellable)
        finally:
            if limit != timeout_us:
                self.set_timeout_us(timeout_us)

    async def _receive_async(self):
        if not self._pending:
            self._add_pending(await self._receive_batch_async(BATCH))
        return self._take()

    async def _receive_batch_async(self, max):
        timeout_us = self.get_timeout_us()
        end = time.monotonic() + timeout_us / 1e6 if timeout_us > 0 else None
        while True:
            try:
                return self.receive_batch(max, timeout=0)
            except BlockingIOError:
                if end is not None and time.monotonic() >= end:
                    raise make_io_error(IO.TIMED_OUT, TIMED_OUT_TEXT) from None
            await self._wait_until_readable_async(end)

    async def _iterate_async(self):
        while True:
            while self._pending:
                yield self._take()
            try:
                self._add_pending(await self._receive_batch_async(BATCH))
            except OSError as error:
                if not is_io_error(error, IO.CLOSED):
                    raise
                return
            # Other tasks run even if datagrams never end.
            await asyncio.sleep(0)

    async def _wait_until_readable_async(self, end):
        loop = asyncio.get_running_loop()
        readable = loop.create_future()
        with self._keep_fd() as fd:
            if fd < 0:
                return
            if not self._waiting:
                loop.add_reader(fd, self._wake_tasks)
            self._waiting = (*self._waiting, readable)
            try:
                await asyncio.wait([readable], timeout=get_time_left(end))
            finally:
                self._waiting = tuple(set(self._waiting) - {readable})
                if not self._waiting:
                    loop.remove_reader(fd)

    def _wake_tasks(self):
        for readable in self._waiting:
            if not readable.done():
                readable.set_result(None)


for socket_class in (TxSocket, RxSocket):
    add_override(socket_class)
