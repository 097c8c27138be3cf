/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <langinfo.h>
#include <ncurses.h>
#include <string.h>
#include <unistd.h>

#include "screen.h"

#define LINES_PER_FLOW 2
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
    return FALSE;
  set_term (screen);
  cbreak ();
  noecho ();
  nodelay (stdscr, TRUE);
  keypad (stdscr, TRUE);
  curs_set (0);
  if (has_colors () && g_getenv ("NO_COLOR") == NULL)
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

/* The last intervals, newest right, as many as fit. */
static void
draw_spark (const Flow *flow, int y, int x)
{
  static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
  static const char *const letters[] = { " ", ".", ".", ":", "-", "=", "+", "*", "#" };
  gboolean unicode = strcmp (nl_langinfo (CODESET), "UTF-8") == 0;
  int width = MIN (COLS - x, FLOW_HISTORY);
  guint max = 1;

  for (int i = 0; i < width; i++)
    max = MAX (max, flow->history[FLOW_HISTORY - width + i]);
  for (int i = 0; i < width; i++)
    {
      guint64 bytes = flow->history[FLOW_HISTORY - width + i];
      guint level = bytes == 0 ? 0 : 1 + bytes * 7 / max;

      mvaddstr (y, x + i, unicode ? blocks[level] : letters[level]);
    }
}

static void
print_count (const char *name, guint64 count)
{
  attr_t style = COLOR_PAIR (count == 0 ? COLOR_GOOD : COLOR_BAD);

  attron (style);
  printw ("  %s %" G_GUINT64_FORMAT, name, count);
  attroff (style);
}

static void
draw_flow (const Flow *flow, int y)
{
  attron (A_BOLD);
  mvaddstr (y, 0, flow->destination);
  attroff (A_BOLD);
  printw (" from %s on %s", flow->source, flow->interface_name);
  if (flow_rtp_is_sure (&flow->rtp))
    {
      printw ("  RTP %.2f ms", flow->rtp.jitter * 1000);
      print_count ("lost", flow->rtp.lost);
    }
  if (flow->ts.n_packets > 0)
    print_count ("TS errors", flow->ts.n_errors);
  /* What did not fit the line above has gone on here. */
  move (y + 1, 0);
  clrtoeol ();
  mvprintw (y + 1, INDENT, "%8.0f/s %9.3f Mbit/s %5" G_GSIZE_FORMAT "-%-5" G_GSIZE_FORMAT
            " bytes", flow->datagrams_per_second, flow->bits_per_second / 1e6, flow->min_size,
            flow->max_size);
  if (COLS > SPARK_COLUMN)
    draw_spark (flow, y + 1, SPARK_COLUMN);
}

static void
draw_title (FlowTable *flows, guint64 drops)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  guint n_flows = flow_table_get_flows (flows)->len;

  attron (A_REVERSE);
  mvhline (0, 0, ' ', COLS);
  mvprintw (0, 0, "mcast monitor  %s  %u flow%s  kernel drops %" G_GUINT64_FORMAT "  q: end", time,
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
  for (; i < all->len && y + LINES_PER_FLOW <= LINES; i++, y += LINES_PER_FLOW)
    draw_flow (all->pdata[i], y);
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
