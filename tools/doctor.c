/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor.h"

#include <string.h>

#include "options.h"
#include "output.h"
#include "printer.h"
#include "verb.h"

#define LINE_LENGTH 80
#define INDENT 7

static const char description[] =
  "Looks at what is known to keep multicast away: interfaces, addresses, routes,\n"
  "settings of the kernel, buffers, bridges and the firewall. With GROUP it looks\n"
  "closer: [SOURCE@]GROUP[%INTERFACE][:PORT]. On each interface that is named it\n"
  "also sends to itself (with a time to live of 0: nobody else hears it).\n"
  "Each finding says what is wrong, why that matters, and the command that mends\n"
  "it; nothing is changed. Ends with 0 when nothing was found, else with 1. The\n"
  "rules of the firewall are seen by root only.\n"
  "\n"
  "Examples:\n"
  "  mcast doctor\n"
  "  mcast doctor --interface eth0 10.0.0.1@232.1.2.3:5004\n"
  "  mcast doctor --json | jq -r '.findings[].fix'\n";

static void
doctor_clear (Doctor *self)
{
  g_clear_pointer (&self->group, mcast_group_unref);
  g_free (self->group_text);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_clear_pointer (&self->interfaces, g_ptr_array_unref);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->tests, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Doctor, doctor_clear)

static void
finding_free (Finding *self)
{
  g_free (self->interface_name);
  g_free (self->what);
  g_free (self->fix);
  g_free (self);
}

static void
self_test_free (SelfTest *self)
{
  g_free (self->interface_name);
  g_free (self->error);
  g_free (self);
}

void
doctor_report (Doctor *self, const char *id, McastInterface *iface, char *what, const char *why,
               char *fix)
{
  Finding *finding = g_new (Finding, 1);

  *finding = (Finding) { id, iface != NULL ? g_strdup (mcast_interface_get_name (iface)) : NULL,
                         what, why, fix };
  g_ptr_array_add (self->findings, finding);
}

void
doctor_note (Doctor *self, char *note)
{
  g_ptr_array_add (self->notes, note);
}

gboolean
doctor_wants (const Doctor *self, GSocketFamily family)
{
  return self->group == NULL || mcast_group_get_family (self->group) == family;
}

gint64
doctor_read_sysctl (const char *path, ...)
{
  g_autofree char *file = NULL;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, path);
  name = g_strdup_vprintf (path, args);
  va_end (args);
  file = g_strconcat ("/proc/sys/net/", name, NULL);
  if (!g_file_get_contents (file, &text, NULL, NULL))
    return -1;
  return g_ascii_strtoll (text, NULL, 10);
}

char *
doctor_sysctl_name (McastInterface *iface)
{
  return g_strdelimit (g_strdup (mcast_interface_get_name (iface)), ".", '/');
}

/* Where the program is; ordinary users may have no sbin in PATH. */
static char *
find_program (const char *name)
{
  static const char *const directories[] = { "/usr/sbin", "/sbin" };
  char *path = g_find_program_in_path (name);

  for (guint i = 0; path == NULL && i < G_N_ELEMENTS (directories); i++)
    {
      path = g_build_filename (directories[i], name, NULL);
      if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        g_clear_pointer (&path, g_free);
    }
  return path != NULL ? path : g_strdup (name);
}

char *
doctor_run (const char *const *argv, GError **error)
{
  g_auto (GStrv) command = g_strdupv ((char **) argv);
  g_autofree char *name = g_steal_pointer (&command[0]);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  command[0] = find_program (name);
  process = g_subprocess_newv ((const char *const *) command,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               error);
  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, error))
    return NULL;
  if (g_subprocess_get_successful (process))
    return g_steal_pointer (&out);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", argv[0], g_strstrip (err));
  return NULL;
}

static gboolean
doctor_init (Doctor *self, const Options *options, GError **error)
{
  const char *everything[] = { "*", NULL };
  g_auto (GStrv) named = options_dup_interfaces (options);
  const char *bound;
  const char *of_group[] = { NULL, NULL };

  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) finding_free);
  self->tests = g_ptr_array_new_with_free_func ((GDestroyNotify) self_test_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  if (options->words != NULL)
    {
      self->group_text = g_strdup (options->words[0]);
      self->group = mcast_group_parse (self->group_text, error);
      if (self->group == NULL)
        return FALSE;
      if (mcast_group_get_port (self->group) != 0)
        self->port = mcast_group_get_port (self->group);
    }
  self->all = mcast_interface_list (error);
  if (self->all == NULL)
    return FALSE;

  bound = self->group != NULL ? mcast_group_get_interface (self->group) : NULL;
  of_group[0] = bound;
  self->named = named != NULL || bound != NULL;
  self->interfaces = mcast_interface_find (named != NULL   ? (const char *const *) named
                                           : bound != NULL ? of_group
                                                           : everything,
                                           self->all, error);
  return self->interfaces != NULL;
}

static void
examine (Doctor *self, gint64 timeout_us)
{
  doctor_check_links (self);
  doctor_check_traps (self);
  doctor_check_sysctls (self);
  doctor_check_routes (self);
  doctor_check_sockets (self);
  doctor_check_bridges (self);
  doctor_check_firewall (self);
  if (self->named)
    doctor_test_interfaces (self, timeout_us);
  else
    doctor_note (self, g_strdup ("no interface was named, so none was tested: --interface IFACE"));
}

