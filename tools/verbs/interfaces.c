/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>

#include "console.h"
#include "exit-status.h"
#include "joined-groups.h"
#include "json.h"
#include "options.h"
#include "verbs/verbs.h"

static const char description[] =
  "With IFACE (name, index, address or *), it shows only these interfaces. The\n"
  "number after a group counts the sockets that joined it. The kernel counts as one\n"
  "for its own groups, such as 224.0.0.1 and ff02::1.\n"
  "\n"
  "Examples:\n"
  "  mcast interfaces\n"
  "  mcast interfaces eth0 10.0.0.2\n"
  "  mcast interfaces --json | jq -r '.[] | select(.multicast) | .name'\n";

typedef struct
{
  GPtrArray *interfaces;
  GPtrArray *groups;
  McastInterface *defaults[2]; /* IPv4, IPv6 */
} Listing;

static void
listing_clear (Listing *self)
{
  g_clear_pointer (&self->interfaces, g_ptr_array_unref);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_object (&self->defaults[0]);
  g_clear_object (&self->defaults[1]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listing, listing_clear)

static gboolean
is_default (const Listing *self, guint family, McastInterface *iface)
{
  return self->defaults[family] != NULL
         && mcast_interface_get_index (self->defaults[family]) == mcast_interface_get_index (iface);
}

static void
add_flags (GVariantBuilder *builder, McastInterface *iface)
{
  json_add (builder, "up", g_variant_new_boolean (mcast_interface_is_up (iface)));
  json_add (builder, "running", g_variant_new_boolean (mcast_interface_is_running (iface)));
  json_add (builder, "multicast", g_variant_new_boolean (mcast_interface_is_multicast (iface)));
  json_add (builder, "loopback", g_variant_new_boolean (mcast_interface_is_loopback (iface)));
  json_add (builder, "point-to-point",
            g_variant_new_boolean (mcast_interface_is_point_to_point (iface)));
}

/* Formats the length even if it is that of a host, which GInetAddressMask omits. */
static char *
format_mask (GInetAddressMask *mask)
{
  g_autofree char *address = g_inet_address_to_string (g_inet_address_mask_get_address (mask));

  return g_strdup_printf ("%s/%u", address, g_inet_address_mask_get_length (mask));
}

static GVariant *
addresses_to_variant (McastInterface *iface)
{
  GPtrArray *addresses = mcast_interface_get_addresses (iface);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < addresses->len; i++)
    g_variant_builder_add_value (&builder,
                                 g_variant_new_take_string (format_mask (addresses->pdata[i])));
  return g_variant_builder_end (&builder);
}

static GVariant *
groups_to_variant (const Listing *self, McastInterface *iface)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->groups->len; i++)
    {
      JoinedGroup *joined = self->groups->pdata[i];

      if (joined->interface_index != mcast_interface_get_index (iface))
        continue;
      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      json_add (&builder, "group",
                g_variant_new_take_string (g_inet_address_to_string (joined->group)));
      json_add (&builder, "users", g_variant_new_uint32 (joined->users));
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
interface_to_variant (const Listing *self, McastInterface *iface)
{
  const char *hardware = mcast_interface_get_hardware_address (iface);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  json_add (&builder, "name", g_variant_new_string (mcast_interface_get_name (iface)));
  json_add (&builder, "index", g_variant_new_uint32 (mcast_interface_get_index (iface)));
  json_add (&builder, "mtu", g_variant_new_uint32 (mcast_interface_get_mtu (iface)));
  json_add (&builder, "hardware-address", json_new_string (hardware));
  add_flags (&builder, iface);
  json_add (&builder, "default-ipv4", g_variant_new_boolean (is_default (self, 0, iface)));
  json_add (&builder, "default-ipv6", g_variant_new_boolean (is_default (self, 1, iface)));
  json_add (&builder, "addresses", addresses_to_variant (iface));
  json_add (&builder, "groups", groups_to_variant (self, iface));
  return g_variant_builder_end (&builder);
}

static void
print_json (const Listing *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->interfaces->len; i++)
    g_variant_builder_add_value (&builder, interface_to_variant (self, self->interfaces->pdata[i]));
  console_json (g_variant_builder_end (&builder));
}

static void
print_head (const Listing *self, McastInterface *iface)
{
  gboolean carries = mcast_interface_is_up (iface) && mcast_interface_is_multicast (iface);

  console_print ("%u: %s%s%s  ", mcast_interface_get_index (iface), console_style (CONSOLE_BOLD),
                 mcast_interface_get_name (iface), console_style (CONSOLE_PLAIN));
  console_print ("%s%s%s", console_style (carries ? CONSOLE_GOOD : CONSOLE_BAD),
                 mcast_interface_is_up (iface) ? "up" : "down", console_style (CONSOLE_PLAIN));
  if (mcast_interface_is_up (iface) && !mcast_interface_is_running (iface))
    console_print (", no carrier");
  console_print (", %s", mcast_interface_is_multicast (iface) ? "multicast" : "no multicast");
  if (mcast_interface_is_loopback (iface))
    console_print (", loopback");
  if (mcast_interface_is_point_to_point (iface))
    console_print (", point-to-point");
  for (guint i = 0; i < 2; i++)
    if (is_default (self, i, iface))
      console_print (", default for %s", i == 0 ? "IPv4" : "IPv6");
  console_print ("\n   mtu %u", mcast_interface_get_mtu (iface));
  if (mcast_interface_get_hardware_address (iface) != NULL)
    console_print (", hardware address %s", mcast_interface_get_hardware_address (iface));
  console_print ("\n");
}

static void
print_interface (const Listing *self, McastInterface *iface)
{
  GPtrArray *addresses = mcast_interface_get_addresses (iface);

  print_head (self, iface);
  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *address = format_mask (addresses->pdata[i]);

      console_print ("   address %s\n", address);
    }
  for (guint i = 0; i < self->groups->len; i++)
    {
      JoinedGroup *joined = self->groups->pdata[i];
      g_autofree char *group = g_inet_address_to_string (joined->group);

      if (joined->interface_index == mcast_interface_get_index (iface))
        console_print ("   group   %s (%u)\n", group, joined->users);
    }
}

static gboolean
listing_init (Listing *self, char **words, GError **error)
{
  g_autoptr (GPtrArray) all = mcast_interface_list (error);

  if (all == NULL)
    return FALSE;
  self->interfaces = words == NULL ? g_ptr_array_ref (all)
                                   : mcast_interface_find ((const char *const *) words, all, error);
  if (self->interfaces == NULL)
    return FALSE;
  self->groups = joined_groups_list ();
  self->defaults[0] = mcast_interface_get_default (G_SOCKET_FAMILY_IPV4, NULL);
  self->defaults[1] = mcast_interface_get_default (G_SOCKET_FAMILY_IPV6, NULL);
  return TRUE;
}

int
verb_interfaces (int argc, char **argv)
{
  const OptionsSpec spec = {
    .words = "[IFACE...]",
    .summary = "Lists the network interfaces and the groups that are joined on each.",
    .description = description,
  };
  g_auto (Options) options = { 0 };
  g_auto (Listing) listing = { 0 };
  g_autoptr (GError) error = NULL;
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status))
    return status;
  if (!listing_init (&listing, options.words, &error))
    {
      console_error ("%s", error->message);
      return EXIT_STATUS_FAILURE;
    }
  if (options.json)
    print_json (&listing);
  else
    for (guint i = 0; i < listing.interfaces->len; i++)
      print_interface (&listing, listing.interfaces->pdata[i]);
  return console_flush () ? EXIT_STATUS_OK : EXIT_STATUS_FAILURE;
}
