/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What ping and pong say to each other; numbers are in network byte order on the way. */
typedef enum
{
  PING_REQUEST = 1,
  PING_REPLY_UNICAST = 2,   /* to who asked */
  PING_REPLY_MULTICAST = 3, /* to the group */
} PingType;

typedef struct
{
  PingType type;
  guint32 sequence;
  guint64 requester; /* random, one for each ping */
  guint64 responder; /* random, one for each pong; 0 in a request */
  gint64 sent_at;    /* the requester's clock, returned as it was, microseconds */
} PingMessage;

#define PING_MESSAGE_SIZE 36

/* At least PING_MESSAGE_SIZE bytes; what is more is zero. */
GBytes *ping_message_to_bytes (const PingMessage *self, gsize size);

/* FALSE for what is none. */
gboolean ping_message_parse (PingMessage *self, const void *data, gsize length);

/* A number that no other ping or pong has. */
guint64 ping_message_random_id (void);
