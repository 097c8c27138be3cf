/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-target.h"

gboolean
doctor_target_init (DoctorTarget *self, const char *group, guint port, char **interfaces,
                    GError **error)
{
  const char *specifiers[] = { "*", NULL };

  self->port = port;
  self->named = interfaces != NULL;
  if (group != NULL)
    {
      self->group_text = g_strdup (group);
      self->group = mcast_group_parse (group, error);
      if (self->group == NULL)
        return FALSE;
      if (mcast_group_get_port (self->group) != 0)
        self->port = mcast_group_get_port (self->group);
      if (mcast_group_get_interface (self->group) != NULL)
        {
          self->named = TRUE;
          specifiers[0] = mcast_group_get_interface (self->group);
        }
    }

  self->all = mcast_interface_list (error);
  if (self->all == NULL)
    return FALSE;
  self->interfaces = mcast_interface_find (interfaces != NULL ? (const char *const *) interfaces
                                                              : specifiers,
                                           self->all, error);
  return self->interfaces != NULL;
}

void
doctor_target_clear (DoctorTarget *self)
{
  g_clear_pointer (&self->group, mcast_group_unref);
  g_free (self->group_text);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_clear_pointer (&self->interfaces, g_ptr_array_unref);
}

gboolean
doctor_target_wants (const DoctorTarget *self, GSocketFamily family)
{
  return self->group == NULL || mcast_group_get_family (self->group) == family;
}
