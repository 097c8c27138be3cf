/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rx/mcast-rx-plan-private.h"

#include <string.h>

#include "mcast-error.h"

#define PORT 5004

/* --- A socket without a kernel ----------------------------------------------------------- */

/* What a socket wants and holds. */
typedef struct
{
  McastWanted wanted;
  char **groups;
  char **selectors;
  GPtrArray *interfaces;
  GHashTable *paths;
  McastRxCounters *counters;
  guint route;
  gboolean wait;
  GPtrArray *routes_asked;
} Scene;

static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  _mcast_wanted_init (&self->wanted);
  self->groups = g_new0 (char *, 1);
  self->selectors = g_new0 (char *, 1);
  self->paths = g_hash_table_new_full (_mcast_rx_path_key_hash, _mcast_rx_path_key_equal, NULL,
                                       (GDestroyNotify) _mcast_rx_path_free);
  self->counters = _mcast_rx_counters_new (0);
  self->interfaces = g_ptr_array_new ();
  self->routes_asked = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
scene_free (Scene *self)
{
  _mcast_wanted_clear (&self->wanted);
  g_strfreev (self->groups);
  g_strfreev (self->selectors);
  g_hash_table_unref (self->paths);
  _mcast_rx_counters_unref (self->counters);
  g_ptr_array_unref (self->interfaces);
  g_ptr_array_unref (self->routes_asked);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

/* An interface is written NAME=INDEX, with ^VRF where it is a member of one, with /GENERATION,
 * /GENERATION-OF-IPV6 and /CARRIERS where they matter, and - after the name if it is down. "lo" is
 * the loopback. */
static McastInterface *
interface_of (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "^", 2);
  g_auto (GStrv) halves = g_strsplit (parts[0], "=", 2);
  g_auto (GStrv) numbers = g_strsplit (halves[1], "/", 4);
  gboolean down = g_str_has_suffix (halves[0], "-");
  McastInterfaceInfo info = {
    .index = (guint) g_ascii_strtoull (numbers[0], NULL, 10),
    .mtu = 1500,
    .flags = MCAST_LINK_MULTICAST | (down ? 0 : MCAST_LINK_UP | MCAST_LINK_RUNNING),
    .generation = 1,
    .life = 1,
  };

  halves[0][strcspn (halves[0], "-")] = '\0';
  info.name = halves[0];
  if (g_str_equal (info.name, "lo"))
    info.flags |= MCAST_LINK_LOOPBACK;
  if (numbers[1] != NULL)
    info.generation = info.life = g_ascii_strtoull (numbers[1], NULL, 10);
  info.ipv6_generation = info.generation;
  if (numbers[1] != NULL && numbers[2] != NULL)
    info.ipv6_generation = g_ascii_strtoull (numbers[2], NULL, 10);
  if (g_strv_length (numbers) == 4)
    info.n_carriers = (guint) g_ascii_strtoull (numbers[3], NULL, 10);
  if (parts[1] != NULL)
    {
      info.master = (guint) g_ascii_strtoull (parts[1], NULL, 10);
      info.master_kind = "vrf";
    }
  return _mcast_interface_new (&info);
}

static void
scene_set_interfaces (Scene *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  g_ptr_array_unref (self->interfaces);
  self->interfaces = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_ptr_array_add (self->interfaces, interface_of (words[i]));
}

static void
change_group (Scene *self, const char *text, gboolean add)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastGroup) group = mcast_group_parse (text, &error);

  g_assert_no_error (error);
  if (add)
    _mcast_wanted_add_group (&self->wanted, group);
  else
    g_assert_true (_mcast_wanted_remove_group (&self->wanted, group));
}

static void
change_selector (Scene *self, const char *text, gboolean add)
{
  const char *selector = g_str_equal (text, "default") ? NULL : text;
  g_autoptr (GError) error = NULL;

  if (add)
    _mcast_wanted_add_interface (&self->wanted, selector, &error);
  else
    _mcast_wanted_remove_interface (&self->wanted, selector, &error);
  g_assert_no_error (error);
}

static void
change_list (Scene *self, char ***current, const char *text,
             void (*change) (Scene *self, const char *text, gboolean add))
{
  char **after = g_strsplit (text, " ", -1);

  for (guint i = 0; (*current)[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) after, (*current)[i]))
      change (self, (*current)[i], FALSE);
  for (guint i = 0; after[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) *current, after[i]))
      change (self, after[i], TRUE);
  g_strfreev (*current);
  *current = after;
}

/* Lists are separated by blanks; NULL leaves what there is. */
static void
scene_change (Scene *self, const char *groups, const char *selectors, const char *interfaces)
{
  if (groups != NULL)
    change_list (self, &self->groups, groups, change_group);
  if (selectors != NULL)
    change_list (self, &self->selectors, selectors, change_selector);
  if (interfaces != NULL)
    scene_set_interfaces (self, interfaces);
}

static guint
find_route (const McastAddress *group, gpointer user_data)
{
  Scene *self = user_data;

  g_ptr_array_add (self->routes_asked, _mcast_address_to_string (group));
  return self->route;
}

static GPtrArray *
scene_plan (Scene *self, const McastAddress *only, GError **error)
{
  const McastRxPlanInput input = {
    .wanted = &self->wanted,
    .interfaces = self->interfaces,
    .paths = self->paths,
    .only = only,
    .port = PORT,
    .wait_for_interfaces = self->wait,
    .find_route = find_route,
    .user_data = self,
  };

  g_ptr_array_set_size (self->routes_asked, 0);
  return _mcast_rx_plan_new (&input, error);
}

/* An OS socket only has to be a different pointer. All paths share one, except the ones that had to
 * leave it. */
static McastRxEndpoint *
endpoint_of (const McastRxStep *step)
{
  static guint8 endpoints[2];

  return (McastRxEndpoint *) &endpoints[step->action == MCAST_RX_REJOIN ? 1 : 0];
}

