/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process-test.h"

#define MAX_NUMBER 254

struct _Netns
{
  int fd; /* keeps the namespace alive */
};

struct _NetnsVisit
{
  int back_fd;
};

typedef struct
{
  Netns *ns;
  char *name;
  char *bridge; /* whose port it is, or NULL */
  guint host;   /* the x of its addresses, 0 for none */
} LinkEnd;

typedef struct
{
  guint number;
  gboolean owns_number; /* else it is the number of the bridge */
  NetnsLinkFlags flags;
  LinkEnd ends[2];
} Link;

typedef struct
{
  Netns *ns;
  char *name;
  guint number;
} Bridge;

static Netns home = { -1 };
static GPtrArray *links;
static GPtrArray *bridges;
static gboolean number_is_taken[MAX_NUMBER + 1];

G_GNUC_NORETURN
G_GNUC_PRINTF (1, 2)
static void
fail (const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_assertion_message (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, message);
  abort ();
}

/* --- The program ------------------------------------------------------------------------- */

static gboolean
is_installed (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  return path != NULL;
}

static gboolean
write_text (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean written = fd >= 0 && write (fd, text, strlen (text)) == (ssize_t) strlen (text);
  int saved_errno = errno;

  if (fd >= 0)
    close (fd);
  errno = saved_errno;
  return written;
}

static gboolean
sysctl_is (const char *path, const char *value)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && g_str_equal (g_strstrip (text), value);
}

