# Blockers of clear-holders, each reported with a remedy: a hung map, a suspended map, a hidden open file, a namespace without a
# process, an export, a system file system, a locked disk. Unusual map names. Runs without root.
# timeout: 300
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua ext4

one=$(san_map one 64M)
make_ext4 "/dev/mapper/$one"
mkdir -p /mnt/stack /mnt/elsewhere
disk=$(path_disk one 0)

# blocked NAME STATUS REGEXP OPTION...: a run fails with that exit status and text, and changes nothing.
blocked() {
  local name=$1 status=$2 expected=$3 before output
  shift 3
  before=$(everything)
  output=$(multipath clear-holders --yes "$@" "$one" 2>&1) && set -- 0 || set -- $?
  check_equal "$name: status" "$status" "$1"
  check_match "$name: reported with a remedy" "$expected" "$output"
  check_equal "$name: changed nothing" "$before" "$(everything)"
}

dmsetup message "$one" 0 queue_if_no_path
for path in $(unit_disks one); do dmsetup message "$one" 0 fail_path "$(cat "/sys/block/$path/dev")"; done
check "holders does not wait for a map that queues without a path" timeout 60 multipath holders "$one"
blocked "a map that queues without a path" 3 "queueing: .*fail_if_no_path"
check_match "its queueing is unchanged" "queue_if_no_path" "$(dmsetup table "$one")"
dmsetup message "$one" 0 fail_if_no_path
for path in $(unit_disks one); do dmsetup message "$one" 0 reinstate_path "$(cat "/sys/block/$path/dev")"; done

dmsetup suspend --nolockfs --noflush "$one"
blocked "a suspended map" 3 "suspended: .*dmsetup resume"
dmsetup resume "$one"

# A descriptor in transit through a socket is in no descriptor table.
python3 -c '
import os, socket, sys, time
left, right = socket.socketpair(socket.AF_UNIX)
device = os.open(sys.argv[1], os.O_RDONLY)
socket.send_fds(left, [b"x"], [device])
os.close(device)
open("/run/lab/sent", "w").close()
time.sleep(1000)' "/dev/mapper/$one" &
wait_for 20 test -e /run/lab/sent
blocked "an unknown holder" 3 "busy: .*unknown holder"
kill %1; wait %1 2>/dev/null

# A namespace kept only by a bind mount.
mkdir /run/lab/ns
mount --bind /run/lab/ns /run/lab/ns
mount --make-private /run/lab/ns
touch /run/lab/ns/kept
unshare --mount=/run/lab/ns/kept --propagation private mount "/dev/mapper/$one" /mnt/elsewhere
check_fails "the mount is in no mountinfo" grep -q elsewhere /proc/*/mountinfo
blocked "a mount in a namespace without a process" 3 "mounted-hidden: .*umount /run/lab/ns/kept" --umount --umount-ns
umount /run/lab/ns/kept

store=/sys/kernel/config/target/core/fileio_7/given
mkdir -p $store
echo "fd_dev_name=/dev/mapper/$one,fd_dev_size=$((64 << 20))" >$store/control
echo 1 >$store/enable
blocked "an export of the target" 3 "exported: LIO fileio_7/given"
rmdir $store /sys/kernel/config/target/core/fileio_7

mount "/dev/mapper/$one" /boot
blocked "a system file system" 5 "protected: .*/boot is on it.*--force-protected=dm-0" --umount
check "--force-protected takes it down" multipath clear-holders --yes --umount --force-protected=dm-0 "$one"
check_fails "it is unmounted" mountpoint -q /boot
one=$(map_of one)

flock -o "/dev/$disk" sleep 1000 &
sleep 0.5
blocked "a locked disk" 3 "locked: process [0-9]+ \(flock\) has /dev/$disk locked.*wait until it is done"
kill $!; wait $! 2>/dev/null
flock -o "/dev/$disk" sleep 3 &
sleep 0.5
check_match "a short lock is waited for" "waiting: process" "$(multipath clear-holders --yes "$one" 2>&1)"
check "then the map is removed" multipath clear-holders --check "/dev/$disk"
one=$(map_of one)

# The map is mounted while the prompt waits.
output=$( (sleep 3; mount "/dev/mapper/$one" /mnt/stack; echo yes) | multipath clear-holders "$one" 2>&1) && status=0 || status=$?
check_equal "a mount while the prompt waits: status" 3 "$status"
check_match "a mount while the prompt waits is reported" "mounted: " "$output"
check "the mount is unchanged" mountpoint -q /mnt/stack
umount /mnt/stack

# One of two partitions of the map as the target.
printf 'label: gpt\nsize=20M\nsize=20M\n' | sfdisk -q --wipe always "/dev/mapper/$one"
kpartx -a -p -part "/dev/mapper/$one"
for part in 1 2; do make_ext4 "/dev/mapper/$one-part$part"; mkdir -p /mnt/part$part; mount "/dev/mapper/$one-part$part" /mnt/part$part; done
check_match "a partition as the target: a note says that the map stays" "is a partition: it stays, and so does the map" \
  "$(multipath clear-holders --dry-run --umount "$one-part1" 2>&1)"
check "the users of the partition are removed" multipath clear-holders --yes --umount "$one-part1"
check_fails "its file system is unmounted" mountpoint -q /mnt/part1
check "the other partition is still mounted" mountpoint -q /mnt/part2
check "the partition map stays" test -b "/dev/mapper/$one-part1"
check "--check of the partition succeeds" multipath clear-holders --check "$one-part1"
check_status "--check of the map fails" 3 multipath clear-holders --check "$one"

# dmsetup encodes a blank in a name as \x20.
echo "0 2048 linear /dev/mapper/$one-part1 0" | dmsetup --verifyudev create 'a b:c'
check_match "a name with a blank is shown" 'a\\x20b:c' "$(multipath holders "$one" 2>&1)"
check "a map with a blank in its name is removed" multipath clear-holders --yes --umount "$one"
check_equal "no map is left" "No devices found" "$(dmsetup ls)"

one=$(map_of one)
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
output=$(as_nobody multipath holders "/dev/$disk" 2>&1) && status=0 || status=$?
check_equal "holders without root: exit status 0" 0 "$status"
check_match "the tree contains the map" "dm-0 $one  multipath" "$output"
check_match "unreadable data is reported" "cannot be seen; try it as root" "$output"
check_status "taking down requires root privilege" 9 as_nobody multipath clear-holders --yes "/dev/$disk"
check "the map is still there" dmsetup info "$one"
done_checks
