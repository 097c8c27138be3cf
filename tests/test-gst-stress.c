/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two threads change an element while a handler that is called where messages are posted changes
 * it too: nothing waits for itself. 100,000 properties are set and the state is changed 10,000
 * times with -m slow. */

#include <net/if.h>
#include <sys/ioctl.h>

#include "gst-test.h"

typedef struct
{
  const char *description;
  const char *property; /* what the handler switches */
} Kind;

static const Kind src = {
  "mcastsrc name=element address=" TEST_GROUP " interfaces=v0 wait-for-interfaces=true "
  "! fakesink sync=false async=false",
  "source-filter-exclusive",
};

static const Kind sink = {
  "appsrc ! mcastsink name=element host=" TEST_GROUP " interfaces=v0 wait-for-interfaces=true "
  "async=false",
  "send-duplicates",
};

typedef struct
{
  const Kind *kind;
  GstElement *pipeline;
  GstElement *element;
  gint n_sets;
  gint n_states;
  gint n_messages;
  gint n_errors;
  gint stop;
} Stress;

/* --- What the threads do --------------------------------------------------------------------- */

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  static GPrivate is_inside;
  Stress *self = data;
  gint n = g_atomic_int_add (&self->n_messages, 1);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    g_atomic_int_inc (&self->n_errors);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT && g_private_get (&is_inside) == NULL)
    {
      g_private_set (&is_inside, self);
      g_object_set (self->element, self->kind->property, n % 2, NULL);
      g_private_set (&is_inside, NULL);
    }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static void
set_interfaces (Stress *self)
{
  static const char *const lists[] = { "v0,lo", "lo", "v0", "*", "*,lo" };
  gint n = g_atomic_int_add (&self->n_sets, 1);

  g_object_set (self->element, "interfaces", lists[n % G_N_ELEMENTS (lists)], NULL);
}

static gpointer
set_some (gpointer data)
{
  Stress *self = data;
  guint n = g_test_slow () ? 50000 : 1000;

  for (guint i = 0; i < n; i++)
    set_interfaces (self);
  return NULL;
}

static gpointer
set_until_stopped (gpointer data)
{
  Stress *self = data;

  while (!g_atomic_int_get (&self->stop))
    set_interfaces (self);
  return NULL;
}

static gpointer
read_until_stopped (gpointer data)
{
  Stress *self = data;

  while (!g_atomic_int_get (&self->stop))
    {
      g_autoptr (GstStructure) stats = NULL;
      g_autoptr (GSocket) socket = NULL;
      guint64 n_bytes = 0;

      g_object_get (self->element, "bytes-served", &n_bytes, "stats", &stats, "used-socket",
                    &socket, NULL);
      g_assert_cmpuint (n_bytes, ==, 0);
      g_assert_nonnull (stats);
    }
  return NULL;
}

static gpointer
flap_until_stopped (gpointer data)
{
  Stress *self = data;
  g_autoptr (GSocket) socket = plain_socket_new (G_SOCKET_FAMILY_IPV4);
  struct ifreq request = { .ifr_name = "v0" };

  while (!g_atomic_int_get (&self->stop))
    {
      g_assert_cmpint (ioctl (g_socket_get_fd (socket), SIOCGIFFLAGS, &request), ==, 0);
      request.ifr_flags ^= IFF_UP;
      g_assert_cmpint (ioctl (g_socket_get_fd (socket), SIOCSIFFLAGS, &request), ==, 0);
      g_usleep (500);
    }
  return NULL;
}

static gpointer
recreate_until_stopped (gpointer data)
{
  Stress *self = data;

  while (!g_atomic_int_get (&self->stop))
    netns_link_recreate (netns_home (), "v0", 0, 0);
  return NULL;
}

/* Ends a test that does not get on. */
static gpointer
watch (gpointer data)
{
  Stress *self = data;
  gint before = -1;
  gint64 deadline = 0;

  while (!g_atomic_int_get (&self->stop))
    {
      gint now = g_atomic_int_get (&self->n_sets) + g_atomic_int_get (&self->n_states);

      if (now != before)
        deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;
      else if (g_get_monotonic_time () > deadline)
        g_error ("stuck after %d properties and %d states", self->n_sets, self->n_states);
      before = now;
      g_usleep (10 * 1000);
    }
  return NULL;
}

/* --- The tests ------------------------------------------------------------------------------- */

/* The last group goes, and with it the socket, in whose event a handler may be. */
static gpointer
set_clients_until_stopped (gpointer data)
{
  Stress *self = data;

  while (!g_atomic_int_get (&self->stop))
    {
      g_signal_emit_by_name (self->element, "clear");
      g_signal_emit_by_name (self->element, "add", TEST_GROUP, TEST_PORT);
      g_atomic_int_inc (&self->n_sets);
    }
  return NULL;
}

static gboolean
stress_init (Stress *self, const Kind *kind)
{
  g_autoptr (GstBus) bus = NULL;

  if (!netns_require (NETNS_VETH))
    return FALSE;
  netns_add_veth (netns_home (), "v0", netns_home (), "v1", NETNS_LINK_DEFAULT);
  *self = (Stress) { .kind = kind, .pipeline = gst_test_launch (kind->description) };
  self->element = gst_test_get_element (self->pipeline, "element");
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  return TRUE;
}

