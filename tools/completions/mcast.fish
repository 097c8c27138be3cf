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
complete -c mcast -n 'test -z (__mcast_verb)' -a say -d 'send words, or what is piped in'
complete -c mcast -n 'test -z (__mcast_verb)' -a recv -d 'receive one datagram, or many'
complete -c mcast -n 'test -z (__mcast_verb)' -a hear -d 'answer each datagram that is received'
complete -c mcast -n 'test -z (__mcast_verb)' -a noop -d 'do nothing'
complete -c mcast -n 'test -z (__mcast_verb)' -a interfaces \
    -d 'what carries multicast, and who has joined what'
complete -c mcast -n 'test -z (__mcast_verb)' -a doctor -d 'find out why nothing arrives'
complete -c mcast -n 'test -z (__mcast_verb)' -a ping -d 'measure the way to another host'
complete -c mcast -n 'test -z (__mcast_verb)' -a pong -d 'answer pings'
complete -c mcast -n 'test -z (__mcast_verb)' -a relay -d 'send on what is heard'
complete -c mcast -n 'test -z (__mcast_verb)' -a monitor -d 'watch groups'
complete -c mcast -n '__mcast_is say' -s m -l message -x -d 'the words; - is --pipe'
complete -c mcast -n '__mcast_is say' -l pipe -d 'send what is piped in'
complete -c mcast -n '__mcast_is say' -l hex -d 'the message is hexadecimal digits'
complete -c mcast -n '__mcast_is say' -l repeat -x -d 'send N times; 0 is for ever (1)'
complete -c mcast -n '__mcast_is say' -l rate -x -d 'datagrams a second'
complete -c mcast -n '__mcast_is say' -l dscp -x -d 'code point, 0 to 63'
complete -c mcast -n '__mcast_is say' -l source -x -d 'address to send from'
complete -c mcast -n '__mcast_is say' -l no-loopback -d 'not to receivers on this machine'
complete -c mcast -n '__mcast_is say recv hear ping pong monitor' -l group -x \
    -d 'the group (224.0.0.1)'
complete -c mcast -n '__mcast_is say recv hear ping pong monitor' -l groups -x -d 'several groups'
complete -c mcast -n '__mcast_is say recv hear doctor ping pong relay monitor' -s p -l port -x \
    -d 'UDP port (59259)'
complete -c mcast -n '__mcast_is say recv hear doctor ping pong monitor' \
    -s i -l interface -x -a '(__mcast_interfaces)' \
    -d 'name, index, address or *; comma list'
complete -c mcast -n '__mcast_is say recv hear doctor ping pong monitor' \
    -l iface -x -a '(__mcast_interfaces)' \
    -d 'the same'
complete -c mcast -n '__mcast_is say hear ping pong relay' -l ttl -x -d 'hops to live, 0 to 255 (1)'
complete -c mcast -l use-std -d 'print what arrives, terminal or not'
complete -c mcast -l daemon -d 'go on until stopped'
complete -c mcast -l json -d 'print data as JSON'
complete -c mcast -l verbose -d 'print debug messages on standard error'
complete -c mcast -s h -l help -d 'show this and end'
complete -c mcast -s v -l version -d 'show the version and end'
complete -c mcast -n '__mcast_is recv ping' -s c -l count -x -d 'end after N datagrams'
complete -c mcast -n '__mcast_is recv doctor ping' -s t -l timeout -x \
    -d 'longest silence; 0 waits for ever'
complete -c mcast -n '__mcast_is recv hear' -s f -l format -x -a 'text hex json raw' \
    -d 'print text, hex, json or raw'
complete -c mcast -n '__mcast_is hear' -l no-stop -d 'go on when somebody says STOP'
complete -c mcast -n '__mcast_is hear pong' -l reply-rate -x \
    -d 'replies per second and source (1000); 0: no limit'
complete -c mcast -n '__mcast_is ping' -l interval -x -d 'time between two pings (1)'
complete -c mcast -n '__mcast_is ping' -s s -l size -x -d 'bytes of a ping, 36 to 65507 (64)'
complete -c mcast -n '__mcast_is relay' -l from -x -a '(__mcast_interfaces)' \
    -d 'interfaces to hear on (*)'
complete -c mcast -n '__mcast_is relay' -l to -x -a '(__mcast_interfaces)' \
    -d 'interfaces to send on (as routes choose)'
complete -c mcast -n '__mcast_is relay' -l interval -x -d 'time between statistics'
complete -c mcast -n '__mcast_is relay' -l relayed -d 'also what comes from a relay'
complete -c mcast -n '__mcast_is monitor' -s r -l record -r -F -d 'write what arrives (pcap)'
complete -c mcast -n '__mcast_is monitor' -l interval -x -d 'time between two reports (1)'
complete -c mcast -n '__mcast_is monitor' -s c -l count -x -d 'end after N reports'
complete -c mcast -n '__mcast_is monitor' -l lines -d 'lines on a terminal, too'
complete -c mcast -n '__mcast_is interfaces' -a '(__mcast_interfaces)'
