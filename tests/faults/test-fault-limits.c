/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the system gives no more, or drops its messages: F8, F20 to F22 and F24. */

#include <fcntl.h>
#include <gst/gst.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault-receiver.h"
#include "fault-output.h"
#include "fault-scene.h"
#include "lib-test.h"

static void
limit_descriptors (rlim_t limit)
{
  struct rlimit now;

  getrlimit (RLIMIT_NOFILE, &now);
  now.rlim_cur = limit;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &now), ==, 0);
}

/* --- F8: more messages of the kernel than the listener could hold ------------------------ */

/* Stops this process, and continues it when the storm is over: a child does both. */
static void
storm (Scene *scene, guint n)
{
  g_autofree char *script = g_strdup_printf (
    "kill -STOP %d; for i in $(seq %u); do echo link set dev %s mtu $((1300 + i %% 100)); done "
    "| ip -batch -; ip link add dev x$(($$ %% 1000)) type veth peer name y0; ip link del dev y0; "
    "kill -CONT %d",
    getpid (), n, SCENE_IFACE, getpid ());
  const char *const argv[] = { "sh", "-c", script, NULL };
  g_autoptr (GSubprocess) process = netns_spawnv (scene->here, G_SUBPROCESS_FLAGS_NONE, argv);
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
test_overrun (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, NULL);
  const FlowOptions options = { .iface = SCENE_IFACE };
  guint n = scene_count (1, 10);

  scene_add_flows (scene, &options);
  scene_begin (scene);
  for (guint i = 0; i < n; i++)
    {
      guint64 last;

      storm (scene, 4000);
      last = fault_feed_get_last (scene->feed);
      for (guint j = 0; j < scene->flows->len; j++)
        {
          Flow *flow = scene->flows->pdata[j];

          if (!flow_is_ours (flow))
            continue;
          netns_assert_soon (flow_get_counts (flow).last > last);
          netns_assert_soon (netns_group_users (scene->here, SCENE_IFACE, flow_get_group (flow))
                             == 1);
        }
    }
  for (guint j = 0; j < scene->flows->len; j++)
    {
      Flow *flow = scene->flows->pdata[j];
      FaultFigures *figures = fault_figures_new ("F8", flow_kind_name (flow_get_kind (flow)),
                                                 flow_mode_name (flow_get_mode (flow)));

      if (flow_get_kind (flow) == FLOW_LIBRARY)
        fault_figures_set (figures, "joins", flow_get_path_counter (flow, "joins") - 1);
      fault_figures_set (figures, "overruns", n);
      fault_figures_finish (figures);
    }
}

/* --- F20: many groups, many interfaces --------------------------------------------------- */

/* Which of ours, over which protocol. */
typedef struct
{
  const char *path;
  const char *variant;
  gboolean is_ipv4;
  gboolean element;
} Subject;

static const Subject subjects[] = {
  { "library/IPv4", "IPv4", TRUE, FALSE },
  { "library/IPv6", "IPv6", FALSE, FALSE },
  { "mcastsrc/IPv4", "IPv4", TRUE, TRUE },
  { "mcastsrc/IPv6", "IPv6", FALSE, TRUE },
};

static char **
make_groups (const Subject *subject, guint n)
{
  GPtrArray *groups = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (groups, subject->is_ipv4
                               ? g_strdup_printf ("239.1.%u.%u", i / 250, i % 250 + 1)
                               : g_strdup_printf ("ff15::1:%x", i + 1));
  g_ptr_array_add (groups, NULL);
  return (char **) g_ptr_array_free (groups, FALSE);
}

static FaultReceiver *
open_receiver (const Subject *subject, const char *const *groups, const char *iface, gboolean wait)
{
  g_autoptr (GError) error = NULL;
  FaultReceiver *receiver = fault_receiver_new (subject->element, groups, WORDS (iface), wait,
                                                &error);

  g_assert_no_error (error);
  return receiver;
}

