/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-text-private.h"

/* Returns a copy in which each byte that is not part of UTF-8 text is an octal escape sequence, as
 * "caf\351". The kernel takes any bytes for the name of an interface. */
char *
_mcast_text_from_bytes (const char *bytes)
{
  GString *text = g_string_new (NULL);
  const char *end;

  while (!g_utf8_validate (bytes, -1, &end))
    {
      g_string_append_len (text, bytes, end - bytes);
      g_string_append_printf (text, "\\%03o", (guint8) *end);
      bytes = end + 1;
    }
  g_string_append (text, bytes);
  return g_string_free (text, FALSE);
}
