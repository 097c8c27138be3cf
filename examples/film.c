/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Streams a film to a multicast group on the loopback interface: one pipeline sends, another
 * receives, and each writes its stream to a file. Then plays the received file. See film.sh. */

#include <gst/gst.h>
#include <gst/pbutils/pbutils.h>
#include <signal.h>
#include <unistd.h>

#define GROUP "239.255.1.1"

#define GENERATED_VIDEO \
  "videotestsrc num-buffers=300 pattern=smpte horizontal-speed=3 " \
  "! video/x-raw,width=640,height=360,framerate=25/1 "
#define GENERATED_AUDIO \
  "audiotestsrc num-buffers=562 samplesperbuffer=1024 wave=ticks " \
  "! audio/x-raw,rate=48000,channels=2 "
#define DECODER "filesrc name=input ! decodebin name=decoder "

#define VIDEO_ENCODER \
  "! videoconvert ! videoscale " \
  "! video/x-raw,format=I420,width=[16,1280,2],height=[16,720,2] " \
  "! x264enc tune=zerolatency speed-preset=superfast bitrate=2000 " \
  "! h264parse ! queue ! mux. "
#define AUDIO_ENCODER \
  "! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=[1,2] " \
  "! avenc_aac bitrate=128000 ! aacparse ! queue ! mux. "

/* A key frame is a burst of datagrams: pacing spreads it out, so that it fits into the receive
 * buffer that every Linux system grants. */
#define SENDER \
  "mpegtsmux name=mux alignment=7 ! tee name=tee " \
  "tee. ! queue ! mcastsink name=mcast host=" GROUP " interfaces=lo ttl-mc=0 " \
  "pacing-rate=20000000 tee. ! queue ! filesink name=output "
#define RECEIVER \
  "mcastsrc name=mcast address=" GROUP " port=0 interfaces=lo buffer-size=212992 " \
  "! filesink name=output"

typedef struct
{
  const char *path;
  gboolean has_video;
  gboolean has_audio;
} Film;

typedef struct
{
  GstElement *pipeline;
  GstElement *mcast;
  gboolean is_done;
  GError *error;
} Stage;

static volatile sig_atomic_t is_interrupted;

static void
on_interrupt (int number)
{
  is_interrupted = 1;
  /* The next signal ends the program. */
  signal (number, SIG_DFL);
}

static void
set_location (GstElement *pipeline, const char *name, const char *path)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  if (element != NULL)
    g_object_set (element, "location", path, NULL);
}

static gboolean
stage_init (Stage *stage, const char *description, const char *input, const char *output)
{
  stage->pipeline = gst_parse_launch (description, &stage->error);
  if (stage->error != NULL)
    return FALSE;
  stage->mcast = gst_bin_get_by_name (GST_BIN (stage->pipeline), "mcast");
  set_location (stage->pipeline, "input", input);
  set_location (stage->pipeline, "output", output);
  return TRUE;
}

static void
stage_clear (Stage *stage)
{
  if (stage->pipeline != NULL)
    gst_element_set_state (stage->pipeline, GST_STATE_NULL);
  g_clear_object (&stage->mcast);
  g_clear_object (&stage->pipeline);
  g_clear_error (&stage->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stage, stage_clear)

/* Waits until @stage ends, at most for @timeout. Returns whether it is still running. */
static gboolean
stage_watch (Stage *stage, GstClockTime timeout)
{
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;

  if (stage->error != NULL || stage->is_done)
    return FALSE;
  bus = gst_element_get_bus (stage->pipeline);
  message = gst_bus_timed_pop_filtered (bus, timeout, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &stage->error, NULL);
  else
    stage->is_done = message != NULL;
  return message == NULL;
}

static gboolean
stage_play (Stage *stage)
{
  if (gst_element_set_state (stage->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE
      && stage_watch (stage, GST_SECOND))
    stage->error = g_error_new_literal (GST_CORE_ERROR, GST_CORE_ERROR_STATE_CHANGE,
                                        "the pipeline does not start");
  return stage->error == NULL;
}

static gboolean
stage_check (const Stage *stage, const char *name)
{
  if (stage->error != NULL)
    g_printerr ("%s: %s\n", name, stage->error->message);
  if (g_error_matches (stage->error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT))
    g_printerr ("Install the missing packages: packaging/setup.sh build\n");
  if (stage->error != NULL && stage->error->domain == GST_STREAM_ERROR)
    g_printerr ("GStreamer cannot process this film: specify another.\n");
  return stage->error == NULL;
}

static guint64
get_count (GstElement *element, const char *name)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 count = 0;

  g_object_get (element, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, name, &count);
  return count;
}

static gboolean
discover (Film *film)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = gst_filename_to_uri (film->path, NULL);
  g_autoptr (GstDiscoverer) discoverer = gst_discoverer_new (10 * GST_SECOND, NULL);
  g_autoptr (GstDiscovererInfo) info = gst_discoverer_discover_uri (discoverer, uri, &error);
  GList *video = info != NULL ? gst_discoverer_info_get_video_streams (info) : NULL;
  GList *audio = info != NULL ? gst_discoverer_info_get_audio_streams (info) : NULL;

  film->has_video = video != NULL;
  film->has_audio = audio != NULL;
  gst_discoverer_stream_info_list_free (video);
  gst_discoverer_stream_info_list_free (audio);
  if (error == NULL && (film->has_video || film->has_audio))
    return TRUE;
  g_printerr ("%s cannot be streamed: %s\nSpecify a video or audio file that GStreamer can play, "
              "or none for a generated film.\n",
              film->path, error != NULL ? error->message : "it has neither video nor audio");
  return FALSE;
}

