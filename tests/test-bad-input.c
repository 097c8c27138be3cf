/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gio/gunixsocketaddress.h>
#include <mcast.h>
#include <string.h>

#include "netns.h"
#include "process-test.h"

/* Whatever a user may give that is wrong: each must be refused with an error that says what was
 * wrong, and leave nothing behind. Tables of values, and the ways to give them. */

#define GROUP "239.1.2.3"
#define PORT 5004

static const char *const no_groups[] = {
  "",
  " ",
  "239.1.2",
  "239.1.2.3.4",
  "239.1.2.256",
  "239.1.2.3 ",
  " 239.1.2.3",
  "0xef.1.2.3",
  "4009820675",
  "10.1.2.3",
  "0.0.0.0",
  "127.0.0.1",
  "223.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "fe80::1",
  "2001:db8::1",
  "::ffff:239.1.2.3",
  "ff00::1",
  "ff10::1",
  "ff02:::1",
  "ff02::g",
  "ff02",
  "example.org",
  "*",
  "%lo",
  ":5004",
  "@",
  "!",
  "%",
  "[]",
  "239.1.2.3:",
  "239.1.2.3:0",
  "239.1.2.3:65536",
  "239.1.2.3:-1",
  "239.1.2.3:+5",
  "239.1.2.3: 5",
  "239.1.2.3:5004 ",
  "239.1.2.3:http",
  "239.1.2.3:99999999999999999999",
  "239.1.2.3:5004:5006",
  "239.1.2.3/24",
  "[ff15::5",
  "ff15::5]:5004",
  "[ff15::5]5004",
  "[ff15::5]:",
  "[ff15::5]:0",
  "[ff15::5]:70000",
  "[]:5004",
  "[[ff15::5]]:5004",
  "239.1.2.3%",
  "239.1.2.3%:5004",
  "239.1.2.3%a/b",
  "239.1.2.3%eth0%eth1",
  "239.1.2.3%sixteen-letters0",
  "[ff15::5%]:5004",
  "@239.1.2.3",
  "!239.1.2.3",
  "!@239.1.2.3",
  "10.0.0.1@",
  "10.0.0.1+@239.1.2.3",
  "+10.0.0.1@239.1.2.3",
  "10.0.0@239.1.2.3",
  "host@239.1.2.3",
  "0.0.0.0@239.1.2.3",
  "239.9.9.9@239.1.2.3",
  "10.0.0.1,10.0.0.2@239.1.2.3",
  "::1@239.1.2.3",
  "10.0.0.1@ff15::1",
  "10.0.0.1@10.0.0.2@239.1.2.3",
  "10.0.0.1@10.1.2.3",
  "mcast://239.1.2.3:5004",
};

static const char *const no_interfaces[] = {
  "",
  " ",
  "nowhere0",
  "lo ",
  " lo",
  "LO",
  "lo:1",
  "lo,lo",
  "**",
  "0",
  "-1",
  "4294967295",
  "99999999999999999999",
  ".",
  "..",
  "a/b",
  "sixteen-letters0",
  "10.99.99.99",
  "127.0.0.256",
  "fe80::dead:beef",
  "fe80::dead:beef%lo",
  "::1%nowhere0",
  "::1%",
  "239.1.2.3",
};

static const char *const no_ports[] = { "65536", "70000", "4294967295" };

typedef gboolean (*TryFunc) (const char *value, GError **error);

typedef struct
{
  const char *name;
  TryFunc try;
  const char *const *values;
  gsize n_values;
} Table;

/* --- What is left behind ----------------------------------------------------------------- */

/* A shared socket, as an object that was open before the wrong value came. */
static McastRxSocket *open_rx;
static McastTxSocket *open_tx;

static void
open_sockets (void)
{
  const char *groups[] = { GROUP, NULL };
  const char *interfaces[] = { "lo", NULL };
  g_autoptr (GError) error = NULL;

  open_rx = mcast_rx_socket_new (groups, PORT, interfaces, &error);
  g_assert_no_error (error);
  open_tx = mcast_tx_socket_new (groups, PORT, interfaces, &error);
  g_assert_no_error (error);
  mcast_rx_socket_set_timeout_us (open_rx, NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND, &error);
  g_assert_no_error (error);
}

