/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"

G_BEGIN_DECLS

/* A datagram whose route is asked for: all that the kernel's rules look at. What is 0 or AF_UNSPEC
 * is not decided yet. */
typedef struct
{
  McastAddress group;
  guint port;
  McastAddress source;
  guint mark;
  guint interface_index;
} McastRouteQuestion;

typedef struct
{
  /* 0 if there is no route. */
  guint interface_index;
  /* The preferred source of the route, or AF_UNSPEC. */
  McastAddress source;
} McastRoute;

guint _mcast_route_question_hash (gconstpointer key);
gboolean _mcast_route_question_equal (gconstpointer a, gconstpointer b);

G_END_DECLS
