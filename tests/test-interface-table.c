/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table and its listener thread, with a netlink of the test's own in place of the kernel's. */

#include "interfaces/mcast-interface-table-private.h"

#include <gio/gio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "os/mcast-netlink-private.h"
#include "os/mcast-netlink-route-private.h"
#include "os/mcast-os-namespace-private.h"
#include "process-test.h"

#define DEADLINE_US (20 * G_USEC_PER_SEC)

/* --- The kernel -------------------------------------------------------------------------- */

typedef enum
{
  MESSAGE_LINK,
  MESSAGE_ADDRESS,
  MESSAGE_ROUTE,
  MESSAGE_OVERRUN,
  MESSAGE_FAILURE,
} MessageType;

typedef struct
{
  MessageType type;
  McastNetlinkLink link;
  McastNetlinkAddress address;
} Message;

/* The dump for a new listener, the messages for the present one, and how often it fails. */
typedef struct
{
  GMutex lock;
  GArray *dump;
  GArray *events;
  guint n_failing_opens;
  guint n_failing_dumps;
  guint n_failing_discards;
  guint n_failing_routes;
  guint n_routes;
  guint n_open;
  guint n_dumps;
  guint n_discards;
  guint64 namespace_id;
  int fd;
} Kernel;

static Kernel kernel;

struct _McastNetlink
{
  int fd;
};

static void
kernel_reset (void)
{
  g_assert_cmpuint (kernel.n_open, ==, 0);
  g_clear_pointer (&kernel.dump, g_array_unref);
  g_clear_pointer (&kernel.events, g_array_unref);
  kernel = (Kernel) {
    .dump = g_array_new (FALSE, TRUE, sizeof (Message)),
    .events = g_array_new (FALSE, TRUE, sizeof (Message)),
    .namespace_id = 1,
    .fd = -1,
  };
}

static Message
link_message (guint index, const char *name)
{
  return (
    Message) { .type = MESSAGE_LINK,
               .link = { .index = index, .name = name, .mtu = 1500, .flags = MCAST_LINK_UP } };
}

static void
kernel_add_link (guint index, const char *name)
{
  Message message = link_message (index, name);

  g_mutex_lock (&kernel.lock);
  g_array_append_val (kernel.dump, message);
  g_mutex_unlock (&kernel.lock);
}

/* The listener finds all of them when it looks. */
static void
kernel_send (const Message *messages, guint n)
{
  const guint64 one = 1;

  g_mutex_lock (&kernel.lock);
  g_array_append_vals (kernel.events, messages, n);
  g_assert_cmpint (write (kernel.fd, &one, sizeof one), ==, sizeof one);
  g_mutex_unlock (&kernel.lock);
}

static void
kernel_send_one (Message message)
{
  kernel_send (&message, 1);
}

static gboolean
take (guint *n)
{
  gboolean some;

  g_mutex_lock (&kernel.lock);
  some = *n > 0;
  *n -= some;
  g_mutex_unlock (&kernel.lock);
  return some;
}

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES, "no descriptor");
  return FALSE;
}

static void
deliver (const Message *message, const McastNetlinkHandler *handler, gpointer user_data)
{
  if (message->type == MESSAGE_LINK)
    handler->link (&message->link, user_data);
  else if (message->type == MESSAGE_ADDRESS)
    handler->address (&message->address, user_data);
  else if (message->type == MESSAGE_ROUTE)
    handler->route (user_data);
}

McastNetlink *__wrap__mcast_netlink_new (GError **error);
void __wrap__mcast_netlink_free (McastNetlink *self);
int __wrap__mcast_netlink_get_fd (McastNetlink *self);
McastNetlinkStatus __wrap__mcast_netlink_read (McastNetlink *self,
                                               const McastNetlinkHandler *handler,
                                               gpointer user_data, GError **error);
gboolean __wrap__mcast_netlink_discard (McastNetlink *self, GError **error);
gboolean __wrap__mcast_netlink_dump (const McastNetlinkHandler *handler, gpointer user_data,
                                     GError **error);
gboolean __wrap__mcast_netlink_find_route (McastNetlinkClient *client,
                                           const McastRouteQuestion *question, McastRoute *route,
                                           GError **error);
guint64 __wrap__mcast_os_get_namespace_id (void);

McastNetlink *
__wrap__mcast_netlink_new (GError **error)
{
  McastNetlink *self;

  if (take (&kernel.n_failing_opens))
    {
      fail (error);
      return NULL;
    }
  self = g_new0 (McastNetlink, 1);
  self->fd = kernel.fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  kernel.n_open++;
  return self;
}

