/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"
#include "rx-run.h"

typedef enum
{
  DATAGRAM_FORMAT_NONE,
  DATAGRAM_FORMAT_TEXT,
  DATAGRAM_FORMAT_HEX,
  DATAGRAM_FORMAT_JSON,
  DATAGRAM_FORMAT_RAW,
} DatagramFormat;

/* Gets the format of --format, --json or --use-std, as options_get_* () do. The default is text on
 * a terminal, and none otherwise. */
gboolean datagram_format_get (const Options *options, DatagramFormat *format, int *status);

void datagram_print (DatagramFormat format, const RxDatagram *datagram);
