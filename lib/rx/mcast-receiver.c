/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-receiver-private.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "mcast-log-private.h"
#include "os/mcast-os-error-private.h"
#include "os/mcast-os-option-private.h"
#include "rx/mcast-flow-merge-private.h"
#include "rx/mcast-origin-cache-private.h"
#include "rx/mcast-rtp-merge-private.h"

#define MAX_READY 64
/* If many sockets are ready, a call offers each an equal share of the messages, but at least this
 * many. */
#define MIN_SHARE 8

struct _McastReceiver
{
  McastOsBatch *batch;
  McastOriginCache *cache;
  McastRtpMerge *merge;
  McastFlowMerge *flows;
  McastReceiverReportFunc report;
  gpointer user_data;
  McastLogLimit switch_limit;
  /* Only during a call. */
  McastRxEndpoints *endpoints;
  /* The messages of the last call point into these. An origin is kept until its place is needed,
   * since the next call usually needs it again. */
  McastDatagramOrigin *origins[MCAST_OS_BATCH_SIZE];
  gboolean left_some;
  /* Rotates the order in which sockets are read, since a call may not reach the last of them. */
  guint turn;

  guint64 delivered;
  guint64 bytes;
  guint64 filtered_group;
  guint64 filtered_interface;
  guint64 filtered_source;
  guint64 duplicates;
  guint64 truncated;
  guint64 without_time;
};

static gboolean
is_read (guint path_id, gint64 time, gpointer user_data)
{
  McastReceiver *self = user_data;

  return _mcast_rx_endpoints_are_read (self->endpoints, path_id, time);
}

McastReceiver *
_mcast_receiver_new (McastMerge merge, McastReceiverReportFunc report, gpointer user_data)
{
  McastReceiver *self = g_new0 (McastReceiver, 1);

  self->batch = _mcast_os_batch_new ();
  self->cache = _mcast_origin_cache_new ();
  if (merge == MCAST_MERGE_RTP)
    self->merge = _mcast_rtp_merge_new ();
  if (merge == MCAST_MERGE_FLOW)
    self->flows = _mcast_flow_merge_new (is_read, self);
  self->report = report;
  self->user_data = user_data;
  return self;
}

void
_mcast_receiver_free (McastReceiver *self)
{
  _mcast_os_batch_free (self->batch);
  _mcast_origin_cache_free (self->cache);
  for (guint i = 0; i < MCAST_OS_BATCH_SIZE; i++)
    g_clear_pointer (&self->origins[i], _mcast_datagram_origin_unref);
  g_clear_pointer (&self->merge, _mcast_rtp_merge_free);
  g_clear_pointer (&self->flows, _mcast_flow_merge_free);
  g_free (self);
}

static void
copy_head (const McastRxMessage *message, gsize length, guint8 *head)
{
  gsize wanted = MIN (length, MCAST_RTP_MERGE_HEAD_SIZE);
  gsize copied = 0;

  for (guint i = 0; i < message->n_vectors && copied < wanted; i++)
    {
      gsize part = MIN (message->vectors[i].size, wanted - copied);

      memcpy (head + copied, message->vectors[i].buffer, part);
      copied += part;
    }
}

/* A run that the kernel merged counts as the datagrams it consists of. */
static guint
count_datagrams (const McastOsRxInfo *info)
{
  if (info->segment_size == 0 || info->length <= info->segment_size)
    return 1;
  return (guint) ((info->length + info->segment_size - 1) / info->segment_size);
}

static void
report_switch (McastReceiver *self, const McastOsRxInfo *info, McastRxPath *path)
{
  g_autofree char *group = _mcast_rx_path_get_text (path);
  g_autofree char *source = _mcast_address_to_string (&info->source);
  g_autofree char *reason = g_strdup_printf ("Datagrams from %s port %u are delivered from %s now",
                                             source, info->source_port,
                                             mcast_interface_get_name (path->iface));
  const McastEventInfo event = {
    .type = MCAST_EVENT_FLOW_SWITCHED,
    .group = group,
    .interface_name = mcast_interface_get_name (path->iface),
    .iface = path->iface,
    .reason = reason,
  };

  MCAST_LOG_LIMITED (&self->switch_limit, DEBUG,
                     (.iface = event.interface_name, .group = &path->key.group), "%s", reason);
  self->report (self->user_data, &event);
}

