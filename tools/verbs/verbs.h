/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Each verb gets the arguments after its name, with the name as the first, and returns an exit
 * status. */
int verb_say (int argc, char **argv);
int verb_recv (int argc, char **argv);
int verb_hear (int argc, char **argv);
int verb_noop (int argc, char **argv);
int verb_interfaces (int argc, char **argv);
int verb_monitor (int argc, char **argv);
int verb_doctor (int argc, char **argv);
int verb_relay (int argc, char **argv);
int verb_ping (int argc, char **argv);
int verb_pong (int argc, char **argv);
int verb_playlist (int argc, char **argv);
int verb_browse (int argc, char **argv);
int verb_announce (int argc, char **argv);
