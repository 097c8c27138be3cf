# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""IP multicast on every network interface.

    import libmcast

    with libmcast.RxSocket('239.1.2.3', 5004, timeout=10) as rx:
        for datagram in rx:
            print(datagram.source, datagram.interface, datagram.payload)

    with libmcast.TxSocket('239.1.2.3', 5004) as tx:
        tx.send(b'hello')

The names are those of gi.repository.Mcast, which this module loads."""

import ctypes
import logging
import pathlib

import gi

__all__ = [
    'Datagram', 'Error', 'Event', 'EventType', 'FilterMode', 'Group', 'Interface',
    'InterfaceMonitor', 'Merge', 'Path', 'PathState', 'RxSocket', 'SapAnnouncer', 'SapListener',
    'SapSession', 'TxSocket', 'log_to_logging',
]


def _find_library():
    """Finds the library that pip installed with this package."""
    folder = pathlib.Path(__file__).parent / 'lib'
    if not folder.is_dir():
        return
    is_old = gi.version_info < (3, 51)
    gi.require_version('GIRepository', '2.0' if is_old else '3.0')
    from gi.repository import GIRepository
    repository = GIRepository.Repository if is_old else GIRepository.Repository.dup_default()
    repository.prepend_search_path(str(folder / 'girepository-1.0'))
    repository.prepend_library_path(str(folder))


_find_library()
gi.require_version('Mcast', '1.0')
from gi.repository import GLib, Mcast

__version__ = Mcast.VERSION_S

_LOGGER = logging.getLogger('libmcast')
_LEVELS = (
    (GLib.LogLevelFlags.LEVEL_ERROR | GLib.LogLevelFlags.LEVEL_CRITICAL, logging.CRITICAL),
    (GLib.LogLevelFlags.LEVEL_WARNING, logging.ERROR),
    (GLib.LogLevelFlags.LEVEL_MESSAGE, logging.WARNING),
    (GLib.LogLevelFlags.LEVEL_INFO, logging.INFO),
)


def __getattr__(name):
    try:
        return getattr(Mcast, name)
    except AttributeError:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}') from None


def __dir__():
    return [*globals(), *__all__]


def log_to_logging():
    """Passes the log lines of the library to logging.getLogger('libmcast').

    What GLib calls a message is a warning there, and its warnings, which are bugs, are errors.
    Records have the attributes interface and group where a line is about one. GLib accepts this
    call once for each process, and lines of other libraries are written as before."""
    GLib.log_set_writer_func(_write_log, None)


def _write_log(flags, fields, n_fields, _):
    texts = {field.key: field for field in fields}
    domain = texts.get('GLIB_DOMAIN')
    if domain is None or _get_text(domain) != 'Mcast':
        return GLib.log_writer_default(flags, fields, None)
    level = next((level for mask, level in _LEVELS if flags & mask), logging.DEBUG)
    if _LOGGER.isEnabledFor(level):
        extra = {name: _get_text(texts[key]) if key in texts else None
                 for name, key in (('interface', 'MCAST_INTERFACE'), ('group', 'MCAST_GROUP'))}
        _LOGGER.log(level, '%s', _get_text(texts['MESSAGE']), extra=extra)
    return GLib.LogWriterOutput.HANDLED


def _get_text(field):
    return ctypes.string_at(field.value, field.length).decode(errors='replace')
