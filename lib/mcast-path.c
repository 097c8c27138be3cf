/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-path-private.h"

/**
 * McastPath:
 *
 * A path of a socket at one moment: one group on one interface, with its state and its counters.
 *
 * [method@RxSocket.get_paths] and [method@TxSocket.get_paths] return the paths of a socket; call
 * them again for the current values. A path object is immutable and can be used from any thread.
 *
 * Since: 0.2
 */
struct _McastPath
{
  GObject parent_instance;

  guint id;
  char *group;
  char *interface_name;
  McastInterface *iface;
  GInetSocketAddress *local_address;
  McastPathState state;
  GError *error;
  GVariant *stats;
};

typedef enum
{
  PROP_ID = 1,
  PROP_GROUP,
  PROP_INTERFACE_NAME,
  PROP_INTERFACE,
  PROP_LOCAL_ADDRESS,
  PROP_STATE,
} McastPathProperty;

static GParamSpec *properties[PROP_STATE + 1];

G_DEFINE_FINAL_TYPE (McastPath, mcast_path, G_TYPE_OBJECT)

McastPath *
_mcast_path_new (const McastPathInfo *info)
{
  McastPath *self = g_object_new (MCAST_TYPE_PATH, NULL);

  self->id = info->id;
  self->group = g_strdup (info->group);
  self->interface_name = g_strdup (info->interface_name);
  g_set_object (&self->iface, info->iface);
  if (info->local_address != NULL)
    self->local_address = G_INET_SOCKET_ADDRESS (g_object_ref (info->local_address));
  self->state = info->state;
  self->error = info->error != NULL ? g_error_copy (info->error) : NULL;
  self->stats = g_variant_ref (info->stats);
  return self;
}

/* Returns the entry in the statistics of the socket. */
GVariant *
_mcast_path_get_stats (McastPath *self)
{
  return self->stats;
}

static void
mcast_path_finalize (GObject *object)
{
  McastPath *self = MCAST_PATH (object);

  g_free (self->group);
  g_free (self->interface_name);
  g_clear_object (&self->iface);
  g_clear_object (&self->local_address);
  g_clear_error (&self->error);
  g_clear_pointer (&self->stats, g_variant_unref);

  G_OBJECT_CLASS (mcast_path_parent_class)->finalize (object);
}

