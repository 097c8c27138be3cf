/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Plain sockets: what the kernel makes possible, against which the others are measured, and the
 * other end for them.
 *
 *   recvmsg  recvmmsg  recvmmsg-gro             receive
 *   stamps                                      likewise, and ask when they came
 *   sendto  sendmmsg  segment                   send to one group on one interface
 *   spread                                      send to each group on each interface in turn
 *   end                                         notify the receivers of the end */

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

#define CONTROL_SIZE 256

typedef struct
{
  int fd;
  guint8 *memory;
  /* Of the last datagram, where that was asked for. */
  gint64 arrived_at;
  struct mmsghdr headers[BENCH_BATCH];
  struct iovec vectors[BENCH_BATCH];
  struct sockaddr_in names[BENCH_BATCH];
  guint8 controls[BENCH_BATCH][CONTROL_SIZE] __attribute__ ((aligned (8)));
} Plain;

static void
set_option (int fd, int level, int name, int value)
{
  if (setsockopt (fd, level, name, &value, sizeof value) < 0)
    bench_fail ("setsockopt %d/%d = %d: %s", level, name, value, g_strerror (errno));
}

static int
find_interface (const char *name)
{
  unsigned int index = if_nametoindex (name);

  if (index == 0)
    bench_fail ("No interface %s", name);
  return (int) index;
}

static struct sockaddr_in
get_address (const BenchOptions *options, const char *group)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (options->port) };

  inet_pton (AF_INET, group, &address.sin_addr);
  return address;
}

static Plain *
plain_new (const BenchOptions *options, int buffer_name)
{
  Plain *self = g_new0 (Plain, 1);

  self->fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (self->fd < 0)
    bench_fail ("socket: %s", g_strerror (errno));
  self->memory = g_malloc0 ((gsize) BENCH_BATCH * BENCH_SLOT_SIZE);
  if (options->buffer_size > 0)
    set_option (self->fd, SOL_SOCKET, buffer_name, options->buffer_size);
  return self;
}

static void
plain_free (Plain *self)
{
  close (self->fd);
  g_free (self->memory);
  g_free (self);
}

/* --- Receiving ---------------------------------------------------------------------------- */

