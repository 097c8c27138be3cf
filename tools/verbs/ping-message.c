/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/ping-message.h"

#include <string.h>

static const char magic[4] = { 'M', 'P', 'N', 'G' };

typedef struct
{
  char magic[4];
  guint32 type;
  guint32 sequence;
  guint32 requester[2];
  guint32 responder[2];
  guint32 sent_at[2];
} Wire;
G_STATIC_ASSERT (sizeof (Wire) == PING_MESSAGE_SIZE);

static void
put (guint32 *words, guint64 number)
{
  words[0] = g_htonl ((guint32) (number >> 32));
  words[1] = g_htonl ((guint32) number);
}

static guint64
get (const guint32 *words)
{
  return (guint64) g_ntohl (words[0]) << 32 | g_ntohl (words[1]);
}

GBytes *
ping_message_to_bytes (const PingMessage *self, gsize size)
{
  gsize length = MAX (size, PING_MESSAGE_SIZE);
  guint8 *data = g_malloc0 (length);
  Wire wire;

  memcpy (wire.magic, magic, sizeof magic);
  wire.type = g_htonl (self->type);
  wire.sequence = g_htonl (self->sequence);
  put (wire.requester, self->requester);
  put (wire.responder, self->responder);
  put (wire.sent_at, self->sent_at);
  memcpy (data, &wire, sizeof wire);
  return g_bytes_new_take (data, length);
}

gboolean
ping_message_parse (PingMessage *self, const void *data, gsize length)
{
  Wire wire;

  if (length < sizeof wire)
    return FALSE;
  memcpy (&wire, data, sizeof wire);
  if (memcmp (wire.magic, magic, sizeof magic) != 0 || g_ntohl (wire.type) < PING_REQUEST
      || g_ntohl (wire.type) > PING_REPLY_MULTICAST)
    return FALSE;
  self->type = g_ntohl (wire.type);
  self->sequence = g_ntohl (wire.sequence);
  self->requester = get (wire.requester);
  self->responder = get (wire.responder);
  self->sent_at = get (wire.sent_at);
  return TRUE;
}

guint64
ping_message_random_id (void)
{
  guint64 id = (guint64) g_random_int () << 32 | g_random_int ();

  return MAX (id, 1);
}
