# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for mcast

_mcast_words () {
  local all='--use-std --daemon --json --verbose --help --version'
  local group='--group --groups --port'
  local iface='--interface --iface'
  case $1 in
    say) echo "$all $group $iface --ttl --message --pipe --hex --repeat --rate --dscp --source" \
      --no-loopback ;;
    recv) echo "$all $group $iface --count --timeout --format" ;;
    hear) echo "$all $group $iface --ttl --format --no-stop --reply-rate" ;;
    doctor) echo "$all --port $iface --timeout" ;;
    ping) echo "$all $group $iface --ttl --count --timeout --interval --size" ;;
    pong) echo "$all $group $iface --ttl --reply-rate" ;;
    relay) echo "$all --port --ttl --from --to --interval --relayed" ;;
    monitor) echo "$all $group $iface --record --interval --count --lines" ;;
    browse) echo "$all $iface --once --sdp --timeout" ;;
    announce) echo "$all $iface --interval" ;;
    *) echo "$all" ;;
  esac
}

_mcast_interfaces () {
  local path
  for path in /sys/class/net/*; do
    echo "${path##*/}"
  done
}

_mcast () {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local verbs='say recv hear noop interfaces doctor ping pong relay monitor playlist browse announce'
  local verb='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -* ]] || { verb=${COMP_WORDS[i],,}; break; }
  done
  # readline splits --option=value at the sign.
  [[ $word == = ]] && word=''
  [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}

  COMPREPLY=()
  case $before in
    --interface | --iface | -i | --from | --to)
      mapfile -t COMPREPLY < <(compgen -W "$(_mcast_interfaces) *" -- "$word"); return ;;
    --format | -f)
      mapfile -t COMPREPLY < <(compgen -W 'text hex json raw' -- "$word"); return ;;
    --record | -r)
      mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
  esac
  if [[ -z $verb ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$verbs $(_mcast_words '')" -- "$word")
  elif [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_mcast_words "$verb")" -- "$word")
  elif [[ $verb == announce ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  elif [[ $verb == interfaces ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_mcast_interfaces)" -- "$word")
  fi
}
complete -F _mcast mcast
