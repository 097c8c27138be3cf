/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <gio/gunixsocketaddress.h>

/* Whatever a user may give that is wrong: each must be refused with an error that says what was
 * wrong, and nothing must be left. Tables of values, and the ways to give them. */

#define GROUP "239.1.2.3"
#define PORT 5004

typedef gboolean (*TryFunc) (const char *value, GError **error);

/* Values that are refused for the same reason. */
typedef struct
{
  gboolean is_mcast_error; /* else of GIOErrorEnum */
  int code;
  const char *const *values;
} Mistakes;

typedef struct
{
  const char *name;
  TryFunc try;
  const Mistakes *mistakes[4];
} Table;

/* One letter more than the kernel allows in an alternative name. */
#define SIXTEEN "sixteen-letters-"
#define TOO_LONG_NAME SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN

static const Mistakes nonsense_groups = {
  FALSE, G_IO_ERROR_INVALID_ARGUMENT,
  WORDS ("", " ", "239.1.2", "239.1.2.3.4", "239.1.2.256", "239.1.2.3 ", " 239.1.2.3", "0xef.1.2.3",
         "4009820675", "ff02:::1", "ff02::g", "ff02", "example.org", "*", "%lo", ":5004", "@", "!",
         "%", "[]", "239.1.2.3:", "239.1.2.3:0", "239.1.2.3:65536", "239.1.2.3:-1", "239.1.2.3:+5",
         "239.1.2.3: 5", "239.1.2.3:5004 ", "239.1.2.3:http", "239.1.2.3:99999999999999999999",
         "239.1.2.3:5004:5006", "239.1.2.3/24", "[ff15::5", "ff15::5]:5004", "[ff15::5]5004",
         "[ff15::5]:", "[ff15::5]:0", "[ff15::5]:70000", "[]:5004", "[[ff15::5]]:5004",
         "239.1.2.3%", "239.1.2.3%:5004", "239.1.2.3%a/b", "239.1.2.3%eth0%eth1",
         "239.1.2.3%" TOO_LONG_NAME, "[ff15::5%]:5004", "@239.1.2.3", "!239.1.2.3", "!@239.1.2.3",
         "10.0.0.1@", "10.0.0.1+@239.1.2.3", "+10.0.0.1@239.1.2.3", "10.0.0@239.1.2.3",
         "host@239.1.2.3", "0.0.0.0@239.1.2.3", "239.9.9.9@239.1.2.3",
         "10.0.0.1,10.0.0.2@239.1.2.3", "10.0.0.1@10.0.0.2@239.1.2.3", "mcast://239.1.2.3:5004")
};

static const Mistakes unicast_groups = {
  TRUE, MCAST_ERROR_NOT_MULTICAST,
  WORDS ("10.1.2.3", "0.0.0.0", "127.0.0.1", "223.255.255.255", "240.0.0.1", "255.255.255.255",
         "::", "::1", "fe80::1", "2001:db8::1", "::ffff:239.1.2.3", "ff00::1", "ff10::1",
         "10.0.0.1@10.1.2.3")
};

static const Mistakes mixed_groups = { TRUE, MCAST_ERROR_FAMILY_MISMATCH,
                                       WORDS ("::1@239.1.2.3", "10.0.0.1@ff15::1") };

static const Mistakes nonsense_interfaces = { FALSE, G_IO_ERROR_INVALID_ARGUMENT,
                                              WORDS ("", " ", "lo ", " lo", ".", "..", "a/b",
                                                     TOO_LONG_NAME, "::1%") };

static const Mistakes absent_interfaces = {
  TRUE, MCAST_ERROR_NO_SUCH_INTERFACE,
  WORDS ("nowhere0", "sixteen-letters0", "lo:1", "LO", "lo,lo", "**", "0", "-1", "4294967295",
         "99999999999999999999", "10.99.99.99", "127.0.0.256", "fe80::dead:beef",
         "fe80::dead:beef%lo", "::1%nowhere0", "239.1.2.3")
};

/* --- What is left ------------------------------------------------------------------------ */

/* Objects that were open before the wrong value came. */
static McastRxSocket *open_rx;
static McastTxSocket *open_tx;

static void
assert_sockets_work (void)
{
  g_auto (GStrv) groups = mcast_rx_socket_get_groups (open_rx);

  g_assert_cmpuint (g_strv_length (groups), ==, 1);
  tx_send (open_tx, "still here");
  rx_assert_receives (open_rx, "still here");
}

