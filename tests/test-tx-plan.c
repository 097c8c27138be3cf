/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tx/mcast-tx-plan-private.h"

#include <string.h>

#include "mcast-error.h"

#define GROUP "233.252.0.1"
#define GROUP_2 "233.252.0.2"
#define GROUP6 "ff15::1"
#define PORT 5004

#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })
#define NO_ERROR (-1)

/* An interface: it is up unless its name begins with "-", an address is tentative if it ends with
 * "?" and of link scope if it ends with "!", and a life other than that of its index makes it a
 * recreated one. */
typedef struct
{
  guint index;
  const char *name;
  const char *addresses[3];
  guint life;
} Fake;

/* One plan, which replaces that of the step before. Its paths are written as
 * "group:port%interface#index", then the obstacle or "ready", then the source address if it is
 * not left to the kernel. */
typedef struct
{
  Fake present[4];
  guint route;
  int error;
  const char *paths[5];
  const char *route_source;
} Step;

typedef struct
{
  const char *name;
  const char *const *groups;
  const char *const *interfaces;
  const char *source;
  const char *zone; /* of the source */
  gboolean wait_for_interfaces;
  Step steps[4];
} Case;

#define LO \
  { \
    1, "lo", \
    { \
      "127.0.0.1", "::1" \
    } \
  }
#define ETH0 \
  { \
    2, "eth0", \
    { \
      "10.0.0.2", "fe80::2" \
    } \
  }
#define ETH1 \
  { \
    3, "eth1", \
    { \
      "10.0.1.2", "fe80::3" \
    } \
  }

/* --- What the plans are made from -------------------------------------------------------- */

static McastLinkFlags
fake_flags (const Fake *fake, const char *name)
{
  McastLinkFlags flags = MCAST_LINK_MULTICAST;

  if (fake->name[0] != '-')
    flags |= MCAST_LINK_UP;
  if (g_str_equal (name, "lo"))
    flags |= MCAST_LINK_LOOPBACK;
  return flags;
}

static McastInterface *
interface_new (const Fake *fake, guint mtu)
{
  const char *name = fake->name + (fake->name[0] == '-' ? 1 : 0);
  McastInterfaceAddress addresses[G_N_ELEMENTS (fake->addresses)] = { 0 };
  guint life = fake->life != 0 ? fake->life : fake->index;
  McastInterfaceInfo info = {
    .generation = life,
    .ipv6_generation = life,
    .life = life,
    .index = fake->index,
    .mtu = mtu,
    .flags = fake_flags (fake, name),
    .name = name,
    .addresses = addresses,
  };

  while (info.n_addresses < G_N_ELEMENTS (addresses) && fake->addresses[info.n_addresses] != NULL)
    {
      McastInterfaceAddress *address = &addresses[info.n_addresses];
      g_autofree char *text = g_strdup (fake->addresses[info.n_addresses++]);

      address->tentative = g_str_has_suffix (text, "?");
      address->limited_scope = g_str_has_suffix (text, "!");
      text[strcspn (text, "?!")] = '\0';
      g_assert_true (_mcast_address_parse (text, &address->address));
    }
  return _mcast_interface_new (&info);
}

static GPtrArray *
interfaces_new (const Fake *fakes, guint n_fakes)
{
  GPtrArray *interfaces = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_fakes && fakes[i].name != NULL; i++)
    g_ptr_array_add (interfaces, interface_new (&fakes[i], 1500));
  return interfaces;
}

/* What the kernel has: where the route leads if no interface is given, and the source that each
 * route prefers, or NULL. */
typedef struct
{
  guint index;
  const char *source;
} Kernel;

static Kernel no_route;

static McastRoute
find_route (const McastRouteQuestion *question, gpointer user_data)
{
  const Kernel *kernel = user_data;
  McastRoute route = { question->interface_index != 0 ? question->interface_index : kernel->index,
                       { 0 } };

  if (kernel->source != NULL)
    g_assert_true (_mcast_address_parse (kernel->source, &route.source));
  return route;
}

static void
add_group (McastWanted *wanted, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastGroup) group = mcast_group_parse (text, &error);

  g_assert_no_error (error);
  _mcast_wanted_add_group (wanted, group);
}