void
__wrap__mcast_netlink_free (McastNetlink *self)
{
  close (self->fd);
  g_free (self);
  kernel.n_open--;
}

int
__wrap__mcast_netlink_get_fd (McastNetlink *self)
{
  return self->fd;
}

McastNetlinkStatus
__wrap__mcast_netlink_read (McastNetlink *self, const McastNetlinkHandler *handler,
                            gpointer user_data, GError **error)
{
  Message message = { 0 };
  guint64 count;
  gboolean some;

  g_mutex_lock (&kernel.lock);
  some = kernel.events->len > 0;
  if (some)
    {
      message = g_array_index (kernel.events, Message, 0);
      g_array_remove_index (kernel.events, 0);
    }
  else
    (void) !read (self->fd, &count, sizeof count);
  g_mutex_unlock (&kernel.lock);

  if (!some)
    return MCAST_NETLINK_DRAINED;
  if (message.type == MESSAGE_OVERRUN)
    return MCAST_NETLINK_OVERRUN;
  if (message.type == MESSAGE_FAILURE)
    {
      fail (error);
      return MCAST_NETLINK_FAILED;
    }
  deliver (&message, handler, user_data);
  return MCAST_NETLINK_MORE;
}

gboolean
__wrap__mcast_netlink_discard (McastNetlink *self, GError **error)
{
  gboolean fails = take (&kernel.n_failing_discards);

  g_mutex_lock (&kernel.lock);
  g_array_set_size (kernel.events, 0);
  kernel.n_discards++;
  g_mutex_unlock (&kernel.lock);
  return !fails || fail (error);
}

gboolean
__wrap__mcast_netlink_dump (const McastNetlinkHandler *handler, gpointer user_data, GError **error)
{
  gboolean fails = take (&kernel.n_failing_dumps);
  guint n;

  handler->begin (user_data);
  g_mutex_lock (&kernel.lock);
  kernel.n_dumps++;
  n = fails ? kernel.dump->len / 2 : kernel.dump->len;
  for (guint i = 0; i < n; i++)
    deliver (&g_array_index (kernel.dump, Message, i), handler, user_data);
  g_mutex_unlock (&kernel.lock);
  return !fails || fail (error);
}

/* Every lookup has another answer. */
gboolean
__wrap__mcast_netlink_find_route (McastNetlinkClient *client, const McastRouteQuestion *question,
                                  McastRoute *route, GError **error)
{
  if (take (&kernel.n_failing_routes))
    return fail (error);
  *route = (McastRoute) { .interface_index = ++kernel.n_routes };
  return TRUE;
}

guint64
__wrap__mcast_os_get_namespace_id (void)
{
  return kernel.namespace_id;
}

/* --- A subscriber ------------------------------------------------------------------------ */

typedef struct
{
  McastInterfaceTable *table;
  McastInterfaceSubscription *subscription;
  /* The interfaces of each call. */
  GAsyncQueue *calls;
  guint64 serial;
  gint64 call_at;
  gboolean destroyed;
} Subscriber;

static gint64
on_change (GPtrArray *interfaces, guint64 serial, gpointer user_data)
{
  Subscriber *self = user_data;

  g_assert_cmpuint (serial, >=, self->serial);
  self->serial = serial;
  g_async_queue_push (self->calls, g_ptr_array_ref (interfaces));
  return self->call_at;
}

static void
on_destroy (gpointer user_data)
{
  ((Subscriber *) user_data)->destroyed = TRUE;
}

static McastInterfaceTable *
acquire (void)
{
  g_autoptr (GError) error = NULL;
  McastInterfaceTable *table = _mcast_interface_table_acquire (&error);

  g_assert_no_error (error);
  return table;
}

static void
subscriber_init (Subscriber *self)
{
  *self = (Subscriber) { .table = acquire (), .call_at = MCAST_INTERFACE_TABLE_NEVER };
  self->calls = g_async_queue_new_full ((GDestroyNotify) g_ptr_array_unref);
  self->subscription = _mcast_interface_table_subscribe (self->table, on_change, self, on_destroy);
}

static void
subscriber_clear (Subscriber *self)
{
  g_clear_pointer (&self->subscription, _mcast_interface_subscription_cancel);
  g_assert_true (self->destroyed);
  g_clear_pointer (&self->table, _mcast_interface_table_release);
  g_async_queue_unref (self->calls);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subscriber, subscriber_clear)