static const char *
namespace_remedy (int unshare_errno)
{
  /* The limits of every user namespace above this one count, and they cannot be read here. */
  if (unshare_errno == ENOSPC)
    return "allow them with: sysctl user.max_user_namespaces=10000 user.max_net_namespaces=10000 "
           "user.max_mnt_namespaces=10000";
  if (sysctl_is ("/proc/sys/kernel/unprivileged_userns_clone", "0"))
    return "allow them with: sysctl kernel.unprivileged_userns_clone=1";
  if (sysctl_is ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"))
    return "allow them with: sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  return "a container must be allowed to make them (docker run --cap-add SYS_ADMIN)";
}

static gboolean
enter_user_namespace (void)
{
  uid_t uid = geteuid ();
  gid_t gid = getegid ();
  g_autofree char *uid_map = g_strdup_printf ("0 %u 1", uid);
  g_autofree char *gid_map = g_strdup_printf ("0 %u 1", gid);

  return unshare (CLONE_NEWUSER) == 0 && write_text ("/proc/self/setgroups", "deny")
         && write_text ("/proc/self/uid_map", uid_map)
         && write_text ("/proc/self/gid_map", gid_map);
}

static gboolean
enter_world (void)
{
  int namespaces = CLONE_NEWNET | CLONE_NEWNS;

  /* Root in a container may lack the capability; what is left then is what anybody may do. */
  if (geteuid () == 0 && unshare (namespaces) == 0)
    return TRUE;
  return enter_user_namespace () && unshare (namespaces) == 0;
}

/* In TAP a program that skips itself ends with success. */
G_GNUC_NORETURN
G_GNUC_PRINTF (1, 2)
static void
skip_program (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  fputs ("1..0 # SKIP ", stdout);
  vprintf (format, args);
  putchar ('\n');
  va_end (args);
  exit (EXIT_SUCCESS);
}

/* An ordinary user's PATH often leaves out where ip and nft are. */
static void
extend_path (void)
{
  const char *before = g_getenv ("PATH");
  g_autofree char *path = g_strconcat (before != NULL ? before : "/usr/bin:/bin",
                                       ":/usr/sbin:/sbin", NULL);

  g_setenv ("PATH", path, TRUE);
}

static int
open_current_namespace (void)
{
  int fd = open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    fail ("/proc/thread-self/ns/net: %s", g_strerror (errno));
  return fd;
}

static void
prepare_namespace (Netns *self)
{
  netns_ip (self, "link set lo up");
  /* What the machine's own defaults were must not decide a test. Where /proc/sys is read-only,
   * they do. */
  if (netns_missing (NETNS_SYSCTL) == NULL)
    {
      netns_sysctl (self, "ipv4/conf/all/rp_filter", "0");
      netns_sysctl (self, "ipv4/conf/default/rp_filter", "0");
    }
}

void
netns_init (void)
{
  extend_path ();
  if (!enter_world ())
    {
      int saved_errno = errno;
      skip_program ("network namespaces are forbidden here (%s); %s", g_strerror (saved_errno),
                    namespace_remedy (saved_errno));
    }
  /* Impossible in some containers and in a chroot; only readers of /sys/class/net miss it. */
  if (mount ("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
    g_debug ("A fresh /sys: %s", g_strerror (errno));
  if (!is_installed ("ip"))
    skip_program ("the command ip is missing: apt-get install iproute2");

  home.fd = open_current_namespace ();
  prepare_namespace (&home);
  mark_threads ();
}

void
netns_test_init (int *argc, char ***argv)
{
  netns_init ();
  g_test_init (argc, argv, NULL);
}

/* --- Namespaces -------------------------------------------------------------------------- */

Netns *
netns_home (void)
{
  return &home;
}

static void
enter_fd (int fd)
{
  if (setns (fd, CLONE_NEWNET) != 0)
    fail ("setns: %s", g_strerror (errno));
}

NetnsVisit *
netns_enter (Netns *self)
{
  NetnsVisit *visit = g_new (NetnsVisit, 1);

  visit->back_fd = open_current_namespace ();
  enter_fd (self->fd);
  return visit;
}

void
netns_leave (NetnsVisit *visit)
{
  enter_fd (visit->back_fd);
  close (visit->back_fd);
  g_free (visit);
}

Netns *
netns_new (void)
{
  NETNS_VISIT (&home);
  Netns *self = g_new (Netns, 1);

  if (unshare (CLONE_NEWNET) != 0)
    fail ("unshare: %s", g_strerror (errno));
  self->fd = open_current_namespace ();
  prepare_namespace (self);
  return self;
}

int
netns_dup (Netns *self)
{
  int fd = dup (self->fd);

  if (fd < 0)
    fail ("dup: %s", g_strerror (errno));
  return fd;
}

static void
enter_in_child (gpointer data)
{
  /* Only calls that are safe between fork and exec. */
  if (setns (GPOINTER_TO_INT (data), CLONE_NEWNET) != 0 || prctl (PR_SET_PDEATHSIG, SIGKILL) != 0)
    _exit (126);
}

/* The tools of GStreamer load our plugin. Where that is built with a sanitizer, they must begin
 * with it, and the leaks of others that they have are not looked at. */
static void
prepare_sanitizer (GSubprocessLauncher *launcher, const char *program)
{
  const char *preload = g_getenv ("NETNS_GST_PRELOAD");

  if (preload == NULL || !g_str_has_prefix (program, "gst-"))
    return;
  g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", preload, TRUE);
  g_subprocess_launcher_setenv (launcher, "ASAN_OPTIONS", "detect_leaks=0", TRUE);
}

GSubprocess *
netns_spawnv (Netns *self, GSubprocessFlags flags, const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GError) error = NULL;
  GSubprocess *process = NULL;

  prepare_sanitizer (launcher, argv[0]);
  g_subprocess_launcher_set_child_setup (launcher, enter_in_child, GINT_TO_POINTER (self->fd),
                                         NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

static GPtrArray *
collect_arguments (const char *argv0, va_list args)
{
  GPtrArray *argv = g_ptr_array_new ();

  for (const char *arg = argv0; arg != NULL; arg = va_arg (args, const char *))
    g_ptr_array_add (argv, (gpointer) arg);
  g_ptr_array_add (argv, NULL);
  return argv;
}

GSubprocess *
netns_spawn (Netns *self, GSubprocessFlags flags, const char *argv0, ...)
{
  g_autoptr (GPtrArray) argv = NULL;
  va_list args;

  va_start (args, argv0);
  argv = collect_arguments (argv0, args);
  va_end (args);
  return netns_spawnv (self, flags, (const char *const *) argv->pdata);
}

/* Returns what the program printed, or NULL and in @problem why there was no success. */
static char *
try_run (Netns *self, const char *const *argv, const char *input, char **problem)
{
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE
                           | (input == NULL ? 0 : G_SUBPROCESS_FLAGS_STDIN_PIPE);
  g_autoptr (GSubprocess) process = netns_spawnv (self, flags, argv);
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autofree char *command = g_strjoinv (" ", (char **) argv);
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8 (process, input, NULL, &output, &errors, &error);
  if (error == NULL && g_subprocess_get_successful (process))
    return g_steal_pointer (&output);
  *problem = g_strdup_printf ("%s: %s\n%s", command,
                              error != NULL ? error->message : g_strstrip (errors),
                              input != NULL ? input : "");
  return NULL;
}

static char *
run (Netns *self, const char *const *argv, const char *input)
{
  g_autofree char *problem = NULL;
  char *output = try_run (self, argv, input, &problem);

  if (output == NULL)
    fail ("%s", problem);
  return output;
}

char *
netns_run (Netns *self, const char *argv0, ...)
{
  g_autoptr (GPtrArray) argv = NULL;
  va_list args;

  va_start (args, argv0);
  argv = collect_arguments (argv0, args);
  va_end (args);
  return run (self, (const char *const *) argv->pdata, NULL);
}

GThread *
netns_thread_new (Netns *self, GThreadFunc func, gpointer data)
{
  NETNS_VISIT (self);

  return g_thread_new ("netns", func, data);
}

void
netns_ip (Netns *self, const char *format, ...)
{
  const char *argv[] = { "ip", "-batch", "-", NULL };
  g_autofree char *lines = NULL;
  va_list args;

  va_start (args, format);
  lines = g_strdup_vprintf (format, args);
  va_end (args);
  g_free (run (self, argv, lines));
}

void
netns_nft (Netns *self, const char *rules)
{
  const char *argv[] = { "nft", "-f", "-", NULL };

  g_free (run (self, argv, rules));
}

void
netns_sysctl (Netns *self, const char *key, const char *value)
{
  NETNS_VISIT (self);
  g_autofree char *path = g_build_filename ("/proc/sys/net", key, NULL);

  if (!write_text (path, value))
    fail ("“%s” to %s: %s", value, path, g_strerror (errno));
}

/* --- Abilities --------------------------------------------------------------------------- */

/* Tries the command in the program's own namespace; NULL, or the reason, which is never freed. */
static char *
try_ability (const char *what, const char *remedy, const char *const *argv, const char *input)
{
  g_autofree char *problem = NULL;
  g_autofree char *output = NULL;

  if (!is_installed (argv[0]))
    return g_strdup_printf ("%s: the command %s is missing: %s", what, argv[0], remedy);
  output = try_run (&home, argv, input, &problem);
  if (output != NULL)
    return NULL;
  return g_strdelimit (g_strdup_printf ("%s is impossible here: %s", what, problem), "\n", ' ');
}

static char *
find_missing (NetnsAbility ability)
{
  const char *const ip[] = { "ip", "-batch", "-", NULL };
  const char *const nft[] = { "nft", "-f", "-", NULL };
  const char *const tc[] = { "tc", "-batch", "-", NULL };

  switch (ability)
    {
    case NETNS_VETH:
      return try_ability ("A veth pair", "apt-get install iproute2", ip,
                          "link add netns-probe0 type veth peer name netns-probe1\n"
                          "addr add fd00::1/64 dev netns-probe0 nodad\n"
                          "link del netns-probe0\n");
    case NETNS_BRIDGE:
      return try_ability ("A bridge", "apt-get install iproute2", ip,
                          "link add netns-probe type bridge\n"
                          "link del netns-probe\n");
    case NETNS_NFT:
      return try_ability ("nft", "apt-get install nftables", nft,
                          "add table ip netns-probe\n"
                          "delete table ip netns-probe\n");
    case NETNS_SYSCTL:
      if (write_text ("/proc/sys/net/ipv4/igmp_max_msf", "10"))
        return NULL;
      return g_strdup_printf ("/proc/sys/net cannot be written here: %s", g_strerror (errno));
    case NETNS_TC:
      return try_ability ("A queueing discipline", "apt-get install iproute2", tc,
                          "qdisc add dev lo root tbf rate 1mbit burst 1600 limit 3000\n"
                          "qdisc del dev lo root\n");
    default:
      g_assert_not_reached ();
    }
}

const char *
netns_missing (NetnsAbility abilities)
{
  static const NetnsAbility all[] = { NETNS_VETH, NETNS_BRIDGE, NETNS_NFT, NETNS_SYSCTL, NETNS_TC };
  static gboolean is_known[G_N_ELEMENTS (all)];
  static char *reasons[G_N_ELEMENTS (all)];

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      if ((abilities & all[i]) == 0)
        continue;
      if (!is_known[i])
        reasons[i] = find_missing (all[i]);
      is_known[i] = TRUE;
      if (reasons[i] != NULL)
        return reasons[i];
    }
  return NULL;
}

gboolean
netns_require (NetnsAbility abilities)
{
  const char *reason = netns_missing (abilities);

  if (reason != NULL)
    g_test_skip (reason);
  return reason == NULL;
}

/* --- Links ------------------------------------------------------------------------------- */

static guint
take_number (void)
{
  static guint last;

  /* Not the lowest free one: what a number meant in one test is not soon met in the next. */
  for (guint i = 0; i < MAX_NUMBER; i++)
    {
      last = last % MAX_NUMBER + 1;
      if (!number_is_taken[last])
        {
          number_is_taken[last] = TRUE;
          return last;
        }
    }
  fail ("More than %d links and bridges at once.", MAX_NUMBER);
}

static void
link_free (gpointer data)
{
  Link *link = data;

  if (link->owns_number)
    number_is_taken[link->number] = FALSE;
  for (guint i = 0; i < 2; i++)
    {
      g_free (link->ends[i].name);
      g_free (link->ends[i].bridge);
    }
  g_free (link);
}

static void
bridge_free (gpointer data)
{
  Bridge *bridge = data;

  number_is_taken[bridge->number] = FALSE;
  g_free (bridge->name);
  g_free (bridge);
}

/* The link with an end @name in @self, or NULL; @end: which end. */
static Link *
lookup_link (Netns *self, const char *name, guint *end)
{
  for (guint i = 0; links != NULL && i < links->len; i++)
    {
      Link *link = g_ptr_array_index (links, i);

      for (*end = 0; *end < 2; (*end)++)
        if (link->ends[*end].ns == self && g_str_equal (link->ends[*end].name, name))
          return link;
    }
  return NULL;
}

static Link *
find_link (Netns *self, const char *name, guint *end)
{
  Link *link = lookup_link (self, name, end);

  if (link == NULL)
    fail ("No link of this test has an end named “%s” in this namespace.", name);
  return link;
}

static Bridge *
find_bridge (Netns *self, const char *name)
{
  for (guint i = 0; bridges != NULL && i < bridges->len; i++)
    {
      Bridge *bridge = g_ptr_array_index (bridges, i);

      if (bridge->ns == self && g_str_equal (bridge->name, name))
        return bridge;
    }
  fail ("No bridge of this test is named “%s” in this namespace.", name);
}

/* A namespace as the command ip takes it; a child of this program reads it. */
static char *
namespace_path (Netns *self)
{
  return g_strdup_printf ("/proc/%d/fd/%d", getpid (), self->fd);
}

static guint
interface_flags (Netns *self, const char *name)
{
  NETNS_VISIT (self);
  struct ifreq request = { 0 };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean is_known;

  g_strlcpy (request.ifr_name, name, sizeof request.ifr_name);
  is_known = ioctl (fd, SIOCGIFFLAGS, &request) == 0;
  close (fd);
  return is_known ? (guint) request.ifr_flags : 0;
}

/* The kernel may take a while to see that a fresh pair has its carrier, and IPv6 waits for it. */
static void
wait_running (const LinkEnd *end)
{
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  while ((interface_flags (end->ns, end->name) & IFF_RUNNING) == 0)
    {
      if (g_get_monotonic_time () > deadline)
        fail ("Interface %s does not come up.", end->name);
      g_usleep (1000);
    }
}

static gboolean
link_is_up (const Link *link)
{
  return (interface_flags (link->ends[0].ns, link->ends[0].name) & IFF_UP) != 0
         && (interface_flags (link->ends[1].ns, link->ends[1].name) & IFF_UP) != 0;
}

static void
wait_link (const Link *link)
{
  /* There is no carrier to wait for while one end is down. */
  if (!link_is_up (link))
    return;
  wait_running (&link->ends[0]);
  wait_running (&link->ends[1]);
}

static void
append_ipv6 (GString *lines, const Link *link, const LinkEnd *end)
{
  if (end->host == 0 || (link->flags & NETNS_LINK_NO_IPV6) != 0)
    return;
  g_string_append_printf (lines, "addr replace fd00:%u::%u/64 dev %s nodad\n", link->number,
                          end->host, end->name);
  g_string_append_printf (lines, "addr replace fe80::%u:%u/64 dev %s nodad\n", link->number,
                          end->host, end->name);
}

/* Gives an end that is there, but bare and down, what the link says of it. */
static void
configure_end (const Link *link, const LinkEnd *end, gboolean up)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  /* No address of the kernel's own: it would be tentative for a second or more. */
  g_string_append_printf (lines, "link set dev %s addrgenmode none\n", end->name);
  if (end->bridge != NULL)
    g_string_append_printf (lines, "link set dev %s master %s\n", end->name, end->bridge);
  if (end->host != 0 && (link->flags & NETNS_LINK_NO_IPV4) == 0)
    g_string_append_printf (lines, "addr replace 10.%u.0.%u/24 dev %s\n", link->number, end->host,
                            end->name);
  if (up)
    {
      g_string_append_printf (lines, "link set dev %s up\n", end->name);
      append_ipv6 (lines, link, end);
    }
  netns_ip (end->ns, "%s", lines->str);
  if (link->ends[0].ns == link->ends[1].ns)
    {
      g_autofree char *key = g_strdup_printf ("ipv4/conf/%s/accept_local", end->name);
      netns_sysctl (end->ns, key, "1");
    }
}

/* @indices: those wanted for the ends, 0 for new ones. */
static void
make_link (const Link *link, const guint indices[2], gboolean up)
{
  const LinkEnd *ends = link->ends;
  g_autofree char *peer_path = namespace_path (ends[1].ns);
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "link add name %s", ends[0].name);
  if (indices[0] != 0)
    g_string_append_printf (line, " index %u", indices[0]);
  g_string_append_printf (line, " type veth peer name %s netns %s", ends[1].name, peer_path);
  if (indices[1] != 0)
    g_string_append_printf (line, " index %u", indices[1]);
  netns_ip (ends[0].ns, "%s\n", line->str);

  configure_end (link, &ends[0], up);
  configure_end (link, &ends[1], up);
  wait_link (link);
}

static void
forget_link (Netns *self, const char *name)
{
  guint end;
  Link *link = lookup_link (self, name, &end);

  if (link != NULL)
    g_ptr_array_remove (links, link);
}

static Link *
add_link (const LinkEnd *a, const LinkEnd *b, guint number, NetnsLinkFlags flags)
{
  const guint any_index[2] = { 0, 0 };
  const LinkEnd *ends[2] = { a, b };
  Link *link = NULL;

  /* Of the same name was one that a test before this has deleted. */
  forget_link (a->ns, a->name);
  forget_link (b->ns, b->name);
  link = g_new0 (Link, 1);
  link->owns_number = number == 0;
  link->number = number == 0 ? take_number () : number;
  link->flags = flags;
  for (guint i = 0; i < 2; i++)
    {
      link->ends[i].ns = ends[i]->ns;
      link->ends[i].name = g_strdup (ends[i]->name);
      link->ends[i].bridge = g_strdup (ends[i]->bridge);
      link->ends[i].host = ends[i]->host;
    }
  if (links == NULL)
    links = g_ptr_array_new_with_free_func (link_free);
  g_ptr_array_add (links, link);
  make_link (link, any_index, (flags & NETNS_LINK_DOWN) == 0);
  return link;
}

guint
netns_add_veth (Netns *a, const char *a_name, Netns *b, const char *b_name, NetnsLinkFlags flags)
{
  LinkEnd first = { .ns = a, .name = (char *) a_name, .host = 1 };
  LinkEnd second = { .ns = b, .name = (char *) b_name, .host = 2 };

  return add_link (&first, &second, 0, flags)->number;
}

guint
netns_add_bridge (Netns *self, const char *name, const char *options)
{
  Bridge *bridge = g_new0 (Bridge, 1);

  bridge->ns = self;
  bridge->name = g_strdup (name);
  bridge->number = take_number ();
  if (bridges == NULL)
    bridges = g_ptr_array_new_with_free_func (bridge_free);
  g_ptr_array_add (bridges, bridge);
  netns_ip (self,
            "link add name %s type bridge %s\n"
            "link set dev %s addrgenmode none\n"
            "link set dev %s up\n",
            name, options != NULL ? options : "mcast_snooping 0", name, name);
  return bridge->number;
}

void
netns_add_bridge_host (Netns *self, const char *bridge, guint x, Netns *host, const char *host_name)
{
  g_autofree char *port_name = g_strdup_printf ("port%u", x);
  LinkEnd port = { .ns = self, .name = port_name, .bridge = (char *) bridge };
  LinkEnd end = { .ns = host, .name = (char *) host_name, .host = x };

  add_link (&end, &port, find_bridge (self, bridge)->number, NETNS_LINK_DEFAULT);
}

void
netns_free (Netns *self)
{
  for (guint i = links != NULL ? links->len : 0; i > 0; i--)
    {
      Link *link = g_ptr_array_index (links, i - 1);
      guint end = link->ends[0].ns == self ? 0 : 1;

      if (link->ends[end].ns != self)
        continue;
      /* The kernel would take it away later, in its own time. */
      if (netns_index (self, link->ends[end].name) != 0)
        netns_ip (self, "link del dev %s\n", link->ends[end].name);
      g_ptr_array_remove_index (links, i - 1);
    }
  for (guint i = bridges != NULL ? bridges->len : 0; i > 0; i--)
    if (((Bridge *) g_ptr_array_index (bridges, i - 1))->ns == self)
      g_ptr_array_remove_index (bridges, i - 1);
  close (self->fd);
  g_free (self);
}

/* --- Topologies -------------------------------------------------------------------------- */

static NetnsTopology *
topology_new (guint n_hosts, guint n_numbers)
{
  NetnsTopology *self = g_new0 (NetnsTopology, 1);

  self->n_hosts = n_hosts;
  self->hosts = g_new0 (Netns *, n_hosts);
  self->numbers = g_new0 (guint, n_numbers);
  for (guint i = 0; i < n_hosts; i++)
    self->hosts[i] = netns_new ();
  return self;
}

NetnsTopology *
netns_star_new (guint n_hosts, const char *options)
{
  NetnsTopology *self = topology_new (n_hosts, 1);

  self->bridge = netns_new ();
  self->numbers[0] = netns_add_bridge (self->bridge, "br0", options);
  for (guint i = 0; i < n_hosts; i++)
    netns_add_bridge_host (self->bridge, "br0", i + 1, self->hosts[i], "eth0");
  return self;
}

NetnsTopology *
netns_fan_new (guint n_receivers)
{
  NetnsTopology *self = topology_new (n_receivers + 1, n_receivers);

  for (guint i = 0; i < n_receivers; i++)
    {
      g_autofree char *name = g_strdup_printf ("v%u", i);
      self->numbers[i] = netns_add_veth (self->hosts[0], name, self->hosts[i + 1], "eth0",
                                         NETNS_LINK_DEFAULT);
    }
  return self;
}

NetnsTopology *
netns_parallel_new (guint n_links)
{
  NetnsTopology *self = topology_new (2, n_links);

  for (guint i = 0; i < n_links; i++)
    {
      g_autofree char *name = g_strdup_printf ("v%u", i);
      self->numbers[i] = netns_add_veth (self->hosts[0], name, self->hosts[1], name,
                                         NETNS_LINK_DEFAULT);
    }
  return self;
}

void
netns_topology_free (NetnsTopology *self)
{
  for (guint i = 0; i < self->n_hosts; i++)
    netns_free (self->hosts[i]);
  g_clear_pointer (&self->bridge, netns_free);
  g_free (self->hosts);
  g_free (self->numbers);
  g_free (self);
}

/* --- What an interface has ----------------------------------------------------------------- */

guint
netns_index (Netns *self, const char *name)
{
  NETNS_VISIT (self);

  return if_nametoindex (name);
}

static char *
format_address (Netns *self, const char *name, const char *format_of_number_and_host)
{
  guint end;
  Link *link = find_link (self, name, &end);
  g_autofree char *number = g_strdup_printf ("%u", link->number);
  g_autofree char *host = g_strdup_printf ("%u", link->ends[end].host);
  g_autoptr (GString) address = g_string_new (format_of_number_and_host);

  g_string_replace (address, "N", number, 1);
  g_string_replace (address, "x", host, 1);
  return g_string_free (g_steal_pointer (&address), FALSE);
}

char *
netns_ipv4 (Netns *self, const char *name)
{
  return format_address (self, name, "10.N.0.x");
}

char *
netns_ipv6 (Netns *self, const char *name)
{
  return format_address (self, name, "fd00:N::x");
}

char *
netns_ipv6_local (Netns *self, const char *name)
{
  return format_address (self, name, "fe80::N:x");
}

static guint
count_ipv4_users (const char *table, const char *name, GInetAddress *group)
{
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);
  char device[IFNAMSIZ] = "";
  guint32 wanted;

  /* The kernel prints the address as the number that its four bytes make in memory. */
  memcpy (&wanted, g_inet_address_to_bytes (group), sizeof wanted);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    {
      guint address;
      guint users;

      if (g_ascii_isdigit (lines[i][0]))
        sscanf (lines[i], "%*u %15[^ :]", device);
      else if (sscanf (lines[i], " %X %u", &address, &users) == 2 && address == wanted
               && g_str_equal (device, name))
        return users;
    }
  return 0;
}

