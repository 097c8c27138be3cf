/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastclients.h"

#include <string.h>

static void
client_free (gpointer data)
{
  GstMcastClient *client = data;

  g_free (client->host);
  g_free (client);
}

static GstMcastClient *
client_copy (const GstMcastClient *client)
{
  GstMcastClient *copy = g_memdup2 (client, sizeof *client);

  copy->host = g_strdup (client->host);
  return copy;
}

/* Returns a client in the form that users write and the library parses, with an IPv6 address in
 * brackets before a port. Without a port, the one of the property applies. */
char *
gst_mcast_client_to_string (const GstMcastClient *client)
{
  gboolean brackets = strchr (client->host, ':') != NULL && client->host[0] != '[';

  if (client->port == 0)
    return g_strdup (client->host);
  return g_strdup_printf (brackets ? "[%s]:%u" : "%s:%u", client->host, client->port);
}

GstMcastClients *
gst_mcast_clients_new (void)
{
  return g_ptr_array_new_with_free_func (client_free);
}

/* Returns a copy in which every client has its port. */
GstMcastClients *
gst_mcast_clients_copy (GstMcastClients *self, guint default_port)
{
  GstMcastClients *copy = gst_mcast_clients_new ();

  for (guint i = 0; i < self->len; i++)
    {
      const GstMcastClient *client = g_ptr_array_index (self, i);
      GstMcastClient *item = client_copy (client);

      if (item->port == 0)
        item->port = default_port;
      g_ptr_array_add (copy, item);
    }
  return copy;
}

static void
remove_kind (GstMcastClients *self, GstMcastClientKind kind)
{
  for (guint i = self->len; i-- > 0;)
    if (((GstMcastClient *) g_ptr_array_index (self, i))->kind == kind)
      g_ptr_array_remove_index (self, i);
}

/* Adds a client, and removes the default one. */
void
gst_mcast_clients_add (GstMcastClients *self, GstMcastClientKind kind, const char *host, guint port)
{
  GstMcastClient *client = g_new0 (GstMcastClient, 1);

  remove_kind (self, GST_MCAST_CLIENT_DEFAULT);
  client->kind = kind;
  client->host = g_strdup (host);
  client->port = port;
  client->connect_time = (GstClockTime) g_get_real_time () * GST_USECOND;
  g_ptr_array_insert (self, kind == GST_MCAST_CLIENT_HOST ? 0 : -1, client);
}

/* Returns the start of the port in HOST:PORT or [HOST]:PORT, or %NULL without a port. An IPv6
 * address without brackets has no port. */
static const char *
find_port (const char *text)
{
  const char *colon = strrchr (text, ':');

  if (colon == NULL || colon == text)
    return NULL;
  if (text[0] == '[')
    return colon[-1] == ']' ? colon + 1 : NULL;
  return strchr (text, ':') == colon ? colon + 1 : NULL;
}

/* Adds a client from its text. An invalid text becomes the host as a whole, so that the error of
 * using it quotes it. */
static void
add_text (GstMcastClients *self, GstMcastClientKind kind, const char *text)
{
  const char *port_text = find_port (text);
  guint64 port = 0;
  g_autofree char *host = NULL;
  gsize length;

  if (port_text != NULL && g_ascii_string_to_unsigned (port_text, 10, 1, G_MAXUINT16, &port, NULL))
    host = g_strndup (text, (gsize) (port_text - 1 - text));
  else
    host = g_strdup (text);

  length = strlen (host);
  if (length > 1 && host[0] == '[' && host[length - 1] == ']')
    {
      host[length - 1] = '\0';
      gst_mcast_clients_add (self, kind, host + 1, (guint) port);
    }
  else
    gst_mcast_clients_add (self, kind, host, (guint) port);
}

void
gst_mcast_clients_clear (GstMcastClients *self)
{
  g_ptr_array_set_size (self, 0);
}

GstMcastClient *
gst_mcast_clients_get_first (GstMcastClients *self)
{
  return self->len > 0 ? g_ptr_array_index (self, 0) : NULL;
}

/* Sets the destination of the property host, which is the first one; %NULL removes it. */
void
gst_mcast_clients_set_host (GstMcastClients *self, const char *text)
{
  GstMcastClient *first = gst_mcast_clients_get_first (self);

  if (first != NULL && first->kind != GST_MCAST_CLIENT_DEFAULT
      && g_strcmp0 (first->host, text) == 0)
    return;
  remove_kind (self, GST_MCAST_CLIENT_HOST);
  if (text != NULL && *text != '\0')
    add_text (self, GST_MCAST_CLIENT_HOST, text);
}

