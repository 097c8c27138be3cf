#!/usr/bin/env lua
-- SPDX-FileCopyrightText: 2026 The mcast authors
-- SPDX-License-Identifier: 0BSD
-- Sends text to a group: lua send.lua [GROUP [TEXT]], as in:
-- lua send.lua 239.1.2.3%eth0:5004 hello
local lgi = require 'lgi'
local Mcast = lgi.require('Mcast', '1.0')

local function try(result, error)
  if not result then
    io.stderr:write(error.message, '\n')
    os.exit(1)
  end
  return result
end

local group = arg[1] or '239.1.2.3:5004'
local tx = try(Mcast.TxSocket.new({ group }, 0, nil))
try(tx:send_data(arg[2] or 'hello'))
print('Sent to ' .. group)
