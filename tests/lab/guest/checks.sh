# What a scenario claims, in TAP: "ok N - NAME", "not ok N - NAME" with "# " lines of detail, "ok N - NAME # SKIP reason",
# and "1..N" at the end. A scenario ends with done_checks; one that does not has ended early, which tests/lab/all counts.

lab_checks=0 lab_failures=0 lab_done=no
trap '[ "$lab_done" = yes ] || echo "Bail out! the scenario ended before done_checks"' EXIT

# note TEXT...: a line of comment in the output.
note() { printf '%s\n' "$*" | sed 's/^/# /'; }

# ok NAME: it is so.
ok() { lab_checks=$((lab_checks + 1)); printf 'ok %d - %s\n' "$lab_checks" "$1"; }

# not_ok NAME [DETAIL]: it is not, and what was seen instead.
not_ok() {
  lab_checks=$((lab_checks + 1)) lab_failures=$((lab_failures + 1))
  printf 'not ok %d - %s\n' "$lab_checks" "$1"
  [ -z "${2-}" ] || note "$2"
  return 1
}

# skip NAME REASON: it cannot be seen here.
skip() { lab_checks=$((lab_checks + 1)); printf 'ok %d - %s # SKIP %s\n' "$lab_checks" "$1" "$2"; }

# check NAME COMMAND...: ok when the command succeeds; its output is shown only when it fails.
check() {
  local name=$1 output status
  shift
  output=$("$@" 2>&1) && status=0 || status=$?
  if [ "$status" -eq 0 ]; then ok "$name"; else not_ok "$name" "status $status of: $*"$'\n'"$output"; fi
}

# check_fails NAME COMMAND...: ok when the command fails (and exists).
check_fails() { check_status "$1" any-failure "${@:2}"; }

# check_status NAME STATUS COMMAND...: ok when the command exits with just that status.
check_status() {
  local name=$1 expected=$2 output status
  shift 2
  output=$("$@" 2>&1) && status=0 || status=$?
  if [ "$status" = "$expected" ] || { [ "$expected" = any-failure ] && [ "$status" -gt 0 ] && [ "$status" -lt 126 ]; }; then
    ok "$name"
  else
    not_ok "$name" "status $status, expected $expected, of: $*"$'\n'"$output"
  fi
}

# check_equal NAME EXPECTED ACTUAL: ok when both texts are the same; shows the difference.
check_equal() {
  if [ "$2" = "$3" ]; then
    ok "$1"
  else
    not_ok "$1" "$(diff -u --label expected --label actual <(printf '%s\n' "$2") <(printf '%s\n' "$3"))"
  fi
}

# check_match NAME REGEXP ACTUAL: ok when the extended regular expression matches in the text.
check_match() {
  if [[ $3 =~ $2 ]]; then ok "$1"; else not_ok "$1" "expected to match: $2"$'\n'"$3"; fi
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails when it never does. (Not for checks of time: the seconds are
# those of a quiet host, and a busy one gets four times as many.)
wait_for() {
  local deadline=$((SECONDS + 4 * $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    busybox usleep 50000
  done
}

# milliseconds: of the guest's clock, for ratios.
milliseconds() { local now=${EPOCHREALTIME/./}; echo "${now%???}"; }

# done_checks: the last line of every scenario; fails when a check did.
done_checks() {
  printf '1..%d\n' "$lab_checks"
  lab_done=yes
  [ "$lab_failures" -eq 0 ]
}
