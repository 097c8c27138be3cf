/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the tests of the elements have in common: pipelines, the messages of a bus, what comes out
 * of a pipeline, and properties. */

#include <gio/gnetworking.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <string.h>

#include "family.h"
#include "netns.h"
#include "plain.h"
#include "process-test.h"
#include "world.h"

G_BEGIN_DECLS

/* netns_test_init () and gst_init (). */
void gst_test_init (int *argc, char ***argv);

/* Adds a test with @n_links links. Its first machine is the program's own namespace, as GStreamer
 * keeps threads for later. */
void gst_test_add (const char *path, guint n_links, WorldTestFunc func);

/* Lets the library log warnings, of what a test does to it, or has them end the program again. */
void gst_test_allow_warnings (gboolean allow);

/* --- Pipelines --------------------------------------------------------------------------- */

/* A pipeline from a description as for gst-launch-1.0. */
GstElement *gst_test_launch (const char *description);

void gst_test_play (GstElement *pipeline);

/* Sets the pipeline to NULL and frees it. */
void gst_test_stop (GstElement *pipeline);

/* Plays what must fail to start and returns the text of its error. Free with g_free (). */
char *gst_test_get_error (const char *description);

/* An element of the pipeline, which must be there. */
GstElement *gst_test_get_element (GstElement *pipeline, const char *name);

/* Pushes into the appsrc "in" of the pipeline. Takes over the buffer. */
void gst_test_push (GstElement *pipeline, GstBuffer *buffer);

/* A counter of the statistics of an element. */
guint64 gst_test_get_stat (GstElement *pipeline, const char *name, const char *counter);

/* --- Messages ---------------------------------------------------------------------------- */

/* The text of an error or warning, the structure of any other message. Free with g_free (). */
char *gst_test_message_text (GstMessage *message);

/* Waits for a message of @types whose text contains @what, if that is not NULL. Others of these
 * types are thrown away. */
GstMessage *gst_test_wait_message (GstElement *pipeline, GstMessageType types, const char *what);

/* How many messages of @types that contain @what are on the bus. All of these types are removed. */
guint gst_test_count_messages (GstElement *pipeline, GstMessageType types, const char *what);

/* --- What comes out ---------------------------------------------------------------------- */

/* The next sample of the appsink "out", or NULL when none comes in time. */
GstSample *gst_test_try_pull (GstElement *pipeline, guint timeout_ms);

/* The next buffer of the appsink "out"; there must be one in time. */
GstBuffer *gst_test_pull (GstElement *pipeline);

/* Fails the test unless the buffer, or the next one of the appsink "out", is this one. */
void gst_test_assert_buffer (GstBuffer *buffer, gconstpointer data, gsize size);
void gst_test_assert_pull (GstElement *pipeline, gconstpointer data, gsize size);

/* --- Properties -------------------------------------------------------------------------- */

/* Fails the test unless @name has every property of the element @peer, but for @others, with the
 * same type and default. Skips it where the peer is not installed. */
void gst_test_compare_properties (const char *name, const char *peer, const char *const *others);

/* Takes the pipeline through all states, to PLAYING. Fails the test when a property of the element
 * has another value than at first, or when setting it to the value that it has does anything.
 * @others are not set. */
void gst_test_walk_states (GstElement *pipeline, GstElement *element, const char *const *others);

/* An element that no pipeline has. */
GstElement *gst_test_make (const char *name);

/* What a property of text reads. */
void gst_test_assert_reads (GstElement *element, const char *property, const char *expected);

/* A handler of notify that adds the name of the property to a set. */
void gst_test_add_name (GObject *object, GParamSpec *pspec, gpointer names);

/* The set has the names in the text, and no others; then it is emptied. */
void gst_test_assert_notified (GHashTable *names, const char *expected);

G_END_DECLS
