/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "interfaces/mcast-interface-set-private.h"

#include <string.h>

#define UP (MCAST_LINK_UP | MCAST_LINK_MULTICAST)

/* --- Messages ---------------------------------------------------------------------------- */

static void
apply_link (McastInterfaceSet *set, McastNetlinkLink link)
{
  static const guint8 hardware_address[] = { 2, 0, 0, 0, 0, 1 };

  if (link.hardware_address == NULL)
    {
      link.hardware_address = hardware_address;
      link.hardware_address_length = sizeof hardware_address;
    }
  if (link.mtu == 0)
    link.mtu = 1500;
  if (link.flags == 0)
    link.flags = UP;
  _mcast_interface_set_apply_link (set, &link);
}

static void
remove_link (McastInterfaceSet *set, guint index)
{
  const McastNetlinkLink link = { .index = index, .removed = TRUE, .name = "any" };

  _mcast_interface_set_apply_link (set, &link);
}

static void
apply_address (McastInterfaceSet *set, const char *text, McastNetlinkAddress address)
{
  g_assert_true (_mcast_address_parse (text, &address.address));
  if (address.prefix_length == 0)
    address.prefix_length = 24;
  _mcast_interface_set_apply_address (set, &address);
}

/* A set with the interfaces 1 "a" and 2 "b". */
static McastInterfaceSet *
set_new_of_two (void)
{
  McastInterfaceSet *set = _mcast_interface_set_new ();

  apply_link (set, (McastNetlinkLink) { .index = 1, .name = "a" });
  apply_link (set, (McastNetlinkLink) { .index = 2, .name = "b" });
  return set;
}

static McastInterface *
get (McastInterfaceSet *set, guint index)
{
  g_autoptr (GPtrArray) snapshot = _mcast_interface_set_snapshot (set);
  McastInterface *iface = _mcast_interface_by_index (snapshot, index);

  g_assert_nonnull (iface);
  return g_object_ref (iface);
}

static void
assert_names (McastInterfaceSet *set, const char *names)
{
  g_autoptr (GPtrArray) snapshot = _mcast_interface_set_snapshot (set);
  g_autofree char *text = _mcast_interface_names (snapshot);

  g_assert_cmpstr (text, ==, names);
}

static void
assert_addresses (McastInterfaceSet *set, guint index, const char *expected)
{
  g_autoptr (McastInterface) iface = get (set, index);
  const McastInterfaceInfo *info = _mcast_interface_get_info (iface);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < info->n_addresses; i++)
    {
      g_autofree char *address = _mcast_address_to_string (&info->addresses[i].address);

      g_string_append_printf (text, "%s%s/%u%s", i > 0 ? " " : "", address,
                              info->addresses[i].prefix_length,
                              info->addresses[i].tentative ? "?" : "");
    }
  g_assert_cmpstr (text->str, ==, expected);
}

/* --- Links ------------------------------------------------------------------------------- */

static void
test_empty (void)
{
  g_autoptr (McastInterfaceSet) set = _mcast_interface_set_new ();

  assert_names (set, "");
  remove_link (set, 7);
  assert_names (set, "");
}

static void
test_order (void)
{
  g_autoptr (McastInterfaceSet) set = _mcast_interface_set_new ();

  apply_link (set, (McastNetlinkLink) { .index = 30, .name = "c" });
  apply_link (set, (McastNetlinkLink) { .index = 1, .name = "a" });
  apply_link (set, (McastNetlinkLink) { .index = 200, .name = "d" });
  apply_link (set, (McastNetlinkLink) { .index = 4, .name = "b" });
  assert_names (set, "a, b, c, d");
}

static void
test_values (void)
{
  static const guint8 hardware_address[] = { 0xfe, 0, 0x0a };
  g_autoptr (McastInterfaceSet) set = _mcast_interface_set_new ();
  g_autoptr (McastInterface) iface = NULL;

  apply_link (set, (McastNetlinkLink) { .index = 5,
                                        .name = "tun0",
                                        .flags = MCAST_LINK_UP | MCAST_LINK_POINT_TO_POINT,
                                        .mtu = 1400,
                                        .hardware_address = hardware_address,
                                        .hardware_address_length = 3 });
  iface = get (set, 5);
  g_assert_cmpstr (mcast_interface_get_name (iface), ==, "tun0");
  g_assert_cmpuint (mcast_interface_get_mtu (iface), ==, 1400);
  g_assert_cmpstr (mcast_interface_get_hardware_address (iface), ==, "fe:00:0a");
  g_assert_true (mcast_interface_is_up (iface));
  g_assert_true (mcast_interface_is_point_to_point (iface));
  g_assert_false (mcast_interface_is_multicast (iface));
  g_assert_false (mcast_interface_is_running (iface));
  g_assert_false (mcast_interface_is_loopback (iface));
}

