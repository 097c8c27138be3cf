/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "family.h"

const TestFamily test_families[N_TEST_FAMILIES] = {
  {
    .name = "ipv4",
    .socket_family = G_SOCKET_FAMILY_IPV4,
    .group = TEST_GROUP,
    .other_group = TEST_GROUP_2,
    .ssm_group = "232.0.1.1",
    .sources = { "192.0.2.11", "192.0.2.12", "192.0.2.13" },
    .prefix_length = 24,
  },
  {
    .name = "ipv6",
    .socket_family = G_SOCKET_FAMILY_IPV6,
    .group = TEST_GROUP6,
    .other_group = TEST_GROUP6_2,
    .ssm_group = "ff3e::8000:1",
    .sources = { "2001:db8::a", "2001:db8::b", "2001:db8::c" },
    .prefix_length = 64,
  },
  {
    .name = "ipv6-link-local",
    .socket_family = G_SOCKET_FAMILY_IPV6,
    .group = TEST_GROUP6_LOCAL,
    .other_group = TEST_GROUP6_LOCAL_2,
    .ssm_group = "ff32::8000:1",
    .sources = { "fe80::a", "fe80::b", "fe80::c" },
    .prefix_length = 64,
  },
};

static gboolean
is_link_local (const TestFamily *self)
{
  return g_str_has_prefix (self->group, "ff12:");
}

char *
test_family_group (const TestFamily *self, guint i)
{
  const guint high = 1 + i / 200;
  const guint low = 1 + i % 200;

  if (self->socket_family == G_SOCKET_FAMILY_IPV4)
    return g_strdup_printf ("233.252.%u.%u", high, low);
  return g_strdup_printf ("%s::%u:%u", is_link_local (self) ? "ff12" : "ff15", high, low);
}

char *
test_family_address (const TestFamily *self, Netns *ns, const char *name)
{
  if (self->socket_family == G_SOCKET_FAMILY_IPV4)
    return netns_ipv4 (ns, name);
  return is_link_local (self) ? netns_ipv6_local (ns, name) : netns_ipv6 (ns, name);
}

static char *
format_source (const TestFamily *self, guint i)
{
  return g_strdup_printf ("%s/%u", self->sources[i], self->prefix_length);
}

void
test_family_add_source (const TestFamily *self, Netns *ns, const char *name, guint i)
{
  g_autofree char *address = format_source (self, i);

  netns_address_add (ns, name, address);
}

void
test_family_remove_source (const TestFamily *self, Netns *ns, const char *name, guint i)
{
  g_autofree char *address = format_source (self, i);

  netns_address_remove (ns, name, address);
}
