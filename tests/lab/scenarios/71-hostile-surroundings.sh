# The machine around the program is broken: full and read-only file systems, no memory, udevd stopped or slow, other runs at the same time,
# a configuration of 100,000 lines, an environment of nonsense, a storm of uevents. After each: no map suspended or without a
# table, no path in two maps, no file cut short, a message where something failed, and the next run mends what is left.
# mem: 1536
# timeout: 1200
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time
san_scsi_debug 3 4 16
pretend_udevd
state=/etc/multipath
unlisted='devices {\n  device {\n    vendor Linux\n    product scsi_debug\n  }\n}\n'
configure() { printf "$unlisted"'defaults {\n  user_friendly_names yes\n%b}\n' "${1-}" >/etc/multipath.conf; }
configure
units=4

broken() { suspended; tableless; shared_paths; cut_short; }
tables() { dmsetup table --target multipath | grep -v '^No devices' | sort; }
rows=()
# after NAME TIMES: nothing is broken, the next run makes all maps, and a row of the table at the end.
after() {
  check_equal "$1: nothing is left broken" "" "$(broken)"
  check "$1: the next run succeeds" multipath -v0
  check_equal "$1: and has all maps" $units "$(dmsetup ls --target multipath | wc -l)"
  check_equal "$1: and nothing is broken" "" "$(broken)"
  rows+=("$(printf '%-52s %6s   %s' "$1" "$2" "${3:-nothing}")")
}

check "undisturbed: it succeeds" multipath -v0
wanted=$(tables)
check_equal "undisturbed: all maps" $units "$(dmsetup ls --target multipath | wc -l)"

