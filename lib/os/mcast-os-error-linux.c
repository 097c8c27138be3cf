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

/* Returns the symbol of an errno as in errno(3), for statistics. Only glibc has such a function. */
const char *
_mcast_os_error_name (int code)
{
  static const struct
  {
    int code;
    const char *name;
  } names[] = {
#define NAME(symbol) { symbol, #symbol }
    NAME (EACCES),          NAME (EADDRINUSE), NAME (EADDRNOTAVAIL), NAME (EAFNOSUPPORT),
    NAME (EAGAIN),          NAME (EBADF),      NAME (EBUSY),         NAME (ECONNREFUSED),
    NAME (EDESTADDRREQ),    NAME (EEXIST),     NAME (EFAULT),        NAME (EHOSTDOWN),
    NAME (EHOSTUNREACH),    NAME (EINTR),      NAME (EINVAL),        NAME (EIO),
    NAME (EISCONN),         NAME (EMFILE),     NAME (EMSGSIZE),      NAME (ENETDOWN),
    NAME (ENETUNREACH),     NAME (ENFILE),     NAME (ENOBUFS),       NAME (ENODEV),
    NAME (ENOENT),          NAME (ENOMEM),     NAME (ENONET),        NAME (ENOPROTOOPT),
    NAME (ENOSYS),          NAME (ENOTCONN),   NAME (ENOTSOCK),      NAME (ENXIO),
    NAME (EOPNOTSUPP),      NAME (EPERM),      NAME (EPIPE),         NAME (EPROTO),
    NAME (EPROTONOSUPPORT), NAME (ERANGE),     NAME (ETIMEDOUT),
#undef NAME
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].code == code)
      return names[i].name;
  return "unknown";
}
