/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

static GPtrArray *
list_all (void)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *interfaces = mcast_interface_list (&error);

  g_assert_no_error (error);
  g_assert_nonnull (interfaces);
  return interfaces;
}

static GPtrArray *
find (const char *const *specifiers, GPtrArray *known)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *found = mcast_interface_find (specifiers, known, &error);

  g_assert_no_error (error);
  g_assert_nonnull (found);
  return found;
}

/* The names of what is found, joined by blanks. */
static char *
find_names (const char *const *specifiers)
{
  g_autoptr (GPtrArray) found = find (specifiers, NULL);
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " " : "",
                            mcast_interface_get_name (found->pdata[i]));
  return g_string_free (names, FALSE);
}

static void
assert_finds (const char *const *specifiers, const char *names)
{
  g_autofree char *found = find_names (specifiers);

  g_assert_cmpstr (found, ==, names);
}

static void
assert_finds_none (const char *const *specifiers, GQuark domain, int code, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = mcast_interface_find (specifiers, NULL, &error);

  g_assert_null (found);
  assert_error_says (error, domain, code, text);
}

/* One interface of a fresh listing. */
static McastInterface *
look_up (const char *name)
{
  g_autoptr (GPtrArray) found = find (WORDS (name), NULL);

  g_assert_cmpuint (found->len, ==, 1);
  return g_object_ref (found->pdata[0]);
}

static gboolean
has_address (McastInterface *iface, const char *text, guint length)
{
  GPtrArray *masks = mcast_interface_get_addresses (iface);

  for (guint i = 0; i < masks->len; i++)
    {
      g_autofree char *address =
        g_inet_address_to_string (g_inet_address_mask_get_address (masks->pdata[i]));

      if (g_str_equal (address, text) && g_inet_address_mask_get_length (masks->pdata[i]) == length)
        return TRUE;
    }
  return FALSE;
}

/* --- What an interface is ---------------------------------------------------------------- */

static void
test_list (World *world)
{
  g_autoptr (GPtrArray) interfaces = list_all ();
  guint last = 0;

  g_assert_cmpuint (interfaces->len, ==, 3);
  for (guint i = 0; i < interfaces->len; i++)
    {
      guint index = mcast_interface_get_index (interfaces->pdata[i]);

      g_assert_cmpuint (index, >, last);
      g_assert_cmpuint (index, ==,
                        netns_index (world->here, mcast_interface_get_name (interfaces->pdata[i])));
      last = index;
    }
}

static void
test_loopback (World *world)
{
  g_autoptr (McastInterface) lo = NULL;

  lo = look_up ("lo");
  g_assert_true (mcast_interface_is_loopback (lo));
  g_assert_true (mcast_interface_is_up (lo));
  g_assert_false (mcast_interface_is_multicast (lo));
  g_assert_false (mcast_interface_is_point_to_point (lo));
  g_assert_true (has_address (lo, "127.0.0.1", 8));
  g_assert_true (has_address (lo, "::1", 128));
}

static void
test_veth (World *world)
{
  g_autoptr (McastInterface) iface = NULL;
  g_autofree char *ipv4 = NULL;
  g_autofree char *ipv6 = NULL;
  g_autofree char *local = NULL;

  netns_ip (world->here, "link set dev v0 address 02:00:00:00:ab:01\nlink set dev v0 mtu 1400\n");
  iface = look_up ("v0");
  ipv4 = netns_ipv4 (world->here, "v0");
  ipv6 = netns_ipv6 (world->here, "v0");
  local = netns_ipv6_local (world->here, "v0");
  g_assert_cmpstr (mcast_interface_get_hardware_address (iface), ==, "02:00:00:00:ab:01");
  g_assert_cmpuint (mcast_interface_get_mtu (iface), ==, 1400);
  g_assert_true (mcast_interface_is_up (iface));
  g_assert_true (mcast_interface_is_running (iface));
  g_assert_true (mcast_interface_is_multicast (iface));
  g_assert_false (mcast_interface_is_loopback (iface));
  g_assert_true (has_address (iface, ipv4, 24));
  g_assert_true (has_address (iface, ipv6, 64));
  g_assert_true (has_address (iface, local, 64));
  g_assert_cmpuint (mcast_interface_get_addresses (iface)->len, ==, 3);
}

