/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"
#include "mcast-interface.h"

G_BEGIN_DECLS

typedef enum
{
  MCAST_LINK_UP = 1 << 0,
  MCAST_LINK_RUNNING = 1 << 1,
  MCAST_LINK_LOOPBACK = 1 << 2,
  MCAST_LINK_MULTICAST = 1 << 3,
  MCAST_LINK_POINT_TO_POINT = 1 << 4,
} McastLinkFlags;

/* The kernel's IFNAMSIZ. */
#define MCAST_INTERFACE_LABEL_SIZE 16

typedef struct
{
  McastAddress address;
  guint prefix_length;
  /* IPv6 duplicate address detection has not finished: nothing can be sent from it yet. */
  gboolean tentative;
  /* Its scope is less than global, as that of 169.254.0.0/16 and fe80::/10. */
  gboolean limited_scope;
  /* "eth0:1", or empty. */
  char label[MCAST_INTERFACE_LABEL_SIZE];
} McastInterfaceAddress;

/* The state of an interface at one moment. An interface that was deleted and recreated has another
 * generation and another life than before, even with the same name and index. After messages were
 * lost it is unknown whether that happened: the generation is new, so that memberships are joined
 * again, and the life is the same, so that no event is reported. */
typedef struct
{
  guint64 generation;
  /* The same for IPv6 alone, which the kernel can remove and restore while the interface stays. */
  guint64 ipv6_generation;
  guint64 life;
  guint index;
  guint mtu;
  McastLinkFlags flags;
  /* How many times the carrier has returned while the interface was up. */
  guint n_carriers;
  const char *name;
  const char *hardware_address;
  /* The interface to which this one is enslaved, or 0 and NULL, and the kind of that. */
  guint master;
  const char *master_name;
  const char *master_kind;
  /* NULL for one without a kind, as hardware is. */
  const char *kind;
  /* NULL-terminated, or NULL. */
  const char *const *alt_names;
  const McastInterfaceAddress *addresses;
  guint n_addresses;
} McastInterfaceInfo;

McastInterface *_mcast_interface_new (const McastInterfaceInfo *info);
const McastInterfaceInfo *_mcast_interface_get_info (McastInterface *self);
GRefString *_mcast_interface_get_ref_name (McastInterface *self);
gboolean _mcast_interface_has_name (McastInterface *self, const char *name);
gboolean _mcast_interface_is_port (McastInterface *self);
guint _mcast_interface_get_vrf (McastInterface *self);
gboolean _mcast_interface_has_address (McastInterface *self, const McastAddress *address);
const McastInterfaceAddress *_mcast_interface_first_address (McastInterface *self, int family);

McastInterface *_mcast_interface_by_index (GPtrArray *known, guint index);
GPtrArray *_mcast_interface_copy_list (GPtrArray *interfaces);
char *_mcast_interface_names (GPtrArray *known);

G_END_DECLS
