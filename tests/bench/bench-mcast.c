/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The library, by its public calls.
 *
 *   receive  receive-batch                      datagrams as McastDatagram
 *   receive-messages  receive-messages-merged   into memory of our own; merged: runs of datagrams
 *   send                                        one GBytes to a call
 *   send-message  send-messages                 one datagram to a call, and a batch of them
 *   send-segments                               a large payload that is cut into datagrams */

#include <mcast.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

typedef struct
{
  McastRxSocket *socket;
  guint8 *memory;
  GInputVector vectors[BENCH_BATCH];
  McastRxMessage messages[BENCH_BATCH];
} Receiver;

typedef struct
{
  McastTxSocket *socket;
  guint8 *memory;
  GBytes *payloads[BENCH_BATCH];
  GOutputVector vectors[BENCH_BATCH];
  McastTxMessage messages[BENCH_BATCH];
} Sender;

/* --- Receiving ---------------------------------------------------------------------------- */

static Receiver *
receiver_new (const BenchOptions *options, gboolean merge)
{
  g_autoptr (GError) error = NULL;
  Receiver *self = g_new0 (Receiver, 1);

  self->socket = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups", options->groups,
                                 "port", (guint) options->port, "interfaces",
                                 options->interface_list, "receive-buffer-size",
                                 (guint) options->buffer_size, "receive-offload", merge, NULL);
  if (self->socket == NULL)
    bench_fail ("%s", error->message);
  self->memory = g_malloc0 ((gsize) BENCH_BATCH * BENCH_SLOT_SIZE);
  for (guint i = 0; i < BENCH_BATCH; i++)
    {
      self->vectors[i] = (GInputVector) { self->memory + (gsize) i * BENCH_SLOT_SIZE,
                                          BENCH_SLOT_SIZE };
      self->messages[i].vectors = &self->vectors[i];
      self->messages[i].n_vectors = 1;
    }
  return self;
}

static void
receiver_free (Receiver *self)
{
  g_object_unref (self->socket);
  g_free (self->memory);
  g_free (self);
}

/* FALSE at the end. */
static gboolean
take_datagram (BenchMeter *meter, McastDatagram *datagram)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (mcast_datagram_get_payload (datagram), &length);

  if (length == BENCH_END_SIZE)
    return FALSE;
  if (bench_meter_looks (meter))
    bench_meter_look (meter, data, length);
  return TRUE;
}

static gboolean
receive_one (Receiver *self, BenchMeter *meter)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive (self->socket, NULL, &error);

  if (datagram == NULL)
    bench_fail ("%s", error->message);
  if (!take_datagram (meter, datagram))
    return FALSE;
  bench_meter_count (meter, 1);
  return TRUE;
}

static gboolean
receive_batch (Receiver *self, BenchMeter *meter)
{
  guint max = (guint) meter->options->batch;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) datagrams = mcast_rx_socket_receive_batch (self->socket, max, NULL, &error);

  if (datagrams == NULL)
    bench_fail ("%s", error->message);
  for (guint i = 0; i < datagrams->len; i++)
    if (!take_datagram (meter, datagrams->pdata[i]))
      return FALSE;
  bench_meter_count (meter, datagrams->len);
  return TRUE;
}

static gboolean
receive_messages (Receiver *self, BenchMeter *meter)
{
  g_autoptr (GError) error = NULL;
  gint n = mcast_rx_socket_receive_messages (self->socket, self->messages,
                                             (guint) meter->options->batch, NULL, &error);
  guint n_datagrams = 0;

  if (n < 0)
    bench_fail ("%s", error->message);
  for (gint i = 0; i < n; i++)
    {
      gsize length = self->messages[i].length;

      if (length == BENCH_END_SIZE)
        return FALSE;
      n_datagrams += bench_meter_split (meter, length);
      if (bench_meter_looks (meter))
        bench_meter_look (meter, self->messages[i].vectors[0].buffer, length);
    }
  bench_meter_count (meter, n_datagrams);
  return TRUE;
}

static void
run_receiver (const BenchOptions *options, gboolean (*step) (Receiver *, BenchMeter *),
              gboolean merge)
{
  BenchMeter meter;
  Receiver *self;
  gint64 began;

  bench_meter_init (&meter, options);
  self = receiver_new (options, merge);
  bench_meter_ready (&meter);
  while (step (self, &meter))
    continue;
  bench_meter_stop (&meter);
  began = bench_now ();
  receiver_free (self);
  meter.close_seconds = (double) (bench_now () - began) / 1e9;
  bench_meter_print (&meter);
  bench_meter_clear (&meter);
}

/* --- Sending ------------------------------------------------------------------------------ */

