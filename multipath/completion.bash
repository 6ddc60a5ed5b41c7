# bash completion for multipath(8). Verbs, options and what show can show come from the program's own --help, so that they
# are always those of the program that is installed; maps from its listing, which touches no path.

# _multipath_verbs PROGRAM
_multipath_verbs() { "$1" --help 2>/dev/null | sed -n '/^verbs/,$s/^  \([a-z][a-z-]*\) .*/\1/p'; }

# _multipath_options PROGRAM [VERB]: options stand first in a line of the help, "  -p [ --policy ] POLICY  path grouping..."
_multipath_options() { "$@" --help 2>/dev/null | sed -n 's/^  -/-/p' | grep -oE '^--?[A-Za-z-]+|\[ --[a-z-]+ \]' | tr -d '[] '; }

# _multipath_subjects PROGRAM: what show can show, from "usage: multipath show [OPTION...] maps|paths [...] | config|metrics"
_multipath_subjects() {
  "$1" show --help 2>/dev/null | sed -n '1s/.*\[OPTION\.\.\.\]//p' | sed 's/\[[^]]*\]//g' | grep -oE '[a-z]+'
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
    # A word in place of a verb that is none is a device or a map, and letters follow.
    if [ -n "$verb" ] && ! _multipath_verbs "$program" | grep -qxF -- "$verb"; then verb=; fi
    _multipath_offer "$(_multipath_options "$program" $verb)"
    return
  fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    _multipath_offer_devices "$program" maps "$(_multipath_verbs "$program")"
    return
  fi
  case $verb:$arguments in
    show:0) _multipath_offer "$(_multipath_subjects "$program")" ;;
    queue:0) _multipath_offer on off ;;
    check-config:*) _multipath_offer_files -f ;;
    capture:* | diff:*) _multipath_offer_files -f ;;
    fail:* | reinstate:*) _multipath_offer_devices "$program" ;;
    rename:0 | resize:0 | switchgroup:0 | queue:1 | flush:*) _multipath_offer "$(_multipath_maps "$program")" ;;
    rename:* | resize:* | switchgroup:* | queue:*) ;;
    *) _multipath_offer_devices "$program" maps ;;
  esac
}

complete -F _multipath multipath
