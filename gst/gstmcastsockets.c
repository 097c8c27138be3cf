/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastsockets.h"

#include "gstmcastleggroup.h"
#include "gstmcastsocketproperty.h"
#include "gstmcaststats.h"

/* The system's default buffer is at least this large. */
#define SMALLEST_BUFFER_TO_TRY (256 * 1024)

/* The open sockets of an element, one for each of its setups. One thread may receive or send while
 * another changes groups and interfaces. */
struct _GstMcastSockets
{
  const GstMcastSocketInfo *info;
  GstMcastMessages *messages;
  GPtrArray *shared; /* sockets of the application */

  /* The values in effect, which differ from the settings until the sockets are reopened; of the
   * thread that opens, changes or closes the sockets */
  GArray *properties;
  char **interfaces;
  GPtrArray *setups; /* in the order of the sockets */

  GMutex lock;
  GPtrArray *sockets; /* replaced as a whole, so it can be read without the lock */
  GPtrArray *unused;  /* to close */
  guint64 n_bytes_closed;
  /* Duplicates of the OS sockets, created on demand: of any family, IPv4, IPv6 */
  GSocket *used[3];
};

static GPtrArray *
list_shared (GArray *properties)
{
  GPtrArray *shared = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < properties->len; i++)
    {
      const GValue *value = &g_array_index (properties, GstMcastSocketProperty, i).value;

      if (G_VALUE_HOLDS (value, G_TYPE_SOCKET) && g_value_get_object (value) != NULL)
        g_ptr_array_add (shared, g_value_dup_object (value));
    }
  return shared;
}

/* --- The sockets ----------------------------------------------------------------------------- */

