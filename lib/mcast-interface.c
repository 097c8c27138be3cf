/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-interface-private.h"

#include <string.h>

#include "mcast-text-private.h"

/**
 * McastInterface:
 *
 * A snapshot of the state of a network interface.
 *
 * An interface object is immutable and can be used from any thread. When the interface changes,
 * [class@InterfaceMonitor] provides a new object.
 *
 * Since: 0.1
 */
struct _McastInterface
{
  GObject parent_instance;

  McastInterfaceInfo info;
  GRefString *name;
  char *hardware_address;
  char *master_name;
  char *master_kind;
  char *kind;
  GStrv alt_names;
  McastInterfaceAddress *addresses;
  GPtrArray *masks;
};

typedef enum
{
  PROP_NAME = 1,
  PROP_INDEX,
  PROP_MTU,
  PROP_HARDWARE_ADDRESS,
  PROP_UP,
  PROP_RUNNING,
  PROP_LOOPBACK,
  PROP_MULTICAST,
  PROP_POINT_TO_POINT,
  PROP_MASTER,
  PROP_ALT_NAMES,
  PROP_KIND,
} McastInterfaceProperty;

static GParamSpec *properties[PROP_KIND + 1];

G_DEFINE_FINAL_TYPE (McastInterface, mcast_interface, G_TYPE_OBJECT)

/* The constructor of GInetAddressMask refuses an address with bits after the prefix, which that of
 * an interface nearly always has. A plain object takes both. */
static GInetAddressMask *
make_mask (const McastInterfaceAddress *address)
{
  g_autoptr (GInetAddress) gio_address = _mcast_address_to_gio (&address->address);

  return g_object_new (G_TYPE_INET_ADDRESS_MASK, "address", gio_address, "length",
                       address->prefix_length, NULL);
}

static char *
copy_text (const char *bytes)
{
  return bytes != NULL ? _mcast_text_from_bytes (bytes) : NULL;
}

static GStrv
copy_texts (const char *const *texts)
{
  GPtrArray *copy = g_ptr_array_new ();

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    g_ptr_array_add (copy, _mcast_text_from_bytes (texts[i]));
  g_ptr_array_add (copy, NULL);
  return (GStrv) g_ptr_array_free (copy, FALSE);
}

static void
set_name (McastInterface *self, const char *bytes)
{
  g_autofree char *name = _mcast_text_from_bytes (bytes);

  g_ref_string_release (self->name);
  self->name = g_ref_string_new (name);
  self->info.name = self->name;
}

static void
copy_relations (McastInterface *self, const McastInterfaceInfo *info)
{
  self->master_name = copy_text (info->master_name);
  self->info.master_name = self->master_name;
  self->master_kind = g_strdup (info->master_kind);
  self->info.master_kind = self->master_kind;
  self->kind = g_strdup (info->kind);
  self->info.kind = self->kind;
  g_strfreev (self->alt_names);
  self->alt_names = copy_texts (info->alt_names);
  self->info.alt_names = (const char *const *) self->alt_names;
}

McastInterface *
_mcast_interface_new (const McastInterfaceInfo *info)
{
  McastInterface *self = g_object_new (MCAST_TYPE_INTERFACE, NULL);

  self->info = *info;
  set_name (self, info->name);
  self->hardware_address = g_strdup (info->hardware_address);
  self->info.hardware_address = self->hardware_address;
  copy_relations (self, info);
  self->addresses = g_memdup2 (info->addresses, info->n_addresses * sizeof *info->addresses);
  self->info.addresses = self->addresses;
  for (guint i = 0; i < info->n_addresses; i++)
    g_ptr_array_add (self->masks, make_mask (&info->addresses[i]));
  return self;
}

static void
mcast_interface_finalize (GObject *object)
{
  McastInterface *self = MCAST_INTERFACE (object);

  g_clear_pointer (&self->name, g_ref_string_release);
  g_free (self->hardware_address);
  g_free (self->master_name);
  g_free (self->master_kind);
  g_free (self->kind);
  g_strfreev (self->alt_names);
  g_free (self->addresses);
  g_ptr_array_unref (self->masks);

  G_OBJECT_CLASS (mcast_interface_parent_class)->finalize (object);
}

