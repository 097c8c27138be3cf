/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <langinfo.h>
#include <ncurses.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "verbs/screen.h"

#define INDENT 2
#define SPARK_COLUMN 50

enum
{
  COLOR_BAD = 1,
  COLOR_GOOD,
};

static SCREEN *screen;

gboolean
screen_open (void)
{
  if (!isatty (STDOUT_FILENO) || !isatty (STDIN_FILENO))
    return FALSE;
  screen = newterm (NULL, stdout, stdin);
  if (screen == NULL)
    {
      console_note ("the type of the terminal is unknown (TERM=%s); printing lines instead",
                    g_getenv ("TERM") != NULL ? g_getenv ("TERM") : "");
      return FALSE;
    }
  set_term (screen);
  cbreak ();
  noecho ();
  nodelay (stdscr, TRUE);
  keypad (stdscr, TRUE);
  curs_set (0);
  if (has_colors () && console_has_colors ())
    {
      start_color ();
      use_default_colors ();
      init_pair (COLOR_BAD, COLOR_RED, -1);
      init_pair (COLOR_GOOD, COLOR_GREEN, -1);
    }
  return TRUE;
}

void
screen_close (void)
{
  endwin ();
  delscreen (screen);
  screen = NULL;
}

/* Draws the history with the newest interval on the right. On a narrow terminal, a cell covers
 * several intervals and shows their maximum. */
static void
draw_spark (const Flow *flow, int y, int x)
{
  static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
  static const char *const letters[] = { " ", ".", ".", ":", "-", "=", "+", "*", "#" };
  gboolean unicode = strcmp (nl_langinfo (CODESET), "UTF-8") == 0;
  int share = (FLOW_HISTORY + COLS - x - 1) / (COLS - x);
  guint max = 1;

  for (int i = 0; i < FLOW_HISTORY; i++)
    max = MAX (max, flow->history[i]);
  for (int i = 0; i < FLOW_HISTORY / share; i++)
    {
      guint64 bytes = 0;
      guint level;

      for (int j = 1; j <= share; j++)
        bytes = MAX (bytes, flow->history[FLOW_HISTORY - i * share - j]);
      level = bytes == 0 ? 0 : 1 + bytes * 7 / max;
      mvaddstr (y, x + FLOW_HISTORY / share - 1 - i, unicode ? blocks[level] : letters[level]);
    }
}

static char *
format_flow (const Flow *flow)
{
  g_autofree char *ssrc = flow->is_rtp ? g_strdup_printf (" ssrc 0x%08x", flow->rtp.ssrc)
                                       : g_strdup ("");

  return g_strdup_printf ("%s from %s on %s%s", flow->destination, flow->source,
                          flow->interface_name, ssrc);
}

/* Returns "RTP 0.02 ms  lost   0  TS errors  0", or "" for other flows. */
static char *
format_health (const Flow *flow)
{
  g_autofree char *rtp = flow->is_rtp ? g_strdup_printf ("RTP %.2f ms  lost %3" G_GUINT64_FORMAT,
                                                         flow->rtp.jitter * 1000, flow->rtp.n_lost)
                                      : g_strdup ("");
  g_autofree char *ts = flow->ts.n_packets > 0
                          ? g_strdup_printf ("TS errors %2" G_GUINT64_FORMAT, flow->ts.n_errors)
                          : g_strdup ("");

  return g_strconcat (rtp, *rtp != '\0' && *ts != '\0' ? "  " : "", ts, NULL);
}

static gboolean
is_healthy (const Flow *flow)
{
  return flow->rtp.n_lost == 0 && flow->ts.n_errors == 0;
}

/* The health follows the name, or has a line of its own if the terminal is too narrow. */
static int
count_lines (const Flow *flow)
{
  g_autofree char *name = format_flow (flow);
  g_autofree char *health = format_health (flow);
  int width = strlen (name) + INDENT + strlen (health);

  return *health != '\0' && width > COLS ? 3 : 2;
}

static void
draw_flow (const Flow *flow, int y)
{
  g_autofree char *name = format_flow (flow);
  g_autofree char *health = format_health (flow);
  attr_t style = COLOR_PAIR (is_healthy (flow) ? COLOR_GOOD : COLOR_BAD);
  int health_y = count_lines (flow) == 3 ? y + 1 : y;
  int rates_y = health_y + 1;

  mvaddnstr (y, 0, name, COLS);
  mvchgat (y, 0, MIN ((int) strlen (flow->destination), COLS), A_BOLD, 0, NULL);
  attron (style);
  mvaddnstr (health_y, MAX (COLS - (int) strlen (health), INDENT), health, COLS - INDENT);
  attroff (style);
  move (rates_y, INDENT);
  printw ("%8.0f/s %9.3f Mbit/s %5" G_GSIZE_FORMAT "-%-5" G_GSIZE_FORMAT " bytes",
          flow->datagrams_per_second, flow->bits_per_second / 1e6, flow->total.min_size,
          flow->total.max_size);
  if (COLS > SPARK_COLUMN)
    draw_spark (flow, rates_y, SPARK_COLUMN);
  else
    {
      /* printw () has continued in the next line. */
      move (rates_y + 1, 0);
      clrtoeol ();
    }
}

static void
draw_title (FlowTable *flows, guint64 drops)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  guint n_flows = flow_table_get_flows (flows)->len;

  attron (A_REVERSE);
  mvhline (0, 0, ' ', COLS);
  mvprintw (0, 0, "mcast monitor  %s  %u flow%s  kernel drops %" G_GUINT64_FORMAT "  q: quit", time,
            n_flows, n_flows == 1 ? "" : "s", drops);
  attroff (A_REVERSE);
}

void
screen_draw (FlowTable *flows, guint64 drops)
{
  GPtrArray *all = flow_table_get_flows (flows);
  int y = 1;
  guint i = 0;

  erase ();
  draw_title (flows, drops);
  if (all->len == 0)
    mvaddstr (2, INDENT, "Nothing arrives. mcast doctor finds out why.");
  for (; i < all->len && y + count_lines (all->pdata[i]) <= LINES; i++)
    {
      draw_flow (all->pdata[i], y);
      y += count_lines (all->pdata[i]);
    }
  if (i < all->len)
    mvprintw (0, MAX (COLS - 12, 0), "%u more", all->len - i);
  refresh ();
}

gboolean
screen_wants_end (FlowTable *flows, guint64 drops)
{
  int key;

  while ((key = getch ()) != ERR)
    {
      if (key == 'q' || key == 'Q')
        return TRUE;
      if (key == KEY_RESIZE)
        screen_draw (flows, drops);
    }
  return FALSE;
}
