/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <mcast.h>
#include <string.h>

/* One letter more than the kernel allows in an alternative name. */
#define SIXTEEN "sixteen-letters-"
#define TOO_LONG_NAME SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN

typedef struct
{
  const char *text;
  const char *address;
  guint port;
  const char *iface;
  McastFilterMode mode;
  const char *sources;   /* joined by "+" */
  const char *canonical; /* NULL: as written */
} Good;

static const Good good[] = {
  { "239.1.2.3", "239.1.2.3", 0, NULL, MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "224.0.0.0", "224.0.0.0", 0, NULL, MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "239.255.255.255", "239.255.255.255", 0, NULL, MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "239.1.2.3:5004", "239.1.2.3", 5004, NULL, MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "239.1.2.3:1", "239.1.2.3", 1, NULL, MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "239.1.2.3:65535", "239.1.2.3", 65535, NULL, MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "239.1.2.3:05004", "239.1.2.3", 5004, NULL, MCAST_FILTER_MODE_EXCLUDE, "", "239.1.2.3:5004" },
  { "239.1.2.3%eth0", "239.1.2.3", 0, "eth0", MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "239.1.2.3%eth0:5004", "239.1.2.3", 5004, "eth0", MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "239.1.2.3%*", "239.1.2.3", 0, "*", MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "239.1.2.3%7", "239.1.2.3", 0, "7", MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "239.1.2.3%10.0.0.1:9", "239.1.2.3", 9, "10.0.0.1", MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "239.1.2.3%fe80::1", "239.1.2.3", 0, "fe80::1", MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "[239.1.2.3%fe80::1]:9", "239.1.2.3", 9, "fe80::1", MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "[239.1.2.3]:5004", "239.1.2.3", 5004, NULL, MCAST_FILTER_MODE_EXCLUDE, "", "239.1.2.3:5004" },
  { "10.0.0.1@232.1.2.3:5004", "232.1.2.3", 5004, NULL, MCAST_FILTER_MODE_INCLUDE, "10.0.0.1",
    NULL },
  { "10.0.0.2+10.0.0.1+10.0.0.2@232.1.2.3", "232.1.2.3", 0, NULL, MCAST_FILTER_MODE_INCLUDE,
    "10.0.0.1+10.0.0.2", "10.0.0.1+10.0.0.2@232.1.2.3" },
  { "!10.0.0.9@239.1.2.3", "239.1.2.3", 0, NULL, MCAST_FILTER_MODE_EXCLUDE, "10.0.0.9", NULL },
  { "!10.0.0.9+10.0.0.8@239.1.2.3%v0:7", "239.1.2.3", 7, "v0", MCAST_FILTER_MODE_EXCLUDE,
    "10.0.0.8+10.0.0.9", "!10.0.0.8+10.0.0.9@239.1.2.3%v0:7" },
  { "ff12::5", "ff12::5", 0, NULL, MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "[ff12::5]", "ff12::5", 0, NULL, MCAST_FILTER_MODE_EXCLUDE, "", "ff12::5" },
  { "[ff12::5]:5004", "ff12::5", 5004, NULL, MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "ff12::5%eth0", "ff12::5", 0, "eth0", MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "[ff12::5%eth0]:5004", "ff12::5", 5004, "eth0", MCAST_FILTER_MODE_EXCLUDE, "", NULL },
  { "[ff12::5%fe80::1%eth0]:5004", "ff12::5", 5004, "fe80::1%eth0", MCAST_FILTER_MODE_EXCLUDE, "",
    NULL },
  { "FF3E:0:0:0::ABCD", "ff3e::abcd", 0, NULL, MCAST_FILTER_MODE_EXCLUDE, "", "ff3e::abcd" },
  { "2001:db8::1@ff3e::8000:1", "ff3e::8000:1", 0, NULL, MCAST_FILTER_MODE_INCLUDE, "2001:db8::1",
    NULL },
  { "[2001:db8::1]@[ff3e::8000:1]:9", "ff3e::8000:1", 9, NULL, MCAST_FILTER_MODE_INCLUDE,
    "2001:db8::1", "2001:db8::1@[ff3e::8000:1]:9" },
  { "!fe80::1+fe80::2@ff12::5", "ff12::5", 0, NULL, MCAST_FILTER_MODE_EXCLUDE, "fe80::1+fe80::2",
    NULL },
  { "fe80::1%eth0@ff32::7", "ff32::7", 0, "eth0", MCAST_FILTER_MODE_INCLUDE, "fe80::1",
    "fe80::1@ff32::7%eth0" },
  { "[fe80::1%2]+fe80::2@[ff32::7]:9", "ff32::7", 9, "2", MCAST_FILTER_MODE_INCLUDE,
    "fe80::1+fe80::2", "fe80::1+fe80::2@[ff32::7%2]:9" },
  { "!fe80::1%eth0+fe80::2%eth0@ff12::5%eth0", "ff12::5", 0, "eth0", MCAST_FILTER_MODE_EXCLUDE,
    "fe80::1+fe80::2", "!fe80::1+fe80::2@ff12::5%eth0" },
};