/* Takes @properties, with which the sockets are opened. Without groups there is no socket. */
GstMcastSockets *
gst_mcast_sockets_new (const GstMcastSocketInfo *info, GArray *properties,
                       GstMcastMessages *messages)
{
  GstMcastSockets *self = g_atomic_rc_box_new0 (GstMcastSockets);

  self->info = info;
  self->messages = gst_mcast_messages_ref (messages);
  self->shared = list_shared (properties);
  self->properties = properties;
  g_mutex_init (&self->lock);
  self->setups = gst_mcast_socket_setups_new ();
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->unused = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

GstMcastSockets *
gst_mcast_sockets_ref (GstMcastSockets *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_used (GstMcastSockets *self, guint first, guint last)
{
  for (guint i = first; i <= last; i++)
    g_clear_object (&self->used[i]);
}

static void
finalize (gpointer data)
{
  GstMcastSockets *self = data;

  gst_mcast_messages_unref (self->messages);
  g_ptr_array_unref (self->shared);
  g_array_unref (self->properties);
  g_strfreev (self->interfaces);
  g_ptr_array_unref (self->setups);
  g_ptr_array_unref (self->sockets);
  g_ptr_array_unref (self->unused);
  clear_used (self, 0, 2);
  g_mutex_clear (&self->lock);
}

void
gst_mcast_sockets_unref (GstMcastSockets *self)
{
  g_atomic_rc_box_release_full (self, finalize);
}

/* Returns the current sockets. */
GPtrArray *
gst_mcast_sockets_ref_all (GstMcastSockets *self)
{
  GPtrArray *sockets;

  g_mutex_lock (&self->lock);
  sockets = g_ptr_array_ref (self->sockets);
  g_mutex_unlock (&self->lock);
  return sockets;
}

static gpointer
get_first (GPtrArray *sockets)
{
  return sockets->len > 0 ? g_ptr_array_index (sockets, 0) : NULL;
}

/* Adds the sockets of @old that are not in @sockets to @unused. Returns whether there are any. */
static gboolean
add_unused (GPtrArray *old, GPtrArray *sockets, GPtrArray *unused)
{
  guint n = unused->len;

  for (guint i = 0; i < old->len; i++)
    if (!g_ptr_array_find (sockets, g_ptr_array_index (old, i), NULL))
      g_ptr_array_add (unused, g_object_ref (g_ptr_array_index (old, i)));
  return unused->len > n;
}

/* Replaces the sockets. The ones that are not in @sockets become unused. */
static void
take_sockets (GstMcastSockets *self, GPtrArray *sockets)
{
  g_autoptr (GPtrArray) old = NULL;
  gboolean is_other;

  g_mutex_lock (&self->lock);
  is_other = add_unused (self->sockets, sockets, self->unused)
             || get_first (sockets) != get_first (self->sockets);
  /* Another group may be the first one now. */
  clear_used (self, 0, is_other ? 2 : 0);
  old = self->sockets;
  self->sockets = sockets;
  g_mutex_unlock (&self->lock);
}

/* --- Errors ---------------------------------------------------------------------------------- */

/* Takes @error, if any. @leg: (nullable): the leg that has it */
void
gst_mcast_sockets_add_error (GPtrArray *errors, GError *error, const char *leg)
{
  if (error != NULL && leg != NULL)
    g_prefix_error (&error, "Leg %s: ", leg);
  if (error != NULL)
    g_ptr_array_add (errors, error);
}

/* --- Opening --------------------------------------------------------------------------------- */

static GValue *
find_value (GArray *properties, const char *name)
{
  GstMcastSocketProperty *property = gst_mcast_socket_properties_find (properties, name);

  return property != NULL ? &property->value : NULL;
}

/* Returns the value of a property for the socket of @setup. */
static const GValue *
get_value (const GstMcastSocketProperty *property, const GstMcastSocketSetup *setup)
{
  const GValue *own = find_value (setup->properties, property->name);

  return own != NULL ? own : &property->value;
}

static gpointer
try_open (GstMcastSockets *self, const GstMcastSocketSetup *setup, const char *const *groups,
          GError **error)
{
  GArray *properties = self->properties;
  g_autofree const char **names = g_new (const char *, properties->len);
  g_autofree GValue *values = g_new (GValue, properties->len);
  gboolean by_default = g_strcmp0 (self->interfaces[0], self->info->default_interface) == 0;
  g_autoptr (GObject) socket = NULL;

  g_value_set_static_boxed (find_value (properties, "groups"), groups);
  g_value_set_static_boxed (find_value (properties, "interfaces"),
                            by_default ? NULL : self->interfaces);
  /* Shallow copies: the arrays keep the values. */
  for (guint i = 0; i < properties->len; i++)
    {
      const GstMcastSocketProperty *property = &g_array_index (properties, GstMcastSocketProperty,
                                                               i);

      names[i] = property->name;
      values[i] = *get_value (property, setup);
    }
  socket = g_object_new_with_properties (self->info->get_type (), properties->len, names, values);
  return g_initable_init (G_INITABLE (socket), NULL, error) ? g_steal_pointer (&socket) : NULL;
}

/* Opens a socket. If the kernel does not grant the buffer size, smaller ones are tried, as in
 * udpsrc, and @limit is set. */
static gpointer
open_socket (GstMcastSockets *self, const GstMcastSocketSetup *setup, const char *const *groups,
             GError **limit, GError **error)
{
  GValue *buffer_size = find_value (self->properties, self->info->buffer_size);
  g_autoptr (GError) reason = NULL;
  gpointer socket = try_open (self, setup, groups, &reason);

  while (g_value_get_uint (buffer_size) > 0
         && g_error_matches (reason, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT))
    {
      guint size = g_value_get_uint (buffer_size) / 2;

      if (*limit == NULL)
        *limit = g_steal_pointer (&reason);
      g_clear_error (&reason);
      g_value_set_uint (buffer_size, size >= SMALLEST_BUFFER_TO_TRY ? size : 0);
      socket = try_open (self, setup, groups, &reason);
    }
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return socket;
}

/* Has the messages of a socket posted. */
static void
watch (GstMcastSockets *self, gpointer socket)
{
  g_autoptr (GPtrArray) interfaces = NULL;
  g_autoptr (GVariant) stats = NULL;

  self->info->watch (socket, self->messages);
  interfaces = self->info->get_interfaces (socket);
  gst_mcast_messages_post_present (self->messages, interfaces);
  stats = g_variant_take_ref (self->info->get_stats (socket));
  gst_mcast_messages_post_paths (self->messages, socket, stats);
}

static guint64
count_bytes (GstMcastSockets *self, GPtrArray *sockets)
{
  guint64 sum = 0;

  for (guint i = 0; i < sockets->len; i++)
    {
      g_autoptr (GVariant)
        stats = g_variant_take_ref (self->info->get_stats (g_ptr_array_index (sockets, i)));
      guint64 n_bytes = 0;

      g_variant_lookup (stats, "bytes", "t", &n_bytes);
      sum += n_bytes;
    }
  return sum;
}

/* Closes the unused sockets. Called without the locks of the element, because it waits until no
 * message is being posted, and a message handler may be setting a property. */
void
gst_mcast_sockets_close_unused (GstMcastSockets *self)
{
  g_autoptr (GPtrArray) unused = NULL;

  g_mutex_lock (&self->lock);
  unused = self->unused;
  self->unused = g_ptr_array_new_with_free_func (g_object_unref);
  self->n_bytes_closed += count_bytes (self, unused);
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < unused->len; i++)
    self->info->close (g_ptr_array_index (unused, i));
}

/* Closes the sockets, but not the application's. Called without the locks of the element,
 * too. */
void
gst_mcast_sockets_close (GstMcastSockets *self)
{
  take_sockets (self, g_ptr_array_new_with_free_func (g_object_unref));
  gst_mcast_sockets_close_unused (self);
}

/* Closes the sockets of the application that @others (nullable) do not use too. */
void
gst_mcast_sockets_close_shared (GstMcastSockets *self, GstMcastSockets *others)
{
  for (guint i = 0; i < self->shared->len; i++)
    {
      GSocket *socket = g_ptr_array_index (self->shared, i);

      if (others == NULL || !g_ptr_array_find (others->shared, socket, NULL))
        g_socket_close (socket, NULL);
    }
}

/* --- Groups and interfaces ------------------------------------------------------------------- */

static void
update_groups_without_legs (GstMcastSockets *self, gpointer socket, const char *const *groups,
                            GPtrArray *effective, GPtrArray *errors)
{
  g_auto (GStrv) current = self->info->get_groups (socket);
  g_auto (GStrv) list = NULL;
  GError *error = NULL;

  list = gst_mcast_text_list_update ((const char *const *) current, groups, self->info->add_group,
                                     self->info->remove_group, socket, &error);
  gst_mcast_leg_groups_add_all (effective, (const char *const *) list);
  gst_mcast_sockets_add_error (errors, error, NULL);
}

/* Adds the groups in @before of a leg that cannot have its new group. */
static void
keep_leg (GPtrArray *before, const char *leg, GPtrArray *effective)
{
  for (guint i = 0; i < before->len; i++)
    {
      const GstMcastLegGroup *item = g_ptr_array_index (before, i);

      if (g_strcmp0 (item->leg, leg) == 0)
        gst_mcast_leg_groups_add (effective, item->group, leg);
    }
}

static gboolean
add_leg (GstMcastSockets *self, gpointer socket, const char *const *current,
         const GstMcastLegGroup *item, GPtrArray *errors)
{
  GError *error = NULL;

  if (item->group == NULL)
    return FALSE;
  if (g_strv_contains (current, item->group) || self->info->add_group (socket, item->group, &error))
    return TRUE;
  gst_mcast_sockets_add_error (errors, error, item->leg);
  return FALSE;
}

/* A leg that fails keeps its group in @before, and does not affect other legs. */
static void
update_legs (GstMcastSockets *self, gpointer socket, GPtrArray *before, GPtrArray *groups,
             GPtrArray *effective, GPtrArray *errors)
{
  g_auto (GStrv) current = self->info->get_groups (socket);

  for (guint i = 0; i < groups->len; i++)
    {
      const GstMcastLegGroup *item = g_ptr_array_index (groups, i);

      if (add_leg (self, socket, (const char *const *) current, item, errors))
        gst_mcast_leg_groups_add (effective, item->group, item->leg);
      else
        keep_leg (before, item->leg, effective);
    }
  for (guint i = 0; current[i] != NULL; i++)
    if (!gst_mcast_leg_groups_contain (effective, current[i]))
      self->info->remove_group (socket, current[i], NULL);
}

/* Changes the groups of an open socket to those of @setup. New groups are added first, so that
 * there is no gap. Returns the groups in effect. @before: those before the change */
static GPtrArray *
update_groups (GstMcastSockets *self, gpointer socket, GPtrArray *before,
               const GstMcastSocketSetup *setup, GPtrArray *errors)
{
  g_autoptr (GPtrArray) all = gst_mcast_leg_groups_concat (setup->groups, before);
  g_auto (GStrv) groups = gst_mcast_leg_groups_list (setup->groups);
  GPtrArray *effective = gst_mcast_leg_groups_new ();

  /* Until the end, there are events of both. */
  gst_mcast_leg_groups_attach (all, socket);
  if (gst_mcast_leg_groups_have_legs (setup->groups))
    update_legs (self, socket, before, setup->groups, effective, errors);
  else
    update_groups_without_legs (self, socket, (const char *const *) groups, effective, errors);
  gst_mcast_leg_groups_attach (effective, socket);
  return effective;
}

/* Opens a socket with the first of several legs that is possible. */
static gpointer
open_one_leg (GstMcastSockets *self, const GstMcastSocketSetup *setup, GError **limit)
{
  gpointer socket = NULL;

  for (guint i = 0; i < setup->groups->len && socket == NULL; i++)
    {
      const GstMcastLegGroup *item = g_ptr_array_index (setup->groups, i);
      const char *const groups[] = { item->group, NULL };

      if (item->group != NULL)
        socket = open_socket (self, setup, groups, limit, NULL);
    }
  return socket;
}

/* Returns a new socket and sets @effective to its groups. A leg that fails does not affect other
 * legs. */
static gpointer
open_groups (GstMcastSockets *self, const GstMcastSocketSetup *setup, GPtrArray **effective,
             GError **limit, GPtrArray *errors)
{
  g_autoptr (GPtrArray) none = gst_mcast_leg_groups_new ();
  g_auto (GStrv) groups = gst_mcast_leg_groups_list (setup->groups);
  gboolean has_legs = gst_mcast_leg_groups_have_legs (setup->groups);
  const GstMcastLegGroup *first = has_legs ? g_ptr_array_index (setup->groups, 0) : NULL;
  GError *error = NULL;
  gpointer socket;

  if (has_legs && groups[0] == NULL)
    return NULL;
  socket = open_socket (self, setup, (const char *const *) groups, limit, &error);
  if (socket == NULL && has_legs && setup->groups->len > 1)
    socket = open_one_leg (self, setup, limit);
  if (socket == NULL)
    {
      gst_mcast_sockets_add_error (errors, error, first != NULL ? first->leg : NULL);
      return NULL;
    }
  g_clear_error (&error);
  *effective = update_groups (self, socket, none, setup, errors);
  if (!setup->is_copy)
    watch (self, socket);
  return socket;
}

/* --- Setups ---------------------------------------------------------------------------------- */

static gboolean
has_changed (const GstMcastSocketProperty *property, const GstMcastSocketSetup *before,
             const GstMcastSocketSetup *setup)
{
  if (find_value (before->properties, property->name) == NULL
      && find_value (setup->properties, property->name) == NULL)
    return FALSE;
  return gst_value_compare (get_value (property, before), get_value (property, setup))
         != GST_VALUE_EQUAL;
}

/* Returns whether @setup differs from @before in a property that only opening sets. */
static gboolean
needs_opening (GstMcastSockets *self, const GstMcastSocketSetup *before,
               const GstMcastSocketSetup *setup)
{
  for (guint i = 0; i < self->properties->len; i++)
    {
      const GstMcastSocketProperty *property = &g_array_index (self->properties,
                                                               GstMcastSocketProperty, i);

      if (property->apply == NULL && has_changed (property, before, setup))
        return TRUE;
    }
  return FALSE;
}

/* Sets the properties in which @setup differs from @before. */
static void
apply_properties (GstMcastSockets *self, gpointer socket, const GstMcastSocketSetup *before,
                  const GstMcastSocketSetup *setup, GPtrArray *errors)
{
  for (guint i = 0; i < self->properties->len; i++)
    {
      const GstMcastSocketProperty *property = &g_array_index (self->properties,
                                                               GstMcastSocketProperty, i);
      GError *error = NULL;

      if (property->apply != NULL && has_changed (property, before, setup)
          && !property->apply (socket, get_value (property, setup), &error))
        gst_mcast_sockets_add_error (errors, error, setup->key);
    }
}

/* Returns the socket for @setup, and sets @effective to what is in effect: the socket for @before,
 * changed, or a new one, which is opened before the old one is closed. If that fails, the old
 * socket remains as it is. @before and @old are %NULL if there is no old socket. */
static gpointer
set_up_socket (GstMcastSockets *self, gpointer old, const GstMcastSocketSetup *before,
               const GstMcastSocketSetup *setup, GstMcastSocketSetup **effective, GError **limit,
               GPtrArray *errors)
{
  GPtrArray *groups = NULL;
  gpointer socket;

  if (old != NULL && !needs_opening (self, before, setup))
    {
      apply_properties (self, old, before, setup, errors);
      groups = update_groups (self, old, before->groups, setup, errors);
      *effective = gst_mcast_socket_setup_copy (setup, groups);
      return g_object_ref (old);
    }
  socket = open_groups (self, setup, &groups, limit, errors);
  if (socket != NULL)
    *effective = gst_mcast_socket_setup_copy (setup, groups);
  else if (old != NULL)
    *effective = gst_mcast_socket_setup_copy (before, g_ptr_array_ref (before->groups));
  return socket != NULL || old == NULL ? socket : g_object_ref (old);
}

static void
set_setups (GstMcastSockets *self, GPtrArray *setups, GError **limit, GPtrArray *errors)
{
  g_autoptr (GPtrArray) old = gst_mcast_sockets_ref_all (self);
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *effective = gst_mcast_socket_setups_new ();

  for (guint i = 0; i < setups->len; i++)
    {
      const GstMcastSocketSetup *setup = g_ptr_array_index (setups, i);
      guint position = 0;
      const GstMcastSocketSetup *before = gst_mcast_socket_setups_find (self->setups, setup->key,
                                                                        &position);
      GstMcastSocketSetup *result = NULL;
      gpointer socket = set_up_socket (self,
                                       before != NULL ? g_ptr_array_index (old, position) : NULL,
                                       before, setup, &result, limit, errors);

      if (socket == NULL)
        continue;
      g_ptr_array_add (sockets, socket);
      g_ptr_array_add (effective, result);
    }
  g_ptr_array_unref (self->setups);
  self->setups = effective;
  take_sockets (self, g_steal_pointer (&sockets));
}

/* --- Interfaces ------------------------------------------------------------------------------ */

/* If no socket is open yet, invalid interfaces make opening fail. */
static void
set_interfaces (GstMcastSockets *self, const char *const *wanted, GPtrArray *errors)
{
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self);
  g_auto (GStrv) current = g_steal_pointer (&self->interfaces);
  GError *error = NULL;

  if (sockets->len == 0)
    self->interfaces = g_strdupv ((char **) wanted);
  for (guint i = 0; i < sockets->len; i++)
    {
      g_strfreev (self->interfaces);
      self->interfaces =
        gst_mcast_text_list_update ((const char *const *) current, wanted,
                                    self->info->add_interface, self->info->remove_interface,
                                    g_ptr_array_index (sockets, i), error == NULL ? &error : NULL);
    }
  /* Before the errors of groups, which may follow from it. */
  if (error != NULL)
    g_ptr_array_insert (errors, 0, error);
}