static Sender *
sender_new (const BenchOptions *options)
{
  g_autoptr (GError) error = NULL;
  Sender *self = g_new0 (Sender, 1);

  self->socket = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups", options->groups,
                                 "port", (guint) options->port, "interfaces",
                                 options->interface_list, "send-buffer-size",
                                 (guint) options->buffer_size, "pacing-rate",
                                 (guint64) options->pacing_rate, NULL);
  if (self->socket == NULL)
    bench_fail ("%s", error->message);
  self->memory = g_malloc0 ((gsize) BENCH_BATCH * BENCH_SLOT_SIZE);
  for (guint i = 0; i < BENCH_BATCH; i++)
    {
      guint8 *slot = self->memory + (gsize) i * BENCH_SLOT_SIZE;

      self->payloads[i] = g_bytes_new_static (slot, (gsize) options->size);
      self->vectors[i] = (GOutputVector) { slot, (gsize) options->size };
      self->messages[i] = (McastTxMessage) { &self->vectors[i], 1, 0 };
    }
  return self;
}

static void
sender_free (Sender *self)
{
  g_object_unref (self->socket);
  for (guint i = 0; i < BENCH_BATCH; i++)
    g_bytes_unref (self->payloads[i]);
  g_free (self->memory);
  g_free (self);
}

static guint
send_one (Sender *self, const BenchOptions *options, guint64 *sequence, gint64 now)
{
  g_autoptr (GError) error = NULL;

  bench_write_heads (self->memory, (gsize) options->size, (guint) options->size, sequence, now);
  if (!mcast_tx_socket_send (self->socket, self->payloads[0], NULL, &error))
    bench_fail ("%s", error->message);
  return 1;
}

static guint
send_n_messages (Sender *self, const BenchOptions *options, guint n, guint64 *sequence, gint64 now)
{
  g_autoptr (GError) error = NULL;
  gint sent;

  for (guint i = 0; i < n; i++)
    bench_write_heads ((guint8 *) self->vectors[i].buffer, (gsize) options->size,
                       (guint) options->size, sequence, now);
  sent = mcast_tx_socket_send_messages (self->socket, self->messages, n, NULL, &error);
  if (sent < 0)
    bench_fail ("%s", error->message);
  return (guint) sent;
}

static guint
send_message (Sender *self, const BenchOptions *options, guint64 *sequence, gint64 now)
{
  return send_n_messages (self, options, 1, sequence, now);
}

static guint
send_messages (Sender *self, const BenchOptions *options, guint64 *sequence, gint64 now)
{
  return send_n_messages (self, options, (guint) options->batch, sequence, now);
}

static guint
send_segments (Sender *self, const BenchOptions *options, guint64 *sequence, gint64 now)
{
  g_autoptr (GError) error = NULL;
  gsize length = (gsize) options->max_datagrams * (gsize) options->size;
  const GOutputVector vector = { self->memory, length };
  const McastTxMessage message = { &vector, 1, (guint) options->size };

  bench_write_heads (self->memory, length, (guint) options->size, sequence, now);
  if (mcast_tx_socket_send_messages (self->socket, &message, 1, NULL, &error) < 0)
    bench_fail ("%s", error->message);
  return (guint) options->max_datagrams;
}

static void
run_sender (const BenchOptions *options,
            guint (*send_some) (Sender *, const BenchOptions *, guint64 *, gint64), guint per_call)
{
  guint64 sequence = 0;
  BenchMeter meter;
  BenchClock clock;
  Sender *self;

  bench_meter_init (&meter, options);
  self = sender_new (options);
  bench_meter_ready (&meter);
  bench_clock_start (&clock, options);
  while (bench_clock_tick (&clock, per_call))
    bench_meter_count (&meter, send_some (self, options, &sequence, clock.now));
  bench_meter_stop (&meter);
  bench_meter_print (&meter);
  bench_meter_clear (&meter);
  sender_free (self);
}

int
main (int argc, char **argv)
{
  BenchOptions options;

  bench_options_parse (&options, argc, argv);
  if (strcmp (options.mode, "receive") == 0)
    run_receiver (&options, receive_one, FALSE);
  else if (strcmp (options.mode, "receive-batch") == 0)
    run_receiver (&options, receive_batch, FALSE);
  else if (strcmp (options.mode, "receive-messages") == 0)
    run_receiver (&options, receive_messages, FALSE);
  else if (strcmp (options.mode, "receive-messages-merged") == 0)
    run_receiver (&options, receive_messages, TRUE);
  else if (strcmp (options.mode, "send") == 0)
    run_sender (&options, send_one, 1);
  else if (strcmp (options.mode, "send-message") == 0)
    run_sender (&options, send_message, 1);
  else if (strcmp (options.mode, "send-messages") == 0)
    run_sender (&options, send_messages, (guint) options.batch);
  else if (strcmp (options.mode, "send-segments") == 0)
    run_sender (&options, send_segments, (guint) options.max_datagrams);
  else
    bench_fail ("Unknown mode %s", options.mode);
  bench_options_clear (&options);
  return EXIT_SUCCESS;
}
