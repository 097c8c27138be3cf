/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/sdp-stream.h"

#include <string.h>

/* Static payload types of RFC 3551 that are in use for multicast. */
static const struct
{
  guint payload_type;
  const char *encoding;
  guint clock_rate;
} static_types[] = {
  { 0, "PCMU", 8000 },  { 8, "PCMA", 8000 },  { 10, "L16", 44100 },
  { 14, "MPA", 90000 }, { 32, "MPV", 90000 }, { 33, "MP2T", 90000 },
};

/* Lines of one medium, or of the session. */
typedef struct
{
  char *connection;
  char *filter;
} Section;

static void
section_clear (Section *self)
{
  g_clear_pointer (&self->connection, g_free);
  g_clear_pointer (&self->filter, g_free);
}

static void
sdp_stream_free (gpointer data)
{
  SdpStream *self = data;

  g_free (self->media);
  g_free (self->group);
  g_free (self->encoding);
  g_free (self->channels);
  g_free (self->fields);
  g_free (self);
}

/* Whether a word can be part of a command line and of caps as it is. */
static gboolean
is_plain (const char *word, const char *signs)
{
  for (const char *p = word; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr (signs, *p) == NULL)
      return FALSE;
  return *word != '\0';
}

/* Parses "IN IP4 239.1.2.3/32" to the address. */
static char *
dup_address (const char *connection)
{
  g_auto (GStrv) words = g_strsplit (connection != NULL ? connection : "", " ", 4);

  if (g_strv_length (words) != 3)
    return NULL;
  words[2][strcspn (words[2], "/")] = '\0';
  return is_plain (words[2], ".:") ? g_strdup (words[2]) : NULL;
}

/* Parses "incl IN IP4 239.1.2.3 10.0.0.1" (RFC 4570) to the sources, as McastGroup writes them. */
static char *
dup_sources (const char *filter, const char *address)
{
  g_auto (GStrv) words = g_strsplit (filter != NULL ? filter : "", " ", -1);
  g_autofree char *sources = NULL;

  if (g_strv_length (words) < 5
      || (!g_str_equal (words[3], "*") && !g_str_equal (words[3], address)))
    return g_strdup ("");
  sources = g_strjoinv ("+", words + 4);
  if (!is_plain (sources, ".:+"))
    return g_strdup ("");
  return g_strdup_printf ("%s%s@", g_str_equal (words[0], "excl") ? "!" : "", sources);
}

/* Returns the group as text, or NULL if it is not a multicast group. */
static char *
dup_group (const Section *session, const Section *medium, guint port)
{
  const char *connection = medium->connection != NULL ? medium->connection : session->connection;
  const char *filter = medium->filter != NULL ? medium->filter : session->filter;
  g_autofree char *address = dup_address (connection);
  g_autofree char *sources = NULL;
  g_autofree char *text = NULL;
  g_autoptr (McastGroup) group = NULL;

  if (address == NULL)
    return NULL;
  sources = dup_sources (filter, address);
  text = g_strdup_printf (strchr (address, ':') != NULL ? "%s[%s]:%u" : "%s%s:%u", sources, address,
                          port);
  group = mcast_group_parse (text, NULL);
  return group != NULL ? mcast_group_to_string (group) : NULL;
}

static guint
parse_number (const char *text, guint max)
{
  guint64 value = 0;

  return g_ascii_string_to_unsigned (text, 10, 0, max, &value, NULL) ? (guint) value : 0;
}

/* Parses "audio 5004/2 RTP/AVP 96". Returns NULL for a medium without a port. */
static SdpStream *
parse_medium (const char *line, guint *port)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 5);
  SdpStream *self;

  if (g_strv_length (words) < 4 || !is_plain (words[0], ""))
    return NULL;
  words[1][strcspn (words[1], "/")] = '\0';
  *port = parse_number (words[1], G_MAXUINT16);
  if (*port == 0)
    return NULL;
  self = g_new0 (SdpStream, 1);
  self->media = g_strdup (words[0]);
  self->is_rtp = g_str_has_prefix (words[2], "RTP/");
  self->payload_type = parse_number (words[3], 127);
  self->fields = g_strdup ("");
  for (guint i = 0; i < G_N_ELEMENTS (static_types); i++)
    if (static_types[i].payload_type == self->payload_type)
      {
        self->encoding = g_strdup (static_types[i].encoding);
        self->clock_rate = static_types[i].clock_rate;
      }
  return self;
}

