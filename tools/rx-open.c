/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx-open.h"

#include <signal.h>

#include "console.h"
#include "descriptors.h"
#include "exit-status.h"
#include "signals.h"

/* How many descriptors are opened later. */
#define MIN_DESCRIPTORS 8

/* A larger buffer would only delay the report of drops. */
#define MAX_BUFFER_SIZE (64 * 1024 * 1024)

/* Returns the largest receive buffer that an ordinary user can have. */
static guint
get_granted_buffer_size (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/net/core/rmem_max", &text, NULL, NULL))
    return 0;
  return MIN (g_ascii_strtoull (text, NULL, 10), MAX_BUFFER_SIZE);
}

static char **
add_first (char **groups, const char *first)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (first != NULL)
    g_strv_builder_add (builder, first);
  for (guint i = 0; groups[i] != NULL; i++)
    if (g_strcmp0 (groups[i], first) != 0)
      g_strv_builder_add (builder, groups[i]);
  return g_strv_builder_end (builder);
}

static McastRxSocket *
open_with_buffer (char **groups, guint port, char **interfaces, guint size, GError **error)
{
  McastRxOptions rx_options = MCAST_RX_OPTIONS_INIT;

  rx_options.receive_buffer_size = size;
  rx_options.receive_offload = TRUE;
  return mcast_rx_socket_new_with_options ((const char *const *) groups, port,
                                           (const char *const *) interfaces, &rx_options, error);
}

McastRxSocket *
rx_open (const Options *options, const char *extra_group, int *status)
{
  g_auto (GStrv) wanted = options_dup_groups (options, options->words, TRUE, status);
  g_auto (GStrv) groups = wanted != NULL ? add_first (wanted, extra_group) : NULL;
  g_auto (GStrv) interfaces = options_dup_interfaces (options);
  g_autoptr (GError) error = NULL;
  guint size = MAX_BUFFER_SIZE;
  McastRxSocket *rx;
  guint port;

  if (groups == NULL || !options_get_port (options, &port, status))
    return NULL;
  rx = open_with_buffer (groups, port, interfaces, size, &error);
  if (rx == NULL && g_error_matches (error, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT))
    {
      g_clear_error (&error);
      size = get_granted_buffer_size ();
      rx = open_with_buffer (groups, port, interfaces, size, &error);
    }
  if (rx == NULL)
    console_fail (status, EXIT_STATUS_FAILURE, "%s", error->message);
  else if (!descriptors_check (MIN_DESCRIPTORS, status))
    g_clear_object (&rx);
  else
    g_debug ("receiving with default port %u, receive buffer %u bytes", port, size);
  return rx;
}

void
rx_warn_of_drops (McastRxSocket *rx)
{
  g_autoptr (GVariant) stats = mcast_rx_socket_get_stats (rx);
  guint64 dropped = 0;

  g_variant_lookup (stats, "kernel-dropped", "t", &dropped);
  if (dropped > 0)
    console_warning ("%" G_GUINT64_FORMAT
                     " datagrams were lost because they arrived faster than they "
                     "were read; raise the limit of the buffer: sysctl -w net.core.rmem_max=%u",
                     dropped, MAX_BUFFER_SIZE);
}

/* Returns whether each group has a port, so that the port of the socket is not in use. */
static gboolean
have_ports (char **groups)
{
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autoptr (McastGroup) group = mcast_group_parse (groups[i], NULL);

      if (mcast_group_get_port (group) == 0)
        return FALSE;
    }
  return TRUE;
}

void
rx_print_interrupted (McastRxSocket *rx, const char *verb)
{
  g_auto (GStrv) groups = mcast_rx_socket_get_groups (rx);
  g_autofree char *list = g_strjoinv (" ", groups);
  g_autofree char *port = have_ports (groups)
                            ? g_strdup ("")
                            : g_strdup_printf (", %u", mcast_rx_socket_get_port (rx));

  if (signals_caught () == SIGINT)
    console_note ("Interrupt (SIGINT): %s has stopped due to interruption signal, was previously "
                  "listening on (%s%s).",
                  verb, list, port);
}
