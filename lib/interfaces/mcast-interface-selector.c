/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "interfaces/mcast-interface-selector-private.h"

#include <string.h>

#include "mcast-error.h"

/* The kernel's IFNAMSIZ less the end of the text. */
#define MAX_NAME_LENGTH 15

/* The way a user names interfaces: "*", a name, an index, or an address with an optional scope. */
struct _McastInterfaceSelector
{
  char *text;
  gboolean is_any;
  McastAddress address;
  char *scope;
  guint index;
  /* What it selected last; see select. */
  GPtrArray *held;
  gboolean was_met;
};

static gboolean
is_name (const char *text)
{
  gsize length = strlen (text);

  return length > 0 && length <= MAX_NAME_LENGTH && strpbrk (text, "/ \t\r\n%:") == NULL
         && strcmp (text, ".") != 0 && strcmp (text, "..") != 0;
}

/* An address, with the scope that `ip address` users write behind link-local ones: fe80::1%eth0. */
static gboolean
parse_address (McastInterfaceSelector *self)
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

McastInterfaceSelector *
_mcast_interface_selector_new (const char *text, GError **error)
{
  g_autoptr (McastInterfaceSelector) self = g_new0 (McastInterfaceSelector, 1);
  guint64 index;

  self->text = g_strdup (text);
  self->is_any = strcmp (text, "*") == 0;
  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT, &index, NULL))
    self->index = (guint) index;
  if (self->is_any || is_name (text) || parse_address (self))
    {
      /* A dotted quad has the form of a name, too. */
      if (!self->is_any && self->address.family == 0)
        _mcast_address_parse (text, &self->address);
      return g_steal_pointer (&self);
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "“%s” does not name a network interface: write its name (at most %d characters), "
               "its index, one of its addresses, or * for every one",
               text, MAX_NAME_LENGTH);
  return NULL;
}

void
_mcast_interface_selector_free (McastInterfaceSelector *self)
{
  g_free (self->text);
  g_free (self->scope);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_free (self);
}

const char *
_mcast_interface_selector_get_text (McastInterfaceSelector *self)
{
  return self->text;
}

gboolean
_mcast_interface_selector_is_any (McastInterfaceSelector *self)
{
  return self->is_any;
}

gboolean
_mcast_interface_selector_is_address (McastInterfaceSelector *self)
{
  return self->address.family != 0;
}

/* Whether the last selection found any. */
gboolean
_mcast_interface_selector_has_selected (McastInterfaceSelector *self)
{
  return self->held != NULL && self->held->len > 0;
}

/* Whether any selection ever found one. */
gboolean
_mcast_interface_selector_was_met (McastInterfaceSelector *self)
{
  return self->was_met;
}

static gboolean
is_named (McastInterfaceSelector *self, McastInterface *iface)
{
  return strcmp (self->text, mcast_interface_get_name (iface)) == 0;
}

static gboolean
is_indexed (McastInterfaceSelector *self, McastInterface *iface)
{
  return self->index != 0 && self->index == mcast_interface_get_index (iface);
}

static gboolean
is_addressed (McastInterfaceSelector *self, McastInterface *iface)
{
  g_autofree char *index = NULL;

  if (self->address.family == 0 || !_mcast_interface_has_address (iface, &self->address))
    return FALSE;
  if (self->scope == NULL || strcmp (self->scope, mcast_interface_get_name (iface)) == 0)
    return TRUE;
  index = g_strdup_printf ("%u", mcast_interface_get_index (iface));
  return strcmp (self->scope, index) == 0;
}

/* Whether it was selected last time, in the same life. */
static gboolean
is_held (McastInterfaceSelector *self, McastInterface *iface)
{
  McastInterface *before = NULL;

  if (self->held != NULL)
    before = _mcast_interface_by_index (self->held, mcast_interface_get_index (iface));
  return before != NULL
         && _mcast_interface_get_info (before)->life == _mcast_interface_get_info (iface)->life;
}

static gboolean
is_usable (McastInterfaceSelector *self, McastInterface *iface)
{
  return mcast_interface_is_multicast (iface) && !mcast_interface_is_loopback (iface)
         && (mcast_interface_is_up (iface) || is_held (self, iface));
}

typedef gboolean (*MatchFunc) (McastInterfaceSelector *self, McastInterface *iface);

static GPtrArray *
filter (McastInterfaceSelector *self, GPtrArray *known, MatchFunc match)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < known->len; i++)
    if (match (self, known->pdata[i]))
      g_ptr_array_add (found, g_object_ref (known->pdata[i]));
  return found;
}

static GPtrArray *
find (McastInterfaceSelector *self, GPtrArray *known)
{
  static const MatchFunc matches[] = { is_named, is_indexed, is_addressed };

  if (self->is_any)
    return filter (self, known, is_usable);

  for (guint i = 0; i < G_N_ELEMENTS (matches); i++)
    {
      g_autoptr (GPtrArray) found = filter (self, known, matches[i]);

      if (found->len > 0)
        return g_steal_pointer (&found);
    }
  if (_mcast_interface_selector_is_address (self))
    return filter (self, known, is_held);
  return g_ptr_array_new_with_free_func (g_object_unref);
}

/* The interfaces of @known that are meant. The kernel keeps a membership while an interface is
 * down or has lost its address, so what was selected by "*" or by an address stays selected until
 * it vanishes or, for an address, until the address is somewhere else. A name is the identity:
 * what is renamed is not meant any more. */
GPtrArray *
_mcast_interface_selector_select (McastInterfaceSelector *self, GPtrArray *known)
{
  GPtrArray *found = find (self, known);

  g_clear_pointer (&self->held, g_ptr_array_unref);
  self->held = g_ptr_array_ref (found);
  self->was_met = self->was_met || found->len > 0;
  return found;
}

GPtrArray *
_mcast_interface_selector_new_list (const char *const *texts, GError **error)
{
  g_autoptr (GPtrArray) selectors = NULL;

  selectors = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_interface_selector_free);
  for (gsize i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      McastInterfaceSelector *selector = _mcast_interface_selector_new (texts[i], error);

      if (selector == NULL)
        return NULL;
      g_ptr_array_add (selectors, selector);
    }
  return g_steal_pointer (&selectors);
}

void
_mcast_interface_selector_set_missing_error (McastInterfaceSelector *self, GPtrArray *known,
                                             GError **error)
{
  g_autofree char *names = _mcast_interface_names (known);

  g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE,
               "No network interface has the %s “%s”; there are: %s",
               _mcast_interface_selector_is_address (self) ? "address" : "name or index",
               self->text, names);
}
