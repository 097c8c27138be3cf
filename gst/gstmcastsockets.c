/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastsockets.h"

/* The system's default buffer is at least this large. */
#define SMALLEST_BUFFER_TO_TRY (256 * 1024)

/* The open sockets of an element. A socket has each group once, so a group that is listed n times
 * is in n sockets. The first socket has all groups; further sockets are rare. One thread may
 * receive or send while another changes groups and interfaces. */
struct _GstMcastSockets
{
  const GstMcastSocketInfo *info;
  GstMcastMessages *messages;
  GPtrArray *shared; /* sockets of the application */

  /* The values in effect, which differ from the settings until the sockets are reopened; of the
   * thread that opens, changes or closes the sockets */
  GArray *properties;
  char **interfaces;

  GMutex lock;
  GPtrArray *sockets; /* replaced as a whole, so it can be read without the lock */
  GPtrArray *unused;  /* to close */
  guint64 n_bytes_closed;
  /* Duplicates of the first socket, created on demand: of any family, IPv4, IPv6 */
  GSocket *used[3];
};

/* --- Properties ------------------------------------------------------------------------------ */

static void
clear_property (gpointer data)
{
  g_value_unset (&((GstMcastSocketProperty *) data)->value);
}

/* Returns an empty array of GstMcastSocketProperty. */
GArray *
gst_mcast_socket_properties_new (void)
{
  GArray *self = g_array_new (FALSE, TRUE, sizeof (GstMcastSocketProperty));

  g_array_set_clear_func (self, clear_property);
  return self;
}

/* Returns the value to set, valid until another property is added. */
GValue *
gst_mcast_socket_properties_add (GArray *self, const char *name, GType type)
{
  GstMcastSocketProperty *property;

  g_array_set_size (self, self->len + 1);
  property = &g_array_index (self, GstMcastSocketProperty, self->len - 1);
  property->name = name;
  return g_value_init (&property->value, type);
}

static GValue *
find_value (GArray *properties, const char *name)
{
  for (guint i = 0; i < properties->len; i++)
    if (g_str_equal (g_array_index (properties, GstMcastSocketProperty, i).name, name))
      return &g_array_index (properties, GstMcastSocketProperty, i).value;
  g_return_val_if_reached (NULL);
}

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

/* Replaces the sockets. The ones that are not in @sockets become unused. */
static void
take_sockets (GstMcastSockets *self, GPtrArray *sockets)
{
  g_autoptr (GPtrArray) old = NULL;

  g_mutex_lock (&self->lock);
  /* Another group may be the first one now. */
  clear_used (self, 0, get_first (sockets) != get_first (self->sockets) ? 2 : 0);
  for (guint i = sockets->len; i < self->sockets->len; i++)
    g_ptr_array_add (self->unused, g_object_ref (g_ptr_array_index (self->sockets, i)));
  old = self->sockets;
  self->sockets = sockets;
  g_mutex_unlock (&self->lock);
}

/* --- Opening --------------------------------------------------------------------------------- */

static gpointer
try_open (GstMcastSockets *self, const char *const *groups, GError **error)
{
  GArray *properties = self->properties;
  g_autofree const char **names = g_new (const char *, properties->len);
  g_autofree GValue *values = g_new (GValue, properties->len);
  gboolean by_default = g_strcmp0 (self->interfaces[0], self->info->default_interface) == 0;
  g_autoptr (GObject) socket = NULL;

  g_value_set_static_boxed (find_value (properties, "groups"), groups);
  g_value_set_static_boxed (find_value (properties, "interfaces"),
                            by_default ? NULL : self->interfaces);
  /* Shallow copies: the array keeps the values. */
  for (guint i = 0; i < properties->len; i++)
    {
      names[i] = g_array_index (properties, GstMcastSocketProperty, i).name;
      values[i] = g_array_index (properties, GstMcastSocketProperty, i).value;
    }
  socket = g_object_new_with_properties (self->info->get_type (), properties->len, names, values);
  return g_initable_init (G_INITABLE (socket), NULL, error) ? g_steal_pointer (&socket) : NULL;
}

/* Opens a socket. If the kernel does not grant the buffer size, smaller ones are tried, as in
 * udpsrc, and @limit is set. */
static gpointer
open_socket (GstMcastSockets *self, const char *const *groups, GError **limit, GError **error)
{
  GValue *buffer_size = find_value (self->properties, self->info->buffer_size);
  g_autoptr (GError) reason = NULL;
  gpointer socket = try_open (self, groups, &reason);

  while (g_value_get_uint (buffer_size) > 0
         && g_error_matches (reason, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT))
    {
      guint size = g_value_get_uint (buffer_size) / 2;

      if (*limit == NULL)
        *limit = g_steal_pointer (&reason);
      g_clear_error (&reason);
      g_value_set_uint (buffer_size, size >= SMALLEST_BUFFER_TO_TRY ? size : 0);
      socket = try_open (self, groups, &reason);
    }
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return socket;
}

