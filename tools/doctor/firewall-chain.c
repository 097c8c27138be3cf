/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/firewall-chain.h"

#include <string.h>

#include "doctor/firewall-sets.h"

static void
firewall_chain_free (FirewallChain *self)
{
  g_free (self->table);
  g_free (self->name);
  g_ptr_array_unref (self->rules);
  g_free (self);
}

static FirewallChain *
add_chain (GPtrArray *chains, FirewallKind kind, const char *table, const char *name)
{
  FirewallChain *chain = g_new0 (FirewallChain, 1);

  chain->kind = kind;
  chain->table = g_strdup (table);
  chain->name = g_strdup (name);
  chain->rules = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (chains, chain);
  return chain;
}

FirewallChain *
firewall_find (GPtrArray *chains, const FirewallChain *other, const char *name)
{
  for (guint i = 0; i < chains->len; i++)
    {
      FirewallChain *chain = chains->pdata[i];

      if (chain->kind == other->kind && strcmp (chain->table, other->table) == 0
          && strcmp (chain->name, name) == 0)
        return chain;
    }
  return NULL;
}

/* "type filter hook input priority filter; policy drop;" */
static void
parse_hook (FirewallChain *chain, const char *line)
{
  /* Forwarded packets are for other machines. */
  chain->is_local = strstr (line, " hook ") != NULL && strstr (line, " hook forward ") == NULL;
  chain->drops_by_default = strstr (line, "policy drop") != NULL;
}

/* Replaces numbers of protocols, which the commands print without /etc/protocols, by their
 * names. */
static char *
name_protocol (const char *rule)
{
  static const char *const names[][2] = {
    { "1", "icmp" }, { "2", "igmp" }, { "6", "tcp" }, { "17", "udp" }, { "58", "icmpv6" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *pattern = g_strdup_printf ("( l4proto| protocol| nexthdr| -p) %s(?= |$)",
                                                  names[i][0]);
      g_autofree char *named = g_strdup_printf ("\\1 %s", names[i][1]);
      g_autoptr (GRegex) number = g_regex_new (pattern, 0, 0, NULL);

      if (g_regex_match (number, rule, 0, NULL))
        return g_regex_replace (number, rule, -1, 0, named, 0, NULL);
    }
  return g_strdup (rule);
}

static void
parse_nft (GPtrArray *chains, char **lines)
{
  g_autofree char *table = g_strdup ("");
  FirewallChain *chain = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (g_strstrip (lines[i]), " ", -1);
      guint n = g_strv_length (words);

      if (n >= 3 && strcmp (words[0], "table") == 0)
        {
          g_free (table);
          table = g_strdup_printf ("%s %s", words[1], words[2]);
          chain = NULL;
        }
      else if (n >= 3 && strcmp (words[0], "chain") == 0)
        chain = add_chain (chains, FIREWALL_NFT, table, words[1]);
      else if (n >= 3 && (strcmp (words[0], "set") == 0 || strcmp (words[0], "map") == 0))
        chain = NULL;
      else if (chain != NULL && n >= 1 && strcmp (words[0], "type") == 0)
        parse_hook (chain, lines[i]);
      else if (chain != NULL && n >= 1 && lines[i][0] != '#' && lines[i][0] != '}')
        g_ptr_array_add (chain->rules, name_protocol (lines[i]));
    }
}

/* "*filter", ":INPUT DROP [0:0]", "-A INPUT -d 239.0.0.0/8 -j DROP" */
static void
parse_iptables (GPtrArray *chains, FirewallKind kind, char **lines)
{
  static const char *const ours[] = { "PREROUTING", "INPUT", "OUTPUT", "POSTROUTING", NULL };
  FirewallChain key = { .kind = kind };
  g_autofree char *table = g_strdup ("");

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      guint n = g_strv_length (words);
      FirewallChain *chain;

      if (lines[i][0] == '*')
        {
          g_free (table);
          table = g_strdup (lines[i] + 1);
        }
      else if (n >= 2 && lines[i][0] == ':')
        {
          chain = add_chain (chains, kind, table, words[0] + 1);
          chain->is_local = g_strv_contains (ours, chain->name);
          chain->drops_by_default = strcmp (words[1], "DROP") == 0;
        }
      key.table = table;
      chain = n >= 3 && strcmp (words[0], "-A") == 0 ? firewall_find (chains, &key, words[1])
                                                     : NULL;
      if (chain != NULL)
        g_ptr_array_add (chain->rules, name_protocol (lines[i]));
    }
}

GPtrArray *
firewall_parse (FirewallKind kind, const char *text)
{
  GPtrArray *chains = g_ptr_array_new_with_free_func ((GDestroyNotify) firewall_chain_free);
  g_autofree char *expanded = kind == FIREWALL_NFT ? firewall_expand_sets (text) : NULL;
  g_auto (GStrv) lines = g_strsplit (expanded != NULL ? expanded : text, "\n", -1);

  if (kind == FIREWALL_NFT)
    parse_nft (chains, lines);
  else
    parse_iptables (chains, kind, lines);
  return chains;
}

static const char *
get_program (const FirewallChain *self)
{
  return self->kind == FIREWALL_IPTABLES ? "iptables-legacy" : "ip6tables-legacy";
}

char *
firewall_chain_format_removal (const FirewallChain *self, const char *rule)
{
  const char *handle = strstr (rule, "# handle ");

  if (self->kind == FIREWALL_NFT)
    return g_strdup_printf ("nft delete rule %s %s %s", self->table, self->name,
                            handle != NULL ? handle + strlen ("# ") : "handle NUMBER");
  return g_strdup_printf ("%s -t %s -D%s", get_program (self), self->table, rule + strlen ("-A"));
}

char *
firewall_chain_format_exception (const FirewallChain *self, gboolean ipv6)
{
  if (self->kind != FIREWALL_NFT)
    return g_strdup_printf ("%s -t %s -I %s -d %s -j ACCEPT", get_program (self), self->table,
                            self->name,
                            self->kind == FIREWALL_IPTABLES ? "224.0.0.0/4" : "ff00::/8");
  return g_strdup_printf ("nft insert rule %s %s %s accept", self->table, self->name,
                          ipv6 ? "ip6 daddr ff00::/8" : "ip daddr 224.0.0.0/4");
}
