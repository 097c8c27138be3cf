/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor.h"

#include <string.h>
#include <unistd.h>

/* Reads rules as text, as nft and iptables-save print them. It cannot prove that a datagram is
 * dropped, so it shows the rules that could, and the self-test tells whether they do. */

#define WHY_RULE "It throws away datagrams before any program sees them."
#define WHY_POLICY \
  "What no rule lets through is thrown away, and none mentions multicast, IGMP, the group or its " \
  "port."

typedef struct
{
  char *table;
  char *chain;
  char *policy_line; /* of a chain that drops by default, or NULL */
  gboolean lets_through;
} Scan;

static void
scan_clear (Scan *self)
{
  g_free (self->table);
  g_free (self->chain);
  g_free (self->policy_line);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scan, scan_clear)

static gboolean
has_word (const char *line, const char *word)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t;,{}", -1);

  return g_strv_contains ((const char *const *) words, word);
}

/* Whether @word is a multicast address, or a network of them, that the user's group is in. */
static gboolean
is_concerned_address (const Doctor *self, const char *word)
{
  g_autoptr (GInetAddressMask) mask = g_inet_address_mask_new_from_string (word, NULL);
  GInetAddress *address = mask != NULL ? g_inet_address_mask_get_address (mask) : NULL;

  if (address == NULL || !g_inet_address_get_is_multicast (address))
    return FALSE;
  return self->group == NULL
         || (g_inet_address_mask_get_family (mask) == mcast_group_get_family (self->group)
             && g_inet_address_mask_matches (mask, mcast_group_get_address (self->group)));
}

static gboolean
names_group (const Doctor *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t;,{}", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (is_concerned_address (self, words[i]))
      return TRUE;
  return FALSE;
}

static gboolean
names_port (const Doctor *self, const char *line)
{
  g_autofree char *port = g_strdup_printf ("%u", self->port);

  return has_word (line, "udp") && has_word (line, port);
}

/* Whether the rule looks at what makes a datagram multicast, or at all of UDP. */
static gboolean
names_multicast (const Doctor *self, const char *line)
{
  gboolean any_port = !has_word (line, "dport") && !has_word (line, "sport")
                      && !has_word (line, "--dport") && !has_word (line, "--sport");
  gboolean any_address = !has_word (line, "daddr") && !has_word (line, "-d")
                         && !has_word (line, "saddr") && !has_word (line, "-s");

  return names_group (self, line) || has_word (line, "igmp") || has_word (line, "multicast")
         || has_word (line, "mld-listener-report") || (names_port (self, line) && any_address)
         || (has_word (line, "udp") && any_port && any_address);
}

static gboolean
drops (const char *line)
{
  return has_word (line, "drop") || has_word (line, "reject") || has_word (line, "DROP")
         || has_word (line, "REJECT");
}

static gboolean
accepts (const char *line)
{
  return has_word (line, "accept") || has_word (line, "ACCEPT");
}

