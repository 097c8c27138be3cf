/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How to build and run it: see fuzz-rtp-merge.c. */

#include "mcast-address-private.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_round_trips (const McastAddress *address)
{
  g_autofree char *text = _mcast_address_to_string (address);
  g_autoptr (GInetAddress) gio = _mcast_address_to_gio (address);
  struct sockaddr_storage storage;
  socklen_t length = _mcast_address_to_sockaddr (address, 5004, 0, &storage);
  McastAddress bare = *address;
  McastAddress back;
  guint16 port;

  bare.scope_id = 0;
  if (!_mcast_address_from_bytes (g_inet_address_get_family (gio), g_inet_address_to_bytes (gio),
                                  g_inet_address_get_native_size (gio), &back)
      || !_mcast_address_equal (&back, &bare))
    abort ();
  if (address->scope_id == 0
      && (!_mcast_address_parse (text, &back) || !_mcast_address_equal (&back, address)))
    abort ();
  if (!_mcast_address_from_sockaddr ((gconstpointer) &storage, length, &back, &port)
      || !_mcast_address_equal (&back, address) || port != 5004)
    abort ();
  if (_mcast_address_needs_scope (address) && !_mcast_address_is_multicast (address))
    abort ();
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  McastAddress address;

  if (_mcast_address_parse (text, &address))
    check_round_trips (&address);
  if (_mcast_address_from_sockaddr ((gconstpointer) data, size, &address, NULL))
    check_round_trips (&address);
  return 0;
}
