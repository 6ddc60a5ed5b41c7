# Remedies as the program prints them, run as they are printed. A scenario that uses them says . "$LAB/lib.sh"; . "$LAB/remedies.sh"

# blockers_of CODE OPTION... TARGET: the remedies of the blockers with that code, one a line, by a dry run.
blockers_of() {
  local code=$1
  shift
  multipath clear-holders --dry-run --json "$@" 2>/dev/null | python3 -c '
import json, sys
for blocker in json.load(sys.stdin)["blockers"]:
    if blocker["code"] == sys.argv[1]: print(blocker["remedy"])' "$code"
}

# remedies_of WORD: what `explain` prints to change the answer, one a line; the two characters \n stand for the ends of its lines.
remedies_of() { multipath explain --json "$1" 2>/dev/null | python3 -c '
import json, sys
for explanation in json.load(sys.stdin)["explanations"]:
    for remedy in explanation["remedies"]: print(remedy.replace("\n", "\\n"))'; }

# alternatives TEXT: the parts of a blocker's remedy, one a line: an option, a command, or words.
alternatives() { sed 's/, or /\n/g' <<<"$1"; }

# run_alternative TEXT: runs a command of a remedy as it is printed, and ends the process that it names. Fails for words alone.
run_alternative() {
  local text=${1%%, which *} first
  first=${text%% *}
  if [[ $text =~ process\ ([0-9]+) ]]; then kill "${BASH_REMATCH[1]}"
  elif command -v -- "$first" >/dev/null; then bash -c "$text"
  else return 1
  fi
}

# commands_in TEXT: the commands in backquotes, one a line.
commands_in() { grep -o '`[^`]*`' <<<"$1" | tr -d '`'; }

# follow TEXT: does what a remedy of explain says: changes the configuration, and runs its commands in their order.
follow() {
  local text=$1 command conf=/etc/multipath.conf disk
  if [[ $text == *to\ $conf*:\\n* ]]; then
    printf '%s\n' "${text#*:\\n}" | sed 's/\\n/\n/g' >>$conf
    text=${text%%:\\n*}
  elif [[ $text =~ ^remove\ device\ .*\($conf:([0-9]+) ]]; then
    sed -i "${BASH_REMATCH[1]},/}/d" $conf
  elif [[ $text =~ ^remove\ .*\($conf:([0-9]+) ]]; then
    sed -i "${BASH_REMATCH[1]}d" $conf
  elif [[ $text =~ set\ (find_multipaths\ [a-z]+)\ in\ section\ defaults ]]; then
    printf 'defaults {\n  %s\n}\n' "${BASH_REMATCH[1]}" >>$conf
  fi
  while read -r command; do
    case $command in
      *DISK*) for disk in $(unit_disks one); do bash -c "${command//DISK/$disk}" || return; done ;;
      "whitelist "*) printf 'defaults {\n  %s\n}\n' "$command" >>$conf ;;
      *) bash -c "$command" >/dev/null || return ;;
    esac
  done < <(commands_in "$text")
}
