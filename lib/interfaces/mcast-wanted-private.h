/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-group-private.h"
#include "interfaces/mcast-interface-selector-private.h"

G_BEGIN_DECLS

/* What a socket is to use: its groups, and the selectors of the interfaces for the groups that name
 * none. The plans turn it into paths on the interfaces that are present. */
typedef struct
{
  GPtrArray *groups;
  GPtrArray *selectors;
  /* The port of the groups that have none, 0 while it is not known. */
  guint port;
  /* The selector that stands for no choice, or NULL: "*", and lo where a receiver's route leads. */
  McastInterfaceSelector *by_default;
  /* The groups came with single datagrams; there are no others. */
  gboolean ad_hoc;
} McastWanted;

typedef struct
{
  McastGroup *group;
  /* One of the group's own, or those of all groups that name no interface. */
  GPtrArray *selectors;
} McastWantedGroup;

void _mcast_wanted_init (McastWanted *self);
void _mcast_wanted_clear (McastWanted *self);

gboolean _mcast_wanted_has_group (McastWanted *self, McastGroup *group);
void _mcast_wanted_add_group (McastWanted *self, McastGroup *group);
void _mcast_wanted_add_ad_hoc (McastWanted *self, McastGroup *group, guint max);
gboolean _mcast_wanted_remove_group (McastWanted *self, McastGroup *group);
gboolean _mcast_wanted_add_interface (McastWanted *self, const char *text, GError **error);
gboolean _mcast_wanted_check_interfaces (McastWanted *self, guint first, GPtrArray *interfaces,
                                         GError **error);
gboolean _mcast_wanted_remove_interface (McastWanted *self, const char *text, GError **error);
McastWantedGroup *_mcast_wanted_get_nth (McastWanted *self, guint n);
char **_mcast_wanted_get_groups (McastWanted *self);
GPtrArray *_mcast_wanted_list_groups (McastWanted *self);
char **_mcast_wanted_get_interfaces (McastWanted *self);

G_END_DECLS
