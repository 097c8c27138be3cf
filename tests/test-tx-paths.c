/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tx/mcast-tx-paths-private.h"

#include <string.h>

#include "mcast-error.h"
#include "os/mcast-os-membership-private.h"
#include "tx/mcast-tx-path-private.h"

/* The paths of a socket while interfaces change. The linker puts the function below in the place of
 * the library's own, so nothing is joined. */

#define GROUP "233.252.0.1"
#define GROUP_2 "233.252.0.2"
#define PORT 5004

McastOsJoinResult __wrap__mcast_os_join (int fd, const McastAddress *group, guint index,
                                         McastSourceFilter *filter, GError **error);

static guint n_joins;
/* The interface on which joining fails. */
static guint failing_index;

McastOsJoinResult
__wrap__mcast_os_join (int fd, const McastAddress *group, guint index, McastSourceFilter *filter,
                       GError **error)
{
  n_joins++;
  if (index != failing_index)
    return MCAST_OS_JOINED;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "joining failed");
  return MCAST_OS_JOIN_FAILED;
}

/* --- Fixture ----------------------------------------------------------------------------- */

typedef struct
{
  McastWanted wanted;
  McastTxLedger *ledger;
  McastTxPaths *paths;
  /* What was logged since it was taken last. */
  GString *log;
  GString *events;
} Fixture;

static Fixture *logging;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (logging != NULL && g_str_equal (fields[i].key, "MESSAGE"))
      g_string_append_printf (logging->log, "%s\n", (const char *) fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

static void
note_event (gpointer user_data, const McastEventInfo *info)
{
  Fixture *self = user_data;
  g_autoptr (GEnumClass) types = g_type_class_ref (MCAST_TYPE_EVENT_TYPE);

  g_string_append_printf (self->events, "%s %s on %s\n",
                          g_enum_get_value (types, (int) info->type)->value_nick, info->group,
                          info->interface_name);
}

gboolean __wrap__mcast_interface_table_find_route (McastInterfaceTable *self,
                                                   const McastRouteQuestion *question,
                                                   McastRoute *route, GError **error);

/* No route prefers a source. */
gboolean
__wrap__mcast_interface_table_find_route (McastInterfaceTable *self,
                                          const McastRouteQuestion *question, McastRoute *route,
                                          GError **error)
{
  *route = (McastRoute) { 0 };
  return TRUE;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  McastTxPathsOptions options = {
    .wanted = &self->wanted, .port = PORT, .report_event = note_event, .user_data = self
  };

  _mcast_wanted_init (&self->wanted);
  self->ledger = _mcast_tx_ledger_new ();
  options.ledger = self->ledger;
  self->paths = _mcast_tx_paths_new (&options);
  self->log = g_string_new (NULL);
  self->events = g_string_new (NULL);
  logging = self;
  n_joins = 0;
  failing_index = 0;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  logging = NULL;
  g_string_free (self->log, TRUE);
  g_string_free (self->events, TRUE);
  _mcast_tx_paths_free (self->paths);
  _mcast_tx_ledger_free (self->ledger);
  _mcast_wanted_clear (&self->wanted);
}

static void
add_group (Fixture *self, const char *text)
{
  g_autoptr (McastGroup) group = mcast_group_parse (text, NULL);

  _mcast_wanted_add_group (&self->wanted, group);
}

static void
add_interface (Fixture *self, const char *text)
{
  g_assert_true (_mcast_wanted_add_interface (&self->wanted, text, NULL));
}

static void
append_interface (GPtrArray *interfaces, guint index, const char *name, McastLinkFlags flags)
{
  const McastInterfaceAddress address = {
    .address = { .family = AF_INET, .bytes = { 10, 0, 0, 2 } }, .prefix_length = 24
  };
  const McastInterfaceInfo info = {
    .generation = index,
    .ipv6_generation = index,
    .life = index,
    .index = index,
    .mtu = 1500,
    .flags = MCAST_LINK_MULTICAST | flags,
    .name = name,
    .addresses = &address,
    .n_addresses = 1,
  };

  g_ptr_array_add (interfaces, _mcast_interface_new (&info));
}

/* The interfaces eth0 (2) and eth1 (3), of which either may be missing. */
static gboolean
update (Fixture *self, gboolean has_eth0, gboolean has_eth1, guint ttl, GError **error)
{
  g_autoptr (GPtrArray) interfaces = g_ptr_array_new_with_free_func (g_object_unref);

  if (has_eth0)
    append_interface (interfaces, 2, "eth0", MCAST_LINK_UP);
  if (has_eth1)
    append_interface (interfaces, 3, "eth1", MCAST_LINK_UP);
  return _mcast_tx_paths_update (self->paths, interfaces, ttl, error);
}

static McastTxObstacle
get_obstacle (Fixture *self, guint position)
{
  g_autoptr (GPtrArray) paths = _mcast_tx_paths_get (self->paths);

  g_assert_cmpuint (position, <, paths->len);
  return ((McastTxPath *) paths->pdata[position])->obstacle;
}

static void
count (Fixture *self, guint position, guint n_datagrams)
{
  g_autoptr (GPtrArray) paths = _mcast_tx_paths_get (self->paths);

  _mcast_tx_ledger_lock (self->ledger);
  _mcast_tx_counters_accept (((McastTxPath *) paths->pdata[position])->counters, n_datagrams, 0);
  _mcast_tx_ledger_unlock (self->ledger);
}

static guint64
get_sum (Fixture *self, const char *counter)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GPtrArray) paths = _mcast_tx_paths_get (self->paths);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  guint64 value = 0;

  g_ptr_array_set_size (addresses, (int) paths->len);
  g_ptr_array_unref (_mcast_tx_paths_take_snapshot (self->paths, addresses, &dict));
  g_assert_true (g_variant_dict_lookup (&dict, counter, "t", &value));
  return value;
}

