/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  GST_MCAST_CLIENT_DEFAULT, /* the default of host, which is not a group */
  GST_MCAST_CLIENT_HOST,    /* set by host; the first one */
  GST_MCAST_CLIENT_GROUP,   /* set by groups */
  GST_MCAST_CLIENT_ADDED,   /* set by clients, or added by the signal */
} GstMcastClientKind;

typedef struct
{
  GstMcastClientKind kind;
  char *host;
  guint port; /* 0 for the property port */
  GstClockTime connect_time;
} GstMcastClient;

char *gst_mcast_client_to_string (const GstMcastClient *client);

/* The destinations of mcastsink in their order, including duplicates. The properties host, port,
 * groups and clients are views of this list. */
typedef GPtrArray GstMcastClients;

GstMcastClients *gst_mcast_clients_new (void);
GstMcastClients *gst_mcast_clients_copy (GstMcastClients *self, guint default_port);

void gst_mcast_clients_add (GstMcastClients *self, GstMcastClientKind kind, const char *host,
                            guint port);
void gst_mcast_clients_set_host (GstMcastClients *self, const char *text);
void gst_mcast_clients_set_list (GstMcastClients *self, GstMcastClientKind kind,
                                 const char *const *texts);
void gst_mcast_clients_reset_port (GstMcastClients *self);
void gst_mcast_clients_clear (GstMcastClients *self);
GstMcastClient *gst_mcast_clients_get_first (GstMcastClients *self);
char *gst_mcast_clients_list_groups (GstMcastClients *self);
char *gst_mcast_clients_list_others (GstMcastClients *self);
char *gst_mcast_clients_to_string (GstMcastClients *self, guint default_port);
gboolean gst_mcast_clients_remove_one (GstMcastClients *self, const char *host, guint port,
                                       guint default_port);
GstMcastClient *gst_mcast_clients_find (GstMcastClients *self, const char *host, guint port);
GstMcastClients *gst_mcast_clients_get_added (GstMcastClients *now, GstMcastClients *before);
GstMcastClients *gst_mcast_clients_get_removed (GstMcastClients *now, GstMcastClients *before);

G_END_DECLS