static char *
join_sources (McastGroup *group)
{
  GPtrArray *sources = mcast_group_get_sources (group);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < sources->len; i++)
    {
      g_autofree char *source = g_inet_address_to_string (sources->pdata[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? "+" : "", source);
    }
  return g_string_free (text, FALSE);
}

static void
assert_group_is (McastGroup *group, const Good *expected)
{
  g_autofree char *address = g_inet_address_to_string (mcast_group_get_address (group));
  g_autofree char *sources = join_sources (group);

  g_assert_cmpstr (address, ==, expected->address);
  g_assert_cmpuint (mcast_group_get_port (group), ==, expected->port);
  g_assert_cmpstr (mcast_group_get_interface (group), ==, expected->iface);
  g_assert_cmpint (mcast_group_get_filter_mode (group), ==, expected->mode);
  g_assert_cmpstr (sources, ==, expected->sources);
  g_assert_cmpint (mcast_group_get_family (group), ==,
                   strchr (expected->address, ':') != NULL ? G_SOCKET_FAMILY_IPV6
                                                           : G_SOCKET_FAMILY_IPV4);
}

static void
test_parse_good (gconstpointer data)
{
  const Good *expected = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (McastGroup) group = mcast_group_parse (expected->text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (group);
  assert_group_is (group, expected);
}

/* What is written is read back as the same group. */
static void
test_round_trip (gconstpointer data)
{
  const Good *expected = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (McastGroup) group = mcast_group_parse (expected->text, NULL);
  g_autofree char *text = mcast_group_to_string (group);
  g_autoptr (McastGroup) again = mcast_group_parse (text, &error);

  g_assert_no_error (error);
  g_assert_true (mcast_group_equal (group, again));
  assert_group_is (again, expected);
  g_assert_cmpstr (text, ==, expected->canonical != NULL ? expected->canonical : expected->text);
}

typedef struct
{
  const char *text;
  gboolean is_mcast_error;
  int code;
} Bad;

#define INVALID FALSE, G_IO_ERROR_INVALID_ARGUMENT
#define NOT_MULTICAST TRUE, MCAST_ERROR_NOT_MULTICAST
#define MISMATCH TRUE, MCAST_ERROR_FAMILY_MISMATCH

static const Bad bad[] = {
  { "", INVALID },
  { " ", INVALID },
  { "x", INVALID },
  { "example.com", INVALID },
  { "239.1.2", INVALID },
  { "239.1.2.3.4", INVALID },
  { "239.1.2.256", INVALID },
  { "239.1.2.03", INVALID },
  { " 239.1.2.3", INVALID },
  { "239.1.2.3 ", INVALID },
  { "239.1.2.3\n", INVALID },
  { "0xef010203", INVALID },
  { "4009755139", INVALID },
  { "10.0.0.1", NOT_MULTICAST },
  { "223.255.255.255", NOT_MULTICAST },
  { "240.0.0.1", NOT_MULTICAST },
  { "255.255.255.255", NOT_MULTICAST },
  { "0.0.0.0", NOT_MULTICAST },
  { "::", NOT_MULTICAST },
  { "fe80::1", NOT_MULTICAST },
  { "::ffff:239.1.2.3", NOT_MULTICAST },
  { "ff00::1", NOT_MULTICAST },
  { "ff10::1", NOT_MULTICAST },
  { "239.1.2.3:", INVALID },
  { "239.1.2.3:0", INVALID },
  { "239.1.2.3:65536", INVALID },
  { "239.1.2.3:-1", INVALID },
  { "239.1.2.3:+5", INVALID },
  { "239.1.2.3: 5", INVALID },
  { "239.1.2.3:5x", INVALID },
  { "239.1.2.3:99999999999999999999", INVALID },
  { ":5004", INVALID },
  { "ff12::5]:5004", INVALID },
  { "[ff12::5:5004", INVALID },
  { "[ff12::5]5004", INVALID },
  { "[ff12::5]:", INVALID },
  { "[ff12::5]:0", INVALID },
  { "[]:5004", INVALID },
  { "[[ff12::5]]:5004", INVALID },
  { "ff12:::5", INVALID },
  { "239.1.2.3%", INVALID },
  { "239.1.2.3%eth0/1", INVALID },
  { "239.1.2.3%a name", INVALID },
  { "239.1.2.3%" TOO_LONG_NAME, INVALID },
  { "239.1.2.3%..", INVALID },
  { "239.1.2.3%eth0%eth1", INVALID },
  { "[ff12::5%]:5004", INVALID },
  { "@239.1.2.3", INVALID },
  { "+@239.1.2.3", INVALID },
  { "10.0.0.1+@239.1.2.3", INVALID },
  { "+10.0.0.1@239.1.2.3", INVALID },
  { "10.0.0.1,10.0.0.2@239.1.2.3", INVALID },
  { "10.0.0.1@", INVALID },
  { "!", INVALID },
  { "!239.1.2.3", INVALID },
  { "!@239.1.2.3", INVALID },
  { "!!10.0.0.1@239.1.2.3", INVALID },
  { "10.0.0.1@10.0.0.2@239.1.2.3", INVALID },
  { "239.1.1.1@239.1.2.3", INVALID },
  { "0.0.0.0@239.1.2.3", INVALID },
  { "::@ff15::1", INVALID },
  { "ff15::2@ff15::1", INVALID },
  { "host@239.1.2.3", INVALID },
  { "10.0.0.1:80@239.1.2.3", INVALID },
  { "fe80::1%eth1@ff15::1%eth0", INVALID },
  { "fe80::1%eth0+fe80::2%eth1@ff15::1", INVALID },
  { "fe80::1%eth0@ff15::1%*", INVALID },
  { "fe80::1%@ff15::1", INVALID },
  { "fe80::1%a name@ff15::1", INVALID },
  { "2001:db8::1%eth0@ff15::1", INVALID },
  { "10.0.0.1%eth0@239.1.2.3", INVALID },
  { "10.0.0.1@ff15::1", MISMATCH },
  { "fe80::1@239.1.2.3", MISMATCH },
  { "10.0.0.1+fe80::1@239.1.2.3", MISMATCH },
  { "udp://239.1.2.3:5004", INVALID },
  { "239.1.2.3/24", INVALID },
};

/* Every error names what was written. */
static void
test_parse_bad (gconstpointer data)
{
  const Bad *expected = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (McastGroup) group = mcast_group_parse (expected->text, &error);
  GQuark domain = expected->is_mcast_error ? MCAST_ERROR : G_IO_ERROR;

  g_assert_null (group);
  g_assert_error (error, domain, expected->code);
  g_assert_nonnull (strstr (error->message, expected->text));
}

static void
test_equal (void)
{
  static const char *const different[] = { "239.1.2.3",
                                           "239.1.2.4",
                                           "239.1.2.3:1",
                                           "239.1.2.3:2",
                                           "239.1.2.3%v0",
                                           "239.1.2.3%v1",
                                           "10.0.0.1@239.1.2.3",
                                           "10.0.0.2@239.1.2.3",
                                           "10.0.0.1+10.0.0.2@239.1.2.3",
                                           "!10.0.0.1@239.1.2.3",
                                           "ff15::1",
                                           "[ff15::1]:1" };

  for (guint i = 0; i < G_N_ELEMENTS (different); i++)
    for (guint j = 0; j < G_N_ELEMENTS (different); j++)
      {
        g_autoptr (McastGroup) a = mcast_group_parse (different[i], NULL);
        g_autoptr (McastGroup) b = mcast_group_parse (different[j], NULL);

        g_assert_cmpint (mcast_group_equal (a, b), ==, i == j);
      }
}

static void
test_reference (void)
{
  McastGroup *group = mcast_group_parse ("239.1.2.3", NULL);
  McastGroup *copy = g_boxed_copy (MCAST_TYPE_GROUP, group);

  g_assert_true (copy == group);
  mcast_group_unref (group);
  g_assert_cmpuint (mcast_group_get_port (copy), ==, 0);
  g_boxed_free (MCAST_TYPE_GROUP, copy);
}

/* Whatever is written, it is a group that can be written again, or an error that names it. */
static void
test_random (void)
{
  static const char alphabet[] = "0123459fF:.%@!+[]* evabcx-";

  for (guint i = 0; i < 200000; i++)
    {
      char text[40] = "";
      gint length = g_test_rand_int_range (0, sizeof text);
      g_autoptr (GError) error = NULL;
      g_autoptr (McastGroup) group = NULL;

      for (gint j = 0; j < length; j++)
        text[j] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      text[length] = '\0';
      if (g_test_rand_bit ())
        memcpy (text, "239.1.2.3", MIN (length, 9));
      group = mcast_group_parse (text, &error);
      if (group == NULL)
        g_assert_nonnull (strstr (error->message, text));
      else
        {
          g_autofree char *canonical = mcast_group_to_string (group);
          g_autoptr (McastGroup) again = mcast_group_parse (canonical, NULL);

          g_assert_nonnull (again);
          g_assert_true (mcast_group_equal (group, again));
        }
    }
}

static void
add_case (const char *prefix, const char *text, gconstpointer data, GTestDataFunc func)
{
  g_autofree char *name = g_uri_escape_string (*text != '\0' ? text : "(empty)", NULL, FALSE);
  g_autofree char *path = g_strconcat (prefix, name, NULL);

  g_test_add_data_func (path, data, func);
}

static McastGroup *
new_group (const char *address, guint port, const char *iface, const char *source,
           McastFilterMode mode, GError **error)
{
  g_autoptr (GInetAddress) gio_address = g_inet_address_new_from_string (address);
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_object_unref);

  if (source != NULL)
    g_ptr_array_add (sources, g_inet_address_new_from_string (source));
  return mcast_group_new (gio_address, port, iface, sources, mode, error);
}