static guint
count_ipv6_users (const char *table, const char *name, GInetAddress *group)
{
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);
  g_autoptr (GString) wanted = g_string_new (NULL);

  for (gsize i = 0; i < g_inet_address_get_native_size (group); i++)
    g_string_append_printf (wanted, "%02x", g_inet_address_to_bytes (group)[i]);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char device[IFNAMSIZ];
      char address[33];
      guint users;

      if (sscanf (lines[i], "%*u %15s %32s %u", device, address, &users) == 3
          && g_str_equal (device, name) && g_str_equal (address, wanted->str))
        return users;
    }
  return 0;
}

guint
netns_group_users (Netns *self, const char *name, const char *group)
{
  NETNS_VISIT (self);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (group);
  g_autofree char *table = NULL;
  g_autoptr (GError) error = NULL;

  if (address == NULL)
    fail ("“%s” is not an address.", group);
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    {
      g_file_get_contents ("/proc/thread-self/net/igmp", &table, NULL, &error);
      g_assert_no_error (error);
      return count_ipv4_users (table, name, address);
    }
  g_file_get_contents ("/proc/thread-self/net/igmp6", &table, NULL, &error);
  g_assert_no_error (error);
  return count_ipv6_users (table, name, address);
}

/* --- Routes ------------------------------------------------------------------------------ */