static void
test_properties (World *world)
{
  g_autoptr (McastInterface) iface = look_up ("v0");
  g_autofree char *name = NULL;
  g_autofree char *hardware_address = NULL;
  guint index, mtu;
  gboolean up, running, loopback, multicast, point_to_point;

  g_object_get (iface, "name", &name, "index", &index, "mtu", &mtu, "hardware-address",
                &hardware_address, "up", &up, "running", &running, "loopback", &loopback,
                "multicast", &multicast, "point-to-point", &point_to_point, NULL);
  g_assert_cmpstr (name, ==, "v0");
  g_assert_cmpuint (index, ==, mcast_interface_get_index (iface));
  g_assert_cmpuint (mtu, ==, mcast_interface_get_mtu (iface));
  g_assert_cmpstr (hardware_address, ==, mcast_interface_get_hardware_address (iface));
  g_assert_true (up && running && multicast);
  g_assert_false (loopback || point_to_point);
}

static gboolean
is_running (const char *name)
{
  g_autoptr (McastInterface) iface = look_up (name);

  return mcast_interface_is_running (iface);
}

static void
test_down (World *world)
{
  g_autoptr (McastInterface) down = NULL;
  g_autoptr (McastInterface) without_carrier = NULL;

  netns_link_set_down (world->here, "v0");
  netns_link_set_down (world->there, "v1");
  netns_assert_soon (!is_running ("v1"));
  down = look_up ("v0");
  g_assert_false (mcast_interface_is_up (down));
  g_assert_false (mcast_interface_is_running (down));
  without_carrier = look_up ("v1");
  g_assert_true (mcast_interface_is_up (without_carrier));
  g_assert_false (mcast_interface_is_running (without_carrier));
}

/* Of a tunnel it is our end that counts, not the other one. */
static void
test_peer_address (World *world)
{
  g_autoptr (McastInterface) iface = NULL;

  netns_ip (world->here, "addr add 192.0.2.1 peer 192.0.2.2/32 dev v0\n");
  iface = look_up ("v0");
  g_assert_true (has_address (iface, "192.0.2.1", 32));
  g_assert_false (has_address (iface, "192.0.2.2", 32));
  assert_finds (WORDS ("192.0.2.1"), "v0");
  assert_finds_none (WORDS ("192.0.2.2"), MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE, "192.0.2.2");
}

static void
test_several_addresses (World *world)
{
  g_autoptr (McastInterface) iface = NULL;

  netns_address_add (world->here, "v0", "192.0.2.1/24");
  netns_address_add (world->here, "v0", "192.0.2.2/24");
  netns_address_add (world->here, "v0", "2001:db8::1/64");
  iface = look_up ("v0");
  g_assert_cmpuint (mcast_interface_get_addresses (iface)->len, ==, 6);
  g_assert_true (has_address (iface, "192.0.2.1", 24));
  g_assert_true (has_address (iface, "192.0.2.2", 24));
  g_assert_true (has_address (iface, "2001:db8::1", 64));
  assert_finds (WORDS ("192.0.2.1", "192.0.2.2", "2001:db8::1", "v0"), "v0");
}

static void
test_no_address (World *world)
{
  g_autoptr (McastInterface) iface = NULL;

  netns_ip (world->here, "addr flush dev v0\n");
  iface = look_up ("v0");
  g_assert_cmpuint (mcast_interface_get_addresses (iface)->len, ==, 0);
  assert_finds (WORDS ("*"), "v0");
}

/* What was listed stays as it was. */
static void
test_is_a_snapshot (World *world)
{
  g_autoptr (McastInterface) before = look_up ("v0");
  g_autoptr (McastInterface) after = NULL;

  netns_ip (world->here, "link set dev v0 mtu 1300\n");
  after = look_up ("v0");
  g_assert_cmpuint (mcast_interface_get_mtu (before), ==, 1500);
  g_assert_cmpuint (mcast_interface_get_mtu (after), ==, 1300);
}

/* --- Finding ----------------------------------------------------------------------------- */

static void
test_find_by_name_index_address (World *world)
{
  g_autofree char *index = g_strdup_printf ("%u", netns_index (world->here, "v1"));
  g_autofree char *ipv4 = netns_ipv4 (world->here, "v1");
  g_autofree char *ipv6 = netns_ipv6 (world->here, "v1");
  g_autofree char *local = netns_ipv6_local (world->here, "v1");

  assert_finds (WORDS ("v1"), "v1");
  assert_finds (WORDS (index), "v1");
  assert_finds (WORDS (ipv4), "v1");
  assert_finds (WORDS (ipv6), "v1");
  assert_finds (WORDS (local), "v1");
  assert_finds (WORDS ("127.0.0.1"), "lo");
  assert_finds (WORDS ("::1"), "lo");
}

