/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastleg.h"

#include <gio/gio.h>
#include <mcast.h>

#include "gstmcastgroups.h"
#include "gstmcastsocketproperty.h"

#define STRUCTURE_NAME "leg"
#define EXAMPLE "leg, group=239.1.2.3:5004, interface=eth0"

/* A field of the structure. */
typedef struct
{
  const char *name;
  GType type;
  gsize offset;
  int minimum;
  int maximum;
  const char *remedy;
  /* The property of a sending socket with the same value, which only senders have. */
  const char *socket_property;
  GType socket_type;
  gboolean is_shared; /* receivers have it, too */
} Field;

#define OFFSET(name) G_STRUCT_OFFSET (GstMcastLeg, name)

static const Field fields[] = {
  { "group", G_TYPE_STRING, OFFSET (group), .remedy = "a multicast group, such as 239.1.2.3:5004" },
  { "interface", G_TYPE_STRING, OFFSET (iface), .remedy = "a name, an index or an address" },
  { "source-address", G_TYPE_STRING, OFFSET (source_address),
    .remedy = "an address, such as 10.0.0.1", .socket_property = "source-address",
    .socket_type = G_TYPE_STRING, .is_shared = TRUE },
  { "source-port", G_TYPE_INT, OFFSET (source_port), 0, G_MAXUINT16, "a number from 0 to 65535",
    .socket_property = "source-port", .socket_type = G_TYPE_UINT },
  { "ttl", G_TYPE_INT, OFFSET (ttl), 0, 255, "a number from 0 to 255", .socket_property = "ttl",
    .socket_type = G_TYPE_UINT },
  { "dscp", G_TYPE_INT, OFFSET (dscp), -1, 63, "a number from 0 to 63, or -1 for the default",
    .socket_property = "dscp", .socket_type = G_TYPE_INT },
  { "enabled", G_TYPE_BOOLEAN, OFFSET (enabled), .remedy = "true or false" },
  { "name", G_TYPE_STRING, OFFSET (name), .remedy = "a text, such as primary" },
};

static void
leg_free (gpointer data)
{
  GstMcastLeg *leg = data;

  g_free (leg->group);
  g_free (leg->iface);
  g_free (leg->source_address);
  g_free (leg->name);
  g_free (leg);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstMcastLeg, leg_free)

/* --- Parsing --------------------------------------------------------------------------------- */

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_clear_error (error);
  if (error != NULL)
    *error = g_error_new_valist (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, format, arguments);
  va_end (arguments);
  return FALSE;
}

static gboolean
store_string (char **member, const GValue *value)
{
  g_auto (GValue) text = G_VALUE_INIT;

  /* Also numbers: an unquoted interface=3 is one. */
  g_value_init (&text, G_TYPE_STRING);
  if (!g_value_transform (value, &text) || g_value_get_string (&text) == NULL
      || *g_value_get_string (&text) == '\0')
    return FALSE;
  *member = g_value_dup_string (&text);
  return TRUE;
}

static gboolean
store_int (int *member, const Field *field, const GValue *value)
{
  g_auto (GValue) number = G_VALUE_INIT;

  g_value_init (&number, G_TYPE_INT64);
  if (G_VALUE_HOLDS_STRING (value) || !g_value_transform (value, &number)
      || g_value_get_int64 (&number) < field->minimum
      || g_value_get_int64 (&number) > field->maximum)
    return FALSE;
  *member = (int) g_value_get_int64 (&number);
  return TRUE;
}

static gboolean
store (GstMcastLeg *leg, const Field *field, const GValue *value)
{
  gpointer member = G_STRUCT_MEMBER_P (leg, field->offset);

  if (field->type == G_TYPE_STRING)
    return store_string (member, value);
  if (field->type == G_TYPE_INT)
    return store_int (member, field, value);
  if (!G_VALUE_HOLDS_BOOLEAN (value))
    return FALSE;
  *(gboolean *) member = g_value_get_boolean (value);
  return TRUE;
}

static const Field *
find_field (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].name, name))
      return &fields[i];
  return NULL;
}

static gboolean
is_allowed (const Field *field, gboolean sends)
{
  return sends || field->socket_property == NULL || field->is_shared;
}

static char *
list_fields (gboolean sends)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (is_allowed (&fields[i], sends))
      g_ptr_array_add (names, (gpointer) fields[i].name);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