/* Leaves the groups that are not in @groups, so that they are not joined on new interfaces. Returns
 * these groups. */
static char **
leave_others (GstMcastSockets *self, gpointer socket, const char *const *groups)
{
  g_auto (GStrv) current = self->info->get_groups (socket);
  g_autoptr (GStrvBuilder) left = g_strv_builder_new ();

  for (guint i = 0; current[i] != NULL; i++)
    if (!g_strv_contains (groups, current[i])
        && self->info->remove_group (socket, current[i], NULL))
      g_strv_builder_add (left, current[i]);
  return g_strv_builder_end (left);
}

static void
join_again (GstMcastSockets *self, gpointer socket, const char *const *groups)
{
  for (guint i = 0; groups[i] != NULL; i++)
    self->info->add_group (socket, groups[i], NULL);
}

static gboolean
changes_interfaces (GstMcastSockets *self, const char *const *wanted)
{
  return self->interfaces != NULL && !g_strv_equal ((const char *const *) self->interfaces, wanted);
}

/* Returns the groups that a receiver wants with a new set of interfaces, %NULL for all it has. Legs
 * have their own interfaces. */
static char **
list_groups_to_keep (GstMcastSockets *self, GPtrArray *setups)
{
  const GstMcastSocketSetup *setup = setups != NULL && setups->len > 0
                                       ? g_ptr_array_index (setups, 0)
                                       : NULL;

  if (!self->info->leaves_first || setup == NULL || gst_mcast_leg_groups_have_legs (setup->groups))
    return NULL;
  return gst_mcast_leg_groups_list (setup->groups);
}

