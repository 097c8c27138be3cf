/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"
#include "mcast-enums.h"

G_BEGIN_DECLS

typedef struct _McastSourceFilter McastSourceFilter;

McastSourceFilter *_mcast_source_filter_new (McastFilterMode mode, const McastAddress *sources,
                                             guint n_sources);
McastSourceFilter *_mcast_source_filter_ref (McastSourceFilter *self);
void _mcast_source_filter_unref (McastSourceFilter *self);

McastFilterMode _mcast_source_filter_get_mode (const McastSourceFilter *self);
const McastAddress *_mcast_source_filter_get_sources (const McastSourceFilter *self,
                                                      guint *n_sources);
gboolean _mcast_source_filter_matches (const McastSourceFilter *self, const McastAddress *source);
gboolean _mcast_source_filter_equal (const McastSourceFilter *a, const McastSourceFilter *b);
McastSourceFilter *_mcast_source_filter_merge (const McastSourceFilter *a,
                                               const McastSourceFilter *b);
char *_mcast_source_filter_to_string (const McastSourceFilter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastSourceFilter, _mcast_source_filter_unref)

G_END_DECLS
