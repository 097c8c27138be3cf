/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "heard.h"

/* Writes datagrams as a capture file (pcap, raw IP, nanoseconds) that Wireshark and tcpdump
 * read. */
typedef struct _Recorder Recorder;

Recorder *recorder_new (const char *path, GError **error);
void recorder_free (Recorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Recorder, recorder_free)

gboolean recorder_add (Recorder *self, const HeardRun *run, GError **error);

/* Writes what is left. */
gboolean recorder_close (Recorder *self, GError **error);
