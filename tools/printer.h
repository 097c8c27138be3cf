/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "heard.h"
#include "options.h"

typedef enum
{
  PRINTER_NONE,
  PRINTER_TEXT,
  PRINTER_HEX,
  PRINTER_JSON,
  PRINTER_RAW,
} PrinterFormat;

/* How --format, --json and --use-std want datagrams printed; FALSE as options_get_* does. Without
 * any of them a terminal gets text and nothing else does. */
gboolean printer_get_format (const Options *options, PrinterFormat *format, int *status);

void printer_print (PrinterFormat format, const Heard *heard);

/* All that is known of a datagram; floating. */
GVariant *printer_datagram_to_variant (const Heard *heard);

/* "2024-01-31T12:00:00.000000001Z", or NULL for 0. Free with g_free (). */
char *printer_format_time (gint64 nanoseconds);

/* "10.0.0.1:5004" or "[fe80::1%eth0]:5004". Free with g_free (). */
char *printer_format_source (const Heard *heard);

/* Adds to a builder of type a{sv}. @value is floating. */
void printer_add (GVariantBuilder *builder, const char *key, GVariant *value);