static char *
describe_sender (const Film *film)
{
  const char *video = film->path != NULL ? "decoder. " : GENERATED_VIDEO;
  const char *audio = film->path != NULL ? "decoder. " : GENERATED_AUDIO;

  return g_strconcat (SENDER, film->path != NULL ? DECODER : "", film->has_video ? video : "",
                      film->has_video ? VIDEO_ENCODER : "", film->has_audio ? audio : "",
                      film->has_audio ? AUDIO_ENCODER : "", NULL);
}

/* Decodes the whole file as fast as possible. */
static gboolean
play (const char *path, const Film *film)
{
  const char *video = film->has_video ? "decoder. ! video/x-raw(ANY) ! fakesink name=screen " : "";
  const char *audio = film->has_audio ? "decoder. ! audio/x-raw ! fakesink" : "";
  g_autofree char *description = g_strconcat (DECODER, video, audio, NULL);
  g_autoptr (GstElement) screen = NULL;
  g_auto (Stage) player = { NULL };
  gint64 position = 0;

  if (stage_init (&player, description, path, NULL) && stage_play (&player))
    while (stage_watch (&player, GST_CLOCK_TIME_NONE))
      ;
  if (!stage_check (&player, path))
    return FALSE;
  gst_element_query_position (player.pipeline, GST_FORMAT_TIME, &position);
  g_print ("Played to the end: %.1f s", (double) position / GST_SECOND);
  screen = gst_bin_get_by_name (GST_BIN (player.pipeline), "screen");
  if (screen != NULL)
    g_print (", %" G_GUINT64_FORMAT " frames", get_count (screen, "rendered"));
  g_print ("%s.\n", film->has_audio ? ", with audio" : "");
  return TRUE;
}

typedef struct
{
  gint64 begin;
  gint64 time;
  guint64 bytes;
} Progress;

static void
print_progress (Progress *progress, const Stage *sender, const Stage *receiver)
{
  gint64 time = g_get_monotonic_time ();
  guint64 bytes = get_count (receiver->mcast, "bytes");
  int seconds = (time - progress->begin) / G_USEC_PER_SEC;
  gboolean is_terminal = isatty (STDOUT_FILENO);

  g_print ("%s  %2d:%02d  %6.2f Mbit/s  %" G_GUINT64_FORMAT " datagrams sent, %" G_GUINT64_FORMAT
           " received, %" G_GUINT64_FORMAT " lost%s",
           is_terminal ? "\r" : "", seconds / 60, seconds % 60,
           8.0 * (bytes - progress->bytes) / (time - progress->time),
           get_count (sender->mcast, "accepted"), get_count (receiver->mcast, "delivered"),
           get_count (sender->mcast, "refused") + get_count (receiver->mcast, "kernel-dropped"),
           is_terminal ? "" : "\n");
  progress->time = time;
  progress->bytes = bytes;
}

static gboolean
start (Stage *sender, Stage *receiver)
{
  int port = 0;

  if (!stage_play (receiver))
    return FALSE;
  /* The receiver chose a free port, so that the film contains no datagrams of other senders. */
  g_object_get (receiver->mcast, "port", &port, NULL);
  g_object_set (sender->mcast, "port", port, NULL);
  return stage_play (sender);
}

static void
watch (Stage *sender, Stage *receiver)
{
  gint64 now = g_get_monotonic_time ();
  Progress progress = { .begin = now, .time = now };

  while (stage_watch (sender, GST_SECOND) && stage_watch (receiver, 0))
    {
      print_progress (&progress, sender, receiver);
      if (is_interrupted)
        gst_element_send_event (sender->pipeline, gst_event_new_eos ());
    }
  g_print (isatty (STDOUT_FILENO) ? "\n" : "");
}

/* Receives the remaining datagrams and ends the receiver. */
static void
finish (Stage *sender, Stage *receiver)
{
  guint64 sent = get_count (sender->mcast, "accepted");

  for (guint i = 0; i < 20 && get_count (receiver->mcast, "delivered") < sent; i++)
    stage_watch (receiver, 100 * GST_MSECOND);
  g_print ("Received %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " datagrams.\n",
           get_count (receiver->mcast, "delivered"), sent);
  gst_element_send_event (receiver->pipeline, gst_event_new_eos ());
  while (stage_watch (receiver, GST_CLOCK_TIME_NONE))
    ;
}

static gboolean
transmit (const Film *film, const char *sent, const char *received)
{
  g_autofree char *description = describe_sender (film);
  g_auto (Stage) sender = { NULL };
  g_auto (Stage) receiver = { NULL };

  if (stage_init (&sender, description, film->path, sent)
      && stage_init (&receiver, RECEIVER, NULL, received) && start (&sender, &receiver))
    watch (&sender, &receiver);
  if (sender.is_done && receiver.error == NULL)
    finish (&sender, &receiver);
  return stage_check (&sender, "Sender") && stage_check (&receiver, "Receiver");
}

int
main (int argc, char **argv)
{
  Film film = { .has_video = TRUE, .has_audio = TRUE };

  gst_init (&argc, &argv);
  if (argc < 3 || argc > 4)
    {
      g_printerr ("Usage: film SENT RECEIVED [FILM]\n");
      return 2;
    }
  signal (SIGINT, on_interrupt);
  film.path = argv[3];
  if (film.path != NULL && !discover (&film))
    return 1;
  return transmit (&film, argv[1], argv[2]) && play (argv[2], &film) ? 0 : 1;
}
