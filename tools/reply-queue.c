/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "reply-queue.h"

#include "console.h"

/* How many datagrams one system call sends. */
#define MAX_REPLIES 64

/* The replies to hosts of one address family. */
typedef struct
{
  GSocketFamily family;
  GSocket *socket;
  guint n;
  GSocketAddress *addresses[MAX_REPLIES];
  GBytes *payloads[MAX_REPLIES];
} FamilyQueue;

struct _ReplyQueue
{
  FamilyQueue queues[2];
  guint64 n_failures;
  GError *first_error;
};

ReplyQueue *
reply_queue_new (void)
{
  ReplyQueue *self = g_new0 (ReplyQueue, 1);

  self->queues[0].family = G_SOCKET_FAMILY_IPV4;
  self->queues[1].family = G_SOCKET_FAMILY_IPV6;
  return self;
}

static void
family_queue_clear (FamilyQueue *queue)
{
  for (guint i = 0; i < queue->n; i++)
    {
      g_object_unref (queue->addresses[i]);
      g_bytes_unref (queue->payloads[i]);
    }
  queue->n = 0;
}

void
reply_queue_free (ReplyQueue *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->queues); i++)
    {
      family_queue_clear (&self->queues[i]);
      g_clear_object (&self->queues[i].socket);
    }
  g_clear_error (&self->first_error);
  g_free (self);
}

static void
count_failures (ReplyQueue *self, guint n, GError *error)
{
  self->n_failures += n;
  if (self->first_error == NULL)
    self->first_error = error;
  else
    g_error_free (error);
}

static void
send_queue (ReplyQueue *self, FamilyQueue *queue)
{
  GOutputMessage messages[MAX_REPLIES] = { 0 };
  GOutputVector vectors[MAX_REPLIES];

  for (guint i = 0; i < queue->n; i++)
    {
      vectors[i].buffer = g_bytes_get_data (queue->payloads[i], &vectors[i].size);
      messages[i].address = queue->addresses[i];
      messages[i].vectors = &vectors[i];
      messages[i].num_vectors = 1;
    }
  /* A reply that cannot be sent must not hold back the others. */
  for (guint done = 0; done < queue->n;)
    {
      GError *error = NULL;
      gint n = g_socket_send_messages (queue->socket, messages + done, queue->n - done, 0, NULL,
                                       &error);

      if (n < 0)
        count_failures (self, 1, error);
      done += n < 0 ? 1 : n;
    }
}

static void
flush_queue (ReplyQueue *self, FamilyQueue *queue)
{
  GError *error = NULL;

  if (queue->n > 0 && queue->socket == NULL)
    queue->socket = g_socket_new (queue->family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP,
                                  &error);
  if (error != NULL)
    count_failures (self, queue->n, error);
  else if (queue->n > 0)
    send_queue (self, queue);
  family_queue_clear (queue);
}

void
reply_queue_push (ReplyQueue *self, GInetSocketAddress *to, GBytes *payload)
{
  GSocketFamily family = g_socket_address_get_family (G_SOCKET_ADDRESS (to));
  FamilyQueue *queue = &self->queues[family == G_SOCKET_FAMILY_IPV4 ? 0 : 1];

  queue->addresses[queue->n] = G_SOCKET_ADDRESS (g_object_ref (to));
  queue->payloads[queue->n] = g_bytes_ref (payload);
  queue->n++;
  if (queue->n == MAX_REPLIES)
    flush_queue (self, queue);
}

void
reply_queue_flush (ReplyQueue *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->queues); i++)
    flush_queue (self, &self->queues[i]);
}

void
reply_queue_warn_of_failures (ReplyQueue *self)
{
  if (self->n_failures > 0)
    console_warning ("%" G_GUINT64_FORMAT " answers could not be sent: %s", self->n_failures,
                     self->first_error->message);
}
