/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* A copy of the list that follows items-changed alone. */
typedef struct
{
  GListModel *model;
  GPtrArray *items;
  guint n_changes;
  GThread *thread;
} Mirror;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Mirror *mirror)
{
  g_assert_true (g_thread_self () == mirror->thread);
  g_assert_cmpuint (position + removed, <=, mirror->items->len);
  g_assert_cmpuint (removed + added, >, 0);
  if (removed > 0)
    g_ptr_array_remove_range (mirror->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->items, (gint) (position + i),
                        g_list_model_get_item (model, position + i));
  g_assert_cmpuint (mirror->items->len, ==, g_list_model_get_n_items (model));
  mirror->n_changes++;
}

/* The deprecated function never fails. */
static McastInterfaceMonitor *
get_default (void)
{
  return mcast_interface_monitor_get_default ();
}

static void
mirror_init_with (Mirror *mirror, McastInterfaceMonitor *monitor)
{
  mirror->model = G_LIST_MODEL (monitor);
  mirror->items = g_ptr_array_new_with_free_func (g_object_unref);
  mirror->n_changes = 0;
  mirror->thread = g_thread_self ();
  for (guint i = 0; i < g_list_model_get_n_items (mirror->model); i++)
    g_ptr_array_add (mirror->items, g_list_model_get_item (mirror->model, i));
  g_signal_connect (mirror->model, "items-changed", G_CALLBACK (on_items_changed), mirror);
}

static void
mirror_init (Mirror *mirror)
{
  mirror_init_with (mirror, mcast_interface_monitor_get (NULL));
}

static void
mirror_clear (Mirror *mirror)
{
  g_signal_handlers_disconnect_by_data (mirror->model, mirror);
  g_object_unref (mirror->model);
  g_ptr_array_unref (mirror->items);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Mirror, mirror_clear)

static McastInterface *
mirror_find (const Mirror *mirror, const char *name)
{
  for (guint i = 0; i < mirror->items->len; i++)
    if (g_str_equal (mcast_interface_get_name (mirror->items->pdata[i]), name))
      return mirror->items->pdata[i];
  return NULL;
}

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
describe (McastInterface *iface)
{
  GString *text = g_string_new (NULL);
  GPtrArray *masks = mcast_interface_get_addresses (iface);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);

  g_string_append_printf (text, "%u %s %u %s %d%d%d", mcast_interface_get_index (iface),
                          mcast_interface_get_name (iface), mcast_interface_get_mtu (iface),
                          mcast_interface_get_hardware_address (iface),
                          mcast_interface_is_up (iface), mcast_interface_is_running (iface),
                          mcast_interface_is_multicast (iface));
  for (guint i = 0; i < masks->len; i++)
    g_ptr_array_add (addresses, g_inet_address_mask_to_string (masks->pdata[i]));
  g_ptr_array_sort (addresses, compare_texts);
  for (guint i = 0; i < addresses->len; i++)
    g_string_append_printf (text, " %s", (const char *) addresses->pdata[i]);
  return g_string_free (text, FALSE);
}

/* Whether the mirror is what the kernel says when asked now. */
static gboolean
mirror_is_right (const Mirror *mirror)
{
  g_autoptr (GPtrArray) now = mcast_interface_list (NULL);

  if (now->len != mirror->items->len)
    return FALSE;
  for (guint i = 0; i < now->len; i++)
    {
      g_autofree char *is = describe (mirror->items->pdata[i]);
      g_autofree char *should_be = describe (now->pdata[i]);

      if (!g_str_equal (is, should_be))
        return FALSE;
    }
  return TRUE;
}

static gboolean
mirror_has_address (const Mirror *mirror, const char *name, const char *address)
{
  McastInterface *iface = mirror_find (mirror, name);
  g_autofree char *text = iface != NULL ? describe (iface) : NULL;

  return text != NULL && strstr (text, address) != NULL;
}

static void
test_begins_whole (World *world)
{
  g_auto (Mirror) mirror = { 0 };

  mirror_init (&mirror);
  g_assert_true (mirror_is_right (&mirror));
  g_assert_true (g_list_model_get_item_type (mirror.model) == MCAST_TYPE_INTERFACE);
  g_assert_null (g_list_model_get_item (mirror.model, 3));
  g_assert_nonnull (mirror_find (&mirror, "v1"));
}