/* Changes the setups (%NULL keeps them) and the interfaces (%NULL selects the default ones),
 * without a gap for what remains. Groups and interfaces that fail are left out, what was there is
 * kept, and the errors are added to @errors. @limit is set if the buffer is smaller than requested.
 * Call gst_mcast_sockets_close_unused() afterwards. */
void
gst_mcast_sockets_change (GstMcastSockets *self, GPtrArray *setups, const char *const *interfaces,
                          GError **limit, GPtrArray *errors)
{
  const char *const by_default[] = { self->info->default_interface, NULL };
  const char *const *wanted = interfaces != NULL ? interfaces : by_default;
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self);
  gpointer first = get_first (sockets);
  g_auto (GStrv) groups = list_groups_to_keep (self, setups);
  guint n_errors = errors->len;
  g_auto (GStrv) left = NULL;

  if (first != NULL && groups != NULL && changes_interfaces (self, wanted))
    left = leave_others (self, first, (const char *const *) groups);
  set_interfaces (self, wanted, errors);
  if (setups != NULL)
    set_setups (self, setups, limit, errors);
  if (left != NULL && errors->len > n_errors)
    join_again (self, first, (const char *const *) left);
}

/* Sets a property of the open sockets without their own value, and of sockets that are opened
 * later. */
