/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcasturi.h"

#include <string.h>

#include <gio/gio.h>
#include <gst/base/gstbasesink.h>
#include <mcast.h>

#include "gstmcastdebug.h"
#include "gstmcasterror.h"
#include "gstmcastgroups.h"
#include "gstmcasttextlist.h"

#define GST_CAT_DEFAULT gst_mcast_debug

/* A URI is another form of the properties: mcast://[SOURCE@]GROUP[:PORT][?PROPERTY=VALUE&...]. It
 * is parsed completely before any property is set, so an invalid URI changes nothing. */

#define DEFAULT_PORT 5004

typedef struct
{
  GParamSpec *pspec;
  GValue value;
} Setting;

static void
setting_free (gpointer data)
{
  Setting *setting = data;

  g_value_unset (&setting->value);
  g_free (setting);
}

static gboolean
fail (GError **error, int code, const char *uri, const char *reason)
{
  g_set_error (error, GST_URI_ERROR, code, "“%s”: %s", uri, reason);
  return FALSE;
}

/* Returns whether the query may set @pspec. Properties that another part of the URI sets, and
 * objects, are not allowed. */
static gboolean
is_allowed_in_query (GParamSpec *pspec)
{
  static const char *const others[] = { "uri",  "name", "parent",  "address", "multicast-group",
                                        "host", "port", "clients", NULL };

  return (pspec->flags & G_PARAM_WRITABLE) && !g_type_is_a (pspec->value_type, G_TYPE_OBJECT)
         && !g_strv_contains (others, pspec->name);
}

static GParamSpec *
find_property (GObject *element, const char *key)
{
  GObjectClass *klass = G_OBJECT_GET_CLASS (element);
  GParamSpec *pspec;

  if (g_str_equal (key, "source"))
    return g_object_class_find_property (klass, "multicast-source");
  if (g_str_equal (key, "iface"))
    return g_object_class_find_property (klass, "interfaces");
  pspec = g_object_class_find_property (klass, key);
  return pspec != NULL && is_allowed_in_query (pspec) ? pspec : NULL;
}

static gboolean
parse_value (GParamSpec *pspec, const char *text, GValue *value)
{
  g_value_init (value, pspec->value_type);
  if (pspec->value_type == GST_TYPE_ARRAY && *text != '<')
    {
      g_auto (GStrv) list = gst_mcast_text_list_split (text);

      gst_mcast_text_list_to_value ((const char *const *) list, value);
      return TRUE;
    }
  if (pspec->value_type == G_TYPE_STRING)
    {
      g_value_set_string (value, text);
      return TRUE;
    }
  /* g_param_value_validate() returns %TRUE if the value was out of range. */
  return *text != '\0' && gst_value_deserialize_with_pspec (value, text, pspec)
         && !g_param_value_validate (pspec, value);
}

static gboolean
is_set_twice (GPtrArray *settings, GParamSpec *pspec)
{
  for (guint i = 0; i < settings->len; i++)
    if (((Setting *) g_ptr_array_index (settings, i))->pspec == pspec)
      return TRUE;
  return FALSE;
}

static gboolean
parse_parameter (GObject *element, const char *uri, const char *key, const char *text,
                 GPtrArray *settings, GError **error)
{
  GParamSpec *pspec = find_property (element, key);
  g_autofree char *reason = NULL;
  Setting *setting;

  if (pspec == NULL)
    {
      reason = g_strdup_printf ("%s has no parameter “%s”: parameters are its properties, which "
                                "gst-inspect-1.0 lists",
                                G_OBJECT_TYPE_NAME (element), key);
      return fail (error, GST_URI_ERROR_BAD_REFERENCE, uri, reason);
    }
  if (is_set_twice (settings, pspec))
    {
      reason = g_strdup_printf ("parameter “%s” is given twice", key);
      return fail (error, GST_URI_ERROR_BAD_URI, uri, reason);
    }
  setting = g_new0 (Setting, 1);
  setting->pspec = pspec;
  g_ptr_array_add (settings, setting);
  if (!parse_value (pspec, text, &setting->value))
    {
      reason = g_strdup_printf ("“%s” is not a value for parameter “%s”", text, key);
      return fail (error, GST_URI_ERROR_BAD_REFERENCE, uri, reason);
    }
  return TRUE;
}

