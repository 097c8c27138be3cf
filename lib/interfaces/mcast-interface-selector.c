/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "interfaces/mcast-interface-selector-private.h"

#include <string.h>

#include "mcast-error.h"
#include "mcast-interface-specifier-private.h"
#include "mcast-log-private.h"

/* The interfaces that one specifier means, now and later. */
struct _McastInterfaceSelector
{
  McastInterfaceSpecifier specifier;
  /* The result of the last selection, or NULL. */
  GPtrArray *held;
  gboolean was_met;
};

McastInterfaceSelector *
_mcast_interface_selector_new (const char *text, GError **error)
{
  g_autoptr (McastInterfaceSelector) self = g_new0 (McastInterfaceSelector, 1);

  if (!_mcast_interface_specifier_init (&self->specifier, text, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
_mcast_interface_selector_free (McastInterfaceSelector *self)
{
  _mcast_interface_specifier_clear (&self->specifier);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_free (self);
}

const char *
_mcast_interface_selector_get_text (McastInterfaceSelector *self)
{
  return self->specifier.text;
}

gboolean
_mcast_interface_selector_is_any (McastInterfaceSelector *self)
{
  return self->specifier.is_any;
}

/* Returns whether the last selection found an interface. */
gboolean
_mcast_interface_selector_has_selected (McastInterfaceSelector *self)
{
  return self->held != NULL && self->held->len > 0;
}

/* Returns whether any selection has found an interface. */
gboolean
_mcast_interface_selector_was_met (McastInterfaceSelector *self)
{
  return self->was_met;
}

/* Returns whether it was selected last time, in the same life. */
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
         && !_mcast_interface_is_port (iface)
         && (mcast_interface_is_up (iface) || is_held (self, iface));
}

typedef gboolean (*FilterFunc) (McastInterfaceSelector *self, McastInterface *iface);

static GPtrArray *
filter (McastInterfaceSelector *self, GPtrArray *known, FilterFunc wants)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < known->len; i++)
    if (wants (self, known->pdata[i]))
      g_ptr_array_add (found, g_object_ref (known->pdata[i]));
  return found;
}

static gboolean
was_port (McastInterfaceSelector *self, McastInterface *iface)
{
  McastInterface *before = NULL;

  if (self->held != NULL)
    before = _mcast_interface_by_index (self->held, mcast_interface_get_index (iface));
  return before != NULL && _mcast_interface_is_port (before);
}

/* Each group may have a selector of its own. */
static void
log_ports (McastInterfaceSelector *self, GPtrArray *found)
{
  for (guint i = 0; i < found->len; i++)
    {
      McastInterface *iface = found->pdata[i];
      const char *name = mcast_interface_get_name (iface);
      const char *master = mcast_interface_get_master (iface);

      if (!_mcast_interface_is_port (iface) || was_port (self, iface))
        continue;
      MCAST_LOG (MESSAGE, (.iface = name),
                 "Interface %s is a port of %s, which gets most of what arrives there; select %s",
                 name, master != NULL ? master : "another interface",
                 master != NULL ? master : "that");
    }
}

/* No name of an interface contains a colon. */
static gboolean
is_address_or_label (McastInterfaceSelector *self)
{
  return _mcast_interface_specifier_is_address (&self->specifier)
         || strchr (self->specifier.text, ':') != NULL;
}

static GPtrArray *
find (McastInterfaceSelector *self, GPtrArray *known)
{
  g_autoptr (GPtrArray) found = NULL;

  if (self->specifier.is_any)
    return filter (self, known, is_usable);
  found = _mcast_interface_specifier_match (&self->specifier, known);
  if (found->len == 0 && is_address_or_label (self))
    return filter (self, known, is_held);
  return g_steal_pointer (&found);
}

/* Returns the selected interfaces of @known. The kernel keeps a membership while an interface is
 * down or has lost its address, so an interface that was selected by "*" or by an address stays
 * selected until it is removed or, for an address, until another interface has the address. A name
 * is the identity: a renamed interface is no longer selected. "*" does not stand for the ports of
 * bridges, bonds and teams. */
GPtrArray *
_mcast_interface_selector_select (McastInterfaceSelector *self, GPtrArray *known)
{
  GPtrArray *found = find (self, known);

  if (found->len == 0 && !self->specifier.is_any && (self->held == NULL || self->held->len > 0))
    MCAST_LOG (DEBUG, (.iface = self->specifier.text), "no such interface at present");
  if (!self->specifier.is_any)
    log_ports (self, found);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  self->held = g_ptr_array_ref (found);
  self->was_met = self->was_met || found->len > 0;
  return found;
}

/* Checks whether a named interface exists, without selecting it. One that was selected before is
 * waited for. */
gboolean
_mcast_interface_selector_check (McastInterfaceSelector *self, GPtrArray *known, GError **error)
{
  g_autoptr (GPtrArray) found = find (self, known);

  if (found->len > 0 || self->specifier.is_any || self->was_met)
    return TRUE;
  _mcast_interface_selector_set_missing_error (self, known, error);
  return FALSE;
}

/* Returns the address of a selected interface by which it was selected, or NULL. */
const McastInterfaceAddress *
_mcast_interface_selector_find_address (McastInterfaceSelector *self, McastInterface *iface)
{
  if (self->specifier.is_any || _mcast_interface_has_name (iface, self->specifier.text))
    return NULL;
  return _mcast_interface_specifier_find_address (&self->specifier, iface);
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
               "No network interface has the %s “%s”; available: %s",
               _mcast_interface_specifier_is_address (&self->specifier) ? "address"
                                                                        : "name or index",
               self->specifier.text, names);
}