static void
carry_out_step (Scene *self, const McastRxStep *step, gboolean joins)
{
  McastRxPath *path = step->path;

  switch (step->action)
    {
    case MCAST_RX_FORGET:
    case MCAST_RX_RETIRE:
    case MCAST_RX_LEAVE_STALE:
    case MCAST_RX_LEAVE:
      g_assert_true (g_hash_table_remove (self->paths, &path->key));
      break;
    case MCAST_RX_KEEP:
    case MCAST_RX_REFRESH:
    case MCAST_RX_SET_FILTER:
      break;
    case MCAST_RX_REJOIN:
    case MCAST_RX_JOIN:
      if (path == NULL)
        {
          path = _mcast_rx_path_new (&step->key, step->iface, step->filter, self->counters);
          g_assert_true (g_hash_table_insert (self->paths, &path->key, path));
        }
      path->endpoint = joins ? endpoint_of (step) : NULL;
      break;
    default:
      g_assert_not_reached ();
    }
  if (step->action >= MCAST_RX_KEEP)
    {
      _mcast_rx_path_set_interface (path, step->iface);
      _mcast_rx_path_set_filter (path, step->filter);
    }
}

static void
scene_carry_out (Scene *self, GPtrArray *steps, gboolean joins)
{
  for (guint i = 0; i < steps->len; i++)
    carry_out_step (self, steps->pdata[i], joins);
}

static void
scene_open (Scene *self, const char *groups, const char *selectors, const char *interfaces)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) steps = NULL;

  scene_change (self, groups, selectors, interfaces);
  steps = scene_plan (self, NULL, &error);
  g_assert_no_error (error);
  scene_carry_out (self, steps, TRUE);
}

/* --- Plans as text ----------------------------------------------------------------------- */

static const char *const action_names[] = {
  [MCAST_RX_FORGET] = "forget",
  [MCAST_RX_RETIRE] = "retire",
  [MCAST_RX_LEAVE_STALE] = "leave-stale",
  [MCAST_RX_LEAVE] = "leave",
  [MCAST_RX_KEEP] = "keep",
  [MCAST_RX_REFRESH] = "refresh",
  [MCAST_RX_SET_FILTER] = "filter",
  [MCAST_RX_REJOIN] = "rejoin",
  [MCAST_RX_JOIN] = "join",
};

/* "join 233.252.0.1:5004 on 2, exclude {}", and for an interface that was named "join!". */
static char *
step_to_string (const McastRxStep *step)
{
  g_autofree char *group = _mcast_address_to_string (&step->key.group);
  g_autofree char *filter = _mcast_source_filter_to_string (step->filter);

  g_assert_cmpuint (mcast_interface_get_index (step->iface), ==, step->key.interface_index);
  return g_strdup_printf ("%s%s %s:%u on %u, %s", action_names[step->action],
                          step->named ? "!" : "", group, step->key.port, step->key.interface_index,
                          filter);
}

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
plan_to_lines (GPtrArray *steps)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < steps->len; i++)
    g_ptr_array_add (lines, step_to_string (steps->pdata[i]));
  return lines;
}

/* @expected are lines, in any order. */
static void
assert_plan (GPtrArray *steps, const char *expected)
{
  g_autoptr (GPtrArray) lines = plan_to_lines (steps);
  g_auto (GStrv) wanted = g_strsplit (expected, "\n", -1);
  g_autofree char *sorted = NULL;
  g_autofree char *text = NULL;

  g_ptr_array_sort (lines, compare_texts);
  g_ptr_array_add (lines, NULL);
  text = g_strjoinv ("\n", (char **) lines->pdata);
  qsort (wanted, g_strv_length (wanted), sizeof wanted[0], compare_texts);
  sorted = g_strjoinv ("\n", wanted);
  g_assert_cmpstr (text, ==, sorted);
}

/* --- Cases ------------------------------------------------------------------------------- */

/* A socket is opened with the first three lists; then the lists that are given change. */
typedef struct
{
  const char *name;
  const char *groups;
  const char *selectors;
  const char *interfaces;
  const char *then_groups;
  const char *then_selectors;
  const char *then_interfaces;
  /* The index to which the route leads. */
  guint route;
  gboolean wait;
  const char *expected;
} Case;