static void
test_add_and_remove (World *world)
{
  g_auto (Mirror) mirror = { 0 };

  mirror_init (&mirror);
  netns_add_veth (world->here, "new", world->there, "other", NETNS_LINK_DEFAULT);
  netns_assert_soon (mirror_find (&mirror, "new") != NULL && mirror_is_right (&mirror));
  netns_link_delete (world->here, "new");
  netns_assert_soon (mirror_find (&mirror, "new") == NULL);
  g_assert_true (mirror_is_right (&mirror));
}

static void
test_rename (World *world)
{
  g_auto (Mirror) mirror = { 0 };

  mirror_init (&mirror);
  netns_link_rename (world->here, "v0", "lan");
  netns_assert_soon (mirror_find (&mirror, "lan") != NULL && mirror_is_right (&mirror));
  g_assert_null (mirror_find (&mirror, "v0"));
}

static void
test_addresses (World *world)
{
  g_auto (Mirror) mirror = { 0 };

  mirror_init (&mirror);
  netns_address_add (world->here, "v0", "192.0.2.1/24");
  netns_assert_soon (mirror_has_address (&mirror, "v0", "192.0.2.1/24"));
  netns_address_add (world->here, "v0", "2001:db8::1/64");
  netns_assert_soon (mirror_has_address (&mirror, "v0", "2001:db8::1/64"));
  netns_address_remove (world->here, "v0", "192.0.2.1/24");
  netns_assert_soon (!mirror_has_address (&mirror, "v0", "192.0.2.1/24"));
  g_assert_true (mirror_is_right (&mirror));
}

static void
test_flags (World *world)
{
  g_auto (Mirror) mirror = { 0 };

  mirror_init (&mirror);
  netns_link_set_down (world->here, "v0");
  netns_assert_soon (!mcast_interface_is_up (mirror_find (&mirror, "v0"))
                     && mirror_is_right (&mirror));
  netns_link_set_up (world->here, "v0");
  netns_assert_soon (mcast_interface_is_running (mirror_find (&mirror, "v0"))
                     && mirror_is_right (&mirror));
  netns_link_set_down (world->there, "v0");
  netns_assert_soon (!mcast_interface_is_running (mirror_find (&mirror, "v0")));
  netns_ip (world->here, "link set dev v0 multicast off\nlink set dev v0 mtu 1280\n");
  netns_assert_soon (mirror_is_right (&mirror)
                     && !mcast_interface_is_multicast (mirror_find (&mirror, "v0")));
}

/* A bridge reports its ports in messages of its own, which mean something else. */
static void
test_bridge_port (World *world)
{
  g_auto (Mirror) mirror = { 0 };

  mirror_init (&mirror);
  netns_add_bridge (world->here, "br0", NULL);
  netns_ip (world->here, "link set dev v0 master br0\n");
  netns_assert_soon (mirror_find (&mirror, "br0") != NULL && mirror_is_right (&mirror));
  netns_ip (world->here, "link set dev v0 nomaster\nlink set dev v0 mtu 1333\n");
  netns_assert_soon (mirror_find (&mirror, "v0") != NULL
                     && mcast_interface_get_mtu (mirror_find (&mirror, "v0")) == 1333
                     && mirror_is_right (&mirror));
}

/* What did not change is the same object, so that a view does not flicker. */
static void
test_others_stay (World *world)
{
  g_auto (Mirror) mirror = { 0 };
  McastInterface *first;
  McastInterface *last;

  mirror_init (&mirror);
  first = mirror_find (&mirror, "v0");
  last = mirror_find (&mirror, "v2");
  netns_ip (world->here, "link set dev v1 mtu 1400\n");
  netns_assert_soon (mirror.n_changes > 0 && mirror_is_right (&mirror));
  g_assert_true (mirror_find (&mirror, "v0") == first);
  g_assert_true (mirror_find (&mirror, "v2") == last);
  g_assert_cmpuint (mirror.n_changes, ==, 1);
}

/* A route is no interface: nothing in the list changes. */
static void
test_routes_are_no_change (World *world)
{
  g_auto (Mirror) mirror = { 0 };

  mirror_init (&mirror);
  netns_add_default_route (world->here, G_SOCKET_FAMILY_IPV4, "v0");
  netns_ip (world->here, "link set dev v1 mtu 1400\n");
  netns_assert_soon (mirror.n_changes > 0 && mirror_is_right (&mirror));
  g_assert_cmpuint (mirror.n_changes, ==, 1);
}

