/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

/* The sessions that are announced, without a network: packets and times go in, changes come out.
 *
 * A packet is matched in constant time: by originating source and message identifier hash and, if
 * the hash is new, by the host that sends it and the line "o=" of its description.
 *
 * The table has room for a fixed number of sessions. Packets can be forged, so when it is full, a
 * new session replaces the oldest one that was announced only once. Sessions that were announced
 * again stay: a flood of forged packets displaces forged packets. */

#include "sap/mcast-sap-table-private.h"

#include "sap/mcast-sap-sdp-private.h"

typedef struct
{
  McastAddress origin;
  guint16 hash;
  gboolean is_authenticated;
} Key;

/* The links are in the queues of the table; that of unconfirmed is in use while data is set. */
typedef struct
{
  McastSapSession *session;
  Key key;
  GPtrArray *names;
  GSequenceIter *position;
  GList recent;
  GList unconfirmed;
} Entry;

struct _McastSapTable
{
  McastSapTableOptions options;

  GSequence *entries;  /* in the order of the list */
  GHashTable *by_key;  /* Key -> Entry, without those whose hash is 0 */
  GHashTable *by_name; /* host and "o=" -> Entry */
  GQueue recent;       /* the entry that has been silent for longest comes first */
  GQueue unconfirmed;  /* the oldest entry that was announced once comes first */
  guint64 n_removed;
  guint64 n_displaced;
  guint64 n_expired;
};

static guint
key_hash (gconstpointer data)
{
  const Key *key = data;

  return _mcast_address_hash (&key->origin) * 31 + key->hash;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const Key *left = a;
  const Key *right = b;

  return left->hash == right->hash && left->is_authenticated == right->is_authenticated
         && _mcast_address_equal (&left->origin, &right->origin);
}

static Key
key_of (const McastSapPacket *packet)
{
  return (Key) { packet->origin, packet->hash, packet->is_authenticated };
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->session);
  g_ptr_array_unref (entry->names);
  g_free (entry);
}

McastSapTable *
_mcast_sap_table_new (const McastSapTableOptions *options)
{
  McastSapTable *self = g_new0 (McastSapTable, 1);

  self->options = *options;
  self->entries = g_sequence_new (entry_free);
  self->by_key = g_hash_table_new (key_hash, key_equal);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->recent);
  g_queue_init (&self->unconfirmed);
  return self;
}

void
_mcast_sap_table_free (McastSapTable *self)
{
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->by_name);
  g_sequence_free (self->entries);
  g_free (self);
}

/* Names a session independently of its version. A description without "o=" has no name. */
static char *
dup_name (const char *sdp, const Key *key, const McastAddress *sender)
{
  g_autofree char *identity = _mcast_sap_sdp_dup_identity (sdp);
  g_autofree char *origin_text = NULL;
  g_autofree char *sender_text = NULL;

  if (identity == NULL)
    return NULL;
  origin_text = _mcast_address_to_string (&key->origin);
  sender_text = _mcast_address_to_string (sender);
  return g_strdup_printf ("%s\n%s\n%d\n%s", sender_text, origin_text, key->is_authenticated,
                          identity);
}

static void
remove_from_indexes (McastSapTable *self, Entry *entry)
{
  if (g_hash_table_lookup (self->by_key, &entry->key) == entry)
    g_hash_table_remove (self->by_key, &entry->key);
  for (guint i = 0; i < entry->names->len; i++)
    g_hash_table_remove (self->by_name, entry->names->pdata[i]);
  g_ptr_array_set_size (entry->names, 0);
}

/* A name that another entry has already stays its own. */
static void
add_to_indexes (McastSapTable *self, Entry *entry)
{
  const char *sdp = mcast_sap_session_get_sdp (entry->session);
  const McastAddress *sender;

  if (entry->key.hash != 0)
    g_hash_table_insert (self->by_key, &entry->key, entry);
  for (guint i = 0; (sender = _mcast_sap_session_get_sender (entry->session, i)) != NULL; i++)
    {
      char *name = dup_name (sdp, &entry->key, sender);

      if (name != NULL && !g_hash_table_contains (self->by_name, name))
        {
          g_ptr_array_add (entry->names, name);
          g_hash_table_insert (self->by_name, name, entry);
        }
      else
        g_free (name);
    }
}

