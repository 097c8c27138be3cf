/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Sends text to a group: send-vala [GROUP [TEXT]], as in: send-vala 239.1.2.3%eth0:5004 hello */
int main (string[] args)
{
  string group = args.length > 1 ? args[1] : "239.1.2.3:5004";
  string text = args.length > 2 ? args[2] : "hello";

  Intl.setlocale ();
  try
    {
      new Mcast.TxSocket ({ group }, 0, null).send_data (text.data);
    }
  catch (Error error)
    {
      printerr ("%s\n", error.message);
      return 1;
    }
  print ("Sent to %s\n", group);
  return 0;
}