/* Checks whether the merge of flows delivers a datagram or a run. Counts one that it does not. */
static gboolean
passes_flows (McastReceiver *self, const McastOsRxInfo *info, McastRxPath *path)
{
  const McastFlowDatagram datagram = {
    .group = &path->key.group,
    .port = path->key.port,
    .source = &info->source,
    .source_port = info->source_port,
    .path_id = path->counters->id,
    .n_datagrams = count_datagrams (info),
    .time = info->arrival_time > 0 ? info->arrival_time : g_get_real_time () * 1000,
  };

  switch (_mcast_flow_merge_check (self->flows, &datagram))
    {
    case MCAST_FLOW_VERDICT_DUPLICATE:
      self->duplicates += datagram.n_datagrams;
      path->counters->duplicates += datagram.n_datagrams;
      return FALSE;
    case MCAST_FLOW_VERDICT_SWITCH:
      report_switch (self, info, path);
      return TRUE;
    case MCAST_FLOW_VERDICT_FORWARD:
    default:
      return TRUE;
    }
}

/* Checks whether the merge delivers a datagram. Counts one that it does not by the reason. */
static gboolean
passes_merge (McastReceiver *self, const McastRxMessage *message, const McastOsRxInfo *info,
              McastRxPath *path)
{
  guint8 head[MCAST_RTP_MERGE_HEAD_SIZE];
  const McastRtpDatagram datagram = {
    .head = head,
    .length = info->length,
    .path_id = path->counters->id,
    .source = &info->source,
    .time = info->arrival_time,
  };

  copy_head (message, info->length, head);
  switch (_mcast_rtp_merge_check (self->merge, &datagram))
    {
    case MCAST_RTP_VERDICT_FOREIGN:
      self->filtered_source++;
      path->counters->filtered++;
      return FALSE;
    case MCAST_RTP_VERDICT_LATE:
      path->counters->late++;
      break;
    case MCAST_RTP_VERDICT_DUPLICATE:
      break;
    case MCAST_RTP_VERDICT_FORWARD:
    case MCAST_RTP_VERDICT_NOT_RTP:
    default:
      return TRUE;
    }
  self->duplicates++;
  path->counters->duplicates++;
  return FALSE;
}

/* Checks whether a datagram is delivered. Counts one that is not by its reason. */
static gboolean
is_wanted (McastReceiver *self, McastRxEndpoint *endpoint, const McastRxMessage *message,
           const McastOsRxInfo *info, McastRxPath **path)
{
  switch (_mcast_rx_endpoint_check (endpoint, info, path))
    {
    case MCAST_RX_WRONG_GROUP:
      self->filtered_group += count_datagrams (info);
      return FALSE;
    case MCAST_RX_WRONG_INTERFACE:
      self->filtered_interface += count_datagrams (info);
      return FALSE;
    case MCAST_RX_WRONG_SOURCE:
      self->filtered_source += count_datagrams (info);
      (*path)->counters->filtered += count_datagrams (info);
      return FALSE;
    case MCAST_RX_ACCEPTED:
    default:
      break;
    }
  if (self->flows != NULL)
    return passes_flows (self, info, *path);
  return self->merge == NULL || passes_merge (self, message, info, *path);
}

static void
count_delivered (McastReceiver *self, const McastOsRxInfo *info, McastRxPath *path)
{
  guint n_datagrams = count_datagrams (info);

  self->delivered += n_datagrams;
  self->bytes += info->length;
  path->counters->delivered += n_datagrams;
  path->counters->bytes += info->length;
  if (path->n_recent == 0 || !_mcast_address_equal (&path->recent[0], &info->source))
    _mcast_rx_path_note_source (path, &info->source);
  if (info->truncated)
    {
      self->truncated++;
      path->counters->truncated++;
    }
  if (info->arrival_time == 0)
    self->without_time++;
}

static void
hold_origin (McastReceiver *self, guint position, McastDatagramOrigin *origin)
{
  if (self->origins[position] == origin)
    return;
  g_clear_pointer (&self->origins[position], _mcast_datagram_origin_unref);
  self->origins[position] = _mcast_datagram_origin_ref (origin);
}

static void
fill_message (McastRxMessage *message, const McastOsRxInfo *info, const McastDatagramOrigin *origin,
              const McastRxPath *path)
{
  message->length = info->length;
  message->segment_size = info->segment_size < info->length ? info->segment_size : 0;
  message->truncated = info->truncated;
  message->hop_limit = info->hop_limit;
  message->interface_index = info->interface_index;
  message->port = origin->port;
  message->arrival_time = info->arrival_time;
  message->interface_name = origin->interface_name;
  message->group = origin->group;
  message->source = origin->source;
  message->path_id = path->counters->id;
}

/* Exchanges the memory of a datagram that is not delivered with that of one that is. */
static void
swap_memory (McastRxMessage *a, McastRxMessage *b)
{
  McastRxMessage memory = *a;

  a->vectors = b->vectors;
  a->n_vectors = b->n_vectors;
  a->user_data = b->user_data;
  b->vectors = memory.vectors;
  b->n_vectors = memory.n_vectors;
  b->user_data = memory.user_data;
}

