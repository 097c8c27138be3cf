/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Ours, with any number of groups: library or element alike. */

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _FaultHearer FaultHearer;

#define FAULT_HEARER_PORT 5004

/* @element: mcastsrc, else the library. NULL with @error. */
FaultHearer *fault_hearer_new (gboolean element, const char *const *groups,
                               const char *const *interfaces, gboolean wait_for_interfaces,
                               GError **error);
void fault_hearer_free (FaultHearer *self);

const char *fault_hearer_name (FaultHearer *self);

/* The next datagram. */
void fault_hearer_assert_receives (FaultHearer *self, const char *text);

/* The state of the path of @group on the interface. */
gboolean fault_hearer_is (FaultHearer *self, const char *group, const char *iface,
                          const char *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultHearer, fault_hearer_free)

G_END_DECLS
