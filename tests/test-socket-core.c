/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rules that both sockets share, over a layer below that only records what it is asked for. */

#include <string.h>

#include "socket/mcast-socket-core-private.h"

#define PORT 5004
#define DEADLINE_US (20 * G_USEC_PER_SEC)

/* --- A socket over a fake layer ---------------------------------------------------------- */

#define TEST_TYPE_SOCKET (test_socket_get_type ())
G_DECLARE_FINAL_TYPE (TestSocket, test_socket, TEST, SOCKET, GObject)

struct _TestSocket
{
  GObject parent_instance;

  McastSocketCore core;
  /* Updates fail while a wanted group has this address. */
  const char *bad_group;
  gboolean fails_to_open;
  gboolean in_use;
  /* The events that the next update reports. */
  McastEventInfo reported[2];
  guint n_reported;
  guint n_updates;
  guint n_closed;
  gint n_recoveries;
  gint64 call_at;
};

static McastEventSignals test_signals;

G_DEFINE_FINAL_TYPE (TestSocket, test_socket, G_TYPE_OBJECT)

static gboolean
fake_open (gpointer socket, GError **error)
{
  if (TEST_SOCKET (socket)->fails_to_open)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "fails to open");
  return !TEST_SOCKET (socket)->fails_to_open;
}

static gboolean
fake_check_group (gpointer socket, McastGroup *group, GError **error)
{
  if (mcast_group_get_sources (group)->len == 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "has sources");
  return FALSE;
}

static gboolean
fake_update (gpointer socket, const McastAddress *only, GPtrArray *interfaces, GError **error)
{
  TestSocket *self = TEST_SOCKET (socket);
  g_auto (GStrv) groups = _mcast_wanted_get_groups (&self->core.wanted);

  self->n_updates++;
  for (guint i = 0; i < self->n_reported; i++)
    _mcast_socket_core_add_event (&self->core, &self->reported[i]);
  self->n_reported = 0;
  if (self->bad_group == NULL || !g_strv_contains ((const char *const *) groups, self->bad_group))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the update fails");
  return FALSE;
}

static gint64
fake_recover (gpointer socket, gint64 now)
{
  TestSocket *self = TEST_SOCKET (socket);
  gint64 call_at = self->call_at;

  g_atomic_int_inc (&self->n_recoveries);
  self->call_at = MCAST_INTERFACE_TABLE_NEVER;
  return call_at;
}

/* Any interface stands for one in use: a machine without lo is not known. */
static GPtrArray *
fake_list_active (gpointer socket)
{
  TestSocket *self = TEST_SOCKET (socket);
  g_autoptr (GPtrArray) known = _mcast_interface_table_snapshot (self->core.table, NULL);
  GPtrArray *active = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->in_use)
    g_ptr_array_add (active, g_object_ref (known->pdata[0]));
  return active;
}

static guint
fake_get_port (gpointer socket)
{
  return PORT;
}

static GPtrArray *
fake_list_paths (gpointer socket, GVariantDict *totals)
{
  g_variant_dict_insert (totals, "updates", "u", TEST_SOCKET (socket)->n_updates);
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static void
fake_close (gpointer socket, gboolean inherited)
{
  TEST_SOCKET (socket)->n_closed++;
}

/* The test has names of interfaces that do not exist. */
static gboolean
fake_waits_for_interfaces (gpointer socket)
{
  return TRUE;
}

static const McastSocketLayer fake_layer = {
  .closed_text = "The test socket is closed",
  .present_text = "is here already",
  .absent_text = "is not here",
  .selects_by_default = TRUE,
  .open = fake_open,
  .check_group = fake_check_group,
  .update = fake_update,
  .recover = fake_recover,
  .list_active = fake_list_active,
  .list_paths = fake_list_paths,
  .get_port = fake_get_port,
  .waits_for_interfaces = fake_waits_for_interfaces,
  .close = fake_close,
};

typedef void (*TestEventFunc) (TestSocket *socket, McastEventType type, gpointer user_data);

static void
invoke (gpointer socket, GCallback func, McastEvent *event, gpointer user_data)
{
  ((TestEventFunc) func) (socket, mcast_event_get_event_type (event), user_data);
}

static void
test_socket_dispose (GObject *object)
{
  _mcast_socket_core_close (&TEST_SOCKET (object)->core);
  G_OBJECT_CLASS (test_socket_parent_class)->dispose (object);
}

static void
test_socket_finalize (GObject *object)
{
  _mcast_socket_core_clear (&TEST_SOCKET (object)->core);
  G_OBJECT_CLASS (test_socket_parent_class)->finalize (object);
}

static void
test_socket_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  McastSocketCore *core = &TEST_SOCKET (object)->core;

  g_value_take_boxed (value, id == 1 ? _mcast_socket_core_get_groups (core)
                                     : _mcast_socket_core_get_interfaces (core));
}