static void
join (Plain *self, const BenchOptions *options)
{
  struct sockaddr_in address = get_address (options, options->group);

  set_option (self->fd, SOL_SOCKET, SO_REUSEADDR, 1);
  set_option (self->fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  if (bind (self->fd, (struct sockaddr *) &address, sizeof address) < 0)
    bench_fail ("bind: %s", g_strerror (errno));
  for (char **iface = options->interface_list; *iface != NULL; iface++)
    {
      struct ip_mreqn request = { .imr_multiaddr = address.sin_addr,
                                  .imr_ifindex = find_interface (*iface) };

      if (setsockopt (self->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) < 0)
        bench_fail ("Joining on %s: %s", *iface, g_strerror (errno));
    }
}

static void
ask_all (Plain *self)
{
  set_option (self->fd, IPPROTO_IP, IP_PKTINFO, 1);
  set_option (self->fd, IPPROTO_IP, IP_RECVTTL, 1);
  set_option (self->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
}

static void
prepare_receive (Plain *self, guint i)
{
  self->vectors[i] = (struct iovec) { self->memory + (gsize) i * BENCH_SLOT_SIZE, BENCH_SLOT_SIZE };
  self->headers[i].msg_hdr = (struct msghdr) {
    .msg_name = &self->names[i],
    .msg_namelen = sizeof self->names[i],
    .msg_iov = &self->vectors[i],
    .msg_iovlen = 1,
    .msg_control = self->controls[i],
    .msg_controllen = CONTROL_SIZE,
  };
}

/* FALSE at the end. */
static gboolean
take (Plain *self, BenchMeter *meter, guint n)
{
  guint n_datagrams = 0;

  for (guint i = 0; i < n; i++)
    {
      gsize length = self->headers[i].msg_len;

      if (length == BENCH_END_SIZE)
        return FALSE;
      n_datagrams += bench_meter_split (meter, length);
      if (bench_meter_looks (meter))
        bench_meter_look (meter, self->vectors[i].iov_base, length);
      if (self->arrived_at != 0)
        bench_meter_stamp (meter, self->arrived_at);
    }
  bench_meter_count (meter, n_datagrams);
  return TRUE;
}

static guint
receive (Plain *self, guint batch)
{
  int n;

  for (guint i = 0; i < batch; i++)
    prepare_receive (self, i);
  do
    n = recvmmsg (self->fd, self->headers, batch, MSG_WAITFORONE, NULL);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    bench_fail ("recvmmsg: %s", g_strerror (errno));
  return (guint) n;
}

static guint
receive_one (Plain *self, guint batch)
{
  ssize_t length;

  prepare_receive (self, 0);
  do
    length = recvmsg (self->fd, &self->headers[0].msg_hdr, 0);
  while (length < 0 && errno == EINTR);
  if (length < 0)
    bench_fail ("recvmsg: %s", g_strerror (errno));
  self->headers[0].msg_len = (unsigned int) length;
  return 1;
}

static guint
receive_stamped (Plain *self, guint batch)
{
  struct msghdr *header = &self->headers[0].msg_hdr;
  guint n = receive_one (self, batch);

  for (struct cmsghdr *message = CMSG_FIRSTHDR (header); message != NULL;
       message = CMSG_NXTHDR (header, message))
    if (message->cmsg_level == SOL_SOCKET && message->cmsg_type == SCM_TIMESTAMPNS)
      {
        struct timespec time;

        memcpy (&time, CMSG_DATA (message), sizeof time);
        self->arrived_at = (gint64) time.tv_sec * G_GINT64_CONSTANT (1000000000) + time.tv_nsec;
      }
  return n;
}

static void
run_receiver (const BenchOptions *options, guint (*receive_some) (Plain *, guint), gboolean merge)
{
  BenchMeter meter;
  Plain *self;

  bench_meter_init (&meter, options);
  self = plain_new (options, SO_RCVBUF);
  if (options->info || receive_some == receive_stamped)
    ask_all (self);
  if (merge)
    set_option (self->fd, IPPROTO_UDP, UDP_GRO, 1);
  join (self, options);
  bench_meter_ready (&meter);
  while (take (self, &meter, receive_some (self, (guint) options->batch)))
    continue;
  bench_meter_stop (&meter);
  bench_meter_print (&meter);
  bench_meter_clear (&meter);
  plain_free (self);
}

/* --- Sending ------------------------------------------------------------------------------ */

static void
set_target (Plain *self, const BenchOptions *options, const char *iface)
{
  struct ip_mreqn request = { .imr_ifindex = find_interface (iface) };

  if (setsockopt (self->fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request) < 0)
    bench_fail ("Sending on %s: %s", iface, g_strerror (errno));
  for (guint i = 0; i < BENCH_BATCH; i++)
    {
      self->names[i] = get_address (options, options->group);
      self->vectors[i].iov_base = self->memory + (gsize) i * BENCH_SLOT_SIZE;
      self->vectors[i].iov_len = (gsize) options->size;
      self->headers[i].msg_hdr = (struct msghdr) {
        .msg_name = &self->names[i],
        .msg_namelen = sizeof self->names[i],
        .msg_iov = &self->vectors[i],
        .msg_iovlen = 1,
      };
    }
}

static gboolean
is_refused (const char *call)
{
  if (errno == ENOBUFS || errno == EAGAIN || errno == EINTR)
    return TRUE;
  bench_fail ("%s: %s", call, g_strerror (errno));
}

static guint
send_one (Plain *self, const BenchOptions *options, guint64 *sequence, gint64 now)
{
  const struct sockaddr_in *name = &self->names[0];

  bench_write_heads (self->memory, (gsize) options->size, (guint) options->size, sequence, now);
  if (sendto (self->fd, self->memory, (gsize) options->size, 0, (const struct sockaddr *) name,
              sizeof *name)
        < 0
      && is_refused ("sendto"))
    return 0;
  return 1;
}

static guint
send_batch (Plain *self, const BenchOptions *options, guint64 *sequence, gint64 now)
{
  int n;

  for (int i = 0; i < options->batch; i++)
    bench_write_heads (self->vectors[i].iov_base, (gsize) options->size, (guint) options->size,
                       sequence, now);
  n = sendmmsg (self->fd, self->headers, (unsigned int) options->batch, 0);
  return n >= 0 || !is_refused ("sendmmsg") ? (guint) n : 0;
}

static guint
send_segments (Plain *self, const BenchOptions *options, guint64 *sequence, gint64 now)
{
  gsize length = (gsize) options->max_datagrams * (gsize) options->size;

  bench_write_heads (self->memory, length, (guint) options->size, sequence, now);
  if (sendto (self->fd, self->memory, length, 0, (struct sockaddr *) &self->names[0],
              sizeof self->names[0])
        < 0
      && is_refused ("sendto with UDP_SEGMENT"))
    return 0;
  return (guint) options->max_datagrams;
}

static void
aim (Plain *self, const BenchOptions *options, const int *indices, guint i, guint64 sequence)
{
  struct msghdr *header = &self->headers[i].msg_hdr;
  guint n_interfaces = g_strv_length (options->interface_list);
  struct in_pktinfo pktinfo = { .ipi_ifindex =
                                  indices[sequence / (guint) options->n_groups % n_interfaces] };
  struct cmsghdr *message = (struct cmsghdr *) (gpointer) self->controls[i];

  self->names[i] = get_address (options, options->groups[sequence % (guint) options->n_groups]);
  header->msg_control = message;
  header->msg_controllen = CMSG_SPACE (sizeof pktinfo);
  message->cmsg_level = IPPROTO_IP;
  message->cmsg_type = IP_PKTINFO;
  message->cmsg_len = CMSG_LEN (sizeof pktinfo);
  memcpy (CMSG_DATA (message), &pktinfo, sizeof pktinfo);
}

static guint
send_spread (Plain *self, const BenchOptions *options, guint64 *sequence, gint64 now)
{
  int indices[64];

  for (guint i = 0; options->interface_list[i] != NULL && i < G_N_ELEMENTS (indices); i++)
    indices[i] = find_interface (options->interface_list[i]);
  for (int i = 0; i < options->batch; i++)
    aim (self, options, indices, (guint) i, *sequence + (guint64) i);
  return send_batch (self, options, sequence, now);
}

static void
run_sender (const BenchOptions *options,
            guint (*send_some) (Plain *, const BenchOptions *, guint64 *, gint64), guint per_call)
{
  Plain *self = plain_new (options, SO_SNDBUF);
  guint64 sequence = 0;
  BenchMeter meter;
  BenchClock clock;

  set_target (self, options, options->interface_list[0]);
  if (send_some == send_segments)
    set_option (self->fd, IPPROTO_UDP, UDP_SEGMENT, options->size);
  bench_meter_init (&meter, options);
  bench_meter_ready (&meter);
  bench_clock_start (&clock, options);
  while (bench_clock_tick (&clock, per_call))
    bench_meter_count (&meter, send_some (self, options, &sequence, clock.now));
  bench_meter_stop (&meter);
  bench_meter_print (&meter);
  bench_meter_clear (&meter);
  plain_free (self);
}

/* Several times: the receive buffer may still be full. */
static void
send_end (const BenchOptions *options)
{
  const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
  Plain *self = plain_new (options, SO_SNDBUF);

  set_target (self, options, options->interface_list[0]);
  for (int i = 0; i < 10; i++)
    {
      if (sendto (self->fd, "", BENCH_END_SIZE, 0, (struct sockaddr *) &self->names[0],
                  sizeof self->names[0])
          < 0)
        is_refused ("sendto");
      nanosleep (&pause, NULL);
    }
  plain_free (self);
}

int
main (int argc, char **argv)
{
  BenchOptions options;

  bench_options_parse (&options, argc, argv);
  if (strcmp (options.mode, "recvmsg") == 0)
    run_receiver (&options, receive_one, FALSE);
  else if (strcmp (options.mode, "stamps") == 0)
    run_receiver (&options, receive_stamped, FALSE);
  else if (strcmp (options.mode, "recvmmsg") == 0)
    run_receiver (&options, receive, FALSE);
  else if (strcmp (options.mode, "recvmmsg-gro") == 0)
    run_receiver (&options, receive, TRUE);
  else if (strcmp (options.mode, "sendto") == 0)
    run_sender (&options, send_one, 1);
  else if (strcmp (options.mode, "sendmmsg") == 0)
    run_sender (&options, send_batch, (guint) options.batch);
  else if (strcmp (options.mode, "segment") == 0)
    run_sender (&options, send_segments, (guint) options.max_datagrams);
  else if (strcmp (options.mode, "spread") == 0)
    run_sender (&options, send_spread, (guint) options.batch);
  else if (strcmp (options.mode, "end") == 0)
    send_end (&options);
  else
    bench_fail ("Unknown mode %s", options.mode);
  bench_options_clear (&options);
  return EXIT_SUCCESS;
}
