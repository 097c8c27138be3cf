/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastgroups.h"

#include <string.h>

#include <gio/gio.h>
#include <mcast.h>

#include "gstmcasttextlist.h"

void
gst_mcast_sources_init (GstMcastSources *sources)
{
  sources->include = g_ptr_array_new_with_free_func (g_free);
  sources->exclude = g_ptr_array_new_with_free_func (g_free);
}

void
gst_mcast_sources_clear (GstMcastSources *sources)
{
  g_clear_pointer (&sources->include, g_ptr_array_unref);
  g_clear_pointer (&sources->exclude, g_ptr_array_unref);
}

/* Adds senders in the form of udpsrc: "+10.0.0.1+10.0.0.2-10.0.0.9". A sender without a sign is
 * included. */
void
gst_mcast_sources_add_signed (GstMcastSources *sources, const char *text)
{
  const char *rest = text;

  while (rest != NULL && *rest != '\0')
    {
      gboolean exclude = *rest == '-';
      const char *start = rest + (*rest == '-' || *rest == '+');
      gsize length = strcspn (start, "+-");
      g_autofree char *source = g_strstrip (g_strndup (start, length));

      if (*source != '\0')
        g_ptr_array_add (exclude ? sources->exclude : sources->include, g_steal_pointer (&source));
      rest = start + length;
    }
}

/* Adds senders in the form of udpsrc2: a comma-separated list, to include or to exclude. */
void
gst_mcast_sources_add_list (GstMcastSources *sources, const char *text, gboolean exclusive)
{
  g_auto (GStrv) list = gst_mcast_text_list_split (text);

  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    g_ptr_array_add (exclusive ? sources->exclude : sources->include, g_strdup (list[i]));
}

/* The only letters in a numeric address are the hexadecimal digits of IPv6, next to colons. */
static gboolean
is_host_name (const char *text)
{
  gboolean has_letter = FALSE;

  for (const char *c = text; *c != '\0'; c++)
    {
      if (!g_ascii_isalnum (*c) && *c != '.' && *c != '-' && *c != '_')
        return FALSE;
      has_letter |= g_ascii_isalpha (*c);
    }
  return has_letter;
}

/* Returns whether @text has the form of a group or a host name. Does not look up the host name. */
gboolean
gst_mcast_group_check (const char *text, GError **error)
{
  g_autoptr (McastGroup) group = NULL;

  if (is_host_name (text))
    return TRUE;
  group = mcast_group_parse (text, error);
  return group != NULL;
}

static char *
resolve_name (const char *name, GError **error)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GError) reason = NULL;
  g_autofree char *first = NULL;
  GList *addresses = g_resolver_lookup_by_name (resolver, name, NULL, &reason);
  GInetAddress *group = NULL;

  for (GList *l = addresses; l != NULL && group == NULL; l = l->next)
    if (g_inet_address_get_is_multicast (l->data))
      group = g_object_ref (l->data);
  if (addresses != NULL)
    first = g_inet_address_to_string (addresses->data);
  g_resolver_free_addresses (addresses);

  if (group != NULL)
    {
      char *text = g_inet_address_to_string (group);

      g_object_unref (group);
      return text;
    }
  if (first != NULL)
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST,
                 "“%s” is %s, which is not a multicast address: choose one from 224.0.0.0 to "
                 "239.255.255.255, or an IPv6 address that starts with ff",
                 name, first);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "“%s” is neither a multicast address nor the name of one: %s", name,
                 reason->message);
  return NULL;
}

/* Returns the text of a group that the library parses: @text, or the address of a host name. */
char *
gst_mcast_group_resolve (const char *text, GError **error)
{
  if (!gst_mcast_group_check (text, error))
    return NULL;
  return is_host_name (text) ? resolve_name (text, error) : g_strdup (text);
}

static gboolean
contains (GPtrArray *array, const char *text)
{
  return g_ptr_array_find_with_equal_func (array, text, g_str_equal, NULL);
}

/* Prepends the senders to @group, unless it has its own. A sender that is both included and
 * excluded is excluded. */
