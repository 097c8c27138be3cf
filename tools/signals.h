/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Lets SIGINT, SIGTERM and SIGHUP cancel what signals_get_cancellable () returns. The second signal
 * ends the program at once if nobody reads what it prints, and the third one always. To be called
 * before there is a second thread. */
void signals_start (void);

/* Sets a function that is called, in another thread, before a signal ends the program at once. It is
 * not running anymore when this returns. */
void signals_set_flush_func (void (*func) (gpointer data), gpointer data);

GCancellable *signals_get_cancellable (void);

/* Returns a descriptor that becomes readable when it is cancelled. */
int signals_get_fd (void);

/* The signal that came, or 0. */
int signals_caught (void);

/* Waits; FALSE when it was ended early. */
gboolean signals_sleep_us (gint64 duration);

/* What a program ends with that would have ended with @status: 130 after SIGINT; after another
 * signal it does not return, since whoever sent it wants to see that it was the reason. */
int signals_exit_status (int status);