static const Case cases[] = {
  /* Opening. */
  {
    .name = "open/named",
    .groups = "233.252.0.1 ff15::1",
    .selectors = "eth0",
    .interfaces = "",
    .then_interfaces = "lo=1 eth0=2 eth1=3",
    .wait = TRUE,
    .expected = "join! 233.252.0.1:5004 on 2, exclude {}\n"
                "join! ff15::1:5004 on 2, exclude {}",
  },
  {
    .name = "open/any",
    .groups = "233.252.0.1",
    .selectors = "*",
    .interfaces = "",
    .then_interfaces = "lo=1 eth0=2 eth1=3 eth2-=4",
    .route = 1,
    .expected = "join 233.252.0.1:5004 on 2, exclude {}\n"
                "join 233.252.0.1:5004 on 3, exclude {}",
  },
  {
    .name = "open/group-names-interface",
    .groups = "233.252.0.1%eth1 233.252.0.2",
    .selectors = "eth0",
    .interfaces = "",
    .then_interfaces = "eth0=2 eth1=3",
    .wait = TRUE,
    .expected = "join! 233.252.0.1:5004 on 3, exclude {}\n"
                "join! 233.252.0.2:5004 on 2, exclude {}",
  },
  {
    .name = "open/loopback-named",
    .groups = "233.252.0.1",
    .selectors = "lo",
    .interfaces = "",
    .then_interfaces = "lo=1 eth0=2",
    .wait = TRUE,
    .expected = "join! 233.252.0.1:5004 on 1, exclude {}",
  },
  {
    .name = "open/waits",
    .groups = "233.252.0.1",
    .selectors = "eth0",
    .interfaces = "",
    .then_interfaces = "lo=1 eth1=3",
    .wait = TRUE,
    .expected = "",
  },
  {
    .name = "open/any-waits",
    .groups = "233.252.0.1",
    .selectors = "*",
    .interfaces = "",
    .then_interfaces = "lo=1",
    .expected = "",
  },

  /* The port of the group, and the socket's. */
  {
    .name = "port/own",
    .groups = "233.252.0.1:6000",
    .selectors = "*",
    .interfaces = "",
    .then_interfaces = "eth0=2",
    .expected = "join 233.252.0.1:6000 on 2, exclude {}",
  },
  {
    .name = "port/two-of-one-group",
    .groups = "233.252.0.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "233.252.0.1 233.252.0.1:6000",
    .expected = "keep 233.252.0.1:5004 on 2, exclude {}\n"
                "join 233.252.0.1:6000 on 2, exclude {}",
  },
  {
    .name = "port/written-out",
    .groups = "233.252.0.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "233.252.0.1 233.252.0.1:5004",
    .expected = "keep 233.252.0.1:5004 on 2, exclude {}",
  },

  /* Several selectors for one interface. */
  {
    .name = "selectors/name-and-index",
    .groups = "233.252.0.1",
    .selectors = "eth0 2",
    .interfaces = "",
    .then_interfaces = "eth0=2",
    .wait = TRUE,
    .expected = "join! 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "selectors/any-and-name",
    .groups = "233.252.0.1",
    .selectors = "* eth0",
    .interfaces = "",
    .then_interfaces = "eth0=2 eth1=3",
    .wait = TRUE,
    .expected = "join! 233.252.0.1:5004 on 2, exclude {}\n"
                "join 233.252.0.1:5004 on 3, exclude {}",
  },
  {
    .name = "selectors/added",
    .groups = "233.252.0.1",
    .selectors = "eth0",
    .interfaces = "eth0=2 eth1=3",
    .then_selectors = "eth0 eth1",
    .expected = "keep! 233.252.0.1:5004 on 2, exclude {}\n"
                "join! 233.252.0.1:5004 on 3, exclude {}",
  },
  {
    .name = "selectors/removed",
    .groups = "233.252.0.1 233.252.0.2",
    .selectors = "eth0 eth1",
    .interfaces = "eth0=2 eth1=3",
    .then_selectors = "eth1",
    .expected = "leave 233.252.0.1:5004 on 2, exclude {}\n"
                "leave 233.252.0.2:5004 on 2, exclude {}\n"
                "keep! 233.252.0.1:5004 on 3, exclude {}\n"
                "keep! 233.252.0.2:5004 on 3, exclude {}",
  },
  {
    .name = "selectors/one-of-two-removed",
    .groups = "233.252.0.1",
    .selectors = "eth0 2",
    .interfaces = "eth0=2",
    .then_selectors = "2",
    .expected = "keep! 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "selectors/all-removed",
    .groups = "233.252.0.1 233.252.0.2%eth0",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_selectors = "",
    .expected = "leave 233.252.0.1:5004 on 2, exclude {}\n"
                "keep! 233.252.0.2:5004 on 2, exclude {}",
  },

  /* The route of the default selection. */
  {
    .name = "default/without-route",
    .groups = "233.252.0.1",
    .selectors = "default",
    .interfaces = "",
    .then_interfaces = "lo=1 eth0=2",
    .expected = "join 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "default/route-to-lo",
    .groups = "233.252.0.1",
    .selectors = "default",
    .interfaces = "",
    .then_interfaces = "lo=1 eth0=2",
    .route = 1,
    .expected = "join 233.252.0.1:5004 on 1, exclude {}\n"
                "join 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "default/route-elsewhere",
    .groups = "233.252.0.1",
    .selectors = "default",
    .interfaces = "",
    .then_interfaces = "lo=1 eth0-=2",
    .route = 2,
    .expected = "",
  },
  {
    .name = "default/route-to-unknown",
    .groups = "233.252.0.1",
    .selectors = "default",
    .interfaces = "",
    .then_interfaces = "lo=1 eth0=2",
    .route = 7,
    .expected = "join 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "default/not-for-a-group-that-names-one",
    .groups = "233.252.0.1%eth0",
    .selectors = "default",
    .interfaces = "",
    .then_interfaces = "lo=1 eth0=2",
    .route = 1,
    .wait = TRUE,
    .expected = "join! 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "default/route-to-lo-of-a-named-group",
    .groups = "233.252.0.1",
    .selectors = "default",
    .interfaces = "lo=1 eth0=2",
    .then_groups = "233.252.0.1 233.252.0.1%lo",
    .route = 1,
    .expected = "keep! 233.252.0.1:5004 on 1, exclude {}\n"
                "keep 233.252.0.1:5004 on 2, exclude {}",
  },

  /* Groups that come and go. */
  {
    .name = "groups/joined",
    .groups = "233.252.0.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "233.252.0.1 233.252.0.2",
    .expected = "keep 233.252.0.1:5004 on 2, exclude {}\n"
                "join 233.252.0.2:5004 on 2, exclude {}",
  },
  {
    .name = "groups/left",
    .groups = "233.252.0.1 233.252.0.2",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "233.252.0.2",
    .expected = "leave 233.252.0.1:5004 on 2, exclude {}\n"
                "keep 233.252.0.2:5004 on 2, exclude {}",
  },
  {
    .name = "groups/all-left",
    .groups = "233.252.0.1 ff15::1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "",
    .expected = "leave 233.252.0.1:5004 on 2, exclude {}\n"
                "leave ff15::1:5004 on 2, exclude {}",
  },
  {
    .name = "groups/left-with-interface",
    .groups = "233.252.0.1%eth0 233.252.0.1%eth1",
    .selectors = "",
    .interfaces = "eth0=2 eth1=3",
    .then_groups = "233.252.0.1%eth1",
    .expected = "leave 233.252.0.1:5004 on 2, exclude {}\n"
                "keep! 233.252.0.1:5004 on 3, exclude {}",
  },

  /* Interfaces that come and go. */
  {
    .name = "interfaces/appears",
    .groups = "233.252.0.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_interfaces = "eth0=2 eth1=3",
    .expected = "keep 233.252.0.1:5004 on 2, exclude {}\n"
                "join 233.252.0.1:5004 on 3, exclude {}",
  },
  {
    .name = "interfaces/gone",
    .groups = "233.252.0.1 ff15::1",
    .selectors = "eth0",
    .interfaces = "eth0=2 eth1=3",
    .then_interfaces = "eth1=3",
    .expected = "retire 233.252.0.1:5004 on 2, exclude {}\n"
                "retire ff15::1:5004 on 2, exclude {}",
  },
  {
    .name = "interfaces/recreated",
    .groups = "233.252.0.1",
    .selectors = "eth0",
    .interfaces = "eth0=2/1",
    .then_interfaces = "eth0=3/2",
    .expected = "retire 233.252.0.1:5004 on 2, exclude {}\n"
                "join! 233.252.0.1:5004 on 3, exclude {}",
  },
  {
    .name = "interfaces/recreated-with-the-same-index",
    .groups = "233.252.0.1 ff15::1",
    .selectors = "eth0",
    .interfaces = "eth0=2/1",
    .then_interfaces = "eth0=2/2",
    .expected = "leave-stale 233.252.0.1:5004 on 2, exclude {}\n"
                "leave-stale ff15::1:5004 on 2, exclude {}\n"
                "join! 233.252.0.1:5004 on 2, exclude {}\n"
                "join! ff15::1:5004 on 2, exclude {}",
  },
  {
    .name = "interfaces/index-taken-by-another",
    .groups = "233.252.0.1",
    .selectors = "eth0",
    .interfaces = "eth0=2/1",
    .then_interfaces = "eth1=2/2",
    .expected = "leave-stale 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "interfaces/ipv6-away-and-back",
    .groups = "233.252.0.1 ff15::1",
    .selectors = "*",
    .interfaces = "eth0=2/1/1",
    .then_interfaces = "eth0=2/1/2",
    .expected = "leave-stale ff15::1:5004 on 2, exclude {}\n"
                "keep 233.252.0.1:5004 on 2, exclude {}\n"
                "join ff15::1:5004 on 2, exclude {}",
  },
  {
    .name = "interfaces/carrier-returns",
    .groups = "233.252.0.1 ff15::1",
    .selectors = "eth0",
    .interfaces = "eth0=2/1/1/0",
    .then_interfaces = "eth0=2/1/1/1",
    .expected = "refresh! 233.252.0.1:5004 on 2, exclude {}\n"
                "keep! ff15::1:5004 on 2, exclude {}",
  },
  {
    .name = "interfaces/carrier-returns-and-filter-changes",
    .groups = "192.0.2.1@233.252.0.1",
    .selectors = "eth0",
    .interfaces = "eth0=2/1/1/0",
    .then_groups = "192.0.2.2@233.252.0.1",
    .then_interfaces = "eth0=2/1/1/1",
    .expected = "filter! 233.252.0.1:5004 on 2, include {192.0.2.2}",
  },
  {
    .name = "interfaces/enters-vrf",
    .groups = "233.252.0.1 ff15::1",
    .selectors = "eth0",
    .interfaces = "eth0=2",
    .then_interfaces = "eth0=2^9",
    .expected = "rejoin! 233.252.0.1:5004 on 2, exclude {}\n"
                "rejoin! ff15::1:5004 on 2, exclude {}",
  },
  {
    .name = "interfaces/down",
    .groups = "233.252.0.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_interfaces = "eth0-=2",
    .expected = "keep 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "interfaces/renamed-out",
    .groups = "233.252.0.1",
    .selectors = "eth0",
    .interfaces = "eth0=2",
    .then_interfaces = "away=2",
    .expected = "leave 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "interfaces/renamed-of-any",
    .groups = "233.252.0.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_interfaces = "lan=2",
    .expected = "keep 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "interfaces/names-swapped",
    .groups = "233.252.0.1",
    .selectors = "eth0",
    .interfaces = "eth0=2 eth1=3",
    .then_interfaces = "eth1=2 eth0=3",
    .expected = "leave 233.252.0.1:5004 on 2, exclude {}\n"
                "join! 233.252.0.1:5004 on 3, exclude {}",
  },
  {
    .name = "interfaces/loses-route-to-lo",
    .groups = "233.252.0.1",
    .selectors = "eth0",
    .interfaces = "lo=1 eth0=2",
    .then_selectors = "eth0 default",
    .expected = "keep! 233.252.0.1:5004 on 2, exclude {}",
  },

  /* Source filters. */
  {
    .name = "filters/own",
    .groups = "192.0.2.1+192.0.2.2@232.1.1.1",
    .selectors = "*",
    .interfaces = "",
    .then_interfaces = "eth0=2",
    .expected = "join 232.1.1.1:5004 on 2, include {192.0.2.1, 192.0.2.2}",
  },
  {
    .name = "filters/source-added",
    .groups = "192.0.2.1@232.1.1.1",
    .selectors = "*",
    .interfaces = "eth0=2 eth1=3",
    .then_groups = "192.0.2.1@232.1.1.1 192.0.2.2@232.1.1.1",
    .expected = "filter 232.1.1.1:5004 on 2, include {192.0.2.1, 192.0.2.2}\n"
                "filter 232.1.1.1:5004 on 3, include {192.0.2.1, 192.0.2.2}",
  },
  {
    .name = "filters/source-removed",
    .groups = "192.0.2.1@232.1.1.1 192.0.2.2@232.1.1.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "192.0.2.2@232.1.1.1",
    .expected = "filter 232.1.1.1:5004 on 2, include {192.0.2.2}",
  },
  {
    .name = "filters/common-source",
    .groups = "192.0.2.1+192.0.2.2@232.1.1.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "192.0.2.1+192.0.2.2@232.1.1.1 192.0.2.2+192.0.2.3@232.1.1.1",
    .expected = "filter 232.1.1.1:5004 on 2, include {192.0.2.1, 192.0.2.2, 192.0.2.3}",
  },
  {
    .name = "filters/listed-already",
    .groups = "192.0.2.1+192.0.2.2@232.1.1.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "192.0.2.1+192.0.2.2@232.1.1.1 192.0.2.2@232.1.1.1",
    .expected = "keep 232.1.1.1:5004 on 2, include {192.0.2.1, 192.0.2.2}",
  },
  {
    .name = "filters/any-source-and-one",
    .groups = "192.0.2.1@233.252.0.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "192.0.2.1@233.252.0.1 233.252.0.1",
    .expected = "filter 233.252.0.1:5004 on 2, exclude {}",
  },
  {
    .name = "filters/of-one-interface",
    .groups = "192.0.2.1@233.252.0.1",
    .selectors = "*",
    .interfaces = "eth0=2 eth1=3",
    .then_groups = "192.0.2.1@233.252.0.1 192.0.2.2@233.252.0.1%eth0",
    .expected = "filter! 233.252.0.1:5004 on 2, include {192.0.2.1, 192.0.2.2}\n"
                "keep 233.252.0.1:5004 on 3, include {192.0.2.1}",
  },
  {
    .name = "filters/of-another-port",
    .groups = "192.0.2.1@233.252.0.1",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "192.0.2.1@233.252.0.1 192.0.2.2@233.252.0.1:6000",
    .expected = "keep 233.252.0.1:5004 on 2, include {192.0.2.1}\n"
                "join 233.252.0.1:6000 on 2, include {192.0.2.2}",
  },

  /* IPv6 has one filter for a group and an OS socket. */
  {
    .name = "agreement/all-change",
    .groups = "2001:db8::1@ff35::1",
    .selectors = "*",
    .interfaces = "eth0=2 eth1=3",
    .then_groups = "2001:db8::1@ff35::1 2001:db8::2@ff35::1",
    .expected = "filter ff35::1:5004 on 2, include {2001:db8::1, 2001:db8::2}\n"
                "filter ff35::1:5004 on 3, include {2001:db8::1, 2001:db8::2}",
  },
  {
    .name = "agreement/one-changes",
    .groups = "2001:db8::1@ff35::1",
    .selectors = "*",
    .interfaces = "eth0=2 eth1=3 eth2=4",
    .then_groups = "2001:db8::1@ff35::1 2001:db8::2@ff35::1%eth0",
    .expected = "keep ff35::1:5004 on 3, include {2001:db8::1}\n"
                "keep ff35::1:5004 on 4, include {2001:db8::1}\n"
                "rejoin! ff35::1:5004 on 2, include {2001:db8::1, 2001:db8::2}",
  },
  {
    .name = "agreement/all-change-differently",
    .groups = "2001:db8::1@ff35::1%eth0 2001:db8::1@ff35::1%eth1",
    .selectors = "",
    .interfaces = "eth0=2 eth1=3",
    .then_groups = "2001:db8::2@ff35::1%eth0 2001:db8::3@ff35::1%eth1",
    .expected = "filter! ff35::1:5004 on 2, include {2001:db8::2}\n"
                "rejoin! ff35::1:5004 on 3, include {2001:db8::3}",
  },
  {
    .name = "agreement/only-one-interface",
    .groups = "2001:db8::1@ff35::1",
    .selectors = "eth0",
    .interfaces = "eth0=2 eth1=3",
    .then_groups = "2001:db8::2@ff35::1",
    .expected = "filter! ff35::1:5004 on 2, include {2001:db8::2}",
  },
  {
    .name = "agreement/other-group",
    .groups = "2001:db8::1@ff35::1 2001:db8::1@ff35::2",
    .selectors = "*",
    .interfaces = "eth0=2",
    .then_groups = "2001:db8::1@ff35::1 2001:db8::2@ff35::2",
    .expected = "keep ff35::1:5004 on 2, include {2001:db8::1}\n"
                "filter ff35::2:5004 on 2, include {2001:db8::2}",
  },
  {
    .name = "agreement/not-with-what-is-left",
    .groups = "2001:db8::1@ff35::1%eth0 2001:db8::1@ff35::1%eth1",
    .selectors = "",
    .interfaces = "eth0=2 eth1=3",
    .then_groups = "2001:db8::2@ff35::1%eth1",
    .expected = "leave ff35::1:5004 on 2, include {2001:db8::1}\n"
                "filter! ff35::1:5004 on 3, include {2001:db8::2}",
  },
  {
    .name = "agreement/not-for-ipv4",
    .groups = "192.0.2.1@232.1.1.1",
    .selectors = "*",
    .interfaces = "eth0=2 eth1=3",
    .then_groups = "192.0.2.1@232.1.1.1 192.0.2.2@232.1.1.1%eth0",
    .expected = "filter! 232.1.1.1:5004 on 2, include {192.0.2.1, 192.0.2.2}\n"
                "keep 232.1.1.1:5004 on 3, include {192.0.2.1}",
  },
};