/* Parses "96 L24/48000/2". */
static void
parse_map (SdpStream *self, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 2);
  g_auto (GStrv) parts = NULL;

  if (g_strv_length (words) != 2 || parse_number (words[0], 127) != self->payload_type)
    return;
  parts = g_strsplit (words[1], "/", 3);
  if (g_strv_length (parts) < 2 || !is_plain (parts[0], "-._+"))
    return;
  g_free (self->encoding);
  self->encoding = g_ascii_strup (parts[0], -1);
  self->clock_rate = parse_number (parts[1], G_MAXINT);
  if (parts[2] != NULL && parse_number (parts[2], G_MAXINT) > 0)
    {
      g_free (self->channels);
      self->channels = g_strdup (parts[2]);
    }
}

/* Adds "width=1920" to the fields of caps, whose names are in lower case. */
static void
add_field (SdpStream *self, const char *parameter)
{
  g_auto (GStrv) sides = g_strsplit (parameter, "=", 2);
  g_autofree char *name = NULL;
  char *fields;

  if (g_strv_length (sides) != 2 || !is_plain (sides[0], "-_") || !is_plain (sides[1], "-_:.,+/="))
    return;
  name = g_ascii_strdown (sides[0], -1);
  fields = g_strdup_printf ("%s, %s=(string)\"%s\"", self->fields, name, sides[1]);
  g_free (self->fields);
  self->fields = fields;
}

/* Parses "96 sampling=YCbCr-4:2:2; width=1920". */
static void
parse_format (SdpStream *self, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 2);
  g_auto (GStrv) parts = NULL;

  if (g_strv_length (words) != 2 || parse_number (words[0], 127) != self->payload_type)
    return;
  parts = g_strsplit (words[1], ";", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    add_field (self, g_strstrip (parts[i]));
}

static void
parse_attribute (SdpStream *stream, Section *section, const char *value)
{
  if (g_str_has_prefix (value, "source-filter:"))
    {
      g_free (section->filter);
      section->filter = g_strstrip (g_strdup (value + strlen ("source-filter:")));
    }
  else if (stream != NULL && g_str_has_prefix (value, "rtpmap:"))
    parse_map (stream, value + strlen ("rtpmap:"));
  else if (stream != NULL && g_str_has_prefix (value, "fmtp:"))
    parse_format (stream, value + strlen ("fmtp:"));
}

/* Adds the stream to the list if it has a multicast group; else frees it. */
static void
end_medium (GPtrArray *streams, SdpStream *stream, const Section *session, Section *medium,
            guint port)
{
  if (stream != NULL)
    stream->group = dup_group (session, medium, port);
  if (stream != NULL && stream->group != NULL)
    g_ptr_array_add (streams, stream);
  else if (stream != NULL)
    sdp_stream_free (stream);
  section_clear (medium);
}

GPtrArray *
sdp_stream_list (const char *sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  GPtrArray *streams = g_ptr_array_new_with_free_func (sdp_stream_free);
  Section session = { NULL };
  Section medium = { NULL };
  SdpStream *stream = NULL;
  gboolean in_session = TRUE;
  guint port = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strchomp (lines[i]);
      Section *section = in_session ? &session : &medium;

      if (g_str_has_prefix (line, "m="))
        {
          end_medium (streams, stream, &session, &medium, port);
          stream = parse_medium (line + 2, &port);
          in_session = FALSE;
        }
      else if (g_str_has_prefix (line, "c=") && section->connection == NULL)
        section->connection = g_strdup (line + 2);
      else if (g_str_has_prefix (line, "a="))
        parse_attribute (stream, section, line + 2);
    }
  end_medium (streams, stream, &session, &medium, port);
  section_clear (&session);
  return streams;
}

char *
sdp_stream_format (const SdpStream *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s %s", self->media, self->group);
  if (self->encoding != NULL)
    g_string_append_printf (text, " %s/%u", self->encoding, self->clock_rate);
  if (self->encoding != NULL && self->channels != NULL)
    g_string_append_printf (text, "/%s", self->channels);
  return g_string_free (text, FALSE);
}

char *
sdp_stream_format_launch (const SdpStream *self)
{
  const char *sink = g_str_equal (self->media, "audio") ? "autoaudiosink" : "autovideosink";
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "gst-launch-1.0 mcastsrc groups='%s'", self->group);
  if (self->is_rtp && self->encoding != NULL)
    {
      g_string_append_printf (text,
                              " caps='application/x-rtp, media=%s, payload=%u, clock-rate=%u, "
                              "encoding-name=%s",
                              self->media, self->payload_type, self->clock_rate, self->encoding);
      if (self->channels != NULL)
        g_string_append_printf (text, ", encoding-params=(string)%s, channels=%s", self->channels,
                                self->channels);
      g_string_append_printf (text, "%s' ! rtpjitterbuffer", self->fields);
    }
  g_string_append_printf (text, " ! decodebin ! %s", sink);
  return g_string_free (text, FALSE);
}
