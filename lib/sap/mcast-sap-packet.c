/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "sap/mcast-sap-packet-private.h"

#include <string.h>

/* The first byte of a packet: the version in three bits, then one bit each. */
#define VERSION_SHIFT 5
#define VERSION 1
#define FLAG_IPV6 0x10
#define FLAG_DELETION 0x04
#define FLAG_ENCRYPTED 0x02
#define FLAG_COMPRESSED 0x01

/* Flags, length of the authentication header in words, message identifier hash. */
#define FIXED_SIZE 4
#define WORD_SIZE 4

/* RFC 6838 allows 127 characters for each half. */
#define MAX_TYPE_SIZE 255

typedef struct
{
  const guint8 *data;
  gsize size;
} Span;

static gboolean
fail (GError **error, const char *text)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, text);
  return FALSE;
}

static gboolean
fail_too_large (GError **error, gsize max_text_size)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
               "The description is larger than %" G_GSIZE_FORMAT " bytes", max_text_size);
  return FALSE;
}

static void
skip (Span *span, gsize size)
{
  span->data += size;
  span->size -= size;
}

/* Reads the header and takes it from @packet. */
static gboolean
parse_header (McastSapPacket *self, Span *packet, GError **error)
{
  guint8 flags;
  int family;
  gsize origin_size;
  gsize authentication_size;

  if (packet->size < FIXED_SIZE)
    return fail (error, "The packet is shorter than a SAP header");
  flags = packet->data[0];
  if (flags >> VERSION_SHIFT != VERSION)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "SAP version %d is not supported",
                   flags >> VERSION_SHIFT);
      return FALSE;
    }
  family = flags & FLAG_IPV6 ? AF_INET6 : AF_INET;
  origin_size = family == AF_INET6 ? 16 : 4;
  authentication_size = (gsize) packet->data[1] * WORD_SIZE;
  self->is_deletion = (flags & FLAG_DELETION) != 0;
  self->is_encrypted = (flags & FLAG_ENCRYPTED) != 0;
  self->is_authenticated = authentication_size > 0;
  self->hash = (guint16) (packet->data[2] << 8 | packet->data[3]);
  skip (packet, FIXED_SIZE);

  if (packet->size < origin_size + authentication_size)
    return fail (error, "The packet ends in its originating source or authentication header");
  _mcast_address_from_bytes (family, packet->data, origin_size, &self->origin);
  skip (packet, origin_size + authentication_size);
  return TRUE;
}

/* Whether the data begins with a zlib header, RFC 1950: no payload type begins like this. */
static gboolean
is_zlib (const Span *span)
{
  return span->size >= 2 && (span->data[0] & 0x0f) == 8
         && (span->data[0] << 8 | span->data[1]) % 31 == 0;
}

/* Inflates @payload, which may be hostile: nothing beyond the limit is written. */
static guint8 *
inflate_payload (Span *payload, gsize max_size, GError **error)
{
  g_autoptr (GZlibDecompressor) inflater = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autofree guint8 *output = g_malloc (max_size + 1);
  gsize n_total = 0;
  GConverterResult result = G_CONVERTER_CONVERTED;

  while (result != G_CONVERTER_FINISHED)
    {
      g_autoptr (GError) cause = NULL;
      gsize n_read = 0;
      gsize n_written = 0;

      if (n_total > max_size)
        {
          fail_too_large (error, max_size);
          return NULL;
        }
      result = g_converter_convert (G_CONVERTER (inflater), payload->data, payload->size,
                                    output + n_total, max_size + 1 - n_total,
                                    G_CONVERTER_INPUT_AT_END, &n_read, &n_written, &cause);
      if (result == G_CONVERTER_ERROR)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "The compressed payload is damaged: %s", cause->message);
          return NULL;
        }
      skip (payload, n_read);
      n_total += n_written;
    }
  *payload = (Span) { output, n_total };
  return g_steal_pointer (&output);
}

static gboolean
begins_with (const Span *span, const char *text)
{
  gsize length = strlen (text);

  return span->size >= length && memcmp (span->data, text, length) == 0;
}

