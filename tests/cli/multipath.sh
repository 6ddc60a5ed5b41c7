#!/bin/bash
# What multipath does before it asks device-mapper: help, version, usage, and that help and man pages agree. Needs no
# driver and no root.
set -uo pipefail
cd "$(dirname "$0")/../.."
program=${BUILD:-build}/multipath
page=man/multipath.8
teardown_page=man/multipath-clear-holders.8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() {  # NAME COMMAND...: ok when the command succeeds
  local name=$1
  shift
  if "$@"; then echo "ok multipath: $name"; else echo "not ok multipath: $name"; fi
}

# gives STATUS STREAM ARG...: that exit status, and text on that stream (out, err) alone
gives() {
  local status=$1 stream=$2 other=err
  shift 2
  [[ $stream == out ]] || other=out
  "$program" "$@" >"$work/out" 2>"$work/err" </dev/null
  [[ $? -eq $status && -s $work/$stream && ! -s $work/$other ]]
}

says() { grep -qE -- "$1" "$work/out" "$work/err"; }
gives_and_says() { local text=$1; shift; gives "$@" && says "$text"; }

verbs() { "$program" --help | sed -n '/^verbs/,$s/^  \([a-z-]*\) .*/\1/p'; }
page_of() { case $1 in holders | clear-holders) echo "$teardown_page" ;; *) echo "$page" ;; esac; }

# Options stand first in a line: "  -h [ --help ]", "  -p [ --policy ] POLICY path...".
options_of_help() { "$program" "$@" --help | sed -n 's/^  -/-/p' | grep -oE '^--?[A-Za-z-]+|\[ --[a-z-]+ \]' | tr -d '[] ' | sort -u; }
options_of_every_help() { { options_of_help; for verb in $(verbs); do options_of_help "$verb"; done; } | sort -u; }
# mdoc: ".It Fl p , Fl -policy Ar policy", ".It Fl n , -dry-run", ".It Fl l , ll"
options_of_page() {
  sed -n 's/^\.It Fl /Fl /p' "$@" | sed 's/ , /\n/g' |
    sed -nE 's/^Fl (-?[A-Za-z-]+).*/-\1/p; t; s/^(-[a-z-]+).*/-\1/p; t; s/^([A-Za-z]{1,2})$/-\1/p' | sort -u
}

# all_in LIST LIST: what the first has, the second has, too
all_in() { local missing; missing=$(comm -23 "$1" "$2"); [[ -z $missing ]] || { echo "missing: $missing" >&2; false; }; }

check "--help is for standard output and succeeds" gives_and_says '^usage: multipath' 0 out --help
check "-h is the same on standard error" bash -c "diff <('$program' -h 2>&1 >/dev/null) <('$program' --help)"
check "--version starts with the line that callers look for" gives_and_says '^multipath-tools v[0-9]+\.[0-9]+\.[0-9]+' 0 out --version
check "--version names this program's own version" gives_and_says '^multipath [0-9]+\.[0-9]+\.[0-9]+$' 0 out --version
for words in -k --nosuch -v '-v x' '-v -1' '-p nonsense' '-R x' '--deadline 0' '--deadline' '--json=1' '-ll -k'; do
  # shellcheck disable=SC2086
  check "'$words' is wrong usage, with the banner on standard error" gives_and_says '^multipath-tools v[0-9.]+' 1 err $words
done
check "a name of a verb that is cut short is no verb" bash -c "! '$program' sho maps >/dev/null 2>&1"

[[ -n $(verbs) ]] || echo "not ok multipath: --help names no verbs"
for verb in $(verbs); do
  check "$verb --help is for standard output and succeeds" gives_and_says "^usage: multipath $verb" 0 out "$verb" --help
  check "$verb -h is $verb --help" bash -c "[[ \$('$program' $verb -h) == \"\$('$program' $verb --help)\" ]]"
  check "$verb with an unknown option is wrong usage" gives_and_says "multipath $verb --help" 1 err "$verb" --nosuch
  check "$verb is in its man page" grep -qE "^(\.It|\.Nm|\.Op|\.Ss|\.Sh|\.Nd)? ?.*\b$verb\b" "$(page_of "$verb")"
  options_of_help "$verb" >"$work/help"
  options_of_page "$page" "$(page_of "$verb")" >"$work/page"
  check "every option of $verb --help is in its man page" all_in "$work/help" "$work/page"
done
options_of_help >"$work/help"
options_of_page "$page" >"$work/page"
check "every option of --help is in the man page" all_in "$work/help" "$work/page"
options_of_every_help >"$work/help"
check "every option of the man page is in a --help" all_in "$work/page" "$work/help"
options_of_page "$teardown_page" >"$work/page"
check "every option of the man page of clear-holders is in a --help" all_in "$work/page" "$work/help"
for status in 0 1 2 3 4 9 10; do
  check "exit status $status is in the man page" bash -c "sed -n '/^\.Sh EXIT STATUS/,/^\.Sh ENV/p' $page | grep -qx '\.It $status'"
done

# exits STATUS ARG...: that exit status, whatever is printed
exits() { local status=$1; shift; "$program" "$@" >/dev/null 2>&1 </dev/null; [[ $? -eq $status ]]; }
captured=tests/hosts/maps/host
check "a device that the capture has no answer about is a missing answer" exits 4 --host $captured explain /dev/sdq
check "and without a command a failure" exits 1 --host $captured -ll /dev/sdq
check "a map that a capture does not have is not found" exits 2 --host $captured show maps nosuch
check "nor a device" exits 2 --host $captured holders nosuch

if [[ $(id -u) -ne 0 ]]; then
  check "without root, letters do nothing and say why" gives_and_says '^need to be root$' 1 err -ll
elif ! cp "$program" "$work/multipath" || ! chmod 755 "$work" || ! setpriv --reuid 65534 --clear-groups "$work/multipath" --version >/dev/null 2>&1; then
  echo "skip multipath: without root, letters do nothing and say why: cannot become another user here"
else
  check "without root, letters do nothing and say why" \
    bash -c "text=\$(setpriv --reuid 65534 --clear-groups '$work/multipath' -ll 2>&1); [[ \$? -eq 1 && \$text == 'need to be root' ]]"
fi
if [[ -e /dev/full ]]; then
  check "output that cannot be written is a failure" bash -c "! '$program' --help 2>/dev/null >/dev/full"
else
  echo "skip multipath: output that cannot be written is a failure: no /dev/full"
fi
