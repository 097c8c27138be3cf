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
    case MCAST_ERROR_NOT_MULTICAST:
    case MCAST_ERROR_NO_SUCH_INTERFACE:
    case MCAST_ERROR_AMBIGUOUS_INTERFACE:
    case MCAST_ERROR_NO_ADDRESS:
    case MCAST_ERROR_NO_ROUTE:
    case MCAST_ERROR_FAMILY_MISMATCH:
    case MCAST_ERROR_NOT_A_DESTINATION:
    case MCAST_ERROR_NO_GROUPS:
    case MCAST_ERROR_NO_PORT:
    case MCAST_ERROR_BUFFER_LIMIT:
      return GST_RESOURCE_ERROR_SETTINGS;
    case MCAST_ERROR_TOO_MANY_MEMBERSHIPS:
      return GST_RESOURCE_ERROR_NO_SPACE_LEFT;
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

static void
post (GstElement *element, GstMessageType type, GstResourceError code, const GError *error)
{
  char *debug = g_strdup_printf ("%s, code %d", g_quark_to_string (error->domain), error->code);

  gst_element_message_full (element, type, GST_RESOURCE_ERROR, code_of (error, code),
                            g_strdup (error->message), debug, __FILE__, GST_FUNCTION, __LINE__);
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