static void
mcast_interface_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  McastInterface *self = MCAST_INTERFACE (object);

  switch ((McastInterfaceProperty) id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_INDEX:
      g_value_set_uint (value, self->info.index);
      break;
    case PROP_MTU:
      g_value_set_uint (value, self->info.mtu);
      break;
    case PROP_HARDWARE_ADDRESS:
      g_value_set_string (value, self->hardware_address);
      break;
    case PROP_UP:
      g_value_set_boolean (value, mcast_interface_is_up (self));
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, mcast_interface_is_running (self));
      break;
    case PROP_LOOPBACK:
      g_value_set_boolean (value, mcast_interface_is_loopback (self));
      break;
    case PROP_MULTICAST:
      g_value_set_boolean (value, mcast_interface_is_multicast (self));
      break;
    case PROP_POINT_TO_POINT:
      g_value_set_boolean (value, mcast_interface_is_point_to_point (self));
      break;
    case PROP_MASTER:
      g_value_set_string (value, self->master_name);
      break;
    case PROP_ALT_NAMES:
      g_value_set_boxed (value, self->alt_names);
      break;
    case PROP_KIND:
      g_value_set_string (value, self->kind);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
install_identity_properties (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * McastInterface:name: (getter get_name)
   *
   * The name of the interface, such as `eth0`.
   *
   * Since: 0.1
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  /**
   * McastInterface:index: (getter get_index)
   *
   * The index of the interface, 1 or more.
   *
   * Since: 0.1
   */
  properties[PROP_INDEX] = g_param_spec_uint ("index", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * McastInterface:mtu: (getter get_mtu)
   *
   * The size of the largest IP packet that the interface carries without fragmentation, in bytes.
   *
   * Since: 0.1
   */
  properties[PROP_MTU] = g_param_spec_uint ("mtu", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * McastInterface:hardware-address: (getter get_hardware_address)
   *
   * The link-layer address as hexadecimal octets separated by colons, or %NULL if the interface has
   * none.
   *
   * Since: 0.1
   */
  properties[PROP_HARDWARE_ADDRESS] = g_param_spec_string ("hardware-address", NULL, NULL, NULL,
                                                           flags);
}

static void
install_state_properties (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * McastInterface:up: (getter is_up)
   *
   * Whether the interface is administratively up.
   *
   * Since: 0.1
   */
  properties[PROP_UP] = g_param_spec_boolean ("up", NULL, NULL, FALSE, flags);
  /**
   * McastInterface:running: (getter is_running)
   *
   * Whether the link is operational, for example because a cable is plugged in at both ends.
   *
   * Since: 0.1
   */
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  /**
   * McastInterface:loopback: (getter is_loopback)
   *
   * Whether the interface is a loopback interface, which leads only to this machine.
   *
   * Since: 0.1
   */
  properties[PROP_LOOPBACK] = g_param_spec_boolean ("loopback", NULL, NULL, FALSE, flags);
  /**
   * McastInterface:multicast: (getter is_multicast)
   *
   * Whether the interface is marked as multicast-capable.
   *
   * Since: 0.1
   */
  properties[PROP_MULTICAST] = g_param_spec_boolean ("multicast", NULL, NULL, FALSE, flags);
  /**
   * McastInterface:point-to-point: (getter is_point_to_point)
   *
   * Whether the interface has exactly one peer.
   *
   * Since: 0.1
   */
  properties[PROP_POINT_TO_POINT] = g_param_spec_boolean ("point-to-point", NULL, NULL, FALSE,
                                                          flags);
}

static void
install_relation_properties (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * McastInterface:master: (getter get_master)
   *
   * The name of the bridge, bond, team or VRF to which the interface is enslaved, or %NULL.
   *
   * Since: 0.2
   */
  properties[PROP_MASTER] = g_param_spec_string ("master", NULL, NULL, NULL, flags);
  /**
   * McastInterface:alt-names: (getter get_alt_names)
   *
   * The alternative names of the interface.
   *
   * Since: 0.2
   */
  properties[PROP_ALT_NAMES] = g_param_spec_boxed ("alt-names", NULL, NULL, G_TYPE_STRV, flags);
  /**
   * McastInterface:kind: (getter get_kind)
   *
   * The kind of a virtual interface, such as `bridge`, `bond`, `veth` or `vlan`, or %NULL.
   *
   * Since: 0.2
   */
  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL, flags);
}

static void
mcast_interface_class_init (McastInterfaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = mcast_interface_finalize;
  object_class->get_property = mcast_interface_get_property;
  install_identity_properties ();
  install_state_properties ();
  install_relation_properties ();
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mcast_interface_init (McastInterface *self)
{
  self->masks = g_ptr_array_new_with_free_func (g_object_unref);
  /* A binding can make one from nothing. */
  self->name = g_ref_string_new_intern ("");
  self->info.name = self->name;
  self->alt_names = g_new0 (char *, 1);
  self->info.alt_names = (const char *const *) self->alt_names;
}

/**
 * mcast_interface_get_name:
 * @self: an interface
 *
 * Gets the name of the interface, such as `eth0`. Bytes that are not UTF-8 text are written as
 * octal escape sequences (`caf\351`); written so, the name selects the interface too.
 *
 * Returns: (transfer none): the name
 * Since: 0.1
 */
const char *
mcast_interface_get_name (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), NULL);

  return self->name;
}