void
netns_add_default_route (Netns *self, GSocketFamily family, const char *name)
{
  netns_ip (self, "route add %s dev %s\n", family == G_SOCKET_FAMILY_IPV4 ? "0.0.0.0/0" : "::/0",
            name);
}

void
netns_add_lo_route (Netns *self)
{
  /* Without the type “local” the kernel takes the datagrams and delivers none. */
  netns_ip (self, "route add local ff00::/8 dev lo\n");
}

/* --- Faults ------------------------------------------------------------------------------ */

void
netns_link_set_down (Netns *self, const char *name)
{
  netns_ip (self, "link set dev %s down\n", name);
}

void
netns_link_set_up (Netns *self, const char *name)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  guint end;
  Link *link = find_link (self, name, &end);

  g_string_append_printf (lines, "link set dev %s up\n", name);
  append_ipv6 (lines, link, &link->ends[end]);
  netns_ip (self, "%s", lines->str);
  wait_link (link);
}

void
netns_link_delete (Netns *self, const char *name)
{
  netns_ip (self, "link del dev %s\n", name);
}

void
netns_link_recreate (Netns *self, const char *name, guint index, guint peer_index)
{
  guint end;
  Link *link = find_link (self, name, &end);
  guint indices[2];

  indices[end] = index;
  indices[1 - end] = peer_index;
  if (netns_index (self, name) != 0)
    netns_link_delete (self, name);
  make_link (link, indices, TRUE);
}

