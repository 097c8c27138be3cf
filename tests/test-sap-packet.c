/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gio/gio.h>
#include <string.h>

#include "sap/mcast-sap-packet-private.h"
#include "sap/mcast-sap-scope-private.h"
#include "sap/mcast-sap-sdp-private.h"

#define SDP "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=Radio\r\n"
#define MAX_TEXT_SIZE 1000

/* The bytes of a text with zero bytes inside. */
#define BYTES(text) (const guint8 *) (text), sizeof (text) - 1

/* --- Parsing ----------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  const guint8 *data;
  gsize size;
  McastSapPacket expected;
  const char *origin;
} Valid;

static const Valid valid[] = {
  { "type",
    BYTES ("\x20\0\x12\x34\xc0\0\2\1"
           "application/sdp\0" SDP),
    { .hash = 0x1234, .payload_type = (char *) "application/sdp", .text = (char *) SDP },
    "192.0.2.1" },
  { "no-type",
    BYTES ("\x20\0\x12\x34\xc0\0\2\1" SDP),
    { .hash = 0x1234, .payload_type = (char *) "application/sdp", .text = (char *) SDP },
    "192.0.2.1" },
  { "type/upper-case",
    BYTES ("\x20\0\x12\x34\xc0\0\2\1"
           "Application/SDP\0" SDP),
    { .hash = 0x1234, .payload_type = (char *) "application/sdp", .text = (char *) SDP },
    "192.0.2.1" },
  { "type/other",
    BYTES ("\x20\0\x12\x34\xc0\0\2\1"
           "text/plain\0hello"),
    { .hash = 0x1234, .payload_type = (char *) "text/plain", .text = (char *) "hello" },
    "192.0.2.1" },
  { "reserved-bit",
    BYTES ("\x28\0\x12\x34\xc0\0\2\1" SDP),
    { .hash = 0x1234, .payload_type = (char *) "application/sdp", .text = (char *) SDP },
    "192.0.2.1" },
  { "ipv6",
    BYTES ("\x30\0\xff\xff\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1" SDP),
    { .hash = 0xffff, .payload_type = (char *) "application/sdp", .text = (char *) SDP },
    "2001:db8::1" },
  { "authentication",
    BYTES ("\x20\2\x12\x34\xc0\0\2\1"
           "\0\0\0\0v=0\n" SDP),
    { .hash = 0x1234,
      .is_authenticated = TRUE,
      .payload_type = (char *) "application/sdp",
      .text = (char *) SDP },
    "192.0.2.1" },
  { "deletion",
    BYTES ("\x24\0\x12\x34\xc0\0\2\1"
           "application/sdp\0o=- 1 1 IN IP4 192.0.2.1\r\n"),
    { .hash = 0x1234,
      .is_deletion = TRUE,
      .payload_type = (char *) "application/sdp",
      .text = (char *) "o=- 1 1 IN IP4 192.0.2.1\r\n" },
    "192.0.2.1" },
  { "deletion/no-type",
    BYTES ("\x24\0\x12\x34\xc0\0\2\1o=- 1 1 IN IP4 192.0.2.1\r\n"),
    { .hash = 0x1234,
      .is_deletion = TRUE,
      .payload_type = (char *) "application/sdp",
      .text = (char *) "o=- 1 1 IN IP4 192.0.2.1\r\n" },
    "192.0.2.1" },
  { "deletion/no-payload",
    BYTES ("\x24\0\x12\x34\xc0\0\2\1"),
    { .hash = 0x1234,
      .is_deletion = TRUE,
      .payload_type = (char *) "application/sdp",
      .text = (char *) "" },
    "192.0.2.1" },
  { "encrypted",
    BYTES ("\x22\0\x12\x34\xc0\0\2\1\1\2\3\4"),
    { .hash = 0x1234, .is_encrypted = TRUE },
    "192.0.2.1" },
  { "encrypted/compressed",
    BYTES ("\x23\0\x12\x34\xc0\0\2\1\1\2\3\4"),
    { .hash = 0x1234, .is_encrypted = TRUE },
    "192.0.2.1" },
  { "zeros-at-the-end",
    BYTES ("\x20\0\x12\x34\xc0\0\2\1" SDP "\0\0"),
    { .hash = 0x1234, .payload_type = (char *) "application/sdp", .text = (char *) SDP },
    "192.0.2.1" },
  { "iso-8859-1",
    BYTES ("\x20\0\x12\x34\xc0\0\2\1v=0\ns=Caf\xe9\n"),
    { .hash = 0x1234,
      .payload_type = (char *) "application/sdp",
      .text = (char *) "v=0\ns=Caf\303\251\n" },
    "192.0.2.1" },
};

static void
assert_packet (const McastSapPacket *packet, const McastSapPacket *expected, const char *origin)
{
  g_autofree char *text = _mcast_address_to_string (&packet->origin);

  g_assert_cmpint (packet->is_deletion, ==, expected->is_deletion);
  g_assert_cmpint (packet->is_authenticated, ==, expected->is_authenticated);
  g_assert_cmpint (packet->is_encrypted, ==, expected->is_encrypted);
  g_assert_cmpuint (packet->hash, ==, expected->hash);
  g_assert_cmpstr (packet->payload_type, ==, expected->payload_type);
  g_assert_cmpstr (packet->text, ==, expected->text);
  g_assert_cmpstr (text, ==, origin);
}

static void
test_valid (gconstpointer data)
{
  const Valid *row = data;
  g_autoptr (GError) error = NULL;
  g_auto (McastSapPacket) packet = { 0 };

  g_assert_true (_mcast_sap_packet_parse (&packet, row->data, row->size, MAX_TEXT_SIZE, &error));
  g_assert_no_error (error);
  assert_packet (&packet, &row->expected, row->origin);
}

typedef struct
{
  const char *name;
  const guint8 *data;
  gsize size;
  const char *reason;
} Malformed;

static const Malformed malformed[] = {
  { "empty", BYTES (""), "shorter than a SAP header" },
  { "header", BYTES ("\x20\0\x12"), "shorter than a SAP header" },
  { "version-0", BYTES ("\0\0\x12\x34\xc0\0\2\1" SDP), "SAP version 0" },
  { "version-2", BYTES ("\x40\0\x12\x34\xc0\0\2\1" SDP), "SAP version 2" },
  { "origin", BYTES ("\x20\0\x12\x34\xc0\0\2"), "ends in its originating source" },
  { "origin/ipv6", BYTES ("\x30\0\x12\x34\x20\1\xd\xb8\0\0\0\0"), "ends in its originating" },
  { "authentication", BYTES ("\x20\xff\x12\x34\xc0\0\2\1" SDP), "authentication header" },
  { "no-payload", BYTES ("\x20\0\x12\x34\xc0\0\2\1"), "no type" },
  { "no-description", BYTES ("\x20\0\x12\x34\xc0\0\2\1hello"), "no type" },
  { "empty-description", BYTES ("\x20\0\x12\x34\xc0\0\2\1text/plain\0"), "is empty" },
  { "type/no-slash", BYTES ("\x20\0\x12\x34\xc0\0\2\1text\0hello"), "no" },
  { "type/empty", BYTES ("\x20\0\x12\x34\xc0\0\2\1\0hello"), "not a media type" },
  { "type/control", BYTES ("\x20\0\x12\x34\xc0\0\2\1te\33xt/plain\0hello"), "not a media type" },
  { "zero-byte", BYTES ("\x20\0\x12\x34\xc0\0\2\1v=0\n\0s=x\n"), "zero byte" },
  { "compressed/damaged", BYTES ("\x21\0\x12\x34\xc0\0\2\1\x78\x9cxxxxxxxx"), "damaged" },
  { "compressed/no-data", BYTES ("\x21\0\x12\x34\xc0\0\2\1text/plain\0"), "damaged" },
};

static void
test_malformed (gconstpointer data)
{
  const Malformed *row = data;
  g_autoptr (GError) error = NULL;
  McastSapPacket packet;

  g_assert_false (_mcast_sap_packet_parse (&packet, row->data, row->size, MAX_TEXT_SIZE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  if (strstr (error->message, row->reason) == NULL)
    g_test_fail_printf ("“%s” is not in: %s", row->reason, error->message);
  g_assert_null (packet.text);
  g_assert_null (packet.payload_type);
}

/* A packet cut at any byte is parsed as what it is, or is an error: nothing beyond it is read. */
static void
test_truncated (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (valid); i++)
    for (gsize size = 0; size < valid[i].size; size++)
      {
        g_autofree guint8 *copy = g_memdup2 (valid[i].data, size);
        g_autoptr (GError) error = NULL;
        g_auto (McastSapPacket) packet = { 0 };
        gboolean ok = _mcast_sap_packet_parse (&packet, copy, size, MAX_TEXT_SIZE, &error);

        g_assert_true (ok == (error == NULL));
      }
}

