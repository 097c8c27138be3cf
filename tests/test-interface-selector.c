/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "interfaces/mcast-interface-selector-private.h"

#include <string.h>

#include "mcast-error.h"

#define UP (MCAST_LINK_UP | MCAST_LINK_MULTICAST)
#define DOWN MCAST_LINK_MULTICAST

typedef struct
{
  guint index;
  const char *name;
  McastLinkFlags flags;
  /* Separated by blanks, or NULL. */
  const char *addresses;
  guint64 life;
  const char *alt_name;
  const char *label; /* of the first address */
  guint master;
  const char *master_kind;
} Link;

static McastInterface *
interface_new (const Link *link)
{
  g_auto (GStrv) texts = g_strsplit (link->addresses != NULL ? link->addresses : "", " ", 0);
  McastInterfaceAddress addresses[4] = { { .prefix_length = 24 } };
  const char *alt_names[] = { link->alt_name, NULL };
  McastInterfaceInfo info = {
    .index = link->index,
    .alt_names = alt_names,
    .master = link->master,
    .master_name = link->master != 0 ? "master" : NULL,
    .master_kind = link->master_kind,
    .name = link->name,
    .flags = link->flags,
    .life = link->life,
    .addresses = addresses,
    .n_addresses = g_strv_length (texts),
  };

  g_assert_cmpuint (info.n_addresses, <=, G_N_ELEMENTS (addresses));
  for (guint i = 0; i < info.n_addresses; i++)
    g_assert_true (_mcast_address_parse (texts[i], &addresses[i].address));
  if (link->label != NULL)
    g_strlcpy (addresses[0].label, link->label, sizeof addresses[0].label);
  return _mcast_interface_new (&info);
}

/* Up to the first link without a name. */
static GPtrArray *
list_new (const Link *links, guint max)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < max && links[i].name != NULL; i++)
    g_ptr_array_add (list, interface_new (&links[i]));
  return list;
}

static McastInterfaceSelector *
selector_new (const char *text)
{
  g_autoptr (GError) error = NULL;
  McastInterfaceSelector *selector = _mcast_interface_selector_new (text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (_mcast_interface_selector_get_text (selector), ==, text);
  return selector;
}

static void
assert_selects (McastInterfaceSelector *selector, GPtrArray *interfaces, const char *names)
{
  g_autoptr (GPtrArray) selected = _mcast_interface_selector_select (selector, interfaces);
  g_autofree char *text = _mcast_interface_names (selected);

  g_assert_cmpstr (text, ==, names);
  g_assert_cmpint (_mcast_interface_selector_has_selected (selector), ==, *names != '\0');
}

/* --- One selection ----------------------------------------------------------------------- */

static const Link machine[] = {
  { 1, "lo", MCAST_LINK_UP | MCAST_LINK_LOOPBACK, "127.0.0.1 ::1" },
  { 2, "eth0", UP, "192.0.2.1 2001:db8::a fe80::7" },
  { 3, "eth1", UP, "192.0.2.2 192.0.2.7 fe80::7" },
  { 4, "wlan0", DOWN, "192.0.2.7" },
  { 5, "tun0", MCAST_LINK_UP, "192.0.2.9" },
  { 6, "3", UP },
  { 7, "192.0.2.1", UP, "192.0.2.5" },
  { 8, "eth8", UP, "192.0.2.8", .alt_name = "enx00112233445566long", .label = "eth8:tv" },
  { 9, "caf\xe9", UP, .alt_name = "na\xefve" },
  { 10, "br-port", UP, .master = 20, .master_kind = "bridge" },
  { 11, "vrf-port", UP, .master = 21, .master_kind = "vrf" },
};

static void
test_selects (void)
{
  static const char *const cases[][2] = {
    /* By name, before index and address. */
    { "eth0", "eth0" },
    { "wlan0", "wlan0" },
    { "lo", "lo" },
    { "3", "3" },
    { "192.0.2.1", "192.0.2.1" },
    { "eth", "" },
    { "ETH0", "" },
    /* By index. */
    { "2", "eth0" },
    { "4", "wlan0" },
    { "02", "eth0" },
    { "0", "" },
    { "99", "" },
    { "-2", "" },
    { "4294967298", "" },
    /* By address, on as many as have it. */
    { "192.0.2.2", "eth1" },
    { "192.0.2.7", "eth1, wlan0" },
    { "127.0.0.1", "lo" },
    { "2001:DB8:0::000a", "eth0" },
    { "fe80::7", "eth0, eth1" },
    { "fe80::7%eth1", "eth1" },
    { "fe80::7%2", "eth0" },
    { "fe80::7%wlan0", "" },
    { "192.0.2.2%eth1", "eth1" },
    { "192.0.2.2%eth0", "" },
    { "192.0.2.200", "" },
    { "2001:db8::b", "" },
    { "enx00112233445566long", "eth8" },
    { "192.0.2.8%enx00112233445566long", "eth8" },
    { "eth8:tv", "eth8" },
    { "eth8:radio", "" },
    { "eth0:tv", "" },
    /* A name is bytes; it is written as text. */
    { "caf\\351", "caf\\351" },
    { "na\\357ve", "caf\\351" },
    { "br-port", "br-port" },
    /* Usable ones: up, multicast, not loopback, no port of a bridge. */
    { "*", "eth0, eth1, 3, 192.0.2.1, eth8, caf\\351, vrf-port" },
  };
  g_autoptr (GPtrArray) interfaces = list_new (machine, G_N_ELEMENTS (machine));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (McastInterfaceSelector) selector = selector_new (cases[i][0]);

      g_test_message ("%s", cases[i][0]);
      g_assert_false (_mcast_interface_selector_has_selected (selector));
      g_assert_false (_mcast_interface_selector_was_met (selector));
      assert_selects (selector, interfaces, cases[i][1]);
      g_assert_cmpint (_mcast_interface_selector_was_met (selector), ==, *cases[i][1] != '\0');
      g_assert_cmpint (_mcast_interface_selector_is_any (selector), ==, *cases[i][0] == '*');
    }
}

