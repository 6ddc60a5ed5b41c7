# A run that is killed, or refused by the kernel, at each of its device-mapper ioctls in turn: no map stays suspended, none
# stays without a table once the next run has ended, and a refusal is told.
# mem: 1280
# timeout: 560
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time
pair_of_units
maps=("$one" "$two")

# What each job is done to: prepare_JOB makes the state before it, JOB does it.
prepare_create() { multipath -F; }
prepare_reload() { multipath -v0; multipath -v0 -r -p multibus; }
prepare_rename() { multipath -v0; dmsetup rename "$one" other; }
prepare_flush() { multipath -v0; }
create=(multipath) reload=(multipath -p failover) rename=(multipath) flush=(multipath -F)

all_right() {
  local map
  for map in "${maps[@]}"; do [ "$(dmsetup table "$map" | grep -oE ' [0-9]+:[0-9]+ ' | wc -l)" -eq 3 ] || return; done
  [ -z "$(suspended)" ] && [ -z "$(tableless)" ] && [ "$(map_names | wc -l)" -eq 2 ]
}

# A line for each ioctl of a run that writes to device-mapper: its number among all ioctls of the first thread, and its
# name. (strace counts by thread; other threads only ask disks.)
writes_of() {
  strace -f -e trace=ioctl -o /run/lab/trace "$@" >/dev/null 2>&1
  awk 'NR == 1 { main = $1 } $1 == main && /ioctl\(/ { ++n } $1 == main && /DM_(DEV_CREATE|DEV_REMOVE|DEV_RENAME|DEV_SUSPEND|TABLE_LOAD|TABLE_CLEAR)/ { match($0, /DM_[A-Z_]+/); print n, substr($0, RSTART, RLENGTH) }' /run/lab/trace
}

for job in create reload rename flush; do
  declare -n command=$job
  remove_maps
  prepare_$job >/dev/null 2>&1
  mapfile -t writes < <(writes_of "${command[@]}")
  check "$job writes to device-mapper" test ${#writes[@]} -ge 1
  note "$job: ${writes[*]}"
  for write in "${writes[@]}"; do
    read -r number name <<<"$write"
    remove_maps
    prepare_$job >/dev/null 2>&1
    strace -o /dev/null -e trace=ioctl -e "inject=ioctl:signal=KILL:when=$number" "${command[@]}" >/run/lab/out 2>&1
    check_equal "killed at $job's $name ($number): no map is suspended" "" "$(suspended)"
    multipath -v0 >/run/lab/out 2>&1
    if all_right; then ok "the next run mends it"; else not_ok "the next run mends it" "$(dmsetup table; dmsetup info -c; cat /run/lab/out; multipath -d 2>&1)"; fi
  done
  for error in EBUSY ENOMEM; do
    for write in "${writes[@]}"; do
      read -r number name <<<"$write"
      remove_maps
      prepare_$job >/dev/null 2>&1
      before=$(dmsetup table | sort)
      strace -o /dev/null -e trace=ioctl -e "inject=ioctl:error=$error:when=$number" "${command[@]}" >/run/lab/out 2>/run/lab/err
      status=$?
      # A map that is busy for a moment is flushed all the same.
      if [ $job:$error = flush:EBUSY ]; then
        check_equal "$job's $name ($number) ends in $error once: it is tried again, exit status 0" 0 $status
        check_equal "and no map is left" "" "$(map_names)"
        continue
      fi
      case $error in EBUSY) said='Device or resource busy' ;; *) said='Cannot allocate memory' ;; esac
      check_equal "$job's $name ($number) ends in $error: exit status 1" 1 $status
      check_match "it is said" "$said" "$(cat /run/lab/err)"
      check_equal "no map is suspended" "" "$(suspended)"
      check_equal "no map is without a table" "" "$(tableless)"
      [ $job = rename ] || check "the other map was done" test "$(comm -3 <(echo "$before") <(dmsetup table | sort) | wc -l)" -ge 1
      multipath -v0 >/run/lab/out 2>&1
      if all_right; then ok "the next run repairs it"; else not_ok "the next run repairs it" "$(dmsetup table; cat /run/lab/out)"; fi
    done
  done
done
remove_maps
done_checks
