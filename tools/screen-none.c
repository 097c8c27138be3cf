/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "screen.h"

gboolean
screen_open (void)
{
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
