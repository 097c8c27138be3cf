/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* A URI of mcast, FFmpeg, VLC, TSDuck or mediamtx: udp://@239.1.2.3:5004?localaddr=10.0.0.1 */
typedef struct
{
  char *address;     /* the group, perhaps with a zone */
  char *sources;     /* "10.0.0.1+10.0.0.2" or "!10.0.0.9"; NULL for none */
  int port;          /* -1 for none */
  char **interfaces; /* NULL for none */
  char *parameters;  /* encoded, as far as mcastsrc has them; NULL for none */
  char *ignored;     /* names of parameters without an equivalent; NULL for none */
} GroupUri;

void group_uri_clear (GroupUri *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GroupUri, group_uri_clear)

/* Returns whether @text has the form of a URI. */
gboolean group_uri_is_uri (const char *text);

/* Returns whether @text is a URI of a known scheme whose host is a multicast group. */
gboolean group_uri_is_group (const char *text);

/* Parses a URI of a multicast group. A parameter that no known program has is an error that names
 * the nearest one. */
gboolean group_uri_parse (GroupUri *self, const char *text, GError **error);

/* Returns the groups in the syntax of the command, one for each interface. */
char **group_uri_to_groups (const GroupUri *self);

/* Returns the URI that mcastsrc plays. */
char *group_uri_to_string (const GroupUri *self);
