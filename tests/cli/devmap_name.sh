#!/bin/bash
# What devmap_name does before it asks device-mapper: help, version, usage. Needs no driver and no root.
set -uo pipefail
cd "$(dirname "$0")/../.."
program=${BUILD:-build}/devmap_name
page=man/devmap_name.8

check() {  # NAME COMMAND...: ok when the command succeeds
  local name=$1
  shift
  if "$@"; then echo "ok devmap_name: $name"; else echo "not ok devmap_name: $name"; fi
}

# exits STATUS ARG...: the status is that one, standard output is empty, standard error has one line
refuses() {
  local status=$1 output errors
  shift
  errors=$(mktemp)
  output=$("$program" "$@" 2>"$errors")
  local got=$? lines
  lines=$(wc -l <"$errors")
  rm -f "$errors"
  [[ $got -eq $status && -z $output && $lines -eq 1 ]]
}

options_of_help() { "$program" --help | grep -oE '(^|[ ,[])--?[a-z]+' | grep -oE -- '--?[a-z]+' | sort -u; }
# mdoc: ".It Fl t Ar type", ".It Fl h , Fl -help"
options_of_page() { sed -n 's/^\.It Fl //p' "$page" | sed 's/ , Fl /\n/g' | sed 's/ .*//; s/^/-/' | sort -u; }

same_options() {
  diff <(options_of_help) <(options_of_page) >&2
}

check "--help and the man page have the same options" same_options
check "every exit status of --help is in the man page" \
  bash -c "for s in 0 1 2 3; do grep -qx '.It '\$s $page || exit 1; done"
check "--help is for standard output and succeeds" bash -c "'$program' --help 2>/dev/null | grep -q '^Usage: '"
check "-h is --help" bash -c "[[ \$('$program' -h) == \"\$('$program' --help)\" ]]"
check "--version is one line with the name" bash -c "'$program' --version | grep -qxE 'devmap_name [0-9]+(\.[0-9]+)*'"
check "no device is wrong usage" refuses 2
check "three words are wrong usage" refuses 2 253 0 0
check "an unknown option is wrong usage" refuses 2 -x 253 0
check "an unknown long option is wrong usage" refuses 2 --type=multipath 253 0
check "-t without a type is wrong usage" refuses 2 -t
check "-t with an empty type is wrong usage" refuses 2 -t "" 253 0
for number in 253 :0 253: 253:0:0 -253:0 253:0x1 "253: 0" 4096:0 253:1048576 dm-0; do
  check "'$number' is no number" refuses 2 -- "$number"
done
check "text behind a number is not ignored" refuses 2 253 0a
check "a character device is no map" refuses 1 /dev/null
check "a node that is not there is no map" refuses 1 /dev/no/such/node
check "a directory is no map" refuses 1 /dev/
# What is refused is named without what a terminal would obey.
plain() { ! "$program" "$@" 2>&1 | LC_ALL=C grep -q '[^ -~]'; }
for words in $'\e]2;x\a' $'-\e[31m' $'/dev/\e[2J' $'/dev/\xc2\x9b'; do check "$(printf %q "$words") reaches no terminal raw" plain "$words"; done
check "nor does a type" plain -t $'\e[31m' 253 0
