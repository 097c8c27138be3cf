# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# fish completion for mcast

function __mcast_verb
    set -l words (commandline -opc)
    for word in $words[2..]
        if not string match -q -- "-*" $word
            string lower $word
            return
        end
    end
end

function __mcast_is
    contains -- (__mcast_verb) $argv
end

function __mcast_interfaces
    path basename /sys/class/net/* 2>/dev/null; or ls /sys/class/net
end

complete -c mcast -f
complete -c mcast -n 'test -z (__mcast_verb)' -a say -d 'send a message or standard input'
complete -c mcast -n 'test -z (__mcast_verb)' -a recv -d 'receive one datagram or several'
complete -c mcast -n 'test -z (__mcast_verb)' -a hear -d 'answer each received datagram'
complete -c mcast -n 'test -z (__mcast_verb)' -a noop -d 'do nothing, successfully'
complete -c mcast -n 'test -z (__mcast_verb)' -a interfaces \
    -d 'list the interfaces and the groups joined on each'
complete -c mcast -n 'test -z (__mcast_verb)' -a doctor -d 'find out why nothing arrives'
complete -c mcast -n 'test -z (__mcast_verb)' -a ping -d 'measure reachability and latency'
complete -c mcast -n 'test -z (__mcast_verb)' -a pong -d 'answer pings'
complete -c mcast -n 'test -z (__mcast_verb)' -a relay -d 'forward datagrams'
complete -c mcast -n 'test -z (__mcast_verb)' -a monitor -d 'watch groups'
complete -c mcast -n 'test -z (__mcast_verb)' -a playlist \
    -d 'print a playlist for players that use mcast'
complete -c mcast -n '__mcast_is playlist' -F
complete -c mcast -n 'test -z (__mcast_verb)' -a browse -d 'list the announced streams'
complete -c mcast -n 'test -z (__mcast_verb)' -a announce -d 'announce streams'
complete -c mcast -n '__mcast_is say' -s m -l message -x -d 'the words; - is the same as --pipe'
complete -c mcast -n '__mcast_is say' -l pipe -d 'send standard input'
complete -c mcast -n '__mcast_is say' -l hex -d 'the message consists of hexadecimal digits'
complete -c mcast -n '__mcast_is say' -l repeat -x -d 'send N times; 0 repeats forever (1)'
complete -c mcast -n '__mcast_is say' -l rate -x -d 'datagrams per second'
complete -c mcast -n '__mcast_is say' -l dscp -x -d 'code point, 0 to 63'
complete -c mcast -n '__mcast_is say' -l source -x -d 'source address'
complete -c mcast -n '__mcast_is say' -l no-loopback -d 'do not send to receivers on this machine'
complete -c mcast -n '__mcast_is say recv hear ping pong monitor' -l group -x \
    -d 'the group (224.0.0.1)'
complete -c mcast -n '__mcast_is say recv hear ping pong monitor' -l groups -x -d 'several groups'
complete -c mcast -n '__mcast_is say recv hear doctor ping pong relay monitor' -s p -l port -x \
    -d 'UDP port (59259)'
complete -c mcast -n '__mcast_is say recv hear doctor ping pong monitor browse announce' \
    -s i -l interface -x -a '(__mcast_interfaces)' \
    -d 'name, index, address or *; comma-separated'
complete -c mcast -n '__mcast_is say recv hear doctor ping pong monitor browse announce' \
    -l iface -x -a '(__mcast_interfaces)' \
    -d 'same as --interface'
complete -c mcast -n '__mcast_is say hear ping pong relay' -l ttl -x -d 'time to live, 0 to 255 (1)'
complete -c mcast -l use-std -d 'print received data even if not on a terminal'
complete -c mcast -l daemon -d 'run until stopped'
complete -c mcast -l json -d 'print JSON; streaming output is one object per line'
complete -c mcast -l verbose -d 'print debug messages on standard error'
complete -c mcast -s h -l help -d 'show this help and exit'
complete -c mcast -s v -l version -d 'show the version and exit'
complete -c mcast -n '__mcast_is recv' -s c -l count -x -d 'exit after N datagrams'
complete -c mcast -n '__mcast_is recv' -s t -l timeout -x \
    -d 'maximum time without a datagram; 0 waits forever'
complete -c mcast -n '__mcast_is doctor' -s t -l timeout -x -d 'how long the self-test waits (1)'
complete -c mcast -n '__mcast_is ping' -s c -l count -x -d 'exit after N pings'
complete -c mcast -n '__mcast_is ping' -s t -l timeout -x \
    -d 'how long to wait for the last answers (1)'
complete -c mcast -n '__mcast_is recv hear' -s f -l format -x -a 'text hex json raw' \
    -d 'output format: text, hex, json or raw'
complete -c mcast -n '__mcast_is hear' -l no-stop -d 'continue after a STOP message'
complete -c mcast -n '__mcast_is hear pong' -l reply-rate -x \
    -d 'replies per second and source (1000; 0 = unlimited)'
complete -c mcast -n '__mcast_is ping' -l interval -x -d 'time between two pings (1)'
complete -c mcast -n '__mcast_is ping' -s s -l size -x -d 'bytes of a ping, 36 to 65507 (64)'
complete -c mcast -n '__mcast_is relay' -l from -x -a '(__mcast_interfaces)' \
    -d 'interfaces to receive on (*)'
complete -c mcast -n '__mcast_is relay' -l to -x -a '(__mcast_interfaces)' \
    -d 'interfaces to send on (that of the route)'
complete -c mcast -n '__mcast_is relay' -l interval -x -d 'print statistics periodically'
complete -c mcast -n '__mcast_is relay' -l relayed -d 'also forward datagrams from other relays'
complete -c mcast -n '__mcast_is monitor' -s r -l record -r -F \
    -d 'write the received datagrams to FILE (pcap)'
complete -c mcast -n '__mcast_is monitor' -l interval -x -d 'time between two reports (1)'
complete -c mcast -n '__mcast_is monitor' -s c -l count -x -d 'exit after N reports'
complete -c mcast -n '__mcast_is monitor' -l lines -d 'print lines even on a terminal'
complete -c mcast -n '__mcast_is interfaces' -a '(__mcast_interfaces)'
complete -c mcast -n '__mcast_is browse' -l once -d 'print the list after --timeout, and exit'
complete -c mcast -n '__mcast_is browse' -l sdp -x -d 'print the description of session N, and exit'
complete -c mcast -n '__mcast_is browse' -s t -l timeout -x -d 'how long --once and --sdp collect (5)'
complete -c mcast -n '__mcast_is announce' -l interval -x \
    -d 'mean time between two announcements (300)'
complete -c mcast -n '__mcast_is announce' -F
