/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-system.h"

#include <string.h>

gint64
doctor_read_sysctl (const char *name, ...)
{
  g_autofree char *relative = NULL;
  g_autofree char *filename = NULL;
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, name);
  relative = g_strdup_vprintf (name, args);
  va_end (args);
  filename = g_build_filename ("/proc/sys/net", relative, NULL);
  if (!g_file_get_contents (filename, &text, NULL, NULL))
    {
      g_debug ("%s cannot be read", filename);
      return -1;
    }
  g_debug ("%s is %s", filename, g_strstrip (text));
  return g_ascii_strtoll (text, NULL, 10);
}

char *
doctor_sysctl_name (McastInterface *iface)
{
  return g_strdelimit (g_strdup (mcast_interface_get_name (iface)), ".", '/');
}

char *
doctor_read_sysfs (const char *iface, const char *attribute)
{
  /* The library escapes what is not UTF-8 text in a name. */
  g_autofree char *name = g_strcompress (iface);
  g_autofree char *filename = g_build_filename ("/sys/class/net", name, attribute, NULL);
  char *text = NULL;

  if (!g_file_get_contents (filename, &text, NULL, NULL))
    return NULL;
  g_debug ("%s is %s", filename, g_strstrip (text));
  return text;
}

/* Returns FALSE only where it is certain that the kernel runs without IPv6. */
gboolean
doctor_has_ipv6 (void)
{
  return g_file_test ("/proc/net/if_inet6", G_FILE_TEST_EXISTS)
         || !g_file_test ("/proc/net/dev", G_FILE_TEST_EXISTS);
}

gboolean
doctor_has_address (McastInterface *iface, GSocketFamily family)
{
  GPtrArray *addresses = mcast_interface_get_addresses (iface);

  for (guint i = 0; i < addresses->len; i++)
    if (g_inet_address_mask_get_family (addresses->pdata[i]) == family)
      return TRUE;
  return FALSE;
}

/* Finds a program, also in sbin, which ordinary users may not have in PATH. */
static char *
find_program (const char *name)
{
  static const char *const directories[] = { "/usr/sbin", "/sbin" };
  char *filename = g_find_program_in_path (name);

  for (guint i = 0; filename == NULL && i < G_N_ELEMENTS (directories); i++)
    {
      filename = g_build_filename (directories[i], name, NULL);
      if (!g_file_test (filename, G_FILE_TEST_IS_EXECUTABLE))
        g_clear_pointer (&filename, g_free);
    }
  return filename != NULL ? filename : g_strdup (name);
}

char *
doctor_run (const char *const *argv, GError **error)
{
  g_auto (GStrv) command = g_strdupv ((char **) argv);
  g_autofree char *name = g_steal_pointer (&command[0]);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  command[0] = find_program (name);
  process = g_subprocess_newv ((const char *const *) command,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               error);
  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, error))
    return NULL;
  g_debug ("ran %s: %s, printed %" G_GSIZE_FORMAT " bytes", command[0],
           g_subprocess_get_successful (process) ? "succeeded" : "failed", strlen (out));
  if (g_subprocess_get_successful (process))
    return g_steal_pointer (&out);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", argv[0], g_strstrip (err));
  return NULL;
}
