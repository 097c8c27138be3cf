/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-report.h"

#include <string.h>

#include "console.h"
#include "json.h"

#define LINE_LENGTH 80
#define INDENT 7

/* A problem of an interface, or of the machine if that is NULL, its effect and the command that
 * fixes it. */
typedef struct
{
  const char *id;
  char *interface_name;
  char *what;
  const char *why;
  char *fix;
} Finding;

/* The result of a self-test; @error is NULL if it passed. */
typedef struct
{
  char *interface_name;
  const char *family;
  char *error;
} SelfTest;

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
doctor_report_init (DoctorReport *self)
{
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) finding_free);
  self->tests = g_ptr_array_new_with_free_func ((GDestroyNotify) self_test_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
}

void
doctor_report_clear (DoctorReport *self)
{
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->tests, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
}

static char *
dup_name (McastInterface *iface)
{
  return iface != NULL ? g_strdup (mcast_interface_get_name (iface)) : NULL;
}

void
doctor_report_add (DoctorReport *self, const char *id, McastInterface *iface, char *what,
                   const char *why, char *fix)
{
  Finding *finding = g_new (Finding, 1);

  *finding = (Finding) { id, dup_name (iface), what, why, fix };
  g_ptr_array_add (self->findings, finding);
}

void
doctor_report_add_test (DoctorReport *self, McastInterface *iface, const char *family,
                        const GError *error)
{
  SelfTest *test = g_new (SelfTest, 1);

  *test = (SelfTest) { dup_name (iface), family, error != NULL ? g_strdup (error->message) : NULL };
  g_ptr_array_add (self->tests, test);
}

void
doctor_report_add_note (DoctorReport *self, char *note)
{
  g_ptr_array_add (self->notes, note);
}

/* Prints lines of at most 80 columns, the first of which continues at @column. */
static void
print_wrapped (gsize column, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gsize length = g_utf8_strlen (words[i], -1);

      if (i > 0 && column + 1 + length > LINE_LENGTH)
        {
          console_print ("\n%*s", INDENT, "");
          column = INDENT;
        }
      else if (i > 0)
        {
          console_print (" ");
          column++;
        }
      console_print ("%s", words[i]);
      column += length;
    }
  console_print ("\n");
}

static void
print_finding (const Finding *finding)
{
  gsize column = INDENT;

  console_print ("%sFOUND%s  ", console_style (CONSOLE_BAD), console_style (CONSOLE_PLAIN));
  if (finding->interface_name != NULL)
    {
      console_print ("%s%s%s: ", console_style (CONSOLE_BOLD), finding->interface_name,
                     console_style (CONSOLE_PLAIN));
      column += strlen (finding->interface_name) + strlen (": ");
    }
  print_wrapped (column, finding->what);
  console_print ("  why  ");
  print_wrapped (INDENT, finding->why);
  /* Not wrapped, so that it can be copied. */
  console_print ("  fix  %s%s%s\n", console_style (CONSOLE_GOOD), finding->fix,
                 console_style (CONSOLE_PLAIN));
}

void
doctor_report_print (const DoctorReport *self, guint n_interfaces)
{
  for (guint i = 0; i < self->findings->len; i++)
    print_finding (self->findings->pdata[i]);
  for (guint i = 0; i < self->tests->len; i++)
    {
      SelfTest *test = self->tests->pdata[i];
      gboolean passed = test->error == NULL;
      g_autofree char *text =
        g_strdup_printf ("%s: %s self-test %s%s", test->interface_name, test->family,
                         passed ? "passed" : "failed: ", passed ? "" : test->error);

      console_print ("%sTEST%s   ", console_style (passed ? CONSOLE_GOOD : CONSOLE_BAD),
                     console_style (CONSOLE_PLAIN));
      print_wrapped (INDENT, text);
    }
  for (guint i = 0; i < self->notes->len; i++)
    {
      console_print ("NOTE   ");
      print_wrapped (INDENT, self->notes->pdata[i]);
    }

  console_print ("%u interface%s checked, %u finding%s\n", n_interfaces,
                 n_interfaces == 1 ? "" : "s", self->findings->len,
                 self->findings->len == 1 ? "" : "s");
  console_print (
    "To log what a program that uses mcast does, run it with G_MESSAGES_DEBUG=Mcast.\n");
}

static GVariant *
findings_to_variant (const DoctorReport *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->findings->len; i++)
    {
      Finding *finding = self->findings->pdata[i];

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      json_add (&builder, "id", g_variant_new_string (finding->id));
      json_add (&builder, "interface", json_new_string (finding->interface_name));
      json_add (&builder, "what", g_variant_new_string (finding->what));
      json_add (&builder, "why", g_variant_new_string (finding->why));
      json_add (&builder, "fix", g_variant_new_string (finding->fix));
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
tests_to_variant (const DoctorReport *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->tests->len; i++)
    {
      SelfTest *test = self->tests->pdata[i];

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      json_add (&builder, "interface", g_variant_new_string (test->interface_name));
      json_add (&builder, "family", g_variant_new_string (test->family));
      json_add (&builder, "arrived", g_variant_new_boolean (test->error == NULL));
      json_add (&builder, "error", json_new_string (test->error));
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

void
doctor_report_print_json (const DoctorReport *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  json_add (&builder, "healthy", g_variant_new_boolean (self->findings->len == 0));
  json_add (&builder, "findings", findings_to_variant (self));
  json_add (&builder, "tests", tests_to_variant (self));
  json_add (&builder, "notes",
            g_variant_new_strv ((const char *const *) self->notes->pdata, self->notes->len));
  console_json (g_variant_builder_end (&builder));
}