/* Each once, in the order in which they were asked for. */
static void
test_find_several (World *world)
{
  g_autofree char *ipv4 = netns_ipv4 (world->here, "v0");

  assert_finds (WORDS ("v2", ipv4, "v2", "v0", "lo"), "v2 v0 lo");
  assert_finds (WORDS ("v2", "*"), "v2 v0 v1");
  assert_finds (WORDS (NULL), "");
}

static void
test_find_any (World *world)
{
  assert_finds (WORDS ("*"), "v0 v1 v2 v3");
  netns_link_set_down (world->here, "v1");
  netns_ip (world->here, "link set dev v2 multicast off\n");
  assert_finds (WORDS ("*"), "v0 v3");
}

static void
test_find_any_of_none (void)
{
  g_autoptr (Netns) ns = netns_new ();
  NETNS_VISIT (ns);

  assert_finds (WORDS ("*"), "");
}

static void
test_find_same_address_twice (World *world)
{
  netns_address_add (world->here, "v0", "192.0.2.7/24");
  netns_address_add (world->here, "v2", "192.0.2.7/24");
  netns_address_add (world->here, "v0", "fe80::7/64");
  netns_address_add (world->here, "v1", "fe80::7/64");
  assert_finds (WORDS ("192.0.2.7"), "v0 v2");
  assert_finds (WORDS ("fe80::7"), "v0 v1");
  assert_finds (WORDS ("v1", "fe80::7"), "v1 v0");
}

static void
test_find_scope (World *world)
{
  g_autofree char *by_index = NULL;

  netns_address_add (world->here, "v0", "fe80::7/64");
  netns_address_add (world->here, "v1", "fe80::7/64");
  by_index = g_strdup_printf ("fe80::7%%%u", netns_index (world->here, "v1"));
  assert_finds (WORDS ("fe80::7%v1"), "v1");
  assert_finds (WORDS (by_index), "v1");
  assert_finds_none (WORDS ("fe80::7%lo"), MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE,
                     "fe80::7%lo");
  assert_finds_none (WORDS ("fe80::8%v1"), MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE,
                     "fe80::8%v1");
}

/* Addresses have many texts. */
static void
test_find_other_texts (World *world)
{
  netns_address_add (world->here, "v0", "2001:db8::a/64");
  assert_finds (WORDS ("2001:DB8:0:0:0:0:0:A"), "v0");
  assert_finds (WORDS ("2001:db8::000a"), "v0");
}

/* A name comes before an index, and an index before an address. */
static void
test_find_digits_as_name (World *world)
{
  g_autofree char *index = g_strdup_printf ("%u", netns_index (world->here, "v1"));

  assert_finds (WORDS (index), "v1");
  netns_link_rename (world->here, "v0", index);
  assert_finds (WORDS (index), index);
  netns_link_rename (world->here, index, "192.0.2.9");
  netns_address_add (world->here, "v1", "192.0.2.9/24");
  assert_finds (WORDS ("192.0.2.9"), "192.0.2.9");
}

static void
test_find_known (World *world)
{
  g_autoptr (GPtrArray) known = list_all ();
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) missing = NULL;
  g_autoptr (GError) error = NULL;

  netns_link_rename (world->here, "v1", "new");
  found = find (WORDS ("v1"), known);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpint (g_ptr_array_find (known, found->pdata[0], NULL), ==, TRUE);

  missing = mcast_interface_find (WORDS ("new"), known, &error);
  g_assert_null (missing);
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE);
}

/* A list is searched as it is, even an empty one. */
static void
test_find_known_empty (World *world)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  g_autoptr (GPtrArray) any = find (WORDS ("*"), known);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (any->len, ==, 0);
  g_assert_null (mcast_interface_find (WORDS ("v0"), known, &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE);
}

static void
test_find_missing (World *world)
{
  assert_finds_none (WORDS ("v0", "eth7"), MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE, "eth7");
  assert_finds_none (WORDS ("eth7"), MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE, "v0");
  assert_finds_none (WORDS ("4711"), MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE, "4711");
  assert_finds_none (WORDS ("0"), MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE, "0");
  assert_finds_none (WORDS ("192.0.2.200"), MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE,
                     "192.0.2.200");
  assert_finds_none (WORDS ("2001:db8::99"), MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE,
                     "2001:db8::99");
}

static void
test_find_nonsense (void)
{
  static const char *const nonsense[] = { "",         " ",           "v0 ",      "eth0/1", "a/b",
                                          ".",        "..",          "eth0/",    "v0%v0",  "v 0",
                                          "fe80::1%", "fe80::1%a/b", "1.2.3.4%", "v0\n",   "**\t" };

  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    assert_finds_none (WORDS (nonsense[i]), G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, nonsense[i]);
}

