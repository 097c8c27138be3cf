/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The property that added a destination. Setting it again replaces only its own destinations. */
typedef enum
{
  GST_MCAST_CLIENT_DEFAULT, /* the default of host, which is not a group */
  GST_MCAST_CLIENT_HOST,
  GST_MCAST_CLIENT_GROUPS,
  GST_MCAST_CLIENT_ADDED, /* by the property clients or the signal add */
} GstMcastClientKind;

typedef struct
{
  GstMcastClientKind kind;
  char *host;
  guint port; /* 0 for the property port */
  GstClockTime connect_time;
} GstMcastClient;

char *gst_mcast_client_to_string (const GstMcastClient *client);

/* The destinations of mcastsink in the order of their addition, including duplicates. */
typedef GPtrArray GstMcastClients;

GstMcastClients *gst_mcast_clients_new (void);
GstMcastClients *gst_mcast_clients_copy (GstMcastClients *self, guint default_port);

void gst_mcast_clients_add (GstMcastClients *self, GstMcastClientKind kind, const char *host,
                            guint port);
void gst_mcast_clients_add_text (GstMcastClients *self, GstMcastClientKind kind, const char *text);
void gst_mcast_clients_clear (GstMcastClients *self);
void gst_mcast_clients_remove_kind (GstMcastClients *self, GstMcastClientKind kind);
gboolean gst_mcast_clients_remove_one (GstMcastClients *self, const char *host, guint port,
                                       guint default_port);
GstMcastClient *gst_mcast_clients_find (GstMcastClients *self, const char *host, guint port);
GstMcastClients *gst_mcast_clients_get_added (GstMcastClients *now, GstMcastClients *before);
GstMcastClients *gst_mcast_clients_get_removed (GstMcastClients *now, GstMcastClients *before);

G_END_DECLS
