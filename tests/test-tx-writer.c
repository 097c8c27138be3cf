/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tx/mcast-tx-writer-private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "mcast-error.h"
#include "os/mcast-os-message-private.h"
#include "os/mcast-os-wait-private.h"
#include "tx/mcast-tx-path-private.h"

/* How the writer treats what the kernel answers. The linker puts the functions below in the place
 * of the library's own, so the kernel is a list of answers. */

#define SEGMENT 100

int __wrap__mcast_os_batch_send (McastOsBatch *batch, int fd, guint first, guint n);
gboolean __wrap__mcast_os_drain_errors (int fd);
void __wrap__mcast_os_wait_writable (const int *fds, guint n, gint64 nanoseconds,
                                     GCancellable *cancellable);
gboolean __wrap__mcast_os_is_writable (int fd);

typedef struct
{
  /* An errno, or 0 to accept everything. */
  int code;
  /* A report from the network is the reason. */
  gboolean reported;
} Answer;

static struct
{
  const Answer *answers;
  guint n_answers;
  /* Repeats the last answer instead of accepting everything after it. */
  gboolean endless;
  /* Cancelled when the kernel has answered this many calls, if not NULL. */
  GCancellable *cancellable;
  guint cancel_after;

  /* An OS socket whose send buffer has no room, 0 for none, and after how many waits it has. */
  int full_fd;
  guint room_after;

  guint n_calls;
  gboolean reported;
  guint n_waits;
} kernel;

int
__wrap__mcast_os_batch_send (McastOsBatch *batch, int fd, guint first, guint n)
{
  guint position = kernel.n_calls++;
  Answer answer = { 0, FALSE };

  if (fd == kernel.full_fd && kernel.n_waits < kernel.room_after)
    return -EAGAIN;
  if (kernel.endless)
    position = MIN (position, kernel.n_answers - 1);
  if (position < kernel.n_answers)
    answer = kernel.answers[position];
  if (kernel.cancellable != NULL && kernel.n_calls == kernel.cancel_after)
    g_cancellable_cancel (kernel.cancellable);
  kernel.reported = answer.reported;
  return answer.code == 0 ? (int) n : -answer.code;
}

gboolean
__wrap__mcast_os_drain_errors (int fd)
{
  gboolean reported = kernel.reported;

  kernel.reported = FALSE;
  return reported;
}

/* Time passes, as long as nothing but time ends the wait. */
void
__wrap__mcast_os_wait_writable (const int *fds, guint n, gint64 nanoseconds,
                                GCancellable *cancellable)
{
  kernel.n_waits++;
  if (kernel.full_fd != 0)
    g_usleep ((gulong) (nanoseconds / 1000) + 1);
}

gboolean
__wrap__mcast_os_is_writable (int fd)
{
  return fd != kernel.full_fd || kernel.n_waits >= kernel.room_after;
}

/* --- A writer with one path on an OS socket of its own ----------------------------------- */

typedef struct
{
  McastTxLedger *ledger;
  McastTxWriter *writer;
  GPtrArray *paths;
  McastTxCounters *counters;
  McastPacer pacer;
  gint closed;
} Fixture;

static McastInterface *
interface_new (void)
{
  const McastInterfaceInfo info = {
    .index = 2, .mtu = 1500, .flags = MCAST_LINK_UP, .name = "eth0"
  };

  return _mcast_interface_new (&info);
}

/* The kernel is not asked, so that any number will do for the OS socket. */
static McastTxCounters *
add_path (Fixture *self, const char *interface_name, int fd)
{
  g_autoptr (McastInterface) iface = interface_new ();
  McastTxPathKey key = { .port = 5004, .interface_name = interface_name };
  McastTxPath *path;

  g_assert_true (_mcast_address_parse ("233.252.0.1", &key.group));
  path = _mcast_tx_path_new (&key, iface);
  path->counters = _mcast_tx_ledger_find (self->ledger, &key);
  path->endpoint = _mcast_tx_endpoint_new_shared (fd, AF_INET);
  g_ptr_array_add (self->paths, path);
  return path->counters;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->ledger = _mcast_tx_ledger_new ();
  self->writer = _mcast_tx_writer_new (self->ledger, &self->closed);
  self->paths = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_tx_path_unref);
  self->counters = add_path (self, "eth0", 1000);
  memset (&kernel, 0, sizeof kernel);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_ptr_array_unref (self->paths);
  _mcast_tx_writer_free (self->writer);
  _mcast_tx_ledger_free (self->ledger);
}

