/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-netlink-attribute-private.h"

#include <libmnl/libmnl.h>

typedef struct
{
  const struct nlattr **attributes;
  guint n_attributes;
} AttributeTable;

static int
collect_attribute (const struct nlattr *attribute, void *user_data)
{
  AttributeTable *table = user_data;
  guint16 type = mnl_attr_get_type (attribute);

  if (type < table->n_attributes)
    table->attributes[type] = attribute;
  return MNL_CB_OK;
}

/* Collects the attributes that follow a header of @size bytes. Returns FALSE for a message that is
 * too short, or whose length is not a multiple of four, as each of the kernel's is: libmnl rounds
 * the length up and would read past the end. */
gboolean
_mcast_netlink_collect_attributes (const struct nlmsghdr *header, gsize size,
                                   const struct nlattr **attributes, guint n_attributes)
{
  AttributeTable table = { attributes, n_attributes };

  return header->nlmsg_len % MNL_ALIGNTO == 0 && mnl_nlmsg_get_payload_len (header) >= size
         && mnl_attr_parse (header, size, collect_attribute, &table) >= 0;
}

gboolean
_mcast_netlink_read_u32 (const struct nlattr *attribute, guint32 *value)
{
  if (attribute == NULL || mnl_attr_validate (attribute, MNL_TYPE_U32) < 0)
    return FALSE;
  *value = mnl_attr_get_u32 (attribute);
  return TRUE;
}

gboolean
_mcast_netlink_read_address (const struct nlattr *attribute, int family, McastAddress *address)
{
  return attribute != NULL
         && _mcast_address_from_bytes (family, mnl_attr_get_payload (attribute),
                                       mnl_attr_get_payload_len (attribute), address);
}
