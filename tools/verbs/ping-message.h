/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The messages of ping and pong. Their numbers are in network byte order. */
typedef enum
{
  PING_REQUEST = 1,
  PING_REPLY_UNICAST = 2,   /* to the requester */
  PING_REPLY_MULTICAST = 3, /* to the group */
} PingType;

typedef struct
{
  PingType type;
  guint32 sequence;
  guint64 requester; /* a random number for each ping */
  guint64 responder; /* a random number for each pong; 0 in a request */
  gint64 sent_at;    /* the clock of the requester in microseconds, returned unchanged */
} PingMessage;

#define PING_MESSAGE_SIZE 36

/* Returns at least PING_MESSAGE_SIZE bytes, padded with zeros up to @size. */
GBytes *ping_message_to_bytes (const PingMessage *self, gsize size);

/* Returns FALSE if @data is not a message. */
gboolean ping_message_parse (PingMessage *self, const void *data, gsize length);

/* Returns a number that is unique to this ping or pong. */
guint64 ping_message_random_id (void);
