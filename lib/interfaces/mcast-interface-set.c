/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "interfaces/mcast-interface-set-private.h"

#include <string.h>

/* The kernel's MAX_ADDR_LEN (Infiniband has 20 octets); a longer one is not shown. */
#define MAX_HARDWARE_ADDRESS 32
/* IPv6 does not run on a link with a smaller MTU (RFC 8200 section 5): the kernel drops all its
 * IPv6 state. */
#define IPV6_MIN_MTU 1280

/* The interfaces, kept from the kernel's messages. */
struct _McastInterfaceSet
{
  GHashTable *entries;
  /* Those of before messages were lost, during a resynchronization. */
  GHashTable *before;
  guint64 last_generation;
};

typedef struct
{
  guint64 generation;
  guint64 ipv6_generation;
  guint64 life;
  guint index;
  guint mtu;
  McastLinkFlags flags;
  guint carrier_ups;
  guint n_carriers;
  char *name;
  char *hardware_address;
  guint master;
  char *master_name;
  char *master_kind;
  char *kind;
  GStrv alt_names;
  GArray *addresses;
  /* Created after a change only, so that an unchanged interface is the same object. NULL until it
   * is asked for. */
  McastInterface *iface;
} Entry;

static void
entry_free (Entry *entry)
{
  g_free (entry->name);
  g_free (entry->hardware_address);
  g_free (entry->master_name);
  g_free (entry->master_kind);
  g_free (entry->kind);
  g_strfreev (entry->alt_names);
  g_array_unref (entry->addresses);
  g_clear_object (&entry->iface);
  g_free (entry);
}

static GHashTable *
entries_new (void)
{
  return g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) entry_free);
}

McastInterfaceSet *
_mcast_interface_set_new (void)
{
  McastInterfaceSet *self = g_new0 (McastInterfaceSet, 1);

  self->entries = entries_new ();
  self->before = entries_new ();
  return self;
}

void
_mcast_interface_set_free (McastInterfaceSet *self)
{
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->before);
  g_free (self);
}

/* Begins a resynchronization after messages were lost, with an empty set. All interfaces that are
 * applied get a new generation, since one that looks the same may have been recreated. */
void
_mcast_interface_set_begin_resync (McastInterfaceSet *self)
{
  GHashTable *empty = self->before;

  /* The one before did not end: its interfaces are incomplete and not worth keeping. */
  if (g_hash_table_size (self->before) > 0)
    {
      g_hash_table_remove_all (self->entries);
      return;
    }
  self->before = self->entries;
  self->entries = empty;
}

void
_mcast_interface_set_end_resync (McastInterfaceSet *self)
{
  g_hash_table_remove_all (self->before);
}

/* An interface that looks the same after messages were lost keeps its life. */
static void
resume_life (McastInterfaceSet *self, Entry *entry)
{
  const Entry *before = g_hash_table_lookup (self->before, GUINT_TO_POINTER (entry->index));

  if (before != NULL && strcmp (before->name, entry->name) == 0
      && g_strcmp0 (before->hardware_address, entry->hardware_address) == 0)
    entry->life = before->life;
}

static Entry *
add_entry (McastInterfaceSet *self, guint index)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->index = index;
  entry->generation = ++self->last_generation;
  entry->ipv6_generation = entry->generation;
  entry->life = entry->generation;
  entry->alt_names = g_new0 (char *, 1);
  entry->addresses = g_array_new (FALSE, TRUE, sizeof (McastInterfaceAddress));
  g_hash_table_insert (self->entries, GUINT_TO_POINTER (index), entry);
  return entry;
}