static void
stress_clear (Stress *self)
{
  g_test_message ("%d properties, %d states, %d messages", self->n_sets, self->n_states,
                  self->n_messages);
  g_assert_cmpint (self->n_messages, >, 0);
  g_assert_cmpint (self->n_errors, ==, 0);
  gst_object_unref (self->element);
  gst_test_stop (self->pipeline);
  netns_link_delete (netns_home (), "v0");
}

static void
test_properties (gconstpointer kind)
{
  Stress self;
  GThread *threads[2];
  GThread *watcher;

  if (!stress_init (&self, kind))
    return;
  gst_test_play (self.pipeline);
  watcher = g_thread_new ("watch", watch, &self);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("set", set_some, &self);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_atomic_int_set (&self.stop, TRUE);
  g_thread_join (watcher);
  stress_clear (&self);
}

/* Starts and stops the element @n times while @others run. */
static void
cycle_states (const Kind *kind, guint n, const GThreadFunc *others, guint n_others)
{
  g_autofree GThread **threads = g_new (GThread *, n_others);
  Stress self;

  if (!stress_init (&self, kind))
    return;
  for (guint i = 0; i < n_others; i++)
    threads[i] = g_thread_new ("other", others[i], &self);
  for (guint i = 0; i < n; i++)
    {
      gst_test_play (self.pipeline);
      g_assert_cmpint (gst_element_set_state (self.pipeline, GST_STATE_NULL), ==,
                       GST_STATE_CHANGE_SUCCESS);
      g_atomic_int_inc (&self.n_states);
    }
  g_atomic_int_set (&self.stop, TRUE);
  for (guint i = 0; i < n_others; i++)
    g_thread_join (threads[i]);
  stress_clear (&self);
}

static void
test_states (gconstpointer kind)
{
  static const GThreadFunc others[] = { watch, set_until_stopped, flap_until_stopped };

  cycle_states (kind, g_test_slow () ? 10000 : 200, others, G_N_ELEMENTS (others));
}

/* A named interface that vanishes while the element starts is waited for, if that is set. */
static void
test_recreation (gconstpointer kind)
{
  static const GThreadFunc others[] = { watch, recreate_until_stopped };

  cycle_states (kind, g_test_slow () ? 5000 : 200, others, G_N_ELEMENTS (others));
}

static void
test_clients (gconstpointer kind)
{
  static const GThreadFunc others[] = { watch, set_clients_until_stopped, read_until_stopped,
                                        flap_until_stopped };
  Stress self;
  GThread *threads[G_N_ELEMENTS (others)];
  gint n = g_test_slow () ? 50000 : 1000;

  if (!stress_init (&self, kind))
    return;
  gst_test_play (self.pipeline);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    threads[i] = g_thread_new ("other", others[i], &self);
  while (g_atomic_int_get (&self.n_sets) < n)
    g_usleep (1000);
  g_atomic_int_set (&self.stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_thread_join (threads[i]);
  stress_clear (&self);
}

/* The start fails at the second group, when the socket of the first one is open already. */
static void
test_failing_start (gconstpointer kind)
{
  static const GThreadFunc others[] = { watch, flap_until_stopped };
  Stress self;
  GThread *threads[G_N_ELEMENTS (others)];
  gint n = g_test_slow () ? 10000 : 500;

  if (!stress_init (&self, kind))
    return;
  gst_util_set_object_arg (G_OBJECT (self.element), "groups", "<10.0.0.1>");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    threads[i] = g_thread_new ("other", others[i], &self);
  for (gint i = 0; i < n; i++)
    {
      g_assert_cmpint (gst_element_set_state (self.pipeline, GST_STATE_PLAYING), ==,
                       GST_STATE_CHANGE_FAILURE);
      g_assert_cmpint (gst_element_set_state (self.pipeline, GST_STATE_NULL), ==,
                       GST_STATE_CHANGE_SUCCESS);
      g_atomic_int_inc (&self.n_states);
    }
  g_atomic_int_set (&self.stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (self.n_errors, >=, n);
  self.n_errors = 0;
  stress_clear (&self);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);
  /* That an interface is gone is said in the log. */
  gst_test_allow_warnings (TRUE);

  g_test_add_data_func ("/stress/properties/mcastsrc", &src, test_properties);
  g_test_add_data_func ("/stress/properties/mcastsink", &sink, test_properties);
  g_test_add_data_func ("/stress/states/mcastsrc", &src, test_states);
  g_test_add_data_func ("/stress/states/mcastsink", &sink, test_states);
  g_test_add_data_func ("/stress/clients/mcastsink", &sink, test_clients);
  g_test_add_data_func ("/stress/failing-start/mcastsink", &sink, test_failing_start);
  g_test_add_data_func ("/stress/recreation/mcastsrc", &src, test_recreation);
  g_test_add_data_func ("/stress/recreation/mcastsink", &sink, test_recreation);
  return g_test_run ();
}