/* --- Compression ------------------------------------------------------------------------- */

static void
append_compressed (GByteArray *packet, gconstpointer data, gsize size)
{
  g_autoptr (GZlibCompressor)
    compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, -1);
  g_autofree guint8 *output = g_malloc (size + 100);
  gsize n_read;
  gsize n_written;

  g_assert_cmpint (g_converter_convert (G_CONVERTER (compressor), data, size, output, size + 100,
                                        G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL),
                   ==, G_CONVERTER_FINISHED);
  g_byte_array_append (packet, output, (guint) n_written);
}

static GByteArray *
compressed_packet_new (void)
{
  GByteArray *packet = g_byte_array_new ();

  g_byte_array_append (packet, (const guint8 *) "\x21\0\x12\x34\xc0\0\2\1", 8);
  return packet;
}

static void
assert_parses (GByteArray *data)
{
  g_autoptr (GError) error = NULL;
  g_auto (McastSapPacket) packet = { 0 };

  g_assert_true (_mcast_sap_packet_parse (&packet, data->data, data->len, strlen (SDP), &error));
  g_assert_no_error (error);
  g_assert_cmpstr (packet.text, ==, SDP);
  g_assert_cmpstr (packet.payload_type, ==, "application/sdp");
}

static void
test_compressed (void)
{
  g_autoptr (GByteArray) packet = compressed_packet_new ();

  append_compressed (packet, SDP, strlen (SDP));
  assert_parses (packet);
}

