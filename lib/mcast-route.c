/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-route-private.h"

guint
_mcast_route_question_hash (gconstpointer key)
{
  const McastRouteQuestion *self = key;

  return _mcast_address_hash (&self->group) ^ self->port ^ self->mark << 8
         ^ self->interface_index << 16;
}

gboolean
_mcast_route_question_equal (gconstpointer a, gconstpointer b)
{
  const McastRouteQuestion *left = a;
  const McastRouteQuestion *right = b;

  return _mcast_address_equal (&left->group, &right->group) && left->port == right->port
         && _mcast_address_equal (&left->source, &right->source) && left->mark == right->mark
         && left->interface_index == right->interface_index;
}
