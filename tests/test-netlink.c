/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "os/mcast-netlink-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "os/mcast-netlink-client-private.h"

/* --- Messages ---------------------------------------------------------------------------- */

typedef union
{
  struct nlmsghdr header;
  guint8 bytes[1024];
} Buffer;

static struct nlmsghdr *
begin (Buffer *buffer, guint16 type)
{
  struct nlmsghdr *header = mnl_nlmsg_put_header (buffer);

  header->nlmsg_type = type;
  return header;
}

static void
put_link (Buffer *buffer, guint16 type, const struct ifinfomsg *info, const char *name)
{
  struct nlmsghdr *header = begin (buffer, type);

  memcpy (mnl_nlmsg_put_extra_header (header, sizeof *info), info, sizeof *info);
  if (name != NULL)
    mnl_attr_put_strz (header, IFLA_IFNAME, name);
}

static void
put_address (struct nlmsghdr *header, guint16 attribute, const char *text)
{
  McastAddress address;

  g_assert_true (_mcast_address_parse (text, &address));
  mnl_attr_put (header, attribute, address.family == AF_INET ? 4 : 16, address.bytes);
}

/* --- What was understood ----------------------------------------------------------------- */

static void
on_begin (gpointer user_data)
{
  g_string_assign (user_data, "");
}

static void
on_link (const McastNetlinkLink *link, gpointer user_data)
{
  g_string_append_printf (user_data, "[%s%u %s %u %x", link->removed ? "-" : "", link->index,
                          link->name, link->mtu, link->flags);
  for (gsize i = 0; i < link->hardware_address_length; i++)
    g_string_append_printf (user_data, "%c%02x", i == 0 ? ' ' : ':', link->hardware_address[i]);
  g_string_append_c (user_data, ']');
}

static void
on_address (const McastNetlinkAddress *address, gpointer user_data)
{
  g_autofree char *text = _mcast_address_to_string (&address->address);

  g_string_append_printf (user_data, "[%s%u %s/%u%s]", address->removed ? "-" : "", address->index,
                          text, address->prefix_length, address->tentative ? "?" : "");
}

static void
on_route (gpointer user_data)
{
  g_string_append (user_data, "[route]");
}

static const McastNetlinkHandler handler = { on_begin, on_link, on_address, on_route };

static char *
parse (gconstpointer data, gsize length)
{
  GString *text = g_string_new (NULL);

  _mcast_netlink_parse (data, length, &handler, text);
  return g_string_free (text, FALSE);
}

static void
assert_parsed (const Buffer *buffer, const char *expected)
{
  g_autofree char *text = parse (buffer, buffer->header.nlmsg_len);

  g_assert_cmpstr (text, ==, expected);
}

/* --- Links ------------------------------------------------------------------------------- */

static void
test_link (void)
{
  static const guint8 hardware_address[] = { 2, 0, 0, 0, 0xab, 1 };
  const struct ifinfomsg info = { .ifi_index = 7, .ifi_flags = IFF_UP | IFF_MULTICAST | IFF_DEBUG };
  Buffer buffer;

  put_link (&buffer, RTM_NEWLINK, &info, "eth0");
  mnl_attr_put_u32 (&buffer.header, IFLA_MTU, 1400);
  mnl_attr_put (&buffer.header, IFLA_ADDRESS, sizeof hardware_address, hardware_address);
  mnl_attr_put_u32 (&buffer.header, IFLA_MAX + 100, 1);
  assert_parsed (&buffer, "[7 eth0 1400 9 02:00:00:00:ab:01]");
}

