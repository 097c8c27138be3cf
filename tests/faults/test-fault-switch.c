/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A switch that forgets who wants a group, or gets forged reports: F10 to F12 and F31. */

#include <arpa/inet.h>
#include <gst/gst.h>
#include <string.h>
#include <unistd.h>

#include "fault-scene.h"
#include "lib-test.h"

#define RECOVERY_INTERVAL_US 200000
#define REST_INTERVAL_US 50000
#define REST_US 55000
#define SWITCH "mcast_snooping 1 mcast_query_response_interval 10 "
#define NEW_VERSIONS "mcast_igmp_version 3 mcast_mld_version 2 "
#define OLD_VERSIONS "mcast_igmp_version 2 mcast_mld_version 1 "

/* --- The switch -------------------------------------------------------------------------- */

/* What nobody asked for is not passed on to the port. */
static Scene *
switch_new (World *world, const char *options, gboolean fast_leave)
{
  Scene *scene = scene_new (world, options);

  /* Queries for IPv6 come from a link-local address. Snooping begins one response interval, as it
   * is at that moment, after the switch became the querier. */
  netns_ip (scene->bridge, "addr add fe80::ff/64 dev br0 nodad\n"
                           "link set dev br0 type bridge mcast_querier 1\n");
  g_free (netns_run (scene->bridge, "bridge", "link", "set", "dev", SCENE_PORT, "mcast_flood",
                     "off", "fastleave", fast_leave ? "on" : "off", NULL));
  return scene;
}

static const char *
word_after (char **words, const char *word)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word))
      return words[i + 1];
  return NULL;
}

static void
delete_entry (Scene *scene, const char *group, const char *source)
{
  const char *const argv[] = { "bridge", "mdb",      "del", "dev", "br0",
                               "port",   SCENE_PORT, "grp", group, source != NULL ? "src" : NULL,
                               source,   NULL };
  /* With its last source goes the group, and the other way round: it may be gone already. */
  g_autoptr (GSubprocess)
    process = netns_spawnv (scene->bridge, G_SUBPROCESS_FLAGS_STDERR_SILENCE, argv);

  g_subprocess_wait (process, NULL, NULL);
}

static void
forget_group (Scene *scene, const char *group)
{
  g_autofree char *table = netns_run (scene->bridge, "bridge", "mdb", "show", "dev", "br0", NULL);
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (g_strstrip (lines[i]), " ", -1);
      const char *port = word_after (words, "port");

      if (g_strcmp0 (word_after (words, "grp"), group) == 0 && g_strcmp0 (port, SCENE_PORT) == 0)
        delete_entry (scene, group, word_after (words, "src"));
    }
}

static gint64
forget (Scene *scene, Flow *flow)
{
  gint64 now;

  forget_group (scene, flow_get_group (flow));
  now = g_get_monotonic_time ();
  flow_mark (flow, fault_feed_get_last (scene->feed) + 1);
  return now;
}

/* --- F10: the switch forgets the group --------------------------------------------------- */

/* The kernel says a change of membership twice, so the switch may learn again by itself: that
 * does not count. */
static gboolean
recover_once (Scene *scene, Flow *flow, FaultFigures *figures)
{
  guint64 refreshes = flow_get_path_counter (flow, "refreshes");
  gint64 start = forget (scene, flow);
  gint64 time = flow_wait (flow, NETNS_DEADLINE_MS);

  g_assert_cmpint (time, !=, 0);
  if (flow_get_path_counter (flow, "refreshes") == refreshes)
    return FALSE;
  fault_figures_add_time (figures, time - start);
  return TRUE;
}

/* What is to be recovered: one of ours in one mode. */
typedef struct
{
  FlowKind kind;
  FlowMode mode;
} Subject;

static Subject subjects[2 * FLOW_N_MODES];

static FaultFigures *
figures_of (const char *row, const Subject *subject)
{
  return fault_figures_new (row, flow_kind_name (subject->kind), flow_mode_name (subject->mode));
}

