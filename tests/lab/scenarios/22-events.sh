# What udev's rules ask for each event: -u, -c, -U, -C. One device among 256: the same answer as the packaged tool's, no device
# opened, none but that one looked at, and few system calls.
# mem: 1536
# timeout: 420
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time
san_scsi_debug 8 32 8 || exit
pretend_udevd
mkdir -p /etc/multipath
wwid() { sed 's/^naa\./3/' "/sys/block/$1/device/wwid"; }
configure() { printf 'defaults {\n  find_multipaths %s\n}\nblacklist {\n  devnode "^(ram|loop|sr)"\n}\n' "$1" >/etc/multipath.conf; }
one=$(ls -d /sys/block/sd* | sort | sed -n 100p) one=${one##*/}
trace=/run/lab/trace

# few NAME MOST ARGUMENT...: few system calls, no device opened, and the packaged tool's output and status.
few() {
  local name=$1 most=$2 status their_status calls
  shift 2
  traced $trace multipath "$@"; status=$?
  traced $trace.theirs packaged-multipath "$@"; their_status=$?
  check_equal "$name: output and status as the packaged tool's" "$(cat $trace.theirs.out; echo "status $their_status")" "$(cat $trace.out; echo "status $status")"
  calls=$(calls_of $trace loaded)
  note "$name: $calls system calls beyond the loader's, $(calls_of $trace) in all; packaged $(calls_of $trace.theirs loaded) and $(calls_of $trace.theirs)"
  check "$name: at most $most system calls" test "$calls" -gt 5 -a "$calls" -le "$most"
  check_equal "$name: no device is opened" "" "$(block_nodes_opened $trace)"
  check_equal "$name: no other disk is looked at" "" "$(grep -oE '"[^"]*\bsd[a-z]+\b[^"]*"' $trace | grep -vE "\b$one\b" | head -n 3)"
  check_equal "$name: no process or thread is made" 0 "$(grep -cE '\b(clone3?|v?fork)\(' $trace)"
}

note "--- a path"
for mode in strict off greedy; do
  configure $mode
  few "-u, find_multipaths $mode" 60 -u $one
  few "-c, find_multipaths $mode" 60 -c /dev/$one
done
configure strict
multipath -a /dev/$one >/dev/null
few "-u, strict, of a unit in the wwids file" 60 -u $one
few "-c, strict, of a unit in the wwids file" 60 -c /dev/$one
configure on
check_equal "find_multipaths on needs the other disks: their cached pages say yes" 'DM_MULTIPATH_DEVICE_PATH="1"' "$(multipath -u $one)"
configure smart
few "-u, smart, of a unit in the wwids file" 60 -u $one
rm -f /etc/multipath/wwids

note "--- a map among 32"
configure off
multipath -v0 -p multibus
dmsetup mknodes
check_equal "there are 32 maps" 32 "$(dmsetup ls --target multipath | wc -l)"
map=$(wwid $one)
node=$(basename "$(readlink -f "/sys/dev/block/$(dmsetup info -c --noheadings -o major,minor "$map")")")
rm -f /etc/multipath/wwids
few "-u of a path in a map" 60 -u $one
one=nothing
few "-U of a map with paths" 60 -U -v1 "$node"
few "-C by its name" 60 -C "$map"
few "-C by its node" 60 -C "/dev/$node"
done_checks
