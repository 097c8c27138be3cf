/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "mcast-address-private.h"

G_BEGIN_DECLS

typedef struct _McastOsBatch McastOsBatch;

/* How many datagrams one call transfers at most: with more, the cost of the call is no longer
 * measurable. */
#define MCAST_OS_BATCH_SIZE 64
/* The kernel cuts a payload into at most this many datagrams (UDP_MAX_SEGMENTS; some kernels allow
 * more). */
#define MCAST_OS_MAX_SEGMENTS 64
/* The largest run of datagrams that the kernel hands over in one piece. */
#define MCAST_OS_MAX_RUN 65536

typedef struct
{
  gsize length;
  guint segment_size;
  gboolean truncated;
  /* FALSE when the kernel did not report the destination, which then cannot be checked. */
  gboolean has_destination;
  McastAddress destination;
  guint interface_index;
  McastAddress source;
  guint16 source_port;
  int hop_limit;
  gint64 arrival_time;
} McastOsRxInfo;

typedef struct
{
  const McastAddress *destination;
  guint16 port;
  guint interface_index;
  /* Family AF_UNSPEC leaves the choice to the kernel. */
  const McastAddress *source;
  const GOutputVector *vectors;
  guint n_vectors;
  /* 0, or the size of the datagrams into which the kernel cuts the payload. */
  guint segment_size;
} McastOsTxItem;

McastOsBatch *_mcast_os_batch_new (void);
void _mcast_os_batch_free (McastOsBatch *self);

void _mcast_os_batch_set_memory (McastOsBatch *self, guint i, GInputVector *vectors,
                                 guint n_vectors);
int _mcast_os_batch_receive (McastOsBatch *self, int fd, guint n);
void _mcast_os_batch_get_info (McastOsBatch *self, guint i, McastOsRxInfo *info);

void _mcast_os_batch_set_item (McastOsBatch *self, guint i, const McastOsTxItem *item);
int _mcast_os_batch_send (McastOsBatch *self, int fd, guint first, guint n);
gboolean _mcast_os_drain_errors (int fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastOsBatch, _mcast_os_batch_free)

G_END_DECLS
