/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The lines that a receiving socket adds to the log of the library. */

#include "lib-test.h"

#define PATH TEST_GROUP " on v0: "

/* --- The log ----------------------------------------------------------------------------- */

/* The lines so far, written by any thread. */
static GMutex lock;
static GCond cond;
static GPtrArray *lines;
/* A line that holds its thread back, so that the kernel's queue of events overflows. */
static const char *barrier;
static gboolean is_at_barrier;

static const char *
get_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, key))
      return fields[i].value;
  return NULL;
}

/* Waits while this line is the barrier. Called with the lock. */
static void
wait_at_barrier (const char *line)
{
  while (barrier != NULL && strstr (line, barrier) != NULL)
    {
      is_at_barrier = TRUE;
      g_cond_broadcast (&cond);
      g_cond_wait (&cond, &lock);
    }
}

static GLogWriterOutput
keep_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const char *message = get_field (fields, n_fields, "MESSAGE");
  const char *iface = get_field (fields, n_fields, "MCAST_INTERFACE");

  if (g_strcmp0 (get_field (fields, n_fields, "GLIB_DOMAIN"), "Mcast") != 0)
    return g_log_writer_default (level, fields, n_fields, data);
  g_assert_cmpint (level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL), ==, 0);
  g_assert_true (iface == NULL || strstr (message, iface) != NULL);
  g_mutex_lock (&lock);
  g_ptr_array_add (lines, g_strdup (message));
  wait_at_barrier (message);
  g_mutex_unlock (&lock);
  return G_LOG_WRITER_HANDLED;
}

static void
clear_lines (void)
{
  g_mutex_lock (&lock);
  g_ptr_array_set_size (lines, 0);
  g_mutex_unlock (&lock);
}

static guint
count_lines (const char *start)
{
  guint n = 0;

  g_mutex_lock (&lock);
  for (guint i = 0; i < lines->len; i++)
    n += g_str_has_prefix (lines->pdata[i], start);
  g_mutex_unlock (&lock);
  return n;
}

static void
set_barrier (const char *text)
{
  g_mutex_lock (&lock);
  barrier = text;
  is_at_barrier = FALSE;
  g_cond_broadcast (&cond);
  g_mutex_unlock (&lock);
}

static gboolean
is_barrier_reached (void)
{
  gboolean reached;

  g_mutex_lock (&lock);
  reached = is_at_barrier;
  g_mutex_unlock (&lock);
  return reached;
}

/* Waits for a line that begins with @start. */
#define assert_logged(start) netns_assert_soon (count_lines (start) > 0)

/* --- Sockets and memberships ------------------------------------------------------------- */

static void
test_membership (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  clear_lines ();
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  assert_logged ("receiving " TEST_GROUP " over IPv4 with socket ");
  assert_logged (PATH "joined (port 5004, sources exclude {}, socket ");
  g_assert_true (mcast_rx_socket_leave (rx, TEST_GROUP, NULL));
  assert_logged (PATH "left (index ");
  mcast_rx_socket_close (rx);
  assert_logged ("closed socket ");
}

static void
test_filter (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS ("192.0.2.1@" TEST_GROUP), TEST_PORT, WORDS ("v0"));

  clear_lines ();
  g_assert_true (mcast_rx_socket_join (rx, "192.0.2.2@" TEST_GROUP, NULL));
  assert_logged (PATH "source filter changed from include {192.0.2.1} to include {");
}

static void
test_shared_socket (World *world)
{
  g_autoptr (GSocket) socket = plain_receiver_new (world->here, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (McastRxSocket) rx = NULL;

  clear_lines ();
  rx = rx_new_full ("groups", WORDS (TEST_GROUP), "interfaces", WORDS ("v0"), "socket", socket,
                    NULL);
  assert_logged ("receiving any group over IPv4 with socket ");
  assert_logged (PATH "already joined by the owner of the socket (port 5004");
}

static void
test_port (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  clear_lines ();
  rx = rx_new (WORDS (TEST_GROUP), 0, WORDS ("v0"));
  assert_logged ("the kernel chose port ");
}

/* --- Interfaces -------------------------------------------------------------------------- */

static void
test_recreation (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  clear_lines ();
  netns_link_delete (world->here, "v0");
  assert_logged ("v0: disappeared (index ");
  assert_logged ("v0: no such interface at present");
  assert_logged (PATH "left, since the interface disappeared (index ");
  assert_logged ("McastRxSocket ");
  netns_link_recreate (world->here, "v0", 0, 0);
  assert_logged ("v0: appeared (index ");
  assert_logged (PATH "joined (port 5004");
}

static void
test_rename (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  clear_lines ();
  netns_link_rename (world->here, "v0", "lan");
  assert_logged ("v0: renamed to lan (index ");
  assert_logged (PATH "left (index ");
  netns_link_rename (world->here, "lan", "v0");
  assert_logged ("lan: renamed to v0 (index ");
  assert_logged (PATH "joined (port 5004");
}

/* More messages than any buffer holds, while the thread that reads them is held back. */
static void
test_overrun (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GString) storm = g_string_new (NULL);

  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  for (guint i = 0; i < 6000; i++)
    g_string_append_printf (storm, "link set dev v2 mtu %u\n", 1300 + i % 100);
  clear_lines ();
  set_barrier ("v1: disappeared");
  netns_link_delete (world->here, "v1");
  netns_assert_soon (is_barrier_reached ());
  netns_ip (world->here, "%s", storm->str);
  netns_link_delete (world->here, "v0");
  set_barrier (NULL);
  assert_logged ("Changes of interfaces were missed: listing all of them again");
  assert_logged (PATH "left, since the interface disappeared (index ");
}

