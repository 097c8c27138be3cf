/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastsender.h"

#include <string.h>

#include "gstmcastlimit.h"
#include "gstmcasttextlist.h"

/* The sockets of mcastsink. A socket sends to each of its groups once, so a group that is
 * listed more often is in as many sockets: all groups are in the first one, and further ones
 * are rare. One thread may send while another changes things. */
struct _GstMcastSender
{
  GstMcastNews *news;
  GstMcastSenderOptions options;

  GMutex lock;
  GPtrArray *sockets; /* replaced as a whole, so that it can be used without the lock */
  guint64 n_bytes_closed;
  GSocket *used_ipv4; /* of the sockets' own, once somebody asked for them */
  GSocket *used_ipv6;
};

typedef struct
{
  const GstMcastSenderOptions *options;
  const char *const *groups;
} Opening;

void
gst_mcast_sender_options_clear (GstMcastSenderOptions *options)
{
  g_clear_pointer (&options->interfaces, g_strfreev);
  g_clear_pointer (&options->bind_address, g_free);
  g_clear_object (&options->socket);
  g_clear_object (&options->socket_v6);
}

/* Takes over what @options points to. Without groups it sends nothing. */
GstMcastSender *
gst_mcast_sender_new (GstMcastSenderOptions *options, GstMcastNews *news)
{
  GstMcastSender *self = g_atomic_rc_box_new0 (GstMcastSender);

  self->news = gst_mcast_news_ref (news);
  self->options = *options;
  memset (options, 0, sizeof *options);
  g_mutex_init (&self->lock);
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

GstMcastSender *
gst_mcast_sender_ref (GstMcastSender *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
finalize (gpointer data)
{
  GstMcastSender *self = data;

  g_ptr_array_unref (self->sockets);
  g_clear_object (&self->used_ipv4);
  g_clear_object (&self->used_ipv6);
  gst_mcast_news_unref (self->news);
  gst_mcast_sender_options_clear (&self->options);
  g_mutex_clear (&self->lock);
}

void
gst_mcast_sender_unref (GstMcastSender *self)
{
  g_atomic_rc_box_release_full (self, finalize);
}

static GPtrArray *
ref_sockets (GstMcastSender *self)
{
  GPtrArray *sockets;

  g_mutex_lock (&self->lock);
  sockets = g_ptr_array_ref (self->sockets);
  g_mutex_unlock (&self->lock);
  return sockets;
}

static gpointer
get_first (GPtrArray *sockets)
{
  return sockets->len > 0 ? g_ptr_array_index (sockets, 0) : NULL;
}

static void
take_sockets (GstMcastSender *self, GPtrArray *sockets)
{
  g_autoptr (GPtrArray) old = NULL;

  g_mutex_lock (&self->lock);
  if (get_first (sockets) != get_first (self->sockets))
    {
      g_clear_object (&self->used_ipv4);
      g_clear_object (&self->used_ipv6);
    }
  old = self->sockets;
  self->sockets = sockets;
  g_mutex_unlock (&self->lock);
}

/* --- Sockets --------------------------------------------------------------------------------- */

static gpointer
open_socket (gconstpointer data, guint buffer_size, GError **error)
{
  const Opening *opening = data;
  const GstMcastSenderOptions *options = opening->options;

  return g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, error, "groups", opening->groups, "interfaces",
                         options->interfaces, "wait-for-interfaces", options->wait_for_interfaces,
                         "source-address", options->bind_address, "source-port", options->bind_port,
                         "socket", options->socket, "socket-ipv6", options->socket_v6,
                         "send-buffer-size", buffer_size, "ttl", options->ttl, "loopback",
                         options->loopback, "dscp", options->dscp, "pacing-rate",
                         options->pacing_rate, NULL);
}

static void
on_interface_event (McastTxSocket *socket, McastInterface *iface, gboolean ready, gpointer data)
{
  gst_mcast_news_tell (data, iface, ready);
}

static McastTxSocket *
new_socket (GstMcastSender *self, const char *const *groups, GError **limit, GError **error)
{
  const Opening opening = { &self->options, groups };

  return gst_mcast_open_within_limit (open_socket, &opening, self->options.buffer_size, limit,
                                      error);
}

/* All sockets have the same interfaces, so one of them speaks for all. */
static void
watch_interfaces (GstMcastSender *self, McastTxSocket *socket)
{
  g_autoptr (GPtrArray) interfaces = NULL;

  mcast_tx_socket_set_event_func (socket, on_interface_event, gst_mcast_news_ref (self->news),
                                  (GDestroyNotify) gst_mcast_news_unref);
  interfaces = mcast_tx_socket_get_interfaces (socket);
  gst_mcast_news_tell_all (self->news, interfaces);
}

static guint64
count_bytes (McastTxSocket *socket)
{
  g_autoptr (GVariant) stats = g_variant_take_ref (mcast_tx_socket_get_stats (socket));
  guint64 n_bytes = 0;

  g_variant_lookup (stats, "bytes", "t", &n_bytes);
  return n_bytes;
}

static void
close_socket (GstMcastSender *self, McastTxSocket *socket)
{
  self->n_bytes_closed += count_bytes (socket);
  mcast_tx_socket_close (socket);
}

/* Under the lock. */
static GSocket *
get_used (GstMcastSender *self, GSocket **used, GSocketFamily family)
{
  if (*used != NULL && g_socket_is_closed (*used))
    g_clear_object (used);
  if (*used == NULL && self->sockets->len > 0)
    *used = mcast_tx_socket_dup_socket (g_ptr_array_index (self->sockets, 0), family, NULL);
  return *used;
}

static GSocket *
get_shared (GstMcastSender *self, GSocketFamily family)
{
  GSocket *sockets[] = { self->options.socket, self->options.socket_v6 };

  for (guint i = 0; i < G_N_ELEMENTS (sockets); i++)
    if (sockets[i] != NULL && g_socket_get_family (sockets[i]) == family)
      return sockets[i];
  return NULL;
}

/* The one of the application, or one of the own. The same each time, unless somebody closed it;
 * NULL while there is none for @family. */
GSocket *
gst_mcast_sender_dup_used_socket (GstMcastSender *self, GSocketFamily family)
{
  GSocket *socket = get_shared (self, family);

  if (socket != NULL)
    return g_object_ref (socket);
  g_mutex_lock (&self->lock);
  socket = get_used (self, family == G_SOCKET_FAMILY_IPV6 ? &self->used_ipv6 : &self->used_ipv4,
                     family);
  if (socket != NULL)
    g_object_ref (socket);
  g_mutex_unlock (&self->lock);
  return socket;
}

/* @close_shared: whether the application gave its socket away for good */
void
gst_mcast_sender_close (GstMcastSender *self, gboolean close_shared)
{
  g_autoptr (GPtrArray) sockets = ref_sockets (self);

  take_sockets (self, g_ptr_array_new_with_free_func (g_object_unref));
  for (guint i = 0; i < sockets->len; i++)
    close_socket (self, g_ptr_array_index (sockets, i));
  if (self->options.socket != NULL && close_shared)
    g_socket_close (self->options.socket, NULL);
  if (self->options.socket_v6 != NULL && close_shared)
    g_socket_close (self->options.socket_v6, NULL);
}

/* --- Groups ---------------------------------------------------------------------------------- */

static guint
count_before (const char *const *list, guint position)
{
  guint n = 0;

  for (guint i = 0; i < position; i++)
    n += g_str_equal (list[i], list[position]) ? 1 : 0;
  return n;
}

/* The groups of which there are more than @n copies; NULL when there are none. */
static char **
select_groups (const char *const *groups, guint n)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) selected = NULL;

  for (guint i = 0; groups[i] != NULL; i++)
    if (count_before (groups, i) == n)
      g_strv_builder_add (builder, groups[i]);
  selected = g_strv_builder_end (builder);
  return selected[0] != NULL ? g_steal_pointer (&selected) : NULL;
}