note "--- file systems"
remove_maps
rm -rf $state; mkdir -p $state
mount -t tmpfs -o size=4k,nr_inodes=3 none $state
head -c 4096 /dev/zero >$state/filler
multipath >/run/lab/out 2>/run/lab/err
check_equal "$state full: status" 1 $?
check_match "$state full: it is said" "No space left|cannot" "$(cat /run/lab/err)"
check_equal "$state full: no file but the filler has content" "" "$(find $state -type f -size +0 ! -name filler)"
rm $state/filler; umount $state
after "/etc/multipath is full" 1
remove_maps; rm -f $state/*
mount -t tmpfs none $state; mount -o remount,ro $state
multipath >/run/lab/out 2>/run/lab/err
check_equal "$state read-only: status" 1 $?
check_match "$state read-only: it is said" "Read-only file system" "$(cat /run/lab/err)"
umount $state
after "/etc/multipath is read-only" 1
printf "$unlisted" >/etc/multipath.conf
remove_maps; rm -f $state/*
mount -t tmpfs none $state; mount -o remount,ro $state
multipath >/run/lab/out 2>/run/lab/err
note "without aliases: status $?, $(cat /run/lab/err)"
check_equal "$state read-only, no aliases wanted: the maps are there all the same" $units "$(dmsetup ls --target multipath | wc -l)"
umount $state
remove_maps; configure
after "/etc/multipath is read-only, no aliases wanted" 1 "the units are not in the wwids file"
remove_maps
mount -o remount,ro /run 2>/dev/null && readonly_run=1 || readonly_run=0
out=$(multipath -v0 2>&1); status=$?
[ $readonly_run = 0 ] || mount -o remount,rw /run
check_equal "/run read-only: it succeeds" "0 " "$status $out"
after "/run is read-only" 1

note "--- memory"
failures=0 runs=0
for ((limit = 3000; limit <= 64000; limit += limit / 16)); do
  # Less than it takes to load the program says nothing about the program.
  { (ulimit -v $limit; multipath --version) >/dev/null 2>&1; } 2>/dev/null || continue
  remove_maps
  (ulimit -v $limit; multipath -v0) >/run/lab/out 2>/run/lab/err
  status=$?; runs=$((runs + 1))
  [ $status -eq 0 ] || { failures=$((failures + 1)); said=$(head -n 1 /run/lab/err); }
  [ $status -eq 0 ] || [ -s /run/lab/err ] || not_ok "ulimit -v $limit: status $status and no message"
  [ -z "$(broken)" ] || not_ok "ulimit -v $limit: something is broken" "$(broken)"
done
note "of $runs limits of memory under which the program can be loaded $failures ended the run${said:+; the last said: $said}"
check "there are such limits" test $runs -gt 5
after "little memory (ulimit -v), $failures of $runs runs fail" $runs

note "--- udevd"
remove_maps
start_udevd
for ((i = 0; i < 1; ++i)); do
  remove_maps
  before=$(milliseconds)
  pkill -STOP -o systemd-udevd
  timeout 200 multipath -v0 >/run/lab/out 2>/run/lab/err
  status=$?
  pkill -CONT systemd-udevd
  note "udevd stopped: status $status after $(($(milliseconds) - before)) ms: $(cat /run/lab/err)"
  check "udevd stopped: the run ends" test $status -ne 124
  check_equal "udevd stopped: nothing is broken" "" "$(broken)"
  udevd_settle
done
after "udevd is stopped (SIGSTOP)" 1
udev_rule 00-slow 'SUBSYSTEM=="block", KERNEL=="dm-*", PROGRAM="/bin/sleep 3"'
remove_maps
check "udevd slow: it succeeds" multipath -v0
check_equal "udevd slow: the nodes are there when it ends" $units "$(find /dev/mapper -name 'mpath*' | wc -l)"
rm -f /run/udev/rules.d/00-slow.rules; udevadm control --reload
after "udevd takes 3 s for each map" 1
udevd_settle

note "--- others at the same time"
for ((i = 0; i < 6; ++i)); do
  for ((j = 0; j < 3; ++j)); do multipath -v0 >/dev/null 2>&1 & done
  multipath -F >/dev/null 2>&1 &
  multipath -r -v0 >/dev/null 2>&1 &
  wait %1 %2 %3 %4 %5 2>/dev/null
  wait
  [ -z "$(broken)" ] || not_ok "runs at the same time: something is broken" "$(broken)"
done
after "five runs at once, two of them -F and -r" 6
(for ((i = 0; i < 10; ++i)); do for disk in $(disks); do echo change >"/sys/block/$disk/uevent"; done; done) &
storm=$!
for ((i = 0; i < 4; ++i)); do
  multipath -r -v0 >/dev/null 2>&1 || not_ok "a run in a storm of uevents fails"
done
kill $storm 2>/dev/null; wait $storm 2>/dev/null
udevd_settle
after "a storm of uevents (10 for each path)" 4
stop_udevd
pretend_udevd

note "--- configuration"
remove_maps; rm -f $state/*
{ printf "$unlisted"'defaults {\n  user_friendly_names yes\n}\nmultipaths {\n'
  for ((i = 0; i < 25000; ++i)); do printf '  multipath {\n    wwid 3600000000000%08x\n    alias unit%d\n  }\n' $i $i; done
  echo '}'; } >/etc/multipath.conf
check_equal "100,000 lines" 1 "$(($(wc -l </etc/multipath.conf) > 100000))"
before=$(milliseconds)
check "100,000 lines of configuration: it succeeds" multipath -v0
note "with 100,000 lines: $(($(milliseconds) - before)) ms"
check_equal "100,000 lines: the maps are the same" "$(sed 's/^[^:]*//' <<<"$wanted" | sort)" "$(tables | sed 's/^[^:]*//' | sort)"
echo 'no_such_section {' >>/etc/multipath.conf
multipath -v0 >/run/lab/out 2>/run/lab/err
check_equal "a mistake in line 100,010: refused" 1 $?
check_match "and it says the line" "multipath.conf:1000[0-9]+:" "$(cat /run/lab/err)"
configure
after "a configuration of 100,000 lines, a mistake in its last" 2
chmod 666 /etc/multipath.conf
multipath -r >/run/lab/out 2>/run/lab/err
check_equal "a configuration that everybody may write: refused" 1 $?
check_match "and it says why" "others than root may write" "$(cat /run/lab/err)"
chmod 644 /etc/multipath.conf
chown 1000 $state/bindings
multipath -r -v0 >/run/lab/out 2>/run/lab/err
check_equal "bindings of somebody else: refused" 1 $?
chown 0 $state/bindings
after "configuration and bindings that others may write" 2

note "--- environment"
remove_maps
number=0
while read -r words; do
  remove_maps
  number=$((number + 1))
  # shellcheck disable=SC2086
  out=$(env $words /usr/sbin/multipath -v0 2>&1 || env $words "$(command -v multipath)" -v0 2>&1)
  status=$?
  check_equal "environment $words" "0 " "$status $out"
  check_equal "environment $words: the same maps" "$(sed 's/^[^:]*//' <<<"$wanted" | sort)" "$(tables | sed 's/^[^:]*//' | sort)"
done <<'NONSENSE'
LANG=tr_TR.UTF-8 LC_ALL=nonsense LANGUAGE=%s%n
LC_NUMERIC=de_DE.UTF-8 LC_ALL=C.UTF-8
TERM=nonsense COLUMNS=-1 LINES=99999999999999999999 NO_COLOR=
PATH= HOME= TMPDIR=/nowhere
DM_DEFAULT_NAME_MANGLING_MODE=nonsense DM_UDEV_DISABLE_CHECKING=1
IFS=/ BASH_ENV=/etc/passwd SHELL=/nowhere
POSIXLY_CORRECT=1 MALLOC_PERTURB_=165
-i
NONSENSE
after "an environment of nonsense" $number

printf '%-52s %6s   %s\n' 'what was done' times 'left behind' >/run/lab/table
printf '%s\n' "${rows[@]}" >>/run/lab/table
note "$(cat /run/lab/table)"
remove_maps
done_checks
