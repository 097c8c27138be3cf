/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many sessions, and a flood of forged packets among them. With -m slow, a larger flood. */

#include <stdio.h>

#include "lib-test.h"
#include "sap/mcast-sap-packet-private.h"
#include "sap/mcast-sap-scope-private.h"

#define N_SESSIONS 10000
#define MAX_SESSIONS 12000
#define GROUP "239.255.255.255"

/* What the allocator and the sanitizers may hold beyond the sessions. */
#define MAX_GROWTH (64 << 20)

typedef struct
{
  GSocket *sender;
  GSocket *forger;
  GSocketAddress *to;
  McastSapListener *listener;
} Flood;

static guint64
counter (Flood *flood, const char *name)
{
  return take_counter (mcast_sap_listener_get_stats (flood->listener), name);
}

static guint
get_unsigned (Flood *flood, const char *name)
{
  g_autoptr (GVariant) stats = mcast_sap_listener_get_stats (flood->listener);
  guint value = 0;

  g_assert_true (g_variant_lookup (stats, name, "u", &value));
  return value;
}

static void
receive_pending (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static GBytes *
packet_new (guint32 origin, guint hash, const char *text)
{
  g_auto (McastSapPacket) packet = {
    .hash = (guint16) hash,
    .payload_type = g_strdup (MCAST_SAP_TYPE_SDP),
    .text = g_strdup (text),
  };

  _mcast_address_from_bytes (AF_INET, &origin, sizeof origin, &packet.origin);
  return _mcast_sap_packet_write (&packet);
}

static void
announce_all (Flood *flood)
{
  for (guint i = 0; i < N_SESSIONS; i++)
    {
      g_autofree char *text = g_strdup_printf ("v=0\r\no=- %u 1 IN IP4 192.0.2.1\r\n"
                                               "s=Real %u\r\nc=IN IP4 233.252.0.1/1\r\n",
                                               i, i);
      g_autoptr (GBytes) packet = packet_new (g_htonl (0xc0000201), i + 1, text);

      plain_send_data (flood->sender, flood->to, g_bytes_get_data (packet, NULL),
                       g_bytes_get_size (packet));
      if (i % 32 == 0)
        receive_pending ();
    }
  receive_pending ();
}

/* One in four claims the source of the real sessions, and one in four is damaged. */
static void
send_forged (Flood *flood)
{
  guint32 origin = g_test_rand_int_range (0, 4) > 0 ? (guint32) g_test_rand_int ()
                                                    : g_htonl (0xc0000201);
  g_autofree char *text = g_strdup_printf ("v=0\r\no=- %d 1 IN IP4 192.0.2.1\r\ns=Forged\r\n",
                                           g_test_rand_int ());
  g_autoptr (GBytes) packet = packet_new (origin, (guint) g_test_rand_int_range (0, 65536), text);
  gsize size = g_bytes_get_size (packet);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (packet, NULL), size);

  if (g_test_rand_int_range (0, 4) == 0)
    for (guint i = 0; i < 8; i++)
      data[g_test_rand_int_range (0, 24)] = (guint8) g_test_rand_int_range (0, 256);
  plain_send_data (flood->forger, flood->to, data, size);
}

static gsize
get_resident_bytes (void)
{
  g_autofree char *text = NULL;
  unsigned long pages = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%*u %lu", &pages), ==, 1);
  return pages * 4096;
}

static guint
count_real (Flood *flood)
{
  GListModel *model = G_LIST_MODEL (flood->listener);
  guint n_real = 0;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (McastSapSession) session = g_list_model_get_item (model, i);
      const char *name = mcast_sap_session_get_name (session);

      n_real += name != NULL && g_str_has_prefix (name, "Real ");
    }
  return n_real;
}

static void
test_flood (World *world)
{
  guint n_forged = g_test_slow () ? 1000000 : 100000;
  g_autoptr (GSocketAddress) to = plain_address_new (GROUP, MCAST_SAP_PORT, 0);
  g_autoptr (GSocket) sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, NULL);
  g_autoptr (GSocket) forger = NULL;
  g_autoptr (McastSapListener)
    listener = g_initable_new (MCAST_TYPE_SAP_LISTENER, NULL, NULL, "interfaces", WORDS ("v0"),
                               "max-sessions", MAX_SESSIONS, NULL);
  Flood flood = { sender, NULL, to, listener };
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;
  gsize before;

  do
    announce_all (&flood);
  while (get_unsigned (&flood, "unconfirmed") > 0 && g_get_monotonic_time () < deadline);
  g_assert_cmpuint (count_real (&flood), ==, N_SESSIONS);
  g_assert_cmpuint (get_unsigned (&flood, "unconfirmed"), ==, 0);

  netns_address_add (world->there, "v0", "192.0.2.66/24");
  forger = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, "192.0.2.66");
  flood.forger = forger;
  before = get_resident_bytes ();
  for (guint i = 0; i < n_forged; i++)
    {
      send_forged (&flood);
      if (i % 32 == 0)
        receive_pending ();
    }
  receive_pending ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (listener)), ==, MAX_SESSIONS);
  g_assert_cmpuint (count_real (&flood), ==, N_SESSIONS);
  g_assert_cmpuint (counter (&flood, "displaced"), >, 0);
  g_assert_cmpuint (counter (&flood, "malformed"), >, 0);
  g_assert_cmpuint (counter (&flood, "conflicts"), >, 0);
  g_assert_cmpuint (get_resident_bytes (), <, before + MAX_GROWTH);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add ("/sap-listener/flood", 1, test_flood);
  return g_test_run ();
}
