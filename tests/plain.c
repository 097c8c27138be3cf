/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "plain.h"

#include <gio/gnetworking.h>
#include <string.h>

/* --- Addresses --------------------------------------------------------------------------- */

GSocketAddress *
plain_address_new (const char *text, guint port, guint scope_id)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  gboolean is_ipv6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  return g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", address, "port", port, "scope-id",
                       is_ipv6 ? scope_id : 0, NULL);
}

char *
plain_address_host (GSocketAddress *address)
{
  return g_inet_address_to_string (
    g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

guint
plain_address_port (GSocketAddress *address)
{
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

guint
plain_local_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);

  return plain_address_port (local);
}

/* --- Sockets ----------------------------------------------------------------------------- */

GSocket *
plain_socket_new (GSocketFamily family)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_set_timeout (socket, NETNS_DEADLINE_MS / 1000);
  return socket;
}

void
plain_bind (GSocket *socket, GSocketAddress *address)
{
  struct sockaddr_storage storage;
  gssize size = g_socket_address_get_native_size (address);

  g_socket_set_option (socket, SOL_SOCKET, SO_REUSEADDR, 1, NULL);
  g_assert_true (g_socket_address_to_native (address, &storage, sizeof storage, NULL));
  g_assert_cmpint (bind (g_socket_get_fd (socket), (struct sockaddr *) &storage, size), ==, 0);
}

static void
set_egress (GSocket *socket, Netns *ns, const char *name)
{
  int index = (int) netns_index (ns, name);
  struct ip_mreqn egress = { .imr_ifindex = index };
  int fd = g_socket_get_fd (socket);

  g_assert_cmpint (index, !=, 0);
  /* On lo, the kernel would take the address of another interface. */
  if (g_str_equal (name, "lo"))
    egress.imr_address.s_addr = htonl (INADDR_LOOPBACK);
  if (g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV4)
    g_assert_cmpint (setsockopt (fd, IPPROTO_IP, IP_MULTICAST_IF, &egress, sizeof egress), ==, 0);
  else
    g_assert_cmpint (setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index), ==, 0);
}

GSocket *
plain_sender_new (Netns *ns, const char *name, GSocketFamily family, const char *source)
{
  NETNS_VISIT (ns);
  GSocket *socket = plain_socket_new (family);

  if (source != NULL)
    {
      g_autoptr (GSocketAddress) address = plain_address_new (source, 0, netns_index (ns, name));

      plain_bind (socket, address);
    }
  set_egress (socket, ns, name);
  return socket;
}

GSocket *
plain_sender_new_to (Netns *ns, const char *name, const char *group, guint port)
{
  NETNS_VISIT (ns);
  g_autoptr (GSocketAddress) address = plain_address_new (group, port, netns_index (ns, name));
  g_autoptr (GError) error = NULL;
  GSocket *socket = plain_sender_new (ns, name, g_socket_address_get_family (address), NULL);

  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  return socket;
}

/* For IPv6, IPv4 has its own socket with the same port. */
static GSocket *
bound_new (GSocketAddress *address)
{
  GSocket *socket = plain_socket_new (g_socket_address_get_family (address));

  if (g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, NULL);
  plain_bind (socket, address);
  return socket;
}

GSocket *
plain_receiver_new (Netns *ns, const char *name, const char *group, guint port)
{
  NETNS_VISIT (ns);
  g_autoptr (GSocketAddress) address = plain_address_new (group, port, netns_index (ns, name));
  GInetAddress *inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  g_autoptr (GError) error = NULL;
  GSocket *socket = bound_new (address);

  g_socket_join_multicast_group (socket, inet, FALSE, name, &error);
  g_assert_no_error (error);
  return socket;
}

GSocket *
plain_bound_new (Netns *ns, GSocketFamily family, guint port)
{
  NETNS_VISIT (ns);
  const char *any = family == G_SOCKET_FAMILY_IPV4 ? "0.0.0.0" : "::";
  g_autoptr (GSocketAddress) address = plain_address_new (any, port, 0);

  return bound_new (address);
}

