/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "reply-queue.h"

#include <sys/socket.h>

#include "console.h"
#include "reply-limit.h"
#include "udp-socket.h"

/* How many datagrams a system call sends. */
#define MAX_REPLIES 64
/* A datagram to a host that does not answer ARP or neighbor discovery stays in the send buffer for
 * seconds. With another socket, such hosts do not delay replies to others. */
#define MAX_SOCKETS 32
#define MAX_PAYLOAD_IPV4 65507
#define MAX_PAYLOAD_IPV6 65527
#define DEFAULT_RATE 1000
#define MAX_RATE 1000000000

/* The replies to hosts of one address family. */
typedef struct
{
  GSocketFamily family;
  gsize max_payload;
  GSocket *sockets[MAX_SOCKETS]; /* opened as they are needed */
  guint current;
  guint n;
  GSocketAddress *addresses[MAX_REPLIES];
  GBytes *payloads[MAX_REPLIES];
} FamilyQueue;

struct _ReplyQueue
{
  FamilyQueue queues[2];
  ReplyLimit *limit; /* NULL for none */
  gint64 rate;
  guint64 n_limited;
  guint64 n_too_large;
  guint64 n_blocked;
  guint64 n_failures;
  GError *first_error;
};

ReplyQueue *
reply_queue_new (const Options *options, int *status)
{
  g_autoptr (ReplyQueue) self = g_new0 (ReplyQueue, 1);

  self->rate = DEFAULT_RATE;
  if (!options_get_integer ("--reply-rate", options->reply_rate, 0, MAX_RATE, &self->rate, status))
    return NULL;
  self->limit = self->rate > 0 ? reply_limit_new (self->rate) : NULL;
  g_debug ("replies limited to %" G_GINT64_FORMAT " per second and source (0 = unlimited)",
           self->rate);
  self->queues[0].family = G_SOCKET_FAMILY_IPV4;
  self->queues[0].max_payload = MAX_PAYLOAD_IPV4;
  self->queues[1].family = G_SOCKET_FAMILY_IPV6;
  self->queues[1].max_payload = MAX_PAYLOAD_IPV6;
  return g_steal_pointer (&self);
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
      for (guint j = 0; j < MAX_SOCKETS; j++)
        g_clear_object (&self->queues[i].sockets[j]);
    }
  g_clear_pointer (&self->limit, reply_limit_free);
  g_clear_error (&self->first_error);
  g_free (self);
}

gboolean
reply_queue_admit (ReplyQueue *self, GInetSocketAddress *to, guint n)
{
  GInetAddress *address = g_inet_socket_address_get_address (to);
  g_autofree char *text = NULL;

  if (self->limit == NULL
      || reply_limit_take (self->limit, address, n, g_get_monotonic_time () * 1000))
    return TRUE;
  if (self->n_limited == 0)
    {
      text = g_inet_address_to_string (address);
      console_warning ("%s causes more than %" G_GINT64_FORMAT " replies per second; the others "
                       "are not sent (--reply-rate)",
                       text, self->rate);
    }
  self->n_limited += n;
  return FALSE;
}

void
reply_queue_add_blocked (ReplyQueue *self)
{
  self->n_blocked++;
}

void
reply_queue_add_failure (ReplyQueue *self, const GError *error)
{
  if (self->n_failures++ > 0)
    return;
  console_warning ("a reply could not be sent: %s", error->message);
  self->first_error = g_error_copy (error);
}

static gint
send_some (FamilyQueue *queue, GOutputMessage *messages, guint n, GError **error)
{
  GSocket **socket = &queue->sockets[queue->current];

  if (*socket == NULL)
    {
      if (queue->current > 0)
        g_debug ("send buffer full, opening socket %u for replies", queue->current + 1);
      *socket = udp_socket_new (queue->family, error);
      /* It is never read. */
      if (*socket != NULL)
        g_socket_set_option (*socket, SOL_SOCKET, SO_RCVBUF, 1, NULL);
    }
  return *socket != NULL ? g_socket_send_messages (*socket, messages, n, 0, NULL, error) : -1;
}

static void
send_all (ReplyQueue *self, FamilyQueue *queue)
{
  GOutputMessage messages[MAX_REPLIES] = { 0 };
  GOutputVector vectors[MAX_REPLIES];
  guint n_full = 0;
  guint done = 0;

  for (guint i = 0; i < queue->n; i++)
    {
      vectors[i].buffer = g_bytes_get_data (queue->payloads[i], &vectors[i].size);
      messages[i].address = queue->addresses[i];
      messages[i].vectors = &vectors[i];
      messages[i].num_vectors = 1;
    }
  while (done < queue->n && n_full < MAX_SOCKETS)
    {
      g_autoptr (GError) error = NULL;
      gint n = send_some (queue, messages + done, queue->n - done, &error);

      if (n >= 0)
        done += n;
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          queue->current = (queue->current + 1) % MAX_SOCKETS;
          n_full++;
        }
      else
        {
          reply_queue_add_failure (self, error);
          done++;
        }
    }
  self->n_blocked += queue->n - done;
}

static void
flush_queue (ReplyQueue *self, FamilyQueue *queue)
{
  if (queue->n > 0)
    send_all (self, queue);
  family_queue_clear (queue);
}

void
reply_queue_push (ReplyQueue *self, GInetSocketAddress *to, GBytes *payload)
{
  GSocketFamily family = g_socket_address_get_family (G_SOCKET_ADDRESS (to));
  FamilyQueue *queue = &self->queues[family == G_SOCKET_FAMILY_IPV4 ? 0 : 1];

  if (g_bytes_get_size (payload) > queue->max_payload)
    {
      self->n_too_large++;
      return;
    }
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
reply_queue_warn (ReplyQueue *self)
{
  if (self->n_limited > 0)
    console_warning ("%" G_GUINT64_FORMAT
                     " replies were not sent: over the rate of %" G_GINT64_FORMAT
                     " per second and source (--reply-rate)",
                     self->n_limited, self->rate);
  if (self->n_too_large > 0)
    console_warning ("%" G_GUINT64_FORMAT " replies were not sent: larger than a datagram",
                     self->n_too_large);
  if (self->n_blocked > 0)
    console_warning ("%" G_GUINT64_FORMAT " replies were not sent: the send buffers are full of "
                     "replies to unreachable hosts",
                     self->n_blocked);
  if (self->n_failures > 0)
    console_warning ("%" G_GUINT64_FORMAT " replies could not be sent: %s", self->n_failures,
                     self->first_error->message);
}
