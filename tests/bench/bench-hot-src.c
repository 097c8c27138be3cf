/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench-hot-src MODE ROUNDS: mcastsrc alone, always the same in every round, for a program that
 * counts instructions. On lo, in a network namespace of its own.
 *
 *   src-1  src-16   this many datagrams waiting in each round
 *   src-run         a run of 49 datagrams, a buffer for each
 *   src-bytes       the same as one buffer */

#include <arpa/inet.h>
#include <gst/gst.h>
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
#define PORT 5004
#define RUN 49

typedef struct
{
  const char *name;
  guint n; /* datagrams in a round */
  gboolean is_run;
  const char *properties;
} Mode;

static const Mode modes[] = {
  { "src-1", 1, FALSE, "" },
  { "src-16", 16, FALSE, "" },
  { "src-run", RUN, TRUE, "" },
  { "src-bytes", RUN, TRUE, "preserve-packetization=false" },
};

static GMutex lock;
static GCond arrived;
static gsize n_bytes;
static gsize n_wanted;

static void
count (gsize size)
{
  g_mutex_lock (&lock);
  n_bytes += size;
  if (n_bytes == n_wanted)
    g_cond_signal (&arrived);
  g_mutex_unlock (&lock);
}

static GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  gsize size = gst_buffer_get_size (buffer);

  gst_buffer_unref (buffer);
  count (size);
  return GST_FLOW_OK;
}

static GstFlowReturn
chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  gsize size = gst_buffer_list_calculate_size (list);

  gst_buffer_list_unref (list);
  count (size);
  return GST_FLOW_OK;
}

static int
open_plain (const Mode *mode)
{
  struct ip_mreqn request = { .imr_ifindex = (int) if_nametoindex ("lo") };
  struct sockaddr_in group = { .sin_family = AF_INET, .sin_port = htons (PORT) };
  int segment = mode->is_run ? BENCH_DEFAULT_SIZE : 0;
  int fd = socket (AF_INET, SOCK_DGRAM, 0);

  group.sin_addr.s_addr = inet_addr (GROUP);
  if (setsockopt (fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request) != 0
      || setsockopt (fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment) != 0
      || connect (fd, (struct sockaddr *) &group, sizeof group) != 0)
    bench_fail ("The sender cannot be set up");
  return fd;
}

/* The element is kept at its first datagram meanwhile: it would take the others one by one. */
static void
run_round (const Mode *mode, int fd)
{
  static guint8 memory[RUN * BENCH_DEFAULT_SIZE];
  guint n_calls = mode->is_run ? 1 : mode->n;
  gsize size = sizeof memory / RUN * (mode->is_run ? mode->n : 1);

  g_mutex_lock (&lock);
  n_wanted += mode->n * BENCH_DEFAULT_SIZE;
  for (guint i = 0; i < n_calls; i++)
    if (send (fd, memory, size, 0) != (gssize) size)
      bench_fail ("Not sent");
  while (n_bytes < n_wanted)
    g_cond_wait (&arrived, &lock);
  g_mutex_unlock (&lock);
}

static GstElement *
start (const Mode *mode)
{
  g_autofree char *text = g_strdup_printf ("mcastsrc address=" GROUP " port=%d interfaces=lo "
                                           "buffer-size=200000 %s",
                                           PORT, mode->properties);
  g_autoptr (GError) error = NULL;
  GstElement *src = gst_parse_launch (text, &error);
  g_autoptr (GstPad) pad = src != NULL ? gst_element_get_static_pad (src, "src") : NULL;
  GstPad *sink = gst_pad_new ("sink", GST_PAD_SINK);

  if (error != NULL)
    bench_skip ("%s", error->message);
  gst_pad_set_chain_function (sink, chain);
  gst_pad_set_chain_list_function (sink, chain_list);
  gst_pad_set_active (sink, TRUE);
  gst_pad_link (pad, sink);
  if (gst_element_set_state (src, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    bench_fail ("mcastsrc does not start");
  return src;
}

int
main (int argc, char **argv)
{
  const Mode *mode = NULL;
  GstElement *src;
  int fd;

  /* To list the modes makes the registry, so that none of the counted runs does. */
  gst_init (NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      if (argc == 1)
        g_print ("%s %u\n", modes[i].name, modes[i].n);
      else if (strcmp (argv[1], modes[i].name) == 0)
        mode = &modes[i];
    }
  if (argc == 1)
    return EXIT_SUCCESS;
  if (mode == NULL || argc != 3)
    bench_fail ("Usage: %s [MODE ROUNDS]; without them, lists modes and datagrams a round",
                argv[0]);
  fd = open_plain (mode);
  src = start (mode);
  for (guint i = 0; i < (guint) atoi (argv[2]); i++)
    run_round (mode, fd);
  gst_element_set_state (src, GST_STATE_NULL);
  return EXIT_SUCCESS;
}
