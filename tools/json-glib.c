/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <json-glib/json-glib.h>

#include "json.h"

gboolean
json_is_available (void)
{
  return TRUE;
}

char *
json_from_variant (GVariant *value, gboolean pretty)
{
  g_autoptr (JsonNode) node = json_gvariant_serialize (value);

  return json_to_string (node, pretty);
}