static void
fill_wanted (McastWanted *wanted, const char *const *groups, const char *const *interfaces)
{
  g_autoptr (GError) error = NULL;

  _mcast_wanted_init (wanted);
  for (guint i = 0; interfaces != NULL && interfaces[i] != NULL; i++)
    {
      g_assert_true (_mcast_wanted_add_interface (wanted, interfaces[i], &error));
      g_assert_no_error (error);
    }
  for (guint i = 0; groups[i] != NULL; i++)
    add_group (wanted, groups[i]);
}

static char *
path_to_string (const McastTxPath *path)
{
  static const char *const obstacles[] = {
    [MCAST_TX_OBSTACLE_NONE] = "ready",
    [MCAST_TX_OBSTACLE_NO_INTERFACE] = "no-interface",
    [MCAST_TX_OBSTACLE_INTERFACE_DOWN] = "down",
    [MCAST_TX_OBSTACLE_NO_ADDRESS] = "no-address",
    [MCAST_TX_OBSTACLE_ADDRESS_TENTATIVE] = "tentative",
    [MCAST_TX_OBSTACLE_OTHER_ZONE] = "other-zone",
    [MCAST_TX_OBSTACLE_NO_ROUTE] = "no-route",
  };
  g_autofree char *group = _mcast_address_to_string (&path->key.group);
  g_autofree char *source = _mcast_address_to_string (&path->source);

  return g_strdup_printf ("%s:%u%%%s#%u %s%s%s", group, path->key.port, path->key.interface_name,
                          path->interface_index, obstacles[path->obstacle],
                          path->source.family != AF_UNSPEC ? " " : "",
                          path->source.family != AF_UNSPEC ? source : "");
}

static void
assert_paths (const McastTxPlan *plan, const char *const *expected)
{
  for (guint i = 0; i < plan->paths->len; i++)
    {
      McastTxPath *path = plan->paths->pdata[i];
      g_autofree char *text = path_to_string (path);

      g_assert_cmpstr (text, ==, expected[i]);
      g_assert_true (g_hash_table_lookup (plan->paths_by_key, &path->key) != NULL);
    }
  g_assert_null (expected[plan->paths->len]);
}

/* --- Tables ------------------------------------------------------------------------------ */

