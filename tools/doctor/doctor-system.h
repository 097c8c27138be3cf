/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

/* Returns a number in /proc/sys/net, or -1 if it does not exist. @name is in printf format. */
gint64 doctor_read_sysctl (const char *name, ...) G_GNUC_PRINTF (1, 2);

/* Returns the interface's name as sysctl wants it in a key, with a slash for a dot. */
char *doctor_sysctl_name (McastInterface *iface);

/* Returns an attribute of an interface from sysfs without the newline, or NULL. */
char *doctor_read_sysfs (const char *iface, const char *attribute);

/* Returns whether the interface has an address of @family. */
gboolean doctor_has_ipv6 (void);
gboolean doctor_has_address (McastInterface *iface, GSocketFamily family);

/* Runs a program and returns what it printed, or NULL and an error. */
char *doctor_run (const char *const *argv, GError **error);
