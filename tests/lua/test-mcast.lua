-- SPDX-FileCopyrightText: 2026 The mcast authors
-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The library as a program in Lua sees it. Prints TAP.
local found, lgi = pcall(require, 'lgi')
if not found then
  print('1..0 # SKIP the Lua module lgi is missing')
  os.exit(0)
end
local GLib, Gio = lgi.GLib, lgi.Gio
local Mcast = lgi.require('Mcast', '1.0')

local GROUP, PORT = '239.1.2.3', 5004
local DEADLINE = 20

local function pair()
  local rx = assert(Mcast.RxSocket.new({ GROUP }, PORT, { 'lo' }))
  rx:set_timeout_us(DEADLINE * 1000000)
  return assert(Mcast.TxSocket.new({ GROUP }, PORT, { 'lo' })), rx
end

local function send(tx, text)
  assert(tx:send(GLib.Bytes.new(text)))
end

local function text(datagram)
  return datagram:get_payload():get_data()
end

local function wait_for(condition)
  local late = false
  local timer = GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, DEADLINE, function()
    late = true
    return true
  end)
  while not condition() and not late do
    GLib.MainContext.default():iteration(true)
  end
  assert(not late, 'too late')
  GLib.source_remove(timer)
end

local tests = {
  {
    'send and receive',
    function()
      local tx, rx = pair()
      send(tx, 'a\0b')
      local datagram = assert(rx:receive())
      assert(text(datagram) == 'a\0b')
      assert(datagram:get_interface_name() == 'lo')
      assert(datagram:get_group():to_string() == GROUP)
    end,
  },
  {
    'calls with a limit, without waiting, and of payloads',
    function()
      local tx, rx = pair()
      assert(rx:try_receive() == nil)
      local none, failure = rx:receive_with_timeout(1000)
      assert(not none and failure:matches(Gio.IOErrorEnum, 'TIMED_OUT'))
      assert(tx:send_data('a\0b'))
      local datagram = assert(rx:receive_with_timeout(-1))
      assert(datagram:get_source_text() == datagram:get_source():to_string())
      assert(tx:send_payloads(GLib.Bytes.new('onetwo'), { 3, 3 }) == 2)
      local payloads, sizes, path_ids = assert(rx:receive_payloads_with_paths(1))
      assert(payloads:get_data() == 'one' and sizes[1] == 3 and #path_ids == 1)
      assert(#assert(rx:receive_batch_with_timeout(1, -1)) == 1)
      assert(Mcast.Interface.lookup('lo'):get_name() == 'lo')
    end,
  },
  {
    'async',
    function()
      local tx, rx = pair()
      local received
      rx:receive_async(GLib.PRIORITY_DEFAULT, nil, function(_, result)
        received = text(rx:receive_finish(result))
      end)
      send(tx, 'hello')
      wait_for(function() return received end)
      assert(received == 'hello')
    end,
  },
  {
    'a cancelled request takes nothing',
    function()
      local tx, rx = pair()
      local cancellable, reason = Gio.Cancellable(), nil
      rx:receive_async(GLib.PRIORITY_DEFAULT, cancellable, function(_, result)
        local _, failure = rx:receive_finish(result)
        reason = failure
      end)
      cancellable:cancel()
      wait_for(function() return reason end)
      assert(reason:matches(Gio.IOErrorEnum, 'CANCELLED'))
      send(tx, 'kept')
      assert(text(rx:receive()) == 'kept')
    end,
  },
  {
    'errors',
    function()
      local socket, failure = Mcast.RxSocket.new({ '10.1.2.3' }, PORT, nil)
      assert(socket == nil and failure:matches(Mcast.Error, 'NOT_MULTICAST'))
      assert(failure.message:find('10.1.2.3', 1, true))
      socket, failure = Mcast.RxSocket.new({ GROUP }, PORT, { 'nowhere0' })
      assert(socket == nil and failure:matches(Mcast.Error, 'NO_SUCH_INTERFACE'))
      local group
      group, failure = Mcast.Group.parse('239.1.2')
      assert(group == nil and failure:matches(Gio.IOErrorEnum, 'INVALID_ARGUMENT'))
    end,
  },
  {
    'interfaces and the monitor',
    function()
      local found = assert(Mcast.Interface.find({ '127.0.0.1' }, Mcast.Interface.list()))
      assert(#found == 1 and found[1]:get_name() == 'lo')
      local monitor, changed = Mcast.InterfaceMonitor.get(), false
      assert(monitor:get_n_items() == #Mcast.Interface.list())
      monitor.on_items_changed = function() changed = true end
      os.execute('ip link set v1 mtu 1400')
      wait_for(function() return changed end)
    end,
  },
  {
    'lists stay whole',
    function()
      local tx = pair()
      local sources = Mcast.Group.parse('10.0.0.2+10.0.0.1@232.1.2.3'):get_sources()
      local interfaces = assert(Mcast.Interface.list())
      local addresses = interfaces[1]:get_addresses()
      local locals = tx:get_local_addresses()
      for _ = 1, 2 do
        collectgarbage()
      end
      assert(#sources == 2 and sources[1]:to_string() == '10.0.0.1')
      assert(#interfaces == 3 and interfaces[1]:get_name() == 'lo')
      assert(addresses[1]:to_string() == '127.0.0.1/8')
      assert(#locals == 1 and locals[1]:to_string():find('127.0.0.1', 1, true))
    end,
  },
  {
    'a source',
    function()
      local tx, rx = pair()
      local received
      local source = rx:create_source(nil)
      source:set_callback(function()
        received = text(assert(rx:receive()))
        return false
      end)
      source:attach(nil)
      send(tx, 'hello')
      wait_for(function() return received end)
      assert(received == 'hello')
    end,
  },
  {
    'properties',
    function()
      local tx, rx = pair()
      rx.timeout_us = 0
      assert(rx:get_timeout_us() == 0 and rx.port == PORT)
      local none, failure = rx:receive()
      assert(none == nil and failure:matches(Gio.IOErrorEnum, 'WOULD_BLOCK'))
      assert(tx:set_ttl(7) and tx.ttl == 7)
      local merged = Mcast.RxSocket { groups = { GROUP }, port = PORT, merge = 'RTP' }
      assert(merged.merge == 'RTP' and not merged:is_closed())
      none, failure = Mcast.RxSocket { groups = { '10.1.2.3' }, port = PORT }
      assert(none == nil and failure:matches(Mcast.Error, 'NOT_MULTICAST'))
    end,
  },
  {
    'statistics',
    function()
      local tx, rx = pair()
      send(tx, 'hello')
      rx:receive()
      assert(rx:get_stats():lookup_value('delivered').value == 1)
      assert(tx:get_stats():lookup_value('accepted').value == 1)
    end,
  },
}

local failed = 0
print('1..' .. #tests)
for i, test in ipairs(tests) do
  local passed, reason = pcall(test[2])
  if not passed then
    failed = failed + 1
    print('# ' .. tostring(reason))
  end
  print((passed and 'ok ' or 'not ok ') .. i .. ' ' .. test[1])
end
os.exit(failed > 0 and 1 or 0)
