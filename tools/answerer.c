/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "answerer.h"

#define BATCH 64

typedef struct
{
  GSocketFamily family;
  GSocket *socket;
  guint n;
  GSocketAddress *addresses[BATCH];
  GBytes *payloads[BATCH];
} Lane;

struct _Answerer
{
  Lane lanes[2];
  guint64 n_failures;
  GError *first_error;
};

Answerer *
answerer_new (void)
{
  Answerer *self = g_new0 (Answerer, 1);

  self->lanes[0].family = G_SOCKET_FAMILY_IPV4;
  self->lanes[1].family = G_SOCKET_FAMILY_IPV6;
  return self;
}

static void
lane_drop (Lane *lane)
{
  for (guint i = 0; i < lane->n; i++)
    {
      g_object_unref (lane->addresses[i]);
      g_bytes_unref (lane->payloads[i]);
    }
  lane->n = 0;
}

void
answerer_free (Answerer *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->lanes); i++)
    {
      lane_drop (&self->lanes[i]);
      g_clear_object (&self->lanes[i].socket);
    }
  g_clear_error (&self->first_error);
  g_free (self);
}

static void
count_failures (Answerer *self, guint n, GError *error)
{
  self->n_failures += n;
  if (self->first_error == NULL)
    self->first_error = error;
  else
    g_error_free (error);
}

static void
send_lane (Answerer *self, Lane *lane)
{
  GOutputMessage messages[BATCH] = { 0 };
  GOutputVector vectors[BATCH];

  for (guint i = 0; i < lane->n; i++)
    {
      vectors[i].buffer = g_bytes_get_data (lane->payloads[i], &vectors[i].size);
      messages[i].address = lane->addresses[i];
      messages[i].vectors = &vectors[i];
      messages[i].num_vectors = 1;
    }
  /* One that cannot be sent must not keep the others. */
  for (guint done = 0; done < lane->n;)
    {
      GError *error = NULL;
      gint n = g_socket_send_messages (lane->socket, messages + done, lane->n - done, 0, NULL,
                                       &error);

      if (n < 0)
        count_failures (self, 1, error);
      done += n < 0 ? 1 : n;
    }
}

static void
flush_lane (Answerer *self, Lane *lane)
{
  GError *error = NULL;

  if (lane->n > 0 && lane->socket == NULL)
    lane->socket = g_socket_new (lane->family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP,
                                 &error);
  if (error != NULL)
    count_failures (self, lane->n, error);
  else if (lane->n > 0)
    send_lane (self, lane);
  lane_drop (lane);
}

void
answerer_send (Answerer *self, GInetSocketAddress *to, GBytes *payload)
{
  GSocketFamily family = g_socket_address_get_family (G_SOCKET_ADDRESS (to));
  Lane *lane = &self->lanes[family == G_SOCKET_FAMILY_IPV4 ? 0 : 1];

  lane->addresses[lane->n] = G_SOCKET_ADDRESS (g_object_ref (to));
  lane->payloads[lane->n] = g_bytes_ref (payload);
  lane->n++;
  if (lane->n == BATCH)
    flush_lane (self, lane);
}

void
answerer_flush (Answerer *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->lanes); i++)
    flush_lane (self, &self->lanes[i]);
}

guint64
answerer_get_failures (Answerer *self, const char **reason)
{
  *reason = self->first_error != NULL ? self->first_error->message : NULL;
  return self->n_failures;
}
