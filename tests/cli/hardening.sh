#!/bin/bash
# How the programs were linked and compiled, read from their files: position independent, all relocations read-only and
# resolved at start, no stack or segment that can be written and executed, stack protector, checked library calls, no search path
# for libraries. A build without hardening (HARDEN= on make's command line) is told so and passed over.
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}

check() {  # NAME COMMAND...
  local name=$1
  shift
  if "$@"; then echo "ok hardening: $name"; else echo "not ok hardening: $name"; fi
}

command -v readelf >/dev/null || { echo "skip hardening: no readelf here (binutils)"; exit; }
is_static() { ! readelf --wide -l "$1" | grep -q INTERP; }
# What the program takes from libraries; of a static program, all that it has.
symbols() {
  if is_static "$1"; then
    readelf --wide --syms "$1" | awk '$4 == "FUNC" { print $8 }'
  else
    readelf --wide --dyn-syms "$1" | awk '$7 == "UND" { sub(/@.*/, "", $8); print $8 }'
  fi
}
is_pie() { readelf --wide -h "$1" | grep -q 'Type: *DYN' && readelf --wide -d "$1" | grep -q 'FLAGS_1.*PIE'; }
is_relro() { readelf --wide -l "$1" | grep -q GNU_RELRO && readelf --wide -d "$1" | grep -qE 'BIND_NOW|FLAGS_1.*NOW'; }
no_executable_stack() { readelf --wide -l "$1" | awk '$1 == "GNU_STACK" { found = 1; if ($0 ~ /E *0x/) exit 2 } END { exit !found }'; }
no_writable_code() { ! readelf --wide -l "$1" | grep -E '^ *LOAD' | grep -q 'RWE'; }
no_search_path() { ! readelf --wide -d "$1" | grep -qE 'RPATH|RUNPATH'; }
# Neither a shell nor a random name in /tmp.
calls_none_of() { local program=$1; shift; ! symbols "$program" | grep -qxE "$(IFS='|'; echo "$*")"; }

for name in multipath multipath_id devmap_name; do
  program=$build/$name
  check "$name is position independent" is_pie "$program"
  check "$name has its relocations read-only from the start" is_relro "$program"
  check "$name has no executable stack" no_executable_stack "$program"
  check "$name has no segment that can be written and executed" no_writable_code "$program"
  check "$name has no search path for libraries" no_search_path "$program"
  # The C library itself, in a static program, has functions of these names.
  is_static "$program" || check "$name starts no shell and loads nothing by name" \
    calls_none_of "$program" system popen dlopen execlp execvp execvpe posix_spawnp
  # libstdc++, linked statically, calls some of these.
  [ "$name" != multipath ] || check "$name calls nothing that cannot be used safely" calls_none_of "$program" gets strcpy strcat sprintf vsprintf mktemp tempnam tmpnam
  if grep -q -- -D_FORTIFY_SOURCE "$build/stamp/flags" 2>/dev/null; then
    check "$name has the stack protector" grep -qx __stack_chk_fail <(symbols "$program")
    check "$name has checked library calls" grep -qE '^__.*_chk$' <(symbols "$program")
  else
    echo "skip hardening: $name's stack protector and checked calls, as $build was made without hardening"
  fi
done