/* Infiniband has 20 octets; what no link layer has is not shown. */
static void
test_hardware_address_length (void)
{
  static const struct
  {
    gsize length;
    gsize text_length;
  } cases[] = { { 0, 0 }, { 1, 2 }, { 20, 59 }, { 32, 95 }, { 33, 0 }, { 255, 0 } };
  const guint8 octets[255] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (McastInterfaceSet) set = _mcast_interface_set_new ();
      g_autoptr (McastInterface) iface = NULL;
      const char *text;

      apply_link (set, (McastNetlinkLink) { .index = 1,
                                            .name = "a",
                                            .hardware_address = octets,
                                            .hardware_address_length = cases[i].length });
      iface = get (set, 1);
      text = mcast_interface_get_hardware_address (iface);
      g_assert_cmpuint (text != NULL ? strlen (text) : 0, ==, cases[i].text_length);
    }
}

/* A view compares objects to see what changed. */
static void
test_same_object (void)
{
  static const McastNetlinkLink same = { .index = 1, .name = "a" };
  static const McastNetlinkLink changes[] = {
    { .index = 1, .name = "renamed" },
    { .index = 1, .name = "a", .mtu = 9000 },
    { .index = 1, .name = "a", .flags = MCAST_LINK_MULTICAST },
    { .index = 1, .name = "a", .hardware_address = (const guint8 *) "x", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (McastInterfaceSet) set = set_new_of_two ();
      g_autoptr (McastInterface) a = get (set, 1);
      g_autoptr (McastInterface) b = get (set, 2);
      g_autoptr (McastInterface) a_again = NULL;
      g_autoptr (McastInterface) a_changed = NULL;
      g_autoptr (McastInterface) b_again = NULL;

      apply_link (set, same);
      a_again = get (set, 1);
      g_assert_true (a_again == a);
      apply_link (set, changes[i]);
      a_changed = get (set, 1);
      b_again = get (set, 2);
      g_assert_true (a_changed != a);
      g_assert_true (b_again == b);
      g_assert_cmpuint (_mcast_interface_get_info (a_changed)->generation, ==,
                        _mcast_interface_get_info (a)->generation);
      g_assert_cmpuint (_mcast_interface_get_info (a_changed)->life, ==,
                        _mcast_interface_get_info (a)->life);
    }
}

/* A message of a Wi-Fi scan has the name and the flags of an interface, and nothing else. */
static void
test_partial (void)
{
  static const McastNetlinkLink messages[] = {
    { .index = 1, .partial = TRUE, .name = "a" },
    { .index = 1, .partial = TRUE, .name = "a", .flags = UP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autoptr (McastInterfaceSet) set = set_new_of_two ();
      g_autoptr (McastInterface) before = get (set, 1);
      g_autoptr (McastInterface) after = NULL;

      _mcast_interface_set_apply_link (set, &messages[i]);
      after = get (set, 1);
      g_assert_true (after == before);
    }
}

/* What a partial message does carry has changed. */
static void
test_partial_change (void)
{
  static const McastNetlinkLink message = {
    .index = 1, .partial = TRUE, .name = "renamed", .flags = MCAST_LINK_MULTICAST
  };
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();
  g_autoptr (McastInterface) iface = NULL;

  _mcast_interface_set_apply_link (set, &message);
  iface = get (set, 1);
  g_assert_cmpstr (mcast_interface_get_name (iface), ==, "renamed");
  g_assert_false (mcast_interface_is_up (iface));
  g_assert_cmpuint (mcast_interface_get_mtu (iface), ==, 1500);
  g_assert_cmpstr (mcast_interface_get_hardware_address (iface), ==, "02:00:00:00:00:01");
}

/* After a short interruption only the kernel's count of carriers is another one. Setting an
 * interface up does not count, nor does the carrier of one that is down. */
static void
test_carriers (void)
{
  const McastLinkFlags running = UP | MCAST_LINK_RUNNING;
  const struct
  {
    McastLinkFlags before;
    McastLinkFlags after;
    guint carrier_ups;
    guint n_carriers;
  } cases[] = {
    { UP, running, 2, 1 },
    { UP, running, 1, 1 },
    { running, running, 1, 0 },
    { running, running, 2, 1 },
    { running, running, 0, 0 },
    { running, UP, 2, 0 },
    { MCAST_LINK_MULTICAST, running, 2, 0 },
    { MCAST_LINK_MULTICAST, MCAST_LINK_MULTICAST | MCAST_LINK_RUNNING, 2, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (McastInterfaceSet) set = _mcast_interface_set_new ();
      g_autoptr (McastInterface) iface = NULL;

      apply_link (set, (McastNetlinkLink) {
                         .index = 1, .name = "a", .flags = cases[i].before, .carrier_ups = 1 });
      apply_link (set, (McastNetlinkLink) { .index = 1,
                                            .name = "a",
                                            .flags = cases[i].after,
                                            .carrier_ups = cases[i].carrier_ups });
      iface = get (set, 1);
      g_assert_cmpuint (_mcast_interface_get_info (iface)->n_carriers, ==, cases[i].n_carriers);
    }
}

/* With the same name and index it is another interface all the same. */
static void
test_recreated (void)
{
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();
  g_autoptr (McastInterface) before = get (set, 1);
  g_autoptr (McastInterface) after = NULL;

  remove_link (set, 1);
  assert_names (set, "b");
  apply_link (set, (McastNetlinkLink) { .index = 1, .name = "a" });
  assert_names (set, "a, b");
  after = get (set, 1);
  g_assert_cmpuint (_mcast_interface_get_info (after)->generation, !=,
                    _mcast_interface_get_info (before)->generation);
  g_assert_cmpuint (_mcast_interface_get_info (after)->ipv6_generation, !=,
                    _mcast_interface_get_info (before)->ipv6_generation);
  g_assert_cmpuint (_mcast_interface_get_info (after)->life, !=,
                    _mcast_interface_get_info (before)->life);
}

/* Below an MTU of 1280 the kernel drops all that IPv6 had on the link. */
static void
test_ipv6_generation (void)
{
  static const struct
  {
    guint before;
    guint after;
    gboolean is_new;
  } cases[] = { { 1500, 1280, FALSE }, { 1500, 1279, TRUE },  { 1280, 68, TRUE },
                { 1279, 68, FALSE },   { 1000, 1500, FALSE }, { 1500, 9000, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (McastInterfaceSet) set = _mcast_interface_set_new ();
      g_autoptr (McastInterface) before = NULL;
      g_autoptr (McastInterface) after = NULL;
      gboolean is_new;

      apply_link (set, (McastNetlinkLink) { .index = 1, .name = "a", .mtu = cases[i].before });
      before = get (set, 1);
      apply_link (set, (McastNetlinkLink) { .index = 1, .name = "a", .mtu = cases[i].after });
      after = get (set, 1);
      is_new = _mcast_interface_get_info (after)->ipv6_generation
               != _mcast_interface_get_info (before)->ipv6_generation;
      g_assert_cmpint (is_new, ==, cases[i].is_new);
      g_assert_cmpuint (_mcast_interface_get_info (after)->generation, ==,
                        _mcast_interface_get_info (before)->generation);
    }
}

/* --- Relations --------------------------------------------------------------------------- */

static void
test_relations (void)
{
  static const char *const alt_names[] = { "enp3s0", "enx020000000001", NULL };
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();
  g_autoptr (McastInterface) iface = NULL;

  apply_link (set, (McastNetlinkLink) { .index = 1, .name = "a", .kind = "bridge" });
  apply_link (set, (McastNetlinkLink) { .index = 2,
                                        .name = "b",
                                        .kind = "veth",
                                        .master = 1,
                                        .master_kind = "bridge",
                                        .alt_names = alt_names });
  iface = get (set, 2);
  g_assert_cmpstr (mcast_interface_get_master (iface), ==, "a");
  g_assert_cmpstr (mcast_interface_get_kind (iface), ==, "veth");
  g_assert_cmpstrv (mcast_interface_get_alt_names (iface), alt_names);
  g_assert_true (_mcast_interface_is_port (iface));
}

/* A partial message says nothing of them, and a complete one without them ends them. */
static void
test_relations_end (void)
{
  static const McastNetlinkLink partial = { .index = 2, .partial = TRUE, .name = "b" };
  static const char *const alt_names[] = { "enp3s0", NULL };
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();
  g_autoptr (McastInterface) before = NULL;
  g_autoptr (McastInterface) after = NULL;

  apply_link (
    set, (McastNetlinkLink) {
           .index = 2, .name = "b", .master = 1, .master_kind = "team", .alt_names = alt_names });
  before = get (set, 2);
  _mcast_interface_set_apply_link (set, &partial);
  after = get (set, 2);
  g_assert_true (after == before);
  g_object_unref (after);
  apply_link (set, (McastNetlinkLink) { .index = 2, .name = "b" });
  after = get (set, 2);
  g_assert_null (mcast_interface_get_master (after));
  g_assert_cmpuint (g_strv_length ((GStrv) mcast_interface_get_alt_names (after)), ==, 0);
  g_assert_false (_mcast_interface_is_port (after));
}

static void
test_renamed_master (void)
{
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();
  g_autoptr (McastInterface) before = NULL;
  g_autoptr (McastInterface) after = NULL;

  apply_link (set, (McastNetlinkLink) { .index = 2, .name = "b", .master = 1 });
  before = get (set, 2);
  apply_link (set, (McastNetlinkLink) { .index = 1, .name = "renamed" });
  after = get (set, 2);
  g_assert_cmpstr (mcast_interface_get_master (before), ==, "a");
  g_assert_cmpstr (mcast_interface_get_master (after), ==, "renamed");
}

/* A member of a VRF gets its datagrams itself. */
static void
test_vrf (void)
{
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();
  g_autoptr (McastInterface) iface = NULL;

  apply_link (set,
              (McastNetlinkLink) { .index = 2, .name = "b", .master = 1, .master_kind = "vrf" });
  iface = get (set, 2);
  g_assert_false (_mcast_interface_is_port (iface));
  g_assert_cmpuint (_mcast_interface_get_vrf (iface), ==, 1);
}

/* --- Addresses --------------------------------------------------------------------------- */

static void
test_addresses (void)
{
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();

  apply_address (set, "192.0.2.1", (McastNetlinkAddress) { .index = 1 });
  apply_address (set, "fe80::1",
                 (McastNetlinkAddress) { .index = 1, .prefix_length = 64, .tentative = TRUE });
  apply_address (set, "192.0.2.1", (McastNetlinkAddress) { .index = 1, .prefix_length = 32 });
  assert_addresses (set, 1, "192.0.2.1/24 fe80::1/64? 192.0.2.1/32");
  apply_address (set, "fe80::1", (McastNetlinkAddress) { .index = 1, .prefix_length = 64 });
  assert_addresses (set, 1, "192.0.2.1/24 fe80::1/64 192.0.2.1/32");
  apply_address (set, "192.0.2.1", (McastNetlinkAddress) { .index = 1, .removed = TRUE });
  apply_address (set, "192.0.2.9", (McastNetlinkAddress) { .index = 1, .removed = TRUE });
  assert_addresses (set, 1, "fe80::1/64 192.0.2.1/32");
  assert_addresses (set, 2, "");
}

static void
test_same_object_address (void)
{
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();
  g_autoptr (McastInterface) before = NULL;
  g_autoptr (McastInterface) same = NULL;
  g_autoptr (McastInterface) changed = NULL;

  apply_address (set, "192.0.2.1", (McastNetlinkAddress) { .index = 1 });
  before = get (set, 1);
  apply_address (set, "192.0.2.1", (McastNetlinkAddress) { .index = 1 });
  apply_address (set, "192.0.2.1", (McastNetlinkAddress) { .index = 2 });
  apply_address (set, "192.0.2.7", (McastNetlinkAddress) { .index = 1, .removed = TRUE });
  same = get (set, 1);
  apply_address (set, "192.0.2.1", (McastNetlinkAddress) { .index = 1, .tentative = TRUE });
  changed = get (set, 1);
  g_assert_true (same == before);
  g_assert_true (changed != before);
}

/* The kernel reports the removed addresses of a removed link after the link. */
static void
test_address_without_link (void)
{
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();

  apply_address (set, "192.0.2.1", (McastNetlinkAddress) { .index = 3 });
  remove_link (set, 1);
  apply_address (set, "192.0.2.1", (McastNetlinkAddress) { .index = 1, .removed = TRUE });
  assert_names (set, "b");
}

static void
test_recreated_without_addresses (void)
{
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();

  apply_address (set, "192.0.2.1", (McastNetlinkAddress) { .index = 1 });
  remove_link (set, 1);
  apply_link (set, (McastNetlinkLink) { .index = 1, .name = "a" });
  assert_addresses (set, 1, "");
}

/* --- After lost messages ----------------------------------------------------------------- */

static void
test_resync (void)
{
  static const guint8 other[] = { 2, 0, 0, 0, 0, 2 };
  static const struct
  {
    McastNetlinkLink link;
    gboolean same_life;
  } cases[] = {
    { { .index = 1, .name = "a" }, TRUE },
    { { .index = 1, .name = "a", .mtu = 9000, .flags = MCAST_LINK_MULTICAST }, TRUE },
    { { .index = 1, .name = "renamed" }, FALSE },
    { { .index = 1, .name = "a", .hardware_address = other, .hardware_address_length = 6 }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (McastInterfaceSet) set = set_new_of_two ();
      g_autoptr (McastInterface) before = get (set, 1);
      g_autoptr (McastInterface) after = NULL;
      gboolean same_life;

      _mcast_interface_set_begin_resync (set);
      assert_names (set, "");
      apply_link (set, cases[i].link);
      _mcast_interface_set_end_resync (set);
      assert_names (set, cases[i].link.name);
      after = get (set, 1);
      same_life = _mcast_interface_get_info (after)->life
                  == _mcast_interface_get_info (before)->life;
      g_assert_cmpint (same_life, ==, cases[i].same_life);
      /* Memberships are joined again in any case. */
      g_assert_cmpuint (_mcast_interface_get_info (after)->generation, !=,
                        _mcast_interface_get_info (before)->generation);
    }
}

/* A dump that failed halfway was no second life. */
static void
test_resync_twice (void)
{
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();
  g_autoptr (McastInterface) before = get (set, 2);
  g_autoptr (McastInterface) after = NULL;

  _mcast_interface_set_begin_resync (set);
  apply_link (set, (McastNetlinkLink) { .index = 1, .name = "half" });
  _mcast_interface_set_begin_resync (set);
  assert_names (set, "");
  apply_link (set, (McastNetlinkLink) { .index = 2, .name = "b" });
  _mcast_interface_set_end_resync (set);
  assert_names (set, "b");
  after = get (set, 2);
  g_assert_cmpuint (_mcast_interface_get_info (after)->life, ==,
                    _mcast_interface_get_info (before)->life);
}

/* An interface that comes later is not compared with what was before the loss. */
static void
test_after_resync (void)
{
  g_autoptr (McastInterfaceSet) set = set_new_of_two ();
  g_autoptr (McastInterface) before = get (set, 1);
  g_autoptr (McastInterface) after = NULL;

  _mcast_interface_set_begin_resync (set);
  _mcast_interface_set_end_resync (set);
  apply_link (set, (McastNetlinkLink) { .index = 1, .name = "a" });
  after = get (set, 1);
  g_assert_cmpuint (_mcast_interface_get_info (after)->life, !=,
                    _mcast_interface_get_info (before)->life);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/interface-set/empty", test_empty);
  g_test_add_func ("/interface-set/order", test_order);
  g_test_add_func ("/interface-set/values", test_values);
  g_test_add_func ("/interface-set/hardware-address-length", test_hardware_address_length);
  g_test_add_func ("/interface-set/same-object", test_same_object);
  g_test_add_func ("/interface-set/partial", test_partial);
  g_test_add_func ("/interface-set/partial/change", test_partial_change);
  g_test_add_func ("/interface-set/carriers", test_carriers);
  g_test_add_func ("/interface-set/recreated", test_recreated);
  g_test_add_func ("/interface-set/ipv6-generation", test_ipv6_generation);
  g_test_add_func ("/interface-set/relations", test_relations);
  g_test_add_func ("/interface-set/relations/end", test_relations_end);
  g_test_add_func ("/interface-set/relations/renamed-master", test_renamed_master);
  g_test_add_func ("/interface-set/relations/vrf", test_vrf);
  g_test_add_func ("/interface-set/addresses", test_addresses);
  g_test_add_func ("/interface-set/addresses/same-object", test_same_object_address);
  g_test_add_func ("/interface-set/addresses/without-link", test_address_without_link);
  g_test_add_func ("/interface-set/addresses/recreated", test_recreated_without_addresses);
  g_test_add_func ("/interface-set/resync", test_resync);
  g_test_add_func ("/interface-set/resync/twice", test_resync_twice);
  g_test_add_func ("/interface-set/resync/after", test_after_resync);

  return g_test_run ();
}
