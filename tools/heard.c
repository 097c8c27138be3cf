/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "heard.h"

#include <string.h>

HeardRun *
heard_run_new (const McastRxMessage *message)
{
  HeardRun *self = g_malloc (sizeof *self + message->length);

  self->length = message->length;
  self->segment_size = message->segment_size != 0 ? message->segment_size : message->length;
  self->port = message->port;
  self->interface_index = message->interface_index;
  self->hop_limit = message->hop_limit;
  self->arrival_time = message->arrival_time;
  self->interface_name = g_intern_string (message->interface_name);
  self->group = g_object_ref (message->group);
  self->source = G_INET_SOCKET_ADDRESS (g_object_ref (message->source));
  memcpy (self->data, message->vectors[0].buffer, message->length);
  return self;
}

void
heard_run_free (HeardRun *self)
{
  g_object_unref (self->group);
  g_object_unref (self->source);
  g_free (self);
}

gboolean
heard_first (Heard *self, const HeardRun *run)
{
  *self = (Heard) { run, run->data, run->segment_size };
  return TRUE;
}

gboolean
heard_next (Heard *self)
{
  gsize end = self->data + self->length - self->run->data;

  if (end == self->run->length)
    return FALSE;
  self->data += self->length;
  self->length = MIN (self->run->segment_size, self->run->length - end);
  return TRUE;
}
