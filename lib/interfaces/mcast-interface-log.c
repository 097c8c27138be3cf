/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "interfaces/mcast-interface-log-private.h"

#include "mcast-log-private.h"

#define LOG(iface_name, ...) MCAST_LOG (DEBUG, (.iface = (iface_name)), __VA_ARGS__)

static const char *
or_none (const char *text)
{
  return text != NULL ? text : "none";
}

static char *
flags_to_string (McastLinkFlags flags)
{
  static const struct
  {
    McastLinkFlags flag;
    const char *name;
  } names[] = {
    { MCAST_LINK_UP, "up" },
    { MCAST_LINK_RUNNING, "running" },
    { MCAST_LINK_LOOPBACK, "loopback" },
    { MCAST_LINK_MULTICAST, "multicast" },
    { MCAST_LINK_POINT_TO_POINT, "point-to-point" },
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (flags & names[i].flag)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "", names[i].name);
  if (text->len == 0)
    g_string_append (text, "none");
  return g_string_free (text, FALSE);
}

static const McastInterfaceAddress *
find_address (const McastInterfaceInfo *info, const McastInterfaceAddress *wanted)
{
  for (guint i = 0; i < info->n_addresses; i++)
    if (_mcast_address_equal (&info->addresses[i].address, &wanted->address)
        && info->addresses[i].prefix_length == wanted->prefix_length)
      return &info->addresses[i];
  return NULL;
}

static void
log_address (const McastInterfaceInfo *info, const McastInterfaceAddress *address, const char *what)
{
  g_autofree char *text = _mcast_address_to_string (&address->address);

  LOG (info->name, "address %s/%u %s", text, address->prefix_length, what);
}

static void
log_addresses (const McastInterfaceInfo *before, const McastInterfaceInfo *after)
{
  for (guint i = 0; i < before->n_addresses; i++)
    if (find_address (after, &before->addresses[i]) == NULL)
      log_address (after, &before->addresses[i], "removed");
  for (guint i = 0; i < after->n_addresses; i++)
    {
      const McastInterfaceAddress *address = &after->addresses[i];
      const McastInterfaceAddress *old = find_address (before, address);

      if (old == NULL)
        log_address (after, address, address->tentative ? "added, still tentative" : "added");
      else if (old->tentative && !address->tentative)
        log_address (after, address, "is no longer tentative");
    }
}

static void
log_appeared (const McastInterfaceInfo *info, const char *what)
{
  static const McastInterfaceInfo none = { 0 };
  g_autofree char *flags = flags_to_string (info->flags);

  LOG (info->name, "%s (index %u, flags %s, MTU %u, hardware address %s)", what, info->index, flags,
       info->mtu, or_none (info->hardware_address));
  if (info->master != 0)
    LOG (info->name, "master is %s", or_none (info->master_name));
  log_addresses (&none, info);
}

static void
log_changed (const McastInterfaceInfo *before, const McastInterfaceInfo *after)
{
  if (g_strcmp0 (before->name, after->name) != 0)
    LOG (before->name, "renamed to %s (index %u)", after->name, after->index);
  if (before->flags != after->flags)
    {
      g_autofree char *old = flags_to_string (before->flags);
      g_autofree char *new = flags_to_string (after->flags);

      LOG (after->name, "flags changed from %s to %s", old, new);
    }
  if (before->mtu != after->mtu)
    LOG (after->name, "MTU changed from %u to %u", before->mtu, after->mtu);
  if (g_strcmp0 (before->hardware_address, after->hardware_address) != 0)
    LOG (after->name, "hardware address changed from %s to %s", or_none (before->hardware_address),
         or_none (after->hardware_address));
  if (before->master != after->master)
    LOG (after->name, "master changed from %s to %s", or_none (before->master_name),
         or_none (after->master_name));
  log_addresses (before, after);
}

/* Logs the differences between two lists of interfaces. */
void
_mcast_interface_log_changes (GPtrArray *before, GPtrArray *after)
{
  for (guint i = 0; i < before->len; i++)
    {
      const McastInterfaceInfo *old = _mcast_interface_get_info (before->pdata[i]);

      if (_mcast_interface_by_index (after, old->index) == NULL)
        LOG (old->name, "disappeared (index %u)", old->index);
    }
  for (guint i = 0; i < after->len; i++)
    {
      const McastInterfaceInfo *new = _mcast_interface_get_info (after->pdata[i]);
      McastInterface *old = _mcast_interface_by_index (before, new->index);

      if (old == NULL)
        log_appeared (new, "appeared");
      else if (_mcast_interface_get_info (old)->life != new->life)
        log_appeared (new, "recreated");
      else if (old != after->pdata[i])
        log_changed (_mcast_interface_get_info (old), new);
    }
}