static char *
format_hardware_address (const McastNetlinkLink *link)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (link->hardware_address_length == 0 || link->hardware_address_length > MAX_HARDWARE_ADDRESS)
    return NULL;
  for (gsize i = 0; i < link->hardware_address_length; i++)
    g_string_append_printf (text, "%s%02x", i > 0 ? ":" : "", link->hardware_address[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Counts a return of the carrier while the interface was up. After an interruption of less than a
 * second the flags are the same, and only the kernel's count shows it. */
static void
note_carrier (Entry *entry, const McastNetlinkLink *link)
{
  gboolean was_up = (entry->flags & MCAST_LINK_UP) != 0;
  gboolean was_running = (entry->flags & MCAST_LINK_RUNNING) != 0;
  gboolean is_running = (link->flags & MCAST_LINK_RUNNING) != 0;

  if (was_up && !is_running)
    return;
  if (was_up && (!was_running || link->carrier_ups > entry->carrier_ups))
    {
      entry->n_carriers++;
      g_clear_object (&entry->iface);
    }
  entry->carrier_ups = MAX (entry->carrier_ups, link->carrier_ups);
}

static void
set_flags (Entry *entry, McastLinkFlags flags)
{
  if (entry->flags != flags)
    g_clear_object (&entry->iface);
  entry->flags = flags;
}

static void
set_mtu (McastInterfaceSet *self, Entry *entry, guint mtu)
{
  if (entry->mtu >= IPV6_MIN_MTU && mtu < IPV6_MIN_MTU)
    entry->ipv6_generation = ++self->last_generation;
  if (entry->mtu != mtu)
    g_clear_object (&entry->iface);
  entry->mtu = mtu;
}

static void
set_text (Entry *entry, char **text, const char *value)
{
  if (g_strcmp0 (*text, value) == 0)
    return;
  g_free (*text);
  *text = g_strdup (value);
  g_clear_object (&entry->iface);
}

static void
set_master (Entry *entry, guint master)
{
  if (entry->master != master)
    g_clear_object (&entry->iface);
  entry->master = master;
}

static void
set_alt_names (Entry *entry, const char *const *names)
{
  static const char *const none[] = { NULL };
  const char *const *value = names != NULL ? names : none;

  if (g_strv_equal ((const char *const *) entry->alt_names, value))
    return;
  g_strfreev (entry->alt_names);
  entry->alt_names = g_strdupv ((GStrv) value);
  g_clear_object (&entry->iface);
}

static void
set_attributes (McastInterfaceSet *self, Entry *entry, const McastNetlinkLink *link)
{
  g_autofree char *hardware_address = format_hardware_address (link);

  set_text (entry, &entry->name, link->name);
  if (!link->partial || link->flags != 0)
    {
      note_carrier (entry, link);
      set_flags (entry, link->flags);
    }
  if (!link->partial || link->mtu != 0)
    set_mtu (self, entry, link->mtu);
  if (!link->partial || link->hardware_address != NULL)
    set_text (entry, &entry->hardware_address, hardware_address);
  if (link->partial)
    return;
  set_master (entry, link->master);
  set_text (entry, &entry->master_kind, link->master_kind);
  set_text (entry, &entry->kind, link->kind);
  set_alt_names (entry, link->alt_names);
}

void
_mcast_interface_set_apply_link (McastInterfaceSet *self, const McastNetlinkLink *link)
{
  Entry *entry = g_hash_table_lookup (self->entries, GUINT_TO_POINTER (link->index));
  gboolean is_new = entry == NULL;

  if (link->removed)
    {
      g_hash_table_remove (self->entries, GUINT_TO_POINTER (link->index));
      return;
    }

  if (is_new)
    entry = add_entry (self, link->index);
  set_attributes (self, entry, link);
  if (is_new)
    resume_life (self, entry);
}

static gint
find_address (GArray *addresses, const McastNetlinkAddress *wanted)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      McastInterfaceAddress *address = &g_array_index (addresses, McastInterfaceAddress, i);

      if (_mcast_address_equal (&address->address, &wanted->address)
          && address->prefix_length == wanted->prefix_length)
        return (gint) i;
    }
  return -1;
}

static gboolean
is_changed (GArray *addresses, gint position, const McastInterfaceAddress *value)
{
  const McastInterfaceAddress *now = &g_array_index (addresses, McastInterfaceAddress, position);

  return now->tentative != value->tentative || now->limited_scope != value->limited_scope
         || strcmp (now->label, value->label) != 0;
}

void
_mcast_interface_set_apply_address (McastInterfaceSet *self, const McastNetlinkAddress *address)
{
  Entry *entry = g_hash_table_lookup (self->entries, GUINT_TO_POINTER (address->index));
  McastInterfaceAddress value = {
    .address = address->address,
    .prefix_length = address->prefix_length,
    .tentative = address->tentative,
    .limited_scope = address->limited_scope,
  };
  gint position;

  /* The link was removed by an earlier message. */
  if (entry == NULL)
    return;

  if (address->label != NULL && strcmp (address->label, entry->name) != 0)
    g_strlcpy (value.label, address->label, sizeof value.label);
  position = find_address (entry->addresses, address);
  if (address->removed && position >= 0)
    g_array_remove_index (entry->addresses, position);
  else if (!address->removed && position < 0)
    g_array_append_val (entry->addresses, value);
  else if (!address->removed && is_changed (entry->addresses, position, &value))
    g_array_index (entry->addresses, McastInterfaceAddress, position) = value;
  else
    return;
  g_clear_object (&entry->iface);
}

static const char *
find_name (McastInterfaceSet *self, guint index)
{
  const Entry *entry = g_hash_table_lookup (self->entries, GUINT_TO_POINTER (index));

  return entry != NULL ? entry->name : NULL;
}

static McastInterface *
get_interface (McastInterfaceSet *self, Entry *entry)
{
  const char *master_name = find_name (self, entry->master);

  set_text (entry, &entry->master_name, master_name);
  if (entry->iface == NULL)
    {
      const McastInterfaceInfo info = {
        .generation = entry->generation,
        .ipv6_generation = entry->ipv6_generation,
        .life = entry->life,
        .index = entry->index,
        .mtu = entry->mtu,
        .flags = entry->flags,
        .n_carriers = entry->n_carriers,
        .name = entry->name,
        .hardware_address = entry->hardware_address,
        .master = entry->master,
        .master_name = master_name,
        .master_kind = entry->master_kind,
        .kind = entry->kind,
        .alt_names = (const char *const *) entry->alt_names,
        .addresses = (const McastInterfaceAddress *) (gpointer) entry->addresses->data,
        .n_addresses = entry->addresses->len,
      };

      entry->iface = _mcast_interface_new (&info);
    }
  return g_object_ref (entry->iface);
}

static gint
compare_index (gconstpointer a, gconstpointer b)
{
  guint left = mcast_interface_get_index (*(McastInterface *const *) a);
  guint right = mcast_interface_get_index (*(McastInterface *const *) b);

  return left < right ? -1 : left > right;
}

/* Returns all interfaces in order of their index, as an array that never changes. */
GPtrArray *
_mcast_interface_set_snapshot (McastInterfaceSet *self)
{
  GPtrArray *interfaces = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    g_ptr_array_add (interfaces, get_interface (self, entry));
  g_ptr_array_sort (interfaces, compare_index);
  return interfaces;
}
