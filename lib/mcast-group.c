/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-group-private.h"

#include <string.h>
#include <sys/socket.h>

#include "mcast-error.h"
#include "mcast-interface-specifier-private.h"

/**
 * McastGroup:
 *
 * A multicast group: an address with an optional port, interface and source filter.
 *
 * Its text has the form
 *
 * ```
 * [SOURCE[+SOURCE...]@]GROUP[%INTERFACE][:PORT]
 * ```
 *
 * An IPv6 address is in brackets if a port follows. A `!` before the sources excludes them:
 *
 * - `239.1.2.3`: a group, from any source
 * - `10.0.0.1@232.1.2.3:5004`: source-specific (RFC 4607), with a port
 * - `!10.0.0.9@239.1.2.3`: from any source except 10.0.0.9
 * - `[ff12::5%eth0]:5004`: an IPv6 group on one interface
 * - `fe80::1%eth0@ff32::7`: from a link-local source, whose zone selects the interface
 *
 * A group is immutable and can be used from any thread.
 *
 * Since: 0.1
 */
struct _McastGroup
{
  gatomicrefcount ref_count;
  McastAddress address;
  guint port;
  char *iface;
  McastSourceFilter *filter;
  GInetAddress *gio_address;
  GPtrArray *gio_sources;
};

/* The text of a group cut at its separators, before any part of it is understood. */
typedef struct
{
  gboolean exclude;
  char *sources;
  char *address;
  char *iface;
  char *port;
} GroupParts;

static void
group_parts_clear (GroupParts *parts)
{
  g_free (parts->sources);
  g_free (parts->address);
  g_free (parts->iface);
  g_free (parts->port);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GroupParts, group_parts_clear)

G_DEFINE_BOXED_TYPE (McastGroup, mcast_group, mcast_group_ref, mcast_group_unref)

static gboolean
fail (GError **error, int code, const char *text, const char *reason)
{
  g_set_error (error, G_IO_ERROR, code, "“%s” is not a multicast group: %s", text, reason);
  return FALSE;
}

/* Splits a group in brackets from the port that follows: "[ff12::5%eth0]:5004". */
static gboolean
split_brackets (const char *text, const char *rest, GroupParts *parts, GError **error)
{
  const char *end = strchr (rest, ']');

  if (end == NULL)
    return fail (error, G_IO_ERROR_INVALID_ARGUMENT, text, "the closing ] is missing");
  if (end[1] != '\0' && end[1] != ':')
    return fail (error, G_IO_ERROR_INVALID_ARGUMENT, text, "only :PORT can follow the ]");

  parts->address = g_strndup (rest + 1, end - rest - 1);
  if (end[1] == ':')
    parts->port = g_strdup (end + 2);
  return TRUE;
}

static void
split_plain (const char *rest, GroupParts *parts)
{
  const char *colon = strrchr (rest, ':');

  /* Two colons before the interface make it an IPv6 address, whose last part is no port. */
  if (colon != NULL && strchr (rest, ':') == colon)
    {
      parts->address = g_strndup (rest, colon - rest);
      parts->port = g_strdup (colon + 1);
    }
  else
    parts->address = g_strdup (rest);
}

static gboolean
split_parts (const char *text, GroupParts *parts, GError **error)
{
  const char *rest = text;
  const char *at;
  char *percent;

  parts->exclude = *rest == '!';
  if (parts->exclude)
    rest++;

  at = strchr (rest, '@');
  if (at != NULL)
    {
      parts->sources = g_strndup (rest, at - rest);
      rest = at + 1;
    }
  else if (parts->exclude)
    return fail (error, G_IO_ERROR_INVALID_ARGUMENT, text,
                 "the sources to exclude must follow the !, as in !10.0.0.9@239.1.2.3");

  if (*rest == '[')
    {
      if (!split_brackets (text, rest, parts, error))
        return FALSE;
    }
  else
    split_plain (rest, parts);

  percent = strchr (parts->address, '%');
  if (percent != NULL)
    {
      parts->iface = g_strdup (percent + 1);
      *percent = '\0';
    }
  return TRUE;
}

static gboolean
parse_port (const char *text, const char *port, guint *result, GError **error)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (port, 10, 1, G_MAXUINT16, &value, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” is not a multicast group: port “%s” is not a number from 1 to 65535", text,
                   port);
      return FALSE;
    }
  *result = (guint) value;
  return TRUE;
}