static gboolean
parse_field (GstMcastLeg *leg, const char *name, const GValue *value, gboolean sends,
             GError **error)
{
  const Field *field = find_field (name);
  g_autofree char *text = gst_value_serialize (value);
  g_autofree char *known = list_fields (sends);

  if (field == NULL)
    return fail (error, "“%s” is not a field of a leg: use %s", name, known);
  if (!is_allowed (field, sends))
    return fail (error,
                 "“%s=%s” is for legs of mcastsink only: remove it, a leg of mcastsrc has %s", name,
                 text, known);
  return store (leg, field, value)
         || fail (error, "“%s=%s” is not a value: use %s", name, text, field->remedy);
}

/* @group: (nullable): the group of the leg, if it is not the name of a host */
static gboolean
check_source_address (const GstMcastLeg *leg, McastGroup *group, GError **error)
{
  g_autoptr (GInetAddress) address = NULL;

  if (leg->source_address == NULL)
    return TRUE;
  address = g_inet_address_new_from_string (leg->source_address);
  if (address == NULL || g_inet_address_get_is_multicast (address))
    return fail (error, "“source-address=%s” is not a value: use %s", leg->source_address,
                 find_field ("source-address")->remedy);
  if (group != NULL && g_inet_address_get_family (address) != mcast_group_get_family (group))
    return fail (error,
                 "“source-address=%s” is not of the family of the group “%s”: use both of "
                 "IPv4 or both of IPv6",
                 leg->source_address, leg->group);
  return TRUE;
}

/* The name of a host is looked up later, when its group is used. */
static gboolean
check (const GstMcastLeg *leg, gboolean sends, GError **error)
{
  g_autoptr (McastGroup) group = leg->group != NULL ? mcast_group_parse (leg->group, NULL) : NULL;
  g_autofree char *text = NULL;

  if (leg->group == NULL)
    return fail (error, "the group is missing: add for example group=239.1.2.3:5004");
  if (!gst_mcast_group_check (leg->group, error) || !check_source_address (leg, group, error))
    return FALSE;
  if (group == NULL)
    return TRUE;
  if (leg->iface != NULL && mcast_group_get_interface (group) != NULL)
    return fail (error, "the group “%s” has an interface, and interface=%s: set one of them",
                 leg->group, leg->iface);
  if (mcast_group_get_sources (group)->len > 0 && (sends || leg->source_address != NULL))
    return fail (error, "the group “%s” has a source: set source-address instead", leg->group);
  text = gst_mcast_leg_get_group (leg, sends, 0, error);
  return text != NULL;
}

static GstMcastLeg *
parse_structure (const GstStructure *structure, guint number, gboolean sends, GError **error)
{
  g_autoptr (GstMcastLeg) leg = g_new0 (GstMcastLeg, 1);

  leg->source_port = leg->ttl = leg->dscp = GST_MCAST_LEG_UNSET;
  leg->enabled = TRUE;
  if (!gst_structure_has_name (structure, STRUCTURE_NAME))
    {
      fail (error, "the structure “%s” is not a leg: use for example " EXAMPLE,
            gst_structure_get_name (structure));
      return NULL;
    }
  for (int i = 0; i < gst_structure_n_fields (structure); i++)
    {
      const char *name = gst_structure_nth_field_name (structure, (guint) i);

      if (!parse_field (leg, name, gst_structure_get_value (structure, name), sends, error))
        return NULL;
    }
  if (!check (leg, sends, error))
    return NULL;
  if (leg->name == NULL)
    leg->name = g_strdup_printf ("leg-%u", number);
  return g_steal_pointer (&leg);
}

static gboolean
has_name (GstMcastLegs *legs, const char *name)
{
  for (guint i = 0; i < legs->len; i++)
    if (g_str_equal (((GstMcastLeg *) g_ptr_array_index (legs, i))->name, name))
      return TRUE;
  return FALSE;
}

static GstMcastLeg *
parse_item (const GValue *item, guint number, gboolean sends, GError **error)
{
  const GstStructure *structure = GST_VALUE_HOLDS_STRUCTURE (item) ? gst_value_get_structure (item)
                                                                   : NULL;
  const char *name = structure != NULL ? gst_structure_get_string (structure, "name") : NULL;
  GstMcastLeg *leg = NULL;

  if (structure == NULL)
    fail (error, "it is not a structure: use for example " EXAMPLE);
  else
    leg = parse_structure (structure, number, sends, error);
  if (leg == NULL && name != NULL)
    g_prefix_error (error, "Leg %u (%s): ", number, name);
  else if (leg == NULL)
    g_prefix_error (error, "Leg %u: ", number);
  return leg;
}

/* Returns the legs in an array of structures, %NULL for an empty array, or with an @error that
 * states the value and the remedy. @sends: whether they are of a sender */
