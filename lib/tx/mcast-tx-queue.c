/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-queue-private.h"

#include "os/mcast-os-message-private.h"

struct _McastTxQueue
{
  McastTxEndpoint *endpoint;
  McastOsBatch *batch;
  McastTxQueueItem items[MCAST_OS_BATCH_SIZE];
  guint first;
  guint end;
};

McastTxQueue *
_mcast_tx_queue_new (void)
{
  McastTxQueue *self = g_new0 (McastTxQueue, 1);

  self->batch = _mcast_os_batch_new ();
  return self;
}

void
_mcast_tx_queue_free (McastTxQueue *self)
{
  _mcast_os_batch_free (self->batch);
  g_free (self);
}

/* Makes this the queue of @endpoint, which must stay valid until it is empty again. NULL stands for
 * an OS socket that could not be opened: it refuses everything. */
void
_mcast_tx_queue_begin (McastTxQueue *self, McastTxEndpoint *endpoint)
{
  self->endpoint = endpoint;
}

McastTxEndpoint *
_mcast_tx_queue_get_endpoint (const McastTxQueue *self)
{
  return self->endpoint;
}

int
_mcast_tx_queue_get_fd (const McastTxQueue *self)
{
  return self->endpoint != NULL ? _mcast_tx_endpoint_get_fd (self->endpoint) : -1;
}

gboolean
_mcast_tx_queue_is_full (const McastTxQueue *self)
{
  return self->end == MCAST_OS_BATCH_SIZE;
}

/* @path and @run must stay valid until the item is removed. The queue must not be full. */
void
_mcast_tx_queue_append (McastTxQueue *self, McastTxPath *path, const McastTxRun *run)
{
  const McastOsTxItem os_item = {
    .destination = &path->key.group,
    .port = path->key.port,
    .interface_index = path->interface_index,
    .source = &path->source,
    .vectors = run->vectors,
    .n_vectors = run->n_vectors,
    .segment_size = run->n_datagrams > 1 ? run->segment_size : 0,
  };

  _mcast_os_batch_set_item (self->batch, self->end, &os_item);
  self->items[self->end++] = (McastTxQueueItem) { path, run };
}

/* Returns the items that are left, from the next one on, or NULL. */
const McastTxQueueItem *
_mcast_tx_queue_peek (const McastTxQueue *self)
{
  return self->first < self->end ? &self->items[self->first] : NULL;
}

/* Gives the kernel what is left, without waiting. Returns how many items it accepted, or a negative
 * errno when it refused the first. They are not removed. */
int
_mcast_tx_queue_send (McastTxQueue *self)
{
  return _mcast_os_batch_send (self->batch, _mcast_tx_queue_get_fd (self), self->first,
                               self->end - self->first);
}

/* Removes the next @n items. */
void
_mcast_tx_queue_remove (McastTxQueue *self, guint n)
{
  self->first += n;
  if (self->first == self->end)
    self->first = self->end = 0;
}