/* Writes @n_datagrams as one message that the kernel may segment. */
static gint
write_run (Fixture *self, guint n_datagrams, GError **error)
{
  g_autofree guint8 *payload = g_malloc0 ((gsize) n_datagrams * SEGMENT);
  const GOutputVector vector = { payload, (gsize) n_datagrams * SEGMENT };
  const McastTxMessage message = { &vector, 1, n_datagrams > 1 ? SEGMENT : 0 };
  const McastTxWriterJob job = { .paths = self->paths, .pacer = &self->pacer };

  return _mcast_tx_writer_write (self->writer, &job, &message, 1, error);
}

static void
assert_counts (Fixture *self, guint64 accepted, guint64 refused)
{
  g_assert_cmpuint (self->counters->accepted, ==, accepted);
  g_assert_cmpuint (self->counters->refused, ==, refused);
}

/* --- Reports from the network ------------------------------------------------------------ */

static void
test_report (Fixture *self, gconstpointer data)
{
  static const Answer answers[] = {
    { ECONNREFUSED, TRUE }, { EHOSTUNREACH, TRUE }, { ECONNREFUSED, TRUE }, { EMSGSIZE, TRUE },
    { EPROTO, TRUE },       { ENETUNREACH, TRUE },  { EACCES, TRUE },       { EOPNOTSUPP, TRUE },
  };
  g_autoptr (GError) error = NULL;

  kernel.answers = answers;
  kernel.n_answers = G_N_ELEMENTS (answers);
  g_assert_cmpint (write_run (self, 1, &error), ==, 1);
  g_assert_no_error (error);
  assert_counts (self, 1, 0);
}

/* Another reader of a shared socket may have taken the report. */
static void
test_report_taken (Fixture *self, gconstpointer data)
{
  static const Answer answer = { ECONNREFUSED, FALSE };
  g_autoptr (GError) error = NULL;

  kernel.answers = &answer;
  kernel.n_answers = 1;
  g_assert_cmpint (write_run (self, 1, &error), ==, 1);
  g_assert_no_error (error);
  assert_counts (self, 1, 0);
}

/* The failure that a report causes may come after the report was read. */
static void
test_report_read_early (Fixture *self, gconstpointer data)
{
  static const Answer answers[] = { { ECONNREFUSED, TRUE },
                                    { ECONNREFUSED, FALSE },
                                    { ECONNREFUSED, FALSE } };
  g_autoptr (GError) error = NULL;

  kernel.answers = answers;
  kernel.n_answers = G_N_ELEMENTS (answers);
  g_assert_cmpint (write_run (self, 1, &error), ==, 1);
  g_assert_no_error (error);
  assert_counts (self, 1, 0);
}

