/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-version-check.h"

/**
 * mcast_check_version:
 * @required_major: the required major version
 * @required_minor: the required minor version
 * @required_micro: the required micro version
 *
 * Checks whether the library that the program runs with is of the given release or of a later one.
 * To check the headers at compile time, use the macro `MCAST_CHECK_VERSION`.
 *
 * Returns: (nullable): %NULL if the library is new enough, otherwise a text that names its version
 * Since: 0.2
 */
const char *
mcast_check_version (guint required_major, guint required_minor, guint required_micro)
{
  const guint required[] = { required_major, required_minor, required_micro };
  const guint actual[] = { MCAST_MAJOR_VERSION, MCAST_MINOR_VERSION, MCAST_MICRO_VERSION };

  for (guint i = 0; i < G_N_ELEMENTS (actual); i++)
    {
      if (actual[i] > required[i])
        return NULL;
      if (actual[i] < required[i])
        return "The mcast library is too old: its version is " MCAST_VERSION_S;
    }
  return NULL;
}