/* A rule without a condition: "drop", "counter packets 1 bytes 2 drop", "-A INPUT -j DROP". */
static gboolean
is_unconditional (const char *line)
{
  static const char *const harmless[]
      = { "counter", "packets", "bytes", "drop", "reject", "-A", "-j", "DROP", "REJECT", "INPUT",
          "OUTPUT", "", NULL };
  g_auto (GStrv) words = g_strsplit_set (line, " \t;", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (!g_strv_contains (harmless, words[i]) && !g_ascii_isdigit (words[i][0]))
      return FALSE;
  return TRUE;
}

static void
report_rule (Doctor *self, const Scan *scan, const char *line, gboolean iptables)
{
  doctor_report (self, "firewall-rule", NULL,
                 g_strdup_printf ("a firewall rule drops: %s", line), WHY_RULE,
                 iptables ? g_strdup_printf ("iptables -D%s  (legacy tables)", strstr (line, " "))
                          : g_strdup_printf ("nft -a list chain %s %s, then: nft delete rule %s %s "
                                             "handle NUMBER", scan->table, scan->chain,
                                             scan->table, scan->chain));
}

static void
end_chain (Doctor *self, Scan *scan)
{
  if (scan->policy_line != NULL && !scan->lets_through)
    doctor_report (self, "firewall-policy", NULL,
                   g_strdup_printf ("chain %s of table %s drops by default", scan->chain,
                                    scan->table),
                   WHY_POLICY,
                   self->group != NULL && mcast_group_get_family (self->group)
                                              == G_SOCKET_FAMILY_IPV6
                       ? g_strdup_printf ("nft add rule %s %s meta pkttype multicast accept",
                                          scan->table, scan->chain)
                       : g_strdup_printf ("nft add rule %s %s ip daddr 224.0.0.0/4 accept",
                                          scan->table, scan->chain));
  g_clear_pointer (&scan->chain, g_free);
  g_clear_pointer (&scan->policy_line, g_free);
  scan->lets_through = FALSE;
}

static void
scan_rule (Doctor *self, Scan *scan, const char *line)
{
  /* Behind an unconditional accept or the right one nothing is dropped any more. */
  if (accepts (line) && (names_multicast (self, line) || g_str_equal (line, "accept")))
    scan->lets_through = TRUE;
  else if (drops (line) && !scan->lets_through
           && (names_multicast (self, line) || is_unconditional (line)))
    report_rule (self, scan, line, FALSE);
}

static void
scan_nft_line (Doctor *self, Scan *scan, char *line)
{
  g_auto (GStrv) words = NULL;

  g_strstrip (line);
  words = g_strsplit (line, " ", -1);
  if (words[0] == NULL || line[0] == '#')
    return;
  if (strcmp (words[0], "table") == 0 && g_strv_length (words) >= 3)
    {
      g_free (scan->table);
      scan->table = g_strdup_printf ("%s %s", words[1], words[2]);
    }
  else if (strcmp (words[0], "chain") == 0 && words[1] != NULL)
    {
      end_chain (self, scan);
      scan->chain = g_strdup (words[1]);
    }
  else if (strcmp (words[0], "type") == 0 && scan->chain != NULL)
    scan->policy_line = strstr (line, "policy drop") != NULL ? g_strdup (line) : NULL;
  else if (scan->chain != NULL)
    scan_rule (self, scan, line);
}

static void
scan_nft (Doctor *self)
{
  const char *argv[] = { "nft", "list", "ruleset", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = doctor_run (argv, &error);
  g_auto (GStrv) lines = NULL;
  g_auto (Scan) scan = { 0 };

  if (text == NULL)
    {
      doctor_note (self, g_strdup_printf ("the rules of the firewall could not be read: %s%s",
                                          error->message,
                                          geteuid () == 0 ? "" : " (root sees them)"));
      return;
    }
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    scan_nft_line (self, &scan, lines[i]);
  end_chain (self, &scan);
}

/* The older tables, which nft does not show. Without any the file is empty or missing. */
static void
scan_iptables (Doctor *self, const char *names_path, const char *program)
{
  g_autofree char *names = NULL;
  const char *argv[] = { program, NULL };
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (names_path, &names, NULL, NULL) || *names == '\0')
    return;
  text = doctor_run (argv, NULL);
  lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "-A ") && drops (lines[i])
        && (names_multicast (self, lines[i]) || is_unconditional (lines[i])))
      report_rule (self, NULL, lines[i], TRUE);
}

void
doctor_check_firewall (Doctor *self)
{
  scan_nft (self);
  if (doctor_wants (self, G_SOCKET_FAMILY_IPV4))
    scan_iptables (self, "/proc/net/ip_tables_names", "iptables-legacy-save");
  if (doctor_wants (self, G_SOCKET_FAMILY_IPV6))
    scan_iptables (self, "/proc/net/ip6_tables_names", "ip6tables-legacy-save");
}
