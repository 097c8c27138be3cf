/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Prints the datagrams of a group: receive-vala [GROUP], as in: receive-vala 239.1.2.3%eth0:5004 */
async void receive_all (Mcast.RxSocket rx) throws Error
{
  while (true)
    {
      var datagram = yield rx.receive_async (Priority.DEFAULT, null);
      unowned uint8[] data = datagram.get_data ();

      print ("%s, from %s: %.*s\n", datagram.get_interface_name (),
             datagram.get_source_text (), data.length, (string) data);
    }
}

int main (string[] args)
{
  string group = args.length > 1 ? args[1] : "239.1.2.3:5004";
  var loop = new MainLoop ();

  Intl.setlocale ();
  try
    {
      var rx = new Mcast.RxSocket ({ group }, 0, null);
      receive_all.begin (rx, (object, result) => {
        try
          {
            receive_all.end (result);
          }
        catch (Error error)
          {
            printerr ("%s\n", error.message);
          }
        loop.quit ();
      });
      loop.run ();
    }
  catch (Error error)
    {
      printerr ("%s\n", error.message);
    }
  return 1;
}
