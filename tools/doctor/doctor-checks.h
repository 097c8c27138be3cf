/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "doctor/doctor-report.h"
#include "doctor/doctor-target.h"

/* Each check adds findings of one kind to the report. */
void doctor_check_links (const DoctorTarget *target, DoctorReport *report);
void doctor_check_virtual (const DoctorTarget *target, DoctorReport *report);
void doctor_check_sysctls (const DoctorTarget *target, DoctorReport *report);
void doctor_check_routes (const DoctorTarget *target, DoctorReport *report);
void doctor_check_sockets (const DoctorTarget *target, DoctorReport *report);
void doctor_check_bridges (const DoctorTarget *target, DoctorReport *report);
void doctor_check_firewall (const DoctorTarget *target, DoctorReport *report);
void doctor_test_interfaces (const DoctorTarget *target, DoctorReport *report, gint64 timeout_us);