static const Case cases[] = {
  {
    "route/chooses",
    WORDS (GROUP),
    .steps = { { { LO, ETH0, ETH1 }, 3, NO_ERROR, { GROUP ":5004%eth1#3 ready" } } },
  },
  {
    "route/none",
    WORDS (GROUP),
    .steps = { { { LO, ETH0 }, 0, MCAST_ERROR_NO_ROUTE, { GROUP ":5004%(route)#0 no-route" } } },
  },
  {
    "route/none-and-wait",
    WORDS (GROUP),
    .wait_for_interfaces = TRUE,
    .steps = { { { LO, ETH0 }, 0, NO_ERROR, { GROUP ":5004%(route)#0 no-route" } } },
  },
  {
    "route/changes",
    WORDS (GROUP),
    .steps = { { { ETH0, ETH1 }, 2, NO_ERROR, { GROUP ":5004%eth0#2 ready" } },
               { { ETH0, ETH1 }, 3, NO_ERROR, { GROUP ":5004%eth1#3 ready" } } },
  },
  {
    "route/is-lost",
    WORDS (GROUP),
    .steps = { { { ETH0 }, 2, NO_ERROR, { GROUP ":5004%eth0#2 ready" } },
               { { ETH0 }, 0, MCAST_ERROR_NO_ROUTE, { GROUP ":5004%(route)#0 no-route" } },
               /* Known from before. */
               { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%(route)#0 no-route" } },
               { { ETH0 }, 2, NO_ERROR, { GROUP ":5004%eth0#2 ready" } } },
  },
  {
    "route/no-address-there",
    WORDS (GROUP),
    .steps = { { { { 2, "eth0", { "fe80::2" } } },
                 2,
                 MCAST_ERROR_NO_ADDRESS,
                 { GROUP ":5004%eth0#2 no-address" } } },
  },
  {
    "route/only-without-selector",
    WORDS (GROUP, GROUP_2 "%eth1"),
    .steps = { { { ETH0, ETH1 },
                 2,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready", GROUP_2 ":5004%eth1#3 ready" } } },
  },
  {
    "source/link-scope-only",
    WORDS (GROUP),
    WORDS ("eth0"),
    .steps = { { { { 2, "eth0", { "169.254.7.7!" } }, ETH1 },
                 3,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready 169.254.7.7" } },
               { { { 2, "eth0", { "169.254.7.7!", "10.0.0.2" } }, ETH1 },
                 3,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready 10.0.0.2" } },
               { { ETH0, ETH1 }, 3, NO_ERROR, { GROUP ":5004%eth0#2 ready" } } },
  },
  {
    "source/of-route",
    WORDS (GROUP),
    .steps = { { { { 2, "eth0", { "10.0.0.2", "10.0.0.7" } } },
                 2,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready 10.0.0.7" },
                 "10.0.0.7" },
               /* The kernel would choose it anyway. */
               { { { 2, "eth0", { "10.0.0.2", "10.0.0.7" } } },
                 2,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready" },
                 "10.0.0.2" },
               /* It is gone. */
               { { ETH0 }, 2, NO_ERROR, { GROUP ":5004%eth0#2 ready" }, "10.0.0.7" },
               /* On an unnumbered link it is that of another interface. */
               { { { 1, "lo", { "127.0.0.1", "10.9.9.9" } }, { 2, "eth0", { "fe80::2" } } },
                 2,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready 10.9.9.9" },
                 "10.9.9.9" } },
  },
  {
    "source/of-selection",
    WORDS (GROUP, GROUP6),
    WORDS ("10.0.0.7"),
    .steps = { { { { 2, "eth0", { "10.0.0.2", "10.0.0.7", "fe80::2" } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready 10.0.0.7", GROUP6 ":5004%eth0#2 ready" } },
               { { ETH0 },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready", GROUP6 ":5004%eth0#2 ready" } } },
  },
  {
    "source/selects",
    WORDS (GROUP),
    .source = "10.0.1.2",
    .steps = { { { ETH0, ETH1 }, 2, NO_ERROR, { GROUP ":5004%eth1#3 ready 10.0.1.2" } },
               /* Until it is back, the route decides. */
               { { ETH0 },
                 2,
                 MCAST_ERROR_NO_ADDRESS,
                 { GROUP ":5004%eth0#2 no-address 10.0.1.2" } },
               { { ETH0, ETH1 }, 2, NO_ERROR, { GROUP ":5004%eth1#3 ready 10.0.1.2" } } },
  },
  {
    "zone/selects",
    WORDS (GROUP6),
    .source = "fe80::2",
    .zone = "eth0",
    .steps = { { { ETH0, { 3, "eth1", { "fe80::2" } } },
                 3,
                 NO_ERROR,
                 { GROUP6 ":5004%eth0#2 ready fe80::2" } },
               { { ETH1 }, 3, NO_ERROR, { GROUP6 ":5004%eth0#0 no-interface fe80::2" } } },
  },
  {
    "zone/index",
    WORDS (GROUP6 "%eth0"),
    .source = "fe80::2",
    .zone = "2",
    .steps = { { { ETH0, ETH1 }, 3, NO_ERROR, { GROUP6 ":5004%eth0#2 ready fe80::2" } } },
  },
  {
    "zone/other-interface",
    WORDS (GROUP6),
    WORDS ("eth1"),
    .source = "fe80::2",
    .zone = "eth0",
    .steps = { { { ETH0, ETH1 },
                 2,
                 MCAST_ERROR_NO_ADDRESS,
                 { GROUP6 ":5004%eth1#3 other-zone fe80::2" } } },
  },
  {
    "zone/other-interface-of-group",
    WORDS (GROUP6 "%eth1"),
    .source = "fe80::2",
    .zone = "eth0",
    .steps = { { { ETH0, ETH1 },
                 2,
                 MCAST_ERROR_NO_ADDRESS,
                 { GROUP6 ":5004%eth1#3 other-zone fe80::2" } } },
  },
  {
    "zone/no-interface",
    WORDS (GROUP6),
    .source = "fe80::2",
    .zone = "eth0",
    .steps = { { { ETH1 },
                 3,
                 MCAST_ERROR_NO_SUCH_INTERFACE,
                 { GROUP6 ":5004%eth0#0 no-interface fe80::2" } } },
  },
  {
    "zone/address-elsewhere",
    WORDS (GROUP6),
    .source = "fe80::3",
    .zone = "eth0",
    .steps = { { { ETH0, ETH1 },
                 3,
                 MCAST_ERROR_NO_ADDRESS,
                 { GROUP6 ":5004%eth0#2 no-address fe80::3" } } },
  },
  {
    "source/of-lo-does-not-select",
    WORDS (GROUP),
    .source = "10.9.9.9",
    .steps = { { { { 1, "lo", { "127.0.0.1", "10.9.9.9" } }, ETH0 },
                 2,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready 10.9.9.9" } } },
  },
  {
    "named",
    WORDS (GROUP, GROUP6),
    WORDS ("eth0"),
    .steps = { { { LO, ETH0, ETH1 },
                 3,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready", GROUP6 ":5004%eth0#2 ready" } } },
  },
  {
    "named/several",
    WORDS (GROUP),
    WORDS ("eth1", "eth0"),
    .steps = { { { ETH0, ETH1 },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth1#3 ready", GROUP ":5004%eth0#2 ready" } } },
  },
  {
    "named/twice-is-one",
    WORDS (GROUP),
    WORDS ("eth0", "2", "10.0.0.2", "*"),
    .steps = { { { LO, ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } } },
  },
  {
    "named/of-group",
    WORDS (GROUP "%eth1", GROUP_2),
    WORDS ("eth0"),
    .steps = { { { ETH0, ETH1 },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth1#3 ready", GROUP_2 ":5004%eth0#2 ready" } } },
  },
  {
    "named/missing",
    WORDS (GROUP),
    WORDS ("eth9"),
    .steps = { { { ETH0 },
                 0,
                 MCAST_ERROR_NO_SUCH_INTERFACE,
                 { GROUP ":5004%eth9#0 no-interface" } } },
  },
  {
    "named/missing-and-wait",
    WORDS (GROUP),
    WORDS ("eth9"),
    .wait_for_interfaces = TRUE,
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth9#0 no-interface" } },
               { { ETH0, { 9, "eth9", { "10.0.9.2" } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth9#9 ready" } } },
  },
  {
    /* What was there once is waited for in any case. */
    "named/vanishes",
    WORDS (GROUP),
    WORDS ("eth0"),
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } },
               { { LO }, 0, NO_ERROR, { GROUP ":5004%eth0#0 no-interface" } },
               { { { 7, "eth0", { "10.0.0.2" } } }, 0, NO_ERROR, { GROUP ":5004%eth0#7 ready" } } },
  },
  {
    "named/first-error-counts",
    WORDS (GROUP),
    WORDS ("eth9", "eth0"),
    .steps = { { { { 2, "eth0", { "fe80::2" } } },
                 0,
                 MCAST_ERROR_NO_SUCH_INTERFACE,
                 { GROUP ":5004%eth9#0 no-interface", GROUP ":5004%eth0#2 no-address" } } },
  },
  {
    "down",
    WORDS (GROUP),
    WORDS ("eth0"),
    .steps = { { { { 2, "-eth0", { "10.0.0.2" } } }, 0, NO_ERROR, { GROUP ":5004%eth0#2 down" } },
               { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } } },
  },
  {
    "no-address",
    WORDS (GROUP6),
    WORDS ("eth0"),
    .steps = { { { { 2, "eth0", { "10.0.0.2" } } },
                 0,
                 MCAST_ERROR_NO_ADDRESS,
                 { GROUP6 ":5004%eth0#2 no-address" } } },
  },
  {
    "no-address/and-wait",
    WORDS (GROUP6),
    WORDS ("eth0"),
    .wait_for_interfaces = TRUE,
    .steps = { { { { 2, "eth0", { "10.0.0.2" } } },
                 0,
                 NO_ERROR,
                 { GROUP6 ":5004%eth0#2 no-address" } } },
  },
  {
    /* Only a new path is reported to the caller. */
    "no-address/later",
    WORDS (GROUP),
    WORDS ("eth0"),
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } },
               { { { 2, "eth0", { "fe80::2" } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 no-address" } },
               { { { 2, "eth0", { "fe80::2" } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 no-address" } } },
  },
  {
    "tentative",
    WORDS (GROUP6),
    WORDS ("eth0"),
    .steps = { { { { 2, "eth0", { "10.0.0.2", "fe80::2?" } } },
                 0,
                 NO_ERROR,
                 { GROUP6 ":5004%eth0#2 tentative" } },
               { { ETH0 }, 0, NO_ERROR, { GROUP6 ":5004%eth0#2 ready" } } },
  },
  {
    "tentative/beside-another",
    WORDS (GROUP6),
    WORDS ("eth0"),
    .steps = { { { { 2, "eth0", { "fe80::2?", "fd00::2" } } },
                 0,
                 NO_ERROR,
                 { GROUP6 ":5004%eth0#2 ready" } } },
  },
  {
    "tentative/by-route",
    WORDS (GROUP6),
    .steps = { { { { 2, "eth0", { "fe80::2?" } } },
                 2,
                 NO_ERROR,
                 { GROUP6 ":5004%eth0#2 tentative" } } },
  },
  {
    "any",
    WORDS (GROUP),
    WORDS ("*"),
    .steps = { { { LO, ETH0, ETH1 },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready", GROUP ":5004%eth1#3 ready" } } },
  },
  {
    /* However a group is written, each of its paths is one. */
    "named/two-spellings",
    WORDS (GROUP, GROUP ":5004", GROUP "%eth0", GROUP "%2"),
    WORDS ("eth0", "eth1"),
    .steps = { { { ETH0, { 3, "eth1", { "10.0.1.2" } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready", GROUP ":5004%eth1#3 ready" } } },
  },
  {
    "any/beside-group-on-interface",
    WORDS (GROUP "%eth0", GROUP),
    WORDS ("*"),
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } } },
  },
  {
    "any/without-the-family",
    WORDS (GROUP, GROUP6),
    WORDS ("*"),
    .steps = { { { { 2, "eth0", { "10.0.0.2" } }, { 3, "eth1", { "fe80::3" } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready", GROUP6 ":5004%eth1#3 ready" } } },
  },
  {
    "any/none",
    WORDS (GROUP),
    WORDS ("*"),
    .steps = { { { LO }, 0, NO_ERROR, { GROUP ":5004%*#0 no-interface" } },
               { { LO, ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } } },
  },
  {
    "any/none-for-second-group",
    WORDS (GROUP, GROUP6),
    WORDS ("*"),
    .steps = { { { { 2, "eth0", { "10.0.0.2" } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready", GROUP6 ":5004%*#0 no-interface" } } },
  },
  {
    "any/tentative",
    WORDS (GROUP6),
    WORDS ("*"),
    .steps = { { { { 2, "eth0", { "fe80::2?" } } },
                 0,
                 NO_ERROR,
                 { GROUP6 ":5004%eth0#2 tentative" } } },
  },
  {
    "any/goes-down",
    WORDS (GROUP),
    WORDS ("*"),
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } },
               { { { 2, "-eth0", { "10.0.0.2" } } }, 0, NO_ERROR, { GROUP ":5004%eth0#2 down" } } },
  },
  {
    "any/beside-named",
    WORDS (GROUP),
    WORDS ("lo", "*"),
    .steps = { { { LO }, 0, NO_ERROR, { GROUP ":5004%lo#1 ready 127.0.0.1" } } },
  },
  {
    "ambiguous",
    WORDS (GROUP),
    WORDS ("10.0.0.2"),
    .steps = { { { ETH0, { 3, "eth1", { "10.0.0.2" } } },
                 0,
                 MCAST_ERROR_AMBIGUOUS_INTERFACE,
                 { GROUP ":5004%eth0#2 ready 10.0.0.2", GROUP ":5004%eth1#3 ready 10.0.0.2" } } },
  },
  {
    "ambiguous/later",
    WORDS (GROUP),
    WORDS ("10.0.0.2"),
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready 10.0.0.2" } },
               { { ETH0, { 3, "eth1", { "10.0.0.2" } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready 10.0.0.2", GROUP ":5004%eth1#3 ready 10.0.0.2" } } },
  },
  {
    "source",
    WORDS (GROUP),
    WORDS ("eth0"),
    "10.0.0.2",
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready 10.0.0.2" } } },
  },
  {
    "source/on-another-interface",
    WORDS (GROUP),
    WORDS ("eth1"),
    "10.0.0.2",
    .steps = { { { ETH0, { 3, "eth1", { NULL } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth1#3 ready 10.0.0.2" } } },
  },
  {
    "source/on-none",
    WORDS (GROUP),
    WORDS ("eth0"),
    "10.0.0.9",
    .steps = { { { ETH0 },
                 0,
                 MCAST_ERROR_NO_ADDRESS,
                 { GROUP ":5004%eth0#2 no-address 10.0.0.9" } },
               { { { 2, "eth0", { "10.0.0.9" } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready 10.0.0.9" } } },
  },
  {
    "source/tentative",
    WORDS (GROUP6),
    WORDS ("eth0"),
    "fd00::2",
    .steps = { { { { 2, "eth0", { "fe80::2", "fd00::2?" } } },
                 0,
                 NO_ERROR,
                 { GROUP6 ":5004%eth0#2 tentative fd00::2" } } },
  },
  {
    /* Tentative on one interface, and in use on another. */
    "source/tentative-and-not",
    WORDS (GROUP6),
    WORDS ("eth0"),
    "fd00::2",
    .steps = { { { { 2, "eth0", { "fd00::2" } }, { 3, "eth1", { "fd00::2?" } } },
                 0,
                 NO_ERROR,
                 { GROUP6 ":5004%eth0#2 ready fd00::2" } } },
  },
  {
    "source/lo",
    WORDS (GROUP, GROUP6),
    WORDS ("lo"),
    .steps = { { { LO, ETH0 },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%lo#1 ready 127.0.0.1", GROUP6 ":5004%lo#1 ready" } } },
  },
  {
    "source/lo-pinned",
    WORDS (GROUP),
    WORDS ("lo"),
    "10.0.0.2",
    .steps = { { { LO, ETH0 }, 0, NO_ERROR, { GROUP ":5004%lo#1 ready 10.0.0.2" } } },
  },
  {
    "port/of-group",
    WORDS (GROUP ":7000", GROUP_2),
    WORDS ("eth0"),
    .steps = { { { ETH0 },
                 0,
                 NO_ERROR,
                 { GROUP ":7000%eth0#2 ready", GROUP_2 ":5004%eth0#2 ready" } } },
  },
  {
    "recreated",
    WORDS (GROUP),
    WORDS ("2"),
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } },
               { { { 2, "eth0", { NULL }, 8 } }, 0, NO_ERROR, { GROUP ":5004%eth0#2 no-address" } },
               { { { 2, "eth0", { "10.0.0.2" }, 8 } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#2 ready" } } },
  },
  {
    /* "*" holds an interface that goes down, but not the next one of its index. */
    "recreated/any",
    WORDS (GROUP),
    WORDS ("*"),
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } },
               { { { 2, "-eth0", { "10.0.0.2" }, 8 } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%*#0 no-interface" } } },
  },
  {
    "renamed/by-name",
    WORDS (GROUP),
    WORDS ("eth0"),
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } },
               { { { 2, "wan", { "10.0.0.2" } } },
                 0,
                 NO_ERROR,
                 { GROUP ":5004%eth0#0 no-interface" } } },
  },
  {
    "renamed/by-index",
    WORDS (GROUP),
    WORDS ("2"),
    .steps = { { { ETH0 }, 0, NO_ERROR, { GROUP ":5004%eth0#2 ready" } },
               { { { 2, "wan", { "10.0.0.2" } } }, 0, NO_ERROR, { GROUP ":5004%wan#2 ready" } } },
  },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (McastTxPlan) plan = NULL;
  g_autoptr (McastInterfaceSelector)
    zone = c->zone != NULL ? _mcast_interface_selector_new (c->zone, NULL) : NULL;
  McastWanted wanted = { 0 };
  Kernel kernel = { 0 };
  McastTxPlanOptions options = {
    .wanted = &wanted,
    .port = PORT,
    .zone = zone,
    .wait_for_interfaces = c->wait_for_interfaces,
    .find_route = find_route,
    .route_data = &kernel,
  };

  fill_wanted (&wanted, c->groups, c->interfaces);
  if (c->source != NULL)
    g_assert_true (_mcast_address_parse (c->source, &options.source));
  for (guint i = 0; i < G_N_ELEMENTS (c->steps) && c->steps[i].paths[0] != NULL; i++)
    {
      const Step *step = &c->steps[i];
      g_autoptr (McastTxPlan) former = g_steal_pointer (&plan);
      g_autoptr (GPtrArray)
        interfaces = interfaces_new (step->present, G_N_ELEMENTS (step->present));

      kernel = (Kernel) { step->route, step->route_source };
      plan = _mcast_tx_plan_new (&options, interfaces, former);
      assert_paths (plan, step->paths);
      if (step->error == NO_ERROR)
        g_assert_no_error (plan->error);
      else
        g_assert_error (plan->error, MCAST_ERROR, step->error);
    }
  _mcast_wanted_clear (&wanted);
}

/* --- What a table does not show ---------------------------------------------------------- */

static const Fake usual[] = { LO, ETH0, ETH1 };

/* A group added to interfaces that exist already is reported for itself alone. */
static void
test_added_group (void)
{
  static const Fake without_ipv4 = { 2, "eth0", { "fe80::2" } };
  g_autoptr (GPtrArray) before = interfaces_new (usual, G_N_ELEMENTS (usual));
  g_autoptr (GPtrArray) after = interfaces_new (&without_ipv4, 1);
  g_autoptr (McastTxPlan) first = NULL;
  g_autoptr (McastTxPlan) second = NULL;
  g_autoptr (McastTxPlan) third = NULL;
  McastWanted wanted = { 0 };
  const McastTxPlanOptions options = {
    .wanted = &wanted, .port = PORT, .find_route = find_route, .route_data = &no_route
  };

  fill_wanted (&wanted, WORDS (GROUP), WORDS ("eth0"));
  first = _mcast_tx_plan_new (&options, before, NULL);
  add_group (&wanted, GROUP6);
  second = _mcast_tx_plan_new (&options, after, first);
  assert_paths (second, WORDS (GROUP ":5004%eth0#2 no-address", GROUP6 ":5004%eth0#2 ready"));
  g_assert_no_error (second->error);
  add_group (&wanted, GROUP_2);
  third = _mcast_tx_plan_new (&options, after, second);
  g_assert_error (third->error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS);
  g_assert_nonnull (strstr (third->error->message, GROUP_2));
  _mcast_wanted_clear (&wanted);
}

/* A path is the same object as before unless something about it has changed. */
static void
test_same_paths (void)
{
  static const Fake down = { 2, "-eth0", { "10.0.0.2" } };
  g_autoptr (GPtrArray) interfaces = interfaces_new (usual, G_N_ELEMENTS (usual));
  g_autoptr (GPtrArray) changed = _mcast_interface_copy_list (interfaces);
  g_autoptr (McastTxPlan) first = NULL;
  g_autoptr (McastTxPlan) second = NULL;
  g_autoptr (McastTxPlan) third = NULL;
  McastWanted wanted = { 0 };
  const McastTxPlanOptions options = {
    .wanted = &wanted, .port = PORT, .find_route = find_route, .route_data = &no_route
  };

  g_object_unref (changed->pdata[1]);
  changed->pdata[1] = interface_new (&down, 1500);
  fill_wanted (&wanted, WORDS (GROUP), WORDS ("eth0", "eth1"));
  first = _mcast_tx_plan_new (&options, interfaces, NULL);
  second = _mcast_tx_plan_new (&options, interfaces, first);
  third = _mcast_tx_plan_new (&options, changed, second);
  g_assert_true (first->paths->pdata[0] == second->paths->pdata[0]);
  g_assert_true (first->paths->pdata[1] == second->paths->pdata[1]);
  g_assert_true (second->paths->pdata[0] != third->paths->pdata[0]);
  g_assert_true (second->paths->pdata[1] == third->paths->pdata[1]);
  _mcast_wanted_clear (&wanted);
}

/* The headers of IP and UDP leave less than the MTU to a datagram that the kernel segments to. */
static void
test_max_segment (void)
{
  static const struct
  {
    guint mtu;
    guint ipv4;
    guint ipv6;
  } sizes[] = { { 1500, 1472, 1452 }, { 65536, 65508, 65488 }, { 28, 0, 0 }, { 29, 1, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      static const Fake eth0 = ETH0;
      g_autoptr (GPtrArray) interfaces = g_ptr_array_new_with_free_func (g_object_unref);
      g_autoptr (McastTxPlan) plan = NULL;
      McastWanted wanted = { 0 };
      const McastTxPlanOptions options = {
        .wanted = &wanted, .port = PORT, .find_route = find_route, .route_data = &no_route
      };

      g_ptr_array_add (interfaces, interface_new (&eth0, sizes[i].mtu));
      fill_wanted (&wanted, WORDS (GROUP, GROUP6), WORDS ("eth0"));
      plan = _mcast_tx_plan_new (&options, interfaces, NULL);
      g_assert_cmpuint (((McastTxPath *) plan->paths->pdata[0])->max_segment, ==, sizes[i].ipv4);
      g_assert_cmpuint (((McastTxPath *) plan->paths->pdata[1])->max_segment, ==, sizes[i].ipv6);
      _mcast_wanted_clear (&wanted);
    }
}

typedef struct
{
  const char *name;
  const char *group;
  guint port;
  const char *source;
  GQuark (*domain) (void);
  int code;
} GroupCase;

static const GroupCase groups[] = {
  { "usable", GROUP, PORT, NULL, NULL, 0 },
  { "own-port", GROUP ":7000", 0, NULL, NULL, 0 },
  { "no-port", GROUP, 0, NULL, mcast_error_quark, MCAST_ERROR_NO_PORT },
  { "source-of-its-family", GROUP, PORT, "10.0.0.2", NULL, 0 },
  { "family-mismatch", GROUP6, PORT, "10.0.0.2", mcast_error_quark, MCAST_ERROR_FAMILY_MISMATCH },
  { "filter", "10.0.0.1@" GROUP, PORT, NULL, g_io_error_quark, G_IO_ERROR_INVALID_ARGUMENT },
  { "filter-exclude", "!10.0.0.1@" GROUP, PORT, NULL, g_io_error_quark,
    G_IO_ERROR_INVALID_ARGUMENT },
};

static void
test_check_group (gconstpointer data)
{
  const GroupCase *c = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (McastGroup) group = mcast_group_parse (c->group, &error);
  McastTxPlanOptions options = { .port = c->port };

  g_assert_no_error (error);
  if (c->source != NULL)
    g_assert_true (_mcast_address_parse (c->source, &options.source));
  g_assert_true (_mcast_tx_plan_check_group (&options, group, &error) == (c->domain == NULL));
  if (c->domain != NULL)
    {
      g_autofree char *text = mcast_group_to_string (group);

      g_assert_error (error, c->domain (), c->code);
      g_assert_nonnull (strstr (error->message, text));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/tx-plan/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      g_autofree char *path = g_strconcat ("/tx-plan/check-group/", groups[i].name, NULL);

      g_test_add_data_func (path, &groups[i], test_check_group);
    }
  g_test_add_func ("/tx-plan/added-group", test_added_group);
  g_test_add_func ("/tx-plan/same-paths", test_same_paths);
  g_test_add_func ("/tx-plan/max-segment", test_max_segment);
  return g_test_run ();
}