static void
test_sole_member (World *world)
{
  const Subject *subject = world->data;
  g_autoptr (Scene) scene = switch_new (world, SWITCH NEW_VERSIONS, FALSE);
  const FlowOptions options = { .iface = SCENE_IFACE, .recovery_interval = RECOVERY_INTERVAL_US };
  guint n = scene_count (2, 20);
  FaultFigures *figures;
  Flow *flow;

  flow = scene_add_flow (scene, subject->kind, subject->mode);
  flow_start (flow, &options);
  scene_begin (scene);
  figures = figures_of ("F10 sole", subject);
  for (guint i = 0; i < n;)
    i += recover_once (scene, flow, figures);
  g_assert_cmpuint (flow_get_path_counter (flow, "joins"), ==, 1);
  g_assert_cmpuint (flow_get_ineffective (flow), ==, 0);
  netns_assert_soon (netns_group_users (scene->here, SCENE_IFACE, flow_get_group (flow)) == 1);
  fault_figures_set (figures, "refreshes", flow_get_path_counter (flow, "refreshes"));
  fault_figures_finish (figures);
}

static GSocket *
other_member_new (Scene *scene, Flow *flow)
{
  return plain_receiver_new (scene->here, SCENE_IFACE, flow_get_group (flow), 5999);
}

static void
test_shared_privileged (World *world)
{
  const Subject *subject = world->data;
  g_autoptr (Scene) scene = switch_new (world, SWITCH NEW_VERSIONS, FALSE);
  const FlowOptions options = { .iface = SCENE_IFACE, .recovery_interval = RECOVERY_INTERVAL_US };
  guint n = scene_count (2, 20);
  g_autoptr (GSocket) other = NULL;
  FaultFigures *figures;
  Flow *flow;

  flow = scene_add_flow (scene, subject->kind, subject->mode);
  flow_start (flow, &options);
  other = other_member_new (scene, flow);
  scene_begin (scene);
  figures = figures_of ("F10 shared, CAP_NET_RAW", subject);
  for (guint i = 0; i < n;)
    i += recover_once (scene, flow, figures);
  g_assert_cmpuint (flow_get_ineffective (flow), ==, 0);
  fault_figures_finish (figures);
}

/* The event comes once for each silence; when the other member goes, recovery succeeds. */
static void
test_shared_unprivileged (World *world)
{
  const Subject *subject = world->data;
  g_autoptr (Scene) scene = switch_new (world, SWITCH NEW_VERSIONS, FALSE);
  const FlowOptions options = { .iface = SCENE_IFACE, .recovery_interval = RECOVERY_INTERVAL_US };
  guint n = scene_count (2, 20);
  FaultFigures *figures;
  Flow *flow;

  flow = scene_add_flow (scene, subject->kind, subject->mode);
  set_capability (CAP_NET_RAW, FALSE);
  flow_start (flow, &options);
  set_capability (CAP_NET_RAW, TRUE);
  scene_begin (scene);
  figures = figures_of ("F10 shared", subject);
  fault_figures_set (figures, "events", n);
  for (guint i = 0; i < n; i++)
    {
      GSocket *other = other_member_new (scene, flow);
      guint before = flow_get_ineffective (flow);
      gint64 time;

      /* The kernel says twice that the other joined: the switch has to forget that, too. */
      netns_assert_soon (
        (forget_group (scene, flow_get_group (flow)), flow_get_ineffective (flow) == before + 1));
      flow_mark (flow, fault_feed_get_last (scene->feed) + 1);
      g_object_unref (other);
      time = flow_wait (flow, NETNS_DEADLINE_MS);
      g_assert_cmpint (time, !=, 0);
      g_assert_cmpuint (flow_get_ineffective (flow), ==, before + 1);
    }
  fault_figures_finish (figures);
}

/* --- F11: refreshed while all is well ---------------------------------------------------- */

typedef struct
{
  const char *row;
  const char *options;
  gboolean fast_leave;
  gboolean raw;
  /* The refresh has to leave. */
  gboolean leaves;
} Healthy;

static const Healthy healthy[] = {
  { "F11 IGMPv3", SWITCH NEW_VERSIONS, FALSE, FALSE, FALSE },
  { "F11 IGMPv3 fastleave", SWITCH NEW_VERSIONS, TRUE, FALSE, FALSE },
  { "F11 IGMPv2 fastleave", SWITCH OLD_VERSIONS, TRUE, FALSE, TRUE },
  { "F11 IGMPv2 fastleave, CAP_NET_RAW", SWITCH OLD_VERSIONS, TRUE, TRUE, FALSE },
};