static void
test_link_flags (void)
{
  static const struct
  {
    unsigned native;
    McastLinkFlags flags;
  } cases[] = {
    { 0, 0 },
    { IFF_UP, MCAST_LINK_UP },
    { IFF_RUNNING, MCAST_LINK_RUNNING },
    { IFF_LOOPBACK, MCAST_LINK_LOOPBACK },
    { IFF_MULTICAST, MCAST_LINK_MULTICAST },
    { IFF_POINTOPOINT, MCAST_LINK_POINT_TO_POINT },
    { IFF_NOARP | IFF_PROMISC | IFF_ALLMULTI, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const struct ifinfomsg info = { .ifi_index = 1, .ifi_flags = cases[i].native };
      g_autofree char *expected = g_strdup_printf ("[1 a 0 %x]", cases[i].flags);
      Buffer buffer;

      put_link (&buffer, RTM_NEWLINK, &info, "a");
      assert_parsed (&buffer, expected);
    }
}

static void
on_partial_link (const McastNetlinkLink *link, gpointer user_data)
{
  *(gboolean *) user_data = link->partial;
}

/* Without an MTU a message carries only what changed, or what a program asked for. */
static void
test_link_partial (void)
{
  static const McastNetlinkHandler partial_handler = { .link = on_partial_link };
  const struct ifinfomsg info = { .ifi_index = 7, .ifi_flags = IFF_UP };
  gboolean partial = FALSE;
  Buffer buffer;

  put_link (&buffer, RTM_NEWLINK, &info, "wlan0");
  _mcast_netlink_parse (&buffer, buffer.header.nlmsg_len, &partial_handler, &partial);
  g_assert_true (partial);
  mnl_attr_put_u32 (&buffer.header, IFLA_MTU, 1500);
  _mcast_netlink_parse (&buffer, buffer.header.nlmsg_len, &partial_handler, &partial);
  g_assert_false (partial);
}

static void
on_relations (const McastNetlinkLink *link, gpointer user_data)
{
  g_autofree char *names = g_strjoinv (" ", (GStrv) link->alt_names);

  g_string_append_printf (user_data, "%s of %u (%s), also %s", link->kind, link->master,
                          link->master_kind, names);
}

static void
test_link_relations (void)
{
  static const McastNetlinkHandler relations_handler = { .link = on_relations };
  const struct ifinfomsg info = { .ifi_index = 7, .ifi_flags = IFF_UP };
  g_autoptr (GString) text = g_string_new (NULL);
  struct nlattr *nest;
  Buffer buffer;

  put_link (&buffer, RTM_NEWLINK, &info, "veth1");
  mnl_attr_put_u32 (&buffer.header, IFLA_MASTER, 3);
  nest = mnl_attr_nest_start (&buffer.header, IFLA_LINKINFO);
  mnl_attr_put_strz (&buffer.header, IFLA_INFO_KIND, "veth");
  mnl_attr_put_strz (&buffer.header, IFLA_INFO_SLAVE_KIND, "bridge");
  mnl_attr_nest_end (&buffer.header, nest);
  nest = mnl_attr_nest_start (&buffer.header, IFLA_PROP_LIST);
  mnl_attr_put_strz (&buffer.header, IFLA_ALT_IFNAME, "enp3s0");
  mnl_attr_put_strz (&buffer.header, IFLA_ALT_IFNAME, "enx00112233445566long");
  mnl_attr_nest_end (&buffer.header, nest);
  _mcast_netlink_parse (&buffer, buffer.header.nlmsg_len, &relations_handler, text);
  g_assert_cmpstr (text->str, ==, "veth of 3 (bridge), also enp3s0 enx00112233445566long");
}

/* A port that leaves a bridge is a removed link of family AF_BRIDGE: the interface stays. */
static void
test_link_ignored (void)
{
  static const struct
  {
    struct ifinfomsg info;
    const char *name;
  } cases[] = {
    { { .ifi_family = AF_BRIDGE, .ifi_index = 7 }, "eth0" },
    { { .ifi_index = 0 }, "eth0" },
    { { .ifi_index = -1 }, "eth0" },
    { { .ifi_index = 7 }, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Buffer buffer;

      put_link (&buffer, RTM_DELLINK, &cases[i].info, cases[i].name);
      assert_parsed (&buffer, "");
    }
}

/* --- Addresses --------------------------------------------------------------------------- */

static void
test_addresses (void)
{
  static const struct
  {
    guint16 type;
    struct ifaddrmsg info;
    const char *local;
    const char *address;
    guint32 flags;
    const char *expected;
  } cases[] = {
    { RTM_NEWADDR, { AF_INET, 24, 0, 0, 3 }, "192.0.2.1", "192.0.2.1", 0, "[3 192.0.2.1/24]" },
    { RTM_DELADDR, { AF_INET, 24, 0, 0, 3 }, "192.0.2.1", NULL, 0, "[-3 192.0.2.1/24]" },
    /* The other end of a point-to-point link. */
    { RTM_NEWADDR, { AF_INET, 32, 0, 0, 3 }, "192.0.2.1", "192.0.2.2", 0, "[3 192.0.2.1/32]" },
    { RTM_NEWADDR, { AF_INET6, 64, 0, 0, 3 }, NULL, "fe80::1", 0, "[3 fe80::1/64]" },
    { RTM_NEWADDR, { AF_INET6, 64, 0, 0, 3 }, NULL, "fe80::1", IFA_F_TENTATIVE, "[3 fe80::1/64?]" },
    { RTM_NEWADDR, { AF_INET6, 64, 0, 0, 3 }, NULL, "fe80::1", IFA_F_DADFAILED, "[3 fe80::1/64?]" },
    { RTM_NEWADDR,
      { AF_INET6, 64, 0, 0, 3 },
      NULL,
      "fe80::1",
      IFA_F_TENTATIVE | IFA_F_OPTIMISTIC,
      "[3 fe80::1/64]" },
    /* Without the attribute the flags are in the header. */
    { RTM_NEWADDR, { AF_INET6, 64, IFA_F_TENTATIVE, 0, 3 }, NULL, "fe80::1", 0, "[3 fe80::1/64?]" },
    { RTM_NEWADDR, { AF_INET6, 64, 0, 0, 3 }, NULL, "192.0.2.1", 0, "" },
    { RTM_NEWADDR, { AF_INET, 24, 0, 0, 3 }, NULL, NULL, 0, "" },
    { RTM_NEWADDR, { AF_UNIX, 24, 0, 0, 3 }, "192.0.2.1", NULL, 0, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Buffer buffer;
      struct nlmsghdr *header = begin (&buffer, cases[i].type);

      memcpy (mnl_nlmsg_put_extra_header (header, sizeof cases[i].info), &cases[i].info,
              sizeof cases[i].info);
      if (cases[i].local != NULL)
        put_address (header, IFA_LOCAL, cases[i].local);
      if (cases[i].address != NULL)
        put_address (header, IFA_ADDRESS, cases[i].address);
      if (cases[i].flags != 0)
        mnl_attr_put_u32 (header, IFA_FLAGS, cases[i].flags);
      assert_parsed (&buffer, cases[i].expected);
    }
}

/* --- Routes ------------------------------------------------------------------------------ */

/* Of a full routing table only the routes that multicast can take count. */
static void
test_routes (void)
{
  static const struct
  {
    struct rtmsg info;
    const char *destination;
    const char *expected;
  } cases[] = {
    { { .rtm_family = AF_INET }, NULL, "[route]" },
    { { .rtm_family = AF_INET6 }, NULL, "[route]" },
    { { .rtm_family = AF_INET, .rtm_dst_len = 4 }, "224.0.0.0", "[route]" },
    { { .rtm_family = AF_INET6, .rtm_dst_len = 8 }, "ff00::", "[route]" },
    { { .rtm_family = AF_INET, .rtm_dst_len = 24 }, "192.0.2.0", "" },
    { { .rtm_family = AF_INET6, .rtm_dst_len = 64 }, "2001:db8::", "" },
    { { .rtm_family = AF_INET, .rtm_dst_len = 4 }, NULL, "" },
    { { .rtm_family = AF_BRIDGE }, NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Buffer buffer;
      struct nlmsghdr *header = begin (&buffer, RTM_NEWROUTE);

      memcpy (mnl_nlmsg_put_extra_header (header, sizeof cases[i].info), &cases[i].info,
              sizeof cases[i].info);
      if (cases[i].destination != NULL)
        put_address (header, RTA_DST, cases[i].destination);
      assert_parsed (&buffer, cases[i].expected);
      header->nlmsg_type = RTM_DELROUTE;
      assert_parsed (&buffer, cases[i].expected);
    }
}

/* A rule can send multicast another way. */
static void
test_rules (void)
{
  Buffer buffer;

  begin (&buffer, RTM_NEWRULE);
  assert_parsed (&buffer, "[route]");
  begin (&buffer, RTM_DELRULE);
  assert_parsed (&buffer, "[route]");
}

/* --- Lengths ----------------------------------------------------------------------------- */

static void
test_several (void)
{
  const struct ifinfomsg info = { .ifi_index = 1 };
  Buffer buffers[3];
  guint8 bytes[sizeof buffers];
  gsize length = 0;
  g_autofree char *text = NULL;

  put_link (&buffers[0], RTM_NEWLINK, &info, "a");
  begin (&buffers[1], NLMSG_NOOP);
  put_link (&buffers[2], RTM_DELLINK, &info, "name-of-15-char");
  for (guint i = 0; i < G_N_ELEMENTS (buffers); i++)
    {
      memcpy (bytes + length, &buffers[i], buffers[i].header.nlmsg_len);
      length += buffers[i].header.nlmsg_len;
    }
  text = parse (bytes, length);
  g_assert_cmpstr (text, ==, "[1 a 0 0][-1 name-of-15-char 0 0]");
}

/* Cut anywhere, a message says less or nothing. The copy has no byte too many, for a sanitizer to
 * see what is read. */
static void
test_cut (void)
{
  const struct ifinfomsg info = { .ifi_index = 1 };
  Buffer buffer;

  put_link (&buffer, RTM_NEWLINK, &info, "name");
  mnl_attr_put_u32 (&buffer.header, IFLA_MTU, 1500);
  for (guint length = 0; length < buffer.header.nlmsg_len; length++)
    {
      g_autofree Buffer *copy = g_memdup2 (&buffer, length);
      g_autofree char *text = parse (copy, length);

      g_assert_cmpstr (text, ==, "");
      if (length < sizeof (struct nlmsghdr))
        continue;
      copy->header.nlmsg_len = length;
      g_free (text);
      text = parse (copy, length);
      g_assert_null (strstr (text, "1500"));
    }
}

/* A message ends where it says, or the data does: the bytes after that are not its own, although
 * libmnl rounds a length up to the next multiple of four. */
static void
test_odd_length (void)
{
  const struct ifinfomsg info = { .ifi_index = 1 };

  for (guint missing = 1; missing <= 3; missing++)
    {
      Buffer buffer;
      g_autofree char *text = NULL;

      /* With its terminating zero the name ends with the message. */
      put_link (&buffer, RTM_NEWLINK, &info, "odd-len");
      buffer.header.nlmsg_len -= missing;
      text = parse (&buffer, buffer.header.nlmsg_len);
      g_assert_cmpstr (text, ==, "");
    }
}

static void
test_lying_lengths (void)
{
  static const guint32 lengths[] = { 0,    1,          15,         16,         17,        64,
                                     1024, 0x7fffffff, 0x80000000, 0xfffffffd, 0xffffffff };
  const struct ifinfomsg info = { .ifi_index = 1 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      Buffer buffer;
      g_autofree char *text = NULL;
      gsize length;

      put_link (&buffer, RTM_NEWLINK, &info, "name");
      length = buffer.header.nlmsg_len;
      buffer.header.nlmsg_len = lengths[i];
      text = parse (&buffer, length);
      g_assert_cmpstr (text, ==, "");
    }
}

/* --- Dumps ------------------------------------------------------------------------------- */

/* How often the kernel's table of links and that of addresses change while they are read. */
static guint n_changes_of_links;
static guint n_changes_of_addresses;
static int failure;

int __wrap__mcast_netlink_client_ask (McastNetlinkClient *self, struct nlmsghdr *request,
                                      McastNetlinkFunc func, gpointer user_data);

/* Each answer has another link or address. */
int
__wrap__mcast_netlink_client_ask (McastNetlinkClient *self, struct nlmsghdr *request,
                                  McastNetlinkFunc func, gpointer user_data)
{
  gboolean asks_for_links = request->nlmsg_type == RTM_GETLINK;
  guint *n_changes = asks_for_links ? &n_changes_of_links : &n_changes_of_addresses;
  const struct ifinfomsg link = { .ifi_index = 1 + (int) *n_changes };
  const struct ifaddrmsg info = { AF_INET, 24, 0, 0, 1 + *n_changes };
  Buffer buffer;
  struct nlmsghdr *header;

  if (asks_for_links)
    put_link (&buffer, RTM_NEWLINK, &link, "a");
  else
    {
      header = begin (&buffer, RTM_NEWADDR);
      memcpy (mnl_nlmsg_put_extra_header (header, sizeof info), &info, sizeof info);
      put_address (header, IFA_LOCAL, "192.0.2.1");
    }
  func (&buffer.header, user_data);
  if (*n_changes == 0)
    return failure;
  --*n_changes;
  return EINTR;
}

/* What was read before the table changed may be gone. */
static void
test_dump (void)
{
  static const guint cases[][2] = { { 0, 0 }, { 2, 0 }, { 0, 2 }, { 1, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new ("what was there before");
      g_autoptr (GError) error = NULL;

      n_changes_of_links = cases[i][0];
      n_changes_of_addresses = cases[i][1];
      failure = 0;
      g_assert_true (_mcast_netlink_dump (&handler, text, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (text->str, ==, "[1 a 0 0][1 192.0.2.1/24]");
    }
}

static void
test_dump_fails (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  failure = ENOBUFS;
  g_assert_false (_mcast_netlink_dump (&handler, text, &error));
  g_assert_error (error, G_IO_ERROR, (int) g_io_error_from_errno (ENOBUFS));
  g_clear_error (&error);
  n_changes_of_links = 1000000;
  g_assert_false (_mcast_netlink_dump (&handler, text, &error));
  g_assert_nonnull (error);
}

/* --- Discarding -------------------------------------------------------------------------- */

ssize_t __real_recv (int fd, void *buffer, size_t size, int flags);
ssize_t __wrap_recv (int fd, void *buffer, size_t size, int flags);

/* The kernel loses events faster than they are read. */
static gboolean endless_overrun;

ssize_t
__wrap_recv (int fd, void *buffer, size_t size, int flags)
{
  if (!endless_overrun)
    return __real_recv (fd, buffer, size, flags);
  errno = ENOBUFS;
  return -1;
}

static void
test_discard_endless (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastNetlink) netlink = _mcast_netlink_new (&error);

  g_assert_no_error (error);
  endless_overrun = TRUE;
  g_assert_false (_mcast_netlink_discard (netlink, &error));
  g_assert_error (error, G_IO_ERROR, (int) g_io_error_from_errno (ENOBUFS));
  g_clear_error (&error);
  endless_overrun = FALSE;
  g_assert_true (_mcast_netlink_discard (netlink, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/netlink/link", test_link);
  g_test_add_func ("/netlink/link/flags", test_link_flags);
  g_test_add_func ("/netlink/link/partial", test_link_partial);
  g_test_add_func ("/netlink/link/relations", test_link_relations);
  g_test_add_func ("/netlink/link/ignored", test_link_ignored);
  g_test_add_func ("/netlink/addresses", test_addresses);
  g_test_add_func ("/netlink/routes", test_routes);
  g_test_add_func ("/netlink/rules", test_rules);
  g_test_add_func ("/netlink/several", test_several);
  g_test_add_func ("/netlink/dump", test_dump);
  g_test_add_func ("/netlink/dump/fails", test_dump_fails);
  g_test_add_func ("/netlink/discard/endless", test_discard_endless);
  g_test_add_func ("/netlink/length/cut", test_cut);
  g_test_add_func ("/netlink/length/odd", test_odd_length);
  g_test_add_func ("/netlink/length/lying", test_lying_lengths);

  return g_test_run ();
}
