/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastlimit.h"

#include <mcast.h>

/* Below this much, the system's default buffer is no smaller. */
#define SMALLEST_TO_TRY (256 * 1024)

/* A buffer that the kernel does not grant is no reason not to play: as with udpsrc the stream
 * goes on with less. @limit then tells what was wanted. */
gpointer
gst_mcast_open_within_limit (GstMcastOpenFunc open, gconstpointer options, guint buffer_size,
                             GError **limit, GError **error)
{
  g_autoptr (GError) reason = NULL;
  gpointer socket = open (options, buffer_size, &reason);

  while (buffer_size > 0 && g_error_matches (reason, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT))
    {
      if (*limit == NULL)
        *limit = g_steal_pointer (&reason);
      g_clear_error (&reason);
      buffer_size = buffer_size / 2 >= SMALLEST_TO_TRY ? buffer_size / 2 : 0;
      socket = open (options, buffer_size, &reason);
    }
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return socket;
}