/* Returns the number of bytes that were copied, fewer than @length if the memory is too small. */
static gsize
copy_payload (const McastRxMessage *from, McastRxMessage *to, gsize length)
{
  guint i = 0, j = 0;
  gsize in_i = 0, in_j = 0;
  gsize copied = 0;

  while (copied < length && i < from->n_vectors && j < to->n_vectors)
    {
      gsize part = MIN (from->vectors[i].size - in_i, to->vectors[j].size - in_j);

      part = MIN (part, length - copied);
      if (part > 0)
        memcpy ((char *) to->vectors[j].buffer + in_j, (char *) from->vectors[i].buffer + in_i,
                part);
      copied += part;
      in_i += part;
      in_j += part;
      if (in_i == from->vectors[i].size)
        {
          in_i = 0;
          i++;
        }
      if (in_j == to->vectors[j].size)
        {
          in_j = 0;
          j++;
        }
    }
  return copied;
}

/* Moves a delivered datagram to the place of one before it that is not delivered. */
static void
move_datagram (McastRxMessage *from, McastRxMessage *to, McastOsRxInfo *info)
{
  gsize copied;

  if (((from->flags | to->flags) & MCAST_RX_MESSAGE_FLAGS_KEEP_MEMORY) == 0)
    {
      swap_memory (from, to);
      return;
    }
  copied = copy_payload (from, to, info->length);
  info->truncated = info->truncated || copied < info->length;
  info->length = copied;
}

static gboolean
set_parts_error (const McastRxMessage *messages, guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    if (messages[i].n_vectors > IOV_MAX)
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                     "A message has %u parts of memory; the kernel accepts at most %d",
                     messages[i].n_vectors, IOV_MAX);
        return TRUE;
      }
  return FALSE;
}

/* Sets @error for an error that lasts. Most errors are reports of a router or a peer, which do not
 * affect reception. */
static gboolean
set_lasting_error (int code, const McastRxMessage *messages, guint n, GError **error)
{
  switch (code)
    {
    case EFAULT:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "The memory for a datagram is not writable");
      return TRUE;
    case EMSGSIZE:
      return set_parts_error (messages, n, error);
    case EBADF:
    case ENOTSOCK:
      _mcast_os_set_error (error, code, "The shared socket was closed by its owner");
      return TRUE;
    default:
      return FALSE;
    }
}

/* Returns the number of datagrams that were read, of which *@n_wanted are delivered, or -1. */
static int
read_endpoint (McastReceiver *self, McastRxEndpoint *endpoint, McastRxMessage *messages, guint n,
               guint first, guint *n_wanted, GError **error)
{
  int received;
  guint wanted = 0;

  for (guint i = 0; i < n; i++)
    _mcast_os_batch_set_memory (self->batch, i, messages[i].vectors, messages[i].n_vectors);
  _mcast_rx_endpoint_begin_read (endpoint);
  received = _mcast_os_batch_receive (self->batch, _mcast_rx_endpoint_get_fd (endpoint), n);

  for (int i = 0; i < received; i++)
    {
      McastOsRxInfo info;
      McastRxPath *path;
      McastDatagramOrigin *origin;

      _mcast_os_batch_get_info (self->batch, i, &info);
      if (!is_wanted (self, endpoint, &messages[i], &info, &path))
        continue;
      if ((guint) i != wanted)
        move_datagram (&messages[i], &messages[wanted], &info);
      count_delivered (self, &info, path);
      origin = _mcast_origin_cache_get (self->cache, path, &info.source, info.source_port);
      hold_origin (self, first + wanted, origin);
      fill_message (&messages[wanted], &info, origin, path);
      wanted++;
    }

  *n_wanted = wanted;
  _mcast_rx_endpoint_end_read (endpoint, received, n);
  if (received < 0 && set_lasting_error (-received, messages, n, error))
    return -1;
  return MAX (received, 0);
}

/* Fills @messages with the datagrams that are available, at most one batch, without waiting.
 * Datagrams received before a failure are returned first. */
