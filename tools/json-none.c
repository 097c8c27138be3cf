/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "json.h"

gboolean
json_is_available (void)
{
  return FALSE;
}

char *
json_from_variant (GVariant *value, gboolean pretty)
{
  g_return_val_if_reached (g_strdup (""));
}
