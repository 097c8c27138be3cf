/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"

G_BEGIN_DECLS

typedef struct _McastInterfaceSelector McastInterfaceSelector;

McastInterfaceSelector *_mcast_interface_selector_new (const char *text, GError **error);
void _mcast_interface_selector_free (McastInterfaceSelector *self);
const char *_mcast_interface_selector_get_text (McastInterfaceSelector *self);
gboolean _mcast_interface_selector_is_any (McastInterfaceSelector *self);
gboolean _mcast_interface_selector_has_selected (McastInterfaceSelector *self);
gboolean _mcast_interface_selector_was_met (McastInterfaceSelector *self);
GPtrArray *_mcast_interface_selector_select (McastInterfaceSelector *self, GPtrArray *known);
const McastInterfaceAddress *_mcast_interface_selector_find_address (McastInterfaceSelector *self,
                                                                     McastInterface *iface);
GPtrArray *_mcast_interface_selector_new_list (const char *const *texts, GError **error);
gboolean _mcast_interface_selector_check (McastInterfaceSelector *self, GPtrArray *known,
                                          GError **error);
void _mcast_interface_selector_set_missing_error (McastInterfaceSelector *self, GPtrArray *known,
                                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastInterfaceSelector, _mcast_interface_selector_free)

G_END_DECLS
