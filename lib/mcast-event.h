/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <glib-object.h>

#include "mcast-enums.h"
#include "mcast-interface.h"
#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_EVENT (mcast_event_get_type ())
typedef struct _McastEvent McastEvent;

MCAST_AVAILABLE_IN_0_2
GType mcast_event_get_type (void) G_GNUC_CONST;

MCAST_AVAILABLE_IN_0_2
McastEvent *mcast_event_ref (McastEvent *self);
MCAST_AVAILABLE_IN_0_2
void mcast_event_unref (McastEvent *self);

MCAST_AVAILABLE_IN_0_2
McastEventType mcast_event_get_event_type (McastEvent *self);
MCAST_AVAILABLE_IN_0_2
const char *mcast_event_get_group (McastEvent *self);
MCAST_AVAILABLE_IN_0_2
McastInterface *mcast_event_get_interface (McastEvent *self);
MCAST_AVAILABLE_IN_0_2
const char *mcast_event_get_interface_name (McastEvent *self);
MCAST_AVAILABLE_IN_0_2
const char *mcast_event_get_reason (McastEvent *self);
MCAST_AVAILABLE_IN_0_2
const GError *mcast_event_get_error (McastEvent *self);

/**
 * McastEventFunc: (skip)
 * @socket: the socket, a [class@RxSocket] or a [class@TxSocket]
 * @event: the event
 * @user_data: the data that was passed with the function
 *
 * The type of function that [method@RxSocket.set_event_callback] and
 * [method@TxSocket.set_event_callback] accept.
 *
 * Since: 0.2
 */
typedef void (*McastEventFunc) (GObject *socket, McastEvent *event, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastEvent, mcast_event_unref)

G_END_DECLS