static void
test_compressed_after_type (void)
{
  g_autoptr (GByteArray) packet = compressed_packet_new ();

  g_byte_array_append (packet, (const guint8 *) "application/sdp", 16);
  append_compressed (packet, SDP, strlen (SDP));
  assert_parses (packet);
}

static void
test_compressed_with_type (void)
{
  static const char payload[] = "application/sdp\0" SDP;
  g_autoptr (GByteArray) packet = compressed_packet_new ();

  append_compressed (packet, payload, sizeof payload - 1);
  assert_parses (packet);
}

static void
assert_too_large (GByteArray *data)
{
  g_autoptr (GError) error = NULL;
  McastSapPacket packet;

  g_assert_false (_mcast_sap_packet_parse (&packet, data->data, data->len, MAX_TEXT_SIZE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

/* A few kilobytes that would become 4 megabytes. */
static void
test_compressed_bomb (void)
{
  gsize size = 4 << 20;
  g_autofree char *text = g_strnfill (size, 'x');
  g_autoptr (GByteArray) whole = compressed_packet_new ();
  g_autoptr (GByteArray) after_type = compressed_packet_new ();

  append_compressed (whole, text, size);
  assert_too_large (whole);
  g_byte_array_append (after_type, (const guint8 *) "application/sdp", 16);
  append_compressed (after_type, text, size);
  assert_too_large (after_type);
}

/* --- Size -------------------------------------------------------------------------------- */

static void
test_size (void)
{
  const guint8 *data = valid[0].data;
  gsize size = valid[0].size;
  g_autoptr (GError) error = NULL;
  g_auto (McastSapPacket) packet = { 0 };

  g_assert_true (_mcast_sap_packet_parse (&packet, data, size, strlen (SDP), NULL));
  _mcast_sap_packet_clear (&packet);
  g_assert_false (_mcast_sap_packet_parse (&packet, data, size, strlen (SDP) - 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

/* --- Writing ----------------------------------------------------------------------------- */

static void
test_write (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      g_auto (McastSapPacket) packet = { 0 };
      g_auto (McastSapPacket) back = { 0 };
      g_autoptr (GBytes) bytes = NULL;
      gsize size;
      const guint8 *data;

      if (valid[i].expected.is_encrypted || valid[i].expected.is_authenticated)
        continue;
      _mcast_sap_packet_parse (&packet, valid[i].data, valid[i].size, MAX_TEXT_SIZE, NULL);
      bytes = _mcast_sap_packet_write (&packet);
      data = g_bytes_get_data (bytes, &size);
      g_assert_true (_mcast_sap_packet_parse (&back, data, size, MAX_TEXT_SIZE, NULL));
      assert_packet (&back, &packet, valid[i].origin);
    }
}

static void
test_write_bytes (void)
{
  g_auto (McastSapPacket) packet = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) expected = g_bytes_new_static (valid[0].data, valid[0].size);

  _mcast_sap_packet_parse (&packet, valid[0].data, valid[0].size, MAX_TEXT_SIZE, NULL);
  bytes = _mcast_sap_packet_write (&packet);
  g_assert_true (g_bytes_equal (bytes, expected));
}

/* --- Session descriptions ---------------------------------------------------------------- */

static void
test_name (void)
{
  static const struct
  {
    const char *sdp;
    const char *name;
  } rows[] = {
    { SDP, "Radio" },       { "v=0\ns=A name with spaces \nm=x\n", "A name with spaces" },
    { "v=0\ns=-\n", NULL }, { "v=0\ns= \n", NULL },
    { "v=0\ns=", NULL },    { "v=0\ni=s=x\n", NULL },
    { "", NULL },           { "s=first\ns=second", "first" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = _mcast_sap_sdp_dup_name (rows[i].sdp);

      g_assert_cmpstr (name, ==, rows[i].name);
    }
}

static void
test_identity (void)
{
  g_autofree char *first = _mcast_sap_sdp_dup_identity (SDP);
  g_autofree char *second = _mcast_sap_sdp_dup_identity ("v=0\no=- 1 2 IN IP4 192.0.2.1\n");
  g_autofree char *other = _mcast_sap_sdp_dup_identity ("v=0\no=- 2 1 IN IP4 192.0.2.1\n");

  g_assert_cmpstr (first, ==, "- 1 IN IP4 192.0.2.1");
  g_assert_cmpstr (second, ==, first);
  g_assert_cmpstr (other, !=, first);
  g_assert_null (_mcast_sap_sdp_dup_identity ("v=0\ns=x\n"));
  g_assert_null (_mcast_sap_sdp_dup_identity ("v=0\no=- 1 1 IN IP4\n"));
  g_assert_null (_mcast_sap_sdp_dup_identity ("v=0\no=- 1 1 IN IP4 192.0.2.1 x\n"));
}

static void
test_find_group (void)
{
  static const struct
  {
    const char *sdp;
    const char *group; /* NULL: there is no multicast group */
    const char *announced_in;
  } rows[] = {
    { "c=IN IP4 224.2.1.1/127\n", "224.2.1.1", "224.2.127.254" },
    { "v=0\r\nc=IN IP4 239.1.2.3/32\r\n", "239.1.2.3", "239.255.255.255" },
    { "c=IN IP4 239.255.1.1/32/3\n", "239.255.1.1", "239.255.255.255" },
    { "c=IN IP4 239.192.0.1\n", "239.192.0.1", "239.195.255.255" },
    { "c=IN IP4 239.195.9.1\n", "239.195.9.1", "239.195.255.255" },
    { "c=IN IP4 239.196.0.1\n", "239.196.0.1", "239.255.255.255" },
    { "c=IN IP4 224.0.0.100/1\n", "224.0.0.100", "224.0.0.255" },
    { "c=IN IP4 232.1.2.3/32\n", "232.1.2.3", "224.2.127.254" },
    { "c=IN IP6 ff15::1\n", "ff15::1", "ff05::2:7ffe" },
    { "c=IN IP6 ff3e::8000:1/2\n", "ff3e::8000:1", "ff0e::2:7ffe" },
    { "c=IN IP4 192.0.2.9\nm=audio 5004 RTP/AVP 96\nc=IN IP4 239.1.2.3/9\n", "239.1.2.3",
      "239.255.255.255" },
    { "c=IN IP4 192.0.2.9\n", NULL, NULL },
    { "c=IN IP4\n", NULL, NULL },
    { "v=0\n", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      McastAddress group;
      McastAddress announced_in;
      g_autofree char *text = NULL;
      g_autofree char *scope = NULL;

      g_assert_true (_mcast_sap_sdp_find_group (rows[i].sdp, &group) == (rows[i].group != NULL));
      if (rows[i].group == NULL)
        continue;
      text = _mcast_address_to_string (&group);
      g_assert_cmpstr (text, ==, rows[i].group);
      _mcast_sap_scope_find_group (&group, &announced_in);
      scope = _mcast_address_to_string (&announced_in);
      g_assert_cmpstr (scope, ==, rows[i].announced_in);
      g_assert_true (
        g_strv_contains (_mcast_sap_scope_list_groups ((GSocketFamily) group.family), scope));
    }
}

static void
test_find_origin (void)
{
  McastAddress address;
  g_autofree char *text = NULL;

  g_assert_true (_mcast_sap_sdp_find_origin (SDP, &address));
  text = _mcast_address_to_string (&address);
  g_assert_cmpstr (text, ==, "192.0.2.1");
  g_assert_false (_mcast_sap_sdp_find_origin ("o=- 1 1 IN IP4 host.example\n", &address));
  g_assert_false (_mcast_sap_sdp_find_origin ("v=0\n", &address));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      g_autofree char *path = g_strconcat ("/sap-packet/parse/", valid[i].name, NULL);

      g_test_add_data_func (path, &valid[i], test_valid);
    }
  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autofree char *path = g_strconcat ("/sap-packet/malformed/", malformed[i].name, NULL);

      g_test_add_data_func (path, &malformed[i], test_malformed);
    }
  g_test_add_func ("/sap-packet/truncated", test_truncated);
  g_test_add_func ("/sap-packet/compressed", test_compressed);
  g_test_add_func ("/sap-packet/compressed/after-type", test_compressed_after_type);
  g_test_add_func ("/sap-packet/compressed/with-type", test_compressed_with_type);
  g_test_add_func ("/sap-packet/compressed/bomb", test_compressed_bomb);
  g_test_add_func ("/sap-packet/size", test_size);
  g_test_add_func ("/sap-packet/write", test_write);
  g_test_add_func ("/sap-packet/write/bytes", test_write_bytes);
  g_test_add_func ("/sap-packet/sdp/name", test_name);
  g_test_add_func ("/sap-packet/sdp/identity", test_identity);
  g_test_add_func ("/sap-packet/sdp/group", test_find_group);
  g_test_add_func ("/sap-packet/sdp/origin", test_find_origin);
  return g_test_run ();
}