static gboolean
parse_address (const char *text, const char *address, McastAddress *result, GError **error)
{
  if (!_mcast_address_parse (address, result))
    return fail (error, G_IO_ERROR_INVALID_ARGUMENT, text,
                 "use the form [SOURCE[+SOURCE...]@]GROUP[%INTERFACE][:PORT] with numeric "
                 "addresses, and IPv6 in brackets before a port");

  if (!_mcast_address_is_multicast (result))
    {
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST,
                   "“%s” is not a multicast group: %s is not in 224.0.0.0/4 or ff00::/8", text,
                   address);
      return FALSE;
    }

  /* Receivers drop scope 0 unseen (RFC 4291 section 2.7, erratum 3480): a silent hole if
   * allowed. */
  if (result->family == AF_INET6 && (result->bytes[1] & 0x0f) == 0)
    {
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST,
                   "“%s” is not a usable multicast group: scope 0 is reserved, and receivers drop "
                   "it; use ff02:: or ff12:: (link), ff05:: or ff15:: (site), ff0e:: or "
                   "ff1e:: (global)",
                   text);
      return FALSE;
    }
  return TRUE;
}

/* Sources may stand in brackets, as an IPv6 address does wherever a port could follow. */
static char *
strip_brackets (const char *source)
{
  gsize length = strlen (source);

  if (length >= 2 && source[0] == '[' && source[length - 1] == ']')
    return g_strndup (source + 1, length - 2);
  return g_strdup (source);
}

/* The zone of a source selects the interface, as that of a group does. */
static gboolean
take_zone (const char *text, const char *source, const char *zone, GroupParts *parts,
           GError **error)
{
  if (parts->iface == NULL)
    parts->iface = g_strdup (zone);
  if (zone == NULL || strcmp (zone, parts->iface) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "“%s” is not a multicast group: source %s is not on the interface %s; use one "
               "interface",
               text, source, parts->iface);
  return FALSE;
}

static gboolean
parse_source (const char *text, const char *source, const McastAddress *group, GroupParts *parts,
              McastAddress *result, GError **error)
{
  g_autofree char *bare = strip_brackets (source);
  g_autofree char *zone = NULL;

  if (!_mcast_address_parse_zoned (bare, result, &zone) || _mcast_address_is_multicast (result)
      || _mcast_address_is_any (result))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” is not a multicast group: source “%s” is not a numeric unicast address",
                   text, source);
      return FALSE;
    }
  if (result->family != group->family)
    {
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_FAMILY_MISMATCH,
                   "“%s” mixes address families: source %s cannot send to %s group", text, source,
                   group->family == AF_INET ? "an IPv4" : "an IPv6");
      return FALSE;
    }
  return take_zone (text, source, zone, parts, error);
}

static gboolean
check_interface (const char *text, GError **error)
{
  g_auto (McastInterfaceSpecifier) specifier = { 0 };

  return _mcast_interface_specifier_init (&specifier, text, error);
}

static gboolean
parse_filter (const char *text, GroupParts *parts, McastGroup *self, GError **error)
{
  g_autoptr (GArray) sources = g_array_new (FALSE, FALSE, sizeof (McastAddress));

  if (parts->sources != NULL)
    {
      g_auto (GStrv) words = g_strsplit (parts->sources, "+", -1);
      McastAddress source;

      if (words[0] == NULL)
        return parse_source (text, "", &self->address, parts, &source, error);
      for (guint i = 0; words[i] != NULL; i++)
        {
          if (!parse_source (text, words[i], &self->address, parts, &source, error))
            return FALSE;
          g_array_append_val (sources, source);
        }
    }

  self->filter =
    _mcast_source_filter_new (parts->sources != NULL && !parts->exclude ? MCAST_FILTER_MODE_INCLUDE
                                                                        : MCAST_FILTER_MODE_EXCLUDE,
                              (const McastAddress *) (gpointer) sources->data, sources->len);
  return TRUE;
}

static void
make_gio_values (McastGroup *self)
{
  guint n_sources;
  const McastAddress *sources = _mcast_source_filter_get_sources (self->filter, &n_sources);

  self->gio_address = _mcast_address_to_gio (&self->address);
  self->gio_sources = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n_sources; i++)
    g_ptr_array_add (self->gio_sources, _mcast_address_to_gio (&sources[i]));
}

/**
 * mcast_group_parse:
 * @text: a group, in the form described for [struct@Group]
 * @error: return location for an error
 *
 * Parses the text of a group. Addresses are numeric; host names are never resolved. Only the form
 * of an interface is checked, since the interface may not exist yet.
 *
 * Fails with %MCAST_ERROR_NOT_MULTICAST if the address is not a usable group,
 * %MCAST_ERROR_FAMILY_MISMATCH if a source is of the other family, and
 * `G_IO_ERROR_INVALID_ARGUMENT` if @text is otherwise invalid. The message quotes @text.
 *
 * Returns: (transfer full): the group
 * Since: 0.1
 */