void
gst_mcast_sockets_set_property (GstMcastSockets *self, const char *name, const GValue *value,
                                GError **error)
{
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self);
  GstMcastSocketProperty *property = gst_mcast_socket_properties_find (self->properties, name);

  g_value_copy (value, &property->value);
  for (guint i = 0; i < sockets->len; i++)
    {
      const GstMcastSocketSetup *setup = g_ptr_array_index (self->setups, i);

      if (find_value (setup->properties, name) == NULL
          && !property->apply (g_ptr_array_index (sockets, i), value, error))
        return;
    }
}

/* --- State ----------------------------------------------------------------------------------- */

static void
append_socket (GstMcastSockets *self, gpointer socket, GString *text)
{
  g_auto (GStrv) groups = self->info->get_groups (socket);
  g_autofree char *list = g_strjoinv (", ", groups);
  g_autoptr (GVariant) stats = g_variant_take_ref (self->info->get_stats (socket));
  guint buffer_size = 0;
  guint port = 0;

  g_object_get (socket, "port", &port, NULL);
  g_string_append_printf (text, "; groups %s", list);
  if (port > 0)
    g_string_append_printf (text, ", port %u", port);
  if (g_variant_lookup (stats, self->info->buffer_size, "u", &buffer_size))
    g_string_append_printf (text, ", buffer of %u bytes granted", buffer_size);
}

