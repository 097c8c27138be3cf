/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the kernel does not send, or interrupts: F7 and F17. */

#include <gst/gst.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault-output.h"
#include "fault-scene.h"
#include "lib-test.h"

#define N_REFUSED 20

static void
send_text (Output *output, const char *text)
{
  output_send (output, text, strlen (text));
}

/* Sends until it arrives, and returns from which address. What was on its way from another
 * address may arrive first. */
static char *
receive_source (Output *output, GSocket *receiver, const char *text)
{
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < deadline)
    {
      g_autoptr (GSocketAddress) from = NULL;
      g_autofree char *received = NULL;

      send_text (output, text);
      if (!g_socket_condition_timed_wait (receiver, G_IO_IN, 10000, NULL, NULL))
        continue;
      received = plain_receive (receiver, &from);
      if (g_str_equal (received, text))
        return plain_address_host (from);
    }
  g_test_fail_printf ("“%s” does not arrive", text);
  return g_strdup ("");
}

/* --- F7: the address of the sender changes ----------------------------------------------- */

typedef struct
{
  Scene *scene;
  const TestFamily *family;
  char *own;
  char *own_full;
  Output *pinned;
  Output *unpinned;
  GSocket *pinned_receiver;
  GSocket *unpinned_receiver;
  FaultFigures *failing;
  FaultFigures *recovering;
} AddressChange;

static const char *
variant_of (const TestFamily *family)
{
  return family->socket_family == G_SOCKET_FAMILY_IPV4 ? "IPv4" : "IPv6";
}

static GSocket *
open_output (AddressChange *self, OutputKind kind, const char *source, guint port, Output **output)
{
  *output = output_new (kind, self->family->group, port, SCENE_IFACE, source);
  return plain_receiver_new (self->scene->there, SCENE_IFACE, self->family->group, port);
}

static void
begin_change (AddressChange *self, OutputKind kind)
{
  const char *subject = output_kind_name (kind);
  const TestFamily *family = self->family;
  const char *variant = variant_of (family);

  self->own = test_family_address (family, self->scene->here, SCENE_IFACE);
  self->own_full = g_strdup_printf ("%s/%u", self->own, family->prefix_length);
  self->pinned_receiver = open_output (self, kind, self->own, TEST_PORT, &self->pinned);
  self->unpinned_receiver = open_output (self, kind, NULL, TEST_PORT + 1, &self->unpinned);
  self->failing = fault_figures_new ("F7 pinned, gone", subject, variant);
  self->recovering = fault_figures_new ("F7 pinned, back", subject, variant);
}

static void
end_change (AddressChange *self)
{
  fault_figures_finish (self->failing);
  fault_figures_finish (self->recovering);
  output_free (self->pinned);
  output_free (self->unpinned);
  g_object_unref (self->pinned_receiver);
  g_object_unref (self->unpinned_receiver);
  g_free (self->own);
  g_free (self->own_full);
}

/* Returns how long the state takes to change. Each datagram that comes meanwhile is refused. */
static gint64
await_state (Output *output, const char *state)
{
  gint64 start = g_get_monotonic_time ();

  netns_assert_soon (output_is (output, state));
  return g_get_monotonic_time () - start;
}

/* The element posts a warning, once it has something to send. */
static void
refuse_until_posted (Output *output, guint n_warnings)
{
  guint64 refused = output_get_counter (output, "refused");

  netns_assert_soon (
    (send_text (output, "refused"), output_get_counter (output, "refused") > refused));
  if (output_get_kind (output) == OUTPUT_ELEMENT)
    netns_assert_soon (
      (send_text (output, "refused"), output_get_events (output).failed == n_warnings));
}

static void
change_once (AddressChange *self)
{
  Netns *here = self->scene->here;
  g_autofree char *source = NULL;
  g_autofree char *other_source = NULL;
  OutputEvents before = output_get_events (self->pinned);
  guint64 accepted;

  netns_address_remove (here, SCENE_IFACE, self->own_full);
  fault_figures_add_time (self->failing, await_state (self->pinned, "failed"));
  accepted = output_get_counter (self->pinned, "accepted");
  refuse_until_posted (self->pinned, before.failed + 1);
  g_assert_cmpuint (output_get_counter (self->pinned, "accepted"), ==, accepted);

  test_family_add_source (self->family, here, SCENE_IFACE, 0);
  other_source = receive_source (self->unpinned, self->unpinned_receiver, "from the other");
  g_assert_cmpstr (other_source, ==, self->family->sources[0]);

  netns_address_add (here, SCENE_IFACE, self->own_full);
  fault_figures_add_time (self->recovering, await_state (self->pinned, "ready"));
  source = receive_source (self->pinned, self->pinned_receiver, "pinned");
  g_assert_cmpstr (source, ==, self->own);
  test_family_remove_source (self->family, here, SCENE_IFACE, 0);
}