static void
assert_receives_groups (World *world, FaultReceiver *receiver, char **groups)
{
  for (guint i = 0; groups[i] != NULL; i++)
    {
      plain_send (world->there, "v0", groups[i], TEST_PORT, groups[i]);
      fault_receiver_assert_receives (receiver, groups[i]);
    }
}

static void
test_many_groups (World *world)
{
  const Subject *subject = world->data;
  g_auto (GStrv) groups = make_groups (subject, 1000);
  FaultReceiver *receiver;
  FaultFigures *figures;
  struct rlimit limit;
  gint64 start;
  guint descriptors;

  /* What the first one opens for the whole process does not count. */
  fault_receiver_free (open_receiver (subject, WORDS (groups[0]), "v0", FALSE));
  /* What a program gets that asks for no more. A part of it may go to sockets of one group. */
  getrlimit (RLIMIT_NOFILE, &limit);
  limit_descriptors (1024);
  descriptors = count_descriptors ();
  start = g_get_monotonic_time ();
  receiver = open_receiver (subject, (const char *const *) groups, "v0", FALSE);
  figures = fault_figures_new ("F20", fault_receiver_name (receiver), subject->variant);
  fault_figures_set (figures, "join_all_us", g_get_monotonic_time () - start);
  fault_figures_set (figures, "descriptors", count_descriptors () - descriptors);
  g_assert_cmpuint (count_descriptors () - descriptors, <=, 1024 / 16 + 1000 / 20 + 20);
  assert_receives_groups (world, receiver, groups);
  fault_receiver_free (receiver);
  netns_assert_soon (count_descriptors () <= descriptors);
  for (guint i = 0; groups[i] != NULL; i++)
    g_assert_cmpuint (netns_group_users (world->here, "v0", groups[i]), ==, 0);
  limit_descriptors (limit.rlim_cur);
  fault_figures_finish (figures);
}

#define N_LINKS 64
#define N_GROUPS 16

/* Every group on the interface; each datagram says where it was sent. */
static void
assert_receives_all (World *world, McastRxSocket *rx, char **groups, const char *name)
{
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s%%%s", groups[i], name);
      g_autofree char *path = NULL;
      g_autoptr (McastDatagram) datagram = NULL;

      plain_send (world->there, name, groups[i], TEST_PORT, text);
      datagram = rx_receive (rx);
      path = datagram_text (datagram);
      g_assert_cmpstr (path, ==, text);
      g_assert_cmpstr (mcast_datagram_get_interface_name (datagram), ==, name);
    }
}

static void
test_many_interfaces (World *world)
{
  g_auto (GStrv) groups = g_new0 (char *, N_GROUPS + 1);
  g_auto (GStrv) names = g_new0 (char *, N_LINKS + 1);
  g_autoptr (McastRxSocket) rx = NULL;
  FaultFigures *figures;
  gint64 start;

  for (guint i = 0; i < N_GROUPS; i++)
    groups[i] = g_strdup_printf (i % 2 == 0 ? "239.1.2.%u" : "ff15::2:%u", i + 1);
  for (guint i = 0; i < N_LINKS; i++)
    names[i] = g_strdup_printf ("v%u", i);
  start = g_get_monotonic_time ();
  rx = rx_new ((const char *const *) groups, TEST_PORT, (const char *const *) names);
  figures = fault_figures_new ("F20 64 interfaces, 16 groups", "library", "both");
  fault_figures_set (figures, "join_all_us", g_get_monotonic_time () - start);
  for (guint i = 0; i < N_LINKS; i++)
    assert_receives_all (world, rx, groups, names[i]);
  mcast_rx_socket_close (rx);
  for (guint i = 0; i < N_LINKS; i++)
    for (guint j = 0; j < N_GROUPS; j++)
      g_assert_cmpuint (netns_group_users (world->here, names[i], groups[j]), ==, 0);
  fault_figures_finish (figures);
}

/* --- F21: the kernel's limits at their smallest ------------------------------------------ */

/* Link-local groups of IPv6 share sockets from the start. */
static const char *const few_groups4[] = { "239.1.1.1", "239.1.1.2", "239.1.1.3", NULL };
static const char *const few_groups6[] = { "ff12::1:1", "ff12::1:2", "ff12::1:3", NULL };