static void
report (McastSapTable *self, guint position, guint n_removed, guint n_added)
{
  self->options.changed (position, n_removed, n_added, self->options.user_data);
}

static void
confirm (McastSapTable *self, Entry *entry)
{
  if (entry->unconfirmed.data == NULL)
    return;
  g_queue_unlink (&self->unconfirmed, &entry->unconfirmed);
  entry->unconfirmed.data = NULL;
}

static void
remove_entry (McastSapTable *self, Entry *entry)
{
  guint position = (guint) g_sequence_iter_get_position (entry->position);

  self->n_removed++;
  remove_from_indexes (self, entry);
  g_queue_unlink (&self->recent, &entry->recent);
  confirm (self, entry);
  g_sequence_remove (entry->position);
  report (self, position, 1, 0);
}

/* Makes room for one session. Returns FALSE if all sessions were announced again. */
static gboolean
make_room (McastSapTable *self)
{
  Entry *oldest = g_queue_peek_head (&self->unconfirmed);

  if (_mcast_sap_table_get_n_sessions (self) < self->options.max_sessions)
    return TRUE;
  if (oldest == NULL)
    return FALSE;
  self->n_displaced++;
  remove_entry (self, oldest);
  return TRUE;
}

static McastSapOutcome
add_entry (McastSapTable *self, McastSapPacket *packet, const McastSapArrival *arrival)
{
  Entry *entry;

  if (!make_room (self))
    return MCAST_SAP_OUTCOME_REFUSED;
  entry = g_new0 (Entry, 1);
  entry->key = key_of (packet);
  entry->names = g_ptr_array_new_with_free_func (g_free);
  entry->session = _mcast_sap_session_new (packet, arrival);
  entry->position = g_sequence_append (self->entries, entry);
  entry->recent.data = entry->unconfirmed.data = entry;
  g_queue_push_tail_link (&self->recent, &entry->recent);
  g_queue_push_tail_link (&self->unconfirmed, &entry->unconfirmed);
  add_to_indexes (self, entry);
  report (self, (guint) g_sequence_iter_get_position (entry->position), 0, 1);
  return MCAST_SAP_OUTCOME_ADDED;
}

static void
repeat_entry (McastSapTable *self, Entry *entry, const McastSapArrival *arrival)
{
  g_autoptr (McastSapSession) session = g_object_ref (entry->session);
  gboolean senders_changed;

  g_queue_unlink (&self->recent, &entry->recent);
  g_queue_push_tail_link (&self->recent, &entry->recent);
  /* What its handlers do must find the table in order. */
  g_object_freeze_notify (G_OBJECT (session));
  senders_changed = _mcast_sap_session_repeat (session, arrival, self->options.timeout_us);
  if (senders_changed)
    {
      remove_from_indexes (self, entry);
      add_to_indexes (self, entry);
    }
  if (_mcast_sap_session_is_confirmed (session))
    confirm (self, entry);
  g_object_thaw_notify (G_OBJECT (session));
}

static McastSapOutcome
change_entry (McastSapTable *self, Entry *entry, McastSapPacket *packet,
              const McastSapArrival *arrival)
{
  g_autoptr (McastSapSession) session = g_object_ref (entry->session);
  guint position = (guint) g_sequence_iter_get_position (entry->position);

  g_object_freeze_notify (G_OBJECT (session));
  remove_from_indexes (self, entry);
  entry->key = key_of (packet);
  _mcast_sap_session_change (session, packet);
  add_to_indexes (self, entry);
  repeat_entry (self, entry, arrival);
  report (self, position, 1, 1);
  g_object_thaw_notify (G_OBJECT (session));
  return MCAST_SAP_OUTCOME_CHANGED;
}

static Entry *
find_by_name (McastSapTable *self, const McastSapPacket *packet, const McastSapArrival *arrival)
{
  const Key key = key_of (packet);
  g_autofree char *name = dup_name (packet->text, &key, &arrival->sender);

  return name != NULL ? g_hash_table_lookup (self->by_name, name) : NULL;
}

