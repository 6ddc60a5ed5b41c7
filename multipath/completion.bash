# bash completion for multipath(8). Verbs, options and arguments come from the --help of the installed program; maps come
# from its listing, which queries no path.

# _multipath_verbs PROGRAM
_multipath_verbs() { "$1" --help 2>/dev/null | sed -n '/^verbs/,$s/^  \([a-z][a-z-]*\) .*/\1/p'; }

# _multipath_options PROGRAM [VERB]: options come first in a line of the help, "  -p [ --policy ] POLICY  path grouping..."
_multipath_options() { "$@" --help 2>/dev/null | sed -n 's/^  -/-/p' | grep -oE '^--?[A-Za-z-]+|\[ --[a-z-]+ \]' | tr -d '[] '; }

# _multipath_argument PROGRAM VERB NUMBER: what the argument of this number (from 0) may be, one a line, by the usage:
# "MAP NAME", "[DEVICE|MAP...]", "on|off [MAP]", and "maps|paths [DEVICE...] | config" where "config" is another first argument.
_multipath_argument() {
  "$1" "$2" --help 2>/dev/null | sed -n '1s/.*\[OPTION\.\.\.\] *//p' | awk -v number="$3" '{
    gsub(/[][]/, "")
    first = ""
    if (i = index($0, " | ")) { first = "|" substr($0, i + 3); $0 = substr($0, 1, i - 1) }
    $1 = $1 first
    n = split($0, places, " ")
    place = number < n ? places[number + 1] : places[n] ~ /\.\.\.$/ ? places[n] : ""
    sub(/\.\.\.$/, "", place)
    gsub(/\|/, "\n", place)
    print place
  }'
}

_multipath_maps() { "$1" -l -v1 2>/dev/null; }

_multipath_disks() {
  local disk
  for disk in /sys/block/sd* /sys/block/nvme*n* /sys/block/dasd*; do [ -e "$disk" ] && echo "${disk##*/}"; done
}

# _multipath_offer LINES...: the words, one a line, that begin as what was typed, quoted for the line that they are put into. Names of
# maps come from disks and other tools: nothing here may expand them (as compgen -W does), nor the shell when the line is run.
_multipath_offer() {
  local word quoted
  COMPREPLY=()
  while IFS= read -r word; do
    [ -n "$word" ] || continue
    printf -v quoted %q "$word"
    [[ $word != "$current"* && $quoted != "$current"* ]] || COMPREPLY+=("$quoted")
  done < <(printf '%s\n' "$@")
}
_multipath_offer_files() { mapfile -t COMPREPLY < <(compgen "$1" -- "$current"); compopt -o filenames 2>/dev/null || :; }

# _multipath_offer_devices PROGRAM [maps [LINES...]]: maps, disks, other words, and below /dev whatever is there.
_multipath_offer_devices() {
  case $current in
    /*) _multipath_offer_files -f ;;
    *) _multipath_offer "$([ "${2-}" != maps ] || _multipath_maps "$1")" "$(_multipath_disks)" "${@:3}" ;;
  esac
}

# _multipath_offer_argument PROGRAM VERB NUMBER
_multipath_offer_argument() {
  local kinds words
  kinds=$(_multipath_argument "$@")
  words=$(grep -E '^[a-z-]+$' <<<"$kinds")
  case $'\n'$kinds$'\n' in
    *$'\nDEVICE\n'* | *$'\nPATH\n'*)
      if grep -qx MAP <<<"$kinds"; then _multipath_offer_devices "$1" maps; else _multipath_offer_devices "$1"; fi ;;
    *$'\nMAP\n'*) _multipath_offer "$(_multipath_maps "$1")" ;;
    *$'\nFILE'* | *$'\nDIR'*) _multipath_offer_files -f ;;
    *) _multipath_offer "$words" ;;
  esac
}

# _multipath_value PROGRAM OPTION: completes the value of an option that takes one; fails for one that takes none.
_multipath_value() {
  case $2 in
    -p | --policy) _multipath_offer failover multibus group_by_serial group_by_prio group_by_node_name group_by_tpg ;;
    --whitelist) _multipath_offer strict identity any ;;
    -v | -M) _multipath_offer 0 1 2 3 ;;
    -b) _multipath_offer_files -f ;;
    --wipe-backup | --host) _multipath_offer_files -d ;;
    --force-protected) _multipath_offer "$(_multipath_disks)" ;;
    --format | --deadline | --timeout | -R | --retries) COMPREPLY=() ;;
    *) return 1 ;;
  esac
}

_multipath() {
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb= word arguments=0
  COMPREPLY=()
  [ "$COMP_CWORD" -eq 1 ] || [[ ${COMP_WORDS[1]} == -* ]] || verb=${COMP_WORDS[1]}
  for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do [[ $word == -* ]] || arguments=$((arguments + 1)); done

  if [ "$COMP_CWORD" -gt 1 ] && _multipath_value "$program" "$previous"; then return; fi
  if [[ $current == -* ]]; then
    # A first word that is not a verb is a device or a map; the options of the packaged tool follow.
    if [ -n "$verb" ] && ! _multipath_verbs "$program" | grep -qxF -- "$verb"; then verb=; fi
    _multipath_offer "$(_multipath_options "$program" $verb)"
    return
  fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    _multipath_offer_devices "$program" maps "$(_multipath_verbs "$program")"
    return
  fi
  if _multipath_verbs "$program" | grep -qxF -- "$verb"; then
    _multipath_offer_argument "$program" "$verb" "$arguments"
  else
    _multipath_offer_devices "$program" maps
  fi
}

complete -F _multipath multipath