static void
mcast_path_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  McastPath *self = MCAST_PATH (object);

  switch ((McastPathProperty) id)
    {
    case PROP_ID:
      g_value_set_uint (value, self->id);
      break;
    case PROP_GROUP:
      g_value_set_string (value, self->group);
      break;
    case PROP_INTERFACE_NAME:
      g_value_set_string (value, self->interface_name);
      break;
    case PROP_INTERFACE:
      g_value_set_object (value, self->iface);
      break;
    case PROP_LOCAL_ADDRESS:
      g_value_set_object (value, self->local_address);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * McastPath:id: (getter get_id)
   *
   * The number of the path, as in `path_id` of an [struct@RxMessage], or %G_MAXUINT for a path of a
   * sending socket and for one that waits for its interface.
   *
   * Since: 0.2
   */
  properties[PROP_ID] = g_param_spec_uint ("id", NULL, NULL, 0, G_MAXUINT, G_MAXUINT, flags);
  /**
   * McastPath:group: (getter get_group)
   *
   * The canonical text of the group, with its port and its sources.
   *
   * Since: 0.2
   */
  properties[PROP_GROUP] = g_param_spec_string ("group", NULL, NULL, NULL, flags);
  /**
   * McastPath:interface-name: (getter get_interface_name)
   *
   * The name of the interface; while it does not exist, the text that selects it.
   *
   * Since: 0.2
   */
  properties[PROP_INTERFACE_NAME] = g_param_spec_string ("interface-name", NULL, NULL, NULL, flags);
  /**
   * McastPath:interface: (getter get_interface)
   *
   * The interface, or %NULL while it does not exist.
   *
   * Since: 0.2
   */
  properties[PROP_INTERFACE] = g_param_spec_object ("interface", NULL, NULL, MCAST_TYPE_INTERFACE,
                                                    flags);
  /**
   * McastPath:local-address: (getter get_local_address)
   *
   * The address and port from which datagrams are sent, or %NULL for a receiving socket, and while
   * the path is not ready.
   *
   * Since: 0.2
   */
  properties[PROP_LOCAL_ADDRESS] = g_param_spec_object ("local-address", NULL, NULL,
                                                        G_TYPE_INET_SOCKET_ADDRESS, flags);
  /**
   * McastPath:state: (getter get_state)
   *
   * Whether the path is in use. The statistics of a receiving socket call the state `ready`
   * `joined`, as in 0.1.
   *
   * Since: 0.2
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, MCAST_TYPE_PATH_STATE,
                                              MCAST_PATH_STATE_WAITING, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mcast_path_class_init (McastPathClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = mcast_path_finalize;
  object_class->get_property = mcast_path_get_property;
  install_properties (object_class);
}

static void
mcast_path_init (McastPath *self)
{
}

/**
 * mcast_path_get_id: (get-property id)
 * @self: a path
 *
 * Gets the number of a path of a receiving socket, which `path_id` of an [struct@RxMessage] and
 * [method@RxSocket.receive_payloads_with_paths] refer to.
 *
 * Returns: the number, or %G_MAXUINT for a path of a sending socket and for one that waits for its
 *   interface
 * Since: 0.2
 */
guint
mcast_path_get_id (McastPath *self)
{
  g_return_val_if_fail (MCAST_IS_PATH (self), G_MAXUINT);

  return self->id;
}

/**
 * mcast_path_get_group: (get-property group)
 * @self: a path
 *
 * Gets the canonical text of the group, with its port and its sources, as in an [struct@Event].
 * [func@Group.parse] converts it to a [struct@Group].
 *
 * Returns: (transfer none): the text
 * Since: 0.2
 */
const char *
mcast_path_get_group (McastPath *self)
{
  g_return_val_if_fail (MCAST_IS_PATH (self), NULL);

  return self->group;
}

/**
 * mcast_path_get_interface_name: (get-property interface-name)
 * @self: a path
 *
 * Gets the name of the interface; while it does not exist, the text that selects it.
 *
 * Returns: (transfer none): the name
 * Since: 0.2
 */
const char *
mcast_path_get_interface_name (McastPath *self)
{
  g_return_val_if_fail (MCAST_IS_PATH (self), NULL);

  return self->interface_name;
}

/**
 * mcast_path_get_interface: (get-property interface)
 * @self: a path
 *
 * Gets the interface.
 *
 * Returns: (transfer none) (nullable): the interface, or %NULL while it does not exist
 * Since: 0.2
 */
McastInterface *
mcast_path_get_interface (McastPath *self)
{
  g_return_val_if_fail (MCAST_IS_PATH (self), NULL);

  return self->iface;
}

/**
 * mcast_path_get_local_address: (get-property local-address)
 * @self: a path
 *
 * Gets the address and port from which datagrams are sent, which source-specific receivers have to
 * name.
 *
 * Returns: (transfer none) (nullable): the address, or %NULL for a receiving socket, and while the
 *   path is not ready
 * Since: 0.2
 */
GInetSocketAddress *
mcast_path_get_local_address (McastPath *self)
{
  g_return_val_if_fail (MCAST_IS_PATH (self), NULL);

  return self->local_address;
}

/**
 * mcast_path_get_state: (get-property state)
 * @self: a path
 *
 * Gets whether the path is in use.
 *
 * Returns: the state
 * Since: 0.2
 */
McastPathState
mcast_path_get_state (McastPath *self)
{
  g_return_val_if_fail (MCAST_IS_PATH (self), MCAST_PATH_STATE_WAITING);

  return self->state;
}

/**
 * mcast_path_get_error:
 * @self: a path
 *
 * Gets the last error of the path: the reason why it is not ready, or else the error of the last
 * datagram that a sending socket could not send on it.
 *
 * Returns: (transfer none) (nullable): the error, or %NULL without one
 * Since: 0.2
 */
const GError *
mcast_path_get_error (McastPath *self)
{
  g_return_val_if_fail (MCAST_IS_PATH (self), NULL);

  return self->error;
}

/**
 * mcast_path_has_counter:
 * @self: a path
 * @name: the name of a counter, such as `kernel-dropped`
 *
 * Checks whether the path has a counter. A counter that the system cannot provide is absent, and
 * [method@Path.list_unavailable] lists it.
 *
 * Returns: %TRUE if the path has the counter
 * Since: 0.2
 */
gboolean
mcast_path_has_counter (McastPath *self, const char *name)
{
  g_return_val_if_fail (MCAST_IS_PATH (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return g_variant_lookup (self->stats, name, "t", NULL);
}

/**
 * mcast_path_get_counter:
 * @self: a path
 * @name: the name of a counter, such as `delivered` or `accepted`
 *
 * Gets a counter. The names are those of type `t` in the entry of the path in
 * [method@RxSocket.get_stats] and [method@TxSocket.get_stats].
 *
 * Returns: the counter, or 0 if the path does not have it; see [method@Path.has_counter]
 * Since: 0.2
 */
guint64
mcast_path_get_counter (McastPath *self, const char *name)
{
  guint64 value = 0;

  g_return_val_if_fail (MCAST_IS_PATH (self), 0);
  g_return_val_if_fail (name != NULL, 0);

  g_variant_lookup (self->stats, name, "t", &value);
  return value;
}

/**
 * mcast_path_list_counters:
 * @self: a path
 *
 * Lists the names of the counters that the path has.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names; an empty array for a path of a
 *   receiving socket that waits for its interface
 * Since: 0.2
 */
char **
mcast_path_list_counters (McastPath *self)
{
  g_autoptr (GStrvBuilder) names = NULL;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_return_val_if_fail (MCAST_IS_PATH (self), NULL);

  names = g_strv_builder_new ();
  g_variant_iter_init (&iter, self->stats);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
      g_strv_builder_add (names, name);
  return g_strv_builder_end (names);
}

/**
 * mcast_path_list_unavailable:
 * @self: a path
 *
 * Lists the names of the counters that the path lacks because the system cannot provide them, such
 * as `kernel-dropped` where a sandbox forbids the option `SO_MEMINFO`.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names, usually none
 * Since: 0.2
 */
char **
mcast_path_list_unavailable (McastPath *self)
{
  char **names = NULL;

  g_return_val_if_fail (MCAST_IS_PATH (self), NULL);

  if (!g_variant_lookup (self->stats, "unavailable", "^as", &names))
    names = g_new0 (char *, 1);
  return names;
}