/* --- Contexts ---------------------------------------------------------------------------- */

static void
test_shared (void)
{
  g_autoptr (McastInterfaceMonitor) first = mcast_interface_monitor_get (NULL);
  g_autoptr (McastInterfaceMonitor) second = mcast_interface_monitor_get (NULL);

  g_assert_true (first == second);
}

/* The monitor of a context stays that of the context, whichever was asked for in between. */
static void
test_shared_per_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (McastInterfaceMonitor) outside = mcast_interface_monitor_get (NULL);
  g_autoptr (McastInterfaceMonitor) inside = NULL;
  g_autoptr (McastInterfaceMonitor) inside_again = NULL;
  g_autoptr (McastInterfaceMonitor) outside_again = NULL;

  g_main_context_push_thread_default (context);
  inside = mcast_interface_monitor_get (NULL);
  inside_again = mcast_interface_monitor_get (NULL);
  g_main_context_pop_thread_default (context);
  outside_again = mcast_interface_monitor_get (NULL);

  g_assert_true (inside != outside);
  g_assert_true (inside == inside_again);
  g_assert_true (outside == outside_again);
}

static gpointer
watch_in_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  World *world = data;
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  g_main_context_push_thread_default (context);
  {
    g_auto (Mirror) mirror = { 0 };

    mirror_init (&mirror);
    netns_ip (world->here, "link set dev v0 mtu 1300\n");
    while (mirror.n_changes == 0)
      {
        g_assert_cmpint (g_get_monotonic_time (), <, deadline);
        if (!g_main_context_iteration (context, FALSE))
          g_usleep (1000);
      }
    g_assert_cmpuint (mcast_interface_get_mtu (mirror_find (&mirror, "v0")), ==, 1300);
  }
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_emits_in_its_context (World *world)
{
  g_auto (Mirror) mirror = { 0 };

  mirror_init (&mirror);
  g_thread_join (netns_thread_new (world->here, watch_in_thread, world));
  /* The list of this context has not moved before the context did. */
  g_assert_cmpuint (mirror.n_changes, ==, 0);
  g_assert_cmpuint (mcast_interface_get_mtu (mirror_find (&mirror, "v0")), ==, 1500);
  netns_assert_soon (mirror_is_right (&mirror));
}

/* A number that grows by one for each source that a context is given. */
static guint
take_source_id (void)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  guint id = g_source_attach (source, NULL);

  g_source_destroy (source);
  return id;
}

/* Many changes while nobody iterates the context are one when somebody does, and wait as one. */
static void
test_context_that_rests (World *world)
{
  g_auto (Mirror) mirror = { 0 };
  guint n_dispatches = 0;
  guint id;

  mirror_init (&mirror);
  id = take_source_id ();
  for (guint i = 0; i < 50; i++)
    netns_ip (world->here, "link set dev v0 mtu %u\n", 1300 + i);
  g_assert_cmpuint (take_source_id () - id, <=, 2);
  while (g_main_context_iteration (NULL, FALSE))
    n_dispatches++;
  netns_assert_soon (mirror_is_right (&mirror));
  g_assert_cmpuint (n_dispatches, <, 25);
  g_assert_cmpuint (mirror.n_changes, <=, n_dispatches + 1);
}

/* --- The process ------------------------------------------------------------------------- */

static void
test_ends (void)
{
  g_autoptr (McastInterfaceMonitor) kept = NULL;
  guint descriptors = count_descriptors ();

  for (guint i = 0; i < 20; i++)
    {
      McastInterfaceMonitor *monitor = mcast_interface_monitor_get (NULL);

      netns_assert_soon (count_threads () == 1);
      g_object_unref (monitor);
    }
  netns_assert_soon (count_threads () == 0);
  g_assert_cmpuint (count_descriptors (), <=, descriptors);
  kept = mcast_interface_monitor_get (NULL);
  g_assert_nonnull (kept);
}

