/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "relay-port.h"

/* Above the ports that Linux assigns by default. */
#define FIRST_PORT 61910
#define LAST_PORT 61941

/* Returns whether no other program has the port: a sender would share it. */
static gboolean
is_free (guint port)
{
  static const GSocketFamily families[] = { G_SOCKET_FAMILY_IPV4, G_SOCKET_FAMILY_IPV6 };

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      g_autoptr (GSocket)
        socket = g_socket_new (families[i], G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
      g_autoptr (GInetAddress) any = g_inet_address_new_any (families[i]);
      g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, (guint16) port);

      if (socket != NULL && !g_socket_bind (socket, address, FALSE, NULL))
        return FALSE;
    }
  return TRUE;
}

McastTxSocket *
relay_port_open (const char *const *groups, char **interfaces, guint port, guint ttl,
                 GError **error)
{
  McastTxOptions tx_options = MCAST_TX_OPTIONS_INIT;

  tx_options.ttl = ttl;
  for (guint source_port = FIRST_PORT; source_port <= LAST_PORT; source_port++)
    {
      g_autoptr (GError) failure = NULL;
      McastTxSocket *tx;

      if (!is_free (source_port) && source_port != LAST_PORT)
        continue;

      tx_options.source_port = source_port;
      tx = mcast_tx_socket_new_with_options (groups, port, (const char *const *) interfaces,
                                             &tx_options, &failure);
      if (tx != NULL)
        {
          g_debug ("relaying from port %u", source_port);
          return tx;
        }
      if (!g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)
          || source_port == LAST_PORT)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
    }
  g_return_val_if_reached (NULL);
}

gboolean
relay_port_sent (const RxRun *run)
{
  guint port = g_inet_socket_address_get_port (run->source);

  return port >= FIRST_PORT && port <= LAST_PORT;
}
