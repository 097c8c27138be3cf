/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench-hot MODE ROUNDS: the hot paths of the library alone, always the same in every round, for a
 * program that counts instructions. Everything is on lo, in a network namespace of its own.
 *
 *   receive-1  receive-32  receive-run          receive_messages(): this many datagrams waiting in
 *                                               each round, or a run of 49
 *   receive-wait                                likewise 1, found by waiting, with a cancellable
 *   receive-many                                likewise 1, of another of 100 groups each
 *   datagram  batch-32                          receive(), receive_batch()
 *   send  send-1  send-32  send-run             send(), send_messages()
 *   send-run-4                                  the same to 4 groups */

#include <mcast.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define GROUP "233.252.0.1"
#define MANY 100
#define RUN 49

typedef struct
{
  const char *name;
  guint n; /* datagrams in a round */
  guint n_groups;
  void (*round) (const void *mode, guint i);
  gboolean merges;
} Mode;

static McastRxSocket *rx;
static McastTxSocket *tx;
static GSocket *plain;
static GCancellable *cancellable;
static guint8 *memory;
static GInputVector in_vectors[BENCH_BATCH];
static McastRxMessage in_messages[BENCH_BATCH];
static GOutputVector out_vectors[BENCH_BATCH];
static McastTxMessage out_messages[BENCH_BATCH];

static void
check (gboolean is_right, const GError *error)
{
  if (!is_right)
    bench_fail ("%s", error != NULL ? error->message : "Another number of datagrams than sent");
}

static void
send_plain (guint n, guint i, gsize length)
{
  g_autofree char *text = g_strdup_printf ("233.252.0.%u", 1 + i);
  g_autoptr (GSocketAddress) group = g_inet_socket_address_new_from_string (text, 5004);
  g_autoptr (GError) error = NULL;

  for (guint j = 0; j < n; j++)
    check (g_socket_send_to (plain, group, (const char *) memory, length, NULL, &error) > 0, error);
}

static void
receive_messages (const void *data, guint i)
{
  const Mode *mode = data;
  gsize length = BENCH_DEFAULT_SIZE * (mode->merges ? mode->n : 1);
  guint n = mode->merges ? 1 : mode->n;
  g_autoptr (GError) error = NULL;

  send_plain (n, i % mode->n_groups, length);
  check (mcast_rx_socket_receive_messages (rx, in_messages, BENCH_BATCH, NULL, &error) == (gint) n,
         error);
}

static gpointer
send_soon (gpointer data)
{
  g_usleep (1000);
  send_plain (1, 0, BENCH_DEFAULT_SIZE);
  return NULL;
}

static void
receive_waiting (const void *data, guint i)
{
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("sender", send_soon, NULL);

  check (mcast_rx_socket_receive_messages (rx, in_messages, BENCH_BATCH, cancellable, &error) == 1,
         error);
  g_thread_join (thread);
}

static void
receive_datagram (const void *data, guint i)
{
  g_autoptr (GError) error = NULL;
  McastDatagram *datagram;

  send_plain (1, 0, BENCH_DEFAULT_SIZE);
  datagram = mcast_rx_socket_receive (rx, NULL, &error);
  check (datagram != NULL, error);
  mcast_datagram_unref (datagram);
}

static void
receive_batch (const void *data, guint i)
{
  const Mode *mode = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) datagrams = NULL;

  send_plain (mode->n, 0, BENCH_DEFAULT_SIZE);
  datagrams = mcast_rx_socket_receive_batch (rx, BENCH_BATCH, NULL, &error);
  check (datagrams != NULL && datagrams->len == mode->n, error);
}

static void
send_bytes (const void *data, guint i)
{
  static GBytes *payload;
  g_autoptr (GError) error = NULL;

  if (payload == NULL)
    payload = g_bytes_new_static (memory, BENCH_DEFAULT_SIZE);
  check (mcast_tx_socket_send (tx, payload, NULL, &error), error);
}

static void
send_messages (const void *data, guint i)
{
  const Mode *mode = data;
  g_autoptr (GError) error = NULL;

  check (mcast_tx_socket_send_messages (tx, out_messages, mode->n, NULL, &error) == (gint) mode->n,
         error);
}

