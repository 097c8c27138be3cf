/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx-run.h"

#include <string.h>

RxRun *
rx_run_new (const McastRxMessage *message)
{
  RxRun *self = g_malloc (sizeof *self + message->length);

  self->length = message->length;
  self->segment_size = message->segment_size != 0 ? message->segment_size : message->length;
  self->port = message->port;
  self->interface_index = message->interface_index;
  self->hop_limit = message->hop_limit;
  self->arrival_time = message->arrival_time;
  self->interface_name = g_intern_string (message->interface_name);
  self->group = g_object_ref (message->group);
  self->source = g_object_ref (message->source);
  memcpy (self->data, message->vectors[0].buffer, message->length);
  return self;
}

void
rx_run_free (RxRun *self)
{
  g_object_unref (self->group);
  g_object_unref (self->source);
  g_free (self);
}

guint
rx_run_count_datagrams (const RxRun *self)
{
  return self->length == 0 ? 1 : (self->length + self->segment_size - 1) / self->segment_size;
}

char *
rx_run_dup_source (const RxRun *self)
{
  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (self->source));
}

gboolean
rx_datagram_next (RxDatagram *self)
{
  gboolean first = self->data == NULL;
  const char *next = first ? self->run->data : self->data + self->length;
  gsize left = self->run->data + self->run->length - next;

  /* A run of one empty datagram has no data either. */
  if (left == 0 && !first)
    return FALSE;
  self->data = next;
  self->length = MIN (self->run->segment_size, left);
  return TRUE;
}
