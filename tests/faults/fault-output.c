/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-output.h"

#include <gst/app/app.h>
#include <gst/gst.h>

#include "lib-test.h"

struct _Output
{
  OutputKind kind;

  McastTxSocket *tx;
  GSocket *socket;
  GSocketAddress *to;
  GstElement *pipeline;
  GstElement *source;
  GstElement *sink;

  GMutex lock;
  OutputEvents events;
  char *failure;
};

static const char *const kind_names[] = { "library", "mcastsink", "udpsink", "GSocket" };

/* --- The library ------------------------------------------------------------------------- */

static void
on_event (McastTxSocket *tx, McastInterface *iface, gboolean ready, gpointer user_data)
{
  Output *self = user_data;

  g_mutex_lock (&self->lock);
  if (ready)
    self->events.ready++;
  else
    self->events.lost++;
  g_mutex_unlock (&self->lock);
}

static void
open_library (Output *self, const char *group, guint port, const char *iface, const char *source)
{
  g_autoptr (GError) error = NULL;

  self->tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups", WORDS (group), "port",
                             port, "interfaces", WORDS (iface), "source-address", source, NULL);
  g_assert_no_error (error);
  mcast_tx_socket_set_event_func (self->tx, on_event, self, NULL);
}

/* --- Elements ---------------------------------------------------------------------------- */

static void
note_error (Output *self, GstMessage *message)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  if (self->failure == NULL)
    self->failure = g_strdup (error->message);
}

static void
note_warning (Output *self, GstMessage *message)
{
  const GstStructure *details = NULL;

  gst_message_parse_warning_details (message, &details);
  if (details != NULL && gst_structure_has_field (details, "path"))
    self->events.failed++;
}

static void
note_event (Output *self, const GstStructure *structure)
{
  if (gst_structure_has_name (structure, "mcast-interface-ready"))
    self->events.ready++;
  else if (gst_structure_has_name (structure, "mcast-interface-lost"))
    self->events.lost++;
  else if (gst_structure_has_name (structure, "mcast-path-recovered"))
    self->events.recovered++;
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Output *self = user_data;
  GstMessageType type = GST_MESSAGE_TYPE (message);

  g_mutex_lock (&self->lock);
  if (type == GST_MESSAGE_ERROR)
    note_error (self, message);
  else if (type == GST_MESSAGE_WARNING)
    note_warning (self, message);
  else if (type == GST_MESSAGE_ELEMENT)
    note_event (self, gst_message_get_structure (message));
  g_mutex_unlock (&self->lock);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static char *
describe_pipeline (Output *self, const char *group, guint port, const char *iface,
                   const char *source)
{
  const char *name = self->kind == OUTPUT_ELEMENT ? "mcastsink" : "udpsink auto-multicast=false";
  g_autofree char *binding = source != NULL ? g_strdup_printf ("bind-address=%s", source)
                                            : g_strdup ("");

  return g_strdup_printf ("appsrc name=source ! %s name=sink host=%s port=%u multicast-iface=%s "
                          "sync=false async=false %s",
                          name, group, port, iface, binding);
}

static void
open_pipeline (Output *self, const char *group, guint port, const char *iface, const char *source)
{
  g_autofree char *description = describe_pipeline (self, group, port, iface, source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBus) bus = NULL;

  self->pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  self->source = gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  self->sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "sink");
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  g_assert_cmpint (gst_element_set_state (self->pipeline, GST_STATE_PLAYING), !=,
                   GST_STATE_CHANGE_FAILURE);
}

static void
close_pipeline (Output *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  gst_object_unref (self->source);
  gst_object_unref (self->sink);
  gst_object_unref (self->pipeline);
}

/* ----------------------------------------------------------------------------------------- */

Output *
output_new (OutputKind kind, const char *group, guint port, const char *iface, const char *source)
{
  Output *self = g_new0 (Output, 1);

  self->kind = kind;
  g_mutex_init (&self->lock);
  self->to = plain_address_new (group, port, 0);
  if (kind == OUTPUT_LIBRARY)
    open_library (self, group, port, iface, source);
  else if (kind == OUTPUT_PLAIN)
    self->socket = plain_sender_new (netns_home (), iface, g_socket_address_get_family (self->to),
                                     source);
  else
    open_pipeline (self, group, port, iface, source);
  return self;
}

void
output_free (Output *self)
{
  if (self->tx != NULL)
    mcast_tx_socket_set_event_func (self->tx, NULL, NULL, NULL);
  g_clear_object (&self->tx);
  g_clear_object (&self->socket);
  if (self->pipeline != NULL)
    close_pipeline (self);
  g_object_unref (self->to);
  g_mutex_clear (&self->lock);
  g_free (self->failure);
  g_free (self);
}

const char *
output_kind_name (OutputKind kind)
{
  return kind_names[kind];
}

