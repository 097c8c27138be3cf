/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "mcast-address-private.h"
#include "mcast-interface-private.h"

G_BEGIN_DECLS

typedef struct
{
  guint index;
  gboolean removed;
  /* The message carries a part of the attributes, as those of Wi-Fi scans do. What is 0 or NULL
   * here has not changed then. */
  gboolean partial;
  const char *name;
  McastLinkFlags flags;
  guint mtu;
  const guint8 *hardware_address;
  gsize hardware_address_length;
  /* How many times the carrier has come up; 0 if that is unknown. */
  guint carrier_ups;
  /* The interface to which this one is enslaved, or 0, and the kind of that. */
  guint master;
  const char *master_kind;
  const char *kind;
  /* NULL-terminated, or NULL. */
  const char *const *alt_names;
} McastNetlinkLink;

typedef struct
{
  guint index;
  gboolean removed;
  McastAddress address;
  guint prefix_length;
  gboolean tentative;
  gboolean limited_scope;
  /* "eth0:1", or NULL. */
  const char *label;
} McastNetlinkAddress;

/* Called with the content of a message. Pointers are valid during the call. */
typedef struct
{
  /* A dump begins, perhaps again: what an earlier one reported is to be forgotten. */
  void (*begin) (gpointer user_data);
  void (*link) (const McastNetlinkLink *link, gpointer user_data);
  void (*address) (const McastNetlinkAddress *address, gpointer user_data);
  void (*route) (gpointer user_data);
} McastNetlinkHandler;

G_END_DECLS