static void
assert_error_is_named (AddressChange *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket)
    tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups", WORDS (self->family->group),
                         "port", TEST_PORT, "interfaces", WORDS (SCENE_IFACE), "source-address",
                         self->own, NULL);

  g_assert_no_error (error);
  netns_address_remove (self->scene->here, SCENE_IFACE, self->own_full);
  netns_assert_soon (tx_path_is (tx, self->family->group, SCENE_IFACE, "failed"));
  g_assert_false (tx_try_send (tx, "x", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS, self->own);
  netns_address_add (self->scene->here, SCENE_IFACE, self->own_full);
  netns_assert_soon (tx_path_is (tx, self->family->group, SCENE_IFACE, "ready"));
  tx_send (tx, "x");
}

static void
test_address_changes (World *world)
{
  guint n = scene_count (4, 50);
  g_autoptr (Scene) scene = scene_new (world, NULL);

  for (OutputKind kind = OUTPUT_LIBRARY; kind <= OUTPUT_ELEMENT; kind++)
    {
      AddressChange change = { .scene = scene, .family = world->data };

      begin_change (&change, kind);
      assert_error_is_named (&change);
      for (guint i = 0; i < n; i++)
        change_once (&change);
      output_add_errors (change.pinned, change.failing);
      if (kind == OUTPUT_ELEMENT)
        g_assert_cmpuint (output_get_events (change.pinned).failed, ==, n);
      g_assert_cmpstr (output_get_failure (change.pinned), ==, NULL);
      g_assert_cmpstr (output_get_failure (change.unpinned), ==, NULL);
      end_change (&change);
    }
}

/* --- F17: refused ------------------------------------------------------------------------ */

static void
forbid (Scene *scene)
{
  netns_nft (scene->here, "table inet fault {\n chain out {\n type filter hook output priority 0\n"
                          "ip daddr " TEST_GROUP " drop\n ip6 daddr " TEST_GROUP6 " drop\n}\n}\n");
}

static void
allow (Scene *scene)
{
  netns_nft (scene->here, "delete table inet fault");
}

static void
remove_route (Scene *scene)
{
  netns_ip (scene->here, "route del multicast ff00::/8 dev %s table local\n", SCENE_IFACE);
}

static void
add_route (Scene *scene)
{
  netns_ip (scene->here, "route add multicast ff00::/8 dev %s table local\n", SCENE_IFACE);
}

static void
nothing (Scene *scene)
{
}

typedef struct
{
  const char *errno_name;
  const char *variant;
  const char *group;
  gsize size;
  NetnsAbility abilities;
  void (*begin) (Scene *scene);
  void (*end) (Scene *scene);
} Refusal;

static const Refusal refusals[] = {
  { "EPERM", "IPv4", TEST_GROUP, 8, NETNS_NFT, forbid, allow },
  { "EPERM", "IPv6", TEST_GROUP6, 8, NETNS_NFT, forbid, allow },
  { "EMSGSIZE", "IPv4", TEST_GROUP, 65508, 0, nothing, nothing },
  { "EMSGSIZE", "IPv6", TEST_GROUP6, 65528, 0, nothing, nothing },
  { "ENETUNREACH", "IPv6", TEST_GROUP6, 8, 0, remove_route, add_route },
};

static void
assert_refuses (Scene *scene, const Refusal *refusal, OutputKind kind)
{
  g_autoptr (Output) output = output_new (kind, refusal->group, TEST_PORT, SCENE_IFACE, NULL);
  g_autoptr (GSocket)
    receiver = plain_receiver_new (scene->there, SCENE_IFACE, refusal->group, TEST_PORT);
  g_autofree char *payload = g_malloc0 (refusal->size);
  g_autofree char *row = g_strconcat ("F17 ", refusal->errno_name, NULL);
  g_autofree char *source = receive_source (output, receiver, "before");
  g_autofree char *source_after = NULL;
  FaultFigures *figures = fault_figures_new (row, output_kind_name (kind), refusal->variant);

  refusal->begin (scene);
  for (guint i = 0; i < N_REFUSED; i++)
    output_send (output, payload, refusal->size);
  netns_assert_soon (output_get_counter (output, "refused") == N_REFUSED);
  refusal->end (scene);
  source_after = receive_source (output, receiver, "after");
  g_assert_cmpstr (source_after, ==, source);
  fault_figures_set (figures, "sent", N_REFUSED);
  output_add_errors (output, figures);
  g_assert_cmpuint (output_get_errors (output, refusal->errno_name), ==, N_REFUSED);
  g_assert_cmpstr (output_get_failure (output), ==, NULL);
  fault_figures_finish (figures);
}

static void
test_refused (World *world)
{
  const Refusal *refusal = world->data;
  g_autoptr (Scene) scene = scene_new (world, NULL);

  assert_refuses (scene, refusal, OUTPUT_LIBRARY);
  assert_refuses (scene, refusal, OUTPUT_ELEMENT);
}

/* --- F17: interrupted -------------------------------------------------------------------- */

