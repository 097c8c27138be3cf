/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Part of the programs: shows the thread sanitizer what GLib, which is built without it, orders. */

#include <dlfcn.h>
#include <gio/gio.h>
#include <poll.h>
#include <sanitizer/tsan_interface.h>

/* The function of GLib that this one replaces. */
#define REAL(function) \
  ({ \
    static typeof (&(function)) real; \
    if (real == NULL) \
      real = (typeof (&(function))) dlsym (RTLD_NEXT, #function); \
    real; \
  })

/* --- Locks ----------------------------------------------------------------------------------- */

void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  gboolean is_locked = REAL (g_mutex_trylock) (mutex);

  if (is_locked)
    __tsan_acquire (mutex);
  return is_locked;
}

void
g_mutex_unlock (GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

void
g_rec_mutex_lock (GRecMutex *mutex)
{
  REAL (g_rec_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

void
g_rec_mutex_unlock (GRecMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_rec_mutex_unlock) (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean is_signaled;

  __tsan_release (mutex);
  is_signaled = REAL (g_cond_wait_until) (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return is_signaled;
}

/* --- Queues ---------------------------------------------------------------------------------- */

void
g_async_queue_push (GAsyncQueue *queue, gpointer item)
{
  __tsan_release (queue);
  REAL (g_async_queue_push) (queue, item);
}

gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer item = REAL (g_async_queue_pop) (queue);

  __tsan_acquire (queue);
  return item;
}

gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout_us)
{
  gpointer item = REAL (g_async_queue_timeout_pop) (queue, timeout_us);

  __tsan_acquire (queue);
  return item;
}

/* --- References ------------------------------------------------------------------------------ */

/* What one thread did with an object comes before another one frees it. */
static void
order (gpointer object)
{
  __tsan_release (object);
  __tsan_acquire (object);
}

void
g_object_unref (gpointer object)
{
  order (object);
  REAL (g_object_unref) (object);
}

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  order ((gpointer) count);
  return REAL (g_atomic_ref_count_dec) (count);
}

void
g_atomic_rc_box_release_full (gpointer block, GDestroyNotify clear_func)
{
  order (block);
  REAL (g_atomic_rc_box_release_full) (block, clear_func);
}

void
g_ptr_array_unref (GPtrArray *array)
{
  order (array);
  REAL (g_ptr_array_unref) (array);
}

void
g_source_unref (GSource *source)
{
  order (source);
  REAL (g_source_unref) (source);
}

/* --- Main contexts --------------------------------------------------------------------------- */

static char contexts;

guint
g_source_attach (GSource *source, GMainContext *context)
{
  __tsan_release (&contexts);
  return REAL (g_source_attach) (source, context);
}

/* A context polls before it dispatches. */
int
poll (struct pollfd *fds, nfds_t n_fds, int timeout_ms)
{
  int n_ready = REAL (poll) (fds, n_fds, timeout_ms);

  __tsan_acquire (&contexts);
  return n_ready;
}