/* Ours in all modes, as far as they can recover. */
static void
start_recovering (Scene *scene, const FlowOptions *options)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    if (flow_can_recover (subjects[i].kind))
      flow_start (scene_add_flow (scene, subjects[i].kind, subjects[i].mode), options);
}

static void
judge_healthy (const Healthy *variant, Flow *flow, guint64 before, guint64 n, guint64 last)
{
  FaultFigures *figures = fault_figures_new (variant->row, flow_kind_name (flow_get_kind (flow)),
                                             flow_mode_name (flow_get_mode (flow)));
  guint64 missed;

  if (!variant->leaves)
    netns_assert_soon (flow_get_counts (flow).last == last);
  missed = flow_get_counts (flow).missing - before;
  fault_figures_set (figures, "datagrams", n);
  fault_figures_set (figures, "missed", missed);
  fault_figures_set (figures, "refreshes", flow_get_path_counter (flow, "refreshes"));
  fault_figures_finish (figures);
  /* IGMPv2 joins again after up to three ticks of the kernel's clock: not asserted. */
  if (!variant->leaves)
    g_assert_cmpuint (missed, ==, 0);
  g_assert_cmpuint (flow_get_path_counter (flow, "refreshes"), >, 0);
}

/* Now and then the sender rests a little longer than the interval, and continues while the refresh
 * is on its way. */
static void
test_healthy (World *world)
{
  const Healthy *variant = world->data;
  g_autoptr (Scene) scene = switch_new (world, variant->options, variant->fast_leave);
  const FlowOptions options = { .iface = SCENE_IFACE, .recovery_interval = REST_INTERVAL_US };
  const guint64 n = 4000;
  guint64 before[G_N_ELEMENTS (subjects)];
  guint64 last;

  set_capability (CAP_NET_RAW, variant->raw);
  start_recovering (scene, &options);
  set_capability (CAP_NET_RAW, TRUE);
  fault_feed_set_rest (scene->feed, REST_US);
  scene_begin (scene);
  for (guint i = 0; i < scene->flows->len; i++)
    before[i] = flow_get_counts (scene->flows->pdata[i]).missing;
  last = fault_feed_get_last (scene->feed);
  netns_assert_soon (fault_feed_get_last (scene->feed) >= last + n);
  last = fault_feed_stop (scene->feed);
  for (guint i = 0; i < scene->flows->len; i++)
    judge_healthy (variant, scene->flows->pdata[i], before[i], n, last);
}

/* --- F12: nobody asks -------------------------------------------------------------------- */

/* However often the switch forgets, the stream is back. */
static void
test_no_queries (World *world)
{
  g_autoptr (Scene)
    scene = switch_new (world, SWITCH NEW_VERSIONS "mcast_membership_interval 100", FALSE);
  const FlowOptions options = { .iface = SCENE_IFACE, .recovery_interval = RECOVERY_INTERVAL_US };
  guint seconds = scene_count (3, 400);
  gint64 end;

  start_recovering (scene, &options);
  scene_begin (scene);
  for (guint i = 0; i < scene->flows->len; i++)
    flow_mark (scene->flows->pdata[i], 0);
  end = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  while (g_get_monotonic_time () < end)
    {
      guint64 last = fault_feed_get_last (scene->feed);

      for (guint i = 0; i < scene->flows->len; i++)
        netns_assert_soon (flow_get_counts (scene->flows->pdata[i]).last > last);
    }
  for (guint i = 0; i < scene->flows->len; i++)
    {
      Flow *flow = scene->flows->pdata[i];
      FaultFigures *figures = fault_figures_new ("F12", flow_kind_name (flow_get_kind (flow)),
                                                 flow_mode_name (flow_get_mode (flow)));

      fault_figures_set (figures, "seconds", seconds);
      fault_figures_set (figures, "longest_gap_us", flow_get_counts (flow).longest_gap);
      fault_figures_set (figures, "refreshes", flow_get_path_counter (flow, "refreshes"));
      fault_figures_finish (figures);
      g_assert_cmpuint (flow_get_path_counter (flow, "refreshes"), >, 0);
    }
}