static void
test_case (gconstpointer data)
{
  const Case *this = data;
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (GPtrArray) steps = NULL;
  g_autoptr (GError) error = NULL;

  scene->wait = this->wait;
  scene->route = this->route;
  scene_open (scene, this->groups, this->selectors, this->interfaces);
  scene_change (scene, this->then_groups, this->then_selectors, this->then_interfaces);
  steps = scene_plan (scene, NULL, &error);
  g_assert_no_error (error);
  assert_plan (steps, this->expected);
}

/* Once a plan is carried out, the next one changes nothing. */
static void
test_settled (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *this = &cases[i];
      g_autoptr (Scene) scene = scene_new ();
      g_autoptr (GPtrArray) again = NULL;

      g_test_message ("%s", this->name);
      scene->wait = this->wait;
      scene->route = this->route;
      scene_open (scene, this->groups, this->selectors, this->interfaces);
      scene_open (scene, this->then_groups, this->then_selectors, this->then_interfaces);
      again = scene_plan (scene, NULL, NULL);
      for (guint j = 0; j < again->len; j++)
        g_assert_cmpint (((McastRxStep *) again->pdata[j])->action, ==, MCAST_RX_KEEP);
      g_assert_cmpuint (again->len, ==, g_hash_table_size (scene->paths));
    }
}

