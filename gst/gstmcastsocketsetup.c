/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastsocketsetup.h"

#include "gstmcastleggroup.h"
#include "gstmcastsocketproperty.h"

/* --- One setup ------------------------------------------------------------------------------- */

/* Takes @groups. */
GstMcastSocketSetup *
gst_mcast_socket_setup_new (const char *key, GPtrArray *groups)
{
  GstMcastSocketSetup *self = g_new0 (GstMcastSocketSetup, 1);

  self->key = g_strdup (key);
  self->groups = groups;
  self->properties = gst_mcast_socket_properties_new ();
  return self;
}

void
gst_mcast_socket_setup_free (GstMcastSocketSetup *self)
{
  g_free (self->key);
  g_ptr_array_unref (self->groups);
  g_array_unref (self->properties);
  g_free (self);
}

/* Returns the same setup with other groups. Takes @groups. */
GstMcastSocketSetup *
gst_mcast_socket_setup_copy (const GstMcastSocketSetup *self, GPtrArray *groups)
{
  GstMcastSocketSetup *copy = g_new0 (GstMcastSocketSetup, 1);

  copy->key = g_strdup (self->key);
  copy->is_copy = self->is_copy;
  copy->groups = groups;
  copy->properties = g_array_ref (self->properties);
  return copy;
}

/* --- The setups of an element ---------------------------------------------------------------- */

GPtrArray *
gst_mcast_socket_setups_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) gst_mcast_socket_setup_free);
}

static guint
count_before (const char *const *list, guint position)
{
  guint n = 0;

  for (guint i = 0; i < position; i++)
    n += g_str_equal (list[i], list[position]) ? 1 : 0;
  return n;
}

static char *
make_key (guint n)
{
  return g_strdup_printf ("copy %u", n);
}

/* Returns the groups with more than @n copies. */
static GPtrArray *
select_groups (const char *const *groups, guint n)
{
  GPtrArray *selected = gst_mcast_leg_groups_new ();

  for (guint i = 0; groups[i] != NULL; i++)
    if (count_before (groups, i) == n)
      gst_mcast_leg_groups_add (selected, groups[i], NULL);
  return selected;
}

/* Adds the setups for groups without legs. A socket has each group once, so a group that is listed
 * n times is in n sockets. The first socket has all groups; further sockets are rare. */
void
gst_mcast_socket_setups_add_copies (GPtrArray *self, const char *const *groups)
{
  for (guint n = 0;; n++)
    {
      g_autofree char *key = make_key (n);
      GPtrArray *selected = select_groups (groups, n);
      GstMcastSocketSetup *setup;

      if (selected->len == 0)
        {
          g_ptr_array_unref (selected);
          return;
        }
      setup = gst_mcast_socket_setup_new (key, selected);
      setup->is_copy = n > 0;
      g_ptr_array_add (self, setup);
    }
}

/* Adds the setup of a single socket for @groups, which it takes. */
void
gst_mcast_socket_setups_add_shared (GPtrArray *self, GPtrArray *groups)
{
  g_autofree char *key = make_key (0);

  g_ptr_array_add (self, gst_mcast_socket_setup_new (key, groups));
}

/* Adds the setup of a socket of its own for @leg. @group: (nullable): the group, if it is known */
void
gst_mcast_socket_setups_add_leg (GPtrArray *self, const GstMcastLeg *leg, const char *group)
{
  GPtrArray *groups = gst_mcast_leg_groups_new ();
  GstMcastSocketSetup *setup = gst_mcast_socket_setup_new (leg->name, groups);

  gst_mcast_leg_groups_add (groups, group, leg->name);
  gst_mcast_leg_add_socket_properties (leg, setup->properties);
  g_ptr_array_add (self, setup);
}

/* Returns the setup with a key and sets its @position, or returns %NULL. */
GstMcastSocketSetup *
gst_mcast_socket_setups_find (GPtrArray *self, const char *key, guint *position)
{
  for (guint i = 0; i < self->len; i++)
    {
      GstMcastSocketSetup *setup = g_ptr_array_index (self, i);

      if (!g_str_equal (setup->key, key))
        continue;
      *position = i;
      return setup;
    }
  return NULL;
}