/* --- F31: somebody else speaks for the switch -------------------------------------------- */

typedef struct
{
  const char *to;
  guint8 type;
  /* In tenths of a second for IGMP, in milliseconds for MLD. */
  guint16 response_time;
  /* The group that it is about, and how much of the message the version has. */
  const char *about;
  gsize size;
} Forgery;

/* Queries of all versions, and that others leave the groups: those of the library, of mcastsrc, and
 * of the GSocket. */
static const Forgery forgeries4[] = {
  { "224.0.0.1", 0x11, 1, "0.0.0.0", 12 },      { "224.0.0.1", 0x11, 1, "0.0.0.0", 8 },
  { "224.0.0.1", 0x11, 0, "0.0.0.0", 8 },       { "233.252.0.1", 0x11, 1, "233.252.0.1", 8 },
  { "233.252.0.2", 0x11, 1, "233.252.0.2", 8 }, { "233.252.0.4", 0x11, 1, "233.252.0.4", 8 },
  { "224.0.0.2", 0x17, 0, "233.252.0.1", 8 },   { "224.0.0.2", 0x17, 0, "233.252.0.2", 8 },
  { "224.0.0.2", 0x17, 0, "233.252.0.4", 8 },   { "224.0.0.2", 0x17, 0, "232.1.1.1", 8 },
  { "224.0.0.2", 0x17, 0, "232.1.1.2", 8 },     { "224.0.0.2", 0x17, 0, "232.1.1.4", 8 },
};

static const Forgery forgeries6[] = {
  { "ff02::1", 130, 100, "::", 28 },         { "ff02::1", 130, 100, "::", 24 },
  { "ff02::1", 130, 0, "::", 24 },           { "ff15::1", 130, 100, "ff15::1", 24 },
  { "ff15::2", 130, 100, "ff15::2", 24 },    { "ff15::4", 130, 100, "ff15::4", 24 },
  { "ff02::2", 132, 0, "ff15::1", 24 },      { "ff02::2", 132, 0, "ff15::2", 24 },
  { "ff02::2", 132, 0, "ff15::4", 24 },      { "ff02::2", 132, 0, "ff35::8000:1", 24 },
  { "ff02::2", 132, 0, "ff35::8000:2", 24 }, { "ff02::2", 132, 0, "ff35::8000:4", 24 },
};

typedef struct
{
  const char *name;
  const Forgery *forgeries;
  guint n_forgeries;
  int family;
  FlowMode any_source;
  FlowMode from_source;
} Forger;

static const Forger forgers[] = {
  { "F31/IGMP", forgeries4, G_N_ELEMENTS (forgeries4), AF_INET, FLOW_ASM4, FLOW_SSM4 },
  { "F31/MLD", forgeries6, G_N_ELEMENTS (forgeries6), AF_INET6, FLOW_ASM6, FLOW_SSM6 },
};

static guint16
internet_checksum (const guint8 *data, gsize size)
{
  guint sum = 0;

  for (gsize i = 0; i < size; i += 2)
    sum += data[i] << 8 | data[i + 1];
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return (guint16) ~sum;
}

static gsize
write_igmp (guint8 *message, const Forgery *forgery)
{
  guint16 checksum;

  message[0] = forgery->type;
  message[1] = (guint8) forgery->response_time;
  g_assert_cmpint (inet_pton (AF_INET, forgery->about, message + 4), ==, 1);
  checksum = GUINT16_TO_BE (internet_checksum (message, forgery->size));
  memcpy (message + 2, &checksum, sizeof checksum);
  return forgery->size;
}

/* The kernel adds the checksum. */
static gsize
write_mld (guint8 *message, const Forgery *forgery)
{
  guint16 response_time = GUINT16_TO_BE (forgery->response_time);

  message[0] = forgery->type;
  memcpy (message + 4, &response_time, sizeof response_time);
  g_assert_cmpint (inet_pton (AF_INET6, forgery->about, message + 8), ==, 1);
  return forgery->size;
}