static void
update_groups (McastTxSocket *socket, const char *const *groups, GError **error)
{
  g_auto (GStrv) current = mcast_tx_socket_get_groups (socket);

  g_strfreev (gst_mcast_text_list_update ((const char *const *) current, groups,
                                          (GstMcastTextListFunc) mcast_tx_socket_add_group,
                                          (GstMcastTextListFunc) mcast_tx_socket_remove_group,
                                          socket, error));
}

/* Goes over to other groups, without a gap for those that stay. What fails is left out, and
 * @error gets the first reason. @limit is set when a smaller buffer than wanted had to do. */
void
gst_mcast_sender_set_groups (GstMcastSender *self, const char *const *groups, GError **limit,
                             GError **error)
{
  g_autoptr (GPtrArray) old = ref_sockets (self);
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);
  char **selected;
  guint n = 0;

  while ((selected = select_groups (groups, n)) != NULL)
    {
      GError **first = *error == NULL ? error : NULL;
      McastTxSocket *socket = NULL;

      if (n < old->len)
        update_groups (socket = g_object_ref (g_ptr_array_index (old, n)),
                       (const char *const *) selected, first);
      else
        socket = new_socket (self, (const char *const *) selected, limit, first);
      g_strfreev (selected);
      if (socket == NULL)
        break;
      if (n >= old->len && n == 0)
        watch_interfaces (self, socket);
      g_ptr_array_add (sockets, socket);
      n++;
    }
  take_sockets (self, g_steal_pointer (&sockets));
  for (; n < old->len; n++)
    close_socket (self, g_ptr_array_index (old, n));
}

/* --- Settings -------------------------------------------------------------------------------- */

/* The sockets have the same interfaces, so what is in effect for one is for all. Without a socket
 * yet the next one tells whether @interfaces is good. Takes @interfaces over. */