/* A failure is reported, and the next call tries again. */
static void
test_failure (World *world)
{
  g_autoptr (McastInterfaceMonitor) monitor = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;
  Shortage shortage;

  shortage_begin (&shortage);
  monitor = mcast_interface_monitor_get (&error);
  g_assert_null (monitor);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
  g_assert_null (mcast_interface_monitor_get (&second));
  g_assert_error (second, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
  shortage_end (&shortage);
  g_clear_error (&error);
  monitor = mcast_interface_monitor_get (&error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (monitor)), ==, 2);
}

/* A monitor that could not begin does so at the next call that can. */
static void
test_deprecated (World *world)
{
  g_autoptr (McastInterfaceMonitor) older = NULL;
  g_autoptr (McastInterfaceMonitor) monitor = NULL;
  g_autoptr (GError) error = NULL;
  Shortage shortage;

  shortage_begin (&shortage);
  older = get_default ();
  g_assert_nonnull (older);
  g_assert_null (mcast_interface_monitor_get (&error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
  shortage_end (&shortage);
  monitor = mcast_interface_monitor_get (NULL);
  g_assert_true (monitor == older);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (monitor)), ==, 2);
}

static void
count_notify (GObject *monitor, GParamSpec *pspec, guint *n_notified)
{
  (*n_notified)++;
}

static void
test_properties (World *world)
{
  g_autoptr (McastInterfaceMonitor) monitor = mcast_interface_monitor_get (NULL);
  guint n_notified = 0;
  guint n_items;
  GType item_type;

  g_object_get (monitor, "item-type", &item_type, "n-items", &n_items, NULL);
  g_assert_true (item_type == MCAST_TYPE_INTERFACE);
  g_assert_cmpuint (n_items, ==, 2);
  g_signal_connect (monitor, "notify::n-items", G_CALLBACK (count_notify), &n_notified);
  netns_link_delete (world->here, "v0");
  netns_assert_soon (n_notified > 0);
  g_object_get (monitor, "n-items", &n_items, NULL);
  g_assert_cmpuint (n_items, ==, 1);
  g_assert_cmpuint (n_notified, ==, 1);
  g_signal_handlers_disconnect_by_data (monitor, &n_notified);
}

static void
test_lookup_index (World *world)
{
  g_autoptr (McastInterfaceMonitor) monitor = mcast_interface_monitor_get (NULL);
  g_autoptr (McastInterface) found = NULL;

  found = mcast_interface_monitor_lookup_index (monitor, netns_index (world->here, "v0"));
  g_assert_cmpstr (mcast_interface_get_name (found), ==, "v0");
  g_assert_null (mcast_interface_monitor_lookup_index (monitor, 0));
  g_assert_null (mcast_interface_monitor_lookup_index (monitor, G_MAXINT));
}

/* Without descriptors the one of the deprecated function begins empty, and fills when there are
 * some again. */
static void
test_without_descriptors (World *world)
{
  g_auto (Mirror) mirror = { 0 };
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_MILLISECOND;
  Shortage shortage;

  shortage_begin (&shortage);
  mirror_init_with (&mirror, get_default ());
  g_assert_cmpuint (mirror.items->len, ==, 0);
  while (netns_step (deadline))
    g_assert_cmpuint (mirror.items->len, ==, 0);
  shortage_end (&shortage);
  netns_assert_soon (mirror_is_right (&mirror));
  netns_ip (world->here, "link set dev v0 mtu 1400\n");
  netns_assert_soon (mcast_interface_get_mtu (mirror_find (&mirror, "v0")) == 1400);
}

/* One that is released before it could begin leaves nothing. */
static void
test_ends_without_descriptors (void)
{
  guint threads = count_threads ();
  guint descriptors = count_descriptors ();
  Shortage shortage;

  shortage_begin (&shortage);
  g_object_unref (get_default ());
  shortage_end (&shortage);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  netns_assert_soon (count_threads () == threads);
  g_assert_cmpuint (count_descriptors (), <=, descriptors);
}

/* --- Overrun ----------------------------------------------------------------------------- */

