#!/usr/bin/env bash
# scale.sh MULTIPATH MAKE_HOST [PATHS...]: how the plan, the listing of paths and their JSON grow with the host, on captures of
# hosts that there are not (1,000, 10,000 and 100,000 paths; 8 to a unit). Milliseconds and megabytes of the whole process,
# the best of three. Fails when 100,000 paths take more than the targets.
set -euo pipefail
multipath=$1 make_host=$2
shift 2
[ $# -gt 0 ] || set -- 1000 10000 100000
most_ms=2000 most_mb=400 missed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# measure COMMAND...: sets ms and mb, the least of three runs.
measure() {
  local run status this_ms this_kb
  ms= mb=
  for run in 1 2 3; do
    python3 - "$@" <<'PYTHON'
import os, resource, subprocess, sys, time
begin = time.monotonic()
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
took = time.monotonic() - begin
with open(os.environ["RESULT"], "w") as result:
    print(status, int(took * 1000), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=result)
PYTHON
    read -r status this_ms this_kb <"$RESULT"
    [ "$status" -eq 0 ] || { echo "status $status of: $*" >&2; exit 1; }
    [ -n "$ms" ] && [ "$ms" -le "$this_ms" ] || ms=$this_ms
    [ -n "$mb" ] && [ "$mb" -le $((this_kb / 1024)) ] || mb=$((this_kb / 1024))
  done
}
export RESULT=$work/result

printf '%-26s %10s %8s %8s\n' "replayed" paths ms MB
for paths; do
  "$make_host" "$work/$paths" 4 2 $((paths / 8))
  for job in "plan" "show paths" "show paths --json"; do
    # shellcheck disable=SC2086
    measure "$multipath" --host "$work/$paths" $job
    verdict=
    if [ "$paths" -eq 100000 ] && [ "$job" = plan ]; then
      verdict="at most $most_ms ms and $most_mb MB"
      if [ "$ms" -gt $most_ms ] || [ "$mb" -gt $most_mb ]; then verdict="MISSED: $verdict"; missed=1; fi
    fi
    printf '%-26s %10s %8s %8s  %s\n' "$job" "$paths" "$ms" "$mb" "$verdict"
  done
  rm -rf "${work:?}/$paths"
done
exit $missed