static void
test_missing (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  clear_lines ();
  rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("later"),
                    "wait-for-interfaces", TRUE, NULL);
  assert_logged ("later: no such interface at present");
  netns_add_veth (world->here, "later", world->there, "later", NETNS_LINK_DEFAULT);
  assert_logged (TEST_GROUP " on later: joined (port 5004");
  g_assert_cmpuint (count_lines ("later: no such interface at present"), ==, 1);
}

/* --- Failures ---------------------------------------------------------------------------- */

static void
test_retry (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  netns_sysctl (world->here, "ipv4/igmp_max_memberships", "0");
  clear_lines ();
  netns_link_recreate (world->here, "v0", 0, 0);
  assert_logged (PATH "failed: Could not ");
  assert_logged ("1 paths are not joined; trying again in ");
  netns_sysctl (world->here, "ipv4/igmp_max_memberships", "20");
  assert_logged (PATH "joined (port 5004");
  assert_logged ("no path is failed any more");
  g_assert_cmpuint (count_lines (PATH "failed: "), ==, 1);
}

static void
test_silence (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  clear_lines ();
  rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                    "recovery-interval-us", (gint64) 10000, NULL);
  assert_logged (PATH "silent for ");
}

/* --- Datagrams --------------------------------------------------------------------------- */

static void
test_datagrams (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));

  clear_lines ();
  for (guint i = 0; i < 100; i++)
    {
      plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "text");
      rx_assert_receives (rx, "text");
    }
  g_assert_cmpuint (count_lines (""), ==, 0);
}

static void
test_kernel_drops (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                      "receive-buffer-size", 4096u, NULL);
  g_autofree char *text = g_strnfill (1000, 'x');

  clear_lines ();
  for (guint i = 0; i < 100; i++)
    {
      plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, text);
      rx_counter (rx, "kernel-dropped");
    }
  assert_logged ("the kernel dropped 1 datagrams, since the receive buffer of socket ");
  g_assert_cmpuint (count_lines ("the kernel dropped "), <, 50);
}

/* --- Warnings ---------------------------------------------------------------------------- */

/* An interface that disappears, one that returns, and a group without an interface are no bugs. */
static void
live_with_changes (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (McastRxSocket) any = rx_new (WORDS (TEST_GROUP), TEST_PORT, NULL);

  netns_link_delete (world->here, "v0");
  netns_assert_soon (rx_path_is (rx, TEST_GROUP, "v0", "waiting"));
  netns_link_recreate (world->here, "v0", 0, 0);
  netns_assert_soon (rx_path_is (rx, TEST_GROUP, "v0", "joined"));
  netns_assert_soon (rx_path_is (any, TEST_GROUP, "v0", "joined"));
}

static void
test_fatal_warnings (World *world)
{
  if (g_test_subprocess ())
    {
      live_with_changes (world);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*on v0: left, since the interface disappeared*");
}

static void
add_tests (void)
{
  world_test_add ("/rx-log/membership", 1, test_membership);
  world_test_add ("/rx-log/filter", 1, test_filter);
  world_test_add ("/rx-log/shared-socket", 1, test_shared_socket);
  world_test_add ("/rx-log/port", 1, test_port);
  world_test_add ("/rx-log/recreation", 1, test_recreation);
  world_test_add ("/rx-log/rename", 1, test_rename);
  world_test_add ("/rx-log/overrun", 3, test_overrun);
  world_test_add ("/rx-log/missing", 1, test_missing);
  world_test_add_full ("/rx-log/retry", (WorldTest) { 1, test_retry, .needs = NETNS_SYSCTL });
  world_test_add ("/rx-log/silence", 1, test_silence);
  world_test_add ("/rx-log/datagrams", 1, test_datagrams);
  world_test_add ("/rx-log/kernel-drops", 1, test_kernel_drops);
  world_test_add ("/rx-log/fatal-warnings", 1, test_fatal_warnings);
}

int
main (int argc, char **argv)
{
  /* For the subprocess; GLib has read the settings of this process by now. */
  g_setenv ("G_DEBUG", "fatal-warnings", TRUE);
  g_setenv ("G_MESSAGES_DEBUG", "Mcast", TRUE);
  netns_test_init (&argc, &argv);
  lines = g_ptr_array_new_with_free_func (g_free);
  /* The subprocess has the log of an ordinary program. */
  if (!g_test_subprocess ())
    g_log_set_writer_func (keep_line, NULL, NULL);
  add_tests ();
  return g_test_run ();
}
