/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-interface-specifier-private.h"

#include <string.h>

#include "mcast-interface-private.h"
#include "mcast-text-private.h"

/* The kernel's ALTIFNAMSIZ less the terminating zero. */
#define MAX_NAME_LENGTH 127

/* A user's text for network interfaces: "*", a name, an alternative name, an index, an address with
 * an optional scope, or the label of an address ("eth0:1"). It is a plain value;
 * interfaces/mcast-interface-selector.c adds which interfaces it selected before. */

static gboolean
is_name (const char *text)
{
  gsize length = strlen (text);

  return length > 0 && length <= MAX_NAME_LENGTH && strpbrk (text, "/ \t\r\n%") == NULL
         && strcmp (text, ".") != 0 && strcmp (text, "..") != 0;
}

/* Parses an address with an optional scope, as `ip address` users write link-local ones:
 * fe80::1%eth0. */
static gboolean
parse_address (McastInterfaceSpecifier *self)
{
  const char *percent = strchr (self->text, '%');
  g_autofree char *bare = NULL;

  bare = percent != NULL ? g_strndup (self->text, percent - self->text) : g_strdup (self->text);
  if (!_mcast_address_parse (bare, &self->address))
    return FALSE;
  if (percent == NULL)
    return TRUE;
  self->scope = g_strdup (percent + 1);
  return is_name (self->scope);
}

/* Parses @text. After a failure there is nothing to clear. */
gboolean
_mcast_interface_specifier_init (McastInterfaceSpecifier *self, const char *text, GError **error)
{
  gboolean has_address;
  guint64 index;

  *self = (McastInterfaceSpecifier) { .text = _mcast_text_from_bytes (text) };
  self->is_any = strcmp (text, "*") == 0;
  if (self->is_any)
    return TRUE;
  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT, &index, NULL))
    self->index = (guint) index;
  /* A dotted quad is a valid name as well. */
  has_address = parse_address (self);
  if (has_address || is_name (text))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "“%s” is not a valid network interface: use a name of at most %d characters, an "
               "index, an address, or * for all interfaces",
               text, MAX_NAME_LENGTH);
  _mcast_interface_specifier_clear (self);
  return FALSE;
}

void
_mcast_interface_specifier_clear (McastInterfaceSpecifier *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->scope, g_free);
}

gboolean
_mcast_interface_specifier_is_address (const McastInterfaceSpecifier *self)
{
  return self->address.family != AF_UNSPEC;
}

static gboolean
is_named (const McastInterfaceSpecifier *self, McastInterface *iface)
{
  return strcmp (self->text, mcast_interface_get_name (iface)) == 0;
}

static gboolean
is_named_alternatively (const McastInterfaceSpecifier *self, McastInterface *iface)
{
  return _mcast_interface_has_name (iface, self->text);
}

static gboolean
is_indexed (const McastInterfaceSpecifier *self, McastInterface *iface)
{
  return self->index != 0 && self->index == mcast_interface_get_index (iface);
}

static gboolean
is_in_scope (const McastInterfaceSpecifier *self, McastInterface *iface)
{
  g_autofree char *index = g_strdup_printf ("%u", mcast_interface_get_index (iface));

  return self->scope == NULL || _mcast_interface_has_name (iface, self->scope)
         || strcmp (self->scope, index) == 0;
}

/* Returns the address of @iface that the text is, or whose label it is, or NULL. */
const McastInterfaceAddress *
_mcast_interface_specifier_find_address (const McastInterfaceSpecifier *self, McastInterface *iface)
{
  const McastInterfaceInfo *info = _mcast_interface_get_info (iface);
  gboolean is_address = _mcast_interface_specifier_is_address (self);

  for (guint i = 0; i < info->n_addresses; i++)
    {
      const McastInterfaceAddress *own = &info->addresses[i];

      if (is_address && _mcast_address_equal (&own->address, &self->address))
        return is_in_scope (self, iface) ? own : NULL;
      if (own->label[0] != '\0' && strcmp (own->label, self->text) == 0)
        return own;
    }
  return NULL;
}

static gboolean
is_addressed (const McastInterfaceSpecifier *self, McastInterface *iface)
{
  return _mcast_interface_specifier_find_address (self, iface) != NULL;
}

typedef gboolean (*MatchFunc) (const McastInterfaceSpecifier *self, McastInterface *iface);

/* Returns the @interfaces with this name, else with this alternative name, index, or address or
 * label of one. Not for "*". */
GPtrArray *
_mcast_interface_specifier_match (const McastInterfaceSpecifier *self, GPtrArray *interfaces)
{
  static const MatchFunc matches[] = { is_named, is_named_alternatively, is_indexed, is_addressed };
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (matches) && found->len == 0; i++)
    for (guint j = 0; j < interfaces->len; j++)
      if (matches[i](self, interfaces->pdata[j]))
        g_ptr_array_add (found, g_object_ref (interfaces->pdata[j]));
  return found;
}