static GPtrArray *
wait_for_call (Subscriber *self)
{
  GPtrArray *interfaces = g_async_queue_timeout_pop (self->calls, DEADLINE_US);

  g_assert_nonnull (interfaces);
  return interfaces;
}

static void
assert_names (GPtrArray *interfaces, const char *names)
{
  g_autofree char *text = _mcast_interface_names (interfaces);

  g_assert_cmpstr (text, ==, names);
}

static void
assert_called_with (Subscriber *self, const char *names)
{
  g_autoptr (GPtrArray) interfaces = wait_for_call (self);

  assert_names (interfaces, names);
}

/* A thread that was joined may be listed for a moment. */
static void
assert_threads (guint n)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;

  while (count_threads () != n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }
}

static void
assert_snapshot (McastInterfaceTable *table, const char *names)
{
  g_autoptr (GPtrArray) snapshot = _mcast_interface_table_snapshot (table, NULL);

  assert_names (snapshot, names);
}

/* --- The log ----------------------------------------------------------------------------- */

static GMutex log_lock;
static GPtrArray *log_lines;

static GLogWriterOutput
keep_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  g_mutex_lock (&log_lock);
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      g_ptr_array_add (log_lines, g_strdup_printf ("%c %s", level == G_LOG_LEVEL_DEBUG ? 'D' : 'M',
                                                   (const char *) fields[i].value));
  g_mutex_unlock (&log_lock);
  return G_LOG_WRITER_HANDLED;
}

static void
log_reset (void)
{
  g_mutex_lock (&log_lock);
  g_clear_pointer (&log_lines, g_ptr_array_unref);
  log_lines = g_ptr_array_new_with_free_func (g_free);
  g_mutex_unlock (&log_lock);
}

/* How many lines begin with @start. */
static guint
log_count (const char *start)
{
  guint n = 0;

  g_mutex_lock (&log_lock);
  for (guint i = 0; i < log_lines->len; i++)
    n += g_str_has_prefix (log_lines->pdata[i], start);
  g_mutex_unlock (&log_lock);
  return n;
}

/* --- Changes ----------------------------------------------------------------------------- */

static void
test_begins_complete (void)
{
  g_autoptr (McastInterfaceTable) table = NULL;

  kernel_reset ();
  kernel_add_link (2, "b");
  kernel_add_link (1, "a");
  table = acquire ();
  assert_snapshot (table, "a, b");
}

static void
test_change (void)
{
  g_auto (Subscriber) subscriber = { 0 };
  guint64 before;
  guint64 after;

  kernel_reset ();
  kernel_add_link (1, "a");
  subscriber_init (&subscriber);
  g_ptr_array_unref (_mcast_interface_table_snapshot (subscriber.table, &before));
  kernel_send_one (link_message (2, "b"));
  assert_called_with (&subscriber, "a, b");
  g_ptr_array_unref (_mcast_interface_table_snapshot (subscriber.table, &after));
  g_assert_cmpuint (after, ==, before + 1);
  g_assert_cmpuint (subscriber.serial, ==, after);
}

static void
test_burst_is_one_change (void)
{
  const Message messages[] = { link_message (2, "b"), link_message (3, "c"),
                               link_message (2, "d") };
  g_auto (Subscriber) subscriber = { 0 };

  kernel_reset ();
  subscriber_init (&subscriber);
  kernel_send (messages, G_N_ELEMENTS (messages));
  assert_called_with (&subscriber, "d, c");
  g_assert_cmpint (g_async_queue_length (subscriber.calls), ==, 0);
}

/* A subscriber that follows the routes looks them up again; the interfaces are the same objects. */
static void
test_route (void)
{
  g_auto (Subscriber) subscriber = { 0 };
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;

  kernel_reset ();
  kernel_add_link (1, "a");
  subscriber_init (&subscriber);
  before = _mcast_interface_table_snapshot (subscriber.table, NULL);
  kernel_send_one ((Message) { .type = MESSAGE_ROUTE });
  after = wait_for_call (&subscriber);
  g_assert_true (after->pdata[0] == before->pdata[0]);
}

/* --- Failures ---------------------------------------------------------------------------- */

