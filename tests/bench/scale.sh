#!/usr/bin/env bash
# scale.sh MULTIPATH MAKE_HOST [PATHS...]: how the plan, applying it, the listing of paths, their JSON and the explanation of
# one disk grow with the host, on captures of hosts that there are not (1,000, 10,000 and 100,000 paths; 8 to a unit), on one core: processor time and memory of the
# whole process, the least of three runs, and the instructions a path that the plan of 1,000 takes (callgrind; the same
# on every machine). Writes the table to scale.txt and the curve to scale.svg beside this file when all sizes were measured.
#
# Fails when 100,000 paths take more than the targets, when a path of 100,000 takes more than twice the time of one of
# 10,000, when an explanation takes as much time or memory as the plan, and when a path takes a quarter more instructions than
# the file `instructions` has.
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "$0")")
multipath=$1 make_host=$2
shift 2
sizes=("$@")
[ $# -gt 0 ] || sizes=(1000 10000 100000)
most_ms=2000 most_mb=350 missed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RESULT=$work/result

# measure COMMAND...: sets ms (user and system) and mb, the least of three runs.
measure() {
  local status this_ms this_kb
  ms='' mb=''
  for _ in 1 2 3; do
    taskset -c 0 python3 - "$@" <<'PYTHON'
import os, resource, subprocess, sys
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(os.environ["RESULT"], "w") as result:
    print(status, int((used.ru_utime + used.ru_stime) * 1000), used.ru_maxrss, file=result)
PYTHON
    read -r status this_ms this_kb <"$RESULT"
    [ "$status" -eq 0 ] || { echo "status $status of: $*" >&2; exit 1; }
    [ -n "$ms" ] && [ "$ms" -le "$this_ms" ] || ms=$this_ms
    [ -n "$mb" ] && [ "$mb" -le $((this_kb / 1024)) ] || mb=$((this_kb / 1024))
  done
}

miss() { echo "MISSED: $*"; missed=1; }

{
  printf '%-26s %10s %8s %8s %14s\n' "replayed, one core" paths ms MB 'us a path'
  for paths in "${sizes[@]}"; do
    "$make_host" "$work/$paths" 4 2 $((paths / 8))
    for job in "plan" "apply" "show paths" "show paths --json" "explain sda"; do
      # shellcheck disable=SC2086
      measure "$multipath" --host "$work/$paths" $job
      printf '%-26s %10s %8s %8s %14s\n' "$job" "$paths" "$ms" "$mb" $((ms * 1000 / paths))
      case $job in
        plan) echo "$paths $ms $mb" >>"$work/curve" ;;
        explain*) echo "$paths $ms $mb" >>"$work/explain" ;;
      esac
    done
    [ "$paths" -eq 1000 ] || rm -rf "${work:?}/$paths"
  done
} | tee "$work/table"

while read -r paths ms mb; do
  if [ "$paths" -eq 100000 ]; then
    [ "$ms" -le $most_ms ] && [ "$mb" -le $most_mb ] || miss "100,000 paths: at most $most_ms ms and $most_mb MB"
    [ -z "${before:-}" ] || [ "$ms" -le $((20 * before)) ] || miss "the time grows faster than the host"
  fi
  [ "$paths" -ne 10000 ] || before=$ms
  read -r _ explain_ms explain_mb <<<"$(grep "^$paths " "$work/explain")"
  [ "$paths" -lt 10000 ] || { [ "$explain_ms" -lt "$ms" ] && [ "$explain_mb" -lt "$mb" ]; } ||
    miss "explaining one of $paths disks takes as much as the plan"
done <"$work/curve"

if [ -d "$work/1000" ] && command -v valgrind >/dev/null; then
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$multipath" --host "$work/1000" plan >/dev/null 2>"$work/callgrind"
  now=$(($(sed -n 's/.*Collected : //p' "$work/callgrind") / 1000))
  recorded=$(cat "$here/instructions" 2>/dev/null || echo 0)
  echo "instructions a path, plan of 1,000: $now (recorded: $recorded)" | tee -a "$work/table"
  [ "$recorded" -eq 0 ] || [ $((now * 4)) -le $((recorded * 5)) ] || miss "a quarter more instructions a path than recorded"
fi

if [ ${#sizes[@]} -eq 3 ]; then
  cp "$work/table" "$here/scale.txt"
  python3 "$here/curve.py" "$work/curve" >"$here/scale.svg"
fi
exit $missed
