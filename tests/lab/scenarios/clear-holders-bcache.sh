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
still_there() { wait_for 10 test -b /dev/bcache0 && wait_for 10 test -b /dev/bcache1 && { mountpoint -q /mnt/stack || mount /dev/bcache0 /mnt/stack; }; }
check_match "the other bcache of the set is collateral" "collateral" "$(multipath clear-holders --dry-run --umount "$one" 2>&1)"
check_stack "two bcaches on one set" "$(first_path)" -- --umount --allow-collateral

# Without a cache: a backing device whose bcache is stopped by itself.
umount /mnt/stack
for set in /sys/fs/bcache/*-*; do echo 1 >"$set/stop"; done
wait_for 20 sh -c '! test -e /dev/bcache0'
make-bcache --wipe-bcache -B "/dev/mapper/$one" >/dev/null 2>&1 || note "make-bcache failed"
echo "/dev/mapper/$one" >/sys/fs/bcache/register 2>/dev/null
check "a bcache without a cache" wait_for 20 test -b /dev/bcache0
make_ext4 /dev/bcache0
mount /dev/bcache0 /mnt/stack
fill /mnt/stack
still_there() { wait_for 10 test -b /dev/bcache0 && { mountpoint -q /mnt/stack || mount /dev/bcache0 /mnt/stack; }; }
check_stack "a bcache without a cache" "$(first_path)" -- --umount
done_checks