void
gst_mcast_sender_set_interfaces (GstMcastSender *self, char **interfaces, GError **error)
{
  g_autoptr (GPtrArray) sockets = ref_sockets (self);
  g_auto (GStrv) current = g_steal_pointer (&self->options.interfaces);
  g_auto (GStrv) wanted = interfaces;

  if (sockets->len == 0)
    self->options.interfaces = g_steal_pointer (&wanted);
  for (guint i = 0; i < sockets->len; i++)
    {
      g_strfreev (self->options.interfaces);
      self->options.interfaces =
        gst_mcast_text_list_update ((const char *const *) current, (const char *const *) wanted,
                                    (GstMcastTextListFunc) mcast_tx_socket_add_interface,
                                    (GstMcastTextListFunc) mcast_tx_socket_remove_interface,
                                    g_ptr_array_index (sockets, i), *error == NULL ? error : NULL);
    }
}

void
gst_mcast_sender_set_ttl (GstMcastSender *self, guint ttl, GError **error)
{
  g_autoptr (GPtrArray) sockets = ref_sockets (self);

  self->options.ttl = ttl;
  for (guint i = 0; i < sockets->len; i++)
    if (!mcast_tx_socket_set_ttl (g_ptr_array_index (sockets, i), ttl, error))
      return;
}

void
gst_mcast_sender_set_loopback (GstMcastSender *self, gboolean loopback, GError **error)
{
  g_autoptr (GPtrArray) sockets = ref_sockets (self);

  self->options.loopback = loopback;
  for (guint i = 0; i < sockets->len; i++)
    if (!mcast_tx_socket_set_loopback (g_ptr_array_index (sockets, i), loopback, error))
      return;
}

void
gst_mcast_sender_set_dscp (GstMcastSender *self, int dscp, GError **error)
{
  g_autoptr (GPtrArray) sockets = ref_sockets (self);

  self->options.dscp = dscp;
  for (guint i = 0; i < sockets->len; i++)
    if (!mcast_tx_socket_set_dscp (g_ptr_array_index (sockets, i), dscp, error))
      return;
}

void
gst_mcast_sender_set_pacing_rate (GstMcastSender *self, guint64 pacing_rate)
{
  g_autoptr (GPtrArray) sockets = ref_sockets (self);

  self->options.pacing_rate = pacing_rate;
  for (guint i = 0; i < sockets->len; i++)
    mcast_tx_socket_set_pacing_rate (g_ptr_array_index (sockets, i), pacing_rate);
}

/* --- The stream ------------------------------------------------------------------------------ */

/* What the first socket took the others take, too, also while it is being cancelled. */
static gint
send_on_each (GPtrArray *sockets, const McastTxMessage *messages, guint n_messages,
              GCancellable *cancellable, GError **error)
{
  gint most = sockets->len == 0 ? (gint) n_messages : -1;

  for (guint i = 0; i < sockets->len; i++)
    {
      g_autoptr (GError) reason = NULL;
      gint n_sent = mcast_tx_socket_send_messages (g_ptr_array_index (sockets, i), messages,
                                                   n_messages, i == 0 ? cancellable : NULL,
                                                   &reason);

      most = MAX (most, n_sent);
      if (i == 0 && g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return -1;
      if (reason != NULL && *error == NULL)
        g_propagate_error (error, g_steal_pointer (&reason));
    }
  return most;
}

/* Returns how many of the messages are done with, fewer than there are only when it was cancelled;
 * -1 with @error when no path took any. With no group there is nothing to fail. */
gint
gst_mcast_sender_send (GstMcastSender *self, const McastTxMessage *messages, guint n_messages,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) sockets = ref_sockets (self);
  /* Several sockets take turns, so that a pause finds all of them at the same message. */
  guint step = sockets->len > 1 ? 1 : n_messages;
  gboolean any_sent = FALSE;
  guint n_done = 0;

  while (n_done < n_messages)
    {
      gint n_sent = send_on_each (sockets, messages + n_done, step, cancellable, error);

      any_sent = any_sent || n_sent > 0;
      if (!g_cancellable_is_cancelled (cancellable))
        {
          n_done += step;
          continue;
        }
      n_done += (guint) MAX (n_sent, 0);
      break;
    }
  if (any_sent || sockets->len == 0)
    g_clear_error (error);
  return any_sent || sockets->len == 0 ? (gint) n_done : -1;
}

/* Of each socket one dictionary. */
GPtrArray *
gst_mcast_sender_get_stats (GstMcastSender *self)
{
  g_autoptr (GPtrArray) sockets = ref_sockets (self);
  GPtrArray *stats = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (guint i = 0; i < sockets->len; i++)
    g_ptr_array_add (stats, g_variant_take_ref (
                              mcast_tx_socket_get_stats (g_ptr_array_index (sockets, i))));
  return stats;
}

/* Bytes sent, each copy of them counted. */
guint64
gst_mcast_sender_get_n_bytes (GstMcastSender *self)
{
  g_autoptr (GPtrArray) sockets = ref_sockets (self);
  guint64 n_bytes = self->n_bytes_closed;

  for (guint i = 0; i < sockets->len; i++)
    n_bytes += count_bytes (g_ptr_array_index (sockets, i));
  return n_bytes;
}