static void
assert_logged (Fixture *self, const char *text)
{
  if (strstr (self->log->str, text) == NULL)
    g_test_fail_printf ("“%s” is not in: %s", text, self->log->str);
  g_string_truncate (self->log, 0);
}

/* --- Tests ------------------------------------------------------------------------------- */

/* Counters belong to a group on an interface, however often it disappears. */
static void
test_counters (Fixture *self, gconstpointer data)
{
  add_group (self, GROUP);
  add_interface (self, "eth0");
  add_interface (self, "eth1");
  g_assert_true (update (self, TRUE, TRUE, 1, NULL));
  count (self, 0, 10);
  count (self, 1, 1);
  g_assert_true (update (self, FALSE, TRUE, 1, NULL));
  g_assert_cmpint (get_obstacle (self, 0), ==, MCAST_TX_OBSTACLE_NO_INTERFACE);
  g_assert_cmpint (get_obstacle (self, 1), ==, MCAST_TX_OBSTACLE_NONE);
  g_assert_true (update (self, TRUE, TRUE, 1, NULL));
  count (self, 0, 5);
  g_assert_cmpuint (get_sum (self, "accepted"), ==, 16);
  g_assert_true (_mcast_wanted_remove_interface (&self->wanted, "eth1", NULL));
  g_assert_true (update (self, TRUE, TRUE, 1, NULL));
  g_assert_cmpuint (get_sum (self, "accepted"), ==, 16);
}

/* A call in progress keeps the array that it got. */
static void
test_snapshot (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) snapshot = NULL;

  add_group (self, GROUP);
  add_interface (self, "eth0");
  g_assert_true (update (self, TRUE, FALSE, 1, NULL));
  snapshot = _mcast_tx_paths_get (self->paths);
  add_group (self, GROUP_2);
  g_assert_true (update (self, FALSE, FALSE, 1, NULL));
  g_assert_cmpuint (snapshot->len, ==, 1);
  g_assert_cmpint (((McastTxPath *) snapshot->pdata[0])->obstacle, ==, MCAST_TX_OBSTACLE_NONE);
}

