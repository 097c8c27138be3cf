/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How to build and run it: see fuzz-rtp-merge.c. */

#include "os/mcast-netlink-private.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

typedef struct
{
  const guint8 *data;
  gsize size;
  guint64 sum;
} Input;

/* Reads every byte, for the sanitizer to see whether it may be read. */
static void
touch (Input *input, gconstpointer data, gsize size)
{
  const guint8 *bytes = data;

  if (size > 0 && (bytes < input->data || bytes + size > input->data + input->size))
    abort ();
  for (gsize i = 0; i < size; i++)
    input->sum += bytes[i];
}

static void
on_link (const McastNetlinkLink *link, gpointer user_data)
{
  Input *input = user_data;

  if (link->index == 0)
    abort ();
  touch (input, link->name, strlen (link->name) + 1);
  touch (input, link->hardware_address, link->hardware_address_length);
}

static void
on_address (const McastNetlinkAddress *address, gpointer user_data)
{
  g_autofree char *text = _mcast_address_to_string (&address->address);

  if (*text == '\0')
    abort ();
}

static void
on_route (gpointer user_data)
{
  ((Input *) user_data)->sum++;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const McastNetlinkHandler handler = { NULL, on_link, on_address, on_route };
  /* A copy of its own size, aligned as the kernel's answers are. */
  g_autofree guint8 *copy = g_memdup2 (data, size);
  Input input = { copy, size, 0 };

  _mcast_netlink_parse (copy, size, &handler, &input);
  return 0;
}