static void
send_run (const void *data, guint i)
{
  const GOutputVector vector = { memory, RUN * BENCH_DEFAULT_SIZE };
  const McastTxMessage message = { &vector, 1, BENCH_DEFAULT_SIZE };
  g_autoptr (GError) error = NULL;

  check (mcast_tx_socket_send_messages (tx, &message, 1, NULL, &error) == 1, error);
}

static const Mode modes[] = {
  { "receive-1", 1, 1, receive_messages, FALSE },
  { "receive-32", 32, 1, receive_messages, FALSE },
  { "receive-run", RUN, 1, receive_messages, TRUE },
  { "receive-wait", 1, 1, receive_waiting, FALSE },
  { "receive-many", 1, MANY, receive_messages, FALSE },
  { "datagram", 1, 1, receive_datagram, FALSE },
  { "batch-32", 32, 1, receive_batch, FALSE },
  { "send", 1, 1, send_bytes, FALSE },
  { "send-1", 1, 1, send_messages, FALSE },
  { "send-32", 32, 1, send_messages, FALSE },
  { "send-run", RUN, 1, send_run, FALSE },
  { "send-run-4", RUN, 4, send_run, FALSE },
};

/* --- Around it -------------------------------------------------------------------------------- */

static void
prepare_memory (void)
{
  memory = g_malloc0 ((gsize) BENCH_BATCH * BENCH_SLOT_SIZE);
  for (guint i = 0; i < BENCH_BATCH; i++)
    {
      guint8 *slot = memory + (gsize) i * BENCH_SLOT_SIZE;

      in_vectors[i] = (GInputVector) { slot, BENCH_SLOT_SIZE };
      in_messages[i] = (McastRxMessage) { .vectors = &in_vectors[i], .n_vectors = 1 };
      out_vectors[i] = (GOutputVector) { slot, BENCH_DEFAULT_SIZE };
      out_messages[i] = (McastTxMessage) { &out_vectors[i], 1, 0 };
    }
}

static void
open_sockets (const Mode *mode)
{
  const char *const interfaces[] = { "lo", NULL };
  g_auto (GStrv) groups = g_new0 (char *, mode->n_groups + 1);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < mode->n_groups; i++)
    groups[i] = g_strdup_printf ("233.252.0.%u", 1 + i);
  rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups", groups, "port", 5004,
                       "interfaces", interfaces, "receive-offload", mode->merges,
                       "receive-buffer-size", 200000, NULL);
  check (rx != NULL, error);
  /* To another port, so that nothing comes in while sending is counted. */
  tx = mcast_tx_socket_new ((const char *const *) groups, 5005, interfaces, &error);
  check (tx != NULL, error);
}

static void
open_plain (const Mode *mode)
{
  struct ip_mreqn request = { .imr_ifindex = (int) if_nametoindex ("lo") };
  int segment = BENCH_DEFAULT_SIZE;

  plain = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  check (setsockopt (g_socket_get_fd (plain), IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request)
             == 0
           && (!mode->merges
               || setsockopt (g_socket_get_fd (plain), IPPROTO_UDP, UDP_SEGMENT, &segment,
                              sizeof segment)
                    == 0),
         NULL);
}

int
main (int argc, char **argv)
{
  const Mode *mode = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      if (argc == 1)
        g_print ("%s %u\n", modes[i].name,
                 modes[i].n * (modes[i].round == send_run ? modes[i].n_groups : 1));
      else if (strcmp (argv[1], modes[i].name) == 0)
        mode = &modes[i];
    }
  if (argc == 1)
    return EXIT_SUCCESS;
  if (mode == NULL || argc != 3)
    bench_fail ("Usage: %s [MODE ROUNDS]; without them, lists modes and datagrams a round",
                argv[0]);
  cancellable = g_cancellable_new ();
  prepare_memory ();
  open_plain (mode);
  open_sockets (mode);
  for (guint i = 0; i < (guint) atoi (argv[2]); i++)
    mode->round (mode, i);
  return EXIT_SUCCESS;
}