/* --- Missing interfaces ------------------------------------------------------------------ */

static void
assert_no_plan (Scene *scene, const char *name)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (scene_plan (scene, NULL, &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE);
  g_assert_nonnull (strstr (error->message, name));
  g_assert_nonnull (strstr (error->message, "eth0"));
}

static void
test_missing (void)
{
  g_autoptr (Scene) scene = scene_new ();

  scene_change (scene, "233.252.0.1", "eth0 eth7", "eth0=2 eth1=3");
  assert_no_plan (scene, "eth7");
}

/* Nothing is planned for the others either: they stay as they are. */
static void
test_missing_of_group (void)
{
  g_autoptr (Scene) scene = scene_new ();

  scene_open (scene, "233.252.0.1", "eth0", "eth0=2");
  scene_change (scene, "233.252.0.2%eth7", NULL, NULL);
  assert_no_plan (scene, "eth7");
}

static void
test_missing_address (void)
{
  g_autoptr (Scene) scene = scene_new ();

  scene_change (scene, "233.252.0.1", "192.0.2.77", "eth0=2");
  assert_no_plan (scene, "192.0.2.77");
}

/* An interface that was present once is waited for, whatever the socket says. */
static void
test_missing_again (void)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (GPtrArray) away = NULL;
  g_autoptr (GPtrArray) back = NULL;

  scene_open (scene, "233.252.0.1", "eth0", "eth0=2");
  scene_change (scene, NULL, NULL, "eth1=3");
  away = scene_plan (scene, NULL, NULL);
  assert_plan (away, "retire 233.252.0.1:5004 on 2, exclude {}");
  scene_carry_out (scene, away, TRUE);
  scene_change (scene, NULL, NULL, "eth0=2/7 eth1=3");
  back = scene_plan (scene, NULL, NULL);
  assert_plan (back, "join! 233.252.0.1:5004 on 2, exclude {}");
}