static void
test_get_to (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) everywhere = NULL;
  g_autoptr (GPtrArray) on_eth1 = NULL;
  g_autoptr (GPtrArray) other_port = NULL;
  McastAddress group;

  g_assert_true (_mcast_address_parse (GROUP, &group));
  add_group (self, GROUP);
  add_group (self, GROUP_2);
  add_interface (self, "*");
  g_assert_true (update (self, TRUE, TRUE, 1, NULL));
  everywhere = _mcast_tx_paths_get_to (self->paths, &group, PORT, 0);
  g_assert_cmpuint (everywhere->len, ==, 2);
  on_eth1 = _mcast_tx_paths_get_to (self->paths, &group, PORT, 3);
  g_assert_cmpuint (on_eth1->len, ==, 1);
  g_assert_cmpuint (((McastTxPath *) on_eth1->pdata[0])->interface_index, ==, 3);
  other_port = _mcast_tx_paths_get_to (self->paths, &group, PORT + 1, 0);
  g_assert_cmpuint (other_port->len, ==, 0);
}

/* Each interface once, and only if a path on it is ready. */
static void
test_list_active (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) active = NULL;

  add_group (self, GROUP);
  add_group (self, GROUP_2);
  add_interface (self, "eth0");
  add_interface (self, "eth1");
  update (self, FALSE, TRUE, 1, NULL);
  active = _mcast_tx_paths_list_active (self->paths);
  g_assert_cmpuint (active->len, ==, 1);
  g_assert_cmpstr (mcast_interface_get_name (active->pdata[0]), ==, "eth1");
}