void
netns_link_rename (Netns *self, const char *name, const char *new_name)
{
  guint end;
  Link *link = find_link (self, name, &end);

  netns_ip (self, "link set dev %s down\nlink set dev %s name %s\n", name, name, new_name);
  g_free (link->ends[end].name);
  link->ends[end].name = g_strdup (new_name);
  netns_link_set_up (self, new_name);
}

void
netns_link_move (Netns *self, const char *name, Netns *to)
{
  g_autofree char *path = namespace_path (to);
  guint end;
  Link *link = find_link (self, name, &end);

  netns_ip (self, "link set dev %s netns %s\n", name, path);
  link->ends[end].ns = to;
  configure_end (link, &link->ends[end], TRUE);
  wait_link (link);
}

void
netns_address_add (Netns *self, const char *name, const char *address)
{
  netns_ip (self, "addr add %s dev %s%s\n", address, name,
            strchr (address, ':') != NULL ? " nodad" : "");
}

void
netns_address_remove (Netns *self, const char *name, const char *address)
{
  netns_ip (self, "addr del %s dev %s\n", address, name);
}

/* --- Waiting ----------------------------------------------------------------------------- */

gboolean
netns_step (gint64 deadline)
{
  if (g_get_monotonic_time () >= deadline)
    return FALSE;
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (1000);
  return TRUE;
}

gboolean
netns_wait_until (NetnsCondition done, gpointer data, guint timeout_ms)
{
  gint64 deadline = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;

  while (!done (data))
    if (!netns_step (deadline))
      return FALSE;
  return TRUE;
}
