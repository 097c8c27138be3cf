/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/pcap-writer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAGIC_NANOSECONDS 0xa1b23c4d
#define LINK_TYPE_RAW 101
#define MAX_SNAP 262144
#define PROTOCOL_UDP 17
#define UDP_SIZE 8
#define IPV4_SIZE 20
#define IPV6_SIZE 40
#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

struct _PcapWriter
{
  FILE *file;
  char *filename;
};

static gboolean
fail (PcapWriter *self, GError **error)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "Could not write %s: %s",
               self->filename, g_strerror (saved));
  return FALSE;
}

static void
write_numbers (PcapWriter *self, const guint32 *numbers, gsize n)
{
  fwrite (numbers, sizeof numbers[0], n, self->file);
}

PcapWriter *
pcap_writer_new (const char *filename, GError **error)
{
  /* The numbers are in host byte order, which readers see from the first one. */
  const guint32 header[] = { MAGIC_NANOSECONDS,
                             G_BYTE_ORDER == G_LITTLE_ENDIAN ? 2 | 4 << 16
                                                             : 2 << 16 | 4, /* version 2.4 */
                             0,
                             0,
                             MAX_SNAP,
                             LINK_TYPE_RAW };
  g_autoptr (PcapWriter) self = g_new0 (PcapWriter, 1);

  self->filename = g_strdup (filename);
  self->file = fopen (filename, "wbe");
  if (self->file == NULL)
    {
      fail (self, error);
      return NULL;
    }
  write_numbers (self, header, G_N_ELEMENTS (header));
  return g_steal_pointer (&self);
}

void
pcap_writer_free (PcapWriter *self)
{
  if (self->file != NULL)
    fclose (self->file);
  g_free (self->filename);
  g_free (self);
}

void
pcap_writer_flush (gpointer self)
{
  fflush (((PcapWriter *) self)->file);
}

gboolean
pcap_writer_close (PcapWriter *self, GError **error)
{
  FILE *file = g_steal_pointer (&self->file);

  return fclose (file) == 0 || fail (self, error);
}

static void
put16 (guint8 *at, guint number)
{
  at[0] = number >> 8;
  at[1] = number;
}

static guint
get_checksum (const guint8 *bytes, gsize length)
{
  guint32 sum = 0;

  for (gsize i = 0; i < length; i += 2)
    sum += bytes[i] << 8 | bytes[i + 1];
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/* Makes headers from the known values, since the kernel does not provide the original ones. */
static gsize
make_header (const RxDatagram *datagram, guint8 *header)
{
  const RxRun *run = datagram->run;
  GInetAddress *source = g_inet_socket_address_get_address (run->source);
  gboolean ipv4 = g_inet_address_get_family (run->group) == G_SOCKET_FAMILY_IPV4;
  gsize size = ipv4 ? IPV4_SIZE : IPV6_SIZE;
  guint8 *addresses = header + (ipv4 ? 12 : 8);
  gsize address_size = ipv4 ? 4 : 16;

  memset (header, 0, size + UDP_SIZE);
  header[0] = ipv4 ? 0x45 : 0x60;
  put16 (header + (ipv4 ? 2 : 4), (ipv4 ? IPV4_SIZE : 0) + UDP_SIZE + datagram->length);
  header[ipv4 ? 9 : 6] = PROTOCOL_UDP;
  header[ipv4 ? 8 : 7] = MAX (run->hop_limit, 0);
  memcpy (addresses, g_inet_address_to_bytes (source), address_size);
  memcpy (addresses + address_size, g_inet_address_to_bytes (run->group), address_size);
  if (ipv4)
    put16 (header + 10, get_checksum (header, IPV4_SIZE));
  put16 (header + size, g_inet_socket_address_get_port (run->source));
  put16 (header + size + 2, run->port);
  put16 (header + size + 4, UDP_SIZE + datagram->length);
  return size + UDP_SIZE;
}

static void
add (PcapWriter *self, const RxDatagram *datagram)
{
  guint8 header[IPV6_SIZE + UDP_SIZE];
  gsize size = make_header (datagram, header);
  gint64 time = datagram->run->arrival_time;
  guint32 length = size + datagram->length;
  const guint32 record[] = { time / NS_PER_SECOND, time % NS_PER_SECOND, length, length };

  /* pcap_writer_flush () must not write a part of a record. */
  flockfile (self->file);
  write_numbers (self, record, G_N_ELEMENTS (record));
  fwrite (header, 1, size, self->file);
  fwrite (datagram->data, 1, datagram->length, self->file);
  funlockfile (self->file);
}

gboolean
pcap_writer_add (PcapWriter *self, const RxRun *run, GError **error)
{
  RxDatagram datagram = { run };

  while (rx_datagram_next (&datagram))
    add (self, &datagram);
  return !ferror (self->file) || fail (self, error);
}