/* A flood that lets no datagram through ends the attempt at some time. */
static void
test_report_endless (Fixture *self, gconstpointer data)
{
  static const Answer answer = { ECONNREFUSED, TRUE };
  g_autoptr (GError) error = NULL;

  kernel.answers = &answer;
  kernel.n_answers = 1;
  kernel.endless = TRUE;
  g_assert_cmpint (write_run (self, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  assert_counts (self, 0, 1);
  g_assert_cmpuint (kernel.n_calls, >, 10);
}

/* The code of a forged report is not the kernel's word about offload. */
static void
test_report_of_offload (Fixture *self, gconstpointer data)
{
  static const Answer answers[] = { { EOPNOTSUPP, TRUE }, { EMSGSIZE, TRUE } };
  g_autoptr (GError) error = NULL;

  kernel.answers = answers;
  kernel.n_answers = G_N_ELEMENTS (answers);
  g_assert_cmpint (write_run (self, 10, &error), ==, 1);
  g_assert_no_error (error);
  assert_counts (self, 10, 0);
  g_assert_false (self->counters->offload_refused);
  g_assert_cmpuint (kernel.n_calls, ==, 3);
}

/* --- Refusals ---------------------------------------------------------------------------- */

static void
test_refusal (Fixture *self, gconstpointer data)
{
  static const Answer answer = { EPERM, FALSE };
  g_autoptr (GError) error = NULL;

  kernel.answers = &answer;
  kernel.n_answers = 1;
  kernel.endless = TRUE;
  g_assert_cmpint (write_run (self, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  assert_counts (self, 0, 1);
  g_assert_cmpuint (kernel.n_calls, ==, 2);
}

static void
test_offload_refused (Fixture *self, gconstpointer data)
{
  static const Answer answers[] = { { EIO, FALSE }, { EIO, FALSE } };
  g_autoptr (GError) error = NULL;

  kernel.answers = answers;
  kernel.n_answers = G_N_ELEMENTS (answers);
  g_assert_cmpint (write_run (self, 10, &error), ==, 1);
  g_assert_no_error (error);
  assert_counts (self, 10, 0);
  g_assert_true (self->counters->offload_refused);
}

/* To try again at once would only find the queue full again. */
static void
test_queue_full (Fixture *self, gconstpointer data)
{
  static const Answer answer = { ENOBUFS, FALSE };
  g_autoptr (GError) error = NULL;

  kernel.answers = &answer;
  kernel.n_answers = 1;
  kernel.endless = TRUE;
  g_assert_cmpint (write_run (self, 1, &error), ==, -1);
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_QUEUE_FULL);
  assert_counts (self, 0, 1);
  g_assert_cmpuint (kernel.n_calls, ==, 1);
}

/* Refused datagrams do not keep a call from being cancelled. */
static void
test_queue_full_cancelled (Fixture *self, gconstpointer data)
{
  static const Answer answer = { ENOBUFS, FALSE };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  const GOutputVector vector = { "x", 1 };
  const McastTxWriterJob job = { .paths = self->paths,
                                 .pacer = &self->pacer,
                                 .cancellable = cancellable };
  McastTxMessage messages[100];

  self->counters->offload_refused = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    messages[i] = (McastTxMessage) { &vector, 1, 0 };
  kernel.answers = &answer;
  kernel.n_answers = 1;
  kernel.endless = TRUE;
  kernel.cancellable = cancellable;
  kernel.cancel_after = 10;
  g_assert_cmpint (_mcast_tx_writer_write (self->writer, &job, messages, G_N_ELEMENTS (messages),
                                           &error),
                   ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_counts (self, 0, 10);
  g_assert_cmpuint (kernel.n_calls, ==, 10);
}

static void
test_wait_for_room (Fixture *self, gconstpointer data)
{
  static const Answer answers[] = { { EAGAIN, TRUE }, { EAGAIN, FALSE } };
  g_autoptr (GError) error = NULL;

  kernel.answers = answers;
  kernel.n_answers = G_N_ELEMENTS (answers);
  g_assert_cmpint (write_run (self, 1, &error), ==, 1);
  g_assert_no_error (error);
  assert_counts (self, 1, 0);
  g_assert_cmpuint (kernel.n_waits, ==, 2);
}

/* --- A second path, whose OS socket is full ---------------------------------------------- */

#define FULL_FD 2000

static McastTxCounters *
add_full_path (Fixture *self, guint room_after)
{
  kernel.full_fd = FULL_FD;
  kernel.room_after = room_after;
  return add_path (self, "eth1", FULL_FD);
}

/* It is waited for once, and from then on only tried. */
static void
test_full (Fixture *self, gconstpointer data)
{
  McastTxCounters *full = add_full_path (self, G_MAXUINT);
  guint n_waits;

  g_assert_cmpint (write_run (self, 1, NULL), ==, 1);
  n_waits = kernel.n_waits;
  g_assert_cmpuint (n_waits, >, 0);
  for (guint i = 0; i < 99; i++)
    g_assert_cmpint (write_run (self, 1, NULL), ==, 1);
  g_assert_cmpuint (kernel.n_waits, ==, n_waits);
  assert_counts (self, 100, 0);
  g_assert_cmpuint (full->accepted, ==, 0);
  g_assert_cmpuint (full->refused, ==, 100);
}

/* The path may come first. */
static void
test_full_first (Fixture *self, gconstpointer data)
{
  McastTxCounters *full = add_full_path (self, G_MAXUINT);
  McastTxPath *first = self->paths->pdata[0];

  self->paths->pdata[0] = self->paths->pdata[1];
  self->paths->pdata[1] = first;
  g_assert_cmpint (write_run (self, 10, NULL), ==, 1);
  assert_counts (self, 10, 0);
  g_assert_cmpuint (full->refused, ==, 10);
}

/* Room that comes soon is worth a wait, each time. */
static void
test_full_briefly (Fixture *self, gconstpointer data)
{
  McastTxCounters *full = add_full_path (self, 1);

  for (guint i = 0; i < 3; i++)
    {
      kernel.n_waits = 0;
      g_assert_cmpint (write_run (self, 1, NULL), ==, 1);
      g_assert_cmpuint (kernel.n_waits, ==, 1);
    }
  assert_counts (self, 3, 0);
  g_assert_cmpuint (full->accepted, ==, 3);
}

/* An interface that has caught up is waited for again. */
static void
test_full_again (Fixture *self, gconstpointer data)
{
  McastTxCounters *full = add_full_path (self, G_MAXUINT);
  guint n_waits;

  g_assert_cmpint (write_run (self, 1, NULL), ==, 1);
  kernel.room_after = 0;
  g_assert_cmpint (write_run (self, 1, NULL), ==, 1);
  g_assert_cmpuint (full->accepted, ==, 1);
  kernel.room_after = G_MAXUINT;
  n_waits = kernel.n_waits;
  g_assert_cmpint (write_run (self, 1, NULL), ==, 1);
  g_assert_cmpuint (kernel.n_waits, >, n_waits);
  g_assert_cmpuint (full->refused, ==, 2);
}

/* Where no other path accepts the datagram, the wait has no end of its own. */
static void
test_full_alone (Fixture *self, gconstpointer data)
{
  McastTxCounters *full = add_full_path (self, 3);

  g_ptr_array_remove_index (self->paths, 0);
  g_assert_cmpint (write_run (self, 1, NULL), ==, 1);
  g_assert_cmpuint (kernel.n_waits, ==, 3);
  g_assert_cmpuint (full->accepted, ==, 1);
}

/* The datagrams of a run that is not segmented, beside a path on which it is. */
static void
test_full_without_offload (Fixture *self, gconstpointer data)
{
  McastTxCounters *full = add_full_path (self, G_MAXUINT);

  full->offload_refused = TRUE;
  g_assert_cmpint (write_run (self, 10, NULL), ==, 1);
  assert_counts (self, 10, 0);
  g_assert_cmpuint (full->refused, ==, 10);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/tx-writer/report", test_report);
  add ("/tx-writer/report/taken", test_report_taken);
  add ("/tx-writer/report/read-early", test_report_read_early);
  add ("/tx-writer/report/endless", test_report_endless);
  add ("/tx-writer/report/of-offload", test_report_of_offload);
  add ("/tx-writer/refusal", test_refusal);
  add ("/tx-writer/offload-refused", test_offload_refused);
  add ("/tx-writer/queue-full", test_queue_full);
  add ("/tx-writer/queue-full/cancelled", test_queue_full_cancelled);
  add ("/tx-writer/wait-for-room", test_wait_for_room);
  add ("/tx-writer/full", test_full);
  add ("/tx-writer/full/first", test_full_first);
  add ("/tx-writer/full/briefly", test_full_briefly);
  add ("/tx-writer/full/again", test_full_again);
  add ("/tx-writer/full/alone", test_full_alone);
  add ("/tx-writer/full/without-offload", test_full_without_offload);
  return g_test_run ();
}
