/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "log-writer.h"

#include <string.h>

#include "console.h"

static gint is_verbose; /* atomic */

static const char *
get_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, key) == 0)
      return fields[i].value;
  return "";
}

static gboolean
is_ours (const char *domain)
{
  return strcmp (domain, "Mcast") == 0 || strcmp (domain, G_LOG_DOMAIN) == 0;
}

static void
print_debug (const char *kind, const char *message)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *text = g_date_time_format (now, kind);

  console_log (text, message);
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  gboolean shown = g_atomic_int_get (&is_verbose)
                   && is_ours (get_field (fields, n_fields, "GLIB_DOMAIN"));
  const char *message = get_field (fields, n_fields, "MESSAGE");

  if ((level & G_LOG_FLAG_FATAL) != 0)
    return g_log_writer_default (level, fields, n_fields, data);
  if ((level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE)) != 0)
    console_log ("warning: ", message);
  else if (shown && (level & G_LOG_LEVEL_INFO) != 0)
    print_debug ("info: %H:%M:%S.%f ", message);
  else if (shown && (level & G_LOG_LEVEL_DEBUG) != 0)
    print_debug ("debug: %H:%M:%S.%f ", message);
  else
    return g_log_writer_default (level, fields, n_fields, data);
  return G_LOG_WRITER_HANDLED;
}

void
log_writer_start (void)
{
  /* Standard output is for data. */
  g_log_writer_default_set_use_stderr (TRUE);
  g_log_set_writer_func (write_log, NULL, NULL);
}

void
log_writer_set_verbose (void)
{
  const char *domains = g_getenv ("G_MESSAGES_DEBUG");
  g_autofree char *more = g_strconcat (domains != NULL ? domains : "", " Mcast ", G_LOG_DOMAIN,
                                       NULL);

  /* The library may not format messages of a domain that is not shown. */
  g_setenv ("G_MESSAGES_DEBUG", more, TRUE);
  g_atomic_int_set (&is_verbose, TRUE);
}