/* Has messages posted for one socket, because all have the same interfaces. */
static void
watch_interfaces (GstMcastSockets *self, gpointer socket)
{
  g_autoptr (GPtrArray) interfaces = NULL;

  self->info->watch (socket, self->messages);
  interfaces = self->info->get_interfaces (socket);
  gst_mcast_messages_post_present (self->messages, interfaces);
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

static guint
count_before (const char *const *list, guint position)
{
  guint n = 0;

  for (guint i = 0; i < position; i++)
    n += g_str_equal (list[i], list[position]) ? 1 : 0;
  return n;
}

/* Returns the groups with more than @n copies, or %NULL without such a group. */
static char **
select_groups (const char *const *groups, guint n)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) selected = NULL;

  for (guint i = 0; groups[i] != NULL; i++)
    if (count_before (groups, i) == n)
      g_strv_builder_add (builder, groups[i]);
  selected = g_strv_builder_end (builder);
  return selected[0] != NULL ? g_steal_pointer (&selected) : NULL;
}

static void
update_groups (GstMcastSockets *self, gpointer socket, const char *const *groups, GError **error)
{
  g_auto (GStrv) current = self->info->get_groups (socket);

  g_strfreev (gst_mcast_text_list_update ((const char *const *) current, groups,
                                          self->info->add_group, self->info->remove_group, socket,
                                          error));
}

/* Returns the socket for copy @n of its groups: the existing one, or a new one. */
static gpointer
get_socket (GstMcastSockets *self, GPtrArray *old, guint n, const char *const *groups,
            GError **limit, GError **error)
{
  gpointer socket;

  if (n < old->len)
    {
      socket = g_object_ref (g_ptr_array_index (old, n));
      update_groups (self, socket, groups, error);
      return socket;
    }
  socket = open_socket (self, groups, limit, error);
  if (socket != NULL && n == 0)
    watch_interfaces (self, socket);
  return socket;
}

static void
set_groups (GstMcastSockets *self, const char *const *groups, GError **limit, GError **error)
{
  g_autoptr (GPtrArray) old = gst_mcast_sockets_ref_all (self);
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint n = 0;; n++)
    {
      g_auto (GStrv) selected = select_groups (groups, n);
      gpointer socket = NULL;

      if (selected != NULL)
        socket = get_socket (self, old, n, (const char *const *) selected, limit,
                             *error == NULL ? error : NULL);
      if (socket == NULL)
        break;
      g_ptr_array_add (sockets, socket);
    }
  take_sockets (self, g_steal_pointer (&sockets));
}

/* If no socket is open yet, invalid interfaces make opening fail. */
static void
set_interfaces (GstMcastSockets *self, const char *const *wanted, GError **error)
{
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self);
  g_auto (GStrv) current = g_steal_pointer (&self->interfaces);

  if (sockets->len == 0)
    self->interfaces = g_strdupv ((char **) wanted);
  for (guint i = 0; i < sockets->len; i++)
    {
      g_strfreev (self->interfaces);
      self->interfaces =
        gst_mcast_text_list_update ((const char *const *) current, wanted,
                                    self->info->add_interface, self->info->remove_interface,
                                    g_ptr_array_index (sockets, i), *error == NULL ? error : NULL);
    }
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

/* Changes the groups (%NULL keeps them) and the interfaces (%NULL selects the default ones),
 * without a gap for what remains. Groups and interfaces that fail are left out, what was there is
 * kept, and
 * @interface_error and @group_error are set to the first failures, unless they are set already.
 * @limit is set if the buffer is smaller than requested. Call gst_mcast_sockets_close_unused()
 * afterwards. */
void
gst_mcast_sockets_change (GstMcastSockets *self, const char *const *groups,
                          const char *const *interfaces, GError **limit, GError **interface_error,
                          GError **group_error)
{
  const char *const by_default[] = { self->info->default_interface, NULL };
  const char *const *wanted = interfaces != NULL ? interfaces : by_default;
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self);
  gpointer first = get_first (sockets);
  g_auto (GStrv) left = NULL;

  if (self->info->leaves_first && first != NULL && groups != NULL
      && changes_interfaces (self, wanted))
    left = leave_others (self, first, groups);
  set_interfaces (self, wanted, interface_error);
  if (groups != NULL)
    set_groups (self, groups, limit, group_error);
  if (left != NULL && (*interface_error != NULL || *group_error != NULL))
    join_again (self, first, (const char *const *) left);
}

/* Sets a property of the open sockets, and of sockets that are opened later. */
void
gst_mcast_sockets_set_property (GstMcastSockets *self, const GstMcastProperty *property,
                                const GValue *value, GError **error)
{
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self);

  g_value_copy (value, find_value (self->properties, property->socket_property));
  for (guint i = 0; i < sockets->len; i++)
    if (!property->apply (g_ptr_array_index (sockets, i), value, error))
      return;
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

/* Returns the application's socket, or a duplicate of the first socket, of @family or of the family
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
  if (*used == NULL && self->sockets->len > 0)
    *used = self->info->dup_socket (get_first (self->sockets), family, NULL);
  socket = *used != NULL ? g_object_ref (*used) : NULL;
  g_mutex_unlock (&self->lock);
  return socket;
}

/* Returns one dictionary for each socket. */
GPtrArray *
gst_mcast_sockets_get_stats (GstMcastSockets *self)
{
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self);
  GPtrArray *stats = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (guint i = 0; i < sockets->len; i++)
    g_ptr_array_add (stats,
                     g_variant_take_ref (self->info->get_stats (g_ptr_array_index (sockets, i))));
  return stats;
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