/* --- The default ------------------------------------------------------------------------- */

static void
assert_default (GSocketFamily family, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastInterface) iface = mcast_interface_get_default (family, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (iface != NULL ? mcast_interface_get_name (iface) : NULL, ==, name);
}

static void
test_default_missing (World *world)
{
  assert_default (G_SOCKET_FAMILY_IPV4, NULL);
  assert_default (G_SOCKET_FAMILY_IPV6, NULL);
}

static void
test_default (World *world)
{
  netns_add_default_route (world->here, G_SOCKET_FAMILY_IPV4, "v0");
  netns_add_default_route (world->here, G_SOCKET_FAMILY_IPV6, "v1");
  assert_default (G_SOCKET_FAMILY_IPV4, "v0");
  assert_default (G_SOCKET_FAMILY_IPV6, "v1");
}

static void
test_default_metric (World *world)
{
  netns_ip (world->here, "route add default dev v0 metric 300\n"
                         "route add default dev v1 metric 100\n"
                         "route add default dev v2 metric 200\n"
                         "route add ::/0 dev v0 metric 300\n"
                         "route add ::/0 dev v2 metric 100\n"
                         "route add ::/0 dev v1 metric 200\n");
  assert_default (G_SOCKET_FAMILY_IPV4, "v1");
  assert_default (G_SOCKET_FAMILY_IPV6, "v2");
}

static void
test_default_multipath (World *world)
{
  g_autofree char *first = netns_ipv4 (world->there, "v0");
  g_autofree char *second = netns_ipv4 (world->there, "v1");

  netns_ip (world->here, "route add default nexthop via %s nexthop via %s\n", first, second);
  assert_default (G_SOCKET_FAMILY_IPV4, "v0");
}

/* A route that is not the default route, or that leads nowhere, selects no interface. */
static void
test_default_others (World *world)
{
  netns_ip (world->here, "route add 224.0.0.0/4 dev v0\n"
                         "route add unreachable default metric 5\n"
                         "route add unreachable ::/0 metric 5\n"
                         "route add default dev v0 table 77\n");
  assert_default (G_SOCKET_FAMILY_IPV4, NULL);
  assert_default (G_SOCKET_FAMILY_IPV6, NULL);
}

/* No default route is no error; that the kernel cannot be asked is one. */
static void
test_default_failure (World *world)
{
  g_autoptr (GError) error = NULL;
  Shortage shortage;

  shortage_begin (&shortage);
  g_assert_null (mcast_interface_get_default (G_SOCKET_FAMILY_IPV4, &error));
  shortage_end (&shortage);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add ("/interface/list", 2, test_list);
  world_test_add ("/interface/loopback", 1, test_loopback);
  world_test_add ("/interface/veth", 1, test_veth);
  world_test_add ("/interface/properties", 1, test_properties);
  world_test_add ("/interface/down", 2, test_down);
  world_test_add ("/interface/address/of-the-peer", 1, test_peer_address);
  world_test_add ("/interface/address/several", 1, test_several_addresses);
  world_test_add ("/interface/address/none", 1, test_no_address);
  world_test_add ("/interface/is-a-snapshot", 1, test_is_a_snapshot);
  world_test_add ("/interface/find/name-index-address", 2, test_find_by_name_index_address);
  world_test_add ("/interface/find/several", 3, test_find_several);
  world_test_add ("/interface/find/any", 4, test_find_any);
  g_test_add_func ("/interface/find/any-of-none", test_find_any_of_none);
  world_test_add ("/interface/find/same-address-twice", 3, test_find_same_address_twice);
  world_test_add ("/interface/find/scope", 2, test_find_scope);
  world_test_add ("/interface/find/other-texts", 1, test_find_other_texts);
  world_test_add ("/interface/find/digits-as-name", 2, test_find_digits_as_name);
  world_test_add ("/interface/find/known", 2, test_find_known);
  world_test_add ("/interface/find/known-empty", 1, test_find_known_empty);
  world_test_add ("/interface/find/missing", 1, test_find_missing);
  g_test_add_func ("/interface/find/nonsense", test_find_nonsense);
  world_test_add ("/interface/default/missing", 1, test_default_missing);
  world_test_add ("/interface/default/both-families", 2, test_default);
  world_test_add ("/interface/default/metric", 3, test_default_metric);
  world_test_add ("/interface/default/multipath", 2, test_default_multipath);
  world_test_add ("/interface/default/others", 1, test_default_others);
  world_test_add ("/interface/default/failure", 1, test_default_failure);
  return g_test_run ();
}
