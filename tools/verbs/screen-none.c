/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "console.h"
#include "verbs/screen.h"

gboolean
screen_open (void)
{
  if (console_is_terminal ())
    console_note ("built without the live table (ncurses); printing lines instead");
  return FALSE;
}

void
screen_close (void)
{
}

void
screen_draw (FlowTable *flows, guint64 drops)
{
}

gboolean
screen_wants_end (FlowTable *flows, guint64 drops)
{
  return FALSE;
}
