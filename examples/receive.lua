#!/usr/bin/env lua
-- SPDX-FileCopyrightText: 2026 The mcast authors
-- SPDX-License-Identifier: 0BSD
-- Prints the datagrams of a group: lua receive.lua [GROUP], as in:
-- lua receive.lua 239.1.2.3%eth0:5004
local lgi = require 'lgi'
local Mcast = lgi.require('Mcast', '1.0')

local function try(result, error)
  if not result then
    io.stderr:write(error.message, '\n')
    os.exit(1)
  end
  return result
end

io.stdout:setvbuf('line')
local rx = try(Mcast.RxSocket.new({ arg[1] or '239.1.2.3:5004' }, 0, nil))
while true do
  local datagram = try(rx:receive())
  print(string.format('%s, from %s: %s', datagram:get_interface_name(),
                      datagram:get_source_text(), datagram:get_data()))
end