static gboolean
parse_query (GObject *element, const char *uri, const char *query, GPtrArray *settings,
             GError **error)
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
      gboolean good = parse_parameter (element, uri, key, value, settings, error);

      g_free (key);
      g_free (value);
      if (!good)
        return FALSE;
    }
  return reason == NULL || fail (error, GST_URI_ERROR_BAD_URI, uri, reason->message);
}

/* Parses @uri. Accepts udp:// too, for existing configurations. */
static GUri *
parse_uri (const char *uri, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GUri) parsed = NULL;
  g_autofree char *help = NULL;

  if (uri == NULL)
    {
      fail (error, GST_URI_ERROR_BAD_URI, "",
            "the URI is empty: use for example mcast://239.1.2.3:5004");
      return NULL;
    }
  /* The query is decoded parameter by parameter, so that a value may hold an encoded &. */
  parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED_QUERY, &reason);
  if (parsed == NULL)
    {
      help = g_strdup_printf ("%s; use mcast://GROUP:PORT?PROPERTY=VALUE, with an IPv6 group in "
                              "brackets and %%25 for a %%",
                              reason->message);
      fail (error, GST_URI_ERROR_BAD_URI, uri, help);
    }
  else if (!g_str_equal (g_uri_get_scheme (parsed), "mcast")
           && !g_str_equal (g_uri_get_scheme (parsed), "udp"))
    fail (error, GST_URI_ERROR_UNSUPPORTED_PROTOCOL, uri, "the scheme must be mcast:// or udp://");
  else if (g_uri_get_host (parsed) == NULL || *g_uri_get_host (parsed) == '\0')
    fail (error, GST_URI_ERROR_BAD_URI, uri, "the group is missing after the ://");
  else if (*g_uri_get_path (parsed) != '\0' && !g_str_equal (g_uri_get_path (parsed), "/"))
    fail (error, GST_URI_ERROR_BAD_URI, uri,
          "a path is not allowed after the port: parameters start with ?");
  else if (g_uri_get_fragment (parsed) != NULL)
    fail (error, GST_URI_ERROR_BAD_URI, uri, "a fragment (#) is not allowed");
  else
    return g_steal_pointer (&parsed);
  return NULL;
}

/* Returns the address, which may be source@group or @group, as in VLC and FFmpeg. */
static char *
address_of (GUri *uri)
{
  const char *source = g_uri_get_userinfo (uri);

  if (source == NULL || *source == '\0')
    return g_strdup (g_uri_get_host (uri));
  return g_strdup_printf ("%s@%s", source, g_uri_get_host (uri));
}

/* Finds the property that holds the group: address of a source, host of a sink. */
static GParamSpec *
find_address_property (GObject *element)
{
  GObjectClass *klass = G_OBJECT_GET_CLASS (element);
  GParamSpec *pspec = g_object_class_find_property (klass, "address");

  return pspec != NULL ? pspec : g_object_class_find_property (klass, "host");
}

/* Returns whether @address is a group or the default of the property, which means no group. */
static gboolean
check_address (GParamSpec *pspec, const char *address, GError **error)
{
  const GValue *value = g_param_spec_get_default_value (pspec);

  return g_str_equal (address, g_value_get_string (value))
         || gst_mcast_group_check (address, error);
}

static gboolean
check_state (GstElement *element, const char *uri, GError **error)
{
  if (GST_STATE (element) <= GST_STATE_READY)
    return TRUE;
  return fail (error, GST_URI_ERROR_BAD_STATE, uri,
               "a URI cannot be set while the element plays: stop the element first");
}

static void
apply_settings (GObject *object, const char *address_property, const char *address, int port,
                GPtrArray *settings)
{
  g_object_freeze_notify (object);
  g_object_set (object, address_property, address, "port", port >= 0 ? port : DEFAULT_PORT, NULL);
  if (find_property (object, "multicast-source") != NULL)
    g_object_set (object, "multicast-source", NULL, NULL);
  for (guint i = 0; i < settings->len; i++)
    {
      Setting *setting = g_ptr_array_index (settings, i);

      g_object_set_property (object, setting->pspec->name, &setting->value);
    }
  g_object_thaw_notify (object);
}

/* Sets the properties in @uri: the group as address or host, the port, and one property for each
 * parameter of the query. Clears the source filter if @uri does not set it, as udpsrc does. */
