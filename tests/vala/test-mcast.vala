/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The library as a program in Vala sees it. */

const string GROUP = "239.1.2.3";
const uint PORT = 5004;

Mcast.RxSocket open_rx () throws Error
{
  var rx = new Mcast.RxSocket ({ GROUP }, PORT, { "lo" });

  rx.set_timeout_us (20 * TimeSpan.SECOND);
  return rx;
}

Mcast.TxSocket open_tx () throws Error
{
  return new Mcast.TxSocket ({ GROUP }, PORT, { "lo" });
}

string text_of (Mcast.Datagram datagram)
{
  unowned uint8[] data = datagram.get_payload ().get_data ();

  return ((string) data).substring (0, data.length);
}

void test_send_receive ()
{
  try
    {
      var rx = open_rx ();

      assert_true (open_tx ().send (new Bytes ("hello".data)));
      var datagram = rx.receive ();
      assert_cmpstr (text_of (datagram), CompareOperator.EQ, "hello");
      assert_cmpstr (datagram.get_group ().to_string (), CompareOperator.EQ, GROUP);
      assert_cmpstr (datagram.get_interface_name (), CompareOperator.EQ, "lo");
      assert_cmpuint (datagram.get_port (), CompareOperator.EQ, PORT);
    }
  catch (Error error)
    {
      assert_no_error (error);
    }
}

void test_batch ()
{
  try
    {
      var rx = open_rx ();
      var tx = open_tx ();

      for (int i = 0; i < 10; i++)
        tx.send (new Bytes ("kept".data));
      uint n = 0;
      while (n < 10)
        {
          var batch = rx.receive_batch (10);
          var last = batch[batch.length - 1];
          n += batch.length;
          batch = null;
          assert_cmpstr (text_of (last), CompareOperator.EQ, "kept");
        }
    }
  catch (Error error)
    {
      assert_no_error (error);
    }
}

async void receive_two (Mcast.RxSocket rx, StringBuilder received) throws Error
{
  for (int i = 0; i < 2; i++)
    received.append (text_of (yield rx.receive_async (Priority.DEFAULT, null)));
}

void test_async ()
{
  try
    {
      var loop = new MainLoop ();
      var rx = open_rx ();
      var tx = open_tx ();
      var received = new StringBuilder ();

      receive_two.begin (rx, received, (object, result) => {
        try
          {
            receive_two.end (result);
          }
        catch (Error error)
          {
            assert_no_error (error);
          }
        loop.quit ();
      });
      tx.send (new Bytes ("one ".data));
      tx.send (new Bytes ("two".data));
      loop.run ();
      assert_cmpstr (received.str, CompareOperator.EQ, "one two");
    }
  catch (Error error)
    {
      assert_no_error (error);
    }
}

void test_source ()
{
  try
    {
      var loop = new MainLoop ();
      var rx = open_rx ();
      string? received = null;
      var source = rx.create_source (null);

      source.set_callback (() => {
        try
          {
            received = text_of (rx.receive ());
          }
        catch (Error error)
          {
            assert_no_error (error);
          }
        loop.quit ();
        return Source.REMOVE;
      });
      source.attach (null);
      open_tx ().send (new Bytes ("hello".data));
      loop.run ();
      assert_cmpstr (received, CompareOperator.EQ, "hello");
    }
  catch (Error error)
    {
      assert_no_error (error);
    }
}

async uint send_and_receive (Mcast.TxSocket tx, Mcast.RxSocket rx) throws Error
{
  yield tx.send_async (new Bytes ("async".data), Priority.DEFAULT, null);
  var batch = yield rx.receive_batch_async (10, Priority.DEFAULT, null);

  assert_cmpstr (text_of (batch[0]), CompareOperator.EQ, "async");
  return batch.length;
}

void test_calls ()
{
  try
    {
      var rx = open_rx ();
      var tx = open_tx ();
      uint[] sizes, path_ids;

      assert_null (rx.try_receive ());
      tx.send_data ("one".data);
      var datagram = rx.receive_with_timeout (20 * TimeSpan.SECOND);
      assert_cmpuint (datagram.get_data ().length, CompareOperator.EQ, 3);
      assert_true (datagram.get_source_text ().contains (":"));
      assert_cmpint (tx.send_payloads (new Bytes ("onetwo".data), { 3, 3 }), CompareOperator.EQ, 2);
      rx.receive_payloads_with_paths (1, out sizes, out path_ids);
      assert_true (sizes[0] == 3 && path_ids.length == 1);
      assert_cmpuint (rx.receive_batch_with_timeout (1, -1).length, CompareOperator.EQ, 1);
      assert_true (tx.send_with_timeout (new Bytes ("x".data), 0));
      rx.receive ();
      assert_cmpstr (Mcast.Interface.lookup ("lo").get_name (), CompareOperator.EQ, "lo");
      assert_cmpuint (new Mcast.TxSocket.for_receiver (rx, { GROUP }, { "lo" }).get_port (),
                      CompareOperator.EQ, PORT);

      var loop = new MainLoop ();
      send_and_receive.begin (tx, rx, (object, result) => {
        try
          {
            assert_cmpuint (send_and_receive.end (result), CompareOperator.EQ, 1);
          }
        catch (Error error)
          {
            assert_no_error (error);
          }
        loop.quit ();
      });
      loop.run ();
    }
  catch (Error error)
    {
      assert_no_error (error);
    }
}