static void
test_new (void)
{
  static const struct
  {
    const char *address;
    guint port;
    const char *iface;
    const char *source;
    McastFilterMode mode;
    const char *text;
  } rows[] = {
    { "239.1.2.3", 0, NULL, NULL, MCAST_FILTER_MODE_EXCLUDE, "239.1.2.3" },
    { "232.1.2.3", 5004, "eth0", "10.0.0.1", MCAST_FILTER_MODE_INCLUDE,
      "10.0.0.1@232.1.2.3%eth0:5004" },
    { "239.1.2.3", 1, NULL, "10.0.0.9", MCAST_FILTER_MODE_EXCLUDE, "!10.0.0.9@239.1.2.3:1" },
    { "ff12::5", 65535, "eth0", "fe80::1", MCAST_FILTER_MODE_INCLUDE,
      "fe80::1@[ff12::5%eth0]:65535" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (McastGroup) group = new_group (rows[i].address, rows[i].port, rows[i].iface,
                                                rows[i].source, rows[i].mode, &error);
      g_autoptr (McastGroup) parsed = mcast_group_parse (rows[i].text, NULL);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = mcast_group_to_string (group);
      g_assert_cmpstr (text, ==, rows[i].text);
      g_assert_true (mcast_group_equal (group, parsed));
      g_assert_cmpuint (mcast_group_hash (group), ==, mcast_group_hash (parsed));
    }
}

static void
assert_new_fails (const char *address, guint port, const char *iface, const char *source,
                  McastFilterMode mode, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (new_group (address, port, iface, source, mode, &error));
  g_assert_error (error, domain, code);
}

static void
test_new_fails (void)
{
  assert_new_fails ("10.0.0.1", 0, NULL, NULL, MCAST_FILTER_MODE_EXCLUDE, MCAST_ERROR,
                    MCAST_ERROR_NOT_MULTICAST);
  assert_new_fails ("239.1.2.3", 0, NULL, "::1", MCAST_FILTER_MODE_INCLUDE, MCAST_ERROR,
                    MCAST_ERROR_FAMILY_MISMATCH);
  assert_new_fails ("239.1.2.3", 65536, NULL, NULL, MCAST_FILTER_MODE_EXCLUDE, G_IO_ERROR,
                    G_IO_ERROR_INVALID_ARGUMENT);
  assert_new_fails ("239.1.2.3", 0, NULL, NULL, MCAST_FILTER_MODE_INCLUDE, G_IO_ERROR,
                    G_IO_ERROR_INVALID_ARGUMENT);
  assert_new_fails ("239.1.2.3", 0, "eth0:5004", NULL, MCAST_FILTER_MODE_EXCLUDE, G_IO_ERROR,
                    G_IO_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      add_case ("/group/good/", good[i].text, &good[i], test_parse_good);
      add_case ("/group/round-trip/", good[i].text, &good[i], test_round_trip);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    add_case ("/group/bad/", bad[i].text, &bad[i], test_parse_bad);
  g_test_add_func ("/group/new", test_new);
  g_test_add_func ("/group/new/fails", test_new_fails);
  g_test_add_func ("/group/equal", test_equal);
  g_test_add_func ("/group/reference", test_reference);
  g_test_add_func ("/group/random", test_random);
  return g_test_run ();
}