/* --- Failures ---------------------------------------------------------------------------- */

/* A path that could not be joined is tried again, kept apart from the joined ones, and
 * forgotten when it is not wanted or its interface is recreated. */
static void
test_not_joined (void)
{
  static const struct
  {
    const char *groups;
    const char *interfaces;
    const char *expected;
  } changes[] = {
    { NULL, NULL, "join! 2001:db8::1@ff35::1" },
    { "", NULL, "forget" },
    { NULL, "eth1=3", "forget" },
    { NULL, "eth0=2/9", "forget join!" },
    { "2001:db8::2@ff35::1", NULL, "join!" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (Scene) scene = scene_new ();
      g_autoptr (GPtrArray) first = NULL;
      g_autoptr (GPtrArray) steps = NULL;
      g_auto (GStrv) actions = NULL;

      scene_change (scene, "2001:db8::1@ff35::1", "eth0", "eth0=2");
      first = scene_plan (scene, NULL, NULL);
      scene_carry_out (scene, first, FALSE);
      scene_change (scene, changes[i].groups, NULL, changes[i].interfaces);
      steps = scene_plan (scene, NULL, NULL);
      actions = g_strsplit (changes[i].expected, " ", -1);
      if (i == 0)
        g_clear_pointer (&actions[1], g_free);
      g_assert_cmpuint (steps->len, ==, g_strv_length (actions));
      for (guint j = 0; j < steps->len; j++)
        {
          g_autofree char *line = step_to_string (steps->pdata[j]);

          g_assert_true (g_str_has_prefix (line, actions[j]));
        }
    }
}

/* A filter that the kernel refused is tried again. */
static void
test_filter_refused (void)
{
  g_autoptr (Scene) scene = scene_new ();

  scene_open (scene, "192.0.2.1@232.1.1.1", "eth0", "eth0=2");
  scene_change (scene, "192.0.2.2@232.1.1.1", NULL, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) steps = scene_plan (scene, NULL, NULL);

      assert_plan (steps, "filter! 232.1.1.1:5004 on 2, include {192.0.2.2}");
    }
}

/* Where a refused filter has left two on one OS socket, one of them moves. */
static void
test_disagreement_is_resolved (void)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) steps = NULL;

  scene_open (scene, "2001:db8::1@ff35::1%eth0 2001:db8::1@ff35::1%eth1", "", "eth0=2 eth1=3");
  scene_change (scene, "2001:db8::2@ff35::1%eth0 2001:db8::1@ff35::1%eth1", NULL, NULL);
  first = scene_plan (scene, NULL, NULL);
  for (guint i = 0; i < first->len; i++)
    {
      McastRxStep *step = first->pdata[i];

      step->action = MCAST_RX_SET_FILTER;
      carry_out_step (scene, step, TRUE);
    }
  steps = scene_plan (scene, NULL, NULL);
  assert_plan (steps, "keep! ff35::1:5004 on 3, include {2001:db8::1}\n"
                      "rejoin! ff35::1:5004 on 2, include {2001:db8::2}");
}

/* --- One group only ---------------------------------------------------------------------- */

static void
test_only (void)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (GPtrArray) steps = NULL;
  McastAddress only;

  scene_open (scene, "233.252.0.1 233.252.0.2 233.252.0.3", "default", "lo=1 eth0=2 eth1=3");
  scene_change (scene, "192.0.2.1@233.252.0.2 192.0.2.1@233.252.0.4", NULL, NULL);
  g_assert_true (_mcast_address_parse ("233.252.0.2", &only));
  steps = scene_plan (scene, &only, NULL);
  assert_plan (steps, "filter 233.252.0.2:5004 on 2, include {192.0.2.1}\n"
                      "filter 233.252.0.2:5004 on 3, include {192.0.2.1}");
  g_assert_cmpuint (scene->routes_asked->len, ==, 1);
  g_assert_cmpstr (scene->routes_asked->pdata[0], ==, "233.252.0.2");
}

