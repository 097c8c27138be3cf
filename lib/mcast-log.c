/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-log-private.h"

/* The text, the domain and the level, and what McastLogFields has. */
#define MAX_FIELDS 6

static void
add_text (GLogField *fields, gsize *n, const char *key, const char *value)
{
  if (value != NULL)
    fields[(*n)++] = (GLogField) { key, value, -1 };
}

/* The syslog levels that GLib's own messages have. */
static const char *
get_priority (GLogLevelFlags level)
{
  if (level & G_LOG_LEVEL_DEBUG)
    return "7";
  if (level & G_LOG_LEVEL_INFO)
    return "6";
  return level & G_LOG_LEVEL_MESSAGE ? "5" : "4";
}

static void
log_text (GLogLevelFlags level, const McastLogFields *fields, const char *text)
{
  g_autofree char *group = fields->group != NULL ? _mcast_address_to_string (fields->group) : NULL;
  g_autofree char *code = fields->code != 0 ? g_strdup_printf ("%d", fields->code) : NULL;
  g_autofree char *message = NULL;
  GLogField log_fields[MAX_FIELDS];
  gsize n = 0;

  if (group != NULL && fields->iface != NULL)
    message = g_strdup_printf ("%s on %s: %s", group, fields->iface, text);
  else if (group != NULL || fields->iface != NULL)
    message = g_strdup_printf ("%s: %s", group != NULL ? group : fields->iface, text);
  add_text (log_fields, &n, "MESSAGE", message != NULL ? message : text);
  add_text (log_fields, &n, "PRIORITY", get_priority (level));
  add_text (log_fields, &n, "GLIB_DOMAIN", G_LOG_DOMAIN);
  add_text (log_fields, &n, "MCAST_INTERFACE", fields->iface);
  add_text (log_fields, &n, "MCAST_GROUP", group);
  add_text (log_fields, &n, "ERRNO", code);
  g_log_structured_array (level, log_fields, n);
}

/* Logs a line in the domain of the library. The text begins with the group and the interface that
 * @fields names, so that the default log shows them too. */
void
_mcast_log (GLogLevelFlags level, const McastLogFields *fields, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  log_text (level, fields, text);
}

/* Logs a line unless @limit holds it back. The line ends with the number of lines that were held
 * back before. */
void
_mcast_log_limited (McastLogLimit *limit, GLogLevelFlags level, const McastLogFields *fields,
                    const char *format, ...)
{
  g_autoptr (GString) text = NULL;
  guint n_suppressed;
  va_list args;

  if (!_mcast_log_limit_pass (limit, g_get_monotonic_time (), &n_suppressed))
    return;
  text = g_string_new (NULL);
  va_start (args, format);
  g_string_vprintf (text, format, args);
  va_end (args);
  if (n_suppressed > 0)
    g_string_append_printf (text, " (%u similar messages were suppressed)", n_suppressed);
  log_text (level, fields, text->str);
}

/* Returns whether a line that may repeat is logged now, in microseconds of the monotonic clock. The
 * first line after a pause stores the number of suppressed lines in *@n_suppressed. */
gboolean
_mcast_log_limit_pass (McastLogLimit *self, gint64 now, guint *n_suppressed)
{
  *n_suppressed = 0;
  if (self->n_logged == 0 || now - self->window_start >= MCAST_LOG_WINDOW_US)
    {
      *n_suppressed = self->n_suppressed;
      *self = (McastLogLimit) { .window_start = now };
    }
  else if (self->n_logged == MCAST_LOG_BURST)
    {
      self->n_suppressed++;
      return FALSE;
    }
  self->n_logged++;
  return TRUE;
}
