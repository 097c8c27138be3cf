/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interfaces/mcast-interface-table-private.h"
#include "interfaces/mcast-wanted-private.h"
#include "mcast-error.h"
#include "mcast-path-private.h"
#include "socket/mcast-event-queue-private.h"

G_BEGIN_DECLS

/* What distinguishes one kind of socket from the other. Each function but open() is called with
 * the core's lock held, and open() before any other thread knows the socket. */
typedef struct
{
  const char *closed_text;
  /* Follows the text of a group that is already, or not, one of the socket's. */
  const char *present_text;
  const char *absent_text;
  /* Without a choice of interfaces there is a selector that stands for none. */
  gboolean selects_by_default;

  /* Returns whether a named interface that does not exist is waited for. */
  gboolean (*waits_for_interfaces) (gpointer socket);
  /* Makes what update() works with. */
  gboolean (*open) (gpointer socket, GError **error);
  /* Checks whether the socket can use a group at all; NULL when it can use any. */
  gboolean (*check_group) (gpointer socket, McastGroup *group, GError **error);
  /* Has the kernel follow the wanted groups on the interfaces that are present. Where a single
   * group has changed, @only is its address. Does all it can; returns the first failure that
   * a caller must know. */
  gboolean (*update) (gpointer socket, const McastAddress *only, GPtrArray *interfaces,
                      GError **error);
  /* Does what is due, and returns when to be called again; NULL when nothing ever is. */
  gint64 (*recover) (gpointer socket, gint64 now);
  /* Lists the interfaces in use. */
  GPtrArray *(*list_active) (gpointer socket);
  /* Lists the paths (McastPath), and adds the statistics of the whole socket. */
  GPtrArray *(*list_paths) (gpointer socket, GVariantDict *totals);
  /* Returns the port of the groups that have none, which update() can choose. */
  guint (*get_port) (gpointer socket);
  /* Frees what open() made, except what a call in another thread may still use. @inherited: the
   * memberships and the epoll set are those of a parent process; only descriptors are closed. */
  void (*close) (gpointer socket, gboolean inherited);
} McastSocketLayer;

/* What both sockets share: opening, the closed state, the wanted groups and interfaces with their
 * changes, the interfaces in use, events and the last statistics. A socket embeds it. */
typedef struct
{
  GObject *socket;
  const McastSocketLayer *layer;
  McastEventQueue *events;

  /* As given at construction. */
  char **groups;
  char **interfaces;

  gboolean was_opened;
  GError *opening_error;
  McastInterfaceTable *table;
  McastInterfaceSubscription *subscription;

  /* See _mcast_os_get_n_forks(). */
  guint n_forks;

  GMutex lock;
  /* Written under the lock, and atomic: a call that waits looks at it without. */
  gint closed;
  guint64 serial;
  McastWanted wanted;
  GPtrArray *active;
  /* The events of paths since the last delivery: McastEvent. */
  GPtrArray *changes;
  /* As they were when the socket was closed. */
  GVariant *last_stats;
  GPtrArray *last_paths;
} McastSocketCore;

void _mcast_socket_core_init (McastSocketCore *self, GObject *socket, const McastSocketLayer *layer,
                              McastEventInvoke invoke, const McastEventSignals *signals);
void _mcast_socket_core_clear (McastSocketCore *self);
gboolean _mcast_socket_core_open (McastSocketCore *self, GError **error);
void _mcast_socket_core_close (McastSocketCore *self);
void _mcast_socket_core_dispose (McastSocketCore *self);

gboolean _mcast_socket_core_lock (McastSocketCore *self, GError **error);
gboolean _mcast_socket_core_check_timeout (gint64 timeout_us, GError **error);
gboolean _mcast_socket_core_lock_setting (McastSocketCore *self, GError **error);
void _mcast_socket_core_report_unset (McastSocketCore *self, const GError *error);
void _mcast_socket_core_unlock (McastSocketCore *self);
void _mcast_socket_core_deliver (McastSocketCore *self);
gboolean _mcast_socket_core_is_inherited (McastSocketCore *self);
gboolean _mcast_socket_core_is_closed (McastSocketCore *self);
gboolean _mcast_socket_core_add_group (McastSocketCore *self, McastGroup *group, GError **error);
gboolean _mcast_socket_core_remove_group (McastSocketCore *self, McastGroup *group, GError **error);
gboolean _mcast_socket_core_add_group_text (McastSocketCore *self, const char *text,
                                            GError **error);
gboolean _mcast_socket_core_remove_group_text (McastSocketCore *self, const char *text,
                                               GError **error);
gboolean _mcast_socket_core_add_ad_hoc (McastSocketCore *self, McastGroup *group, guint max,
                                        GError **error);
gboolean _mcast_socket_core_add_interface (McastSocketCore *self, const char *text, GError **error);
gboolean _mcast_socket_core_remove_interface (McastSocketCore *self, const char *text,
                                              GError **error);

void _mcast_socket_core_add_event (McastSocketCore *self, const McastEventInfo *info);
char **_mcast_socket_core_get_groups (McastSocketCore *self);
GPtrArray *_mcast_socket_core_list_groups (McastSocketCore *self);
char **_mcast_socket_core_get_interfaces (McastSocketCore *self);
GPtrArray *_mcast_socket_core_get_active (McastSocketCore *self);
GVariant *_mcast_socket_core_get_stats (McastSocketCore *self);
GPtrArray *_mcast_socket_core_get_paths (McastSocketCore *self);

G_END_DECLS
