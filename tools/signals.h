/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Lets SIGINT, SIGTERM and SIGHUP cancel signals_get_cancellable (). A second signal ends the
 * program at once if its output is blocked, and a third one always does. Call this before starting
 * a thread. */
void signals_start (void);

/* Sets a function that another thread calls before a signal ends the program at once. A former
 * function is not running anymore when this returns. */
void signals_set_flush_func (void (*func) (gpointer data), gpointer data);

GCancellable *signals_get_cancellable (void);

/* Returns a descriptor that becomes readable when the cancellable is cancelled. */
int signals_get_fd (void);

/* Returns the first signal, or 0. */
int signals_caught (void);

/* Waits. Returns FALSE after a signal. */
gboolean signals_sleep_us (gint64 duration);

/* Returns @status, or 130 after SIGINT. After another signal, it raises the signal again, so that
 * the parent process sees why the program ended. */
int signals_exit_status (int status);