static void
test_socket_class_init (TestSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = test_socket_dispose;
  object_class->finalize = test_socket_finalize;
  object_class->get_property = test_socket_get_property;
  g_object_class_install_property (object_class, 1,
                                   g_param_spec_boxed ("groups", NULL, NULL, G_TYPE_STRV,
                                                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, 2,
                                   g_param_spec_boxed ("interfaces", NULL, NULL, G_TYPE_STRV,
                                                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  test_signals.event = g_signal_new ("event", TEST_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 1, MCAST_TYPE_EVENT);
  test_signals.interface_gained = g_signal_new ("gained", TEST_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0,
                                                NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                MCAST_TYPE_INTERFACE);
  test_signals.interface_lost = g_signal_new ("lost", TEST_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL,
                                              NULL, NULL, G_TYPE_NONE, 1, MCAST_TYPE_INTERFACE);
}

static void
test_socket_init (TestSocket *self)
{
  self->call_at = MCAST_INTERFACE_TABLE_NEVER;
  _mcast_socket_core_init (&self->core, G_OBJECT (self), &fake_layer, invoke, &test_signals);
}

static TestSocket *
test_socket_new (const char *const *groups)
{
  TestSocket *self = g_object_new (TEST_TYPE_SOCKET, NULL);

  self->core.groups = g_strdupv ((char **) groups);
  return self;
}

static TestSocket *
test_socket_new_open (const char *const *groups)
{
  TestSocket *self = test_socket_new (groups);
  g_autoptr (GError) error = NULL;

  g_assert_true (_mcast_socket_core_open (&self->core, &error));
  g_assert_no_error (error);
  return self;
}

#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })

static void
assert_groups (TestSocket *self, const char *expected)
{
  g_auto (GStrv) groups = _mcast_socket_core_get_groups (&self->core);
  g_autofree char *joined = g_strjoinv (" ", groups);

  g_assert_cmpstr (joined, ==, expected);
}

static void
assert_interfaces (TestSocket *self, const char *expected)
{
  g_auto (GStrv) interfaces = _mcast_socket_core_get_interfaces (&self->core);
  g_autofree char *joined = g_strjoinv (" ", interfaces);

  g_assert_cmpstr (joined, ==, expected);
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *) data)++;
}

/* --- Opening and closing ------------------------------------------------------------------ */

static void
test_open_twice (void)
{
  g_autoptr (TestSocket) self = test_socket_new (WORDS ("233.252.0.1", "233.252.0.1"));

  g_assert_true (_mcast_socket_core_is_closed (&self->core));
  g_assert_true (_mcast_socket_core_open (&self->core, NULL));
  g_assert_true (_mcast_socket_core_open (&self->core, NULL));
  g_assert_cmpuint (self->n_updates, ==, 1);
  g_assert_false (_mcast_socket_core_is_closed (&self->core));
  assert_groups (self, "233.252.0.1");
}

/* A socket that failed to open is closed, and says again why. */
static void
test_open_fails (void)
{
  g_autoptr (TestSocket) self = test_socket_new (WORDS ("233.252.0.1"));

  self->fails_to_open = TRUE;
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (_mcast_socket_core_open (&self->core, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
    }
  g_assert_false (_mcast_socket_core_add_group_text (&self->core, "233.252.0.2", NULL));
  g_assert_cmpuint (self->n_updates, ==, 0);
}

/* Before it is opened, a socket is not closed but not initialized. */
static void
test_open_not_yet (void)
{
  g_autoptr (TestSocket) self = test_socket_new (WORDS ("233.252.0.1"));
  g_autoptr (GError) error = NULL;

  g_assert_false (_mcast_socket_core_add_group_text (&self->core, "233.252.0.2", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_assert_true (_mcast_socket_core_open (&self->core, NULL));
  g_assert_true (_mcast_socket_core_add_group_text (&self->core, "233.252.0.2", NULL));
}

static void
test_open_update_fails (void)
{
  g_autoptr (TestSocket) self = test_socket_new (WORDS ("233.252.0.1"));
  g_autoptr (GError) error = NULL;

  self->bad_group = "233.252.0.1";
  g_assert_false (_mcast_socket_core_open (&self->core, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_true (_mcast_socket_core_is_closed (&self->core));
}

static void
test_close (void)
{
  g_autoptr (TestSocket) self = test_socket_new_open (WORDS ("233.252.0.1"));
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GPtrArray) active = NULL;
  g_autoptr (GError) error = NULL;
  guint n_updates = 0;

  _mcast_socket_core_close (&self->core);
  _mcast_socket_core_close (&self->core);
  g_assert_true (_mcast_socket_core_is_closed (&self->core));
  assert_groups (self, "233.252.0.1");
  active = _mcast_socket_core_get_active (&self->core);
  g_assert_cmpuint (active->len, ==, 0);
  stats = _mcast_socket_core_get_stats (&self->core);
  g_assert_true (g_variant_lookup (stats, "updates", "u", &n_updates));
  g_assert_cmpuint (n_updates, ==, 1);
  g_assert_false (_mcast_socket_core_add_interface (&self->core, "lo", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "The test socket is closed");
}

/* --- Changes ------------------------------------------------------------------------------ */

static void
test_change_group (void)
{
  g_autoptr (TestSocket) self = test_socket_new_open (NULL);
  g_autoptr (GError) error = NULL;
  guint n_notified = 0;

  g_signal_connect (self, "notify::groups", G_CALLBACK (count_notify), &n_notified);
  g_assert_true (_mcast_socket_core_add_group_text (&self->core, "233.252.0.1:5004", NULL));
  assert_groups (self, "233.252.0.1:5004");
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_false (_mcast_socket_core_add_group_text (&self->core, "233.252.0.1:5004", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpstr (error->message, ==, "233.252.0.1:5004 is here already");
  g_assert_true (_mcast_socket_core_remove_group_text (&self->core, "233.252.0.1:5004", NULL));
  g_assert_cmpuint (n_notified, ==, 2);
  g_clear_error (&error);
  g_assert_false (_mcast_socket_core_remove_group_text (&self->core, "233.252.0.1:5004", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "233.252.0.1:5004 is not here");
  g_assert_cmpuint (n_notified, ==, 2);
}

/* The same group, written with the port and the only interface of the socket or without. */
static void
test_change_spelling (void)
{
  static const char *const spellings[] = { "233.252.0.1:5004", "233.252.0.1%lo",
                                           "233.252.0.1%lo:5004" };
  g_autoptr (TestSocket) self = test_socket_new (WORDS ("233.252.0.1", "233.252.0.1:5004"));

  self->core.interfaces = g_strdupv ((char **) WORDS ("lo"));
  g_assert_true (_mcast_socket_core_open (&self->core, NULL));
  assert_groups (self, "233.252.0.1");
  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (_mcast_socket_core_add_group_text (&self->core, spellings[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
    }
  g_assert_true (_mcast_socket_core_add_group_text (&self->core, "233.252.0.1:5005", NULL));
  g_assert_true (_mcast_socket_core_add_group_text (&self->core, "233.252.0.1%eth9", NULL));
  g_assert_true (_mcast_socket_core_remove_group_text (&self->core, "233.252.0.1%lo:5004", NULL));
  assert_groups (self, "233.252.0.1:5005 233.252.0.1%eth9");
}

/* The layer refuses a group without being asked to update. */
static void
test_change_refused (void)
{
  g_autoptr (TestSocket) self = test_socket_new_open (NULL);
  g_autoptr (GError) error = NULL;
  guint n_updates = self->n_updates;

  g_assert_false (_mcast_socket_core_add_group_text (&self->core, "192.0.2.1@232.1.1.1", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (self->n_updates, ==, n_updates);
  assert_groups (self, "");
}

/* A change that fails is taken back: the layer follows once more, and nobody is notified. */
static void
test_change_rolled_back (void)
{
  g_autoptr (TestSocket) self = test_socket_new_open (WORDS ("233.252.0.1"));
  g_autoptr (GError) error = NULL;
  guint n_notified = 0;
  guint n_updates = self->n_updates;

  g_signal_connect (self, "notify::groups", G_CALLBACK (count_notify), &n_notified);
  self->bad_group = "233.252.0.2";
  g_assert_false (_mcast_socket_core_add_group_text (&self->core, "233.252.0.2", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpuint (self->n_updates, ==, n_updates + 2);
  g_assert_cmpuint (n_notified, ==, 0);
  assert_groups (self, "233.252.0.1");
}

static void
test_change_interface (void)
{
  g_autoptr (TestSocket) self = test_socket_new_open (WORDS ("233.252.0.1"));
  g_autoptr (GError) error = NULL;
  guint n_notified = 0;
  guint n_updates;

  g_signal_connect (self, "notify::interfaces", G_CALLBACK (count_notify), &n_notified);
  assert_interfaces (self, "");
  g_assert_true (_mcast_socket_core_add_interface (&self->core, "lo", NULL));
  assert_interfaces (self, "lo");
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_false (_mcast_socket_core_add_interface (&self->core, "lo", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpuint (n_notified, ==, 1);
  /* The default selection goes by NULL and by "*". */
  g_assert_true (_mcast_socket_core_remove_interface (&self->core, "*", NULL));
  g_assert_true (_mcast_socket_core_remove_interface (&self->core, "lo", NULL));
  assert_interfaces (self, "");
  g_assert_cmpuint (n_notified, ==, 3);
  g_clear_error (&error);
  g_assert_false (_mcast_socket_core_remove_interface (&self->core, "lo", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  self->bad_group = "233.252.0.1";
  n_updates = self->n_updates;
  g_assert_false (_mcast_socket_core_add_interface (&self->core, "lo", NULL));
  g_assert_cmpuint (self->n_updates, ==, n_updates + 2);
  g_assert_cmpuint (self->core.wanted.selectors->len, ==, 0);
}

/* Destinations of datagrams are no groups of the socket; the oldest makes room, and a group that
 * is added replaces them all. */
static void
test_change_ad_hoc (void)
{
  g_autoptr (TestSocket) self = test_socket_new_open (NULL);

  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("233.252.0.%u:5004", i);
      g_autoptr (McastGroup) group = mcast_group_parse (text, NULL);

      g_assert_true (_mcast_socket_core_lock (&self->core, NULL));
      g_assert_true (_mcast_socket_core_add_ad_hoc (&self->core, group, 2, NULL));
      _mcast_socket_core_unlock (&self->core);
    }
  assert_groups (self, "");
  g_assert_cmpuint (self->core.wanted.groups->len, ==, 2);
  g_assert_true (_mcast_socket_core_add_group_text (&self->core, "233.252.0.3:5004", NULL));
  assert_groups (self, "233.252.0.3:5004");
  g_assert_cmpuint (self->core.wanted.groups->len, ==, 1);
}

/* --- Events -------------------------------------------------------------------------------- */

static void
note_event (TestSocket *self, McastEventType type, gpointer data)
{
  /* Delivered without the lock: the function may take it. */
  g_assert_true (_mcast_socket_core_lock (&self->core, NULL));
  _mcast_socket_core_unlock (&self->core);
  g_string_append_c (data, type == MCAST_EVENT_READY ? 'G' : 'L');
}

static void
note_signal (TestSocket *self, McastInterface *iface, gpointer data)
{
  g_string_append_c (data, 'S');
}

/* What a change brings into use, and what it takes out, in order, through both outlets. */
static void
test_events_order (void)
{
  g_autoptr (TestSocket) self = test_socket_new_open (NULL);
  g_autoptr (GString) direct = g_string_new (NULL);
  g_autoptr (GString) signalled = g_string_new (NULL);

  _mcast_event_queue_set_func (self->core.events, G_CALLBACK (note_event), direct, NULL);
  g_signal_connect (self, "gained", G_CALLBACK (note_signal), signalled);
  self->in_use = TRUE;
  g_assert_true (_mcast_socket_core_add_group_text (&self->core, "233.252.0.1", NULL));
  self->in_use = FALSE;
  g_assert_true (_mcast_socket_core_remove_group_text (&self->core, "233.252.0.1", NULL));
  g_assert_cmpstr (direct->str, ==, "GL");
  g_assert_cmpstr (signalled->str, ==, "");
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpstr (signalled->str, ==, "S");
}

/* What is in use when the socket opens is no event, nor is a change that was taken back. */
static void
test_events_none (void)
{
  g_autoptr (TestSocket) self = test_socket_new (NULL);
  g_autoptr (GString) direct = g_string_new (NULL);

  self->in_use = TRUE;
  _mcast_event_queue_set_func (self->core.events, G_CALLBACK (note_event), direct, NULL);
  g_assert_true (_mcast_socket_core_open (&self->core, NULL));
  self->bad_group = "233.252.0.2";
  g_assert_false (_mcast_socket_core_add_group_text (&self->core, "233.252.0.2", NULL));
  g_assert_cmpstr (direct->str, ==, "");
}

static void
note_path (GObject *socket, McastEvent *event, gpointer data)
{
  g_string_append_printf (data, "%d:%s ", (int) mcast_event_get_event_type (event),
                          mcast_event_get_group (event));
}

static void
note_path_signal (TestSocket *self, McastEvent *event, gpointer data)
{
  note_path (G_OBJECT (self), event, data);
}

static void
report_next (TestSocket *self, McastEventType type, const char *group)
{
  self->reported[self->n_reported++] =
    (McastEventInfo) { .type = type, .group = group, .interface_name = "eth0" };
}

/* Events of paths go to the callback at once and to the signal later, and not to the older
 * function. */
static void
test_events_path (void)
{
  g_autoptr (TestSocket) self = test_socket_new (NULL);
  g_autoptr (GString) direct = g_string_new (NULL);
  g_autoptr (GString) signalled = g_string_new (NULL);
  g_autoptr (GString) older = g_string_new (NULL);

  _mcast_event_queue_set_callback (self->core.events, note_path, direct, NULL);
  _mcast_event_queue_set_func (self->core.events, G_CALLBACK (note_event), older, NULL);
  g_signal_connect (self, "event", G_CALLBACK (note_path_signal), signalled);
  report_next (self, MCAST_EVENT_READY, "233.252.0.9:1");
  g_assert_true (_mcast_socket_core_open (&self->core, NULL));
  g_assert_cmpstr (direct->str, ==, "");

  report_next (self, MCAST_EVENT_READY, "233.252.0.1:1");
  report_next (self, MCAST_EVENT_LOST, "233.252.0.2:1");
  g_assert_true (_mcast_socket_core_add_group_text (&self->core, "233.252.0.1", NULL));
  g_assert_cmpstr (direct->str, ==, "1:233.252.0.1:1 3:233.252.0.2:1 ");
  g_assert_cmpstr (signalled->str, ==, "");
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpstr (signalled->str, ==, direct->str);
  g_assert_cmpstr (older->str, ==, "");
}

/* What a change added and took back is no event; what happened to another path meanwhile is. */
static void
test_events_rolled_back (void)
{
  g_autoptr (TestSocket) self = test_socket_new_open (NULL);
  g_autoptr (GString) direct = g_string_new (NULL);

  _mcast_event_queue_set_callback (self->core.events, note_path, direct, NULL);
  self->bad_group = "233.252.0.2";
  report_next (self, MCAST_EVENT_FAILED, "233.252.0.2:1");
  report_next (self, MCAST_EVENT_LOST, "233.252.0.3:1");
  g_assert_false (_mcast_socket_core_add_group_text (&self->core, "233.252.0.2", NULL));
  g_assert_cmpstr (direct->str, ==, "3:233.252.0.3:1 ");
}

typedef struct
{
  TestSocket *socket;
  GMutex lock;
  GCond cond;
  gboolean in_call;
  gboolean may_return;
  gboolean destroyed;
} Crossing;

static void
set_flag (Crossing *crossing, gboolean *flag)
{
  g_mutex_lock (&crossing->lock);
  *flag = TRUE;
  g_cond_broadcast (&crossing->cond);
  g_mutex_unlock (&crossing->lock);
}

static void
wait_for_flag (Crossing *crossing, gboolean *flag)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;

  g_mutex_lock (&crossing->lock);
  while (!*flag)
    g_assert_true (g_cond_wait_until (&crossing->cond, &crossing->lock, deadline));
  g_mutex_unlock (&crossing->lock);
}

static void
wait_in_call (TestSocket *self, McastEventType type, gpointer data)
{
  Crossing *crossing = data;

  set_flag (crossing, &crossing->in_call);
  wait_for_flag (crossing, &crossing->may_return);
  g_assert_false (crossing->destroyed);
}

static void
note_destroyed (gpointer data)
{
  Crossing *crossing = data;

  set_flag (crossing, &crossing->destroyed);
}

static gpointer
add_group_in_thread (gpointer data)
{
  TestSocket *self = data;

  self->in_use = TRUE;
  g_assert_true (_mcast_socket_core_add_group_text (&self->core, "233.252.0.1", NULL));
  return NULL;
}

/* Replacing the function does not wait for a call in progress, which may itself wait for the
 * thread that replaces it; its data lives until that call has returned. */
static void
test_events_replace (void)
{
  g_autoptr (TestSocket) self = test_socket_new_open (NULL);
  Crossing crossing = { .socket = self };
  GThread *thread;

  g_mutex_init (&crossing.lock);
  g_cond_init (&crossing.cond);
  _mcast_event_queue_set_func (self->core.events, G_CALLBACK (wait_in_call), &crossing,
                               note_destroyed);
  thread = g_thread_new ("change", add_group_in_thread, self);
  wait_for_flag (&crossing, &crossing.in_call);
  _mcast_event_queue_set_func (self->core.events, NULL, NULL, NULL);
  g_assert_false (crossing.destroyed);
  set_flag (&crossing, &crossing.may_return);
  wait_for_flag (&crossing, &crossing.destroyed);
  g_thread_join (thread);
  g_mutex_clear (&crossing.lock);
  g_cond_clear (&crossing.cond);
}

/* --- The table ----------------------------------------------------------------------------- */

/* A layer that wants to be called again is, in the listener thread. */
static void
test_recover (void)
{
  g_autoptr (TestSocket) self = test_socket_new (WORDS ("233.252.0.1"));
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;

  self->call_at = 1;
  g_assert_true (_mcast_socket_core_open (&self->core, NULL));
  while (g_atomic_int_get (&self->n_recoveries) < 2)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_thread_yield ();
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket-core/open/twice", test_open_twice);
  g_test_add_func ("/socket-core/open/fails", test_open_fails);
  g_test_add_func ("/socket-core/open/not-yet", test_open_not_yet);
  g_test_add_func ("/socket-core/open/update-fails", test_open_update_fails);
  g_test_add_func ("/socket-core/close", test_close);
  g_test_add_func ("/socket-core/change/group", test_change_group);
  g_test_add_func ("/socket-core/change/spelling", test_change_spelling);
  g_test_add_func ("/socket-core/change/refused", test_change_refused);
  g_test_add_func ("/socket-core/change/rolled-back", test_change_rolled_back);
  g_test_add_func ("/socket-core/change/interface", test_change_interface);
  g_test_add_func ("/socket-core/change/ad-hoc", test_change_ad_hoc);
  g_test_add_func ("/socket-core/events/order", test_events_order);
  g_test_add_func ("/socket-core/events/none", test_events_none);
  g_test_add_func ("/socket-core/events/path", test_events_path);
  g_test_add_func ("/socket-core/events/rolled-back", test_events_rolled_back);
  g_test_add_func ("/socket-core/events/replace", test_events_replace);
  g_test_add_func ("/socket-core/recover", test_recover);
  return g_test_run ();
}
