/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "exit-status.h"
#include "options.h"
#include "verbs/verbs.h"

int
verb_noop (int argc, char **argv)
{
  const OptionsSpec spec = {
    .summary = "Does nothing, successfully. It checks that the command is installed.",
    .description = "Example:\n  mcast noop && echo ready\n",
  };
  g_auto (Options) options = { 0 };
  int status = EXIT_STATUS_OK;

  options_parse (&options, &spec, argc, argv, &status);
  return status;
}