static void
on_signal (int number)
{
}

/* Every thread of the program about every millisecond, this one excepted. */
static gpointer
send_signals (gpointer user_data)
{
  gint *stopping = user_data;
  pid_t self = (pid_t) syscall (SYS_gettid);
  guint64 rounds = 0;

  while (!g_atomic_int_get (stopping))
    {
      g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
      const char *name;

      while ((name = g_dir_read_name (tasks)) != NULL)
        if (atoi (name) != self)
          syscall (SYS_tgkill, getpid (), atoi (name), SIGUSR1);
      rounds++;
      g_usleep (1000);
    }
  return GSIZE_TO_POINTER (rounds);
}

/* Each is received before the next is sent: nothing can be lost for want of room. */
static void
send_and_receive (Output *output, GSocket *receiver, guint seconds)
{
  gint64 end = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  guint64 n = 0;

  while (g_get_monotonic_time () < end)
    {
      g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, n++);

      send_text (output, text);
      plain_assert_receives (receiver, text);
    }
  /* The element counts when it has sent. */
  netns_assert_soon (output_get_counter (output, "accepted") == n);
  g_assert_cmpuint (output_get_counter (output, "refused"), ==, 0);
}

typedef struct
{
  Flow *flow;
  guint64 last;
} Wanted;

/* How many did not come, at the end too. */
static guint64
count_missing (const Wanted *wanted)
{
  FlowCounts counts = flow_get_counts (wanted->flow);

  return counts.missing + wanted->last - counts.last;
}

/* A machine with much else to do may be too slow to read, which the kernel counts. */
static gboolean
is_accounted_for (gpointer data)
{
  const Wanted *wanted = data;

  return count_missing (wanted) == flow_get_dropped (wanted->flow);
}

static void
finish_interrupted (Flow *flow, guint64 last, guint64 rounds)
{
  FaultFigures *figures = fault_figures_new ("F17 EINTR", flow_kind_name (flow_get_kind (flow)),
                                             flow_mode_name (flow_get_mode (flow)));
  Wanted wanted = { flow, last };
  gboolean complete = !flow_is_ours (flow)
                      || netns_wait_until (is_accounted_for, &wanted, NETNS_DEADLINE_MS);

  fault_figures_set (figures, "signals", (gint64) rounds);
  fault_figures_set (figures, "received", (gint64) flow_get_counts (flow).received);
  fault_figures_set (figures, "missed", (gint64) count_missing (&wanted));
  if (flow_is_ours (flow))
    fault_figures_set (figures, "kernel_dropped", (gint64) flow_get_dropped (flow));
  fault_figures_finish (figures);
  if (!complete)
    flow_describe (flow);
  g_assert_true (complete);
  g_assert_cmpstr (flow_get_failure (flow), ==, NULL);
}

static void
test_interrupted (World *world)
{
  const struct sigaction action = { .sa_handler = on_signal };
  const FlowOptions options = { .iface = SCENE_IFACE };
  g_autoptr (Scene) scene = scene_new (world, NULL);
  g_autoptr (Output) output = NULL;
  g_autoptr (Output) element = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GSocket) element_receiver = NULL;
  gint stopping = FALSE;
  guint seconds = scene_count (1, 10);
  guint64 rounds;
  guint64 last;
  GThread *thread;

  scene_add_flows (scene, &options);
  output = output_new (OUTPUT_LIBRARY, TEST_GROUP_2, TEST_PORT + 1, SCENE_IFACE, NULL);
  element = output_new (OUTPUT_ELEMENT, TEST_GROUP6_2, TEST_PORT + 2, SCENE_IFACE, NULL);
  receiver = plain_receiver_new (scene->there, SCENE_IFACE, TEST_GROUP_2, TEST_PORT + 1);
  element_receiver = plain_receiver_new (scene->there, SCENE_IFACE, TEST_GROUP6_2, TEST_PORT + 2);
  scene_begin (scene);
  sigaction (SIGUSR1, &action, NULL);
  thread = g_thread_new ("signals", send_signals, &stopping);
  send_and_receive (output, receiver, seconds);
  send_and_receive (element, element_receiver, seconds);
  g_atomic_int_set (&stopping, TRUE);
  rounds = GPOINTER_TO_SIZE (g_thread_join (thread));
  last = fault_feed_stop (scene->feed);
  for (guint i = 0; i < scene->flows->len; i++)
    finish_interrupted (scene->flows->pdata[i], last, rounds);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = g_strconcat ("/fault/F7/", variant_of (&test_families[i]), NULL);

      scene_test_add (path, &test_families[i], test_address_changes);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strdup_printf ("/fault/F17/%s/%s", refusals[i].errno_name,
                                               refusals[i].variant);

      scene_test_add_needing (path, refusals[i].abilities, &refusals[i], test_refused);
    }
  scene_test_add ("/fault/F17/EINTR", NULL, test_interrupted);
  return g_test_run ();
}
