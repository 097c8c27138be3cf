/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rx-run.h"

/* Writes datagrams to a capture file (pcap, raw IP, nanoseconds) for Wireshark and tcpdump. */
typedef struct _PcapWriter PcapWriter;

PcapWriter *pcap_writer_new (const char *filename, GError **error);
void pcap_writer_free (PcapWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PcapWriter, pcap_writer_free)

gboolean pcap_writer_add (PcapWriter *self, const RxRun *run, GError **error);

/* Writes the buffer. May be called in another thread. */
void pcap_writer_flush (gpointer self);

/* Writes the buffer and closes the file. */
gboolean pcap_writer_close (PcapWriter *self, GError **error);