/**
 * mcast_interface_get_index:
 * @self: an interface
 *
 * Gets the index by which the kernel identifies the interface. An interface that is deleted and
 * recreated usually gets another index.
 *
 * Returns: the index, 1 or more
 * Since: 0.1
 */
guint
mcast_interface_get_index (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), 0);

  return self->info.index;
}

/**
 * mcast_interface_get_mtu:
 * @self: an interface
 *
 * Gets the size of the largest IP packet that the interface carries without fragmentation. The
 * headers of a datagram take 28 bytes (IPv4) or 48 bytes (IPv6) of it.
 *
 * Returns: the size in bytes
 * Since: 0.1
 */
guint
mcast_interface_get_mtu (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), 0);

  return self->info.mtu;
}

/**
 * mcast_interface_get_hardware_address:
 * @self: an interface
 *
 * Gets the link-layer address as hexadecimal octets separated by colons, such as
 * `02:00:00:00:00:01`.
 *
 * Returns: (transfer none) (nullable): the address, or %NULL if the interface has none
 * Since: 0.1
 */
const char *
mcast_interface_get_hardware_address (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), NULL);

  return self->hardware_address;
}

/**
 * mcast_interface_get_addresses:
 * @self: an interface
 *
 * Gets the addresses of the interface, each with the length of its prefix, in the kernel's order.
 *
 * The addresses keep the bits after the prefix, as in `10.0.0.2/24`. Use
 * [method@Gio.InetAddressMask.get_address] and [method@Gio.InetAddressMask.get_length], not
 * [method@Gio.InetAddressMask.matches].
 *
 * Returns: (transfer none) (element-type Gio.InetAddressMask): the addresses; can be empty
 * Since: 0.1
 */
GPtrArray *
mcast_interface_get_addresses (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), NULL);

  return self->masks;
}

/**
 * mcast_interface_is_up:
 * @self: an interface
 *
 * Checks whether the interface is administratively up.
 *
 * Returns: %TRUE if it is up
 * Since: 0.1
 */
gboolean
mcast_interface_is_up (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), FALSE);

  return (self->info.flags & MCAST_LINK_UP) != 0;
}

/**
 * mcast_interface_is_running:
 * @self: an interface
 *
 * Checks whether the link is operational, for example because a cable is plugged in at both ends.
 *
 * Returns: %TRUE if it is running
 * Since: 0.1
 */
gboolean
mcast_interface_is_running (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), FALSE);

  return (self->info.flags & MCAST_LINK_RUNNING) != 0;
}

/**
 * mcast_interface_is_loopback:
 * @self: an interface
 *
 * Checks whether the interface is a loopback interface, which leads only to this machine.
 *
 * Returns: %TRUE if it is a loopback interface
 * Since: 0.1
 */
gboolean
mcast_interface_is_loopback (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), FALSE);

  return (self->info.flags & MCAST_LINK_LOOPBACK) != 0;
}

/**
 * mcast_interface_is_multicast:
 * @self: an interface
 *
 * Checks whether the interface is marked as multicast-capable. `lo` is not, but carries IPv4
 * multicast nevertheless.
 *
 * Returns: %TRUE if it is marked as multicast-capable
 * Since: 0.1
 */
gboolean
mcast_interface_is_multicast (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), FALSE);

  return (self->info.flags & MCAST_LINK_MULTICAST) != 0;
}