static gboolean
can_set (const char *key)
{
  g_autofree char *path = g_build_filename ("/proc/sys/net", key, NULL);

  if (access (path, W_OK) == 0)
    return TRUE;
  g_test_skip ("the kernel has no net.core.optmem_max for each network namespace");
  return FALSE;
}

static void
test_one_membership (World *world)
{
  const Subject *subject = world->data;
  const char *const *groups = subject->is_ipv4 ? few_groups4 : few_groups6;
  const char *key = subject->is_ipv4 ? "ipv4/igmp_max_memberships" : "core/optmem_max";
  const char *value = subject->is_ipv4 ? "1" : "80";
  g_autofree char *row = g_strdup_printf ("F21 %s=%s", key + 5, value);
  g_autoptr (FaultReceiver) receiver = NULL;
  FaultFigures *figures;

  if (!can_set (key))
    return;
  netns_sysctl (world->here, key, value);
  receiver = open_receiver (subject, groups, "v0", FALSE);
  assert_receives_groups (world, receiver, (char **) groups);
  figures = fault_figures_new (row, fault_receiver_name (receiver), subject->variant);
  fault_figures_set (figures, "groups", 3);
  fault_figures_finish (figures);
}

/* There is no such limit for IPv6 in a namespace of its own. */
static void
test_one_source (World *world)
{
  const Subject *subject = world->data;
  g_autoptr (GError) error = NULL;
  FaultFigures *figures;

  netns_sysctl (world->here, "ipv4/igmp_max_msf", "1");
  g_assert_null (fault_receiver_new (subject->element,
                                     WORDS ("10.9.9.1+10.9.9.2+10.9.9.3@232.1.1.1"), WORDS ("v0"),
                                     FALSE, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "igmp_max_msf"));
  figures = fault_figures_new ("F21 igmp_max_msf=1", subject->element ? "mcastsrc" : "library",
                               subject->variant);
  fault_figures_set (figures, "errors_naming_the_limit", 1);
  fault_figures_finish (figures);
}

/* --- F22: no descriptors while it joins -------------------------------------------------- */

static void
rename_without_descriptor (int fd, const char *from, const char *to)
{
  struct ifreq request = { 0 };

  g_strlcpy (request.ifr_name, from, sizeof request.ifr_name);
  g_strlcpy (request.ifr_newname, to, sizeof request.ifr_newname);
  g_assert_cmpint (ioctl (fd, SIOCSIFNAME, &request), ==, 0);
}

/* The interface comes while there is no descriptor for the socket that it needs. Returns how long
 * it takes to join once there are some, after @us without. */
static gint64
starve_once (World *world, const Subject *subject, int fd, guint us)
{
  const char *group = subject->is_ipv4 ? TEST_GROUP : TEST_GROUP6;
  g_autoptr (FaultReceiver) receiver = open_receiver (subject, WORDS (group), "later0", TRUE);
  struct rlimit before;
  gint64 start;
  gint64 time;

  getrlimit (RLIMIT_NOFILE, &before);
  limit_descriptors (3);
  rename_without_descriptor (fd, "v0", "later0");
  netns_assert_soon (fault_receiver_is (receiver, group, "later0", "failed"));
  g_usleep (us);
  limit_descriptors (before.rlim_cur);
  start = g_get_monotonic_time ();
  netns_assert_soon (fault_receiver_is (receiver, group, "later0", "joined"));
  time = g_get_monotonic_time () - start;
  plain_send (world->there, "v0", group, TEST_PORT, "back");
  fault_receiver_assert_receives (receiver, "back");
  rename_without_descriptor (fd, "later0", "v0");
  return time;
}