/* A setter that can fail does not hide the property. */
void test_properties ()
{
  try
    {
      var rx = open_rx ();
      var tx = open_tx ();

      rx.timeout_us = 7;
      assert_true (rx.timeout_us == 7 && rx.get_timeout_us () == 7);
      tx.ttl = 5;
      tx.dscp = 34;
      tx.loopback = false;
      assert_true (tx.ttl == 5 && tx.dscp == 34 && !tx.loopback);
      assert_true (tx.get_ttl () == 5 && tx.get_dscp () == 34 && !tx.get_loopback ());
    }
  catch (Error error)
    {
      assert_no_error (error);
    }
}

void test_errors ()
{
  try
    {
      new Mcast.RxSocket ({ "10.1.2.3" }, PORT, null);
      assert_not_reached ();
    }
  catch (Mcast.Error.NOT_MULTICAST error)
    {
      assert_true (error.message.contains ("10.1.2.3"));
    }
  catch (Error error)
    {
      assert_no_error (error);
    }

  try
    {
      Mcast.Group.parse ("239.1.2");
      assert_not_reached ();
    }
  catch (IOError.INVALID_ARGUMENT error)
    {
      assert_true (error.message.contains ("239.1.2"));
    }
  catch (Error error)
    {
      assert_no_error (error);
    }

  try
    {
      var rx = open_rx ();

      rx.close ();
      rx.receive ();
      assert_not_reached ();
    }
  catch (IOError.CLOSED error)
    {
      assert_true (error.message.contains ("closed"));
    }
  catch (Error error)
    {
      assert_no_error (error);
    }
}

void test_values ()
{
  try
    {
      var group = Mcast.Group.parse ("10.0.0.2+10.0.0.1@232.1.2.3:5004");

      assert_cmpstr (group.to_string (), CompareOperator.EQ, "10.0.0.1+10.0.0.2@232.1.2.3:5004");
      assert_true (group.get_filter_mode () == Mcast.FilterMode.INCLUDE);
      assert_cmpuint (group.get_sources ().length, CompareOperator.EQ, 2);
      assert_null (group.get_interface ());

      var made = new Mcast.Group (group.get_address (), 5004, null, group.get_sources (),
                                  Mcast.FilterMode.INCLUDE);
      assert_true (made.equal (group));
      assert_cmpuint (made.hash (), CompareOperator.EQ, group.hash ());

      var found = Mcast.Interface.find ({ "lo" }, Mcast.Interface.list ());
      assert_cmpstr (found[0].get_name (), CompareOperator.EQ, "lo");
      assert_cmpuint (Mcast.Interface.find ({ "127.0.0.1" }, null).length, CompareOperator.EQ, 1);
    }
  catch (Error error)
    {
      assert_no_error (error);
    }
}

void test_monitor ()
{
  Mcast.InterfaceMonitor monitor;
  var loop = new MainLoop ();
  bool is_late = false;
  uint timer = Timeout.add_seconds (20, () => {
    is_late = true;
    loop.quit ();
    return Source.REMOVE;
  });

  try
    {
      monitor = Mcast.InterfaceMonitor.get ();
    }
  catch (Error error)
    {
      assert_no_error (error);
      return;
    }
  assert_cmpuint (monitor.get_n_items (), CompareOperator.EQ, 3);
  assert_cmpstr (monitor.lookup_index (1).get_name (), CompareOperator.EQ, "lo");
  ulong handler = monitor.items_changed.connect ((position, removed, added) => loop.quit ());
  try
    {
      Process.spawn_command_line_sync ("ip link set v1 mtu 1400");
    }
  catch (Error error)
    {
      assert_no_error (error);
    }
  loop.run ();
  assert_false (is_late);
  Source.remove (timer);
  monitor.disconnect (handler);
}

void test_signals_and_stats ()
{
  try
    {
      var loop = new MainLoop ();
      var rx = open_rx ();
      string? joined = null;

      rx.event.connect ((event) => {
        joined = event.get_interface ().get_name ();
        assert_true (event.get_event_type () == Mcast.EventType.READY);
        assert_true (event.get_reason () == null);
        loop.quit ();
      });
      assert_cmpstr (rx.interfaces[0], CompareOperator.EQ, "lo");
      assert_cmpstr (rx.get_active_interfaces ()[0].get_name (), CompareOperator.EQ, "lo");
      rx.add_interface ("v1");
      loop.run ();
      assert_cmpstr (joined, CompareOperator.EQ, "v1");
      assert_cmpuint ((uint) rx.get_stats ().lookup_value ("paths", null).n_children (),
                      CompareOperator.EQ, 2);
    }
  catch (Error error)
    {
      assert_no_error (error);
    }
}

int main (string[] args)
{
  Test.init (ref args);
  Test.add_func ("/vala/send-receive", test_send_receive);
  Test.add_func ("/vala/batch", test_batch);
  Test.add_func ("/vala/async", test_async);
  Test.add_func ("/vala/source", test_source);
  Test.add_func ("/vala/calls", test_calls);
  Test.add_func ("/vala/properties", test_properties);
  Test.add_func ("/vala/errors", test_errors);
  Test.add_func ("/vala/values", test_values);
  Test.add_func ("/vala/monitor", test_monitor);
  Test.add_func ("/vala/signals-and-stats", test_signals_and_stats);
  return Test.run ();
}
