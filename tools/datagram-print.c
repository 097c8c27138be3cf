/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "datagram-print.h"

#include "console.h"
#include "exit-status.h"
#include "json.h"

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

gboolean
datagram_format_get (const Options *options, DatagramFormat *format, int *status)
{
  static const char *const names[] = { [DATAGRAM_FORMAT_TEXT] = "text",
                                       [DATAGRAM_FORMAT_HEX] = "hex",
                                       [DATAGRAM_FORMAT_JSON] = "json",
                                       [DATAGRAM_FORMAT_RAW] = "raw" };

  *format = options->json                                ? DATAGRAM_FORMAT_JSON
            : options->use_std || console_is_terminal () ? DATAGRAM_FORMAT_TEXT
                                                         : DATAGRAM_FORMAT_NONE;
  if (options->format == NULL)
    return TRUE;
  for (guint i = DATAGRAM_FORMAT_TEXT; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (options->format, names[i]) == 0)
      {
        *format = i;
        return i != DATAGRAM_FORMAT_JSON || options_check_json (status);
      }
  return console_fail (status, EXIT_STATUS_USAGE,
                       "argument --format: invalid choice: '%s' (choose from 'text', 'hex', "
                       "'json', 'raw')",
                       options->format);
}

/* Returns "2024-01-31T12:00:00.000000001Z", or NULL for 0. */
static char *
format_time (gint64 nanoseconds)
{
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *seconds = NULL;

  if (nanoseconds == 0)
    return NULL;
  time = g_date_time_new_from_unix_utc (nanoseconds / NS_PER_SECOND);
  seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  return g_strdup_printf ("%s.%09dZ", seconds, (int) (nanoseconds % NS_PER_SECOND));
}

static char *
to_hex (const char *data, gsize length)
{
  GString *hex = g_string_sized_new (2 * length);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", (guchar) data[i]);
  return g_string_free (hex, FALSE);
}

static void
add_payload (GVariantBuilder *builder, const char *data, gsize length)
{
  g_autofree char *hex = NULL;
  g_autofree char *text = NULL;

  json_add (builder, "length", g_variant_new_uint32 (length));
  if (g_utf8_validate_len (data, length, NULL))
    {
      text = g_strndup (data, length);
      json_add (builder, "text", g_variant_new_string (text));
      return;
    }
  hex = to_hex (data, length);
  json_add (builder, "hex", g_variant_new_string (hex));
}

static GVariant *
to_variant (const RxDatagram *datagram)
{
  const RxRun *run = datagram->run;
  g_autofree char *time = format_time (run->arrival_time);
  g_autofree char *address =
    g_inet_address_to_string (g_inet_socket_address_get_address (run->source));
  g_autofree char *group = g_inet_address_to_string (run->group);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  json_add (&builder, "time", json_new_string (time));
  json_add (&builder, "source", g_variant_new_string (address));
  json_add (&builder, "source-port",
            g_variant_new_uint32 (g_inet_socket_address_get_port (run->source)));
  json_add (&builder, "group", g_variant_new_string (group));
  json_add (&builder, "port", g_variant_new_uint32 (run->port));
  json_add (&builder, "interface", g_variant_new_string (run->interface_name));
  json_add (&builder, "hop-limit", g_variant_new_int32 (run->hop_limit));
  add_payload (&builder, datagram->data, datagram->length);
  return g_variant_builder_end (&builder);
}

void
datagram_print (DatagramFormat format, const RxDatagram *datagram)
{
  gsize length = datagram->length;
  g_autofree char *hex = NULL;

  switch (format)
    {
    case DATAGRAM_FORMAT_TEXT:
      /* The line has a newline of its own. */
      if (length > 0 && datagram->data[length - 1] == '\n')
        length--;
      console_line (datagram->data, length);
      break;
    case DATAGRAM_FORMAT_HEX:
      hex = to_hex (datagram->data, length);
      console_print ("%s\n", hex);
      break;
    case DATAGRAM_FORMAT_JSON:
      console_json_line (to_variant (datagram));
      break;
    case DATAGRAM_FORMAT_RAW:
      console_bytes (datagram->data, length);
      break;
    case DATAGRAM_FORMAT_NONE:
    default:
      break;
    }
}
