/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-datagram-private.h"

#include <string.h>

/**
 * McastDatagram:
 *
 * A UDP payload that was sent to a multicast group, with its source, group, port, interface, hop
 * limit and arrival time.
 *
 * A datagram is immutable and can be used from any thread. [method@RxSocket.receive] and similar
 * functions return datagrams.
 *
 * Since: 0.1
 */
struct _McastDatagram
{
  gatomicrefcount ref_count;
  /* One of the datagram, and one of the payload's GBytes, which may outlive it. */
  gatomicrefcount memory_ref_count;
  /* Made when it is asked for first: not everybody does, and it costs as much as the rest. */
  GBytes *payload;
  McastDatagramOrigin *origin;
  gint64 arrival_time;
  int hop_limit;
  gboolean truncated;
  gsize length;
  guint8 bytes[];
};

G_DEFINE_BOXED_TYPE (McastDatagram, mcast_datagram, mcast_datagram_ref, mcast_datagram_unref)

/* Copies the payload and takes a reference to @origin. */
McastDatagram *
_mcast_datagram_new (gconstpointer payload, gsize length, McastDatagramOrigin *origin,
                     gint64 arrival_time, int hop_limit, gboolean truncated)
{
  McastDatagram *self = g_malloc (sizeof *self + length);

  g_atomic_ref_count_init (&self->ref_count);
  g_atomic_ref_count_init (&self->memory_ref_count);
  self->payload = NULL;
  self->origin = _mcast_datagram_origin_ref (origin);
  self->arrival_time = arrival_time;
  self->hop_limit = hop_limit;
  self->truncated = truncated;
  self->length = length;
  memcpy (self->bytes, payload, length);
  return self;
}

/**
 * mcast_datagram_ref:
 * @self: a datagram
 *
 * Takes a reference to @self. Any thread can call this function.
 *
 * Returns: (transfer full): @self; release it with [method@Datagram.unref]
 * Since: 0.1
 */
McastDatagram *
mcast_datagram_ref (McastDatagram *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
release_memory (gpointer data)
{
  McastDatagram *self = data;

  if (g_atomic_ref_count_dec (&self->memory_ref_count))
    g_free (self);
}

/**
 * mcast_datagram_unref:
 * @self: (transfer full): a datagram
 *
 * Releases a reference to @self. The last reference frees the datagram and its references to the
 * values that the getters return. Any thread can call this function.
 *
 * Since: 0.1
 */
void
mcast_datagram_unref (McastDatagram *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->payload, g_bytes_unref);
  _mcast_datagram_origin_unref (self->origin);
  release_memory (self);
}

/* Of several threads that ask at once, one makes what all get. */
static GBytes *
make_payload (McastDatagram *self)
{
  GBytes *payload = g_bytes_new_with_free_func (self->bytes, self->length, release_memory, self);

  g_atomic_ref_count_inc (&self->memory_ref_count);
  if (g_atomic_pointer_compare_and_exchange (&self->payload, NULL, payload))
    return payload;
  g_bytes_unref (payload);
  return g_atomic_pointer_get (&self->payload);
}

/**
 * mcast_datagram_get_payload:
 * @self: a datagram
 *
 * Gets the payload. UDP allows an empty payload, which does not mark the end of a stream.
 *
 * Returns: (transfer none): the payload, 0 to 65507 bytes over IPv4, 0 to 65527 bytes over IPv6
 * Since: 0.1
 */
GBytes *
mcast_datagram_get_payload (McastDatagram *self)
{
  GBytes *payload;

  g_return_val_if_fail (self != NULL, NULL);

  payload = g_atomic_pointer_get (&self->payload);
  return payload != NULL ? payload : make_payload (self);
}

/**
 * mcast_datagram_get_data:
 * @self: a datagram
 * @size: (out): return location for the size of the payload in bytes
 *
 * Gets the bytes of the payload, which are those of [method@Datagram.get_payload].
 *
 * Returns: (transfer none) (array length=size): the payload, valid as long as @self
 * Since: 0.2
 */
