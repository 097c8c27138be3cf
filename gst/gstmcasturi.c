/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcasturi.h"

#include <string.h>

#include <gio/gio.h>
#include <gst/base/gstbasesink.h>
#include <mcast.h>

#include "gstmcastgroups.h"
#include "mcasturialias.h"

/* A URI is another form of the properties: mcast://[SOURCE@]GROUP[:PORT][?PROPERTY=VALUE&...]. It
 * is parsed completely before any property is set, so an invalid URI changes nothing. What it does
 * not set, but the URI before it did, is reset. */

#define DEFAULT_PORT 5004

/* A property to set. */
typedef struct
{
  guint id;
  GValue value;
} Setting;

static void
setting_free (gpointer data)
{
  Setting *setting = data;

  g_value_unset (&setting->value);
  g_free (setting);
}

/* Adds a setting with an empty value, which the caller sets. */
static GValue *
add_setting (GPtrArray *settings, GstMcastCore *core, guint id)
{
  Setting *setting = g_new0 (Setting, 1);

  setting->id = id;
  g_ptr_array_add (settings, setting);
  return g_value_init (&setting->value, core->info->pspecs[id]->value_type);
}

static gboolean
fail (GError **error, int code, const char *uri, const char *reason)
{
  g_set_error (error, GST_URI_ERROR, code, "“%s”: %s", uri, reason);
  return FALSE;
}

static gboolean
is_parameter (GstMcastCore *core, guint id)
{
  return core->info->properties[id].in_uri != GST_MCAST_IN_URI_NO;
}

static GstURIType
get_type (GType type)
{
  return g_type_is_a (type, GST_TYPE_BASE_SINK) ? GST_URI_SINK : GST_URI_SRC;
}

static guint
find_property (GstMcastCore *core, const char *name)
{
  for (guint id = 1; name != NULL && id < core->info->n_properties; id++)
    if (is_parameter (core, id) && g_str_equal (core->info->pspecs[id]->name, name))
      return id;
  return 0;
}

static const char *
get_property_name (GstMcastCore *core, const McastUriAlias *alias)
{
  return get_type (G_OBJECT_TYPE (core->element)) == GST_URI_SINK ? alias->sink_property
                                                                  : alias->src_property;
}

static GStrv
list_parameters (GstMcastCore *core)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint id = 1; id < core->info->n_properties; id++)
    if (is_parameter (core, id))
      g_ptr_array_add (names, g_strdup (core->info->pspecs[id]->name));
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (names, FALSE);
}

static gboolean
fail_unknown (GstMcastCore *core, const char *uri, const char *key, GError **error)
{
  g_auto (GStrv) names = list_parameters (core);
  g_autofree char *known = g_strjoinv (", ", names);
  g_autofree char *reason =
    g_strdup_printf ("%s has no parameter “%s”; the nearest name is “%s”. Its parameters are %s",
                     G_OBJECT_TYPE_NAME (core->element), key,
                     mcast_uri_alias_find_nearest (key, (const char *const *) names), known);

  return fail (error, GST_URI_ERROR_BAD_REFERENCE, uri, reason);
}

static gboolean
parse_value (GParamSpec *pspec, const char *text, GValue *value)
{
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
is_set (GPtrArray *settings, guint id)
{
  for (guint i = 0; i < settings->len; i++)
    if (((Setting *) g_ptr_array_index (settings, i))->id == id)
      return TRUE;
  return FALSE;
}

static gboolean
add_parameter (GstMcastCore *core, const char *uri, const char *key, guint id, const char *text,
               GPtrArray *settings, GError **error)
{
  g_autofree char *reason = NULL;

  if (is_set (settings, id))
    {
      reason = g_strdup_printf ("parameter “%s” is given twice", key);
      return fail (error, GST_URI_ERROR_BAD_URI, uri, reason);
    }
  if (parse_value (core->info->pspecs[id], text, add_setting (settings, core, id)))
    return TRUE;
  reason = g_strdup_printf ("“%s” is not a value for parameter “%s”", text, key);
  return fail (error, GST_URI_ERROR_BAD_REFERENCE, uri, reason);
}

/* A parameter of another program that has no equivalent is added to @ignored. */
static gboolean
parse_parameter (GstMcastCore *core, const char *uri, const char *key, const char *text,
                 GPtrArray *settings, GString *ignored, GError **error)
{
  guint id = find_property (core, key);
  const McastUriAlias *alias = id == 0 ? mcast_uri_alias_find (key) : NULL;
  g_autofree char *converted = NULL;

  if (id != 0)
    return add_parameter (core, uri, key, id, text, settings, error);
  if (alias == NULL)
    return fail_unknown (core, uri, key, error);
  id = find_property (core, get_property_name (core, alias));
  if (id == 0)
    {
      g_string_append_printf (ignored, "%s%s", ignored->len > 0 ? ", " : "", key);
      return TRUE;
    }
  converted = mcast_uri_alias_convert (alias, text);
  return add_parameter (core, uri, key, id, converted, settings, error);
}

static gboolean
parse_query (GstMcastCore *core, const char *uri, const char *query, GPtrArray *settings,
             GString *ignored, GError **error)
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
      gboolean good = parse_parameter (core, uri, key, value, settings, ignored, error);

      g_free (key);
      g_free (value);
      if (!good)
        return FALSE;
    }
  return reason == NULL || fail (error, GST_URI_ERROR_BAD_URI, uri, reason->message);
}