/* Returns the interfaces, groups and buffers, for the log. */
char *
gst_mcast_sockets_to_string (GstMcastSockets *self)
{
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self);
  gboolean by_default = g_strcmp0 (self->interfaces[0], self->info->default_interface) == 0;
  g_autofree char *interfaces = g_strjoinv (", ", self->interfaces);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "interfaces %s", by_default ? "(default)" : interfaces);
  for (guint i = 0; i < sockets->len; i++)
    append_socket (self, g_ptr_array_index (sockets, i), text);
  return g_string_free (text, FALSE);
}

static GSocket *
get_shared (GstMcastSockets *self, GSocketFamily family)
{
  for (guint i = 0; i < self->shared->len; i++)
    {
      GSocket *socket = g_ptr_array_index (self->shared, i);

      if (family == G_SOCKET_FAMILY_INVALID || family == g_socket_get_family (socket))
        return socket;
    }
  return NULL;
}

static GSocket **
find_used (GstMcastSockets *self, GSocketFamily family)
{
  if (family == G_SOCKET_FAMILY_INVALID)
    return &self->used[0];
  return &self->used[family == G_SOCKET_FAMILY_IPV4 ? 1 : 2];
}

/* Returns the application's socket, or a duplicate of the first socket of @family or of the family
 * of the first group. It is the same one for each call, unless it was closed; %NULL without a
 * socket. */
