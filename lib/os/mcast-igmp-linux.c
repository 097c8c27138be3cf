/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-igmp-private.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* RFC 1112 appendix I and RFC 2236 section 2 (IGMPv1 and v2). */
#define IGMP_V1_REPORT 0x12
#define IGMP_V2_REPORT 0x16
#define OLD_REPORT_SIZE 8
/* RFC 3376 section 4.2 (IGMPv3) and RFC 3810 section 5.2 (MLDv2). */
#define IGMP_V3_REPORT 0x22
#define MLD_V2_REPORT 143
#define MODE_IS_INCLUDE 1
#define MODE_IS_EXCLUDE 2
#define REPORT_HEADER_SIZE 8
#define MAX_REPORT_SIZE 1024

/* In the file for IGMP the groups with their users follow the line of their interface, each group
 * as a number in the byte order of the machine. */
static guint
count_ipv4_users (FILE *file, const McastAddress *group, guint index)
{
  char line[256];
  guint line_index = 0;
  guint32 wanted;

  memcpy (&wanted, group->bytes, sizeof wanted);
  while (fgets (line, sizeof line, file) != NULL)
    {
      guint32 address;
      guint users;

      if (line[0] != '\t')
        sscanf (line, "%u", &line_index);
      else if (line_index == index && sscanf (line, " %8X %u", &address, &users) == 2
               && address == wanted)
        return users;
    }
  return 0;
}

static guint
count_ipv6_users (FILE *file, const McastAddress *group, guint index)
{
  char line[256];
  char wanted[33];

  for (guint i = 0; i < 16; i++)
    g_snprintf (wanted + 2 * i, 3, "%02x", group->bytes[i]);
  while (fgets (line, sizeof line, file) != NULL)
    {
      char address[33];
      guint line_index;
      guint users;

      if (sscanf (line, "%u %*s %32s %u", &line_index, address, &users) == 3 && line_index == index
          && strcmp (address, wanted) == 0)
        return users;
    }
  return 0;
}

/* Returns how many sockets of the machine hold the group on the interface; 0 if that is unknown. */
guint
_mcast_igmp_count_users (const McastAddress *group, guint index)
{
  gboolean ipv4 = group->family == AF_INET;
  FILE *file = fopen (ipv4 ? "/proc/thread-self/net/igmp" : "/proc/thread-self/net/igmp6", "re");
  guint users;

  if (file == NULL)
    return 0;
  users = ipv4 ? count_ipv4_users (file, group, index) : count_ipv6_users (file, group, index);
  fclose (file);
  return users;
}

/* Reads the line of an interface, such as "2\teth0      :     1      V3". The kernel pads the name
 * to ten characters, so that the colon follows a longer one at once; no name contains a colon. */
static gboolean
parse_version (const char *line, guint *index, guint *version)
{
  const char *colon = strrchr (line, ':');

  return line[0] != '\t' && colon != NULL && sscanf (line, "%u", index) == 1
         && sscanf (colon, ": %*u V%1u", version) == 1;
}

/* Returns the version of IGMP that the host uses on the interface because of a querier there, 1 to
 * 3. The kernel does not report that of MLD; version 2, which is in general use, corresponds to
 * 3. */
static guint
find_version (const McastAddress *group, guint index)
{
  FILE *file = group->family == AF_INET ? fopen ("/proc/thread-self/net/igmp", "re") : NULL;
  char line[256];
  guint version = 3;

  while (file != NULL && fgets (line, sizeof line, file) != NULL)
    {
      guint line_index;
      guint line_version;

      if (parse_version (line, &line_index, &line_version) && line_index == index)
        version = line_version;
    }
  if (file != NULL)
    fclose (file);
  return version;
}

/* Returns whether the host reports source filters, and so a change of one: not with a querier of
 * IGMPv1 or v2. */
gboolean
_mcast_igmp_reports_filters (const McastAddress *group, guint index)
{
  return find_version (group, index) == 3;
}

/* Writes a report of IGMPv1 or v2, which have no sources. Returns its size. */
static gsize
write_old_report (guint8 *report, const McastAddress *group, guint version)
{
  memset (report, 0, OLD_REPORT_SIZE);
  report[0] = version == 1 ? IGMP_V1_REPORT : IGMP_V2_REPORT;
  memcpy (report + 4, group->bytes, 4);
  return OLD_REPORT_SIZE;
}

