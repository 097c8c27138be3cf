/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "mcast-address-private.h"

#include <netinet/in.h>
#include <string.h>

static McastAddress
address_of (const char *text)
{
  McastAddress address;

  g_assert_true (_mcast_address_parse (text, &address));
  return address;
}

static void
assert_text (const McastAddress *address, const char *expected)
{
  g_autofree char *text = _mcast_address_to_string (address);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_parse_accepts (void)
{
  static const struct
  {
    const char *text;
    int family;
    const char *canonical;
  } cases[] = {
    { "0.0.0.0", AF_INET, "0.0.0.0" },
    { "233.252.0.1", AF_INET, "233.252.0.1" },
    { "255.255.255.255", AF_INET, "255.255.255.255" },
    { "::", AF_INET6, "::" },
    { "ff15::1", AF_INET6, "ff15::1" },
    { "FF15:0:0:0:0:0:0:1", AF_INET6, "ff15::1" },
    { "fe80::0001", AF_INET6, "fe80::1" },
    { "::ffff:192.0.2.1", AF_INET6, "::ffff:192.0.2.1" },
    { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", AF_INET6,
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      McastAddress address = address_of (cases[i].text);

      g_assert_cmpint (address.family, ==, cases[i].family);
      g_assert_cmpuint (address.scope_id, ==, 0);
      assert_text (&address, cases[i].canonical);
    }
}

static void
test_parse_refuses (void)
{
  static const char *const cases[] = {
    "",
    " ",
    "localhost",
    "239.1.2",
    "239.1.2.3.4",
    "239.1.2.256",
    "239.1.2.-1",
    "0239.1.2.3",
    "239.01.2.3",
    "0xef.1.2.3",
    "3993043203",
    "239.1.2.3 ",
    " 239.1.2.3",
    "239.1.2.3\n",
    "239.1.2.3:5004",
    "239.1.2.3/8",
    "239.1.2.3%1",
    "239..2.3",
    "fe80::1%lo",
    "fe80::1%1",
    "ff15:::1",
    "ff15::1::2",
    "[ff15::1]",
    "ff15::12345",
    "ff15::g",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "::ffff:192.0.2.256",
    "::ffff:192.0.02.1",
    ":",
    ":1",
    "\xd9\xa1.1.1.1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      McastAddress address = address_of ("ff15::1");

      g_test_message ("“%s”", cases[i]);
      g_assert_false (_mcast_address_parse (cases[i], &address));
      g_assert_cmpint (address.family, ==, AF_UNSPEC);
    }
}

static void
test_from_bytes (void)
{
  static const guint8 bytes[17] = { 233, 252, 0, 1 };
  McastAddress address;

  g_assert_true (_mcast_address_from_bytes (AF_INET, bytes, 4, &address));
  assert_text (&address, "233.252.0.1");
  g_assert_true (_mcast_address_from_bytes (AF_INET6, bytes, 16, &address));
  assert_text (&address, "e9fc:1::");

  for (gsize length = 0; length < sizeof bytes; length++)
    {
      gboolean is_ipv4 = _mcast_address_from_bytes (AF_INET, bytes, length, &address);
      gboolean is_ipv6 = _mcast_address_from_bytes (AF_INET6, bytes, length, &address);

      g_assert_true (is_ipv4 == (length == 4));
      g_assert_true (is_ipv6 == (length == 16));
      g_assert_false (_mcast_address_from_bytes (AF_UNIX, bytes, length, &address));
      g_assert_cmpint (address.family, ==, AF_UNSPEC);
    }
}

static void
test_none (void)
{
  McastAddress none = { 0 };
  struct sockaddr_storage storage;

  assert_text (&none, "none");
  g_assert_null (_mcast_address_to_gio (&none));
  g_assert_cmpuint (_mcast_address_to_sockaddr (&none, 5004, 0, &storage), ==, 0);
  g_assert_false (_mcast_address_is_any (&none));
  g_assert_false (_mcast_address_is_multicast (&none));
  g_assert_false (_mcast_address_is_link_local (&none));
  g_assert_false (_mcast_address_needs_scope (&none));
  g_assert_true (_mcast_address_equal (&none, &none));
}

static void
test_classes (void)
{
  static const struct
  {
    const char *text;
    gboolean any;
    gboolean multicast;
    gboolean link_local;
    gboolean needs_scope;
  } cases[] = {
    { "0.0.0.0", .any = TRUE },
    { "0.0.0.1" },
    { "223.255.255.255" },
    { "224.0.0.0", .multicast = TRUE },
    { "224.0.0.251", .multicast = TRUE },
    { "239.255.255.255", .multicast = TRUE },
    { "240.0.0.0" },
    { "255.255.255.255" },
    { "169.253.255.255" },
    { "169.254.0.0", .link_local = TRUE },
    { "169.254.255.255", .link_local = TRUE },
    { "169.255.0.0" },
    { "::", .any = TRUE },
    { "::1" },
    { "::ffff:239.1.2.3" },
    { "fe7f::1" },
    { "fe80::1", .link_local = TRUE },
    { "febf:ffff::1", .link_local = TRUE },
    { "fec0::1" },
    { "feff::1" },
    { "ff00::1", .multicast = TRUE },
    { "ff01::1", .multicast = TRUE, .needs_scope = TRUE },
    { "ff02::fb", .multicast = TRUE, .needs_scope = TRUE },
    { "ff11::1", .multicast = TRUE, .needs_scope = TRUE },
    { "ff32::8000:1", .multicast = TRUE, .needs_scope = TRUE },
    { "ff03::1", .multicast = TRUE },
    { "ff15::1", .multicast = TRUE },
    { "ff1e::1", .multicast = TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      McastAddress address = address_of (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_true (_mcast_address_is_any (&address) == cases[i].any);
      g_assert_true (_mcast_address_is_multicast (&address) == cases[i].multicast);
      g_assert_true (_mcast_address_is_link_local (&address) == cases[i].link_local);
      g_assert_true (_mcast_address_needs_scope (&address) == cases[i].needs_scope);
    }
}

static void
test_order (void)
{
  static const char *const sorted[] = {
    "0.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.1.0", "239.1.2.3", "::", "::1", "fe80::1", "ff15::1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (sorted); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sorted); j++)
      {
        McastAddress a = address_of (sorted[i]);
        McastAddress b = address_of (sorted[j]);
        int order = _mcast_address_compare (&a, &b);

        g_assert_true ((order < 0) == (i < j));
        g_assert_true ((order > 0) == (i > j));
        g_assert_true (_mcast_address_equal (&a, &b) == (i == j));
        if (i == j)
          g_assert_cmpuint (_mcast_address_hash (&a), ==, _mcast_address_hash (&b));
      }
}

static void
test_scope_counts (void)
{
  McastAddress a = address_of ("fe80::1");
  McastAddress b = a;

  b.scope_id = 7;
  assert_text (&b, "fe80::1%7");
  g_assert_false (_mcast_address_equal (&a, &b));
  g_assert_cmpint (_mcast_address_compare (&a, &b), <, 0);
  g_assert_cmpint (_mcast_address_compare (&b, &a), >, 0);
  g_assert_cmpuint (_mcast_address_hash (&a), !=, _mcast_address_hash (&b));
}

/* Bytes after the fourth are no part of an IPv4 address. */
static void
test_unused_bytes_ignored (void)
{
  McastAddress a = address_of ("10.0.0.1");
  McastAddress b = a;

  memset (b.bytes + 4, 0xaa, sizeof b.bytes - 4);
  g_assert_true (_mcast_address_equal (&a, &b));
  g_assert_cmpuint (_mcast_address_hash (&a), ==, _mcast_address_hash (&b));
}

static void
test_sockaddr_in (void)
{
  McastAddress address = address_of ("233.252.0.1");
  McastAddress back;
  struct sockaddr_storage storage;
  struct sockaddr_in in;
  guint16 port;
  socklen_t length = _mcast_address_to_sockaddr (&address, 5004, 3, &storage);

  g_assert_cmpuint (length, ==, sizeof in);
  memcpy (&in, &storage, sizeof in);
  g_assert_cmpint (in.sin_family, ==, AF_INET);
  g_assert_cmpuint (g_ntohs (in.sin_port), ==, 5004);
  g_assert_cmphex (g_ntohl (in.sin_addr.s_addr), ==, 0xe9fc0001);

  g_assert_true (_mcast_address_from_sockaddr ((struct sockaddr *) &storage, length, &back, &port));
  g_assert_true (_mcast_address_equal (&address, &back));
  g_assert_cmpuint (port, ==, 5004);
}

static void
test_sockaddr_in6 (void)
{
  McastAddress address = address_of ("ff12::5");
  McastAddress back;
  struct sockaddr_storage storage;
  struct sockaddr_in6 in6;
  guint16 port;
  socklen_t length = _mcast_address_to_sockaddr (&address, 65535, 3, &storage);

  g_assert_cmpuint (length, ==, sizeof in6);
  memcpy (&in6, &storage, sizeof in6);
  g_assert_cmpint (in6.sin6_family, ==, AF_INET6);
  g_assert_cmpuint (g_ntohs (in6.sin6_port), ==, 65535);
  g_assert_cmpuint (in6.sin6_scope_id, ==, 3);
  g_assert_cmpuint (in6.sin6_flowinfo, ==, 0);
  g_assert_cmpmem (&in6.sin6_addr, 16, address.bytes, 16);

  g_assert_true (_mcast_address_from_sockaddr ((struct sockaddr *) &storage, length, &back, &port));
  assert_text (&back, "ff12::5%3");
  g_assert_cmpuint (port, ==, 65535);

  /* The scope of the address itself, unless another one is given. */
  length = _mcast_address_to_sockaddr (&back, 1, 0, &storage);
  memcpy (&in6, &storage, length);
  g_assert_cmpuint (in6.sin6_scope_id, ==, 3);
  length = _mcast_address_to_sockaddr (&back, 1, 9, &storage);
  memcpy (&in6, &storage, length);
  g_assert_cmpuint (in6.sin6_scope_id, ==, 9);
}

/* The memory ends with the length, so that a sanitizer sees a read after it. */
static void
check_short_sockaddr (const char *text)
{
  McastAddress address = address_of (text);
  struct sockaddr_storage storage;
  gsize full = _mcast_address_to_sockaddr (&address, 5004, 0, &storage);

  for (gsize length = 0; length <= full; length++)
    {
      g_autofree guint8 *bytes = g_memdup2 (&storage, length);
      McastAddress back;
      guint16 port = 1;
      gboolean whole = _mcast_address_from_sockaddr ((gconstpointer) bytes, length, &back, &port);

      g_assert_true (whole == (length == full));
      g_assert_cmpint (back.family, ==, whole ? address.family : AF_UNSPEC);
      g_assert_cmpuint (port, ==, whole ? 5004 : 0);
    }
}

static void
test_sockaddr_lengths (void)
{
  struct sockaddr_storage storage = { .ss_family = AF_UNIX };
  McastAddress address;

  check_short_sockaddr ("233.252.0.1");
  check_short_sockaddr ("ff15::1");
  g_assert_false (
    _mcast_address_from_sockaddr ((struct sockaddr *) &storage, sizeof storage, &address, NULL));
  g_assert_cmpint (address.family, ==, AF_UNSPEC);
}

static void
test_sockaddr_unaligned (void)
{
  McastAddress address = address_of ("fe80::1");
  McastAddress back;
  struct sockaddr_storage storage;
  guint8 bytes[sizeof storage + 1];
  socklen_t length = _mcast_address_to_sockaddr (&address, 5004, 2, &storage);

  memcpy (bytes + 1, &storage, length);
  g_assert_true (_mcast_address_from_sockaddr ((gconstpointer) (bytes + 1), length, &back, NULL));
  assert_text (&back, "fe80::1%2");
}

static McastAddress
from_gio (GInetAddress *gio)
{
  McastAddress address;

  g_assert_true (_mcast_address_from_bytes (g_inet_address_get_family (gio),
                                            g_inet_address_to_bytes (gio),
                                            g_inet_address_get_native_size (gio), &address));
  return address;
}

static void
test_gio (void)
{
  static const char *const cases[] = { "233.252.0.1", "0.0.0.0", "ff15::1", "fe80::1" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      McastAddress address = address_of (cases[i]);
      g_autoptr (GInetAddress) gio = _mcast_address_to_gio (&address);
      g_autofree char *text = g_inet_address_to_string (gio);
      McastAddress back = from_gio (gio);

      g_assert_cmpstr (text, ==, cases[i]);
      g_assert_true (_mcast_address_equal (&address, &back));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/address/parse/accepts", test_parse_accepts);
  g_test_add_func ("/address/parse/refuses", test_parse_refuses);
  g_test_add_func ("/address/from-bytes", test_from_bytes);
  g_test_add_func ("/address/none", test_none);
  g_test_add_func ("/address/classes", test_classes);
  g_test_add_func ("/address/order", test_order);
  g_test_add_func ("/address/scope-counts", test_scope_counts);
  g_test_add_func ("/address/unused-bytes-ignored", test_unused_bytes_ignored);
  g_test_add_func ("/address/sockaddr/in", test_sockaddr_in);
  g_test_add_func ("/address/sockaddr/in6", test_sockaddr_in6);
  g_test_add_func ("/address/sockaddr/lengths", test_sockaddr_lengths);
  g_test_add_func ("/address/sockaddr/unaligned", test_sockaddr_unaligned);
  g_test_add_func ("/address/gio", test_gio);

  return g_test_run ();
}
