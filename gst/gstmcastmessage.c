/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastmessage.h"

/* Tells the application what became of an interface, as an element message called @name. */
void
gst_mcast_post_interface (GstElement *element, const char *name, McastInterface *iface)
{
  GstStructure *structure =
    gst_structure_new (name,
                       "interface", G_TYPE_STRING, mcast_interface_get_name (iface),
                       "interface-index", G_TYPE_UINT, mcast_interface_get_index (iface), NULL);

  gst_element_post_message (element, gst_message_new_element (GST_OBJECT (element), structure));
}
