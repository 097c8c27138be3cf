/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-feed.h"

#include "lib-test.h"

#define PERIOD_US 1000
#define UNTIL_REST 500

struct _FaultFeed
{
  GSocket *ipv4;
  GSocket *ipv6;
  GPtrArray *destinations;
  GThread *thread;
  gint stopping;
  guint rest_us;

  GMutex lock;
  guint64 last;
};

FaultFeed *
fault_feed_new (Netns *ns, const char *iface)
{
  FaultFeed *self = g_new0 (FaultFeed, 1);
  g_autofree char *ipv4 = netns_ipv4 (ns, iface);
  g_autofree char *ipv6 = netns_ipv6 (ns, iface);

  self->ipv4 = plain_sender_new (ns, iface, G_SOCKET_FAMILY_IPV4, ipv4);
  self->ipv6 = plain_sender_new (ns, iface, G_SOCKET_FAMILY_IPV6, ipv6);
  self->destinations = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_init (&self->lock);
  return self;
}

void
fault_feed_free (FaultFeed *self)
{
  fault_feed_stop (self);
  g_object_unref (self->ipv4);
  g_object_unref (self->ipv6);
  g_ptr_array_unref (self->destinations);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
fault_feed_add (FaultFeed *self, const char *group, guint port)
{
  g_ptr_array_add (self->destinations, plain_address_new (group, port, 0));
}

void
fault_feed_set_rest (FaultFeed *self, guint us)
{
  self->rest_us = us;
}

static guint
find_pause (FaultFeed *self, guint64 number)
{
  if (self->rest_us == 0)
    return PERIOD_US;
  return number % UNTIL_REST == 0 ? self->rest_us : PERIOD_US / 2;
}

static void
send_round (FaultFeed *self, guint64 number)
{
  for (guint i = 0; i < self->destinations->len; i++)
    {
      GSocketAddress *to = self->destinations->pdata[i];
      gboolean is_ipv4 = g_socket_address_get_family (to) == G_SOCKET_FAMILY_IPV4;

      plain_send_data (is_ipv4 ? self->ipv4 : self->ipv6, to, &number, sizeof number);
    }
}

/* One that was late does not hurry afterwards: a burst would overrun what it is to measure. */
static gpointer
feed (gpointer user_data)
{
  FaultFeed *self = user_data;

  while (!g_atomic_int_get (&self->stopping))
    {
      guint64 number = fault_feed_get_last (self) + 1;

      send_round (self, number);
      g_mutex_lock (&self->lock);
      self->last = number;
      g_mutex_unlock (&self->lock);
      g_usleep (find_pause (self, number));
    }
  return NULL;
}

void
fault_feed_start (FaultFeed *self)
{
  g_atomic_int_set (&self->stopping, FALSE);
  self->thread = g_thread_new ("feed", feed, self);
}

guint64
fault_feed_stop (FaultFeed *self)
{
  g_atomic_int_set (&self->stopping, TRUE);
  g_clear_pointer (&self->thread, g_thread_join);
  return self->last;
}

guint64
fault_feed_get_last (FaultFeed *self)
{
  guint64 last;

  g_mutex_lock (&self->lock);
  last = self->last;
  g_mutex_unlock (&self->lock);
  return last;
}
