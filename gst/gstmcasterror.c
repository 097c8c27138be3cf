/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcasterror.h"

#include <gio/gio.h>
#include <mcast.h>

static GstResourceError
code_of_mcast_error (int code, GstResourceError other)
{
  switch ((McastError) code)
    {
    case MCAST_ERROR_NO_SUCH_INTERFACE:
      return GST_RESOURCE_ERROR_NOT_FOUND;
    case MCAST_ERROR_NOT_MULTICAST:
    case MCAST_ERROR_AMBIGUOUS_INTERFACE:
    case MCAST_ERROR_NO_ADDRESS:
    case MCAST_ERROR_NO_ROUTE:
    case MCAST_ERROR_FAMILY_MISMATCH:
    case MCAST_ERROR_NOT_A_DESTINATION:
    case MCAST_ERROR_NO_GROUPS:
    case MCAST_ERROR_NO_PORT:
    case MCAST_ERROR_BUFFER_LIMIT:
    /* Not NO_SPACE_LEFT, which players show as a full disk. */
    case MCAST_ERROR_TOO_MANY_MEMBERSHIPS:
      return GST_RESOURCE_ERROR_SETTINGS;
    case MCAST_ERROR_QUEUE_FULL:
    case MCAST_ERROR_INTERFACE_NOT_READY:
    default:
      return other;
    }
}

/* Returns the code whose remedy fits @error, or @other. */
static GstResourceError
code_of (const GError *error, GstResourceError other)
{
  if (error->domain == MCAST_ERROR)
    return code_of_mcast_error (error->code, other);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return GST_RESOURCE_ERROR_SETTINGS;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return GST_RESOURCE_ERROR_NOT_AUTHORIZED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return GST_RESOURCE_ERROR_BUSY;
  return other;
}

/* Copies a text property to the details, if the element has it. */
static void
add_property (GstStructure *details, GstElement *element, const char *property, const char *field)
{
  g_autofree char *text = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), property) == NULL)
    return;
  g_object_get (element, property, &text, NULL);
  if (text != NULL)
    gst_structure_set (details, field, G_TYPE_STRING, text, NULL);
}

static GstStructure *
make_details (GstElement *element, const GError *error)
{
  GstStructure *details = gst_structure_new ("mcast-error", "domain", G_TYPE_STRING,
                                             g_quark_to_string (error->domain), "code", G_TYPE_INT,
                                             error->code, NULL);

  add_property (details, element, "address", "group");
  add_property (details, element, "host", "group");
  add_property (details, element, "interfaces", "interface");
  return details;
}

static void
post (GstElement *element, GstMessageType type, GstResourceError code, const GError *error)
{
  char *debug = g_strdup_printf ("%s, code %d", g_quark_to_string (error->domain), error->code);

  gst_element_message_full_with_details (element, type, GST_RESOURCE_ERROR, code_of (error, code),
                                         g_strdup (error->message), debug, __FILE__, GST_FUNCTION,
                                         __LINE__, make_details (element, error));
}

void
gst_mcast_post_error (GstElement *element, GstResourceError code, const GError *error)
{
  post (element, GST_MESSAGE_ERROR, code, error);
}

void
gst_mcast_post_warning (GstElement *element, GstResourceError code, const GError *error)
{
  post (element, GST_MESSAGE_WARNING, code, error);
}

/* Warns that a setting is stored but takes effect only at the next start. */
void
gst_mcast_warn_late (GstElement *element, GParamSpec *pspec)
{
  if ((pspec->flags & GST_PARAM_MUTABLE_READY) == 0 || GST_STATE (element) <= GST_STATE_READY)
    return;
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS,
                       ("The new %s takes effect at the next start: set it before the element "
                        "plays, or stop the element first.",
                        pspec->name),
                       (NULL));
}