McastReceiverResult
_mcast_receiver_receive (McastReceiver *self, McastRxEndpoints *endpoints, McastOsPoll *poll,
                         McastRxMessage *messages, guint n_messages, guint *n_received,
                         GError **error)
{
  GPtrArray *all = _mcast_rx_endpoints_get_all (endpoints);
  guint n = MIN (n_messages, MCAST_OS_BATCH_SIZE);
  gpointer ready[MAX_READY];
  guint n_ready = 0;
  gboolean read_any = FALSE;
  gboolean failed = FALSE;
  guint i;

  *n_received = 0;
  self->endpoints = endpoints;
  /* A single socket is read without asking whether it is ready, which saves a call. */
  if (all->len == 1)
    ready[n_ready++] = all->pdata[0];
  else if (all->len > 1)
    n_ready = _mcast_os_poll_get_ready (poll, ready, MAX_READY);

  self->left_some = n_ready == MAX_READY;
  self->turn++;
  for (i = 0; i < n_ready && *n_received < n && !failed; i++)
    {
      guint share = MIN (n - *n_received, MAX (n / n_ready, MIN_SHARE));
      guint n_wanted;
      int n_read = read_endpoint (self, ready[(i + self->turn) % n_ready], messages + *n_received,
                                  share, *n_received, &n_wanted, *n_received == 0 ? error : NULL);

      read_any = read_any || n_read > 0;
      failed = n_read < 0;
      self->left_some = self->left_some || n_read == (int) share;
      *n_received += n_wanted;
    }
  self->left_some = self->left_some || i < n_ready;

  if (*n_received > 0)
    return MCAST_RECEIVER_GOT_SOME;
  if (failed)
    return MCAST_RECEIVER_FAILED;
  return read_any ? MCAST_RECEIVER_GOT_NONE : MCAST_RECEIVER_DRAINED;
}

/* Checks whether the last call may have left datagrams unread. */
gboolean
_mcast_receiver_left_some (McastReceiver *self)
{
  return self->left_some;
}

/* Delivers the flows of a path that was left from other paths. */
void
_mcast_receiver_leave_path (McastReceiver *self, guint id)
{
  if (self->flows != NULL)
    _mcast_flow_merge_forget_path (self->flows, id);
}

/* Forgets the state of the merge for a path that does not return. */
void
_mcast_receiver_forget_path (McastReceiver *self, guint id)
{
  if (self->merge != NULL)
    _mcast_rtp_merge_forget_path (self->merge, id);
}

/* Returns the origin of the message at @i of the last call; valid until the next call. */
McastDatagramOrigin *
_mcast_receiver_get_origin (McastReceiver *self, guint i)
{
  return self->origins[i];
}

static void
insert (GVariantDict *dict, const char *name, guint64 value)
{
  g_variant_dict_insert (dict, name, "t", value);
}

static void
add_merge_stats (McastReceiver *self, GVariantDict *dict)
{
  McastRtpStats stats;

  _mcast_rtp_merge_get_stats (self->merge, &stats);
  insert (dict, "unrecovered", stats.unrecovered);
  insert (dict, "late", stats.late);
}

/* Adds the statistics of the merge for one path; @user_data is the receiver. */
void
_mcast_receiver_add_path_stats (McastRxPath *path, GVariantDict *dict, gpointer user_data)
{
  McastReceiver *self = user_data;
  McastRtpPathStats stats;

  if (self->merge == NULL)
    return;
  _mcast_rtp_merge_get_path_stats (self->merge, path->counters->id, &stats);
  insert (dict, "late", path->counters->late);
  insert (dict, "lost", stats.lost);
  insert (dict, "reordered", stats.reordered);
  insert (dict, "first", stats.first);
  g_variant_dict_insert (dict, "skew-min", "x", stats.skew_min);
  g_variant_dict_insert (dict, "skew-avg", "x", stats.skew_avg);
  g_variant_dict_insert (dict, "skew-max", "x", stats.skew_max);
}

/* Adds the counters. Each datagram that arrives is delivered, dropped by the kernel, filtered or a
 * duplicate; one of a group that was left before it was read is filtered. */
void
_mcast_receiver_add_stats (McastReceiver *self, McastRxEndpoints *endpoints, GVariantDict *dict)
{
  guint64 kernel_dropped = _mcast_rx_endpoints_get_dropped (endpoints);
  guint64 filtered_group = self->filtered_group + _mcast_rx_endpoints_get_discarded (endpoints);
  guint64 filtered = filtered_group + self->filtered_interface + self->filtered_source;

  insert (dict, "delivered", self->delivered);
  insert (dict, "bytes", self->bytes);
  insert (dict, "filtered", filtered);
  insert (dict, "filtered-group", filtered_group);
  insert (dict, "filtered-interface", self->filtered_interface);
  insert (dict, "filtered-source", self->filtered_source);
  insert (dict, "duplicates", self->duplicates);
  _mcast_os_insert_dropped (dict, kernel_dropped);
  insert (dict, "arrived", self->delivered + filtered + self->duplicates + kernel_dropped);
  insert (dict, "truncated", self->truncated);
  insert (dict, "without-timestamp", self->without_time);
  g_variant_dict_insert (dict, "receive-buffer-size", "u",
                         _mcast_rx_endpoints_get_receive_buffer (endpoints));
  g_variant_dict_insert (dict, "sockets", "u", _mcast_rx_endpoints_get_all (endpoints)->len);
  if (self->merge != NULL)
    add_merge_stats (self, dict);
  if (self->flows != NULL)
    insert (dict, "flow-switches", _mcast_flow_merge_get_n_switches (self->flows));
}