/* What waited in the queue is older than the dump. */
static void
test_overrun (void)
{
  const Message messages[] = { { .type = MESSAGE_OVERRUN }, link_message (9, "old") };
  g_auto (Subscriber) subscriber = { 0 };

  kernel_reset ();
  kernel_add_link (1, "a");
  subscriber_init (&subscriber);
  kernel_add_link (2, "b");
  log_reset ();
  kernel_send (messages, G_N_ELEMENTS (messages));
  assert_called_with (&subscriber, "a, b");
  g_assert_cmpuint (log_count ("D Changes of interfaces were missed"), ==, 1);
  g_assert_cmpuint (log_count ("D b: appeared (index 2"), ==, 1);
  g_assert_cmpuint (log_count ("D a: "), ==, 0);
  g_assert_cmpuint (kernel.n_discards, ==, 1);
  g_assert_cmpuint (kernel.n_dumps, ==, 2);
}

/* While events are lost without end, the table waits, and can be released. */
static void
test_endless_overrun (void)
{
  g_auto (Subscriber) subscriber = { 0 };

  kernel_reset ();
  kernel_add_link (1, "a");
  subscriber_init (&subscriber);
  kernel_add_link (2, "b");
  kernel.n_failing_discards = 3;
  kernel_send_one ((Message) { .type = MESSAGE_OVERRUN });
  assert_called_with (&subscriber, "a, b");
  g_assert_cmpuint (kernel.n_discards, ==, 4);

  kernel.n_failing_discards = G_MAXUINT;
  kernel_send_one ((Message) { .type = MESSAGE_OVERRUN });
}

/* Nobody sees the half of a dump that failed. */
static void
test_failing_dumps (void)
{
  g_auto (Subscriber) subscriber = { 0 };

  kernel_reset ();
  kernel_add_link (1, "a");
  kernel_add_link (2, "b");
  subscriber_init (&subscriber);
  kernel.n_failing_dumps = 5;
  log_reset ();
  kernel_send_one ((Message) { .type = MESSAGE_OVERRUN });
  assert_called_with (&subscriber, "a, b");
  g_assert_cmpuint (log_count ("M no descriptor; trying again"), ==, 1);
  g_assert_cmpuint (log_count ("D no descriptor; trying again in"), ==, 4);
  g_assert_cmpint (g_async_queue_length (subscriber.calls), ==, 0);
  g_assert_cmpuint (kernel.n_dumps, ==, 1 + 5 + 1);
  kernel_send_one (link_message (3, "c"));
  assert_called_with (&subscriber, "a, b, c");
}

static void
test_failing_read (void)
{
  g_auto (Subscriber) subscriber = { 0 };

  kernel_reset ();
  kernel_add_link (1, "a");
  subscriber_init (&subscriber);
  kernel_send_one ((Message) { .type = MESSAGE_FAILURE });
  assert_called_with (&subscriber, "a");
}