const guint8 *
mcast_datagram_get_data (McastDatagram *self, gsize *size)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (size != NULL, NULL);

  return g_bytes_get_data (mcast_datagram_get_payload (self), size);
}

/**
 * mcast_datagram_get_source:
 * @self: a datagram
 *
 * Gets the address and port of the sender, to which an answer would be sent. The address of a
 * link-local IPv6 sender has the index of the interface as its scope ID.
 *
 * Any host on the network can forge this address. It does not authenticate the sender.
 *
 * Returns: (transfer none): the address and port of the sender
 * Since: 0.1
 */
GInetSocketAddress *
mcast_datagram_get_source (McastDatagram *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->origin->source;
}

/**
 * mcast_datagram_get_source_text:
 * @self: a datagram
 *
 * Gets the address and port of the sender as text, such as `10.0.0.2:5004` or `[fe80::2%3]:5004`.
 * See [method@Datagram.get_source].
 *
 * Returns: (transfer full): the address and port of the sender
 * Since: 0.2
 */
char *
mcast_datagram_get_source_text (McastDatagram *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (self->origin->source));
}

/**
 * mcast_datagram_get_group:
 * @self: a datagram
 *
 * Gets the multicast group to which @self was sent.
 *
 * Returns: (transfer none): the address of the group
 * Since: 0.1
 */
GInetAddress *
mcast_datagram_get_group (McastDatagram *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->origin->group;
}

/**
 * mcast_datagram_get_port:
 * @self: a datagram
 *
 * Gets the UDP port to which @self was sent. [method@Datagram.get_source] includes the port of the
 * sender.
 *
 * Returns: the destination port, 1 to 65535
 * Since: 0.1
 */
guint
mcast_datagram_get_port (McastDatagram *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->origin->port;
}

/**
 * mcast_datagram_get_interface_index:
 * @self: a datagram
 *
 * Gets the index of the network interface on which @self arrived, as in
 * [method@Interface.get_index].
 *
 * The interface may have been removed since, and another interface may have got its index.
 *
 * Returns: the index of the interface, 1 or more
 * Since: 0.1
 */
guint
mcast_datagram_get_interface_index (McastDatagram *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->origin->interface_index;
}

/**
 * mcast_datagram_get_interface_name:
 * @self: a datagram
 *
 * Gets the name of the network interface on which @self arrived, such as `eth0`. This is the name
 * on arrival; the interface may have been renamed since.
 *
 * Returns: (transfer none): the name of the interface
 * Since: 0.1
 */
const char *
mcast_datagram_get_interface_name (McastDatagram *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->origin->interface_name;
}

/**
 * mcast_datagram_get_arrival_time:
 * @self: a datagram
 *
 * Gets the time at which the kernel received @self from the network interface. It does not include
 * the time that @self waited in the buffer of the socket.
 *
 * The time is that of the system's real-time clock, as in [func@GLib.get_real_time], which an
 * administrator or NTP can set back.
 *
 * Returns: nanoseconds since 1970-01-01 00:00 UTC, or 0 if the kernel provided no time
 * Since: 0.1
 */
gint64
mcast_datagram_get_arrival_time (McastDatagram *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->arrival_time;
}

/**
 * mcast_datagram_get_hop_limit:
 * @self: a datagram
 *
 * Gets the time to live (IPv4) or hop limit (IPv6) with which @self arrived. Each router on the way
 * subtracts 1 from the value that the sender set. A datagram that arrives with 1 could not have
 * crossed another router.
 *
 * Returns: 0 to 255, or -1 if the kernel did not provide it
 * Since: 0.1
 */
int
mcast_datagram_get_hop_limit (McastDatagram *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->hop_limit;
}

/**
 * mcast_datagram_is_truncated:
 * @self: a datagram
 *
 * Checks whether @self was larger than the memory into which it was received. If so, the payload is
 * only the beginning of the datagram, and the rest is lost.
 *
 * Returns: %TRUE if part of @self is missing, %FALSE if it is complete
 * Since: 0.1
 */
gboolean
mcast_datagram_is_truncated (McastDatagram *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->truncated;
}
