/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-checks.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "doctor/doctor-system.h"
#include "doctor/firewall-chain.h"

/* The check reads rules as nft and iptables-save print them. It cannot prove that a rule drops a
 * datagram, so it reports each rule that could, and the self-test shows whether one does. */

#define WHY_RULE "It drops datagrams before any program receives them."
#define WHY_POLICY \
  "Datagrams that no rule accepts are dropped, and no rule mentions multicast, the group or its " \
  "port."

static gboolean
has_word (const char *line, const char *word)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t;,{}", -1);

  return g_strv_contains ((const char *const *) words, word);
}

/* Returns whether @word is a multicast address or network that contains the group. Without a group,
 * any multicast address counts in a rule that drops, but only a large network in a rule that
 * accepts: an exception for mDNS, for example, says nothing about other groups. */
static gboolean
is_concerned_address (const DoctorTarget *target, const char *word, gboolean accepts)
{
  g_autoptr (GInetAddressMask) mask = g_inet_address_mask_new_from_string (word, NULL);
  GInetAddress *address = mask != NULL ? g_inet_address_mask_get_address (mask) : NULL;

  if (address == NULL || !g_inet_address_get_is_multicast (address))
    return FALSE;
  if (target->group == NULL)
    return !accepts || g_inet_address_mask_get_length (mask) <= 8;
  return g_inet_address_mask_get_family (mask) == mcast_group_get_family (target->group)
         && g_inet_address_mask_matches (mask, mcast_group_get_address (target->group));
}