static void
assert_sockets_work (void)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("still here", 10);
  g_autoptr (McastDatagram) datagram = NULL;
  g_auto (GStrv) groups = mcast_rx_socket_get_groups (open_rx);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length (groups), ==, 1);
  mcast_tx_socket_send (open_tx, payload, NULL, &error);
  g_assert_no_error (error);
  datagram = mcast_rx_socket_receive (open_rx, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (mcast_datagram_get_payload (datagram), payload));
}

static void
check_value (const Table *table, const char *value)
{
  guint descriptors = count_descriptors ();
  g_autofree char *quoted = g_strdup_printf ("“%s”", value);
  g_autoptr (GError) error = NULL;
  gboolean good = table->try (value, &error);

  g_test_message ("%s %s: %s", table->name, quoted, error != NULL ? error->message : "no error");
  g_assert_false (good);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, *value != '\0' ? value : quoted));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  /* The listener of the interfaces has some of its own for a moment. */
  netns_assert_soon (count_descriptors () <= descriptors);
}

static void
test_table (gconstpointer data)
{
  const Table *table = data;

  for (gsize i = 0; i < table->n_values; i++)
    check_value (table, table->values[i]);
  assert_sockets_work ();
}

/* --- Ways to give a group ---------------------------------------------------------------- */

static gboolean
try_parse (const char *value, GError **error)
{
  g_autoptr (McastGroup) group = mcast_group_parse (value, error);

  return group != NULL;
}

/* The good one before it is not left open. */
static gboolean
try_rx_group (const char *value, GError **error)
{
  const char *groups[] = { GROUP, value, NULL };
  const char *interfaces[] = { "lo", NULL };
  g_autoptr (McastRxSocket) rx = mcast_rx_socket_new (groups, PORT, interfaces, error);

  return rx != NULL;
}

static gboolean
try_tx_group (const char *value, GError **error)
{
  const char *groups[] = { GROUP, value, NULL };
  const char *interfaces[] = { "lo", NULL };
  g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (groups, PORT, interfaces, error);

  return tx != NULL;
}

static gboolean
try_join (const char *value, GError **error)
{
  return mcast_rx_socket_join (open_rx, value, error);
}

static gboolean
try_leave (const char *value, GError **error)
{
  return mcast_rx_socket_leave (open_rx, value, error);
}

static gboolean
try_add_group (const char *value, GError **error)
{
  return mcast_tx_socket_add_group (open_tx, value, error);
}

static gboolean
try_remove_group (const char *value, GError **error)
{
  return mcast_tx_socket_remove_group (open_tx, value, error);
}

/* --- Ways to give an interface ----------------------------------------------------------- */

static gboolean
try_find (const char *value, GError **error)
{
  const char *specifiers[] = { "lo", value, NULL };
  g_autoptr (GPtrArray) found = mcast_interface_find (specifiers, NULL, error);

  return found != NULL;
}

static gboolean
try_rx_interface (const char *value, GError **error)
{
  const char *groups[] = { GROUP, NULL };
  const char *interfaces[] = { "lo", value, NULL };
  g_autoptr (McastRxSocket) rx = mcast_rx_socket_new (groups, PORT, interfaces, error);

  return rx != NULL;
}

static gboolean
try_tx_interface (const char *value, GError **error)
{
  const char *groups[] = { GROUP, NULL };
  const char *interfaces[] = { "lo", value, NULL };
  g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (groups, PORT, interfaces, error);

  return tx != NULL;
}

static gboolean
try_rx_add_interface (const char *value, GError **error)
{
  return mcast_rx_socket_add_interface (open_rx, value, error);
}

static gboolean
try_tx_add_interface (const char *value, GError **error)
{
  return mcast_tx_socket_add_interface (open_tx, value, error);
}

static gboolean
try_rx_remove_interface (const char *value, GError **error)
{
  return mcast_rx_socket_remove_interface (open_rx, value, error);
}

static gboolean
try_tx_remove_interface (const char *value, GError **error)
{
  return mcast_tx_socket_remove_interface (open_tx, value, error);
}

/* --- Ways to give a number or a property ------------------------------------------------- */

