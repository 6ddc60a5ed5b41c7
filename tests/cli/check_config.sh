#!/bin/bash
# check-config on files: what cannot be read or trusted is named with the command that helps, and what --fix prints has no mistake.
set -uo pipefail
cd "$(dirname "$0")/../.."
program=${BUILD:-build}/multipath
[[ $program == /* ]] || program=$PWD/$program
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check_equal() {  # NAME EXPECTED ACTUAL
  if [[ $2 == "$3" ]]; then echo "ok check-config: $1"; else echo "not ok check-config: $1"; diff <(echo "$2") <(echo "$3") >&2; fi
}
reported() { "$program" check-config "$@" 2>&1; echo "status $?"; }

file=$work/multipath.conf
printf 'defaults {\n verbosity 2\n}\n' >"$file"
chmod 0666 "$file"
check_equal "of a file that others may write, only the mode is to be changed" \
  "$file: error: users other than root may write to the file (owner $(id -u), mode 0666); check its content, then run \`chmod go-w $file\`
status 1" "$(reported "$file")"
chmod 0644 "$file"
check_equal "and then it is a file like any other" "status 0" "$(reported "$file")"
if [[ $(id -u) -eq 0 ]] && chown 65534 "$file" 2>/dev/null; then
  check_equal "of another user's file, only the owner is to be changed" \
    "$file: error: users other than root may write to the file (owner 65534, mode 0644); check its content, then run \`chown root $file\`
status 1" "$(reported "$file")"
  chown 0 "$file"
else
  echo "skip check-config: another user's file: cannot give a file away here"
fi
check_equal "a directory is not a file" "$work: error: cannot be read: Invalid argument
status 1" "$(reported "$work")"

cat >"$file" <<'EOF'
defaults {
	no_path_rety 5
	checker_timeout 5000
	bogus_word 1
}
mutipaths {
	multipath {
		wwid 3600
		alais red
	}
}
EOF
cp "$file" "$work/before"
check_equal "every mistake is reported once" "$file:2:2: warning: unknown keyword 'no_path_rety' in section defaults; the line is skipped; did you mean 'no_path_retry'?
$file:3:18: warning: checker_timeout '5000': expected a number from 0 to 3600; the line is skipped
$file:4:2: warning: unknown keyword 'bogus_word' in section defaults; the line is skipped
$file:6:1: warning: unknown section 'mutipaths' at top level; the section is skipped; did you mean 'multipaths'?
status 0" "$(reported "$file")"
"$program" check-config --fix --write "$file" >/dev/null 2>&1
check_equal "what --fix writes has no mistake" "status 0" "$(reported "$file")"
check_equal "and has the words that were meant" "no_path_retry 5
alias red" "$(sed -n 's/^[[:blank:]]*\(no_path_retry 5\|alias red\)$/\1/p' "$file")"
check_equal "the old file is kept" "$(cat "$work/before")" "$(cat "$file.bak")"
