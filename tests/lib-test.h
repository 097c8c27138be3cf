/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the tests of the sockets have in common: a world with another machine in it, plain sockets
 * as peers there, and what is asked of a socket again and again. */

#include <gio/gnetworking.h>
#include <mcast.h>
#include <string.h>

#include "netns.h"
#include "process-test.h"

G_BEGIN_DECLS

#define TEST_PORT 5004
#define TEST_GROUP "233.252.0.1"
#define TEST_GROUP_2 "233.252.0.2"
#define TEST_GROUP6 "ff15::1"
#define TEST_GROUP6_2 "ff15::2"
#define TEST_GROUP6_LOCAL "ff12::1"

/* A list of texts as the library wants it: WORDS ("v0", "v1"). */
#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* --- A world ----------------------------------------------------------------------------- */

/* Two machines with links v0, v1, ... in parallel. The test is in the first, as the library is. */
typedef struct
{
  NetnsTopology *links;
  Netns *here;
  Netns *there;
  NetnsVisit *visit;
} World;

static inline World *
world_new (guint n_links)
{
  World *self;

  if (!netns_require (NETNS_VETH))
    return NULL;
  self = g_new0 (World, 1);
  self->links = netns_parallel_new (n_links);
  self->here = self->links->hosts[0];
  self->there = self->links->hosts[1];
  self->visit = netns_enter (self->here);
  return self;
}

static inline void
world_free (World *self)
{
  netns_leave (self->visit);
  netns_topology_free (self->links);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* --- Plain sockets ----------------------------------------------------------------------- */

static inline GSocketAddress *
plain_address_new (const char *text, guint port, guint scope_id)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  gboolean is_ipv6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  return g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", address, "port", port, "scope-id",
                       is_ipv6 ? scope_id : 0, NULL);
}

static inline void
plain_bind (GSocket *socket, GSocketAddress *address)
{
  struct sockaddr_storage storage;
  gssize size = g_socket_address_get_native_size (address);

  /* g_socket_bind () would also set SO_REUSEPORT, which splits multicast between sockets. */
  g_socket_set_option (socket, SOL_SOCKET, SO_REUSEADDR, 1, NULL);
  g_assert_true (g_socket_address_to_native (address, &storage, sizeof storage, NULL));
  g_assert_cmpint (bind (g_socket_get_fd (socket), (struct sockaddr *) &storage, size), ==, 0);
}

static inline GSocket *
plain_socket_new (GSocketFamily family)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_set_timeout (socket, NETNS_DEADLINE_MS / 1000);
  return socket;
}

/* A socket that sends on the interface; @source: the address to send from, or NULL. */
static inline GSocket *
plain_sender_new (Netns *ns, const char *name, GSocketFamily family, const char *source)
{
  NETNS_VISIT (ns);
  GSocket *socket = plain_socket_new (family);
  int index = (int) netns_index (ns, name);
  struct ip_mreqn egress = { .imr_ifindex = index };
  int fd = g_socket_get_fd (socket);

  g_assert_cmpint (index, !=, 0);
  if (source != NULL)
    {
      g_autoptr (GSocketAddress) address = plain_address_new (source, 0, index);

      plain_bind (socket, address);
    }
  if (family == G_SOCKET_FAMILY_IPV4)
    g_assert_cmpint (setsockopt (fd, IPPROTO_IP, IP_MULTICAST_IF, &egress, sizeof egress), ==, 0);
  else
    g_assert_cmpint (setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index), ==, 0);
  return socket;
}

