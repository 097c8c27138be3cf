/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-datagram-origin-private.h"

static GInetSocketAddress *
make_socket_address (const McastAddress *address, guint16 port)
{
  struct sockaddr_storage storage;
  socklen_t length = _mcast_address_to_sockaddr (address, port, 0, &storage);

  return G_INET_SOCKET_ADDRESS (g_socket_address_new_from_native (&storage, length));
}

McastDatagramOrigin *
_mcast_datagram_origin_new (const McastAddress *source, guint16 source_port, GInetAddress *group,
                            guint port, guint interface_index, GRefString *interface_name)
{
  McastDatagramOrigin *self = g_new (McastDatagramOrigin, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->source_address = *source;
  self->source_port = source_port;
  self->source = make_socket_address (source, source_port);
  self->group = g_object_ref (group);
  self->interface_name = g_ref_string_acquire (interface_name);
  self->port = port;
  self->interface_index = interface_index;
  return self;
}

McastDatagramOrigin *
_mcast_datagram_origin_ref (McastDatagramOrigin *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_mcast_datagram_origin_unref (McastDatagramOrigin *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_object_unref (self->source);
  g_object_unref (self->group);
  g_ref_string_release (self->interface_name);
  g_free (self);
}