/* Another group that is missing its interface is not its business. */
static void
test_only_is_left (void)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (GPtrArray) steps = NULL;
  McastAddress only;

  scene_open (scene, "233.252.0.1 233.252.0.2", "eth0", "eth0=2");
  scene_change (scene, "233.252.0.1", NULL, "");
  g_assert_true (_mcast_address_parse ("233.252.0.2", &only));
  steps = scene_plan (scene, &only, NULL);
  assert_plan (steps, "retire 233.252.0.2:5004 on 2, exclude {}");
}

/* --- Order ------------------------------------------------------------------------------- */

/* Slots are given back before others are taken, filters are settled before paths move, and groups
 * are joined in the order in which they are wanted. */
static void
test_order (void)
{
  static const char *const expected[] = {
    "retire 233.252.0.8:5004 on 4, exclude {}",
    "leave-stale 233.252.0.7:5004 on 2, exclude {}",
    "leave 233.252.0.9:5004 on 3, exclude {}",
    "keep! ff35::1:5004 on 3, include {2001:db8::1}",
    "filter! 233.252.0.6:5004 on 3, include {192.0.2.1}",
    "rejoin! ff35::1:5004 on 5, include {2001:db8::2}",
    "join! 233.252.0.7:5004 on 2, exclude {}",
    "join! 233.252.0.3:5004 on 3, exclude {}",
    "join! 233.252.0.2:5004 on 3, exclude {}",
    "join! 233.252.0.1:5004 on 3, exclude {}",
  };
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (GPtrArray) steps = NULL;
  g_autoptr (GPtrArray) lines = NULL;

  scene_open (scene,
              "2001:db8::1@ff35::1%d 2001:db8::1@ff35::1%b 233.252.0.6%b 233.252.0.7%a "
              "233.252.0.8%c 233.252.0.9%b",
              "", "a=2/1 b=3 c=4 d=5");
  scene_change (scene,
                "2001:db8::2@ff35::1%d 2001:db8::1@ff35::1%b 192.0.2.1@233.252.0.6%b 233.252.0.7%a "
                "233.252.0.8%c 233.252.0.3%b 233.252.0.2%b 233.252.0.1%b",
                NULL, "a=2/2 b=3 d=5");
  steps = scene_plan (scene, NULL, NULL);
  lines = plan_to_lines (steps);
  g_assert_cmpuint (lines->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < lines->len; i++)
    g_assert_cmpstr (lines->pdata[i], ==, expected[i]);
}

/* A path follows its interface: what is kept has the interface as it is now. */
static void
test_interface_is_current (void)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (GPtrArray) steps = NULL;
  McastRxStep *step;

  scene_open (scene, "233.252.0.1", "*", "eth0=2");
  scene_change (scene, NULL, NULL, "lan=2");
  steps = scene_plan (scene, NULL, NULL);
  step = steps->pdata[0];
  g_assert_cmpstr (mcast_interface_get_name (step->iface), ==, "lan");
  g_assert_nonnull (step->path);
}

/* Each of many groups is planned once on each of many interfaces. */
static void
test_many (void)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (GPtrArray) steps = NULL;
  GString *interfaces = g_string_new ("");

  for (guint i = 2; i < 300; i++)
    g_string_append_printf (interfaces, "eth%u=%u ", i, i);
  scene_change (scene, "", "*", interfaces->str);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *group = g_strdup_printf ("233.252.%u.%u", i / 200, 1 + i % 200);

      change_group (scene, group, TRUE);
    }
  steps = scene_plan (scene, NULL, NULL);
  g_assert_cmpuint (steps->len, ==, 100 * 298);
  g_string_free (interfaces, TRUE);
}