GstMcastLegs *
gst_mcast_legs_parse (const GValue *array, gboolean sends, GError **error)
{
  g_autoptr (GPtrArray) legs = g_ptr_array_new_with_free_func (leg_free);
  guint n = gst_value_array_get_size (array);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GstMcastLeg)
        leg = parse_item (gst_value_array_get_value (array, i), i + 1, sends, error);

      if (leg == NULL)
        return NULL;
      if (has_name (legs, leg->name))
        {
          fail (error, "Leg %u: “name=%s” is the name of another leg: use another one", i + 1,
                leg->name);
          return NULL;
        }
      g_ptr_array_add (legs, g_steal_pointer (&leg));
    }
  return n > 0 ? g_steal_pointer (&legs) : NULL;
}

/* --- Writing --------------------------------------------------------------------------------- */

static void
write_field (const GstMcastLeg *leg, const Field *field, GstStructure *structure)
{
  gconstpointer member = (const guint8 *) leg + field->offset;

  if (field->type == G_TYPE_STRING && *(char *const *) member != NULL)
    gst_structure_set (structure, field->name, G_TYPE_STRING, *(char *const *) member, NULL);
  else if (field->type == G_TYPE_INT && *(const int *) member != GST_MCAST_LEG_UNSET)
    gst_structure_set (structure, field->name, G_TYPE_INT, *(const int *) member, NULL);
  else if (field->type == G_TYPE_BOOLEAN)
    gst_structure_set (structure, field->name, G_TYPE_BOOLEAN, *(const gboolean *) member, NULL);
}

/* Appends the legs to @array as structures with the fields that are set. */
void
gst_mcast_legs_write (GstMcastLegs *self, GValue *array)
{
  for (guint i = 0; i < self->len; i++)
    {
      GstStructure *structure = gst_structure_new_empty (STRUCTURE_NAME);
      GValue item = G_VALUE_INIT;

      for (guint j = 0; j < G_N_ELEMENTS (fields); j++)
        write_field (g_ptr_array_index (self, i), &fields[j], structure);
      g_value_init (&item, GST_TYPE_STRUCTURE);
      g_value_take_boxed (&item, structure);
      gst_value_array_append_and_take_value (array, &item);
    }
}

/* --- Use ------------------------------------------------------------------------------------- */

static GPtrArray *
list_sources (const GstMcastLeg *self, McastGroup *group)
{
  g_autoptr (GPtrArray) sources = NULL;

  if (self->source_address == NULL)
    return g_ptr_array_ref (mcast_group_get_sources (group));
  sources = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (sources, g_inet_address_new_from_string (self->source_address));
  return g_steal_pointer (&sources);
}

/* Returns the group with interface and port, of a receiver with the source, as the library parses
 * it. Looks up the name of a host. @default_port: the port of a group without one */
char *
gst_mcast_leg_get_group (const GstMcastLeg *self, gboolean sends, guint default_port,
                         GError **error)
{
  g_autofree char *text = gst_mcast_group_resolve (self->group, error);
  g_autoptr (McastGroup) group = text != NULL ? mcast_group_parse (text, error) : NULL;
  g_autoptr (GPtrArray) sources = NULL;
  g_autoptr (McastGroup) complete = NULL;
  McastFilterMode mode;
  const char *iface;
  guint port;

  if (group == NULL)
    return NULL;
  port = mcast_group_get_port (group) != 0 ? mcast_group_get_port (group) : default_port;
  iface = self->iface != NULL ? self->iface : mcast_group_get_interface (group);
  sources = sends ? g_ptr_array_new () : list_sources (self, group);
  mode = self->source_address != NULL && !sends ? MCAST_FILTER_MODE_INCLUDE
                                                : mcast_group_get_filter_mode (group);
  complete = mcast_group_new (mcast_group_get_address (group), port, iface, sources, mode, error);
  return complete != NULL ? mcast_group_to_string (complete) : NULL;
}

/* Adds the properties that are set to those of a sending socket, a GstMcastSocketProperty each. */
void
gst_mcast_leg_add_socket_properties (const GstMcastLeg *self, GArray *properties)
{
  g_autoptr (GstStructure) values = gst_structure_new_empty (STRUCTURE_NAME);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const Field *field = &fields[i];

      if (field->socket_property == NULL)
        continue;
      write_field (self, field, values);
      if (gst_structure_has_field (values, field->name))
        g_value_transform (gst_structure_get_value (values, field->name),
                           gst_mcast_socket_properties_add (properties, field->socket_property,
                                                            field->socket_type));
    }
}
