# Captures: what this machine prints, and what a replay of its capture prints.

# reading_jobs DISK...: a line for each reading job, with the disks for those that are about a disk.
reading_jobs() {
  local disk
  printf '%s\n' '-ll' '-l' '-d -v3' '-T' 'show paths' 'show paths --json' 'show maps --json' 'plan' 'plan --json'
  for disk; do
    printf '%s\n' "explain /dev/$disk" "holders /dev/$disk" "holders --json /dev/$disk" "clear-holders --dry-run /dev/$disk" \
      "-c /dev/$disk" "-u $disk"
  done
}

# changing_jobs DISK...: a line for each job that changes maps; on the capture alone.
changing_jobs() {
  local disk map
  printf '%s\n' '' '-r' '-F' 'apply' 'flush --all' 'show config' 'show metrics'
  while read -r map _; do
    printf '%s\n' "-C $map" "-U $map" "-r $map" "-f $map" "resize $map" "queue on $map" "switchgroup $map 1" "rename $map other" \
      "udev-map $(dmsetup info -c --noheadings --separator : -o major,minor "$map")"
  done < <(dmsetup ls --target multipath 2>/dev/null | grep -v '^No devices')
  for disk; do
    printf '%s\n' "/dev/$disk" "-a /dev/$disk" "-w /dev/$disk" "fail $disk" "reinstate $disk" "event change $(cat "/sys/block/$disk/dev")" \
      "clear-holders --check $disk"
  done
}

# check_capture NAME DISK...: captures this machine to /out/NAME/host, and runs every reading job on the machine and on the
# capture: both print the same bytes, on both streams, with the same status. What the machine printed stays in
# /out/NAME/expected, a file for each job with its command line, status, output and errors.
check_capture() {
  local name=$1 folder=/out/$1 job number=0 differs=
  shift
  busybox mkdir -p "$folder/expected"
  lab_answers() {
    local status=0
    # shellcheck disable=SC2086
    multipath "${@:2}" $1 >/run/lab/job.out 2>/run/lab/job.err || status=$?
    printf '# multipath %s\n# status %d\n' "$1" "$status"
    cat /run/lab/job.out
    echo '# stderr'
    cat /run/lab/job.err
  }
  while read -r job; do
    number=$((number + 1))
    lab_answers "$job" >"$folder/expected/$(printf %02d $number)"
  done < <(reading_jobs "$@")
  check "$name: captured" multipath capture "$folder/host"
  number=0
  while read -r job; do
    number=$((number + 1))
    lab_answers "$job" --host "$folder/host" >/run/lab/replayed
    cmp -s /run/lab/replayed "$folder/expected/$(printf %02d $number)" ||
      differs+="$job"$'\n'"$(diff "$folder/expected/$(printf %02d $number)" /run/lab/replayed | head -n 8)"$'\n'
  done < <(reading_jobs "$@")
  check_equal "$name: $number jobs print the same from the capture" "" "$differs"
  differs=
  while read -r job; do
    # shellcheck disable=SC2086
    multipath --host "$folder/host" $job </dev/null >/run/lab/job.out 2>/run/lab/job.err || true
    if grep -q 'has no answer to' /run/lab/job.err; then
      differs+="$job"$'\n'"$(grep 'has no answer to' /run/lab/job.err | head -n 4)"$'\n'
    fi
  done < <(changing_jobs "$@")
  check_equal "$name: the capture answers every question of the jobs that change maps" "" "$differs"
}