/* --- OS sockets -------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  const char *bound_to;
  guint port;
  gboolean is_foreign;
  gboolean is_full;
  guint n_paths;
  const char *path;
  gboolean can_take;
} Room;

static const Room rooms[] = {
  { "bound", "233.252.0.1", PORT, FALSE, FALSE, 0, "233.252.0.1", TRUE },
  { "bound/other-group", "233.252.0.1", PORT, FALSE, FALSE, 0, "233.252.0.2", FALSE },
  { "bound/other-port", "233.252.0.1", 6000, FALSE, FALSE, 0, "233.252.0.1", FALSE },
  { "bound/port-of-group", "233.252.0.1", 6000, FALSE, FALSE, 0, "233.252.0.1:6000", TRUE },
  { "bound/many", "233.252.0.1", PORT, FALSE, FALSE, 1000, "233.252.0.1", TRUE },
  { "bound/full", "233.252.0.1", PORT, FALSE, TRUE, 7, "233.252.0.1", FALSE },
  { "bound/ipv6", "ff15::1", PORT, FALSE, FALSE, 7, "ff15::1", TRUE },
  { "bound/other-family", "ff15::1", PORT, FALSE, FALSE, 0, "233.252.0.1", FALSE },
  { "shared", "0.0.0.0", PORT, FALSE, FALSE, 19, "233.252.0.1", TRUE },
  { "shared/20", "0.0.0.0", PORT, FALSE, FALSE, 20, "233.252.0.1", FALSE },
  { "shared/full", "0.0.0.0", PORT, FALSE, TRUE, 1, "233.252.0.1", FALSE },
  { "shared/other-port", "0.0.0.0", PORT, FALSE, FALSE, 1, "233.252.0.1:6000", FALSE },
  { "shared/other-family", "0.0.0.0", PORT, FALSE, FALSE, 1, "ff15::1", FALSE },
  { "shared/ipv6", "::", PORT, FALSE, FALSE, 19, "ff15::1", TRUE },
  { "shared/ipv6/20", "::", PORT, FALSE, FALSE, 20, "ff15::1", FALSE },
  { "foreign/20", "0.0.0.0", PORT, TRUE, FALSE, 20, "233.252.0.1", TRUE },
  { "foreign/full", "0.0.0.0", PORT, TRUE, TRUE, 20, "233.252.0.1", FALSE },
};

static McastRxPath *
path_of (const char *text, guint index)
{
  g_autoptr (McastGroup) group = mcast_group_parse (text, NULL);
  g_autofree char *name = g_strdup_printf ("eth%u=%u", index, index);
  g_autoptr (McastInterface) iface = interface_of (name);
  McastRxCounters *counters = _mcast_rx_counters_new (0);
  const McastRxPathKey key = {
    .group = *_mcast_group_address (group),
    .port = mcast_group_get_port (group) != 0 ? mcast_group_get_port (group) : PORT,
    .interface_index = index,
  };
  McastRxPath *path = _mcast_rx_path_new (&key, iface, _mcast_group_filter (group), counters);

  _mcast_rx_counters_unref (counters);
  return path;
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastRxPath, _mcast_rx_path_free)

static McastRxEndpointState
endpoint_with (const char *bound_to, guint port, GPtrArray *paths)
{
  McastRxEndpointState state = { .port = port, .paths = paths };

  g_assert_true (_mcast_address_parse (bound_to, &state.bind_address));
  return state;
}

static GPtrArray *
paths_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_rx_path_free);
}

static void
test_room (gconstpointer data)
{
  const Room *room = data;
  gboolean ipv6 = strchr (room->bound_to, ':') != NULL;
  g_autoptr (GPtrArray) paths = paths_new ();
  g_autoptr (McastRxPath) path = path_of (room->path, 2);
  McastRxEndpointState state = endpoint_with (room->bound_to, room->port, paths);

  for (guint i = 0; i < room->n_paths; i++)
    g_ptr_array_add (paths, path_of (ipv6 ? "ff15::77" : "233.252.0.77", 3 + i));
  state.is_foreign = room->is_foreign;
  state.is_full = room->is_full;
  g_assert_cmpint (_mcast_rx_plan_can_take (&state, path), ==, room->can_take);
}

/* The memberships of one IPv6 group on one OS socket have one filter. */
static void
test_room_and_filters (void)
{
  static const struct
  {
    const char *present;
    const char *path;
    gboolean can_take;
  } pairs[] = {
    { "ff15::1", "ff15::1", TRUE },
    { "ff15::1", "2001:db8::1@ff15::1", FALSE },
    { "2001:db8::1@ff15::1", "2001:db8::1@ff15::1", TRUE },
    { "2001:db8::2@ff15::1", "2001:db8::1@ff15::1", FALSE },
    { "!2001:db8::1@ff15::1", "2001:db8::1@ff15::1", FALSE },
    { "ff15::2", "2001:db8::1@ff15::1", TRUE },
    { "233.252.0.1", "192.0.2.1@233.252.0.1", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      gboolean ipv6 = strchr (pairs[i].path, ':') != NULL;
      g_autoptr (GPtrArray) paths = paths_new ();
      g_autoptr (McastRxPath) path = path_of (pairs[i].path, 2);
      McastRxEndpointState state = endpoint_with (ipv6 ? "::" : "0.0.0.0", PORT, paths);

      g_test_message ("%s beside %s", pairs[i].path, pairs[i].present);
      g_ptr_array_add (paths, path_of (ipv6 ? "ff15::77" : "233.252.0.77", 3));
      g_ptr_array_add (paths, path_of (pairs[i].present, 3));
      g_assert_cmpint (_mcast_rx_plan_can_take (&state, path), ==, pairs[i].can_take);
    }
}

/* A new OS socket is bound to its group while a sixteenth of the descriptors suffices. */
static void
test_binding (void)
{
  static const struct
  {
    const char *group;
    guint n_bound;
    guint limit;
    gboolean binds;
  } choices[] = {
    { "233.252.0.1", 0, 1024, TRUE },   { "233.252.0.1", 63, 1024, TRUE },
    { "233.252.0.1", 64, 1024, FALSE }, { "233.252.0.1", 0, 16, TRUE },
    { "233.252.0.1", 1, 16, FALSE },    { "233.252.0.1", 0, 15, FALSE },
    { "233.252.0.1", 0, 0, FALSE },     { "ff15::1", 0, 1024, TRUE },
    { "ff15::1", 64, 1024, FALSE },     { "ff12::1", 0, 1024, FALSE },
    { "ff02::fb", 0, 1024, FALSE },     { "224.0.0.251", 0, 1024, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      McastAddress group;

      g_assert_true (_mcast_address_parse (choices[i].group, &group));
      g_test_message ("%s, %u of %u", choices[i].group, choices[i].n_bound, choices[i].limit);
      g_assert_cmpint (_mcast_rx_plan_binds_to_group (&group, choices[i].n_bound, choices[i].limit),
                       ==, choices[i].binds);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rx-plan/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  for (guint i = 0; i < G_N_ELEMENTS (rooms); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rx-plan/room/%s", rooms[i].name);

      g_test_add_data_func (path, &rooms[i], test_room);
    }
  g_test_add_func ("/rx-plan/room/filters", test_room_and_filters);
  g_test_add_func ("/rx-plan/binding", test_binding);
  g_test_add_func ("/rx-plan/settled", test_settled);
  g_test_add_func ("/rx-plan/missing/named", test_missing);
  g_test_add_func ("/rx-plan/missing/of-group", test_missing_of_group);
  g_test_add_func ("/rx-plan/missing/address", test_missing_address);
  g_test_add_func ("/rx-plan/missing/again", test_missing_again);
  g_test_add_func ("/rx-plan/failed/not-joined", test_not_joined);
  g_test_add_func ("/rx-plan/failed/filter-refused", test_filter_refused);
  g_test_add_func ("/rx-plan/failed/disagreement-is-resolved", test_disagreement_is_resolved);
  g_test_add_func ("/rx-plan/only/changed", test_only);
  g_test_add_func ("/rx-plan/only/left", test_only_is_left);
  g_test_add_func ("/rx-plan/order", test_order);
  g_test_add_func ("/rx-plan/interface-is-current", test_interface_is_current);
  g_test_add_func ("/rx-plan/many", test_many);
  return g_test_run ();
}
