# A mount that only another mount namespace has: named, left alone, and unmounted there when that is asked for. Wiping.
# Two runs at once, Ctrl-C, a time limit.
# timeout: 300
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua ext4

one=$(san_map one 64M)
make_ext4 "/dev/mapper/$one"
mkdir -p /mnt/stack /mnt/elsewhere
mount "/dev/mapper/$one" /mnt/elsewhere
fill /mnt/elsewhere
umount /mnt/elsewhere
unshare -m --propagation private sh -c "mount /dev/mapper/$one /mnt/elsewhere && touch /run/lab/mounted && exec sleep 1000" &
keeper=$!
wait_for 20 test -e /run/lab/mounted
check_fails "our own namespace does not have it" mountpoint -q /mnt/elsewhere
output=$(multipath clear-holders --yes --umount "$one" 2>&1)
check_match "the process in the other namespace is named" "mounted-elsewhere.*/mnt/elsewhere.*sleep, pid $keeper" "$output"
check_status "and nothing is done" 3 multipath clear-holders --yes --umount "$one"
check "asked for, it is unmounted there" multipath clear-holders --yes --umount --umount-ns "$one"
check "the disk is clear" multipath clear-holders --check "$(first_path)"
kill $keeper

one=$(map_of one)
mount "/dev/mapper/$one" /mnt/elsewhere
# A namespace with a copy of all mounts that follows ours is no blocker: its copy goes with ours.
mount --make-rshared /
unshare -m --propagation slave sleep 1000 &
wait_for 10 sh -c "[ \$(readlink /proc/$!/ns/mnt) != \$(readlink /proc/self/ns/mnt) ]"
check "a copy that follows ours goes with it" multipath clear-holders --yes --umount "$one"
kill %%

one=$(map_of one)
exec 9>/run/multipath-clear-holders.lock
echo "process 4711" >&9
flock 9
output=$(multipath clear-holders --yes "$one" 2>&1)
check_match "the second of two runs says who has the lock" "process 4711" "$output"
check_status "and does nothing" 3 multipath clear-holders --yes "$one"
exec 9>&-

check_status "without a typed word nothing is wiped" 6 sh -c "echo no | multipath clear-holders --yes --wipe --wipe-backup /run/lab/save '$one'"
check_equal "the file system is still known" ext4 "$(blkid -p -o value -s TYPE "/dev/mapper/$one")"
sync
store=$(md5sum <"$lab_san/one/store")
check "wiping" multipath clear-holders --yes --wipe --yes-wipe --wipe-backup /run/lab/save "$one"
check_equal "there is no signature any more" "" "$(blkid -p -o value -s TYPE "$(first_path)")"
check "the signature was saved" sh -c 'ls /run/lab/save/*.bak'
one=$(map_of one)
check "it can be restored from there" bash -e -c "$(multipath clear-holders --dry-run --wipe --wipe-backup /run/lab/save "$one" | sed -n 's/^ *back: \(for .*\)/\1/p')"
sync
check_equal "and is the same again" "$store" "$(md5sum <"$lab_san/one/store")"
check "down once more" multipath clear-holders --yes "$one"
check_status "an unknown device is status 2" 2 multipath clear-holders --yes /dev/nothing
check_status "no device at all is status 1" 1 multipath clear-holders --yes
done_checks
