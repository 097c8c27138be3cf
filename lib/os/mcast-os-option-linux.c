/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-option-private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include "mcast-log-private.h"
#include "os/mcast-os-error-private.h"

/* From linux/in.h and linux/in6.h, which cannot be included beside netinet/in.h. */
#ifndef IP_MULTICAST_ALL
#define IP_MULTICAST_ALL 49
#endif
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif
/* From linux/udp.h, which cannot be included beside netinet/udp.h. */
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

typedef struct
{
  int level;
  int name;
  const char *text;
} Option;

static const Option options[] = {
  [MCAST_OS_OPTION_UDP_GRO] = { IPPROTO_UDP, UDP_GRO, "UDP_GRO" },
  [MCAST_OS_OPTION_IP_MULTICAST_ALL] = { IPPROTO_IP, IP_MULTICAST_ALL, "IP_MULTICAST_ALL" },
  [MCAST_OS_OPTION_IPV6_MULTICAST_ALL] = { IPPROTO_IPV6, IPV6_MULTICAST_ALL, "IPV6_MULTICAST_ALL" },
  [MCAST_OS_OPTION_SO_RXQ_OVFL] = { SOL_SOCKET, SO_RXQ_OVFL, "SO_RXQ_OVFL" },
  [MCAST_OS_OPTION_SO_TIMESTAMPNS] = { SOL_SOCKET, SO_TIMESTAMPNS, "SO_TIMESTAMPNS" },
  [MCAST_OS_OPTION_SO_MEMINFO] = { SOL_SOCKET, SO_MEMINFO, "SO_MEMINFO" },
  [MCAST_OS_OPTION_SO_ATTACH_FILTER] = { SOL_SOCKET, SO_ATTACH_FILTER, "SO_ATTACH_FILTER" },
  [MCAST_OS_OPTION_IP_RECVTTL] = { IPPROTO_IP, IP_RECVTTL, "IP_RECVTTL" },
  [MCAST_OS_OPTION_IPV6_RECVHOPLIMIT] = { IPPROTO_IPV6, IPV6_RECVHOPLIMIT, "IPV6_RECVHOPLIMIT" },
  [MCAST_OS_OPTION_IP_RECVERR] = { IPPROTO_IP, IP_RECVERR, "IP_RECVERR" },
  [MCAST_OS_OPTION_IPV6_RECVERR] = { IPPROTO_IPV6, IPV6_RECVERR, "IPV6_RECVERR" },
};

/* What this process has found missing, a bit for each option. */
static guint missing;

/* Takes note that the kernel refused the option with the errno @code. */
void
_mcast_os_note_missing (McastOsOption option, int code)
{
  guint bit = 1u << option;

  if ((g_atomic_int_or (&missing, bit) & bit) == 0)
    MCAST_LOG (INFO, (.code = code), "the kernel does not support %s (%s); continuing without it",
               options[option].text, _mcast_os_error_name (code));
}

/* Sets an option that is of use where the kernel supports it. */
void
_mcast_os_set_optional (int fd, McastOsOption option, int value)
{
  if (setsockopt (fd, options[option].level, options[option].name, &value, sizeof value) < 0)
    _mcast_os_note_missing (option, errno);
}

/* Adds the names of the missing options to statistics, separated by blanks, if there are any. */
void
_mcast_os_add_missing (GVariantDict *dict)
{
  guint bits = g_atomic_int_or (&missing, 0);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if ((bits & 1u << i) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", options[i].text);
  if (text->len > 0)
    g_variant_dict_insert (dict, "missing-options", "s", text->str);
}

/* Adds the counter of the datagrams that the kernel dropped to statistics, or lists it as
 * unavailable. */
void
_mcast_os_insert_dropped (GVariantDict *dict, guint64 dropped)
{
  static const char *const unavailable[] = { "kernel-dropped", NULL };
  guint bits = g_atomic_int_or (&missing, 0);

  if ((bits & 1u << MCAST_OS_OPTION_SO_MEMINFO) == 0)
    g_variant_dict_insert (dict, "kernel-dropped", "t", dropped);
  else
    g_variant_dict_insert_value (dict, "unavailable", g_variant_new_strv (unavailable, -1));
}
