/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "printer.h"

#include <string.h>

#include "exit-status.h"
#include "output.h"

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

gboolean
printer_get_format (const Options *options, PrinterFormat *format, int *status)
{
  static const char *const names[] = {
    [PRINTER_TEXT] = "text", [PRINTER_HEX] = "hex", [PRINTER_JSON] = "json", [PRINTER_RAW] = "raw"
  };

  *format = options->json                               ? PRINTER_JSON
            : options->use_std || output_is_terminal () ? PRINTER_TEXT
                                                        : PRINTER_NONE;
  if (options->format == NULL)
    return TRUE;
  for (guint i = PRINTER_TEXT; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (options->format, names[i]) == 0)
      {
        *format = i;
        return i != PRINTER_JSON || options_check_json (status);
      }
  output_error ("argument --format: invalid choice: '%s' (choose from 'text', 'hex', 'json', "
                "'raw')",
                options->format);
  *status = EXIT_STATUS_USAGE;
  return FALSE;
}

char *
printer_format_time (gint64 nanoseconds)
{
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *seconds = NULL;

  if (nanoseconds == 0)
    return NULL;
  time = g_date_time_new_from_unix_utc (nanoseconds / NS_PER_SECOND);
  seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  return g_strdup_printf ("%s.%09dZ", seconds, (int) (nanoseconds % NS_PER_SECOND));
}

char *
printer_format_source (const Heard *heard)
{
  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (heard->run->source));
}

void
printer_add (GVariantBuilder *builder, const char *key, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", key, value);
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

  printer_add (builder, "length", g_variant_new_uint32 (length));
  if (g_utf8_validate_len (data, length, NULL))
    {
      text = g_strndup (data, length);
      printer_add (builder, "text", g_variant_new_string (text));
      return;
    }
  hex = to_hex (data, length);
  printer_add (builder, "hex", g_variant_new_string (hex));
}

GVariant *
printer_datagram_to_variant (const Heard *heard)
{
  const HeardRun *run = heard->run;
  g_autofree char *time = printer_format_time (run->arrival_time);
  g_autofree char *address =
    g_inet_address_to_string (g_inet_socket_address_get_address (run->source));
  g_autofree char *group = g_inet_address_to_string (run->group);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  printer_add (&builder, "time",
               g_variant_new_maybe (G_VARIANT_TYPE_STRING,
                                    time ? g_variant_new_string (time) : NULL));
  printer_add (&builder, "source", g_variant_new_string (address));
  printer_add (&builder, "source-port",
               g_variant_new_uint32 (g_inet_socket_address_get_port (run->source)));
  printer_add (&builder, "group", g_variant_new_string (group));
  printer_add (&builder, "port", g_variant_new_uint32 (run->port));
  printer_add (&builder, "interface", g_variant_new_string (run->interface_name));
  printer_add (&builder, "hop-limit", g_variant_new_int32 (run->hop_limit));
  add_payload (&builder, heard->data, heard->length);
  return g_variant_builder_end (&builder);
}

static void
print_line (const char *data, gsize length)
{
  output_bytes (data, length);
  if (length == 0 || data[length - 1] != '\n')
    output_print ("\n");
}

static void
print_text (const char *data, gsize length)
{
  g_autofree char *escaped = NULL;

  if (!output_is_terminal ())
    {
      print_line (data, length);
      return;
    }
  /* Anybody on the network may send a sequence that a terminal obeys. */
  escaped = output_escape (data, length);
  print_line (escaped, strlen (escaped));
}

void
printer_print (PrinterFormat format, const Heard *heard)
{
  g_autofree char *hex = NULL;

  switch (format)
    {
    case PRINTER_TEXT:
      print_text (heard->data, heard->length);
      break;
    case PRINTER_HEX:
      hex = to_hex (heard->data, heard->length);
      output_print ("%s\n", hex);
      break;
    case PRINTER_JSON:
      output_json_line (printer_datagram_to_variant (heard));
      break;
    case PRINTER_RAW:
      output_bytes (heard->data, heard->length);
      break;
    case PRINTER_NONE:
    default:
      break;
    }
}
