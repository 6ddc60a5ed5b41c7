# kill -9 at every step of a job, from its first change to its end: device-mapper calls, state files' opening, writing, syncing and
# renaming, waiting for udev. At once: no map suspended, none that lost its table, no queueing changed, no path in two maps,
# no state file cut short. After the next run: all is as if nothing had happened. Ends in a table of what was left behind.
# mem: 1280
# timeout: 1500
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time
pair_of_units
printf 'defaults {\n  user_friendly_names yes\n  no_path_retry queue\n}\n' >/etc/multipath.conf
state=/etc/multipath

quiet() { "$@" >/dev/null 2>&1; }
clean() { remove_maps; rm -rf $state; }
partitions() { local map; for map; do dmsetup create "$map-part1" --noudevsync --uuid "part1-$(dmsetup info -c --noheadings -o uuid "$map")" --table "0 2048 linear /dev/mapper/$map 64"; done; }
prepare_create() { :; }
prepare_reload() { quiet multipath -v0 -q; quiet multipath -v0 -q -r -p multibus; }
prepare_rename() { quiet multipath -v0 -q; dmsetup rename mpatha other; dmsetup rename mpathb another; partitions other another; }
prepare_swap() {
  quiet multipath -v0 -q
  dmsetup rename mpatha third; dmsetup rename mpathb mpatha; dmsetup rename third mpathb
  partitions mpatha mpathb
}
prepare_flush() { quiet multipath -v0 -q; partitions mpatha mpathb; }
create=(multipath -q) reload=(multipath -q -p failover) rename=(multipath -q) swap=(multipath -q) flush=(multipath -F)

not_queueing() { dmsetup table --target multipath | grep -vE 'queue_if_no_path|^No devices|: *$'; }
litter() { find $state -name '*.new*' 2>/dev/null; }
# What a job makes when nobody disturbs it.
picture() { dmsetup table 2>/dev/null | grep -v '^No devices' | sort; cat $state/wwids $state/bindings 2>/dev/null; litter; }

# The calls that are killed at, before they are done: their numbers among those of the same kinds in the first thread, from the first
# change on. (ioctls that only look are passed over.)
kinds=ioctl,mkdir,write,fchmod,fsync,rename,unlink,semop,semtimedop
steps_of() {
  strace -f -e trace=$kinds -o /run/lab/trace "$@" >/dev/null 2>&1
  awk 'NR == 1 { main = $1 } $1 != main { next } / <\.\.\. / { next } { sub(/^[0-9]+ +/, "") } !/^[a-z]+\(/ { next } { ++n }
       { changes = $0 ~ /DM_(DEV_CREATE|DEV_REMOVE|DEV_RENAME|DEV_SUSPEND|TABLE_LOAD|TABLE_CLEAR)/ }
       changes || /^(mkdir|fchmod)/ { begun = 1 }
       begun && (changes || !/^ioctl/) { match($0, /DM_[A-Z_]+/); print n, (RSTART > 0 ? substr($0, RSTART, RLENGTH) : substr($0, 1, index($0, "(") - 1)) }' /run/lab/trace
}

printf '%-8s %6s %10s %10s %9s %11s %8s %6s\n' job kills suspended tableless queueing 'two owners' 'cut short' litter >/run/lab/table
for job in create reload rename swap flush; do
  declare -n command=$job
  clean
  prepare_$job
  mapfile -t steps < <(steps_of "${command[@]}")
  wanted=$(picture)
  check "$job has steps" test ${#steps[@]} -ge 2
  left_suspended=0 left_tableless=0 left_queueing=0 left_shared=0 left_cut=0 left_litter=0 unmended=
  for step in "${steps[@]}"; do
    read -r number name <<<"$step"
    clean
    prepare_$job
    before=$(cat $state/wwids $state/bindings 2>/dev/null)
    strace -o /dev/null -e trace=$kinds -e "inject=$kinds:signal=KILL:when=$number" "${command[@]}" >/run/lab/out 2>&1
    [ -z "$(suspended)" ] || left_suspended=$((left_suspended + 1))
    # A map that is being made has no table for a moment: nobody could use it before, and the next run mends it.
    [ -z "$(tableless)" ] || { left_tableless=$((left_tableless + 1)); [ $job = create ] || not_ok "$job killed at $name ($number): a map lost its table"; }
    [ -z "$(not_queueing)" ] || left_queueing=$((left_queueing + 1))
    [ -z "$(shared_paths)" ] || left_shared=$((left_shared + 1))
    [ -z "$(cut_short '3[0-9a-f]{32}')" ] && [ "$(cat $state/wwids $state/bindings 2>/dev/null | grep -cxF -- "${before:-no such line}")" -ge "$([ -z "$before" ] && echo 0 || grep -c '' <<<"$before")" ] || left_cut=$((left_cut + 1))
    [ -z "$(litter)" ] || left_litter=$((left_litter + 1))
    quiet "${command[@]}"
    [ "$(picture)" = "$wanted" ] || unmended+="$name ($number): $(diff <(echo "$wanted") <(picture))"$'\n'
  done
  check_equal "$job, killed ${#steps[@]} times: no map is suspended" 0 $left_suspended
  check_equal "$job: no queueing changed" 0 $left_queueing
  check_equal "$job: no path in two maps" 0 $left_shared
  check_equal "$job: no state file cut short" 0 $left_cut
  check_equal "$job: the next run mends it all" "" "$unmended"
  printf '%-8s %6s %10s %10s %9s %11s %8s %6s\n' $job ${#steps[@]} $left_suspended $left_tableless $left_queueing $left_shared $left_cut $left_litter >>/run/lab/table
done
note "what was left behind at once (the next run mended all of it):"
note "$(cat /run/lab/table)"
note "semaphores of udev's cookies that nobody destroys: $(ipcs -s | grep -c '^0x0d4d')"
clean
done_checks
