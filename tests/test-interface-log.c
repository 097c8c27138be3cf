/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "interfaces/mcast-interface-log-private.h"

/* The lines of the log, each with its interface in front. */
static GString *lines;

static GLogWriterOutput
keep_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const char *iface = "";
  const char *text = "";

  g_assert_cmpint (level, ==, G_LOG_LEVEL_DEBUG);
  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "MCAST_INTERFACE"))
        iface = fields[i].value;
      if (g_str_equal (fields[i].key, "MESSAGE"))
        text = fields[i].value;
    }
  g_assert_true (g_str_has_prefix (text, iface));
  g_string_append_printf (lines, "%s\n", text);
  return G_LOG_WRITER_HANDLED;
}

/* --- Interfaces -------------------------------------------------------------------------- */

typedef struct
{
  guint index;
  const char *name;
  McastLinkFlags flags;
  guint64 life;
  guint mtu;
  const char *hardware_address;
  const char *address;
  gboolean tentative;
} Link;

static McastInterface *
interface_new (const Link *link)
{
  McastInterfaceAddress address = { .prefix_length = 24, .tentative = link->tentative };
  const McastInterfaceInfo info = {
    .index = link->index,
    .name = link->name,
    .flags = link->flags,
    .life = link->life,
    .mtu = link->mtu,
    .hardware_address = link->hardware_address,
    .addresses = &address,
    .n_addresses = link->address != NULL,
  };

  if (link->address != NULL)
    g_assert_true (_mcast_address_parse (link->address, &address.address));
  return _mcast_interface_new (&info);
}

#define MAX_LINKS 2

static GPtrArray *
list_new (const Link *links)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < MAX_LINKS && links[i].name != NULL; i++)
    g_ptr_array_add (list, interface_new (&links[i]));
  return list;
}

/* --- Changes ----------------------------------------------------------------------------- */

static const struct
{
  Link before[MAX_LINKS];
  Link after[MAX_LINKS];
  const char *lines;
} cases[] = {
  { { { 2, "a" } }, { { 2, "a" } }, "" },
  { { { 0 } },
    { { 2, "a", MCAST_LINK_UP | MCAST_LINK_MULTICAST, 1, 1500, "02:00:00:00:00:01", "192.0.2.1" } },
    "a: appeared (index 2, flags up,multicast, MTU 1500, hardware address 02:00:00:00:00:01)\n"
    "a: address 192.0.2.1/24 added\n" },
  { { { 2, "a" }, { 3, "b" } }, { { 3, "b" } }, "a: disappeared (index 2)\n" },
  /* With another index it is another interface; with the same one it has another life. */
  { { { 2, "a" } },
    { { 3, "a" } },
    "a: disappeared (index 2)\n"
    "a: appeared (index 3, flags none, MTU 0, hardware address none)\n" },
  { { { 2, "a", 0, 1 } },
    { { 2, "a", 0, 2 } },
    "a: recreated (index 2, flags none, MTU 0, hardware address none)\n" },
  { { { 2, "a" } }, { { 2, "lan" } }, "a: renamed to lan (index 2)\n" },
  { { { 2, "a", MCAST_LINK_UP } },
    { { 2, "a", MCAST_LINK_UP | MCAST_LINK_RUNNING } },
    "a: flags changed from up to up,running\n" },
  { { { 2, "a", 0, 0, 1500, "02:00:00:00:00:01" } },
    { { 2, "a", 0, 0, 9000, NULL } },
    "a: MTU changed from 1500 to 9000\n"
    "a: hardware address changed from 02:00:00:00:00:01 to none\n" },
  { { { 2, "a", .address = "192.0.2.1" } },
    { { 2, "a", .address = "192.0.2.2" } },
    "a: address 192.0.2.1/24 removed\n"
    "a: address 192.0.2.2/24 added\n" },
  { { { 2, "a" } },
    { { 2, "a", .address = "fe80::1", .tentative = TRUE } },
    "a: address fe80::1/24 added, still tentative\n" },
  { { { 2, "a", .address = "fe80::1", .tentative = TRUE } },
    { { 2, "a", .address = "fe80::1" } },
    "a: address fe80::1/24 is no longer tentative\n" },
};

static void
test_changes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) before = list_new (cases[i].before);
      g_autoptr (GPtrArray) after = list_new (cases[i].after);

      g_string_truncate (lines, 0);
      _mcast_interface_log_changes (before, after);
      g_assert_cmpstr (lines->str, ==, cases[i].lines);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  lines = g_string_new (NULL);
  g_log_set_writer_func (keep_line, NULL, NULL);
  g_test_add_func ("/interface-log/changes", test_changes);
  return g_test_run ();
}
