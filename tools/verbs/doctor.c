/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>

#include "console.h"
#include "doctor/doctor-checks.h"
#include "exit-status.h"
#include "options.h"
#include "verbs/verbs.h"

static const char description[] =
  "It checks the known causes of missing multicast: interfaces, addresses, routes,\n"
  "kernel settings, buffers, bridges and the firewall. With GROUP, it also makes\n"
  "the checks for that group: [SOURCE@]GROUP[%INTERFACE][:PORT]. On each interface\n"
  "that is named, it also sends to itself, with a time to live of 0 so that no\n"
  "other machine receives it.\n"
  "\n"
  "Each finding states the problem, its effect and the command that fixes it.\n"
  "Doctor changes nothing. Only root can see the rules of the firewall. The exit\n"
  "status is 0 if nothing was found, otherwise 1. To log what a program that uses\n"
  "mcast does, run it with G_MESSAGES_DEBUG=Mcast.\n"
  "\n"
  "Examples:\n"
  "  mcast doctor\n"
  "  mcast doctor --interface eth0 10.0.0.1@232.1.2.3:5004\n"
  "  mcast doctor --json | jq -r '.findings[].fix'\n";

static void
examine (const DoctorTarget *target, DoctorReport *report, gint64 timeout_us)
{
  g_debug ("checking %u of %u interfaces, group %s, port %u", target->interfaces->len,
           target->all->len, target->group_text != NULL ? target->group_text : "any", target->port);
  doctor_check_links (target, report);
  doctor_check_virtual (target, report);
  doctor_check_sysctls (target, report);
  doctor_check_routes (target, report);
  doctor_check_sockets (target, report);
  doctor_check_bridges (target, report);
  doctor_check_firewall (target, report);
  if (target->named)
    doctor_test_interfaces (target, report, timeout_us);
  else
    doctor_report_add_note (
      report,
      g_strdup ("no interface was named, so none was tested; name one with --interface IFACE"));
}

int
verb_doctor (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "timeout", 't', 0, G_OPTION_ARG_STRING, &options.timeout, "how long the self-test waits (1)",
      "SECONDS" },
    { NULL },
  };
  const OptionsSpec spec = {
    .flags = OPTIONS_PORT | OPTIONS_INTERFACES,
    .entries = entries,
    .words = "[GROUP]",
    .summary = "Finds out why nothing arrives.",
    .description = description,
  };
  g_auto (DoctorTarget) target = { 0 };
  g_auto (DoctorReport) report = { 0 };
  g_auto (GStrv) groups = NULL;
  g_auto (GStrv) interfaces = NULL;
  g_autoptr (GError) error = NULL;
  gint64 timeout_us = G_USEC_PER_SEC;
  guint port;
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !options_get_port (&options, &port, &status)
      || !options_get_seconds ("--timeout", options.timeout, &timeout_us, &status))
    return status;
  if (options.words != NULL && options.words[1] != NULL)
    {
      console_error ("unrecognized argument: '%s' (one group at a time)", options.words[1]);
      return EXIT_STATUS_USAGE;
    }
  interfaces = options_dup_interfaces (&options);
  if (options.words != NULL)
    groups = options_dup_groups (&options, options.words, TRUE, &status);
  if (options.words != NULL && groups == NULL)
    return status;
  if (!doctor_target_init (&target, groups != NULL ? groups[0] : NULL, port, interfaces, &error))
    {
      console_error ("%s", error->message);
      return EXIT_STATUS_FAILURE;
    }
  doctor_report_init (&report);
  examine (&target, &report, timeout_us);
  if (options.json)
    doctor_report_print_json (&report);
  else
    doctor_report_print (&report, target.interfaces->len);
  if (!console_flush ())
    return EXIT_STATUS_FAILURE;
  return report.findings->len == 0 ? EXIT_STATUS_OK : EXIT_STATUS_FINDINGS;
}