gboolean
gst_mcast_uri_apply (GstElement *element, const char *uri, GError **error)
{
  GObject *object = G_OBJECT (element);
  GParamSpec *pspec = find_address_property (object);
  g_autoptr (GPtrArray) settings = g_ptr_array_new_with_free_func (setting_free);
  g_autoptr (GUri) parsed = parse_uri (uri, error);
  g_autofree char *address = parsed != NULL ? address_of (parsed) : NULL;

  if (parsed == NULL || !parse_query (object, uri, g_uri_get_query (parsed), settings, error)
      || !check_address (pspec, address, error) || !check_state (element, uri, error))
    return FALSE;
  apply_settings (object, pspec->name, address, g_uri_get_port (parsed), settings);
  return TRUE;
}

/* Sets the property uri. A setter cannot fail, so this returns an error for the next start to fail
 * with. While the element plays, nothing changes, and the error is posted as a warning instead. */
GError *
gst_mcast_uri_set_property (GstElement *element, const char *uri)
{
  g_autoptr (GError) error = NULL;

  if (gst_mcast_uri_apply (element, uri, &error))
    return NULL;
  GST_WARNING_OBJECT (element, "Failed to set the URI: %s", error->message);
  if (GST_STATE (element) <= GST_STATE_READY)
    return g_steal_pointer (&error);
  gst_mcast_post_warning (element, GST_RESOURCE_ERROR_SETTINGS, error);
  return NULL;
}

static void
append_sources (GString *uri, McastGroup *group)
{
  GPtrArray *sources = mcast_group_get_sources (group);

  if (sources->len == 0)
    return;
  if (mcast_group_get_filter_mode (group) == MCAST_FILTER_MODE_EXCLUDE)
    g_string_append_c (uri, '!');
  for (guint i = 0; i < sources->len; i++)
    {
      g_autofree char *source = g_inet_address_to_string (g_ptr_array_index (sources, i));

      g_string_append_printf (uri, "%s%s", i > 0 ? "+" : "", source);
    }
  g_string_append_c (uri, '@');
}

static void
append_group (GString *uri, McastGroup *group)
{
  g_autofree char *address = g_inet_address_to_string (mcast_group_get_address (group));
  gboolean brackets = mcast_group_get_family (group) == G_SOCKET_FAMILY_IPV6;

  append_sources (uri, group);
  g_string_append_printf (uri, "%s%s", brackets ? "[" : "", address);
  if (mcast_group_get_interface (group) != NULL)
    {
      g_string_append (uri, "%25");
      g_string_append_uri_escaped (uri, mcast_group_get_interface (group), ":", FALSE);
    }
  if (brackets)
    g_string_append_c (uri, ']');
}

static void
append_parameter (GString *uri, const char *key, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  g_string_append_printf (uri, "%c%s=", strchr (uri->str, '?') == NULL ? '?' : '&', key);
  g_string_append_uri_escaped (uri, value, "+,*:", FALSE);
}

/* Returns the URI that sets the arguments. %NULL arguments are left out. */
char *
gst_mcast_uri_build (const char *address, guint port, const char *interfaces, const char *sources)
{
  g_autoptr (GString) uri = g_string_new ("mcast://");
  g_autoptr (McastGroup) group = mcast_group_parse (address, NULL);

  if (group != NULL)
    append_group (uri, group);
  else
    g_string_append_uri_escaped (uri, address, NULL, FALSE);
  if (group != NULL && mcast_group_get_port (group) != 0)
    port = mcast_group_get_port (group);
  g_string_append_printf (uri, ":%u", port);
  append_parameter (uri, "interfaces", interfaces);
  append_parameter (uri, "multicast-source", sources);
  return g_string_free (g_steal_pointer (&uri), FALSE);
}

static GstURIType
get_type (GType type)
{
  return g_type_is_a (type, GST_TYPE_BASE_SINK) ? GST_URI_SINK : GST_URI_SRC;
}

/* Not udp: udpsrc and udpsink handle these URIs, because they also support unicast. */
static const char *const *
get_protocols (GType type)
{
  static const char *const protocols[] = { "mcast", NULL };

  return protocols;
}

static char *
get_uri (GstURIHandler *handler)
{
  char *uri;

  g_object_get (handler, "uri", &uri, NULL);
  return uri;
}

static gboolean
set_uri (GstURIHandler *handler, const char *uri, GError **error)
{
  return gst_mcast_uri_apply (GST_ELEMENT (handler), uri, error);
}

void
gst_mcast_uri_handler_init (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_type;
  handler->get_protocols = get_protocols;
  handler->get_uri = get_uri;
  handler->set_uri = set_uri;
}