static inline void
plain_send_data (GSocket *socket, GSocketAddress *to, gconstpointer data, gsize size)
{
  g_autoptr (GError) error = NULL;
  gssize sent = g_socket_send_to (socket, to, data, size, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (sent, ==, (gssize) size);
}

/* One datagram from @source, if not NULL, to any address. */
static inline void
plain_send_from (Netns *ns, const char *name, const char *source, const char *to, guint port,
                 const char *text)
{
  g_autoptr (GSocketAddress) address = plain_address_new (to, port, netns_index (ns, name));
  g_autoptr (GSocket)
    socket = plain_sender_new (ns, name, g_socket_address_get_family (address), source);

  plain_send_data (socket, address, text, strlen (text));
}

static inline void
plain_send (Netns *ns, const char *name, const char *to, guint port, const char *text)
{
  plain_send_from (ns, name, NULL, to, port, text);
}

/* A socket that is bound to no address, and has joined @group on the interface if not NULL. */
static inline GSocket *
plain_receiver_new (Netns *ns, const char *name, const char *group, guint port)
{
  NETNS_VISIT (ns);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (group);
  GSocketFamily family = g_inet_address_get_family (address);
  g_autoptr (GSocketAddress)
    any = plain_address_new (family == G_SOCKET_FAMILY_IPV4 ? "0.0.0.0" : "::", port, 0);
  g_autoptr (GError) error = NULL;
  GSocket *socket = plain_socket_new (family);

  if (family == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, NULL);
  plain_bind (socket, any);
  if (name != NULL)
    g_socket_join_multicast_group (socket, address, FALSE, name, &error);
  g_assert_no_error (error);
  return socket;
}

/* The next datagram as text, and who sent it. */
static inline char *
plain_receive (GSocket *socket, GSocketAddress **from)
{
  g_autofree char *buffer = g_malloc (65536);
  g_autoptr (GError) error = NULL;
  gssize size = g_socket_receive_from (socket, from, buffer, 65535, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (buffer, size);
}

static inline void
plain_assert_receives (GSocket *socket, const char *text)
{
  g_autofree char *received = plain_receive (socket, NULL);

  g_assert_cmpstr (received, ==, text);
}

/* --- Receiving sockets ------------------------------------------------------------------- */

/* With a timeout, so that a test fails rather than hangs. */
static inline McastRxSocket *
rx_new (const char *const *groups, guint port, const char *const *interfaces)
{
  g_autoptr (GError) error = NULL;
  McastRxSocket *rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups", groups, "port",
                                      port, "interfaces", interfaces, "timeout-us",
                                      (gint64) NETNS_DEADLINE_MS * 1000, NULL);

  g_assert_no_error (error);
  g_assert_nonnull (rx);
  return rx;
}

static inline McastDatagram *
rx_receive (McastRxSocket *rx)
{
  g_autoptr (GError) error = NULL;
  McastDatagram *datagram = mcast_rx_socket_receive (rx, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (datagram);
  return datagram;
}

static inline char *
datagram_text (McastDatagram *datagram)
{
  gsize size;
  const char *data = g_bytes_get_data (mcast_datagram_get_payload (datagram), &size);

  return g_strndup (data != NULL ? data : "", size);
}

/* The next datagram, whatever it is. */
static inline void
rx_assert_receives (McastRxSocket *rx, const char *text)
{
  g_autoptr (McastDatagram) datagram = rx_receive (rx);
  g_autofree char *received = datagram_text (datagram);

  g_assert_cmpstr (received, ==, text);
}

/* Nothing is there now. */
static inline void
rx_assert_empty (McastRxSocket *rx)
{
  gint64 before = mcast_rx_socket_get_timeout_us (rx);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastDatagram) datagram = NULL;

  g_object_set (rx, "timeout-us", (gint64) 0, NULL);
  datagram = mcast_rx_socket_receive (rx, NULL, &error);
  g_object_set (rx, "timeout-us", before, NULL);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_null (datagram);
}

/* The number of an error, and a text that stands in it. */
#define assert_error_says(error, domain, code, text) \
  G_STMT_START \
  { \
    g_assert_error (error, domain, code); \
    if (strstr ((error)->message, text) == NULL) \
      g_test_fail_printf ("“%s” is not in: %s", text, (error)->message); \
  } \
  G_STMT_END

/* --- Statistics -------------------------------------------------------------------------- */

/* A counter of a statistics, whose reference is taken over. */
static inline guint64
take_counter (GVariant *stats, const char *name)
{
  guint64 value = 0;

  if (!g_variant_lookup (stats, name, "t", &value))
    g_test_fail_printf ("The statistics have no counter “%s”", name);
  g_variant_unref (stats);
  return value;
}

static inline guint64
rx_counter (McastRxSocket *rx, const char *name)
{
  return take_counter (mcast_rx_socket_get_stats (rx), name);
}

static inline guint64
tx_counter (McastTxSocket *tx, const char *name)
{
  return take_counter (mcast_tx_socket_get_stats (tx), name);
}

/* Those of the path of @group on the interface, or NULL when there is none; takes @stats over. */
static inline GVariant *
take_path (GVariant *stats, const char *group, const char *name)
{
  g_autoptr (GVariant) paths = g_variant_lookup_value (stats, "paths", G_VARIANT_TYPE ("aa{sv}"));
  GVariant *found = NULL;

  for (gsize i = 0; found == NULL && i < g_variant_n_children (paths); i++)
    {
      g_autoptr (GVariant) path = g_variant_get_child_value (paths, i);
      const char *path_group = "";
      const char *path_name = "";

      g_variant_lookup (path, "group", "&s", &path_group);
      g_variant_lookup (path, "interface", "&s", &path_name);
      if (g_str_equal (path_group, group) && g_str_equal (path_name, name))
        found = g_variant_ref (path);
    }
  g_variant_unref (stats);
  return found;
}

static inline guint64
rx_path_counter (McastRxSocket *rx, const char *group, const char *name, const char *counter)
{
  GVariant *path = take_path (mcast_rx_socket_get_stats (rx), group, name);

  return path != NULL ? take_counter (path, counter) : 0;
}

static inline guint64
tx_path_counter (McastTxSocket *tx, const char *group, const char *name, const char *counter)
{
  GVariant *path = take_path (mcast_tx_socket_get_stats (tx), group, name);

  return path != NULL ? take_counter (path, counter) : 0;
}

/* Which state the path is in, or "" when there is no such path. */
static inline char *
path_state (GVariant *stats, const char *group, const char *name)
{
  g_autoptr (GVariant) path = take_path (stats, group, name);
  char *state = NULL;

  if (path != NULL)
    g_variant_lookup (path, "state", "s", &state);
  return state != NULL ? state : g_strdup ("");
}

static inline gboolean
rx_path_is (McastRxSocket *rx, const char *group, const char *name, const char *state)
{
  g_autofree char *is = path_state (mcast_rx_socket_get_stats (rx), group, name);

  return g_str_equal (is, state);
}

static inline gboolean
tx_path_is (McastTxSocket *tx, const char *group, const char *name, const char *state)
{
  g_autofree char *is = path_state (mcast_tx_socket_get_stats (tx), group, name);

  return g_str_equal (is, state);
}

/* Every datagram that arrived became one of four things. */
static inline void
rx_assert_sums (McastRxSocket *rx)
{
  g_assert_cmpuint (rx_counter (rx, "filtered"), ==,
                    rx_counter (rx, "filtered-group") + rx_counter (rx, "filtered-interface")
                      + rx_counter (rx, "filtered-source"));
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==,
                    rx_counter (rx, "delivered") + rx_counter (rx, "filtered")
                      + rx_counter (rx, "duplicates") + rx_counter (rx, "kernel-dropped"));
}

static inline void
tx_assert_sums (McastTxSocket *tx)
{
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==,
                    tx_counter (tx, "accepted") + tx_counter (tx, "refused"));
}

/* --- Sending sockets --------------------------------------------------------------------- */

static inline McastTxSocket *
tx_new (const char *const *groups, guint port, const char *const *interfaces)
{
  g_autoptr (GError) error = NULL;
  McastTxSocket *tx = mcast_tx_socket_new (groups, port, interfaces, &error);

  g_assert_no_error (error);
  g_assert_nonnull (tx);
  return tx;
}

static inline gboolean
tx_try_send (McastTxSocket *tx, const char *text, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new_static (text, strlen (text));

  return mcast_tx_socket_send (tx, payload, NULL, error);
}

static inline void
tx_send (McastTxSocket *tx, const char *text)
{
  g_autoptr (GError) error = NULL;
  gboolean sent = tx_try_send (tx, text, &error);

  g_assert_no_error (error);
  g_assert_true (sent);
}

G_END_DECLS