static void
check_value (const Table *table, const Mistakes *mistakes, const char *value)
{
  GQuark domain = mistakes->is_mcast_error ? MCAST_ERROR : G_IO_ERROR;
  guint descriptors = count_descriptors ();
  g_autofree char *quoted = g_strdup_printf ("“%s”", value);
  g_autoptr (GError) error = NULL;
  gboolean good = table->try (value, &error);

  g_test_message ("%s %s: %s", table->name, quoted, error != NULL ? error->message : "no error");
  g_assert_false (good);
  assert_error_says (error, domain, mistakes->code, *value != '\0' ? value : quoted);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  /* The listener of the interfaces has some of its own for a moment. */
  netns_assert_soon (count_descriptors () <= descriptors);
}

static void
test_table (gconstpointer data)
{
  const Table *table = data;

  for (const Mistakes *const *mistakes = table->mistakes; *mistakes != NULL; mistakes++)
    for (const char *const *value = (*mistakes)->values; *value != NULL; value++)
      check_value (table, *mistakes, *value);
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
  g_autoptr (McastRxSocket)
    rx = mcast_rx_socket_new (WORDS (GROUP, value), PORT, WORDS ("lo"), error);

  return rx != NULL;
}

static gboolean
try_tx_group (const char *value, GError **error)
{
  g_autoptr (McastTxSocket)
    tx = mcast_tx_socket_new (WORDS (GROUP, value), PORT, WORDS ("lo"), error);

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
  g_autoptr (GPtrArray) found = mcast_interface_find (WORDS ("lo", value), NULL, error);

  return found != NULL;
}

static gboolean
try_rx_interface (const char *value, GError **error)
{
  g_autoptr (McastRxSocket)
    rx = mcast_rx_socket_new (WORDS (GROUP), PORT, WORDS ("lo", value), error);

  return rx != NULL;
}

static gboolean
try_tx_interface (const char *value, GError **error)
{
  g_autoptr (McastTxSocket)
    tx = mcast_tx_socket_new (WORDS (GROUP), PORT, WORDS ("lo", value), error);

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
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_CLASS (klass), name);
  g_autoptr (GObject) object = NULL;

  if (pspec->value_type == G_TYPE_STRING)
    object = g_initable_new (type, NULL, error, "groups", WORDS (GROUP ":5004"), "interfaces",
                             WORDS ("lo"), name, value, NULL);
  else if (pspec->value_type == G_TYPE_INT64)
    object = g_initable_new (type, NULL, error, "groups", WORDS (GROUP ":5004"), "interfaces",
                             WORDS ("lo"), name, number (value), NULL);
  else
    object = g_initable_new (type, NULL, error, "groups", WORDS (GROUP ":5004"), "interfaces",
                             WORDS ("lo"), name, (guint) number (value), NULL);
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
  g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (NULL, 0, WORDS ("lo"), NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (value, PORT);

  return send_to (tx, address, error);
}

/* --- A sender's own rules ---------------------------------------------------------------- */

static gboolean
try_tx_without_port (const char *value, GError **error)
{
  g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (WORDS (value), 0, WORDS ("lo"), error);

  return tx != NULL;
}

#define NOT_LISTED \
  WORDS ("239.7.7.7", "ff15::7", "239.1.2.3:5005", "10.0.0.1@239.1.2.3", "239.1.2.3%eth9")

static const Mistakes not_listed = { FALSE, G_IO_ERROR_NOT_FOUND, NOT_LISTED };

static const Mistakes no_targets = {
  FALSE, G_IO_ERROR_INVALID_ARGUMENT, WORDS ("10.0.0.1@232.1.2.3:5004", "!10.0.0.1@239.1.2.3:5004")
};

static const Mistakes portless_targets = { TRUE, MCAST_ERROR_NO_PORT,
                                           WORDS ("239.1.2.3", "ff15::1%lo") };

static const Mistakes not_added = { FALSE, G_IO_ERROR_NOT_FOUND,
                                    WORDS ("v0", "127.0.0.1", "1", "*", "nowhere0") };

static const Mistakes no_ports = { FALSE, G_IO_ERROR_INVALID_ARGUMENT,
                                   WORDS ("65536", "70000", "4294967295") };

static const Mistakes no_timeouts = { FALSE, G_IO_ERROR_INVALID_ARGUMENT,
                                      WORDS ("-2", "-1000000", "-9223372036854775808") };

static const Mistakes no_ttls = { FALSE, G_IO_ERROR_INVALID_ARGUMENT,
                                  WORDS ("256", "1000", "4294967295") };

