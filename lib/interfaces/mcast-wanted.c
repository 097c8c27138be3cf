/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "interfaces/mcast-wanted-private.h"

#include "mcast-error.h"

static void
wanted_group_free (McastWantedGroup *wanted)
{
  mcast_group_unref (wanted->group);
  g_ptr_array_unref (wanted->selectors);
  g_free (wanted);
}

static GPtrArray *
new_selectors (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_interface_selector_free);
}

void
_mcast_wanted_init (McastWanted *self)
{
  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) wanted_group_free);
  self->selectors = new_selectors ();
}

void
_mcast_wanted_clear (McastWanted *self)
{
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->selectors, g_ptr_array_unref);
}

McastWantedGroup *
_mcast_wanted_get_nth (McastWanted *self, guint n)
{
  return self->groups->pdata[n];
}

static guint
get_port (McastWanted *self, McastGroup *group)
{
  guint port = mcast_group_get_port (group);

  return port != 0 ? port : self->port;
}

/* Returns the text of the only interface of a group, or NULL if there are several or the
 * default. */
static const char *
get_interface (McastWanted *self, McastGroup *group)
{
  const char *own = mcast_group_get_interface (group);

  if (own == NULL && self->selectors->len == 1 && self->by_default == NULL)
    return _mcast_interface_selector_get_text (self->selectors->pdata[0]);
  return own;
}

/* Checks whether two groups are the same, however they are written: with the port and the interface
 * of the socket, or without. */
static gboolean
is_same_group (McastWanted *self, McastGroup *a, McastGroup *b)
{
  return _mcast_address_equal (_mcast_group_address (a), _mcast_group_address (b))
         && get_port (self, a) == get_port (self, b)
         && g_strcmp0 (get_interface (self, a), get_interface (self, b)) == 0
         && _mcast_source_filter_equal (_mcast_group_filter (a), _mcast_group_filter (b));
}

static gint
find_group (McastWanted *self, McastGroup *group)
{
  for (guint i = 0; i < self->groups->len; i++)
    if (is_same_group (self, _mcast_wanted_get_nth (self, i)->group, group))
      return (gint) i;
  return -1;
}

/* Checks whether @group was added, however it was written. An ad-hoc group does not count. */
gboolean
_mcast_wanted_has_group (McastWanted *self, McastGroup *group)
{
  return !self->ad_hoc && find_group (self, group) >= 0;
}

static void
append_group (McastWanted *self, McastGroup *group)
{
  McastWantedGroup *wanted = g_new0 (McastWantedGroup, 1);
  const char *own = mcast_group_get_interface (group);

  wanted->group = mcast_group_ref (group);
  /* The text was checked when the group was parsed. */
  wanted->selectors = own != NULL ? new_selectors () : g_ptr_array_ref (self->selectors);
  if (own != NULL)
    g_ptr_array_add (wanted->selectors, _mcast_interface_selector_new (own, NULL));
  g_ptr_array_add (self->groups, wanted);
}

/* Adds a group for good, in place of ad-hoc ones. */
void
_mcast_wanted_add_group (McastWanted *self, McastGroup *group)
{
  if (self->ad_hoc)
    g_ptr_array_set_size (self->groups, 0);
  self->ad_hoc = FALSE;
  append_group (self, group);
}

/* Adds the destination of a datagram; the oldest of @max such groups makes room. */
void
_mcast_wanted_add_ad_hoc (McastWanted *self, McastGroup *group, guint max)
{
  if (find_group (self, group) >= 0)
    return;
  if (self->groups->len == max)
    g_ptr_array_remove_index (self->groups, 0);
  self->ad_hoc = TRUE;
  append_group (self, group);
}

/* Returns FALSE if the group was not added. */
gboolean
_mcast_wanted_remove_group (McastWanted *self, McastGroup *group)
{
  gint position = find_group (self, group);

  if (position < 0)
    return FALSE;
  g_ptr_array_remove_index (self->groups, (guint) position);
  return TRUE;
}

static gboolean
is_selector (McastWanted *self, McastInterfaceSelector *selector, const char *text)
{
  if (text == NULL || selector == self->by_default)
    return text == NULL && selector == self->by_default;
  return g_str_equal (_mcast_interface_selector_get_text (selector), text);
}

static gint
find_selector (McastWanted *self, const char *text)
{
  for (guint i = 0; i < self->selectors->len; i++)
    if (is_selector (self, self->selectors->pdata[i], text))
      return (gint) i;
  return -1;
}

/* @text is NULL for what is meant where nobody names an interface. */
gboolean
_mcast_wanted_add_interface (McastWanted *self, const char *text, GError **error)
{
  g_autoptr (McastInterfaceSelector)
    selector = _mcast_interface_selector_new (text != NULL ? text : "*", error);

  if (selector == NULL)
    return FALSE;
  if (find_selector (self, text) >= 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "Interface “%s” was already added",
                   _mcast_interface_selector_get_text (selector));
      return FALSE;
    }
  if (text == NULL)
    self->by_default = selector;
  g_ptr_array_add (self->selectors, g_steal_pointer (&selector));
  return TRUE;
}

/* Checks whether the interfaces of the selectors from @first on exist, whether or not a group uses
 * them. */
gboolean
_mcast_wanted_check_interfaces (McastWanted *self, guint first, GPtrArray *interfaces,
                                GError **error)
{
  for (guint i = first; i < self->selectors->len; i++)
    if (!_mcast_interface_selector_check (self->selectors->pdata[i], interfaces, error))
      return FALSE;
  return TRUE;
}

gboolean
_mcast_wanted_remove_interface (McastWanted *self, const char *text, GError **error)
{
  gint position = find_selector (self, text);

  /* “*” also removes the default selector, which has no text. */
  if (position < 0 && g_strcmp0 (text, "*") == 0)
    position = find_selector (self, NULL);
  if (position < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "Interface “%s” was not added; to remove an interface, use the text that it was "
                   "added with",
                   text != NULL ? text : "NULL");
      return FALSE;
    }
  if (self->selectors->pdata[position] == self->by_default)
    self->by_default = NULL;
  g_ptr_array_remove_index (self->selectors, (guint) position);
  return TRUE;
}

char **
_mcast_wanted_get_groups (McastWanted *self)
{
  GPtrArray *texts = g_ptr_array_new ();

  for (guint i = 0; !self->ad_hoc && i < self->groups->len; i++)
    g_ptr_array_add (texts, mcast_group_to_string (_mcast_wanted_get_nth (self, i)->group));
  g_ptr_array_add (texts, NULL);
  return (char **) g_ptr_array_free (texts, FALSE);
}

/* Returns the groups: McastGroup. */
GPtrArray *
_mcast_wanted_list_groups (McastWanted *self)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) mcast_group_unref);

  for (guint i = 0; !self->ad_hoc && i < self->groups->len; i++)
    g_ptr_array_add (groups, mcast_group_ref (_mcast_wanted_get_nth (self, i)->group));
  return groups;
}

/* Returns the texts of the selectors, without the one that stands for no choice. */
char **
_mcast_wanted_get_interfaces (McastWanted *self)
{
  GPtrArray *texts = g_ptr_array_new ();

  for (guint i = 0; i < self->selectors->len; i++)
    if (self->selectors->pdata[i] != self->by_default)
      g_ptr_array_add (texts,
                       g_strdup (_mcast_interface_selector_get_text (self->selectors->pdata[i])));
  g_ptr_array_add (texts, NULL);
  return (char **) g_ptr_array_free (texts, FALSE);
}
