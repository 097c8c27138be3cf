/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rtp-window-private.h"

#include <string.h>

#define SIZE MCAST_RTP_WINDOW_SIZE
#define WORD_BITS 64

/* Empties the window. @base is the first number that counts as missing until it is added. */
void
_mcast_rtp_window_reset (McastRtpWindow *self, guint64 base)
{
  self->base = base;
  self->newest = base - 1;
  self->n_since_base = 0;
  memset (self->bits, 0, sizeof self->bits);
}

/* Returns the number with this sequence number that is nearest to the newest one. */
guint64
_mcast_rtp_window_extend (const McastRtpWindow *self, guint16 sequence)
{
  gint16 distance = (gint16) (guint16) (sequence - (guint16) self->newest);

  return self->newest + (guint64) (gint64) distance;
}

static guint64
get_bit (guint64 number)
{
  return G_GUINT64_CONSTANT (1) << number % WORD_BITS;
}

static guint64 *
get_word (McastRtpWindow *self, guint64 number)
{
  return &self->bits[number % SIZE / WORD_BITS];
}

/* Returns where @number is in the window. */
McastRtpPlace
_mcast_rtp_window_get_place (const McastRtpWindow *self, guint64 number)
{
  if (number > self->newest)
    return MCAST_RTP_AHEAD;
  if (self->newest - number >= SIZE)
    return MCAST_RTP_OLD;
  return self->bits[number % SIZE / WORD_BITS] & get_bit (number) ? MCAST_RTP_SEEN : MCAST_RTP_HOLE;
}

static void
advance (McastRtpWindow *self, guint64 newest)
{
  guint64 number = self->newest + 1;

  if (newest - self->newest >= SIZE)
    number = newest - SIZE + 1;
  self->newest = newest;

  while (number <= newest)
    {
      /* Clears whole words, since anyone can make each packet a long jump. */
      if (number % WORD_BITS == 0 && newest - number >= WORD_BITS - 1)
        {
          *get_word (self, number) = 0;
          number += WORD_BITS;
        }
      else
        {
          *get_word (self, number) &= ~get_bit (number);
          number++;
        }
    }
}

/* Adds a number. Returns its place before it was added. */
McastRtpPlace
_mcast_rtp_window_add (McastRtpWindow *self, guint64 number)
{
  McastRtpPlace place = _mcast_rtp_window_get_place (self, number);

  if (place == MCAST_RTP_SEEN || place == MCAST_RTP_OLD)
    return place;
  if (place == MCAST_RTP_AHEAD)
    advance (self, number);
  *get_word (self, number) |= get_bit (number);
  if (number >= self->base)
    self->n_since_base++;
  return place;
}

/* Returns the first number from @number on that has been seen, or the newest plus one. */
guint64
_mcast_rtp_window_find_seen (const McastRtpWindow *self, guint64 number)
{
  if (self->newest >= SIZE)
    number = MAX (number, self->newest - SIZE + 1);
  while (number <= self->newest && _mcast_rtp_window_get_place (self, number) != MCAST_RTP_SEEN)
    {
      gboolean is_empty = self->bits[number % SIZE / WORD_BITS] == 0;

      number += is_empty ? WORD_BITS - number % WORD_BITS : 1;
    }
  return MIN (number, self->newest + 1);
}

/* Counts the numbers between the base and the newest that have not been seen. */
guint64
_mcast_rtp_window_count_missing (const McastRtpWindow *self)
{
  if (self->base == 0)
    return 0;
  return self->newest + 1 - self->base - self->n_since_base;
}