/* Writes a report with one record, which repeats the state of the host. Returns its size. */
static gsize
write_report (guint8 *report, const McastAddress *group, McastSourceFilter *filter)
{
  gboolean ipv4 = group->family == AF_INET;
  gsize address_size = ipv4 ? 4 : 16;
  guint n_sources;
  const McastAddress *sources = _mcast_source_filter_get_sources (filter, &n_sources);
  guint8 *record = report + REPORT_HEADER_SIZE;
  guint8 *end = record + 4 + address_size;

  memset (report, 0, MAX_REPORT_SIZE);
  n_sources = MIN (n_sources, (MAX_REPORT_SIZE - REPORT_HEADER_SIZE - 4) / address_size - 1);
  report[0] = ipv4 ? IGMP_V3_REPORT : MLD_V2_REPORT;
  report[7] = 1;
  record[0] = _mcast_source_filter_get_mode (filter) == MCAST_FILTER_MODE_INCLUDE ? MODE_IS_INCLUDE
                                                                                  : MODE_IS_EXCLUDE;
  record[2] = (guint8) (n_sources >> 8);
  record[3] = (guint8) n_sources;
  memcpy (record + 4, group->bytes, address_size);
  for (guint i = 0; i < n_sources; i++, end += address_size)
    memcpy (end, sources[i].bytes, address_size);
  return end - report;
}

/* Adds the Internet checksum (RFC 1071) to a message of IGMP; the kernel adds that of ICMPv6. */
static void
add_checksum (guint8 *report, gsize size)
{
  guint32 sum = 0;

  for (gsize i = 0; i < size; i += 2)
    sum += (guint32) report[i] << 8 | (i + 1 < size ? report[i + 1] : 0);
  sum = (sum & 0xffff) + (sum >> 16);
  sum += sum >> 16;
  report[2] = (guint8) (~sum >> 8);
  report[3] = (guint8) ~sum;
}

/* Reports carry the Router Alert option (RFC 2113, RFC 2711) and do not leave the link. */
static gboolean
prepare_ipv4 (int fd, guint index)
{
  static const guint8 router_alert[] = { 0x94, 0x04, 0x00, 0x00 };
  const struct ip_mreqn interface = { .imr_ifindex = (int) index };
  int hops = 1;
  int loop = 0;

  return setsockopt (fd, IPPROTO_IP, IP_OPTIONS, router_alert, sizeof router_alert) == 0
         && setsockopt (fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface) == 0
         && setsockopt (fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops) == 0
         && setsockopt (fd, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof loop) == 0;
}

static gboolean
prepare_ipv6 (int fd, guint index)
{
  static const guint8 router_alert[] = { 0, 0, 0x05, 0x02, 0, 0, 0x01, 0 };
  int interface = (int) index;
  int hops = 1;
  int loop = 0;

  return setsockopt (fd, IPPROTO_IPV6, IPV6_HOPOPTS, router_alert, sizeof router_alert) == 0
         && setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &interface, sizeof interface) == 0
         && setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops) == 0
         && setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &loop, sizeof loop) == 0;
}

/* Reports the membership to the switches and routers of the link again, in place of the kernel,
 * which sends nothing while another socket holds the group. Returns FALSE without CAP_NET_RAW. */
gboolean
_mcast_igmp_report (const McastAddress *group, guint index, McastSourceFilter *filter)
{
  gboolean ipv4 = group->family == AF_INET;
  int fd = socket (group->family, SOCK_RAW | SOCK_CLOEXEC, ipv4 ? IPPROTO_IGMP : IPPROTO_ICMPV6);
  guint version = find_version (group, index);
  McastAddress to = *group;
  struct sockaddr_storage destination;
  guint8 report[MAX_REPORT_SIZE];
  socklen_t length;
  gsize size;
  gboolean sent;

  if (fd < 0)
    return FALSE;
  /* Routers that support filters have a group of their own; the others receive all groups. */
  if (version == 3)
    _mcast_address_parse (ipv4 ? "224.0.0.22" : "ff02::16", &to);
  length = _mcast_address_to_sockaddr (&to, 0, ipv4 ? 0 : index, &destination);
  size = version == 3 ? write_report (report, group, filter)
                      : write_old_report (report, group, version);
  if (ipv4)
    add_checksum (report, size);
  sent = (ipv4 ? prepare_ipv4 (fd, index) : prepare_ipv6 (fd, index))
         && sendto (fd, report, size, MSG_DONTWAIT, (struct sockaddr *) &destination, length) >= 0;
  close (fd);
  return sent;
}