static void
test_cannot_begin (void)
{
  guint descriptors = count_descriptors ();
  guint threads = count_threads ();

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      kernel_reset ();
      kernel.n_failing_opens = i == 0;
      kernel.n_failing_dumps = i == 1;
      g_assert_null (_mcast_interface_table_acquire (&error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
      g_assert_cmpuint (count_descriptors (), ==, descriptors);
      assert_threads (threads);
    }
  /* It did not stay in the way. */
  _mcast_interface_table_release (acquire ());
}

/* --- Routes ------------------------------------------------------------------------------ */

static guint
find_route (McastInterfaceTable *table)
{
  McastRouteQuestion question = { 0 };
  McastRoute route;

  g_assert_true (_mcast_address_parse ("233.252.0.1", &question.group));
  _mcast_interface_table_find_route (table, &question, &route, NULL);
  return route.interface_index;
}

/* What may change a route has it looked up again; nothing else has. */
static void
test_route_changes (void)
{
  static const struct
  {
    Message message;
    gboolean looks_again;
  } cases[] = {
    { { .type = MESSAGE_ROUTE }, TRUE },
    { { .type = MESSAGE_OVERRUN }, TRUE },
    { { .type = MESSAGE_LINK, .link = { .index = 1, .name = "a" } }, TRUE },
    { { .type = MESSAGE_LINK, .link = { .index = 1, .name = "a", .removed = TRUE } }, TRUE },
    { { .type = MESSAGE_ADDRESS, .address = { .index = 1, .removed = TRUE } }, TRUE },
    { { .type = MESSAGE_ADDRESS, .address = { .index = 1 } }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Subscriber) subscriber = { 0 };

      kernel_reset ();
      kernel_add_link (1, "a");
      subscriber_init (&subscriber);
      g_assert_cmpuint (find_route (subscriber.table), ==, 1);
      g_assert_cmpuint (find_route (subscriber.table), ==, 1);
      kernel_send_one (cases[i].message);
      g_ptr_array_unref (wait_for_call (&subscriber));
      g_assert_cmpuint (find_route (subscriber.table), ==, cases[i].looks_again ? 2 : 1);
    }
}

static gint64
look_up_in_call (GPtrArray *interfaces, guint64 serial, gpointer user_data)
{
  Subscriber *self = user_data;

  g_async_queue_push (self->calls, GUINT_TO_POINTER (100 + find_route (self->table)));
  return MCAST_INTERFACE_TABLE_NEVER;
}

static void
assert_looked_up (Subscriber *self, guint expected)
{
  gpointer found = g_async_queue_timeout_pop (self->calls, DEADLINE_US);

  g_assert_cmpuint (GPOINTER_TO_UINT (found), ==, 100 + expected);
}

/* While the kernel cannot be asked, the last answer counts; and the subscribers are called until
 * all is known. */
static void
test_route_failure (void)
{
  Subscriber subscriber = { 0 };

  kernel_reset ();
  subscriber.calls = g_async_queue_new ();
  subscriber.table = acquire ();
  subscriber.subscription = _mcast_interface_table_subscribe (subscriber.table, look_up_in_call,
                                                              &subscriber, on_destroy);
  g_assert_cmpuint (find_route (subscriber.table), ==, 1);
  kernel.n_failing_routes = 3;
  log_reset ();
  kernel_send_one ((Message) { .type = MESSAGE_ROUTE });
  for (guint i = 0; i < 3; i++)
    assert_looked_up (&subscriber, 1);
  g_assert_cmpuint (log_count ("D 233.252.0.1: no descriptor; interface 1 remains"), ==, 3);
  assert_looked_up (&subscriber, 2);
  subscriber_clear (&subscriber);
}

/* The same when a user asks, and nothing changes. */
static void
test_route_failure_of_user (void)
{
  Subscriber subscriber = { 0 };

  kernel_reset ();
  subscriber.calls = g_async_queue_new ();
  subscriber.table = acquire ();
  subscriber.subscription = _mcast_interface_table_subscribe (subscriber.table, look_up_in_call,
                                                              &subscriber, on_destroy);
  kernel.n_failing_routes = 1;
  g_assert_cmpuint (find_route (subscriber.table), ==, 0);
  assert_looked_up (&subscriber, 1);
  subscriber_clear (&subscriber);
}

/* --- Users ------------------------------------------------------------------------------- */

static void
test_shared (void)
{
  guint threads = count_threads ();
  McastInterfaceTable *first;
  McastInterfaceTable *second;

  kernel_reset ();
  first = acquire ();
  second = acquire ();
  g_assert_true (first == second);
  assert_threads (threads + 1);
  _mcast_interface_table_release (first);
  assert_threads (threads + 1);
  _mcast_interface_table_release (second);
  assert_threads (threads);
  g_assert_cmpuint (kernel.n_open, ==, 0);
}

static void
test_namespaces (void)
{
  g_autoptr (McastInterfaceTable) first = NULL;
  g_autoptr (McastInterfaceTable) second = NULL;
  g_autoptr (McastInterfaceTable) first_again = NULL;

  kernel_reset ();
  first = acquire ();
  kernel.namespace_id = 2;
  second = acquire ();
  kernel.namespace_id = 1;
  first_again = acquire ();
  g_assert_true (first != second);
  g_assert_true (first == first_again);
}

static gint64
release_in_call (GPtrArray *interfaces, guint64 serial, gpointer user_data)
{
  Subscriber *self = user_data;

  g_clear_pointer (&self->subscription, _mcast_interface_subscription_cancel);
  g_clear_pointer (&self->table, _mcast_interface_table_release);
  g_async_queue_push (self->calls, g_ptr_array_ref (interfaces));
  return MCAST_INTERFACE_TABLE_NEVER;
}

/* The listener frees the table when it returns from the call. */
static void
test_release_in_call (void)
{
  Subscriber subscriber = { 0 };
  guint threads = count_threads ();

  kernel_reset ();
  subscriber.calls = g_async_queue_new_full ((GDestroyNotify) g_ptr_array_unref);
  subscriber.table = acquire ();
  subscriber.subscription = _mcast_interface_table_subscribe (subscriber.table, release_in_call,
                                                              &subscriber, on_destroy);
  kernel_send_one (link_message (1, "a"));
  assert_called_with (&subscriber, "a");
  g_assert_true (subscriber.destroyed);
  assert_threads (threads);
  g_assert_cmpuint (kernel.n_open, ==, 0);
  g_async_queue_unref (subscriber.calls);
}

/* --- Subscriptions ----------------------------------------------------------------------- */

static void
test_cancel (void)
{
  g_auto (Subscriber) stays = { 0 };
  g_auto (Subscriber) goes = { 0 };

  kernel_reset ();
  subscriber_init (&stays);
  subscriber_init (&goes);
  g_clear_pointer (&goes.subscription, _mcast_interface_subscription_cancel);
  g_assert_true (goes.destroyed);
  kernel_send_one (link_message (1, "a"));
  assert_called_with (&stays, "a");
  g_assert_cmpint (g_async_queue_length (goes.calls), ==, 0);
}

static void
test_call_at (void)
{
  g_auto (Subscriber) called = { 0 };
  g_auto (Subscriber) other = { 0 };

  kernel_reset ();
  kernel_add_link (1, "a");
  subscriber_init (&called);
  subscriber_init (&other);
  _mcast_interface_subscription_call_at (called.subscription, g_get_monotonic_time ());
  assert_called_with (&called, "a");
  g_assert_cmpint (g_async_queue_length (called.calls), ==, 0);
  g_assert_cmpint (g_async_queue_length (other.calls), ==, 0);
}

/* A call that wants another one gets it although nothing changes. */
static void
test_returned_time (void)
{
  g_auto (Subscriber) subscriber = { 0 };

  kernel_reset ();
  subscriber_init (&subscriber);
  subscriber.call_at = 1;
  kernel_send_one (link_message (1, "a"));
  for (guint i = 0; i < 3; i++)
    assert_called_with (&subscriber, "a");
}

static gint64
request_in_call (GPtrArray *interfaces, guint64 serial, gpointer user_data)
{
  Subscriber *self = user_data;

  if (self->call_at == MCAST_INTERFACE_TABLE_NEVER)
    _mcast_interface_subscription_call_at (self->subscription, self->call_at = 1);
  g_async_queue_push (self->calls, g_ptr_array_ref (interfaces));
  return MCAST_INTERFACE_TABLE_NEVER;
}

/* The request is made while the call for an earlier one has not returned. */
static void
test_request_in_call (void)
{
  g_auto (Subscriber) subscriber = { 0 };

  kernel_reset ();
  subscriber_init (&subscriber);
  _mcast_interface_subscription_cancel (subscriber.subscription);
  subscriber.subscription = _mcast_interface_table_subscribe (subscriber.table, request_in_call,
                                                              &subscriber, on_destroy);
  kernel_send_one (link_message (1, "a"));
  assert_called_with (&subscriber, "a");
  assert_called_with (&subscriber, "a");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mark_threads ();
  log_reset ();
  g_log_set_writer_func (keep_line, NULL, NULL);

  g_test_add_func ("/interface-table/begins-complete", test_begins_complete);
  g_test_add_func ("/interface-table/change", test_change);
  g_test_add_func ("/interface-table/change/burst", test_burst_is_one_change);
  g_test_add_func ("/interface-table/change/route", test_route);
  g_test_add_func ("/interface-table/failure/overrun", test_overrun);
  g_test_add_func ("/interface-table/failure/endless-overrun", test_endless_overrun);
  g_test_add_func ("/interface-table/failure/dump", test_failing_dumps);
  g_test_add_func ("/interface-table/failure/read", test_failing_read);
  g_test_add_func ("/interface-table/failure/at-once", test_cannot_begin);
  g_test_add_func ("/interface-table/route/changes", test_route_changes);
  g_test_add_func ("/interface-table/route/failure", test_route_failure);
  g_test_add_func ("/interface-table/route/failure-of-user", test_route_failure_of_user);
  g_test_add_func ("/interface-table/shared", test_shared);
  g_test_add_func ("/interface-table/shared/namespaces", test_namespaces);
  g_test_add_func ("/interface-table/shared/release-in-call", test_release_in_call);
  g_test_add_func ("/interface-table/subscription/cancel", test_cancel);
  g_test_add_func ("/interface-table/subscription/call-at", test_call_at);
  g_test_add_func ("/interface-table/subscription/returned-time", test_returned_time);
  g_test_add_func ("/interface-table/subscription/request-in-call", test_request_in_call);

  return g_test_run ();
}
