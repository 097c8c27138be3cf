/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rate of replies to each source. */
#include "reply-limit.h"

#define RATE 1000
#define BURST (5 * RATE)
#define SECOND G_GINT64_CONSTANT (1000000000)
/* When the test begins; none of it depends on a clock. */
#define START (100 * SECOND)

typedef struct
{
  ReplyLimit *limit;
  GInetAddress *source;
  GInetAddress *other;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->limit = reply_limit_new (RATE);
  self->source = g_inet_address_new_from_string ("192.0.2.1");
  self->other = g_inet_address_new_from_string ("2001:db8::1");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->limit, reply_limit_free);
  g_clear_object (&self->source);
  g_clear_object (&self->other);
}

/* Returns how many of @n replies one after the other are allowed. */
static guint
count_allowed (Fixture *self, GInetAddress *source, guint n, gint64 time)
{
  guint allowed = 0;

  for (guint i = 0; i < n; i++)
    allowed += reply_limit_take (self->limit, source, 1, time);
  return allowed;
}

static void
test_burst (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (count_allowed (self, self->source, 2 * BURST, START), ==, BURST);
}

static void
test_rate (Fixture *self, gconstpointer data)
{
  count_allowed (self, self->source, BURST, START);
  g_assert_cmpuint (count_allowed (self, self->source, BURST, START + SECOND), ==, RATE);
  g_assert_cmpuint (count_allowed (self, self->source, BURST, START + SECOND + SECOND / RATE), ==,
                    1);
  /* It is full again, and not more than that. */
  g_assert_cmpuint (count_allowed (self, self->source, 2 * BURST, START + 60 * SECOND), ==, BURST);
}

static void
test_each_source (Fixture *self, gconstpointer data)
{
  g_autoptr (GInetAddress) same = g_inet_address_new_from_string ("192.0.2.1");

  count_allowed (self, self->source, BURST, START);
  g_assert_false (reply_limit_take (self->limit, same, 1, START));
  g_assert_cmpuint (count_allowed (self, self->other, 2 * BURST, START), ==, BURST);
}

static void
test_all_or_none (Fixture *self, gconstpointer data)
{
  count_allowed (self, self->source, BURST - 1, START);
  g_assert_false (reply_limit_take (self->limit, self->source, 2, START));
  g_assert_true (reply_limit_take (self->limit, self->source, 1, START));
}

static void
test_one_per_second (void)
{
  Fixture self = { 0 };

  set_up (&self, NULL);
  reply_limit_free (self.limit);
  self.limit = reply_limit_new (1);
  g_assert_cmpuint (count_allowed (&self, self.source, 100, START), ==, 5);
  g_assert_cmpuint (count_allowed (&self, self.source, 100, START + SECOND), ==, 1);
  tear_down (&self, NULL);
}

static GInetAddress *
make_address (guint number)
{
  const guint8 bytes[4] = { 10, number >> 16, number >> 8, number };

  return g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV4);
}

/* Memory has a limit, and sources that are not busy make room for others. */
static void
test_many_sources (Fixture *self, gconstpointer data)
{
  guint allowed = 0;

  for (guint i = 0; i < 100000; i++)
    {
      g_autoptr (GInetAddress) source = make_address (i);

      allowed += reply_limit_take (self->limit, source, 1, START);
    }
  g_assert_cmpuint (allowed, <, 100000);
  g_assert_cmpuint (allowed, >, 10000);
  g_assert_false (reply_limit_take (self->limit, self->source, 1, START));
  g_assert_true (reply_limit_take (self->limit, self->source, 1, START + SECOND));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/reply-limit/burst", test_burst);
  ADD ("/reply-limit/rate", test_rate);
  ADD ("/reply-limit/each-source", test_each_source);
  ADD ("/reply-limit/all-or-none", test_all_or_none);
  ADD ("/reply-limit/many-sources", test_many_sources);
  g_test_add_func ("/reply-limit/one-per-second", test_one_per_second);
  return g_test_run ();
}