static gboolean
is_scheme (const char *scheme)
{
  static const char *const schemes[] = { "mcast", "udp", "rtp", "udp+mpegts", "udp+rtp", NULL };

  return g_strv_contains (schemes, scheme);
}

/* Parses @uri. Accepts the schemes of other programs too, for existing configurations. */
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
  else if (!is_scheme (g_uri_get_scheme (parsed)))
    fail (error, GST_URI_ERROR_UNSUPPORTED_PROTOCOL, uri,
          "the scheme must be mcast://, udp://, rtp://, udp+mpegts:// or udp+rtp://");
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

/* Returns whether @address is a group or the default of the property, which means no group. */
static gboolean
check_address (GParamSpec *pspec, const char *address, GError **error)
{
  const GValue *value = g_param_spec_get_default_value (pspec);

  return g_str_equal (address, g_value_get_string (value))
         || gst_mcast_group_check (address, error);
}

static guint64
list_bits (GPtrArray *settings)
{
  guint64 bits = 0;

  for (guint i = 0; i < settings->len; i++)
    bits |= GST_MCAST_BIT (((Setting *) g_ptr_array_index (settings, i))->id);
  return bits;
}

/* Adds the defaults of what the last URI set and this one does not. */
static void
add_resets (GstMcastCore *core, GPtrArray *settings)
{
  guint64 to_reset = gst_mcast_core_get_set_by_uri (core) & ~list_bits (settings);

  for (guint id = 1; id < core->info->n_properties; id++)
    {
      gboolean always = core->info->properties[id].in_uri == GST_MCAST_IN_URI_ALWAYS;

      if ((to_reset & GST_MCAST_BIT (id)) != 0 || (always && !is_set (settings, id)))
        g_param_value_set_default (core->info->pspecs[id], add_setting (settings, core, id));
    }
}

static gboolean
is_current (GstMcastCore *core, const Setting *setting)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_VALUE_TYPE (&setting->value));
  gst_mcast_core_get_property (core, setting->id, &value);
  return g_param_values_cmp (core->info->pspecs[setting->id], &value, &setting->value) == 0;
}

static gboolean
is_zapping (GstMcastCore *core, guint id)
{
  return core->info->properties[id].effect == GST_MCAST_EFFECT_MEMBERSHIP && id != core->info->port;
}

/* While the element plays, only groups, sources and interfaces may change. */
static gboolean
check_state (GstMcastCore *core, const char *uri, GPtrArray *settings, GError **error)
{
  g_autofree char *reason = NULL;

  if (GST_STATE (core->element) <= GST_STATE_READY)
    return TRUE;
  for (guint i = 0; i < settings->len; i++)
    {
      const Setting *setting = g_ptr_array_index (settings, i);

      if (is_zapping (core, setting->id) || is_current (core, setting))
        continue;
      reason = g_strdup_printf ("%s cannot change while the element plays: stop the element first",
                                core->info->pspecs[setting->id]->name);
      return fail (error, GST_URI_ERROR_BAD_STATE, uri, reason);
    }
  return TRUE;
}

