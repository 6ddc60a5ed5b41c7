# What udev's rules ask for each event: multipath_id with -u, -U and udev-map; and the same questions to multipath. One device
# among 256: the same answer as the packaged tool's, no device opened, none but that one looked at, and few system calls.
# mem: 1536
# timeout: 600
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time
san_scsi_debug 8 32 8 || exit
pretend_udevd
mkdir -p /etc/multipath
configure() { printf 'defaults {\n  find_multipaths %s\n}\nblacklist {\n  devnode "^(ram|loop|sr)"\n}\n' "$1" >/etc/multipath.conf; }
one=$(ls -d /sys/block/sd* | sort | sed -n 100p) one=${one##*/}
trace=/run/lab/trace

# few NAME ARGUMENT...: few system calls, no device opened, and the packaged tool's output and status. Its -u says no for
# want of a daemon, so that what it says to -c is what counts.
few() {
  local name=$1 status their_status calls their_calls
  local theirs=("${@:2}")
  shift
  case $1 in
    -u) theirs=(-c "/dev/$2") ;;
    -U | -C) theirs=(-C "/dev/$node") ;;   # the only form that it answers here: for others -U wants udev's environment
  esac
  traced $trace multipath "$@"; status=$?
  traced $trace.theirs packaged-multipath "${theirs[@]}"; their_status=$?
  [ "$1" != -u ] || their_status=0
  check_equal "$name: output and status as the packaged tool's" "$(cat $trace.theirs.out; echo "status $their_status")" "$(cat $trace.out; echo "status $status")"
  traced $trace.theirs packaged-multipath "$@"
  calls=$(calls_of $trace loaded) their_calls=$(calls_of $trace.theirs loaded)
  note "$name: $calls system calls beyond the loader's, $(calls_of $trace) in all; packaged $their_calls and $(calls_of $trace.theirs)"
  [ "$their_calls" -gt 60 ] || their_calls=60
  check "$name: at most 60 system calls beyond the loader's, or the packaged tool's" test "$calls" -gt 5 -a "$calls" -le "$their_calls"
  check_equal "$name: no device is opened" "" "$(block_nodes_opened $trace)"
  check_equal "$name: no other disk is looked at" "" "$(grep -oE '"[^"]*\bsd[a-z]+\b[^"]*"' $trace | grep -vE "\b$one\b" | head -n 3)"
  check_equal "$name: no process or thread is made" 0 "$(grep -cE '\b(clone3?|v?fork)\(' $trace)"
}
# short NAME MOST ARGUMENT...: multipath_id answers as multipath, without starting it, with few system calls in all. 60 are enough,
# unless a disk that is not in a map may be claimed: mounts, swaps and holders are read first.
short() {
  local name=$1 most=$2 expected calls
  shift 2
  expected=$(multipath "$@"; echo "status $?")
  traced $trace multipath_id "$@"
  check_equal "$name: multipath_id answers as multipath" "$expected" "$(echo "status $?" | cat $trace.out -)"
  calls=$(calls_of $trace)
  note "$name: multipath_id, $calls system calls in all"
  check "$name: multipath_id makes at most $most system calls" test "$calls" -gt 5 -a "$calls" -le "$most"
  check_equal "$name: multipath_id opens no device" "" "$(block_nodes_opened $trace)"
  check_equal "$name: multipath_id starts no program" 1 "$(grep -c 'execve(' $trace)"
}

note "--- a path"
# (Before a disk is claimed it is seen whether somebody uses it: mounts, swaps, holders.)
for mode in off on strict greedy; do
  configure $mode
  few "-u, find_multipaths $mode" -u $one
  short "-u, find_multipaths $mode" $([ $mode = greedy ] && echo 95 || echo 60) -u $one
  few "-c, find_multipaths $mode" -c /dev/$one
done
configure off
few "-i -c, find_multipaths off" -i -c /dev/$one
configure strict
multipath -a /dev/$one >/dev/null
for mode in off on strict smart; do
  configure $mode
  few "-u, $mode, of a unit in the wwids file" -u $one
  short "-u, $mode, of a unit in the wwids file" 95 -u $one
  few "-c, $mode, of a unit in the wwids file" -c /dev/$one
done
rm -f /etc/multipath/wwids
check_equal "smart looks at the other disks for a second path: their cached pages say yes" 'DM_MULTIPATH_DEVICE_PATH="1"' "$(multipath -u $one)"
check_equal "and so does the packaged tool" 'DM_MULTIPATH_DEVICE_PATH="1"' "$(packaged-multipath -c /dev/$one 2>/dev/null)"

note "--- a map among 32"
configure off
multipath -v0 -p multibus
dmsetup mknodes
check_equal "there are 32 maps" 32 "$(dmsetup ls --target multipath | wc -l)"
map=$(multipath -l -v1 /dev/$one)
node=$(basename "$(readlink -f "/sys/dev/block/$(dmsetup info -c --noheadings -o major,minor "$map")")")
rm -f /etc/multipath/wwids
few "-u of a path in a map" -u $one
short "-u of a path in a map" 60 -u $one
one='sd[a-z]+'
few "-U of a map with paths" -U -v1 "$node"
short "-U of a map with paths" 60 -U "$node"
short "udev-map" 60 udev-map "$(cat "/sys/block/$node/dev")"
few "-C by its name" -C "$map"
few "-C by its node" -C "/dev/$node"

note "--- the partitions of a map among 32"
printf 'label: gpt\nsize=1M\nsize=1M\n' | sfdisk -q --no-reread --no-tell-kernel "/dev/mapper/$map"
check_equal "partitions gets both" 2 "$(multipath partitions --no-wait "$map" | grep -c '^create ')"
dmsetup mknodes
traced $trace multipath partitions --no-wait "$map"
traced $trace.theirs kpartx -un -p -part "/dev/mapper/$map"
calls=$(calls_of $trace loaded)
note "partitions that are right: $calls system calls beyond the loader's, kpartx $(calls_of $trace.theirs loaded); of device-mapper $(grep -c 'ioctl(.*DM_' $trace), kpartx $(grep -c 'ioctl(.*DM_' $trace.theirs)"
check "at most 110 system calls" test "$calls" -gt 5 -a "$calls" -le 110
check "at most 10 of them device-mapper's" test "$(grep -c 'ioctl(.*DM_' $trace)" -le 10
check_equal "no other device is opened" "$node" "$(block_nodes_opened $trace)"

check_equal "-C of a node that is no map" "$(packaged-multipath -C dm-999 >/dev/null 2>&1; echo $?)" "$(multipath -C dm-999 >/dev/null 2>&1; echo $?)"
done_checks