static void
test_refuses (void)
{
  static const char *const texts[] = { "",         " ",      "eth0 ",      "a b",      "a/b",
                                       ".",        "..",     "eth0%v0",    "fe80::1%", "fe80::1%/",
                                       "1.2.3.4%", "eth0\n", "fe80::1%a b" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (_mcast_interface_selector_new (texts[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, texts[i]));
    }
}

/* As on a command line, where nobody writes escape sequences. */
static void
test_bytes (void)
{
  g_autoptr (GPtrArray) interfaces = list_new (machine, G_N_ELEMENTS (machine));
  g_autoptr (GError) error = NULL;
  g_autoptr (McastInterfaceSelector) selector = NULL;

  selector = _mcast_interface_selector_new ("caf\xe9", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (_mcast_interface_selector_get_text (selector), ==, "caf\\351");
  assert_selects (selector, interfaces, "caf\\351");
}

/* An alternative name has up to 127 characters. */
static void
test_long_name (void)
{
  g_autofree char *longest = g_strnfill (127, 'a');
  g_autofree char *too_long = g_strnfill (128, 'a');
  g_autoptr (GError) error = NULL;

  _mcast_interface_selector_free (selector_new (longest));
  g_assert_null (_mcast_interface_selector_new (too_long, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* Returns as text the address by which @text selects the first interface, or "". */
static char *
find_address (const char *text, GPtrArray *interfaces)
{
  g_autoptr (McastInterfaceSelector) selector = selector_new (text);
  g_autoptr (GPtrArray) selected = _mcast_interface_selector_select (selector, interfaces);
  const McastInterfaceAddress *address;

  address = _mcast_interface_selector_find_address (selector, selected->pdata[0]);
  return address != NULL ? _mcast_address_to_string (&address->address) : g_strdup ("");
}

/* What selected an interface is the address to send from. */
static void
test_address (void)
{
  static const char *const cases[][2] = {
    { "eth0", "" },
    { "2", "" },
    { "*", "" },
    { "192.0.2.7", "192.0.2.7" },
    { "2001:db8::a", "2001:db8::a" },
    { "fe80::7%eth1", "fe80::7" },
    { "eth8:tv", "192.0.2.8" },
    { "enx00112233445566long", "" },
    /* The name of an interface, although another one has the address. */
    { "192.0.2.1", "" },
  };
  g_autoptr (GPtrArray) interfaces = list_new (machine, G_N_ELEMENTS (machine));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *address = find_address (cases[i][0], interfaces);

      g_assert_cmpstr (address, ==, cases[i][1]);
    }
}

static void
test_list (void)
{
  const char *const texts[] = { "eth0", "*", NULL };
  const char *const bad[] = { "eth0", "a/b", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) selectors = _mcast_interface_selector_new_list (texts, NULL);
  g_autoptr (GPtrArray) none = _mcast_interface_selector_new_list (NULL, NULL);

  g_assert_cmpuint (selectors->len, ==, 2);
  g_assert_cmpstr (_mcast_interface_selector_get_text (selectors->pdata[1]), ==, "*");
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_null (_mcast_interface_selector_new_list (bad, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_missing_error (void)
{
  static const char *const cases[][2] = { { "eth7", "name or index “eth7”" },
                                          { "192.0.2.200", "address “192.0.2.200”" } };
  g_autoptr (GPtrArray) interfaces = list_new (machine, 2);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (McastInterfaceSelector) selector = selector_new (cases[i][0]);
      g_autoptr (GError) error = NULL;

      _mcast_interface_selector_set_missing_error (selector, interfaces, &error);
      g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE);
      g_assert_nonnull (strstr (error->message, cases[i][1]));
      g_assert_nonnull (strstr (error->message, "lo, eth0"));
    }
}

/* --- Selections in a row ----------------------------------------------------------------- */

typedef struct
{
  const char *what;
  const char *text;
  struct
  {
    Link links[3];
    const char *names;
  } steps[4];
} Sequence;

/* The kernel keeps a membership while an interface is down or has lost its address. */
static const Sequence sequences[] = {
  { "any keeps an interface that goes down",
    "*",
    { { { { 2, "a", UP }, { 3, "b", UP } }, "a, b" },
      { { { 2, "a", DOWN }, { 3, "b", UP } }, "a, b" },
      { { { 2, "a", UP }, { 3, "b", DOWN } }, "a, b" } } },
  { "any does not keep an interface that cannot carry multicast any more",
    "*",
    { { { { 2, "a", UP } }, "a" }, { { { 2, "a", MCAST_LINK_UP } }, "" } } },
  { "any waits for an interface to be up",
    "*",
    { { { { 2, "a", DOWN } }, "" }, { { { 2, "a", UP } }, "a" }, { { { 2, "a", DOWN } }, "a" } } },
  { "any does not keep another life of the interface",
    "*",
    { { { { 2, "a", UP, NULL, 1 } }, "a" }, { { { 2, "a", DOWN, NULL, 2 } }, "" } } },
  { "any drops an interface that is gone for some time",
    "*",
    { { { { 2, "a", UP } }, "a" }, { { { 0 } }, "" }, { { { 2, "a", DOWN } }, "" } } },
  { "any drops an interface that becomes the port of a bridge, and takes it back",
    "*",
    { { { { 2, "a", UP } }, "a" },
      { { { 2, "a", UP, .master = 3, .master_kind = "bridge" } }, "" },
      { { { 2, "a", UP, .master = 3, .master_kind = "team" } }, "" },
      { { { 2, "a", UP } }, "a" } } },
  { "any keeps an interface that becomes a member of a VRF",
    "*",
    { { { { 2, "a", UP } }, "a" },
      { { { 2, "a", UP, .master = 3, .master_kind = "vrf" } }, "a" } } },
  { "a label stays selected when it is gone",
    "a:1",
    { { { { 2, "a", UP, "192.0.2.1", .label = "a:1" } }, "a" }, { { { 2, "a", UP } }, "a" } } },
  { "any takes a new interface", "*", { { { { 0 } }, "" }, { { { 9, "new", UP } }, "new" } } },
  { "a name is the identity",
    "a",
    { { { { 2, "a", UP } }, "a" },
      { { { 2, "b", UP } }, "" },
      { { { 2, "b", UP }, { 3, "a", UP } }, "a" } } },
  { "an index follows a rename",
    "2",
    { { { { 2, "a", UP } }, "a" }, { { { 2, "b", UP } }, "b" }, { { { 0 } }, "" } } },
  { "an address stays selected when it is gone",
    "192.0.2.1",
    { { { { 2, "a", UP, "192.0.2.1" } }, "a" },
      { { { 2, "a", UP } }, "a" },
      { { { 2, "a", DOWN } }, "a" } } },
  { "an address that moves is selected at its new place only",
    "192.0.2.1",
    { { { { 2, "a", UP, "192.0.2.1" }, { 3, "b", UP } }, "a" },
      { { { 2, "a", UP }, { 3, "b", UP } }, "a" },
      { { { 2, "a", UP }, { 3, "b", UP, "192.0.2.1" } }, "b" } } },
  { "an address is not kept by another life of the interface",
    "192.0.2.1",
    { { { { 2, "a", UP, "192.0.2.1", 1 } }, "a" }, { { { 2, "a", UP, NULL, 2 } }, "" } } },
  { "an address that was never there is not held",
    "192.0.2.1",
    { { { { 2, "a", UP } }, "" }, { { { 2, "a", UP, "192.0.2.1" } }, "a" } } },
};

static void
test_sequences (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sequences); i++)
    {
      const Sequence *sequence = &sequences[i];
      g_autoptr (McastInterfaceSelector) selector = selector_new (sequence->text);
      gboolean met = FALSE;

      g_test_message ("%s", sequence->what);
      for (guint j = 0; j < G_N_ELEMENTS (sequence->steps) && sequence->steps[j].names != NULL; j++)
        {
          g_autoptr (GPtrArray) interfaces = NULL;

          interfaces = list_new (sequence->steps[j].links, G_N_ELEMENTS (sequence->steps[j].links));
          assert_selects (selector, interfaces, sequence->steps[j].names);
          met = met || *sequence->steps[j].names != '\0';
          g_assert_cmpint (_mcast_interface_selector_was_met (selector), ==, met);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/interface-selector/selects", test_selects);
  g_test_add_func ("/interface-selector/refuses", test_refuses);
  g_test_add_func ("/interface-selector/bytes", test_bytes);
  g_test_add_func ("/interface-selector/long-name", test_long_name);
  g_test_add_func ("/interface-selector/address", test_address);
  g_test_add_func ("/interface-selector/list", test_list);
  g_test_add_func ("/interface-selector/missing-error", test_missing_error);
  g_test_add_func ("/interface-selector/sequences", test_sequences);

  return g_test_run ();
}