/* The destination of a single datagram is no group of the socket. */
static void
test_ad_hoc (Fixture *self, gconstpointer data)
{
  g_autoptr (McastGroup) group = mcast_group_parse (GROUP ":5004", NULL);
  g_autoptr (GPtrArray) regular = NULL;
  g_autoptr (GError) error = NULL;

  add_interface (self, "eth0");
  g_assert_true (_mcast_tx_paths_check_ad_hoc (self->paths, group, NULL));
  _mcast_wanted_add_ad_hoc (&self->wanted, group, 10);
  g_assert_true (update (self, TRUE, TRUE, 1, NULL));
  regular = _mcast_tx_paths_get_regular (self->paths);
  g_assert_cmpuint (regular->len, ==, 0);
  add_group (self, GROUP_2);
  g_assert_false (_mcast_tx_paths_check_ad_hoc (self->paths, group, &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION);
}

/* Where a TTL of 0 is not contained, nothing is sent until it is. Nothing is joined twice. */
static void
test_containment (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_group (self, GROUP);
  add_interface (self, "*");
  g_assert_true (update (self, TRUE, FALSE, 0, NULL));
  g_assert_cmpuint (n_joins, ==, 1);
  g_assert_true (update (self, TRUE, FALSE, 0, NULL));
  g_assert_cmpuint (n_joins, ==, 1);

  failing_index = 3;
  g_assert_false (update (self, TRUE, TRUE, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_false (_mcast_tx_paths_is_contained (self->paths));
  g_assert_cmpint (get_obstacle (self, 0), ==, MCAST_TX_OBSTACLE_NONE);
  g_assert_cmpint (get_obstacle (self, 1), ==, MCAST_TX_OBSTACLE_NOT_CONTAINED);
  assert_logged (self, GROUP " on eth1: failed to send to port 5004: a TTL of 0 is not contained");
  g_assert_false (update (self, TRUE, TRUE, 0, NULL));
  g_assert_null (strstr (self->log->str, "eth1"));

  failing_index = 0;
  g_assert_true (update (self, TRUE, TRUE, 0, NULL));
  g_assert_true (_mcast_tx_paths_is_contained (self->paths));
  g_assert_cmpint (get_obstacle (self, 1), ==, MCAST_TX_OBSTACLE_NONE);
  assert_logged (self, GROUP " on eth1: ready");
}

/* A path that is not ready may refuse to be joined: it sends nothing. */
static void
test_containment_not_ready (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) interfaces = g_ptr_array_new_with_free_func (g_object_unref);

  add_group (self, GROUP);
  add_interface (self, "eth0");
  add_interface (self, "eth1");
  append_interface (interfaces, 2, "eth0", MCAST_LINK_UP);
  append_interface (interfaces, 3, "eth1", 0);
  failing_index = 3;
  g_assert_true (_mcast_tx_paths_update (self->paths, interfaces, 0, NULL));
  g_assert_cmpint (get_obstacle (self, 0), ==, MCAST_TX_OBSTACLE_NONE);
  g_assert_cmpint (get_obstacle (self, 1), ==, MCAST_TX_OBSTACLE_INTERFACE_DOWN);
  failing_index = 0;
  g_assert_true (update (self, TRUE, TRUE, 0, NULL));
  g_assert_cmpint (get_obstacle (self, 1), ==, MCAST_TX_OBSTACLE_NONE);
}

/* A line for each change, and none without one. */
static void
test_log (Fixture *self, gconstpointer data)
{
  add_group (self, GROUP);
  add_interface (self, "eth0");
  add_interface (self, "*");
  update (self, TRUE, FALSE, 1, NULL);
  assert_logged (self, GROUP " on eth0: ready to send to port 5004 (index 2");
  update (self, TRUE, FALSE, 1, NULL);
  g_assert_cmpstr (self->log->str, ==, "");
  update (self, TRUE, TRUE, 1, NULL);
  g_assert_null (strstr (self->log->str, "eth0"));
  assert_logged (self, GROUP " on eth1: ready");
  update (self, FALSE, FALSE, 1, NULL);
  g_assert_nonnull (strstr (self->log->str, GROUP " on eth1: no longer sent to"));
  assert_logged (self, GROUP " on eth0: waiting to send to port 5004: there is no such interface");
}

static void
assert_events (Fixture *self, const char *expected)
{
  g_assert_cmpstr (self->events->str, ==, expected);
  g_string_truncate (self->events, 0);
}

/* An interface of "*" is lost and recovers; a group that is removed is lost and begins again. */
static void
test_events (Fixture *self, gconstpointer data)
{
  g_autoptr (McastGroup) group = mcast_group_parse (GROUP, NULL);

  add_group (self, GROUP);
  add_interface (self, "*");
  update (self, FALSE, FALSE, 1, NULL);
  assert_events (self, "waiting " GROUP ":5004 on *\n");
  update (self, TRUE, FALSE, 1, NULL);
  assert_events (self, "ready " GROUP ":5004 on eth0\n");
  update (self, TRUE, TRUE, 1, NULL);
  assert_events (self, "ready " GROUP ":5004 on eth1\n");
  update (self, TRUE, TRUE, 1, NULL);
  assert_events (self, "");
  update (self, TRUE, FALSE, 1, NULL);
  assert_events (self, "lost " GROUP ":5004 on eth1\n");
  update (self, TRUE, TRUE, 1, NULL);
  assert_events (self, "recovered " GROUP ":5004 on eth1\n");
  _mcast_wanted_remove_group (&self->wanted, group);
  update (self, TRUE, FALSE, 1, NULL);
  assert_events (self, "lost " GROUP ":5004 on eth0\nlost " GROUP ":5004 on eth1\n");
  add_group (self, GROUP);
  update (self, TRUE, FALSE, 1, NULL);
  assert_events (self, "ready " GROUP ":5004 on eth0\n");
}

/* A path that fails from the start is not lost, and one that is lost does not fail as well. */
static void
test_events_failed (Fixture *self, gconstpointer data)
{
  add_group (self, GROUP);
  add_interface (self, "eth0");
  failing_index = 2;
  update (self, TRUE, FALSE, 0, NULL);
  assert_events (self, "failed " GROUP ":5004 on eth0\n");
  failing_index = 0;
  update (self, TRUE, FALSE, 0, NULL);
  assert_events (self, "recovered " GROUP ":5004 on eth0\n");
  update (self, FALSE, FALSE, 0, NULL);
  assert_events (self, "lost " GROUP ":5004 on eth0\n");
  failing_index = 2;
  update (self, TRUE, FALSE, 0, NULL);
  assert_events (self, "");
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  add ("/tx-paths/counters", test_counters);
  add ("/tx-paths/snapshot", test_snapshot);
  add ("/tx-paths/get-to", test_get_to);
  add ("/tx-paths/list-active", test_list_active);
  add ("/tx-paths/ad-hoc", test_ad_hoc);
  add ("/tx-paths/containment", test_containment);
  add ("/tx-paths/containment/not-ready", test_containment_not_ready);
  add ("/tx-paths/events", test_events);
  add ("/tx-paths/events/failed", test_events_failed);
  add ("/tx-paths/log", test_log);
  return g_test_run ();
}