/* Holds the listener thread back, so that the kernel's queue overflows. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean is_held;
  gboolean may_go;
} Brake;

static void
hold_back (McastRxSocket *rx, McastRxEvent event, McastInterface *iface, const char *group,
           gpointer user_data)
{
  Brake *brake = user_data;

  g_mutex_lock (&brake->lock);
  brake->is_held = TRUE;
  g_cond_broadcast (&brake->cond);
  while (!brake->may_go)
    g_cond_wait (&brake->cond, &brake->lock);
  g_mutex_unlock (&brake->lock);
}

static void
brake_on (Brake *brake, McastRxSocket *rx, Netns *ns, const char *name)
{
  mcast_rx_socket_set_event_func (rx, hold_back, brake, NULL);
  netns_link_delete (ns, name);
  g_mutex_lock (&brake->lock);
  while (!brake->is_held)
    g_cond_wait (&brake->cond, &brake->lock);
  g_mutex_unlock (&brake->lock);
}

static void
brake_off (Brake *brake)
{
  g_mutex_lock (&brake->lock);
  brake->may_go = TRUE;
  g_cond_broadcast (&brake->cond);
  g_mutex_unlock (&brake->lock);
}

/* More messages than any buffer holds; all on one interface, so that they change little. */
static void
storm (Netns *ns, const char *name)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < 6000; i++)
    g_string_append_printf (lines, "link set dev %s mtu %u\n", name, 1300 + i % 100);
  netns_ip (ns, "%s", lines->str);
  g_string_free (lines, TRUE);
}

/* The kernel sends nothing of what happened while the queue overflowed, and what is left in the
 * queue is older. */
static void
test_overrun (World *world)
{
  g_auto (Mirror) mirror = { 0 };
  g_autoptr (McastRxSocket) rx = NULL;
  Brake brake = { 0 };

  g_mutex_init (&brake.lock);
  g_cond_init (&brake.cond);
  mirror_init (&mirror);
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0", "v1"));
  brake_on (&brake, rx, world->here, "v0");

  netns_add_veth (world->here, "brief", world->there, "other0", NETNS_LINK_DEFAULT);
  netns_address_add (world->here, "v1", "192.0.2.1/24");
  storm (world->here, "v2");
  netns_link_delete (world->here, "brief");
  netns_address_remove (world->here, "v1", "192.0.2.1/24");
  netns_add_veth (world->here, "late", world->there, "other1", NETNS_LINK_DEFAULT);
  netns_link_rename (world->here, "v1", "lan");
  brake_off (&brake);

  netns_assert_soon (mirror_find (&mirror, "late") != NULL && mirror_is_right (&mirror));
  /* Something that happens afterwards is noticed, too. */
  netns_address_add (world->here, "late", "192.0.2.2/24");
  netns_assert_soon (mirror_has_address (&mirror, "late", "192.0.2.2/24"));
  netns_assert_soon (mirror_is_right (&mirror));
  mcast_rx_socket_set_event_func (rx, NULL, NULL, NULL);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  /* A socket that loses its interface says so in the log. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  world_test_add ("/interface-monitor/begins-whole", 2, test_begins_whole);
  world_test_add ("/interface-monitor/add-and-remove", 1, test_add_and_remove);
  world_test_add ("/interface-monitor/rename", 1, test_rename);
  world_test_add ("/interface-monitor/addresses", 1, test_addresses);
  world_test_add ("/interface-monitor/flags", 1, test_flags);
  world_test_add_full ("/interface-monitor/bridge-port",
                       (WorldTest) { 1, test_bridge_port, .needs = NETNS_BRIDGE });
  world_test_add ("/interface-monitor/others-stay", 3, test_others_stay);
  world_test_add ("/interface-monitor/routes-are-no-change", 2, test_routes_are_no_change);
  g_test_add_func ("/interface-monitor/shared", test_shared);
  g_test_add_func ("/interface-monitor/shared/per-context", test_shared_per_context);
  world_test_add ("/interface-monitor/context/emits-there", 1, test_emits_in_its_context);
  world_test_add ("/interface-monitor/context/that-rests", 1, test_context_that_rests);
  g_test_add_func ("/interface-monitor/ends", test_ends);
  world_test_add ("/interface-monitor/failure", 1, test_failure);
  world_test_add ("/interface-monitor/deprecated", 1, test_deprecated);
  world_test_add ("/interface-monitor/properties", 1, test_properties);
  world_test_add ("/interface-monitor/lookup-index", 1, test_lookup_index);
  world_test_add ("/interface-monitor/without-descriptors", 1, test_without_descriptors);
  g_test_add_func ("/interface-monitor/without-descriptors/ends", test_ends_without_descriptors);
  world_test_add ("/interface-monitor/overrun", 3, test_overrun);
  return g_test_run ();
}
