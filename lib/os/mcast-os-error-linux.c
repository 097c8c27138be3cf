/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-error-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>

static const char *
get_remedy (int code)
{
  return code == EMFILE ? "; raise the limit on file descriptors (ulimit -n)" : "";
}

/* Sets the GIOErrorEnum that stands for the errno @code. The message is the formatted text, the
 * description of @code and, where there is one, its remedy. */
void
_mcast_os_set_error (GError **error, int code, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s%s", what, g_strerror (code),
               get_remedy (code));
}

/* Returns the symbol of an errno as in errno(3), for statistics. */
const char *
_mcast_os_error_name (int code)
{
  const char *name = strerrorname_np (code);

  return name != NULL ? name : "unknown";
}