static const Mistakes no_dscps = { FALSE, G_IO_ERROR_INVALID_ARGUMENT,
                                   WORDS ("-2", "64", "255", "2147483647") };

static const Mistakes no_buffers = { TRUE, MCAST_ERROR_BUFFER_LIMIT,
                                     WORDS ("1073741824", "2147483648", "4294967295") };

static const Mistakes no_addresses = { FALSE, G_IO_ERROR_INVALID_ARGUMENT,
                                       WORDS ("", "host", "10.0.0", "0.0.0.0", "239.9.9.9",
                                              "10.0.0.1:5004") };

static const Mistakes absent_addresses = { TRUE, MCAST_ERROR_NO_ADDRESS, WORDS ("10.99.99.99") };

static const Mistakes mixed_addresses = { TRUE, MCAST_ERROR_FAMILY_MISMATCH, WORDS ("::1") };

static const Mistakes unicast_destinations = { TRUE, MCAST_ERROR_NOT_MULTICAST,
                                               WORDS ("10.1.2.3", "0.0.0.0", "::1") };

static const Mistakes other_destinations = { TRUE, MCAST_ERROR_NOT_A_DESTINATION,
                                             WORDS ("239.9.9.9", "ff15::9") };

static const Mistakes free_destinations = {
  TRUE, MCAST_ERROR_NOT_MULTICAST, WORDS ("10.1.2.3", "255.255.255.255", "ff00::1", "fe80::1")
};

static const Mistakes without_port = { TRUE, MCAST_ERROR_NO_PORT, WORDS (GROUP) };

static const Mistakes no_paths = { FALSE, G_IO_ERROR_INVALID_ARGUMENT, WORDS ("/run/nobody") };

#define ALL_GROUPS &nonsense_groups, &unicast_groups, &mixed_groups
#define ALL_INTERFACES &nonsense_interfaces, &absent_interfaces

static const Table tables[] = {
  { "group/parse", try_parse, { ALL_GROUPS } },
  { "group/rx", try_rx_group, { ALL_GROUPS } },
  { "group/tx", try_tx_group, { ALL_GROUPS } },
  { "group/join", try_join, { ALL_GROUPS } },
  { "group/leave", try_leave, { ALL_GROUPS } },
  { "group/add", try_add_group, { ALL_GROUPS } },
  { "group/remove", try_remove_group, { ALL_GROUPS } },
  { "group/leave-other", try_leave, { &not_listed } },
  { "group/remove-other", try_remove_group, { &not_listed } },
  { "group/target", try_tx_without_port, { &no_targets, &portless_targets } },
  { "interface/find", try_find, { ALL_INTERFACES } },
  { "interface/rx", try_rx_interface, { ALL_INTERFACES } },
  { "interface/tx", try_tx_interface, { ALL_INTERFACES } },
  { "interface/rx-add", try_rx_add_interface, { ALL_INTERFACES } },
  { "interface/tx-add", try_tx_add_interface, { ALL_INTERFACES } },
  { "interface/rx-remove", try_rx_remove_interface, { &not_added } },
  { "interface/tx-remove", try_tx_remove_interface, { &not_added } },
  { "port/rx", try_rx_port, { &no_ports } },
  { "port/tx", try_tx_port, { &no_ports } },
  { "port/source", try_tx_source_port, { &no_ports } },
  { "timeout/new", try_rx_timeout, { &no_timeouts } },
  { "timeout/set", try_set_timeout, { &no_timeouts } },
  { "ttl/new", try_tx_ttl, { &no_ttls } },
  { "ttl/set", try_set_ttl, { &no_ttls } },
  { "dscp/new", try_tx_dscp, { &no_dscps } },
  { "dscp/set", try_set_dscp, { &no_dscps } },
  { "buffer/rx", try_rx_buffer, { &no_buffers } },
  { "buffer/tx", try_tx_buffer, { &no_buffers } },
  { "source-address",
    try_tx_source_address,
    { &no_addresses, &absent_addresses, &mixed_addresses } },
  { "destination/group", try_send_to, { &unicast_destinations, &other_destinations } },
  { "destination/port-0", try_send_to_port_0, { &without_port } },
  { "destination/family", try_send_to_path, { &no_paths } },
  { "destination/free", try_free_send_to, { &free_destinations } },
};

int
main (int argc, char **argv)
{
  int result;

  netns_test_init (&argc, &argv);
  open_rx = rx_new (WORDS (GROUP), PORT, WORDS ("lo"));
  open_tx = tx_new (WORDS (GROUP), PORT, WORDS ("lo"));
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