GSocket *
gst_mcast_sockets_dup_used (GstMcastSockets *self, GSocketFamily family)
{
  GSocket **used = find_used (self, family);
  GSocket *socket = get_shared (self, family);

  if (socket != NULL)
    return g_object_ref (socket);
  g_mutex_lock (&self->lock);
  if (*used != NULL && g_socket_is_closed (*used))
    g_clear_object (used);
  for (guint i = 0; i < self->sockets->len && *used == NULL; i++)
    *used = self->info->dup_socket (g_ptr_array_index (self->sockets, i), family, NULL);
  socket = *used != NULL ? g_object_ref (*used) : NULL;
  g_mutex_unlock (&self->lock);
  return socket;
}

static GVariant *
get_stats (GstMcastSockets *self, gpointer socket)
{
  g_autoptr (GVariant) stats = g_variant_take_ref (self->info->get_stats (socket));
  g_autoptr (GPtrArray) groups = gst_mcast_leg_groups_of (socket);

  return groups != NULL && gst_mcast_leg_groups_have_legs (groups)
           ? gst_mcast_stats_add_legs (stats, groups)
           : g_steal_pointer (&stats);
}

/* Returns whether the sockets are those of legs. */
static gboolean
have_legs (GPtrArray *sockets)
{
  g_autoptr (GPtrArray)
    groups = sockets->len > 0 ? gst_mcast_leg_groups_of (g_ptr_array_index (sockets, 0)) : NULL;

  return groups != NULL && gst_mcast_leg_groups_have_legs (groups);
}

/* Returns one dictionary for each socket, or a single one for all legs. */
GPtrArray *
gst_mcast_sockets_get_stats (GstMcastSockets *self)
{
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self);
  g_autoptr (GPtrArray) stats = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  GPtrArray *sum;

  for (guint i = 0; i < sockets->len; i++)
    g_ptr_array_add (stats, get_stats (self, g_ptr_array_index (sockets, i)));
  if (!have_legs (sockets))
    return g_steal_pointer (&stats);
  sum = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_ptr_array_add (sum, gst_mcast_stats_sum (stats));
  return sum;
}

/* Returns the number of bytes of all sockets, including closed ones. */
guint64
gst_mcast_sockets_get_n_bytes (GstMcastSockets *self)
{
  guint64 n_bytes;

  g_mutex_lock (&self->lock);
  n_bytes = self->n_bytes_closed + count_bytes (self, self->unused)
            + count_bytes (self, self->sockets);
  g_mutex_unlock (&self->lock);
  return n_bytes;
}
