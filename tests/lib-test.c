/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* --- Receiving sockets ------------------------------------------------------------------- */

McastRxSocket *
rx_new (const char *const *groups, guint port, const char *const *interfaces)
{
  return rx_new_full ("groups", groups, "port", port, "interfaces", interfaces, NULL);
}

McastRxSocket *
rx_new_full (const char *first_property, ...)
{
  g_autoptr (GError) error = NULL;
  GObject *rx;
  va_list properties;

  va_start (properties, first_property);
  rx = g_initable_new_valist (MCAST_TYPE_RX_SOCKET, first_property, properties, NULL, &error);
  va_end (properties);
  g_assert_no_error (error);
  if (mcast_rx_socket_get_timeout_us (MCAST_RX_SOCKET (rx)) == -1)
    g_object_set (rx, "timeout-us", (gint64) NETNS_DEADLINE_MS * 1000, NULL);
  return MCAST_RX_SOCKET (rx);
}

McastDatagram *
rx_receive (McastRxSocket *rx)
{
  g_autoptr (GError) error = NULL;
  McastDatagram *datagram = mcast_rx_socket_receive (rx, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (datagram);
  return datagram;
}

char *
datagram_text (McastDatagram *datagram)
{
  gsize size;
  const char *data = g_bytes_get_data (mcast_datagram_get_payload (datagram), &size);

  return g_strndup (data != NULL ? data : "", size);
}

void
rx_assert_receives (McastRxSocket *rx, const char *text)
{
  g_autoptr (McastDatagram) datagram = rx_receive (rx);
  g_autofree char *received = datagram_text (datagram);

  g_assert_cmpstr (received, ==, text);
}

void
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

/* --- Sending sockets --------------------------------------------------------------------- */

McastTxSocket *
tx_new (const char *const *groups, guint port, const char *const *interfaces)
{
  return tx_new_full ("groups", groups, "port", port, "interfaces", interfaces, NULL);
}

McastTxSocket *
tx_new_full (const char *first_property, ...)
{
  g_autoptr (GError) error = NULL;
  GObject *tx;
  va_list properties;

  va_start (properties, first_property);
  tx = g_initable_new_valist (MCAST_TYPE_TX_SOCKET, first_property, properties, NULL, &error);
  va_end (properties);
  g_assert_no_error (error);
  return MCAST_TX_SOCKET (tx);
}

gboolean
tx_try_send (McastTxSocket *tx, const char *text, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new_static (text, strlen (text));

  return mcast_tx_socket_send (tx, payload, NULL, error);
}

void
tx_send (McastTxSocket *tx, const char *text)
{
  g_autoptr (GError) error = NULL;
  gboolean sent = tx_try_send (tx, text, &error);

  g_assert_no_error (error);
  g_assert_true (sent);
}

/* --- Statistics -------------------------------------------------------------------------- */

guint64
take_counter (GVariant *stats, const char *name)
{
  guint64 value = 0;

  if (!g_variant_lookup (stats, name, "t", &value))
    g_test_fail_printf ("The statistics have no counter “%s”", name);
  g_variant_unref (stats);
  return value;
}

guint64
rx_counter (McastRxSocket *rx, const char *name)
{
  return take_counter (mcast_rx_socket_get_stats (rx), name);
}

guint64
tx_counter (McastTxSocket *tx, const char *name)
{
  return take_counter (mcast_tx_socket_get_stats (tx), name);
}

GVariant *
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

guint
rx_path_id (McastRxSocket *rx, const char *group, const char *name)
{
  g_autoptr (GVariant) path = take_path (mcast_rx_socket_get_stats (rx), group, name);
  guint id = G_MAXUINT;

  g_assert_nonnull (path);
  g_assert_true (g_variant_lookup (path, "id", "u", &id));
  return id;
}

guint64
rx_path_counter (McastRxSocket *rx, const char *group, const char *name, const char *counter)
{
  GVariant *path = take_path (mcast_rx_socket_get_stats (rx), group, name);

  return path != NULL ? take_counter (path, counter) : 0;
}

guint64
tx_path_counter (McastTxSocket *tx, const char *group, const char *name, const char *counter)
{
  GVariant *path = take_path (mcast_tx_socket_get_stats (tx), group, name);

  return path != NULL ? take_counter (path, counter) : 0;
}

static char *
path_state (GVariant *stats, const char *group, const char *name)
{
  g_autoptr (GVariant) path = take_path (stats, group, name);
  char *state = NULL;

  if (path != NULL)
    g_variant_lookup (path, "state", "s", &state);
  return state != NULL ? state : g_strdup ("");
}

gboolean
rx_path_is (McastRxSocket *rx, const char *group, const char *name, const char *state)
{
  g_autofree char *is = path_state (mcast_rx_socket_get_stats (rx), group, name);

  return g_str_equal (is, state);
}

gboolean
tx_path_is (McastTxSocket *tx, const char *group, const char *name, const char *state)
{
  g_autofree char *is = path_state (mcast_tx_socket_get_stats (tx), group, name);

  return g_str_equal (is, state);
}

void
rx_assert_sums (McastRxSocket *rx)
{
  g_assert_cmpuint (rx_counter (rx, "filtered"), ==,
                    rx_counter (rx, "filtered-group") + rx_counter (rx, "filtered-interface")
                      + rx_counter (rx, "filtered-source"));
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==,
                    rx_counter (rx, "delivered") + rx_counter (rx, "filtered")
                      + rx_counter (rx, "duplicates") + rx_counter (rx, "kernel-dropped"));
}

void
tx_assert_sums (McastTxSocket *tx)
{
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==,
                    tx_counter (tx, "accepted") + tx_counter (tx, "refused"));
}