/* The longer no descriptor was left, the more rarely it is tried. */
static void
test_no_descriptors (World *world)
{
  static const guint times_us[] = { 0, 20000, 200000 };
  const Subject *subject = world->data;
  guint n = scene_count (3, 50);
  guint descriptors;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  /* What the first one opens for the whole process is no leak. */
  starve_once (world, subject, fd, 0);
  descriptors = count_descriptors ();
  for (guint i = 0; i < G_N_ELEMENTS (times_us); i++)
    {
      g_autofree char *row = g_strdup_printf ("F22 exhausted for %u ms", times_us[i] / 1000);
      FaultFigures *figures = fault_figures_new (row, subject->element ? "mcastsrc" : "library",
                                                 subject->variant);

      for (guint j = 0; j < n; j++)
        {
          fault_figures_add_time (figures, starve_once (world, subject, fd, times_us[i]));
          /* The listener may hold the last reference for a moment. */
          netns_assert_soon (count_descriptors () <= descriptors);
        }
      fault_figures_finish (figures);
    }
  close (fd);
}

/* --- F24: another program started -------------------------------------------------------- */

/* The sockets that GStreamer makes for its buses are inherited, whatever the elements do: they are
 * of AF_UNIX, and ours are not. */
static guint
count_inherited (void)
{
  guint n = 0;

  for (int fd = 3; fd < 1024; fd++)
    {
      int flags = fcntl (fd, F_GETFD);
      int domain = AF_INET;
      socklen_t size = sizeof domain;

      if (flags < 0 || (flags & FD_CLOEXEC) != 0)
        continue;
      getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
      if (domain != AF_UNIX)
        n++;
    }
  return n;
}

static void
test_exec (World *world)
{
  guint before = count_inherited ();
  g_autoptr (Scene) scene = scene_new (world, NULL);
  const FlowOptions options = { .iface = SCENE_IFACE };
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (Output) sink = NULL;
  g_autoptr (McastInterfaceMonitor) monitor = NULL;
  FaultFigures *figures;
  pid_t child;

  for (guint i = 0; i < 2 * FLOW_N_MODES; i++)
    flow_start (scene_add_flow (scene, i / FLOW_N_MODES, i % FLOW_N_MODES), &options);
  tx = tx_new (WORDS ("233.252.0.99", "ff15::99"), TEST_PORT, WORDS (SCENE_IFACE));
  sink = output_new (OUTPUT_ELEMENT, "233.252.0.98", TEST_PORT, SCENE_IFACE, NULL);
  monitor = mcast_interface_monitor_get (NULL);
  scene_begin (scene);
  tx_send (tx, "x");
  output_send (sink, "x", 1);
  g_assert_cmpuint (count_inherited (), ==, before);

  /* By hand, so that nobody else closes them for the child, which stays while we leave. */
  child = fork ();
  if (child == 0)
    {
      execlp ("sleep", "sleep", "60", NULL);
      _exit (99);
    }
  for (guint i = 0; i < scene->flows->len; i++)
    {
      Flow *flow = scene->flows->pdata[i];

      flow_stop (flow);
      netns_assert_soon (netns_group_users (scene->here, SCENE_IFACE, flow_get_group (flow)) == 0);
    }
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  figures = fault_figures_new ("F24", "all", "all");
  fault_figures_set (figures, "inherited", 0);
  fault_figures_set (figures, "memberships_left", 0);
  fault_figures_finish (figures);
}

static void
add_for_subjects (const char *name, WorldTestFunc func, NetnsAbility needs, gboolean with_ipv6)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      g_autofree char *path = g_strdup_printf ("/fault/%s/%s", name, subjects[i].path);

      if (subjects[i].is_ipv4 || with_ipv6)
        world_test_add_full (path, (WorldTest) { 1, func, needs, .data = &subjects[i] });
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  scene_test_add ("/fault/F8", NULL, test_overrun);
  add_for_subjects ("F20", test_many_groups, 0, TRUE);
  world_test_add ("/fault/F20/interfaces", N_LINKS, test_many_interfaces);
  add_for_subjects ("F21/memberships", test_one_membership, NETNS_SYSCTL, TRUE);
  add_for_subjects ("F21/sources", test_one_source, NETNS_SYSCTL, FALSE);
  add_for_subjects ("F22", test_no_descriptors, 0, TRUE);
  scene_test_add ("/fault/F24", NULL, test_exec);
  return g_test_run ();
}