static Entry *
find_by_key (McastSapTable *self, const McastSapPacket *packet)
{
  const Key key = key_of (packet);

  return key.hash != 0 ? g_hash_table_lookup (self->by_key, &key) : NULL;
}

static McastSapOutcome
handle_announcement (McastSapTable *self, McastSapPacket *packet, const McastSapArrival *arrival)
{
  Entry *entry = find_by_key (self, packet);

  if (entry != NULL && !_mcast_sap_session_has_text (entry->session, packet)
      && !_mcast_sap_session_is_sender (entry->session, arrival))
    return MCAST_SAP_OUTCOME_CONFLICT;
  if (entry == NULL)
    entry = find_by_name (self, packet, arrival);
  if (entry == NULL)
    return add_entry (self, packet, arrival);
  if (entry->key.hash != packet->hash || !_mcast_sap_session_has_text (entry->session, packet))
    return change_entry (self, entry, packet, arrival);
  repeat_entry (self, entry, arrival);
  return MCAST_SAP_OUTCOME_REPEATED;
}

static McastSapOutcome
handle_deletion (McastSapTable *self, McastSapPacket *packet, const McastSapArrival *arrival)
{
  Entry *entry = packet->hash != 0 ? find_by_key (self, packet)
                                   : find_by_name (self, packet, arrival);

  if (entry == NULL)
    return MCAST_SAP_OUTCOME_UNKNOWN;
  if (!_mcast_sap_session_is_sender (entry->session, arrival))
    return MCAST_SAP_OUTCOME_CONFLICT;
  remove_entry (self, entry);
  return MCAST_SAP_OUTCOME_DELETED;
}

/* Handles a packet that is not encrypted; its texts may be taken out of it. */
McastSapOutcome
_mcast_sap_table_handle (McastSapTable *self, McastSapPacket *packet,
                         const McastSapArrival *arrival)
{
  return packet->is_deletion ? handle_deletion (self, packet, arrival)
                             : handle_announcement (self, packet, arrival);
}

/* Removes an entry that is due. Returns the one after @link or, after a handler has removed others,
 * the first one. */
static GList *
expire_entry (McastSapTable *self, GList *link)
{
  GList *next = link->next;
  guint64 n_removed = self->n_removed;

  self->n_expired++;
  remove_entry (self, link->data);
  return self->n_removed == n_removed + 1 ? next : self->recent.head;
}

/* Removes the sessions that have been silent for too long. Returns the earliest time at which
 * another one can be due, or G_MAXINT64. */
gint64
_mcast_sap_table_expire (McastSapTable *self, gint64 now_us)
{
  gint64 min_timeout_us = self->options.timeout_us;
  gint64 next_us = G_MAXINT64;
  GList *link = self->recent.head;

  while (link != NULL)
    {
      McastSapSession *session = ((Entry *) link->data)->session;
      gint64 deadline_us = _mcast_sap_session_get_deadline_us (session, min_timeout_us);

      if (deadline_us <= now_us)
        {
          link = expire_entry (self, link);
          continue;
        }
      /* All later entries were announced later: none is due, and at the earliest then. */
      if (_mcast_sap_session_get_last_us (session) + min_timeout_us > now_us)
        return MIN (next_us, _mcast_sap_session_get_last_us (session) + min_timeout_us);
      next_us = MIN (next_us, deadline_us);
      link = link->next;
    }
  return next_us;
}

guint
_mcast_sap_table_get_n_sessions (McastSapTable *self)
{
  return self->recent.length;
}

/* Returns NULL after the last one. */
McastSapSession *
_mcast_sap_table_get_session (McastSapTable *self, guint position)
{
  GSequenceIter *iter;

  if (position >= _mcast_sap_table_get_n_sessions (self))
    return NULL;
  iter = g_sequence_get_iter_at_pos (self->entries, (int) position);
  return ((Entry *) g_sequence_get (iter))->session;
}

guint
_mcast_sap_table_get_n_unconfirmed (McastSapTable *self)
{
  return self->unconfirmed.length;
}

guint64
_mcast_sap_table_get_n_displaced (McastSapTable *self)
{
  return self->n_displaced;
}

guint64
_mcast_sap_table_get_n_expired (McastSapTable *self)
{
  return self->n_expired;
}
