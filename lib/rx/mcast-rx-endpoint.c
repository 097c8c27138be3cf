/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rx-endpoint-private.h"

#include <errno.h>

#include "mcast-log-private.h"
#include "os/mcast-igmp-private.h"

/* The number of paths of removed interfaces that are kept until the socket has been read. The
 * datagrams of further ones count as filtered. */
#define MAX_RETIRED 64

struct _McastRxEndpoint
{
  int fd;
  /* Whether it joins groups itself. */
  gboolean joins;
  McastRxEndpointState state;
  /* Paths of removed interfaces, until the datagrams that the kernel queued before are read. */
  GPtrArray *retired;
  /* When the read began, in nanoseconds of real time; only set while there are such paths. */
  gint64 read_begun;
  gboolean is_being_read;
  /* The arrival time of the last datagram that was checked. */
  gint64 last_time;
  /* The last read found no datagram. */
  gboolean found_nothing;
  /* A datagram usually has the path of the previous one. */
  guint last_hit;
  guint64 dropped;
  guint32 last_dropped;
  McastLogLimit dropped_limit;
  McastLogLimit failure_limit;
};

static McastRxEndpoint *
endpoint_new (int fd, gboolean is_foreign, const McastOsRxOptions *options, guint port)
{
  McastRxEndpoint *self = g_new0 (McastRxEndpoint, 1);

  self->fd = fd;
  self->joins = !options->receive_all;
  self->state.bind_address = options->bind_address;
  self->state.port = port;
  self->state.vrf = options->vrf;
  self->state.is_foreign = is_foreign;
  self->state.paths = g_ptr_array_new ();
  self->retired = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_rx_path_free);
  return self;
}

McastRxEndpoint *
_mcast_rx_endpoint_new (const McastOsRxOptions *options, GError **error)
{
  int fd = _mcast_os_rx_open (options, error);

  return fd >= 0 ? endpoint_new (fd, FALSE, options, options->port) : NULL;
}

/* Uses a socket that the caller opened and bound, and still owns. Applies the part of @options that
 * can still be changed. */
McastRxEndpoint *
_mcast_rx_endpoint_new_foreign (int fd, const McastOsRxOptions *options, GError **error)
{
  if (!_mcast_os_rx_prepare (fd, options, error))
    return NULL;
  return endpoint_new (fd, TRUE, options, _mcast_os_get_port (fd));
}

/* The paths must have left before. */
void
_mcast_rx_endpoint_free (McastRxEndpoint *self)
{
  if (!self->state.is_foreign)
    _mcast_os_close (self->fd);
  g_ptr_array_unref (self->state.paths);
  g_ptr_array_unref (self->retired);
  g_free (self);
}

int
_mcast_rx_endpoint_get_fd (McastRxEndpoint *self)
{
  return self->fd;
}

gboolean
_mcast_rx_endpoint_is_owner (McastRxEndpoint *self)
{
  return !self->state.is_foreign;
}

const McastRxEndpointState *
_mcast_rx_endpoint_get_state (McastRxEndpoint *self)
{
  return &self->state;
}

/* Returns how many datagrams the kernel has dropped. The kernel's counter has 32 bits and wraps. */
guint64
_mcast_rx_endpoint_get_dropped (McastRxEndpoint *self)
{
  guint32 now = _mcast_os_get_dropped (self->fd);
  guint32 more = now - self->last_dropped;

  if (more > 0)
    MCAST_LOG_LIMITED (&self->dropped_limit, INFO, (0),
                       "the kernel dropped %u datagrams, since the receive buffer of socket %d "
                       "(%u bytes) was full",
                       more, self->fd, _mcast_os_get_receive_buffer (self->fd));
  self->dropped += more;
  self->last_dropped = now;
  return self->dropped;
}

static void
add_path (McastRxEndpoint *self, McastRxPath *path)
{
  g_ptr_array_add (self->state.paths, path);
  path->endpoint = self;
}

/* Joins the group of a path. An endpoint that is full is marked as such until it leaves a group. A
 * membership of the owner of a shared socket is borrowed. */
McastOsJoinResult
_mcast_rx_endpoint_join (McastRxEndpoint *self, McastRxPath *path, GError **error)
{
  g_autoptr (GError) failure = NULL;
  McastOsJoinResult result;

  if (!self->joins)
    {
      add_path (self, path);
      return MCAST_OS_JOINED;
    }
  result = _mcast_os_join (self->fd, &path->key.group, path->key.interface_index, path->filter,
                           &failure);
  path->borrowed = self->state.is_foreign
                   && g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  if (path->borrowed)
    result = MCAST_OS_JOINED;
  else if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  if (result == MCAST_OS_JOIN_FULL)
    self->state.is_full = TRUE;
  if (result == MCAST_OS_JOINED)
    {
      add_path (self, path);
      path->counters->joins++;
    }
  return result;
}

