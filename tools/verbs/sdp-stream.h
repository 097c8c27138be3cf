/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

/* A stream of a session description (SDP): what its lines m=, c= and a= say of how to receive it.
 * The description comes from the network, so no text contains anything but letters, digits and
 * the signs of addresses and formats. */
typedef struct
{
  char *media; /* "audio" */
  char *group; /* as McastGroup parses it, with its source and port */
  gboolean is_rtp;
  guint payload_type;
  char *encoding; /* "L24", or NULL */
  guint clock_rate;
  char *channels; /* "2", or NULL */
  char *fields;   /* further fields of caps, each after a comma */
} SdpStream;

/* Lists the streams of a description that have a multicast group. */
GPtrArray *sdp_stream_list (const char *sdp);

/* Returns "audio 239.1.2.3:5004 L24/48000/2". */
char *sdp_stream_format (const SdpStream *self);

/* Returns a command line that plays the stream. */
char *sdp_stream_format_launch (const SdpStream *self);
