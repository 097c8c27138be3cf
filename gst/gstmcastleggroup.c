/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastleggroup.h"

#include <mcast.h>

static void
leg_group_free (gpointer data)
{
  GstMcastLegGroup *item = data;

  g_free (item->group);
  g_free (item->leg);
  g_free (item);
}

GPtrArray *
gst_mcast_leg_groups_new (void)
{
  return g_ptr_array_new_with_free_func (leg_group_free);
}

void
gst_mcast_leg_groups_add (GPtrArray *self, const char *group, const char *leg)
{
  GstMcastLegGroup *item = g_new0 (GstMcastLegGroup, 1);

  item->group = g_strdup (group);
  item->leg = g_strdup (leg);
  g_ptr_array_add (self, item);
}

/* Adds groups without a leg. */
void
gst_mcast_leg_groups_add_all (GPtrArray *self, const char *const *groups)
{
  for (guint i = 0; groups[i] != NULL; i++)
    gst_mcast_leg_groups_add (self, groups[i], NULL);
}

static void
add_copies (GPtrArray *self, GPtrArray *others)
{
  for (guint i = 0; i < others->len; i++)
    {
      const GstMcastLegGroup *item = g_ptr_array_index (others, i);

      gst_mcast_leg_groups_add (self, item->group, item->leg);
    }
}

/* Returns the groups of both. */
GPtrArray *
gst_mcast_leg_groups_concat (GPtrArray *self, GPtrArray *others)
{
  GPtrArray *all = gst_mcast_leg_groups_new ();

  add_copies (all, self);
  add_copies (all, others);
  return all;
}

gboolean
gst_mcast_leg_groups_contain (GPtrArray *self, const char *group)
{
  for (guint i = 0; i < self->len; i++)
    if (g_strcmp0 (((GstMcastLegGroup *) g_ptr_array_index (self, i))->group, group) == 0)
      return TRUE;
  return FALSE;
}

/* Either all groups have a leg or none has. */
gboolean
gst_mcast_leg_groups_have_legs (GPtrArray *self)
{
  return self->len > 0 && ((GstMcastLegGroup *) g_ptr_array_index (self, 0))->leg != NULL;
}

/* Returns each group once, for the library. */
char **
gst_mcast_leg_groups_list (GPtrArray *self)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  for (guint i = 0; i < self->len; i++)
    {
      const GstMcastLegGroup *item = g_ptr_array_index (self, i);

      if (item->group != NULL
          && !g_ptr_array_find_with_equal_func (list, item->group, g_str_equal, NULL))
        g_ptr_array_add (list, item->group);
    }
  g_ptr_array_add (list, NULL);
  return g_strdupv ((char **) list->pdata);
}

/* --- Finding the leg of a path --------------------------------------------------------------- */

/* @known: the interfaces, which are listed when they are first needed */
static gboolean
selects (const char *specifier, const char *iface, guint interface_index, GPtrArray **known)
{
  const char *const specifiers[] = { specifier, NULL };
  g_autoptr (GPtrArray) found = NULL;

  if (g_str_equal (specifier, iface))
    return TRUE;
  if (*known == NULL)
    *known = mcast_interface_list (NULL);
  if (*known != NULL)
    found = mcast_interface_find (specifiers, *known, NULL);
  for (guint i = 0; found != NULL && i < found->len; i++)
    if (mcast_interface_get_index (g_ptr_array_index (found, i)) == interface_index)
      return TRUE;
  return FALSE;
}

/* Returns how well @item fits a path: 0 if it does not. */
static guint
rate (const GstMcastLegGroup *item, const char *address, guint port, const char *iface,
      guint interface_index, GPtrArray **known)
{
  g_autoptr (McastGroup) group = item->group != NULL ? mcast_group_parse (item->group, NULL) : NULL;
  g_autofree char *text = NULL;
  const char *specifier;

  if (group == NULL)
    return 0;
  text = g_inet_address_to_string (mcast_group_get_address (group));
  specifier = mcast_group_get_interface (group);
  if (!g_str_equal (text, address)
      || (mcast_group_get_port (group) != 0 && mcast_group_get_port (group) != port))
    return 0;
  return 1 + (mcast_group_get_port (group) == port ? 1 : 0)
         + (specifier != NULL && selects (specifier, iface, interface_index, known) ? 2 : 0);
}

/* Returns the name of the leg that a path belongs to, %NULL without one. Several legs may have the
 * same group on different interfaces. @known: the interfaces, %NULL before the first call of
 * several */
const char *
gst_mcast_leg_groups_find (GPtrArray *self, const char *address, guint port, const char *iface,
                           guint interface_index, GPtrArray **known)
{
  const char *leg = NULL;
  guint best = 0;

  /* A sender has a socket for each leg. */
  if (self->len == 1)
    return ((GstMcastLegGroup *) g_ptr_array_index (self, 0))->leg;
  for (guint i = 0; i < self->len; i++)
    {
      const GstMcastLegGroup *item = g_ptr_array_index (self, i);
      guint rating = rate (item, address, port, iface, interface_index, known);

      if (rating <= best)
        continue;
      best = rating;
      leg = item->leg;
    }
  return leg;
}

/* --- The groups of a socket ------------------------------------------------------------------ */

static GQuark
groups_quark (void)
{
  return g_quark_from_static_string ("gst-mcast-leg-groups");
}

/* Sets the groups of @socket, which must not change from now on, because any thread may use
 * them. */
void
gst_mcast_leg_groups_attach (GPtrArray *self, GObject *socket)
{
  g_object_set_qdata_full (socket, groups_quark (), g_ptr_array_ref (self),
                           (GDestroyNotify) g_ptr_array_unref);
}

static gpointer
ref_groups (gpointer groups, gpointer data)
{
  return groups != NULL ? g_ptr_array_ref (groups) : NULL;
}

/* Returns the groups of @socket, %NULL without them. */
GPtrArray *
gst_mcast_leg_groups_of (GObject *socket)
{
  return g_object_dup_qdata (socket, groups_quark (), ref_groups, NULL);
}
