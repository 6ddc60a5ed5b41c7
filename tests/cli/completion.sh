#!/bin/bash
# bash completion: what is offered is what --help has. The completion is called as bash calls it.
set -uo pipefail
cd "$(dirname "$0")/../.."
program=$PWD/${BUILD:-build}/multipath
[[ ${BUILD-} != /* ]] || program=$BUILD/multipath
# shellcheck source=/dev/null
. multipath/completion.bash

check() {  # NAME COMMAND...: ok when the command succeeds
  local name=$1
  shift
  if "$@"; then echo "ok completion: $name"; else echo "not ok completion: $name"; fi
}

# offered WORD...: what is offered behind these words, sorted; the last one is what was typed of the next.
offered() {
  COMP_WORDS=("$program" "$@") COMP_CWORD=$#
  _multipath 2>/dev/null
  printf '%s\n' "${COMPREPLY[@]}" | grep . | sort -u
}
is() { [[ $1 == "$2" ]] || { diff <(echo "$1") <(echo "$2") >&2; false; }; }
has() { grep -qxF -- "$2" <<<"$1"; }
verbs() { "$program" --help | sed -n '/^verbs/,$s/^  \([a-z-]*\) .*/\1/p' | sort; }
options_of_help() { "$program" "$@" --help | sed -n 's/^  -/-/p' | grep -oE '^--?[A-Za-z-]+|\[ --[a-z-]+ \]' | tr -d '[] ' | sort -u; }

check "it is for the program's name" is "complete -F _multipath multipath" "$(complete -p multipath)"
[[ -n $(verbs) ]] || echo "not ok completion: --help names no verbs"
check "every verb is offered" is "$(verbs)" "$(comm -12 <(verbs) <(offered ''))"
check "a verb's beginning offers those that begin so" is "clear-holders" "$(offered clear)"
check "letters are offered without a verb" is "$(options_of_help)" "$(offered -)"
check "and behind a device" is "$(options_of_help)" "$(offered /dev/sda -)"
for verb in $(verbs); do
  check "options of $verb" is "$(options_of_help "$verb")" "$(offered "$verb" -)"
done
for what in maps paths config metrics wildcards; do
  check "show offers $what" has "$(offered show '')" "$what"
  check "which show knows" bash -c "! '$program' show $what --help 2>&1 | grep -q 'unknown subject'"
done
check "show offers nothing else" is 5 "$(offered show '' | wc -l)"
check "queue takes on and off" is $'off\non' "$(offered queue '')"
check "event takes the kinds of an event" is $'add\nchange\nremove' "$(offered event '')"
check "and then a number, which is not offered" is "" "$(offered event add '')"
check "rename offers no new name" is "" "$(offered rename mpatha '')"
check "check-config takes one file" is "" "$(offered check-config x '')"
for policy in $(offered -p ''); do
  check "policy $policy is in the help" bash -c "'$program' --help | grep -qE '\b$policy\b'"
done
check "policies are as many as the help names" is "$("$program" --help | sed -n '/^  -p/,/^  -i/p' | grep -oE '(failover|multibus|group_by_[a-z]+(_name)?)' | sort -u | wc -l)" "$(offered -p '' | wc -l)"
check "files are offered below /dev" has "$(offered plan /dev/nul)" /dev/null
check "and for check-config" has "$(offered check-config man/multipath.con)" man/multipath.conf.5
check "a number's place offers nothing" is "" "$(offered --deadline '')"
# Options that take a value: their values are completed, or nothing is, but never devices.
for words in "" $(verbs); do
  "$program" $words --help | sed -nE 's/^  (-[A-Za-z] \[ )?(--?[A-Za-z-]+)( \])? [A-Z]+ .*/\2/p' | while read -r option; do
    COMPREPLY=() current=
    check "${words:-letters} $option has a rule for its value" _multipath_value "$program" "$option"
  done
done

# Names that a shell would run, when it is asked for what to offer or when the line with what was offered is run.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/multipath" <<'END'
#!/bin/sh
case "$*" in
  "-l -v1") cat "${0%/*}/names" ;;
  "--help") printf 'verbs (multipath VERB --help):\n  flush  remove unused maps\n' ;;
  "flush --help") echo "usage: multipath flush [OPTION...] MAP..." ;;
esac
END
chmod +x "$work/multipath"
printf '%s\n' '$(touch pwned)' '`touch pwned`' '"; touch pwned; "' "it's" 'a b' '*' '~' '$HOME' 'a;touch pwned' 'a|b&c' '{x,y}' '!!' '-rf' 'plain' >"$work/names"
hostile() (
  cd "$work" || exit
  program=$work/multipath
  offered flush ''
  offered flush '$('
  offered ''
  offered flush 'it'
)
answers=$(hostile)
check "nothing in a name is run" [ ! -e "$work/pwned" ]
check "a plain name is as it is" has "$answers" plain
# Each word that is offered is one word of a command line again, and the name of a map.
run_again() (
  cd "$work" || exit
  while IFS= read -r word; do
    set +f
    eval "set -- $word"
    [ $# -eq 1 ] || exit 1
    printf '%s\n' "$1"
  done
)
program=$work/multipath
names_again=$(offered flush '' | run_again | sort)
check "what is offered is quoted for the line that it is put into" is "$(sort "$work/names")" "$names_again"
check "and runs nothing there" [ ! -e "$work/pwned" ]
