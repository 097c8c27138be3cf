/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A weak reference as callback data: the callback never meets an object that is being destroyed. */
static inline GWeakRef *
_mcast_weak_ref_new (gpointer object)
{
  GWeakRef *ref = g_new (GWeakRef, 1);

  g_weak_ref_init (ref, object);
  return ref;
}

static inline void
_mcast_weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

G_END_DECLS
