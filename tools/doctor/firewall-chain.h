/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The commands that print and change rules. */
typedef enum
{
  FIREWALL_NFT,
  FIREWALL_IPTABLES,
  FIREWALL_IP6TABLES,
} FirewallKind;

/* A chain of rules, which the kernel applies in order. */
typedef struct
{
  FirewallKind kind;
  char *table; /* as in commands: "inet filter" or "filter" */
  char *name;
  gboolean is_local;         /* whether it gets what this machine receives or sends */
  gboolean drops_by_default; /* packets that no rule accepts */
  GPtrArray *rules;          /* text */
} FirewallChain;

/* Parses the output of `nft -a list ruleset` or `iptables-save`. */
GPtrArray *firewall_parse (FirewallKind kind, const char *text);

/* Returns the chain with that name in the table of @other, or NULL. */
FirewallChain *firewall_find (GPtrArray *chains, const FirewallChain *other, const char *name);

/* Returns the command that deletes @rule. */
char *firewall_chain_format_removal (const FirewallChain *self, const char *rule);

/* Returns the command that inserts a rule, before all others, that accepts multicast. */
char *firewall_chain_format_exception (const FirewallChain *self, gboolean ipv6);
