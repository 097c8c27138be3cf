/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "group-uri.h"

#include <mcast.h>
#include <string.h>

#include "mcasturialias.h"

/* Parameters of mcastsrc that the command has, too. */
static const char *const own_parameters[] = { "interfaces", "multicast-source", NULL };

void
group_uri_clear (GroupUri *self)
{
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->sources, g_free);
  g_clear_pointer (&self->interfaces, g_strfreev);
  g_clear_pointer (&self->parameters, g_free);
  g_clear_pointer (&self->ignored, g_free);
}

gboolean
group_uri_is_uri (const char *text)
{
  return strstr (text, "://") != NULL;
}

static gboolean
fail (GError **error, const char *text, const char *reason)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s”: %s", text, reason);
  return FALSE;
}

static gboolean
fail_twice (GError **error, const char *text, const char *key)
{
  g_autofree char *reason = g_strdup_printf ("parameter “%s” is given twice", key);

  return fail (error, text, reason);
}

static gboolean
fail_unknown (GError **error, const char *text, const char *key)
{
  const char *nearest = mcast_uri_alias_find_nearest (key, own_parameters);
  g_autofree char *reason = g_strdup_printf ("there is no parameter “%s”; the nearest name is “%s”",
                                             key, nearest);

  return fail (error, text, reason);
}

static void
ignore (GroupUri *self, const char *key)
{
  g_autofree char *former = g_steal_pointer (&self->ignored);

  self->ignored = former != NULL ? g_strdup_printf ("%s, %s", former, key) : g_strdup (key);
}

/* Takes "10.0.0.1", "+10.0.0.1+10.0.0.2" or "-10.0.0.9". */
static void
take_sources (GroupUri *self, const char *text)
{
  gboolean excluded = text[0] == '-';
  g_auto (GStrv) list = g_strsplit_set (text + strspn (text, "+-"), "+-,", -1);
  g_autofree char *joined = g_strjoinv ("+", list);

  self->sources = g_strconcat (excluded ? "!" : "", joined, NULL);
}

static void
append_parameter (GroupUri *self, const char *key, const char *value)
{
  g_autoptr (GString) parameters = g_string_new (self->parameters);

  g_string_append_printf (parameters, "%s%s=", parameters->len > 0 ? "&" : "", key);
  g_string_append_uri_escaped (parameters, value, "+,*:@![]", FALSE);
  g_free (self->parameters);
  self->parameters = g_string_free (g_steal_pointer (&parameters), FALSE);
}

static gboolean
take_parameter (GroupUri *self, const char *text, const char *key, const char *value,
                GError **error)
{
  const McastUriAlias *alias = mcast_uri_alias_find (key);
  const char *property = alias != NULL ? alias->src_property : key;
  g_autofree char *converted = alias != NULL ? mcast_uri_alias_convert (alias, value)
                                             : g_strdup (value);

  if (alias == NULL && !g_strv_contains (own_parameters, key))
    return fail_unknown (error, text, key);
  if (g_strcmp0 (property, "interfaces") == 0)
    {
      if (self->interfaces != NULL)
        return fail_twice (error, text, key);
      self->interfaces = g_strsplit (converted, ",", -1);
      append_parameter (self, key, value);
    }
  else if (g_strcmp0 (property, "multicast-source") == 0)
    {
      if (self->sources != NULL)
        return fail_twice (error, text, key);
      take_sources (self, converted);
    }
  else
    {
      ignore (self, key);
      if (property != NULL)
        append_parameter (self, key, value);
    }
  return TRUE;
}

static gboolean
take_parameters (GroupUri *self, const char *text, const char *query, GError **error)
{
  GUriParamsIter iter;
  g_autoptr (GError) reason = NULL;
  char *key;
  char *value;

  if (query == NULL)
    return TRUE;
  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_NONE);
  while (g_uri_params_iter_next (&iter, &key, &value, &reason))
    {
      gboolean good = take_parameter (self, text, key, value, error);

      g_free (key);
      g_free (value);
      if (!good)
        return FALSE;
    }
  return reason == NULL || fail (error, text, reason->message);
}

static gboolean
has_known_scheme (GUri *uri)
{
  static const char *const schemes[] = { "mcast", "udp", "rtp", "udp+mpegts", "udp+rtp", NULL };

  return g_strv_contains (schemes, g_uri_get_scheme (uri));
}

gboolean
group_uri_is_group (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_ENCODED_QUERY, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (McastGroup) group = host != NULL ? mcast_group_parse (host, NULL) : NULL;

  return group != NULL && has_known_scheme (uri);
}

static gboolean
check_form (GUri *uri, const char *text, GError **error)
{
  const char *path = g_uri_get_path (uri);

  if (!has_known_scheme (uri))
    return fail (error, text,
                 "the scheme must be mcast://, udp://, rtp://, udp+mpegts:// or udp+rtp://");
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return fail (error, text, "the group is missing after the ://");
  if (*path != '\0' && strcmp (path, "/") != 0)
    return fail (error, text, "a path is not allowed after the port: parameters start with ?");
  return TRUE;
}

/* Returns the group in the syntax of the command. */
static char *
format_group (const GroupUri *self, const char *iface)
{
  g_autofree char *sources = self->sources != NULL ? g_strconcat (self->sources, "@", NULL)
                                                   : g_strdup ("");
  g_autofree char *zone = iface != NULL ? g_strconcat ("%", iface, NULL) : g_strdup ("");

  if (self->port < 0)
    return g_strconcat (sources, self->address, zone, NULL);
  return g_strdup_printf ("%s[%s%s]:%d", sources, self->address, zone, self->port);
}

gboolean
group_uri_parse (GroupUri *self, const char *text, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_ENCODED_QUERY, &reason);
  g_autoptr (McastGroup) group = NULL;
  g_autofree char *first = NULL;

  *self = (GroupUri) { .port = -1 };
  if (uri == NULL)
    return fail (error, text, reason->message);
  if (!check_form (uri, text, error))
    return FALSE;
  self->port = g_uri_get_port (uri);
  self->address = g_strdup (g_uri_get_host (uri));
  if (g_uri_get_userinfo (uri) != NULL && *g_uri_get_userinfo (uri) != '\0')
    self->sources = g_strdup (g_uri_get_userinfo (uri));
  if (!take_parameters (self, text, g_uri_get_query (uri), error))
    return FALSE;
  first = format_group (self, NULL);
  group = mcast_group_parse (first, error);
  return group != NULL;
}

char **
group_uri_to_groups (const GroupUri *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = self->interfaces != NULL ? g_strv_length (self->interfaces) : 1;

  for (guint i = 0; i < n; i++)
    {
      const char *iface = self->interfaces != NULL ? g_strstrip (self->interfaces[i]) : NULL;
      g_autofree char *group = format_group (self, iface);

      g_strv_builder_add (builder, group);
    }
  return g_strv_builder_end (builder);
}

char *
group_uri_to_string (const GroupUri *self)
{
  gboolean is_ipv6 = strchr (self->address, ':') != NULL;
  g_autoptr (GString) uri = g_string_new ("mcast://");

  if (self->sources != NULL)
    g_string_append_printf (uri, "%s@", self->sources);
  g_string_append (uri, is_ipv6 ? "[" : "");
  g_string_append_uri_escaped (uri, self->address, ":", FALSE);
  g_string_append (uri, is_ipv6 ? "]" : "");
  if (self->port >= 0)
    g_string_append_printf (uri, ":%d", self->port);
  if (self->parameters != NULL)
    g_string_append_printf (uri, "?%s", self->parameters);
  return g_string_free (g_steal_pointer (&uri), FALSE);
}