/* Replaces all destinations except that of host; %NULL removes them. */
void
gst_mcast_clients_set_list (GstMcastClients *self, GstMcastClientKind kind,
                            const char *const *texts)
{
  remove_kind (self, GST_MCAST_CLIENT_GROUP);
  remove_kind (self, GST_MCAST_CLIENT_ADDED);
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    add_text (self, kind, texts[i]);
}

/* Gives the first client the port of the property, except for a group that was written with its
 * port, which is not that of other groups. */
void
gst_mcast_clients_reset_port (GstMcastClients *self)
{
  GstMcastClient *first = gst_mcast_clients_get_first (self);

  if (first != NULL && first->kind != GST_MCAST_CLIENT_GROUP)
    first->port = 0;
}

/* Returns the clients from @first on, as they were written; %NULL without any. */
static char *
list_from (GstMcastClients *self, guint first)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = first; i < self->len; i++)
    {
      g_autofree char *text = gst_mcast_client_to_string (g_ptr_array_index (self, i));

      g_string_append_printf (list, "%s%s", i > first ? "," : "", text);
    }
  return list->len > 0 ? g_string_free (g_steal_pointer (&list), FALSE) : NULL;
}

/* Returns the destinations except that of host, which is the first one. */
char *
gst_mcast_clients_list_groups (GstMcastClients *self)
{
  const GstMcastClient *first = gst_mcast_clients_get_first (self);
  gboolean is_host = first != NULL
                     && (first->kind == GST_MCAST_CLIENT_DEFAULT
                         || first->kind == GST_MCAST_CLIENT_HOST);

  return list_from (self, is_host ? 1 : 0);
}

/* Returns the destinations except the first one. */
char *
gst_mcast_clients_list_others (GstMcastClients *self)
{
  return list_from (self, 1);
}

/* Returns all destinations with their ports. */
char *
gst_mcast_clients_to_string (GstMcastClients *self, guint default_port)
{
  g_autoptr (GPtrArray) clients = gst_mcast_clients_copy (self, default_port);
  char *list = list_from (clients, 0);

  return list != NULL ? list : g_strdup ("");
}

/* Removes one copy of a client. Returns whether it was found. */
gboolean
gst_mcast_clients_remove_one (GstMcastClients *self, const char *host, guint port,
                              guint default_port)
{
  for (guint i = 0; i < self->len; i++)
    {
      const GstMcastClient *client = g_ptr_array_index (self, i);

      if (g_str_equal (client->host, host)
          && (client->port != 0 ? client->port : default_port) == port)
        {
          g_ptr_array_remove_index (self, i);
          return TRUE;
        }
    }
  return FALSE;
}

GstMcastClient *
gst_mcast_clients_find (GstMcastClients *self, const char *host, guint port)
{
  for (guint i = 0; i < self->len; i++)
    {
      GstMcastClient *client = g_ptr_array_index (self, i);

      if (client->port == port && g_str_equal (client->host, host))
        return client;
    }
  return NULL;
}

/* Returns the clients that occur more often in @now than in @before. Both lists have ports. */
GstMcastClients *
gst_mcast_clients_get_added (GstMcastClients *now, GstMcastClients *before)
{
  GstMcastClients *added = gst_mcast_clients_copy (now, 0);

  for (guint i = 0; i < before->len; i++)
    {
      const GstMcastClient *client = g_ptr_array_index (before, i);
      GstMcastClient *same = gst_mcast_clients_find (added, client->host, client->port);

      if (same != NULL)
        g_ptr_array_remove (added, same);
    }
  return added;
}

/* Returns the clients of @before that are not in @now at all, each once. */
GstMcastClients *
gst_mcast_clients_get_removed (GstMcastClients *now, GstMcastClients *before)
{
  GstMcastClients *removed = gst_mcast_clients_new ();

  for (guint i = 0; i < before->len; i++)
    {
      const GstMcastClient *client = g_ptr_array_index (before, i);

      if (gst_mcast_clients_find (now, client->host, client->port) == NULL
          && gst_mcast_clients_find (removed, client->host, client->port) == NULL)
        g_ptr_array_add (removed, client_copy (client));
    }
  return removed;
}