/* --- Datagrams --------------------------------------------------------------------------- */

void
plain_send_data (GSocket *socket, GSocketAddress *to, gconstpointer data, gsize size)
{
  g_autoptr (GError) error = NULL;
  gssize sent = g_socket_send_to (socket, to, data, size, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (sent, ==, (gssize) size);
}

void
plain_send_from (Netns *ns, const char *name, const char *source, const char *to, guint port,
                 const char *text)
{
  g_autoptr (GSocketAddress) address = plain_address_new (to, port, netns_index (ns, name));
  g_autoptr (GSocket)
    socket = plain_sender_new (ns, name, g_socket_address_get_family (address), source);

  plain_send_data (socket, address, text, strlen (text));
}

void
plain_send (Netns *ns, const char *name, const char *to, guint port, const char *text)
{
  plain_send_from (ns, name, NULL, to, port, text);
}

GBytes *
plain_receive_data (GSocket *socket, GSocketAddress **from)
{
  g_autofree char *buffer = g_malloc (G_MAXUINT16);
  g_autoptr (GError) error = NULL;
  gssize size = g_socket_receive_from (socket, from, buffer, G_MAXUINT16, NULL, &error);

  g_assert_no_error (error);
  return g_bytes_new (buffer, (gsize) size);
}

char *
plain_receive (GSocket *socket, GSocketAddress **from)
{
  g_autoptr (GBytes) payload = plain_receive_data (socket, from);
  gsize size;
  const char *text = g_bytes_get_data (payload, &size);

  return g_strndup (text != NULL ? text : "", size);
}

void
plain_assert_receives_data (GSocket *socket, gconstpointer data, gsize size)
{
  g_autoptr (GBytes) payload = plain_receive_data (socket, NULL);

  g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), data, size);
}

void
plain_assert_receives (GSocket *socket, const char *text)
{
  g_autofree char *received = plain_receive (socket, NULL);

  g_assert_cmpstr (received, ==, text);
}

void
plain_request_header (GSocket *socket)
{
  gboolean is_ipv4 = g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV4;
  int level = is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6;

  g_socket_set_option (socket, level, is_ipv4 ? IP_RECVTTL : IPV6_RECVHOPLIMIT, 1, NULL);
  g_socket_set_option (socket, level, is_ipv4 ? IP_RECVTOS : IPV6_RECVTCLASS, 1, NULL);
}

static void
read_item (struct cmsghdr *item, int *hops, int *traffic_class)
{
  if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_TTL)
    memcpy (hops, CMSG_DATA (item), sizeof *hops);
  else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_HOPLIMIT)
    memcpy (hops, CMSG_DATA (item), sizeof *hops);
  else if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_TOS)
    *traffic_class = *(guint8 *) CMSG_DATA (item);
  else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_TCLASS)
    memcpy (traffic_class, CMSG_DATA (item), sizeof *traffic_class);
}

void
plain_receive_header (GSocket *socket, int *hops, int *traffic_class)
{
  char control[256];
  struct msghdr message = { .msg_control = control, .msg_controllen = sizeof control };
  g_autoptr (GError) error = NULL;

  g_socket_condition_timed_wait (socket, G_IO_IN, NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND, NULL,
                                 &error);
  g_assert_no_error (error);
  g_assert_cmpint (recvmsg (g_socket_get_fd (socket), &message, 0), >=, 0);
  *hops = -1;
  *traffic_class = -1;
  for (struct cmsghdr *item = CMSG_FIRSTHDR (&message); item != NULL;
       item = CMSG_NXTHDR (&message, item))
    read_item (item, hops, traffic_class);
}

gboolean
plain_has_data (GSocket *socket)
{
  return (g_socket_condition_check (socket, G_IO_IN) & G_IO_IN) != 0;
}
