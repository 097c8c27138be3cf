/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"
#include "mcast-interface-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *text;
  /* The text is "*". */
  gboolean is_any;
  /* 0 where the text is not an index. */
  guint index;
  /* AF_UNSPEC where the text is not an address. */
  McastAddress address;
  /* The name or index after the % of an address, or NULL. */
  char *scope;
} McastInterfaceSpecifier;

gboolean _mcast_interface_specifier_init (McastInterfaceSpecifier *self, const char *text,
                                          GError **error);
void _mcast_interface_specifier_clear (McastInterfaceSpecifier *self);
gboolean _mcast_interface_specifier_is_address (const McastInterfaceSpecifier *self);
const McastInterfaceAddress *
_mcast_interface_specifier_find_address (const McastInterfaceSpecifier *self,
                                         McastInterface *iface);
GPtrArray *_mcast_interface_specifier_match (const McastInterfaceSpecifier *self,
                                             GPtrArray *interfaces);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (McastInterfaceSpecifier, _mcast_interface_specifier_clear)

G_END_DECLS
