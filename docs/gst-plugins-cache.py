#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints the plugin as hotdoc, the documentation tool of GStreamer, caches it.

To update the file after a change of a property: meson devenv -C build
docs/gst-plugins-cache.py > docs/gst_plugins_cache.json"""

import json
import sys

import gi
gi.require_version('Gst', '1.0')
from gi.repository import GObject, Gst

MUTABLE = ((1 << 12, 'playing'), (1 << 11, 'paused'), (1 << 10, 'ready'))


def to_text(value, value_type):
    if value is None:
        return 'NULL'
    if value_type == GObject.TYPE_BOOLEAN:
        return str(value).lower()
    if value_type.is_a(GObject.TYPE_ENUM):
        return f'{value.value_nick} ({int(value)})'
    return str(value)


def describe_property(pspec):
    flags = int(pspec.flags)
    description = {
        'blurb': pspec.blurb,
        'conditionally-available': False,
        'construct': bool(flags & GObject.ParamFlags.CONSTRUCT),
        'construct-only': bool(flags & GObject.ParamFlags.CONSTRUCT_ONLY),
        'controllable': False,
        'mutable': next((name for bit, name in MUTABLE if flags & bit), 'null'),
        'readable': bool(flags & GObject.ParamFlags.READABLE),
        'type': pspec.value_type.name,
        'writable': bool(flags & GObject.ParamFlags.WRITABLE),
    }
    default = getattr(pspec, 'default_value', None)
    if default is not None or pspec.value_type == GObject.TYPE_STRING:
        description['default'] = to_text(default, pspec.value_type)
    if flags & GObject.ParamFlags.DEPRECATED:
        description['deprecated'] = True
    if hasattr(pspec, 'minimum'):
        description |= {'min': str(pspec.minimum), 'max': str(pspec.maximum)}
    return description


def describe_signal(signal_id):
    query = GObject.signal_query(signal_id)
    is_action = query.signal_flags & GObject.SignalFlags.ACTION
    return ({'action': True} if is_action else {}) | {
        'args': [{'name': f'arg{i}', 'type': kind.name}
                 for i, kind in enumerate(query.param_types)],
        'return-type': query.return_type.name,
        'when': 'last' if query.signal_flags & GObject.SignalFlags.RUN_LAST else 'first',
    }


def list_hierarchy(kind):
    names = []
    while kind != GObject.TYPE_INVALID and kind.name != 'void':
        names.append(kind.name)
        kind = kind.parent
    return names


def describe_pad_template(template):
    return {
        'caps': template.get_caps().to_string(),
        'direction': template.direction.value_nick,
        'presence': template.presence.value_nick,
    }


def describe_element(factory):
    element = factory.create(None)
    kind = element.__gtype__
    properties = [pspec for pspec in GObject.list_properties(element) if pspec.owner_type == kind]
    return {
        'author': factory.get_metadata('author'),
        'description': factory.get_metadata('description'),
        'hierarchy': list_hierarchy(kind),
        'interfaces': sorted(each.name for each in kind.interfaces),
        'klass': factory.get_metadata('klass'),
        'long-name': factory.get_metadata('long-name'),
        'pad-templates': {template.name_template: describe_pad_template(template.get())
                          for template in factory.get_static_pad_templates()},
        'properties': {pspec.name: describe_property(pspec) for pspec in properties},
        'rank': 'none',
        'signals': {GObject.signal_name(each): describe_signal(each)
                    for each in GObject.signal_list_ids(kind)},
    }


def describe_enum(kind):
    return {
        'kind': 'enum',
        'values': [{'desc': value.value_name, 'name': value.value_nick, 'value': str(number)}
                   for number, value in sorted(kind.pytype.__enum_values__.items())],
    }


def list_types(factory):
    """The enumerations of an element that are marked as a part of its interface."""
    kinds = {pspec.value_type for pspec in GObject.list_properties(factory.create(None))
             if pspec.value_type.is_a(GObject.TYPE_ENUM)}
    return {kind.name: describe_enum(kind) for kind in kinds if Gst.type_is_plugin_api(kind)[0]}


def describe_plugin():
    Gst.init(None)
    plugin = Gst.Registry.get().find_plugin('mcast')
    features = Gst.Registry.get().get_feature_list_by_plugin('mcast')
    factories = [feature.load() for feature in features if isinstance(feature, Gst.ElementFactory)]
    elements = {factory.get_name(): describe_element(factory) for factory in factories}
    types = {}
    for factory in factories:
        types |= list_types(factory)
    return {
        'mcast': {
            'description': plugin.get_description(),
            'elements': dict(sorted(elements.items())),
            'filename': 'gstmcast',
            'license': plugin.get_license(),
            'other-types': dict(sorted(types.items())),
            'package': plugin.get_package(),
            'release-date': plugin.get_release_date_string(),
            'source': plugin.get_source(),
            'tracers': {},
            'url': plugin.get_origin(),
        },
    }


if __name__ == '__main__':
    json.dump(describe_plugin(), sys.stdout, indent=4, sort_keys=True)
    print()