void
_mcast_rx_endpoint_leave (McastRxEndpoint *self, McastRxPath *path)
{
  if (self->joins && !path->borrowed)
    _mcast_os_leave (self->fd, &path->key.group, path->key.interface_index);
  g_ptr_array_remove_fast (self->state.paths, path);
  self->state.is_full = FALSE;
  path->endpoint = NULL;
}

/* Sets the source filter of a membership. Without a membership, only the filter of the path
 * applies. */
gboolean
_mcast_rx_endpoint_set_filter (McastRxEndpoint *self, const McastRxPath *path,
                               McastSourceFilter *filter, GError **error)
{
  return !self->joins
         || _mcast_os_set_filter (self->fd, &path->key.group, path->key.interface_index, filter,
                                  error);
}

/* Returns a filter of the other mode that accepts the most recent sources, or NULL. */
static McastSourceFilter *
make_detour (McastRxPath *path)
{
  McastAddress wanted[MCAST_RX_RECENT_SOURCES];
  guint n_wanted = 0;

  if (_mcast_source_filter_get_mode (path->filter) == MCAST_FILTER_MODE_INCLUDE)
    return _mcast_source_filter_new (MCAST_FILTER_MODE_EXCLUDE, NULL, 0);
  for (guint i = 0; i < path->n_recent; i++)
    if (_mcast_source_filter_matches (path->filter, &path->recent[i]))
      wanted[n_wanted++] = path->recent[i];
  if (n_wanted == 0)
    return NULL;
  return _mcast_source_filter_new (MCAST_FILTER_MODE_INCLUDE, wanted, n_wanted);
}

/* Changes the mode of the filter and restores it, which makes the kernel report the membership
 * without interrupting reception. */
static gboolean
change_mode_and_back (McastRxEndpoint *self, McastRxPath *path)
{
  const McastRxPathKey *key = &path->key;
  g_autoptr (McastSourceFilter) detour = NULL;

  detour = make_detour (path);
  return detour != NULL
         && _mcast_os_set_filter (self->fd, &key->group, key->interface_index, detour, NULL)
         && _mcast_os_set_filter (self->fd, &key->group, key->interface_index, path->filter, NULL);
}

/* Has the membership reported again, without a moment in which a switch considers it left. */
static gboolean
report_again (McastRxEndpoint *self, McastRxPath *path)
{
  const McastRxPathKey *key = &path->key;

  if (_mcast_igmp_reports_filters (&key->group, key->interface_index)
      && change_mode_and_back (self, path))
    return TRUE;
  return _mcast_igmp_report (&key->group, key->interface_index, path->filter);
}

/* Has the membership reported again. If there is no recent source, or the protocol is older, and
 * reports of our own are not permitted, leaves and joins: a datagram between the two is lost. */
gboolean
_mcast_rx_endpoint_refresh (McastRxEndpoint *self, McastRxPath *path, GError **error)
{
  if (!self->joins)
    return TRUE;
  path->counters->refreshes++;
  if (report_again (self, path))
    return TRUE;
  _mcast_os_leave (self->fd, &path->key.group, path->key.interface_index);
  if (_mcast_os_join (self->fd, &path->key.group, path->key.interface_index, path->filter, error)
      == MCAST_OS_JOINED)
    return TRUE;
  g_ptr_array_remove_fast (self->state.paths, path);
  path->endpoint = NULL;
  return FALSE;
}

/* Leaves on a removed interface, since the stale membership would occupy a slot until the socket is
 * closed. Takes ownership of the path, which accounts for unread datagrams. */
void
_mcast_rx_endpoint_retire (McastRxEndpoint *self, McastRxPath *path)
{
  _mcast_rx_endpoint_leave (self, path);
  if (!_mcast_os_has_data (self->fd))
    {
      _mcast_rx_path_free (path);
      return;
    }
  path->retired_at = g_get_real_time () * 1000;
  if (self->retired->len == MAX_RETIRED)
    g_ptr_array_remove_index (self->retired, 0);
  g_ptr_array_add (self->retired, path);
}

/* Notes the interfaces that are present, after each change. */
void
_mcast_rx_endpoint_note_interfaces (McastRxEndpoint *self, GPtrArray *interfaces)
{
  if (self->retired->len == 0)
    return;
  /* A caller that only reads when data is available may never find the socket empty. */
  if (!_mcast_os_has_data (self->fd))
    _mcast_rx_endpoint_note_drained (self);
  for (guint i = 0; i < self->retired->len; i++)
    {
      McastRxPath *path = self->retired->pdata[i];

      if (_mcast_interface_by_index (interfaces, path->key.interface_index) != NULL)
        path->index_taken = TRUE;
    }
}

