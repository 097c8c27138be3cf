/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Ours, with any number of groups: library or element alike. */

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _FaultReceiver FaultReceiver;

#define FAULT_RECEIVER_PORT 5004

/* @element: mcastsrc, else the library. NULL with @error. */
FaultReceiver *fault_receiver_new (gboolean element, const char *const *groups,
                                   const char *const *interfaces, gboolean wait_for_interfaces,
                                   GError **error);
void fault_receiver_free (FaultReceiver *self);

const char *fault_receiver_name (FaultReceiver *self);

/* The next datagram. */
void fault_receiver_assert_receives (FaultReceiver *self, const char *text);

/* The state of the path of @group on the interface. */
gboolean fault_receiver_is (FaultReceiver *self, const char *group, const char *iface,
                            const char *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultReceiver, fault_receiver_free)

G_END_DECLS
