/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-event.h"

G_BEGIN_DECLS

/* The values of an event; the caller keeps what the pointers refer to. */
typedef struct
{
  McastEventType type;
  /* The canonical text, or NULL if every group of the interface is concerned. */
  const char *group;
  const char *interface_name;
  McastInterface *iface;
  const GError *error;
  /* NULL for the text of the error. */
  const char *reason;
} McastEventInfo;

McastEvent *_mcast_event_new (const McastEventInfo *info);
char *_mcast_event_dup_address (McastEvent *self);

G_END_DECLS