static char *
add_sources (const char *group, const GstMcastSources *sources, GError **error)
{
  gboolean include = sources->include->len > 0;
  GPtrArray *list = include ? sources->include : sources->exclude;
  g_autoptr (GString) text = g_string_new (NULL);

  if (list->len == 0 || strchr (group, '@') != NULL)
    return g_strdup (group);

  for (guint i = 0; i < list->len; i++)
    {
      const char *source = g_ptr_array_index (list, i);

      if (include && contains (sources->exclude, source))
        continue;
      g_string_append_printf (text, "%s%s", text->len > 0 ? "+" : "", source);
    }
  if (text->len == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Every included source of group “%s” is also excluded: remove one from the "
                   "excluded sources",
                   group);
      return NULL;
    }
  g_string_append_printf (text, "@%s", group);
  if (!include)
    g_string_prepend_c (text, '!');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Returns a group in the canonical form of the library, so that texts can be compared. */
char *
gst_mcast_group_canonical (const char *text, GError **error)
{
  g_autoptr (McastGroup) group = mcast_group_parse (text, error);

  return group != NULL ? mcast_group_to_string (group) : NULL;
}

/* Returns a group in the form that the library parses, with @sources unless it has its own. */
char *
gst_mcast_group_resolve_with_sources (const char *named, const GstMcastSources *sources,
                                      GError **error)
{
  g_autofree char *address = gst_mcast_group_resolve (named, error);
  g_autofree char *group = address != NULL ? add_sources (address, sources, error) : NULL;

  return group != NULL ? gst_mcast_group_canonical (group, error) : NULL;
}

/* Returns the groups in the form that the library parses, with source filters and no duplicates. */
char **
gst_mcast_groups_resolve (const char *const *named, const GstMcastSources *sources, GError **error)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; named[i] != NULL; i++)
    {
      char *group = gst_mcast_group_resolve_with_sources (named[i], sources, error);

      if (group == NULL)
        return NULL;
      if (contains (groups, group))
        g_free (group);
      else
        g_ptr_array_add (groups, group);
    }
  g_ptr_array_add (groups, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&groups), FALSE);
}

static char *
find_unused_sources (const char *const *groups)
{
  for (guint i = 0; groups[i] != NULL; i++)
    if (strchr (groups[i], '@') != NULL)
      return g_strdup_printf ("Group %s has its own sources, so the source filter does not apply "
                              "to it: set the sources in one place",
                              groups[i]);
  return NULL;
}

static gboolean
needs_interfaces (const char *text)
{
  g_autoptr (McastGroup) group = mcast_group_parse (text, NULL);

  return group == NULL || mcast_group_get_interface (group) == NULL;
}

static gboolean
needs_port (const char *text, guint port)
{
  g_autoptr (McastGroup) group = mcast_group_parse (text, NULL);

  return group == NULL || mcast_group_get_port (group) == 0 || mcast_group_get_port (group) == port;
}

/* Returns which of the settings has no effect because of @groups, %NULL if all have one.
 * @has_sources: whether sources are set for groups without their own; @interfaces: (nullable): the
 * list of interfaces for groups without their own; @port: the port for groups without their own, 0
 * if it is not set */
char *
gst_mcast_groups_find_contradiction (const char *const *groups, gboolean has_sources,
                                     const char *interfaces, guint port)
{
  gboolean uses_interfaces = groups[0] == NULL || interfaces == NULL;
  gboolean uses_port = groups[0] == NULL || port == 0;
  char *text = has_sources ? find_unused_sources (groups) : NULL;

  if (text != NULL)
    return text;
  for (guint i = 0; groups[i] != NULL; i++)
    {
      uses_interfaces = uses_interfaces || needs_interfaces (groups[i]);
      uses_port = uses_port || needs_port (groups[i], port);
    }
  if (!uses_interfaces)
    return g_strdup_printf ("Interfaces “%s” are not used, because every group names its "
                            "interface: set the interface in one place",
                            interfaces);
  if (!uses_port)
    return g_strdup_printf ("Port %u is not used, because every group names its port: set the port "
                            "in one place",
                            port);
  return NULL;
}
