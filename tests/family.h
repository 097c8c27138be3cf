/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The addresses that tests use, and what differs between the address families. */

#include "netns.h"

G_BEGIN_DECLS

#define TEST_PORT 5004
#define TEST_GROUP "233.252.0.1"
#define TEST_GROUP_2 "233.252.0.2"
#define TEST_GROUP6 "ff15::1"
#define TEST_GROUP6_2 "ff15::2"
#define TEST_GROUP6_LOCAL "ff12::1"
#define TEST_GROUP6_LOCAL_2 "ff12::2"

typedef struct
{
  const char *name; /* the last part of a test's path */
  GSocketFamily socket_family;
  const char *group;
  const char *other_group;
  const char *ssm_group; /* of the range for source-specific multicast */

  /* Addresses that no interface has until a test adds them. */
  const char *sources[3];
  guint prefix_length;
} TestFamily;

/* IPv4, IPv6, and IPv6 with groups and addresses that are valid on one link. */
#define N_TEST_FAMILIES 3
extern const TestFamily test_families[N_TEST_FAMILIES];

/* One of many groups, a different one for each @i below 40,000. Free with g_free (). */
char *test_family_group (const TestFamily *self, guint i);

/* The address that an interface was given by netns.h, from which the kernel sends to the groups of
 * the family. Free with g_free (). */
char *test_family_address (const TestFamily *self, Netns *ns, const char *name);

/* Adds one of the sources to an interface, or takes it away. */
void test_family_add_source (const TestFamily *self, Netns *ns, const char *name, guint i);
void test_family_remove_source (const TestFamily *self, Netns *ns, const char *name, guint i);

G_END_DECLS
