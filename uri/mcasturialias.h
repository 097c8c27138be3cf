/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A parameter that other programs have in their URIs. */
typedef struct
{
  const char *name;
  /* The property of mcastsrc and of mcastsink with the same effect, or NULL. */
  const char *src_property;
  const char *sink_property;
  /* What precedes each part of a list that is separated by commas, or 0. */
  char prefix;
} McastUriAlias;

const McastUriAlias *mcast_uri_alias_find (const char *name);
char *mcast_uri_alias_convert (const McastUriAlias *self, const char *text);
const char *mcast_uri_alias_find_nearest (const char *name, const char *const *names);

G_END_DECLS
