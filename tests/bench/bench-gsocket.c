/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GSocket, used as a GLib program without the library does.
 *
 *   receive         g_socket_receive_from(), each datagram copied into a GBytes
 *   receive-batch   g_socket_receive_messages(), likewise
 *   send            g_socket_send_to()
 *   send-messages   g_socket_send_messages() */

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bench.h"

typedef struct
{
  GSocket *socket;
  GSocketAddress *group;
  guint8 *memory;
  GInputVector in_vectors[BENCH_BATCH];
  GInputMessage in_messages[BENCH_BATCH];
  GSocketAddress *senders[BENCH_BATCH];
  GOutputVector out_vectors[BENCH_BATCH];
  GOutputMessage out_messages[BENCH_BATCH];
} Peer;

static Peer *
peer_new (const BenchOptions *options, int buffer_name)
{
  g_autoptr (GError) error = NULL;
  Peer *self = g_new0 (Peer, 1);

  self->group = g_inet_socket_address_new_from_string (options->group, (guint) options->port);
  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP,
                               &error);
  if (self->socket == NULL
      || (options->buffer_size > 0
          && !g_socket_set_option (self->socket, SOL_SOCKET, buffer_name, options->buffer_size,
                                   &error)))
    bench_fail ("%s", error->message);

  self->memory = g_malloc0 ((gsize) BENCH_BATCH * BENCH_SLOT_SIZE);
  for (guint i = 0; i < BENCH_BATCH; i++)
    {
      guint8 *slot = self->memory + (gsize) i * BENCH_SLOT_SIZE;

      self->in_vectors[i] = (GInputVector) { slot, BENCH_SLOT_SIZE };
      self->in_messages[i] = (GInputMessage) {
        .address = &self->senders[i],
        .vectors = &self->in_vectors[i],
        .num_vectors = 1,
      };
      self->out_vectors[i] = (GOutputVector) { slot, (gsize) options->size };
      self->out_messages[i] = (GOutputMessage) {
        .address = self->group,
        .vectors = &self->out_vectors[i],
        .num_vectors = 1,
      };
    }
  return self;
}

static void
peer_free (Peer *self)
{
  g_object_unref (self->socket);
  g_object_unref (self->group);
  g_free (self->memory);
  g_free (self);
}

/* --- Receiving ---------------------------------------------------------------------------- */

static void
join (Peer *self, const BenchOptions *options)
{
  g_autoptr (GError) error = NULL;
  GInetAddress *group = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (self->group));

  if (!g_socket_bind (self->socket, self->group, TRUE, &error)
      || !g_socket_join_multicast_group (self->socket, group, FALSE, options->interface_list[0],
                                         &error))
    bench_fail ("%s", error->message);
}

/* FALSE at the end. Takes over @sender. */
static gboolean
take (Peer *self, BenchMeter *meter, guint i, gsize length, GSocketAddress *sender)
{
  g_autoptr (GBytes) bytes = g_bytes_new (self->in_vectors[i].buffer, length);

  g_clear_object (&sender);
  if (length == BENCH_END_SIZE)
    return FALSE;
  if (bench_meter_looks (meter))
    bench_meter_look (meter, g_bytes_get_data (bytes, NULL), length);
  return TRUE;
}

static gboolean
receive_one (Peer *self, BenchMeter *meter)
{
  g_autoptr (GError) error = NULL;
  GSocketAddress *sender = NULL;
  gssize length = g_socket_receive_from (self->socket, &sender, self->in_vectors[0].buffer,
                                         BENCH_SLOT_SIZE, NULL, &error);

  if (length < 0)
    bench_fail ("%s", error->message);
  if (!take (self, meter, 0, (gsize) length, sender))
    return FALSE;
  bench_meter_count (meter, 1);
  return TRUE;
}

static gboolean
receive_batch (Peer *self, BenchMeter *meter)
{
  guint max = (guint) meter->options->batch;
  g_autoptr (GError) error = NULL;
  gint n = g_socket_receive_messages (self->socket, self->in_messages, max, 0, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return g_socket_condition_wait (self->socket, G_IO_IN, NULL, NULL);
  if (n < 0)
    bench_fail ("%s", error->message);
  for (gint i = 0; i < n; i++)
    if (!take (self, meter, (guint) i, self->in_messages[i].bytes_received,
               g_steal_pointer (&self->senders[i])))
      return FALSE;
  bench_meter_count (meter, (guint) n);
  return TRUE;
}

/* In blocking mode a batch would wait until it is full. */
static void
run_receiver (const BenchOptions *options, gboolean (*step) (Peer *, BenchMeter *))
{
  BenchMeter meter;
  Peer *self;

  bench_meter_init (&meter, options);
  self = peer_new (options, SO_RCVBUF);
  join (self, options);
  g_socket_set_blocking (self->socket, step != receive_batch);
  bench_meter_ready (&meter);
  while (step (self, &meter))
    continue;
  bench_meter_stop (&meter);
  bench_meter_print (&meter);
  bench_meter_clear (&meter);
  peer_free (self);
}

/* --- Sending ------------------------------------------------------------------------------ */

static guint
send_one (Peer *self, const BenchOptions *options, guint64 *sequence, gint64 now)
{
  g_autoptr (GError) error = NULL;

  bench_write_heads (self->memory, (gsize) options->size, (guint) options->size, sequence, now);
  if (g_socket_send_to (self->socket, self->group, (const char *) self->memory,
                        (gsize) options->size, NULL, &error)
      < 0)
    bench_fail ("%s", error->message);
  return 1;
}

static guint
send_messages (Peer *self, const BenchOptions *options, guint64 *sequence, gint64 now)
{
  g_autoptr (GError) error = NULL;
  guint n = (guint) options->batch;
  gint sent;

  for (guint i = 0; i < n; i++)
    bench_write_heads ((guint8 *) self->out_vectors[i].buffer, (gsize) options->size,
                       (guint) options->size, sequence, now);
  sent = g_socket_send_messages (self->socket, self->out_messages, n, 0, NULL, &error);
  if (sent < 0)
    bench_fail ("%s", error->message);
  return (guint) sent;
}

/* It has no way to say which interface to send on: the route for multicast does. */
static void
run_sender (const BenchOptions *options,
            guint (*send_some) (Peer *, const BenchOptions *, guint64 *, gint64), guint per_call)
{
  guint64 sequence = 0;
  BenchMeter meter;
  BenchClock clock;
  Peer *self;

  bench_meter_init (&meter, options);
  self = peer_new (options, SO_SNDBUF);
  bench_meter_ready (&meter);
  bench_clock_start (&clock, options);
  while (bench_clock_tick (&clock, per_call))
    bench_meter_count (&meter, send_some (self, options, &sequence, clock.now));
  bench_meter_stop (&meter);
  bench_meter_print (&meter);
  bench_meter_clear (&meter);
  peer_free (self);
}

int
main (int argc, char **argv)
{
  BenchOptions options;

  bench_options_parse (&options, argc, argv);
  if (strcmp (options.mode, "receive") == 0)
    run_receiver (&options, receive_one);
  else if (strcmp (options.mode, "receive-batch") == 0)
    run_receiver (&options, receive_batch);
  else if (strcmp (options.mode, "send") == 0)
    run_sender (&options, send_one, 1);
  else if (strcmp (options.mode, "send-messages") == 0)
    run_sender (&options, send_messages, (guint) options.batch);
  else
    bench_fail ("Unknown mode %s", options.mode);
  bench_options_clear (&options);
  return EXIT_SUCCESS;
}