static void
forge (int fd, int family, const Forgery *forgery)
{
  g_autoptr (GSocketAddress) to = plain_address_new (forgery->to, 0, 0);
  struct sockaddr_storage native;
  guint8 message[28] = { 0 };
  gsize size = family == AF_INET ? write_igmp (message, forgery) : write_mld (message, forgery);

  g_assert_true (g_socket_address_to_native (to, &native, sizeof native, NULL));
  sendto (fd, message, size, 0, (struct sockaddr *) &native, g_socket_address_get_native_size (to));
}

/* MLD comes from a link-local address, crosses no router, and asks each to look at it. */
static void
prepare_mld (Scene *scene, int fd)
{
  static const guint8 router_alert[] = { 0, 0, 0x05, 0x02, 0, 0, 0x01, 0 };
  g_autofree char *local = netns_ipv6_local (scene->there, SCENE_IFACE);
  int index = (int) netns_index (scene->there, SCENE_IFACE);
  g_autoptr (GSocketAddress) from = plain_address_new (local, 0, index);
  struct sockaddr_in6 native;
  int hops = 1;

  g_assert_true (g_socket_address_to_native (from, &native, sizeof native, NULL));
  g_assert_cmpint (bind (fd, (struct sockaddr *) &native, sizeof native), ==, 0);
  g_assert_cmpint (setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index), ==, 0);
  g_assert_cmpint (setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops), ==, 0);
  g_assert_cmpint (setsockopt (fd, IPPROTO_IPV6, IPV6_HOPOPTS, router_alert, sizeof router_alert),
                   ==, 0);
}

static int
forger_new (Scene *scene, int family)
{
  NETNS_VISIT (scene->there);
  struct ip_mreqn egress = { .imr_ifindex = (int) netns_index (scene->there, SCENE_IFACE) };
  int fd = socket (family, SOCK_RAW | SOCK_CLOEXEC,
                   family == AF_INET ? IPPROTO_IGMP : IPPROTO_ICMPV6);

  g_assert_cmpint (fd, >=, 0);
  if (family == AF_INET6)
    prepare_mld (scene, fd);
  else
    g_assert_cmpint (setsockopt (fd, IPPROTO_IP, IP_MULTICAST_IF, &egress, sizeof egress), ==, 0);
  return fd;
}

/* What the switch passes on to us, for each flow a counter. */
static void
count_at_interface (Scene *scene)
{
  GString *rules = g_string_new ("table netdev fault {\n");

  for (guint i = 0; i < scene->flows->len; i++)
    g_string_append_printf (rules, "counter c%u { }\n", i);
  g_string_append (rules,
                   "chain in { type filter hook ingress device " SCENE_IFACE " priority 0;\n");
  for (guint i = 0; i < scene->flows->len; i++)
    {
      const char *group = flow_get_group (scene->flows->pdata[i]);

      g_string_append_printf (rules, "%s daddr %s udp dport %u counter name c%u\n",
                              strchr (group, ':') != NULL ? "ip6" : "ip", group, FLOW_PORT, i);
    }
  g_string_append (rules, "}\n}\n");
  netns_nft (scene->here, rules->str);
  g_string_free (rules, TRUE);
}

static guint64
read_counter (Scene *scene, guint i)
{
  g_autofree char *name = g_strdup_printf ("c%u", i);
  g_autofree char *text = netns_run (scene->here, "nft", "list", "counter", "netdev", "fault", name,
                                     NULL);
  const char *packets = strstr (text, "packets ");

  g_assert_nonnull (packets);
  return g_ascii_strtoull (packets + strlen ("packets "), NULL, 10);
}

/* All that the switch passed on was received. */
static void
assert_none_lost_here (Scene *scene)
{
  for (guint i = 0; i < scene->flows->len; i++)
    {
      Flow *flow = scene->flows->pdata[i];

      if (flow_is_ours (flow))
        netns_assert_soon (flow_get_counts (flow).received + flow_get_dropped (flow)
                           == read_counter (scene, i));
    }
  netns_nft (scene->here, "delete table netdev fault");
}

