/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How to build and run it: see fuzz-rtp-merge.c. */

#include <stdlib.h>
#include <string.h>

#include "sap/mcast-sap-packet-private.h"
#include "sap/mcast-sap-sdp-private.h"

#define MAX_TEXT_SIZE 2000

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_values (const McastSapPacket *packet)
{
  if (packet->origin.family != AF_INET && packet->origin.family != AF_INET6)
    abort ();
  if ((packet->text == NULL) != packet->is_encrypted
      || (packet->payload_type == NULL) != packet->is_encrypted)
    abort ();
  if (packet->text != NULL && !g_utf8_validate (packet->text, -1, NULL))
    abort ();
}

/* A text of ISO 8859-1 grows by half at most. */
static void
check_round_trip (const McastSapPacket *packet)
{
  g_autoptr (GBytes) bytes = _mcast_sap_packet_write (packet);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_auto (McastSapPacket) back = { 0 };

  if (!_mcast_sap_packet_parse (&back, data, size, 2 * MAX_TEXT_SIZE, NULL)
      || strcmp (back.text, packet->text) != 0 || back.hash != packet->hash
      || strcmp (back.payload_type, packet->payload_type) != 0
      || back.is_deletion != packet->is_deletion
      || !_mcast_address_equal (&back.origin, &packet->origin))
    abort ();
}

static void
read_description (const char *text)
{
  g_autofree char *name = _mcast_sap_sdp_dup_name (text);
  g_autofree char *identity = _mcast_sap_sdp_dup_identity (text);
  McastAddress group;
  McastAddress origin;

  if (name != NULL && strpbrk (name, "\r\n") != NULL)
    abort ();
  if (_mcast_sap_sdp_find_group (text, &group) && !_mcast_address_is_multicast (&group))
    abort ();
  if (_mcast_sap_sdp_find_origin (text, &origin) && identity == NULL)
    abort ();
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  g_autoptr (GError) error = NULL;
  g_auto (McastSapPacket) packet = { 0 };
  gboolean ok = _mcast_sap_packet_parse (&packet, copy, size, MAX_TEXT_SIZE, &error);

  if (ok != (error == NULL))
    abort ();
  if (!ok)
    return 0;
  check_values (&packet);
  if (packet.is_encrypted)
    return 0;
  check_round_trip (&packet);
  read_description (packet.text);
  return 0;
}