/**
 * mcast_interface_is_point_to_point:
 * @self: an interface
 *
 * Checks whether the interface has exactly one peer, as a tunnel does.
 *
 * Returns: %TRUE if it is a point-to-point interface
 * Since: 0.1
 */
gboolean
mcast_interface_is_point_to_point (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), FALSE);

  return (self->info.flags & MCAST_LINK_POINT_TO_POINT) != 0;
}

/**
 * mcast_interface_get_master:
 * @self: an interface
 *
 * Gets the name of the interface to which this one is enslaved, such as a bridge, a bond, a team or
 * a VRF (virtual routing and forwarding).
 *
 * What arrives on the port of a bridge, bond or team belongs to the master, so `*` does not include
 * such a port. A member of a VRF is an interface of its own.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL if the interface is not enslaved
 * Since: 0.2
 */
const char *
mcast_interface_get_master (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), NULL);

  return self->master_name;
}

/**
 * mcast_interface_get_alt_names:
 * @self: an interface
 *
 * Gets the alternative names of the interface (`ip link property add dev eth0 altname NAME`). Each
 * of them selects the interface, as its name does.
 *
 * Returns: (transfer none) (array zero-terminated=1): the names; can be empty
 * Since: 0.2
 */
const char *const *
mcast_interface_get_alt_names (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), NULL);

  return (const char *const *) self->alt_names;
}

/**
 * mcast_interface_get_kind:
 * @self: an interface
 *
 * Gets the kind of a virtual interface as the kernel names it, such as `bridge`, `bond`, `veth`,
 * `vlan` or `vrf`.
 *
 * Returns: (transfer none) (nullable): the kind, or %NULL if the interface has none, as hardware
 * Since: 0.2
 */
const char *
mcast_interface_get_kind (McastInterface *self)
{
  g_return_val_if_fail (MCAST_IS_INTERFACE (self), NULL);

  return self->kind;
}

const McastInterfaceInfo *
_mcast_interface_get_info (McastInterface *self)
{
  return &self->info;
}

GRefString *
_mcast_interface_get_ref_name (McastInterface *self)
{
  return self->name;
}

/* Checks whether it is the name of the interface, or one of its alternative names. */
gboolean
_mcast_interface_has_name (McastInterface *self, const char *name)
{
  return strcmp (self->name, name) == 0
         || g_strv_contains ((const char *const *) self->alt_names, name);
}

static gboolean
is_in_vrf (McastInterface *self)
{
  return self->info.master != 0 && g_strcmp0 (self->master_kind, "vrf") == 0;
}

/* Checks whether the interface is enslaved so that another one gets what arrives on it. A member of
 * a VRF keeps it. */
gboolean
_mcast_interface_is_port (McastInterface *self)
{
  return self->info.master != 0 && !is_in_vrf (self);
}

/* Returns the index of the VRF of which the interface is a member, or 0. */
guint
_mcast_interface_get_vrf (McastInterface *self)
{
  return is_in_vrf (self) ? self->info.master : 0;
}

gboolean
_mcast_interface_has_address (McastInterface *self, const McastAddress *address)
{
  for (guint i = 0; i < self->info.n_addresses; i++)
    if (_mcast_address_equal (&self->addresses[i].address, address))
      return TRUE;
  return FALSE;
}

/* Returns the first address that can be sent from, or NULL. */
const McastInterfaceAddress *
_mcast_interface_first_address (McastInterface *self, int family)
{
  for (guint i = 0; i < self->info.n_addresses; i++)
    if (self->addresses[i].address.family == family && !self->addresses[i].tentative)
      return &self->addresses[i];
  return NULL;
}

McastInterface *
_mcast_interface_by_index (GPtrArray *known, guint index)
{
  for (guint i = 0; i < known->len; i++)
    if (mcast_interface_get_index (known->pdata[i]) == index)
      return known->pdata[i];
  return NULL;
}

GPtrArray *
_mcast_interface_copy_list (GPtrArray *interfaces)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < interfaces->len; i++)
    g_ptr_array_add (copy, g_object_ref (interfaces->pdata[i]));
  return copy;
}

char *
_mcast_interface_names (GPtrArray *known)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < known->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            mcast_interface_get_name (known->pdata[i]));
  return g_string_free (names, FALSE);
}