static void
judge_withheld (Flow *flow, guint64 last, guint n_forged, gint64 start, gint64 interval)
{
  FaultFigures *figures = fault_figures_new ("F31", flow_kind_name (flow_get_kind (flow)),
                                             flow_mode_name (flow_get_mode (flow)));
  FlowCounts counts;

  if (flow_is_ours (flow))
    netns_assert_soon (flow_get_counts (flow).last > last);
  counts = flow_get_counts (flow);
  fault_figures_set (figures, "forged", n_forged);
  fault_figures_set (figures, "withheld_by_switch",
                     (gint64) (counts.missing + (last > counts.last ? last - counts.last : 0)));
  if (flow_is_ours (flow))
    {
      fault_figures_set (figures, "refreshes", (gint64) flow_get_path_counter (flow, "refreshes"));
      g_assert_cmpuint (flow_get_path_counter (flow, "joins"), ==, 1);
      /* However long it took: one for each interval. */
      g_assert_cmpint (flow_get_path_counter (flow, "refreshes"), <=,
                       (g_get_monotonic_time () - start) / interval);
      g_assert_cmpstr (flow_get_failure (flow), ==, NULL);
    }
  fault_figures_finish (figures);
}

/* A plain socket that the switch forgets stays forgotten. */
static void
start_beside_peers (Scene *scene, const Forger *forger, const FlowOptions *options)
{
  for (FlowKind kind = FLOW_LIBRARY; kind <= FLOW_PLAIN; kind++)
    if (kind == FLOW_PLAIN || flow_can_recover (kind))
      {
        flow_start (scene_add_flow (scene, kind, forger->any_source), options);
        flow_start (scene_add_flow (scene, kind, forger->from_source), options);
      }
}

/* The switch believes a query for one group and withholds the stream, which is then had again. */
static void
test_forged (World *world)
{
  const Forger *forger = world->data;
  g_autoptr (Scene) scene = switch_new (world, SWITCH NEW_VERSIONS, FALSE);
  const FlowOptions options = { .iface = SCENE_IFACE, .recovery_interval = G_USEC_PER_SEC };
  guint n = scene_count (1500, 20000);
  gboolean counts = netns_missing (NETNS_NFT) == NULL;
  gint64 start;
  guint64 last;
  int fd;

  start = g_get_monotonic_time ();
  start_beside_peers (scene, forger, &options);
  if (counts)
    count_at_interface (scene);
  scene_begin (scene);
  fd = forger_new (scene, forger->family);
  for (guint i = 0; i < n; i++)
    {
      forge (fd, forger->family, &forger->forgeries[i % forger->n_forgeries]);
      g_usleep (1000);
    }
  close (fd);
  last = fault_feed_get_last (scene->feed);
  for (guint i = 0; i < scene->flows->len; i++)
    judge_withheld (scene->flows->pdata[i], last, n, start, options.recovery_interval);
  fault_feed_stop (scene->feed);
  if (counts)
    assert_none_lost_here (scene);
}

static void
add_for_subjects (const char *name, WorldTestFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      const Subject *subject = &subjects[i];
      g_autofree char *path = g_strdup_printf ("/fault/%s/%s/%s", name,
                                               flow_kind_name (subject->kind),
                                               flow_mode_name (subject->mode));

      if (flow_can_recover (subject->kind))
        scene_test_add (path, subject, func);
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    subjects[i] = (Subject) { i / FLOW_N_MODES, i % FLOW_N_MODES };
  add_for_subjects ("F10 sole", test_sole_member);
  add_for_subjects ("F10 shared, CAP_NET_RAW", test_shared_privileged);
  add_for_subjects ("F10 shared", test_shared_unprivileged);
  for (guint i = 0; i < G_N_ELEMENTS (healthy); i++)
    {
      g_autofree char *path = g_strconcat ("/fault/", healthy[i].row, NULL);

      scene_test_add (path, &healthy[i], test_healthy);
    }
  scene_test_add ("/fault/F12", NULL, test_no_queries);
  for (guint i = 0; i < G_N_ELEMENTS (forgers); i++)
    {
      g_autofree char *path = g_strconcat ("/fault/", forgers[i].name, NULL);

      scene_test_add (path, &forgers[i], test_forged);
    }
  return g_test_run ();
}