/* Lines of at most 80 columns, which is where the first goes on at @column. */
static void
print_wrapped (gsize column, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gsize length = g_utf8_strlen (words[i], -1);

      if (i > 0 && column + 1 + length > LINE_LENGTH)
        {
          output_print ("\n%*s", INDENT, "");
          column = INDENT;
        }
      else if (i > 0)
        {
          output_print (" ");
          column++;
        }
      output_print ("%s", words[i]);
      column += length;
    }
  output_print ("\n");
}

static void
print_finding (const Finding *finding)
{
  gsize column = INDENT;

  output_print ("%sFOUND%s  ", output_style (OUTPUT_BAD), output_style (OUTPUT_PLAIN));
  if (finding->interface_name != NULL)
    {
      output_print ("%s%s%s: ", output_style (OUTPUT_BOLD), finding->interface_name,
                    output_style (OUTPUT_PLAIN));
      column += strlen (finding->interface_name) + strlen (": ");
    }
  print_wrapped (column, finding->what);
  output_print ("  why  ");
  print_wrapped (INDENT, finding->why);
  /* Whole, to be copied. */
  output_print ("  fix  %s%s%s\n", output_style (OUTPUT_GOOD), finding->fix,
                output_style (OUTPUT_PLAIN));
}

static void
print_text (const Doctor *self)
{
  for (guint i = 0; i < self->findings->len; i++)
    print_finding (self->findings->pdata[i]);
  for (guint i = 0; i < self->tests->len; i++)
    {
      SelfTest *test = self->tests->pdata[i];
      gboolean passed = test->error == NULL;
      g_autofree char *text =
        g_strdup_printf ("%s: %s sent to itself %s%s", test->interface_name, test->family,
                         passed ? "arrived" : "did not arrive: ", passed ? "" : test->error);

      output_print ("%sTEST%s   ", output_style (passed ? OUTPUT_GOOD : OUTPUT_BAD),
                    output_style (OUTPUT_PLAIN));
      print_wrapped (INDENT, text);
    }
  for (guint i = 0; i < self->notes->len; i++)
    {
      output_print ("NOTE   ");
      print_wrapped (INDENT, self->notes->pdata[i]);
    }

  output_print ("%u interface%s looked at, %u finding%s\n", self->interfaces->len,
                self->interfaces->len == 1 ? "" : "s", self->findings->len,
                self->findings->len == 1 ? "" : "s");
}

static GVariant *
string_or_null (const char *text)
{
  return g_variant_new_maybe (G_VARIANT_TYPE_STRING,
                              text != NULL ? g_variant_new_string (text) : NULL);
}

static GVariant *
findings_to_variant (const Doctor *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->findings->len; i++)
    {
      Finding *finding = self->findings->pdata[i];

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      printer_add (&builder, "id", g_variant_new_string (finding->id));
      printer_add (&builder, "interface", string_or_null (finding->interface_name));
      printer_add (&builder, "what", g_variant_new_string (finding->what));
      printer_add (&builder, "why", g_variant_new_string (finding->why));
      printer_add (&builder, "fix", g_variant_new_string (finding->fix));
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
tests_to_variant (const Doctor *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->tests->len; i++)
    {
      SelfTest *test = self->tests->pdata[i];

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      printer_add (&builder, "interface", g_variant_new_string (test->interface_name));
      printer_add (&builder, "family", g_variant_new_string (test->family));
      printer_add (&builder, "arrived", g_variant_new_boolean (test->error == NULL));
      printer_add (&builder, "error", string_or_null (test->error));
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static void
print_json (const Doctor *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  printer_add (&builder, "healthy", g_variant_new_boolean (self->findings->len == 0));
  printer_add (&builder, "findings", findings_to_variant (self));
  printer_add (&builder, "tests", tests_to_variant (self));
  printer_add (&builder, "notes",
               g_variant_new_strv ((const char *const *) self->notes->pdata, self->notes->len));
  output_json (g_variant_builder_end (&builder));
}

int
verb_doctor (int argc, char **argv)
{
  const OptionsSpec spec = {
    .flags = OPTIONS_PORT | OPTIONS_INTERFACES | OPTIONS_TIMEOUT,
    .words = "[GROUP]",
    .summary = "Finds out why nothing arrives.",
    .description = description,
  };
  g_auto (Options) options = { 0 };
  g_auto (Doctor) doctor = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 timeout_us = G_USEC_PER_SEC;
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !options_get_port (&options, &doctor.port, &status)
      || !options_get_seconds ("--timeout", options.timeout, &timeout_us, &status))
    return status;
  if (options.words != NULL && options.words[1] != NULL)
    {
      output_error ("unrecognized argument: '%s' (one group at a time)", options.words[1]);
      return EXIT_STATUS_USAGE;
    }
  if (!doctor_init (&doctor, &options, &error))
    {
      output_error ("%s", error->message);
      return EXIT_STATUS_FAILURE;
    }
  examine (&doctor, timeout_us);
  if (options.json)
    print_json (&doctor);
  else
    print_text (&doctor);
  if (!output_flush ())
    return EXIT_STATUS_FAILURE;
  return doctor.findings->len == 0 ? EXIT_STATUS_OK : EXIT_STATUS_FINDINGS;
}