/* Notes that a read begins. */
void
_mcast_rx_endpoint_begin_read (McastRxEndpoint *self)
{
  self->is_being_read = TRUE;
  if (self->retired->len > 0)
    self->read_begun = g_get_real_time () * 1000;
}

/* Notes that nothing is left to read. */
void
_mcast_rx_endpoint_note_drained (McastRxEndpoint *self)
{
  if (self->retired->len > 0)
    g_ptr_array_set_size (self->retired, 0);
}

/* Notes the result of a read of at most @n datagrams: the number of datagrams, or a negative
 * errno. */
void
_mcast_rx_endpoint_end_read (McastRxEndpoint *self, int received, guint n)
{
  /* A report in the error queue keeps the socket readable until it is read. Two reads in a row that
   * find nothing indicate one; checking after each read would cost a system call. */
  self->is_being_read = FALSE;
  if (received < 0 && received != -EAGAIN)
    MCAST_LOG_LIMITED (&self->failure_limit, DEBUG, (.code = -received),
                       "could not read socket %d: %s", self->fd, g_strerror (-received));
  if (received < 0 && self->found_nothing)
    _mcast_os_drain_errors (self->fd);
  self->found_nothing = received < 0;
  if (received == -EAGAIN || (received > 0 && received < (int) n))
    _mcast_rx_endpoint_note_drained (self);
}

static gboolean
has_counters (GPtrArray *paths, guint id)
{
  for (guint i = 0; i < paths->len; i++)
    if (((McastRxPath *) paths->pdata[i])->counters->id == id)
      return TRUE;
  return FALSE;
}

/* Checks whether datagrams of the path with these counters may be unread. */
gboolean
_mcast_rx_endpoint_carries (McastRxEndpoint *self, guint counters_id)
{
  return has_counters (self->state.paths, counters_id) || has_counters (self->retired, counters_id);
}

/* Checks whether every datagram that arrived until @time has been read. Those of the socket that is
 * being read are in order. */
gboolean
_mcast_rx_endpoint_is_read (McastRxEndpoint *self, gint64 time)
{
  return self->is_being_read || self->last_time >= time || !_mcast_os_has_data (self->fd);
}

static McastRxVerdict
match (GPtrArray *paths, guint first, const McastOsRxInfo *info, guint *position)
{
  McastRxVerdict verdict = MCAST_RX_WRONG_GROUP;

  for (guint i = 0; i < paths->len; i++)
    {
      guint candidate = (first + i) % paths->len;
      McastRxPath *path = paths->pdata[candidate];

      if (!_mcast_address_equal (&path->key.group, &info->destination))
        continue;
      if (path->key.interface_index == info->interface_index)
        {
          *position = candidate;
          return MCAST_RX_ACCEPTED;
        }
      verdict = MCAST_RX_WRONG_INTERFACE;
    }
  return verdict;
}

/* The kernel records arrival times only some time after that was requested; until then a datagram
 * has the time at which it is read. It still belongs to the removed interface if no other has had
 * its index. */
static gboolean
came_before_retirement (McastRxEndpoint *self, const McastRxPath *path, gint64 arrival_time)
{
  return arrival_time <= path->retired_at
         || (arrival_time >= self->read_begun && !path->index_taken);
}

/* Finds the path of a datagram, and checks whether it was requested. The path is also returned if
 * the source is not wanted. */
McastRxVerdict
_mcast_rx_endpoint_check (McastRxEndpoint *self, const McastOsRxInfo *info, McastRxPath **path)
{
  GPtrArray *paths = self->state.paths;
  McastRxVerdict verdict;
  guint position = 0;

  *path = NULL;
  self->last_time = info->arrival_time;
  if (!info->has_destination)
    return MCAST_RX_WRONG_GROUP;

  verdict = match (paths, self->last_hit, info, &position);
  if (verdict == MCAST_RX_ACCEPTED)
    self->last_hit = position;
  else if (self->retired->len > 0)
    {
      paths = self->retired;
      verdict = match (paths, 0, info, &position);
      if (verdict == MCAST_RX_ACCEPTED
          && !came_before_retirement (self, paths->pdata[position], info->arrival_time))
        verdict = MCAST_RX_WRONG_INTERFACE;
    }
  if (verdict != MCAST_RX_ACCEPTED)
    return verdict;

  *path = paths->pdata[position];
  return _mcast_source_filter_matches ((*path)->filter, &info->source) ? MCAST_RX_ACCEPTED
                                                                       : MCAST_RX_WRONG_SOURCE;
}