static gboolean
is_type (const char *type)
{
  const char *slash = strchr (type, '/');

  if (slash == NULL || slash == type || slash[1] == '\0')
    return FALSE;
  for (const char *p = type; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return FALSE;
  return TRUE;
}

/* Reads the optional payload type and takes it from @payload. A deletion may consist of the line
 * "o=" alone. */
static gboolean
parse_type (McastSapPacket *self, Span *payload, GError **error)
{
  const guint8 *end;

  if (begins_with (payload, "v=0") || (self->is_deletion && begins_with (payload, "o=")))
    {
      self->payload_type = g_strdup (MCAST_SAP_TYPE_SDP);
      return TRUE;
    }
  end = memchr (payload->data, '\0', MIN (payload->size, MAX_TYPE_SIZE + 1));
  if (end == NULL)
    return fail (error, "The payload has no type and is no session description");
  if (!is_type ((const char *) payload->data))
    return fail (error, "The payload type is not a media type");
  self->payload_type = g_ascii_strdown ((const char *) payload->data, -1);
  skip (payload, (gsize) (end + 1 - payload->data));
  return TRUE;
}

/* Copies the text. Descriptions are UTF-8 or, those of old programs, ISO 8859-1. */
static gboolean
parse_text (McastSapPacket *self, const Span *payload, GError **error)
{
  const char *text = (const char *) payload->data;
  gsize length = payload->size;

  while (length > 0 && text[length - 1] == '\0')
    length--;
  if (length == 0 && !self->is_deletion)
    return fail (error, "The payload is empty");
  if (length > 0 && memchr (text, '\0', length) != NULL)
    return fail (error, "The description contains a zero byte");
  if (g_utf8_validate (text, (gssize) length, NULL))
    self->text = g_strndup (text, length);
  else
    self->text = g_convert (text, (gssize) length, "UTF-8", "ISO-8859-1", NULL, NULL, error);
  return self->text != NULL;
}

static gboolean
parse_payload (McastSapPacket *self, Span payload, gboolean is_compressed, gsize max_text_size,
               GError **error)
{
  g_autofree guint8 *inflated = NULL;
  /* Some programs compress the payload type, too. */
  gboolean type_is_compressed = is_compressed && is_zlib (&payload);

  if (type_is_compressed)
    {
      inflated = inflate_payload (&payload, max_text_size + MAX_TYPE_SIZE + 1, error);
      if (inflated == NULL)
        return FALSE;
    }
  /* A deletion needs no payload: source and hash name the session. */
  if (payload.size == 0 && self->is_deletion)
    {
      self->text = g_strdup ("");
      self->payload_type = g_strdup (MCAST_SAP_TYPE_SDP);
      return TRUE;
    }
  if (!parse_type (self, &payload, error))
    return FALSE;
  if (is_compressed && !type_is_compressed)
    {
      inflated = inflate_payload (&payload, max_text_size, error);
      if (inflated == NULL)
        return FALSE;
    }
  if (payload.size > max_text_size)
    return fail_too_large (error, max_text_size);
  return parse_text (self, &payload, error);
}

/* Parses a packet. Fails with G_IO_ERROR_NO_SPACE if the text has more than @max_text_size bytes,
 * and otherwise with G_IO_ERROR_INVALID_DATA; @self is then all zero. */
gboolean
_mcast_sap_packet_parse (McastSapPacket *self, const guint8 *data, gsize size, gsize max_text_size,
                         GError **error)
{
  Span packet = { data, size };
  gboolean is_compressed;

  *self = (McastSapPacket) { 0 };
  if (!parse_header (self, &packet, error))
    {
      _mcast_sap_packet_clear (self);
      return FALSE;
    }
  is_compressed = (data[0] & FLAG_COMPRESSED) != 0;
  if (!self->is_encrypted && !parse_payload (self, packet, is_compressed, max_text_size, error))
    {
      _mcast_sap_packet_clear (self);
      return FALSE;
    }
  return TRUE;
}

void
_mcast_sap_packet_clear (McastSapPacket *self)
{
  g_free (self->payload_type);
  g_free (self->text);
  *self = (McastSapPacket) { 0 };
}

/* Writes a packet that is neither authenticated nor encrypted. */
GBytes *
_mcast_sap_packet_write (const McastSapPacket *self)
{
  gboolean is_ipv6 = self->origin.family == AF_INET6;
  guint8 flags = (guint8) (VERSION << VERSION_SHIFT | (is_ipv6 ? FLAG_IPV6 : 0)
                           | (self->is_deletion ? FLAG_DELETION : 0));
  const guint8 fixed[FIXED_SIZE] = { flags, 0, (guint8) (self->hash >> 8), (guint8) self->hash };
  GByteArray *packet = g_byte_array_new ();

  g_byte_array_append (packet, fixed, sizeof fixed);
  g_byte_array_append (packet, self->origin.bytes, is_ipv6 ? 16 : 4);
  g_byte_array_append (packet, (const guint8 *) self->payload_type,
                       (guint) strlen (self->payload_type) + 1);
  g_byte_array_append (packet, (const guint8 *) self->text, (guint) strlen (self->text));
  return g_byte_array_free_to_bytes (packet);
}