static gboolean
names_group (const DoctorTarget *target, const char *rule, gboolean accepts)
{
  g_auto (GStrv) words = g_strsplit_set (rule, " \t;,{}", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (is_concerned_address (target, words[i], accepts))
      return TRUE;
  return FALSE;
}

static gboolean
has_any_word (const char *rule, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (has_word (rule, words[i]))
      return TRUE;
  return FALSE;
}

/* Returns whether the rule has the port, or a range that contains it: 5000-6000, 5000:6000. */
static gboolean
names_port (const DoctorTarget *target, const char *rule)
{
  g_auto (GStrv) words = g_strsplit_set (rule, " \t;,{}", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint first;
      guint last;
      int n = sscanf (words[i], "%u%*[-:]%u", &first, &last);

      if ((n == 1 && first == target->port)
          || (n == 2 && first <= target->port && target->port <= last))
        return TRUE;
    }
  return FALSE;
}

/* Returns whether the rule matches the datagrams: the group, any group, its port, or all of UDP. */
static gboolean
names_datagrams (const DoctorTarget *target, const char *rule, gboolean accepts)
{
  static const char *const port_words[] = { "dport", "sport", "--dport", "--sport", NULL };
  static const char *const address_words[] = { "daddr", "saddr", "-d", "-s", NULL };
  static const char *const any_group[] = { "multicast", "MULTICAST", NULL };
  gboolean right_port = !has_any_word (rule, port_words) || names_port (target, rule);

  return right_port
         && (names_group (target, rule, accepts) || has_any_word (rule, any_group)
             || (has_word (rule, "udp") && !has_any_word (rule, address_words)));
}

/* Returns whether the rule matches membership reports. */
static gboolean
names_membership (const char *rule)
{
  static const char *const words[] = { "igmp", "mld-listener-report", "mld2-listener-report",
                                       NULL };

  return has_any_word (rule, words);
}

/* Returns whether the rule matches only other traffic, so that its chains do not matter. */
static gboolean
names_others (const char *rule)
{
  static const char *const words[] = { "tcp",         "icmp",        "icmpv6", "ipv6-icmp",
                                       "established", "ESTABLISHED", NULL };

  return has_any_word (rule, words);
}

static gboolean
drops (const char *rule)
{
  static const char *const words[] = { "drop", "reject", "DROP", "REJECT", NULL };

  return has_any_word (rule, words);
}

static gboolean
accepts (const char *rule)
{
  return has_word (rule, "accept") || has_word (rule, "ACCEPT");
}

/* Returns the chain that the rule jumps to, or NULL. */
static char *
find_jump (const char *rule)
{
  g_auto (GStrv) words = g_strsplit_set (rule, " \t;,{}", -1);

  for (guint i = 0; words[i] != NULL && words[i + 1] != NULL; i++)
    if (strcmp (words[i], "jump") == 0 || strcmp (words[i], "goto") == 0
        || strcmp (words[i], "-j") == 0 || strcmp (words[i], "-g") == 0)
      return g_strdup (words[i + 1]);
  return NULL;
}

/* Returns the rule without comments and the kind of rejection, which are not conditions. */
static char *
strip_comments (const char *rule)
{
  g_autoptr (GRegex) comments =
    g_regex_new ("# handle \\d+$|\"[^\"]*\"|(--reject-with|with icmp\\S* type|with icmpx?) \\S+"
                 "|with tcp reset|-m comment --comment( \\S+)?",
                 0, 0, NULL);

  return g_regex_replace (comments, rule, -1, 0, "", 0, NULL);
}

/* Returns whether the rule always applies: "drop", "counter packets 1 bytes 2 drop". */
static gboolean
is_unconditional (const FirewallChain *chain, const char *rule, const char *jump)
{
  static const char *const harmless[] = { "counter", "packets", "bytes", "drop",   "reject",
                                          "accept",  "comment", "log",   "prefix", "jump",
                                          "goto",    "-A",      "-j",    "-g",     "DROP",
                                          "REJECT",  "ACCEPT",  "",      NULL };
  g_autofree char *stripped = strip_comments (rule);
  g_auto (GStrv) words = g_strsplit_set (stripped, " \t;", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (!g_strv_contains (harmless, words[i]) && strcmp (words[i], chain->name) != 0
        && g_strcmp0 (words[i], jump) != 0 && !g_ascii_isdigit (words[i][0]))
      return FALSE;
  return TRUE;
}

static void
report_rule (DoctorReport *report, const FirewallChain *chain, const char *rule)
{
  g_auto (GStrv) parts = g_strsplit (rule, " # handle ", 2);

  doctor_report_add (report, "firewall-rule", NULL,
                     g_strdup_printf ("a firewall rule drops: %s", parts[0]), WHY_RULE,
                     firewall_chain_format_removal (chain, rule));
}

/* Goes through the rules as a datagram does, and through those of the chains they jump to. Returns
 * whether one accepts the datagram: no rule after it drops anything. */
static gboolean
walk (const DoctorTarget *target, DoctorReport *report, GPtrArray *chains,
      const FirewallChain *chain, GHashTable *seen)
{
  if (!g_hash_table_add (seen, (gpointer) chain))
    return FALSE;
  for (guint i = 0; i < chain->rules->len; i++)
    {
      const char *rule = chain->rules->pdata[i];
      g_autofree char *jump = find_jump (rule);
      const FirewallChain *next = jump != NULL ? firewall_find (chains, chain, jump) : NULL;
      gboolean all = is_unconditional (chain, rule, jump);
      gboolean accepted = next != NULL
                            ? !names_others (rule) && walk (target, report, chains, next, seen)
                            : accepts (rule);

      if (accepted && (all || names_datagrams (target, rule, TRUE)))
        return TRUE;
      if (drops (rule) && (all || names_datagrams (target, rule, FALSE) || names_membership (rule)))
        report_rule (report, chain, rule);
    }
  return FALSE;
}

static void
scan (const DoctorTarget *target, DoctorReport *report, FirewallKind kind, const char *text)
{
  g_autoptr (GPtrArray) chains = firewall_parse (kind, text);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  gboolean ipv6 = target->group != NULL
                  && mcast_group_get_family (target->group) == G_SOCKET_FAMILY_IPV6;

  for (guint i = 0; i < chains->len; i++)
    {
      const FirewallChain *chain = chains->pdata[i];

      if (chain->is_local && !walk (target, report, chains, chain, seen) && chain->drops_by_default)
        doctor_report_add (report, "firewall-policy", NULL,
                           g_strdup_printf ("chain %s of table %s drops by default", chain->name,
                                            chain->table),
                           WHY_POLICY, firewall_chain_format_exception (chain, ipv6));
    }
}

static void
scan_output (const DoctorTarget *target, DoctorReport *report, FirewallKind kind,
             const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = doctor_run (argv, &error);

  if (text != NULL)
    scan (target, report, kind, text);
  else
    doctor_report_add_note (report,
                            g_strdup_printf ("the rules of the firewall could not be read: %s%s",
                                             error->message,
                                             geteuid () == 0 ? "" : " (only root can see them)"));
}

/* Reads the legacy tables, which nft does not show, unless the list of their names is empty. */
static void
scan_legacy (const DoctorTarget *target, DoctorReport *report, FirewallKind kind,
             const char *names_file, const char *program)
{
  const char *argv[] = { program, NULL };
  g_autofree char *names = NULL;

  if (g_file_get_contents (names_file, &names, NULL, NULL) && *names != '\0')
    scan_output (target, report, kind, argv);
}

void
doctor_check_firewall (const DoctorTarget *target, DoctorReport *report)
{
  const char *nft[] = { "nft", "-a", "list", "ruleset", NULL };

  scan_output (target, report, FIREWALL_NFT, nft);
  if (doctor_target_wants (target, G_SOCKET_FAMILY_IPV4))
    scan_legacy (target, report, FIREWALL_IPTABLES, "/proc/net/ip_tables_names",
                 "iptables-legacy-save");
  if (doctor_target_wants (target, G_SOCKET_FAMILY_IPV6))
    scan_legacy (target, report, FIREWALL_IP6TABLES, "/proc/net/ip6_tables_names",
                 "ip6tables-legacy-save");
}