/* Sets the properties as one change. */
static void
apply_settings (GstMcastCore *core, GPtrArray *settings)
{
  GObject *object = G_OBJECT (core->element);

  g_object_freeze_notify (object);
  for (guint i = 0; i < settings->len; i++)
    {
      const Setting *setting = g_ptr_array_index (settings, i);

      if (!is_current (core, setting))
        g_object_set_property (object, core->info->pspecs[setting->id]->name, &setting->value);
    }
  g_object_thaw_notify (object);
}

/* Sets the properties in @uri: one for each parameter of the query, then the group as address or
 * host, and the port. */
gboolean
gst_mcast_uri_apply (GstMcastCore *core, const char *uri, GError **error)
{
  g_autoptr (GPtrArray) settings = g_ptr_array_new_with_free_func (setting_free);
  g_autoptr (GString) ignored = g_string_new (NULL);
  g_autoptr (GUri) parsed = parse_uri (uri, error);
  g_autofree char *address = parsed != NULL ? address_of (parsed) : NULL;
  guint64 parameters;
  int port;

  if (parsed == NULL || !parse_query (core, uri, g_uri_get_query (parsed), settings, ignored, error)
      || !check_address (core->info->pspecs[core->info->address], address, error))
    return FALSE;
  parameters = list_bits (settings);
  port = g_uri_get_port (parsed);
  add_resets (core, settings);
  g_value_set_string (add_setting (settings, core, core->info->address), address);
  g_value_set_int (add_setting (settings, core, core->info->port), port >= 0 ? port : DEFAULT_PORT);
  if (!check_state (core, uri, settings, error))
    return FALSE;
  apply_settings (core, settings);
  gst_mcast_core_take_uri (core, parameters);
  if (ignored->len > 0)
    GST_ELEMENT_WARNING (core->element, RESOURCE, SETTINGS,
                         ("Parameters of the URI without an equivalent are ignored: %s",
                          ignored->str),
                         ("%s", uri));
  return TRUE;
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
  g_string_append_printf (uri, "%c%s=", strchr (uri->str, '?') == NULL ? '?' : '&', key);
  g_string_append_uri_escaped (uri, value, "+,*:@![]", FALSE);
}

static char *
value_to_text (const GValue *value)
{
  return G_VALUE_HOLDS_STRING (value) ? g_value_dup_string (value) : gst_value_serialize (value);
}

/* Appends the parameters that do not have their defaults. */
static void
append_parameters (GString *uri, GstMcastCore *core)
{
  for (guint id = 1; id < core->info->n_properties; id++)
    {
      const GstMcastProperty *property = &core->info->properties[id];
      GParamSpec *pspec = core->info->pspecs[id];
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *text = NULL;

      if (!is_parameter (core, id))
        continue;
      g_value_init (&value, pspec->value_type);
      if (property->get_in_uri != NULL)
        property->get_in_uri (core->element, &value);
      else
        gst_mcast_core_get_property (core, id, &value);
      if (g_param_value_defaults (pspec, &value))
        continue;
      text = value_to_text (&value);
      append_parameter (uri, pspec->name, text);
    }
}

/* Returns the URI that sets the properties as they are, %NULL without an address. */
char *
gst_mcast_uri_build (GstMcastCore *core)
{
  g_autoptr (GString) uri = g_string_new ("mcast://");
  g_autoptr (McastGroup) group = NULL;
  g_autofree char *address = NULL;
  int port;

  g_object_get (core->element, core->info->pspecs[core->info->address]->name, &address, "port",
                &port, NULL);
  if (address == NULL)
    return NULL;
  group = mcast_group_parse (address, NULL);
  if (group != NULL)
    append_group (uri, group);
  else
    g_string_append_uri_escaped (uri, address, NULL, FALSE);
  if (group != NULL && mcast_group_get_port (group) != 0)
    port = (int) mcast_group_get_port (group);
  g_string_append_printf (uri, ":%d", port);
  append_parameters (uri, core);
  return g_string_free (g_steal_pointer (&uri), FALSE);
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
  return gst_mcast_uri_build (gst_mcast_core_get (GST_ELEMENT (handler)));
}

static gboolean
set_uri (GstURIHandler *handler, const char *uri, GError **error)
{
  return gst_mcast_uri_apply (gst_mcast_core_get (GST_ELEMENT (handler)), uri, error);
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