static gint64
number (const char *value)
{
  return g_ascii_strtoll (value, NULL, 10);
}

static gboolean
try_property (GType type, const char *name, const char *value, GError **error)
{
  const char *groups[] = { GROUP ":5004", NULL };
  const char *interfaces[] = { "lo", NULL };
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_CLASS (klass), name);
  g_autoptr (GObject) object = NULL;

  if (pspec->value_type == G_TYPE_STRING)
    object = g_initable_new (type, NULL, error, "groups", groups, "interfaces", interfaces, name,
                             value, NULL);
  else if (pspec->value_type == G_TYPE_INT64)
    object = g_initable_new (type, NULL, error, "groups", groups, "interfaces", interfaces, name,
                             number (value), NULL);
  else
    object = g_initable_new (type, NULL, error, "groups", groups, "interfaces", interfaces, name,
                             (guint) number (value), NULL);
  return object != NULL;
}

static gboolean
try_rx_port (const char *value, GError **error)
{
  return try_property (MCAST_TYPE_RX_SOCKET, "port", value, error);
}

static gboolean
try_rx_timeout (const char *value, GError **error)
{
  return try_property (MCAST_TYPE_RX_SOCKET, "timeout-us", value, error);
}

static gboolean
try_rx_buffer (const char *value, GError **error)
{
  return try_property (MCAST_TYPE_RX_SOCKET, "receive-buffer-size", value, error);
}

static gboolean
try_tx_port (const char *value, GError **error)
{
  return try_property (MCAST_TYPE_TX_SOCKET, "port", value, error);
}

static gboolean
try_tx_ttl (const char *value, GError **error)
{
  return try_property (MCAST_TYPE_TX_SOCKET, "ttl", value, error);
}

static gboolean
try_tx_dscp (const char *value, GError **error)
{
  return try_property (MCAST_TYPE_TX_SOCKET, "dscp", value, error);
}

static gboolean
try_tx_source_address (const char *value, GError **error)
{
  return try_property (MCAST_TYPE_TX_SOCKET, "source-address", value, error);
}

static gboolean
try_tx_source_port (const char *value, GError **error)
{
  return try_property (MCAST_TYPE_TX_SOCKET, "source-port", value, error);
}

static gboolean
try_tx_buffer (const char *value, GError **error)
{
  return try_property (MCAST_TYPE_TX_SOCKET, "send-buffer-size", value, error);
}

static gboolean
try_set_timeout (const char *value, GError **error)
{
  return mcast_rx_socket_set_timeout_us (open_rx, number (value), error);
}

static gboolean
try_set_ttl (const char *value, GError **error)
{
  return mcast_tx_socket_set_ttl (open_tx, (guint) number (value), error);
}

static gboolean
try_set_dscp (const char *value, GError **error)
{
  return mcast_tx_socket_set_dscp (open_tx, (int) number (value), error);
}

/* --- Ways to give a destination ---------------------------------------------------------- */

static gboolean
send_to (McastTxSocket *tx, GSocketAddress *address, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);

  return mcast_tx_socket_send_to (tx, address, payload, NULL, error);
}

static gboolean
try_send_to (const char *value, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (value, PORT);

  return send_to (open_tx, address, error);
}

static gboolean
try_send_to_port_0 (const char *value, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (value, 0);

  return send_to (open_tx, address, error);
}

static gboolean
try_send_to_path (const char *value, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (value);

  return send_to (open_tx, address, error);
}

