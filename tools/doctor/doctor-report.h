/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

/* The results of the checks. */
typedef struct
{
  GPtrArray *findings;
  GPtrArray *tests; /* self-tests of interfaces */
  GPtrArray *notes; /* checks that could not be made, and why */
} DoctorReport;

void doctor_report_init (DoctorReport *self);
void doctor_report_clear (DoctorReport *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DoctorReport, doctor_report_clear)

/* Adds a finding about @iface, or about the machine if that is NULL. Takes @what and @fix. */
void doctor_report_add (DoctorReport *self, const char *id, McastInterface *iface, char *what,
                        const char *why, char *fix);

/* Adds the result of a self-test, which failed if @error is not NULL. */
void doctor_report_add_test (DoctorReport *self, McastInterface *iface, const char *family,
                             const GError *error);

/* Adds a note, and takes it. */
void doctor_report_add_note (DoctorReport *self, char *note);

/* Prints the report on @n_interfaces. */
void doctor_report_print (const DoctorReport *self, guint n_interfaces);
void doctor_report_print_json (const DoctorReport *self);
