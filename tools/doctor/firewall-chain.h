/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The commands that print rules, and that change them. */
typedef enum
{
  FIREWALL_NFT,
  FIREWALL_IPTABLES,
  FIREWALL_IP6TABLES,
} FirewallKind;

/* One chain of rules, which the kernel goes through from the first to the last. */
typedef struct
{
  FirewallKind kind;
  char *table; /* as the commands want it, such as "inet filter" or "filter" */
  char *name;
  gboolean sees_ours;        /* whether it begins with what this machine receives or sends */
  gboolean drops_by_default; /* what no rule decides on */
  GPtrArray *rules;          /* text */
} FirewallChain;

/* The chains in @text, which `nft -a list ruleset` or `iptables-save` printed. */
GPtrArray *firewall_parse (FirewallKind kind, const char *text);

/* The chain of the same table with that name, or NULL. */
FirewallChain *firewall_find (GPtrArray *chains, const FirewallChain *beside, const char *name);

/* The command that takes @rule away. Free with g_free (). */
char *firewall_chain_format_removal (const FirewallChain *self, const char *rule);

/* The command that puts a rule before all others: one that lets multicast through. Free with
 * g_free (). */
char *firewall_chain_format_exception (const FirewallChain *self, gboolean ipv6);