McastGroup *
mcast_group_parse (const char *text, GError **error)
{
  g_auto (GroupParts) parts = { FALSE, NULL, NULL, NULL, NULL };
  g_autoptr (McastGroup) self = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (!split_parts (text, &parts, error))
    return NULL;

  self = g_new0 (McastGroup, 1);
  g_atomic_ref_count_init (&self->ref_count);
  if (!parse_address (text, parts.address, &self->address, error)
      || (parts.port != NULL && !parse_port (text, parts.port, &self->port, error))
      || !parse_filter (text, &parts, self, error))
    return NULL;
  if (parts.iface != NULL && !check_interface (parts.iface, error))
    {
      g_prefix_error (error, "“%s” is not a multicast group: ", text);
      return NULL;
    }

  self->iface = g_steal_pointer (&parts.iface);
  make_gio_values (self);
  return g_steal_pointer (&self);
}

static McastSourceFilter *
make_filter (GPtrArray *sources, McastFilterMode mode)
{
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (McastAddress));

  for (guint i = 0; sources != NULL && i < sources->len; i++)
    {
      const McastAddress address = _mcast_address_from_gio (sources->pdata[i]);

      g_array_append_val (addresses, address);
    }
  return _mcast_source_filter_new (mode, (const McastAddress *) (gpointer) addresses->data,
                                   addresses->len);
}

/**
 * mcast_group_new:
 * @address: a multicast address
 * @port: the UDP port, 1 to 65535, or 0 for the port of the socket
 * @iface: (nullable): a name, index, address or `*`, or %NULL for the interfaces of the socket
 * @sources: (nullable) (element-type Gio.InetAddress): the sources, or %NULL for none
 * @mode: whether @sources are included or excluded
 * @error: return location for an error
 *
 * Creates a group from its parts. [func@Group.parse] creates one from a text.
 *
 * Fails as [func@Group.parse] does, and with `G_IO_ERROR_INVALID_ARGUMENT` if @mode is
 * %MCAST_FILTER_MODE_INCLUDE and there are no sources, since nothing could be received.
 *
 * Returns: (transfer full): the group
 * Since: 0.2
 */