/* A socket without groups takes any destination. */
static gboolean
try_free_send_to (const char *value, GError **error)
{
  const char *interfaces[] = { "lo", NULL };
  g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (NULL, 0, interfaces, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (value, PORT);

  return send_to (tx, address, error);
}

/* --- A sender's own rules ---------------------------------------------------------------- */

static gboolean
try_tx_without_port (const char *value, GError **error)
{
  const char *groups[] = { value, NULL };
  const char *interfaces[] = { "lo", NULL };
  g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (groups, 0, interfaces, error);

  return tx != NULL;
}

static const char *const not_members[] = { "239.7.7.7", "ff15::7", "239.1.2.3:5005",
                                           "10.0.0.1@239.1.2.3", "239.1.2.3%lo" };
static const char *const not_added[] = { "v0", "127.0.0.1", "1", "*", "nowhere0" };
static const char *const no_timeouts[] = { "-2", "-1000000", "-9223372036854775808" };
static const char *const no_ttls[] = { "256", "1000", "4294967295" };
static const char *const no_dscps[] = { "-2", "64", "255", "2147483647" };
static const char *const no_buffers[] = { "1073741824", "2147483648", "4294967295" };
static const char *const no_source_addresses[] = {
  "", "host", "10.0.0", "0.0.0.0", "239.9.9.9", "10.99.99.99", "::1", "10.0.0.1:5004",
};
static const char *const no_destinations[] = { "10.1.2.3", "0.0.0.0", "::1", "239.9.9.9",
                                               "ff15::9" };
static const char *const good_groups[] = { GROUP };
static const char *const no_paths[] = { "/run/nobody" };
static const char *const no_free_destinations[] = { "10.1.2.3", "255.255.255.255", "ff00::1",
                                                    "fe80::1" };
static const char *const no_targets[] = { "239.1.2.3", "ff15::1%lo", "10.0.0.1@232.1.2.3:5004",
                                          "!10.0.0.1@239.1.2.3:5004" };

#define VALUES(values) values, G_N_ELEMENTS (values)

static const Table tables[] = {
  { "group/parse", try_parse, VALUES (no_groups) },
  { "group/rx", try_rx_group, VALUES (no_groups) },
  { "group/tx", try_tx_group, VALUES (no_groups) },
  { "group/join", try_join, VALUES (no_groups) },
  { "group/leave", try_leave, VALUES (no_groups) },
  { "group/add", try_add_group, VALUES (no_groups) },
  { "group/remove", try_remove_group, VALUES (no_groups) },
  { "group/leave-other", try_leave, VALUES (not_members) },
  { "group/remove-other", try_remove_group, VALUES (not_members) },
  { "group/target", try_tx_without_port, VALUES (no_targets) },
  { "interface/find", try_find, VALUES (no_interfaces) },
  { "interface/rx", try_rx_interface, VALUES (no_interfaces) },
  { "interface/tx", try_tx_interface, VALUES (no_interfaces) },
  { "interface/rx-add", try_rx_add_interface, VALUES (no_interfaces) },
  { "interface/tx-add", try_tx_add_interface, VALUES (no_interfaces) },
  { "interface/rx-remove", try_rx_remove_interface, VALUES (not_added) },
  { "interface/tx-remove", try_tx_remove_interface, VALUES (not_added) },
  { "port/rx", try_rx_port, VALUES (no_ports) },
  { "port/tx", try_tx_port, VALUES (no_ports) },
  { "port/source", try_tx_source_port, VALUES (no_ports) },
  { "timeout/new", try_rx_timeout, VALUES (no_timeouts) },
  { "timeout/set", try_set_timeout, VALUES (no_timeouts) },
  { "ttl/new", try_tx_ttl, VALUES (no_ttls) },
  { "ttl/set", try_set_ttl, VALUES (no_ttls) },
  { "dscp/new", try_tx_dscp, VALUES (no_dscps) },
  { "dscp/set", try_set_dscp, VALUES (no_dscps) },
  { "buffer/rx", try_rx_buffer, VALUES (no_buffers) },
  { "buffer/tx", try_tx_buffer, VALUES (no_buffers) },
  { "source-address", try_tx_source_address, VALUES (no_source_addresses) },
  { "destination/group", try_send_to, VALUES (no_destinations) },
  { "destination/port-0", try_send_to_port_0, VALUES (good_groups) },
  { "destination/family", try_send_to_path, VALUES (no_paths) },
  { "destination/free", try_free_send_to, VALUES (no_free_destinations) },
};

int
main (int argc, char **argv)
{
  int result;

  netns_test_init (&argc, &argv);
  open_sockets ();
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *path = g_strdup_printf ("/bad-input/%s", tables[i].name);

      g_test_add_data_func (path, &tables[i], test_table);
    }
  result = g_test_run ();
  g_object_unref (open_rx);
  g_object_unref (open_tx);
  return result;
}
