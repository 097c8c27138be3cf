/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

G_BEGIN_DECLS

typedef struct _GstMcastLoss GstMcastLoss;

GstMcastLoss *gst_mcast_loss_new (GstElement *element, McastRxSocket *socket);
void gst_mcast_loss_free (GstMcastLoss *self);
gboolean gst_mcast_loss_check (GstMcastLoss *self);

G_END_DECLS