McastGroup *
mcast_group_new (GInetAddress *address, guint port, const char *iface, GPtrArray *sources,
                 McastFilterMode mode, GError **error)
{
  g_autoptr (McastGroup) self = NULL;
  g_autoptr (McastSourceFilter) filter = NULL;
  g_autofree char *text = NULL;
  McastAddress group;

  g_return_val_if_fail (G_IS_INET_ADDRESS (address), NULL);

  group = _mcast_address_from_gio (address);
  filter = make_filter (sources, mode);
  text = _mcast_group_format (&group, port, iface, filter);
  if (mode == MCAST_FILTER_MODE_INCLUDE && (sources == NULL || sources->len == 0))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "The group %s includes no sources; add one, or exclude none", text);
      return NULL;
    }
  self = mcast_group_parse (text, error);
  /* An interface whose name contains a separator cannot be part of a group. */
  if (self != NULL && g_strcmp0 (self->iface, iface) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” is not a valid interface of a group", iface);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * mcast_group_ref:
 * @self: a group
 *
 * Takes a reference to @self. Any thread can call this function.
 *
 * Returns: (transfer full): @self
 * Since: 0.1
 */
McastGroup *
mcast_group_ref (McastGroup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * mcast_group_unref:
 * @self: (transfer full): a group
 *
 * Releases a reference to @self; the last reference frees the group. Any thread can call this
 * function.
 *
 * Since: 0.1
 */
void
mcast_group_unref (McastGroup *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->filter, _mcast_source_filter_unref);
  g_clear_pointer (&self->gio_sources, g_ptr_array_unref);
  g_clear_object (&self->gio_address);
  g_free (self->iface);
  g_free (self);
}

/* Returns the canonical text of a group. @port is 0 and @iface and @filter are NULL for none. */
char *
_mcast_group_format (const McastAddress *group, guint port, const char *iface,
                     McastSourceFilter *filter)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *address = _mcast_address_to_string (group);
  guint n_sources = 0;
  const McastAddress *sources = NULL;
  gboolean brackets;

  if (filter != NULL)
    sources = _mcast_source_filter_get_sources (filter, &n_sources);
  if (n_sources > 0 && _mcast_source_filter_get_mode (filter) == MCAST_FILTER_MODE_EXCLUDE)
    g_string_append_c (text, '!');
  for (guint i = 0; i < n_sources; i++)
    {
      g_autofree char *source = _mcast_address_to_string (&sources[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? "+" : "", source);
    }
  if (n_sources > 0)
    g_string_append_c (text, '@');

  /* If the address or the interface contains a colon, the port needs brackets. */
  brackets = port != 0
             && (group->family == AF_INET6 || (iface != NULL && strchr (iface, ':') != NULL));
  g_string_append_printf (text, "%s%s", brackets ? "[" : "", address);
  if (iface != NULL)
    g_string_append_printf (text, "%%%s", iface);
  if (brackets)
    g_string_append_c (text, ']');
  if (port != 0)
    g_string_append_printf (text, ":%u", port);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * mcast_group_to_string:
 * @self: a group
 *
 * Converts the group to its canonical text, which [func@Group.parse] converts back to an equal
 * group. Sources are sorted, and addresses have their shortest form (RFC 5952).
 *
 * Returns: (transfer full): the text
 * Since: 0.1
 */
char *
mcast_group_to_string (McastGroup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return _mcast_group_format (&self->address, self->port, self->iface, self->filter);
}

/**
 * mcast_group_equal:
 * @self: a group
 * @other: another group
 *
 * Checks whether two groups have the same address, port, interface and source filter. The order in
 * which the sources were written does not matter.
 *
 * Returns: %TRUE if the groups are equal
 * Since: 0.1
 */
gboolean
mcast_group_equal (McastGroup *self, McastGroup *other)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (other != NULL, FALSE);

  return _mcast_address_equal (&self->address, &other->address) && self->port == other->port
         && g_strcmp0 (self->iface, other->iface) == 0
         && _mcast_source_filter_equal (self->filter, other->filter);
}

/**
 * mcast_group_hash:
 * @self: a group
 *
 * Computes a hash value, which is the same for equal groups. Together with [method@Group.equal], it
 * makes groups the keys of a hash table.
 *
 * Returns: the hash value
 * Since: 0.2
 */
guint
mcast_group_hash (McastGroup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return _mcast_address_hash (&self->address) ^ (self->port << 16)
         ^ (self->iface != NULL ? g_str_hash (self->iface) : 0);
}

/**
 * mcast_group_get_address:
 * @self: a group
 *
 * Gets the address, without the interface.
 *
 * Returns: (transfer none): the multicast address
 * Since: 0.1
 */
GInetAddress *
mcast_group_get_address (McastGroup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->gio_address;
}

/**
 * mcast_group_get_port:
 * @self: a group
 *
 * Gets the UDP port, in host byte order.
 *
 * Returns: 1 to 65535, or 0 if the group was written without a port, so that the port of the socket
 *   applies
 * Since: 0.1
 */
guint
mcast_group_get_port (McastGroup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->port;
}

/**
 * mcast_group_get_interface:
 * @self: a group
 *
 * Gets the interface that follows the `%`: a name, an index, an address or `*`.
 *
 * Returns: (transfer none) (nullable): the interface, or %NULL if the group was written without an
 *   interface, so that the interfaces of the socket apply
 * Since: 0.1
 */
const char *
mcast_group_get_interface (McastGroup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->iface;
}

/**
 * mcast_group_get_sources:
 * @self: a group
 *
 * Gets the sources of the filter, sorted. [method@Group.get_filter_mode] determines their meaning.
 *
 * Returns: (transfer none) (element-type Gio.InetAddress): the sources; an empty array if the group
 *   was written without sources
 * Since: 0.1
 */
GPtrArray *
mcast_group_get_sources (McastGroup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->gio_sources;
}

/**
 * mcast_group_get_filter_mode:
 * @self: a group
 *
 * Gets whether the sources are included or excluded. A group that was written without sources
 * excludes none.
 *
 * Returns: the filter mode
 * Since: 0.1
 */
McastFilterMode
mcast_group_get_filter_mode (McastGroup *self)
{
  g_return_val_if_fail (self != NULL, MCAST_FILTER_MODE_EXCLUDE);

  return _mcast_source_filter_get_mode (self->filter);
}

/**
 * mcast_group_get_family:
 * @self: a group
 *
 * Gets the family of the address.
 *
 * Returns: %G_SOCKET_FAMILY_IPV4 or %G_SOCKET_FAMILY_IPV6
 * Since: 0.1
 */
GSocketFamily
mcast_group_get_family (McastGroup *self)
{
  g_return_val_if_fail (self != NULL, G_SOCKET_FAMILY_INVALID);

  return self->address.family == AF_INET6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4;
}

const McastAddress *
_mcast_group_address (McastGroup *self)
{
  return &self->address;
}

McastSourceFilter *
_mcast_group_filter (McastGroup *self)
{
  return self->filter;
}

/* NULL is no group at all: such a socket is given its groups later. */
GPtrArray *
_mcast_group_parse_list (const char *const *texts, GError **error)
{
  g_autoptr (GPtrArray) groups = NULL;

  groups = g_ptr_array_new_with_free_func ((GDestroyNotify) mcast_group_unref);
  for (gsize i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      McastGroup *group = mcast_group_parse (texts[i], error);

      if (group == NULL)
        return NULL;
      g_ptr_array_add (groups, group);
    }
  return g_steal_pointer (&groups);
}
