# Two bcaches on one cache set, a volume group over one of them; a backing device without a cache.
# timeout: 400
# mem: 1536
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua ext4
if ! modprobe bcache 2>/dev/null || ! command -v make-bcache >/dev/null; then
  skip "bcache" "the guest has none"
  done_checks
  exit
fi
one=$(san_map one 64M)
two=$(san_map two 64M)
fast=$(san_map fast 160M)
make-bcache --bucket 64k -B "/dev/mapper/$one" "/dev/mapper/$two" -C "/dev/mapper/$fast" --writeback >/dev/null 2>&1
for map in "$fast" "$one" "$two"; do echo "/dev/mapper/$map" >/sys/fs/bcache/register 2>/dev/null; done
check "there are two bcaches" wait_for 20 test -b /dev/bcache1
check "they have one cache set" wait_for 20 sh -c 'test $(ls -d /sys/block/bcache*/bcache/cache | wc -l) = 2' || note "$(dmesg | grep bcache)"
make_ext4 /dev/bcache0
mkdir -p /mnt/stack
mount /dev/bcache0 /mnt/stack
fill /mnt/stack
# The kernel writes back what is dirty when it likes, and the cache's index half a minute later; bytes of disks are compared.
restless=fast
sync; for running in /sys/block/bcache*/bcache/writeback_running; do echo 0 >$running; done; sleep 1
still_there() { wait_for 10 test -b /dev/bcache0 && wait_for 10 test -b /dev/bcache1 && { mountpoint -q /mnt/stack || mount /dev/bcache0 /mnt/stack; }; }
check_match "the other bcache of the set is collateral" "collateral" "$(multipath clear-holders --dry-run --umount "$one" 2>&1)"
check_stack "two bcaches on one set" "$(first_path)" -- --umount --allow-collateral

# A backing device whose cache is not there: bcache has taken it, and there is no bcacheN.
umount /mnt/stack
for set in /sys/fs/bcache/*-*; do echo 1 >"$set/stop"; done
wait_for 20 sh -c '! ls -d /sys/block/bcache* /sys/block/dm-*/bcache' || note "$(ls -d /sys/block/bcache* /sys/block/dm-*/bcache)"
echo "/dev/mapper/$one" >/sys/fs/bcache/register
still_there() { test -d /sys/block/"$(ls /sys/block/"$(path_disk one 0)"/holders)"/bcache && ! test -b /dev/bcache0; }
check_stack "a backing device without its cache" "$(first_path)" --
done_checks