OutputKind
output_get_kind (Output *self)
{
  return self->kind;
}

gboolean
output_is_ours (Output *self)
{
  return self->kind == OUTPUT_LIBRARY || self->kind == OUTPUT_ELEMENT;
}

void
output_send (Output *self, gconstpointer data, gsize size)
{
  g_autoptr (GBytes) payload = g_bytes_new (data, size);

  if (self->tx != NULL)
    mcast_tx_socket_send (self->tx, payload, NULL, NULL);
  else if (self->socket != NULL)
    g_socket_send_to (self->socket, self->to, data, size, NULL, NULL);
  else
    gst_app_src_push_buffer (GST_APP_SRC (self->source), gst_buffer_new_wrapped_bytes (payload));
}

/* The statistics of the element have the same names. */
static GstStructure *
get_element_stats (Output *self)
{
  GstStructure *stats = NULL;

  g_object_get (self->sink, "stats", &stats, NULL);
  g_assert_nonnull (stats);
  return stats;
}

guint64
output_get_counter (Output *self, const char *name)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  if (self->tx != NULL)
    return tx_counter (self->tx, name);
  stats = get_element_stats (self);
  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  return value;
}

static gboolean
add_field (GQuark field, const GValue *value, gpointer user_data)
{
  guint64 *total = g_new (guint64, 1);

  *total = g_value_get_uint64 (value);
  g_hash_table_insert (user_data, g_strdup (g_quark_to_string (field)), total);
  return TRUE;
}

static void
add_entries (GHashTable *errors, GVariant *dictionary)
{
  GVariantIter iter;
  char *name;
  guint64 count;

  g_variant_iter_init (&iter, dictionary);
  while (g_variant_iter_next (&iter, "{st}", &name, &count))
    g_hash_table_insert (errors, name, g_memdup2 (&count, sizeof count));
}

/* Those of its only path. */
static GHashTable *
collect_errors (Output *self)
{
  GHashTable *errors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (self->tx != NULL)
    {
      g_autoptr (GVariant) stats = mcast_tx_socket_get_stats (self->tx);
      g_autoptr (GVariant) paths = g_variant_lookup_value (stats, "paths", NULL);
      g_autoptr (GVariant) path = g_variant_get_child_value (paths, 0);
      g_autoptr (GVariant) counts = g_variant_lookup_value (path, "errors", NULL);

      add_entries (errors, counts);
    }
  else
    {
      g_autoptr (GstStructure) stats = get_element_stats (self);
      const GValue *paths = gst_structure_get_value (stats, "paths");
      const GstStructure *path = gst_value_get_structure (gst_value_array_get_value (paths, 0));
      const GValue *counts = gst_structure_get_value (path, "errors");

      gst_structure_foreach (gst_value_get_structure (counts), add_field, errors);
    }
  return errors;
}

guint64
output_get_errors (Output *self, const char *name)
{
  g_autoptr (GHashTable) errors = collect_errors (self);
  guint64 *count = g_hash_table_lookup (errors, name);

  return count != NULL ? *count : 0;
}

void
output_add_errors (Output *self, FaultFigures *figures)
{
  g_autoptr (GHashTable) errors = collect_errors (self);
  GHashTableIter iter;
  gpointer name;
  gpointer count;
  guint64 sum = 0;

  g_hash_table_iter_init (&iter, errors);
  while (g_hash_table_iter_next (&iter, &name, &count))
    {
      fault_figures_set (figures, name, (gint64) * (guint64 *) count);
      sum += *(guint64 *) count;
    }
  g_assert_cmpuint (sum, ==, output_get_counter (self, "refused"));
}

gboolean
output_is (Output *self, const char *state)
{
  g_autoptr (GstStructure) stats = NULL;
  const GValue *paths;

  if (self->tx != NULL)
    {
      g_autoptr (GVariant) all = mcast_tx_socket_get_stats (self->tx);
      g_autoptr (GVariant) list = g_variant_lookup_value (all, "paths", NULL);
      g_autoptr (GVariant) path = g_variant_get_child_value (list, 0);
      const char *is = "";

      g_variant_lookup (path, "state", "&s", &is);
      return g_str_equal (is, state);
    }
  stats = get_element_stats (self);
  paths = gst_structure_get_value (stats, "paths");
  return g_strcmp0 (gst_structure_get_string (
                      gst_value_get_structure (gst_value_array_get_value (paths, 0)), "state"),
                    state)
         == 0;
}

OutputEvents
output_get_events (Output *self)
{
  OutputEvents events;

  g_mutex_lock (&self->lock);
  events = self->events;
  g_mutex_unlock (&self->lock);
  return events;
}

const char *
output_get_failure (Output *self)
{
  const char *failure;

  g_mutex_lock (&self->lock);
  failure = self->failure;
  g_mutex_unlock (&self->lock);
  return failure;
}
