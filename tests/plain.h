/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Plain sockets, as the peers of what is tested. Whatever fails, fails the test; a wait ends at
 * NETNS_DEADLINE_MS. */

#include "netns.h"

G_BEGIN_DECLS

/* --- Addresses --------------------------------------------------------------------------- */

/* @scope_id is left out for IPv4. */
GSocketAddress *plain_address_new (const char *text, guint port, guint scope_id);

/* The parts of an IP socket address. Free the host with g_free (). */
char *plain_address_host (GSocketAddress *address);
guint plain_address_port (GSocketAddress *address);

/* The port that a socket is bound to. */
guint plain_local_port (GSocket *socket);

/* --- Sockets ----------------------------------------------------------------------------- */

GSocket *plain_socket_new (GSocketFamily family);

/* Binds with SO_REUSEADDR, but without SO_REUSEPORT, which g_socket_bind () sets as well: it
 * gives each datagram to one socket only. */
void plain_bind (GSocket *socket, GSocketAddress *address);

/* A socket that sends on the interface; @source: the address to send from, or NULL. */
GSocket *plain_sender_new (Netns *ns, const char *name, GSocketFamily family, const char *source);

/* The same, connected to @group, so that nobody has to name the destination again. */
GSocket *plain_sender_new_to (Netns *ns, const char *name, const char *group, guint port);

/* A socket that is bound to @group and has joined it on the interface. */
GSocket *plain_receiver_new (Netns *ns, const char *name, const char *group, guint port);

/* A socket that is bound to @port alone, and has joined nothing. */
GSocket *plain_bound_new (Netns *ns, GSocketFamily family, guint port);

/* --- Datagrams --------------------------------------------------------------------------- */

/* @to: NULL for a connected socket. */
void plain_send_data (GSocket *socket, GSocketAddress *to, gconstpointer data, gsize size);

/* Sends one datagram on the interface to any address, from @source if that is not NULL. */
void plain_send_from (Netns *ns, const char *name, const char *source, const char *to, guint port,
                      const char *text);
void plain_send (Netns *ns, const char *name, const char *to, guint port, const char *text);

/* The next datagram; @from: return location for its sender, or NULL. */
GBytes *plain_receive_data (GSocket *socket, GSocketAddress **from);
char *plain_receive (GSocket *socket, GSocketAddress **from);

/* Fails the test unless the next datagram is this one. */
void plain_assert_receives_data (GSocket *socket, gconstpointer data, gsize size);
void plain_assert_receives (GSocket *socket, const char *text);

/* What the headers of the next datagram say, after plain_request_header (). Its payload is thrown
 * away. */
void plain_request_header (GSocket *socket);
void plain_receive_header (GSocket *socket, int *hops, int *traffic_class);

/* Whether a datagram is there already. */
gboolean plain_has_data (GSocket *socket);

G_END_DECLS
