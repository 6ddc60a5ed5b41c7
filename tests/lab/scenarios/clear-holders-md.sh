# LUKS on an array, with swap on a volume inside; an array that synchronises; one that lacks members; a container with a volume.
# timeout: 400
# mem: 1536
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua dm_crypt raid1 ext4

one=$(san_map one 96M)
two=$(san_map two 96M)
key_file=/run/lab/key
head -c 32 /dev/urandom >$key_file
san_lio other 32M 1
mkswap -q "/dev/$(path_disk other 0)"
swapon "/dev/$(path_disk other 0)"
mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.2 --assume-clean "/dev/mapper/$one" "/dev/mapper/$two" >/dev/null 2>&1
cryptsetup -q luksFormat --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --luks2-metadata-size 64k --luks2-keyslots-size 1M /dev/md0 $key_file
cryptsetup open --key-file $key_file /dev/md0 secret
vgcreate -q -y vg /dev/mapper/secret >/dev/null
lvcreate -q -y -Wn -Zn -L 40M -n data vg >/dev/null
lvcreate -q -y -Wn -Zn -L 16M -n swap vg >/dev/null
mkswap -q /dev/mapper/vg-swap
swapon /dev/mapper/vg-swap
make_ext4 /dev/mapper/vg-data
mkdir -p /mnt/stack
mount /dev/mapper/vg-data /mnt/stack
fill /mnt/stack
still_there() { mountpoint -q /mnt/stack && [ "$(wc -l </proc/swaps)" = 3 ]; }
check_match "both disks named, nothing is collateral" "^ +1 " "$(multipath clear-holders --dry-run --umount --swapoff "$one" "$two" 2>/dev/null | grep level)"
check_status "and nothing is in the way" 0 multipath clear-holders --dry-run --umount --swapoff "$one" "$two"
check_stack "swap and files on LVM on LUKS on md" "$(first_path)" -- --umount --swapoff --allow-collateral
check "down with both" multipath clear-holders --yes --umount --swapoff "$one" "$two"
for unit in one two; do check "the disk of $unit is clear" multipath clear-holders --check "/dev/$(path_disk $unit 0)"; done

# What is inactive is left as it is, byte for byte.
sync
before=$(md5sum "$lab_san"/*/store)
check_match "an inactive stack is nothing to take down" "nothing to take down" "$(multipath clear-holders --yes "$(first_path)" 2>&1)"
check_status "a dry run of it starts nothing" 0 multipath clear-holders --dry-run "$(first_path)"
check_fails "no array has been started" grep -q '^md' /proc/mdstat
sync
check_equal "not a byte of it is changed" "$before" "$(md5sum "$lab_san"/*/store)"

# --start-deps makes the maps first, then what is on them. (LUKS needs its key.)
check_status "--start-deps is refused with a dry run" 1 multipath clear-holders --start-deps --dry-run "$(first_path)"
multipath clear-holders --start-deps >/run/lab/out 2>/run/lab/err && status=0 || status=$?
note "$(cat /run/lab/err)"
check_equal "--start-deps" 0 "$status"
check_equal "there are maps again" 2 "$(dmsetup ls --target multipath | wc -l)"
check "and the array" grep -q '^md' /proc/mdstat
check_equal "on the maps, not on their paths" "" "$(sed -n '/^md/p' /proc/mdstat | grep -o ' sd[a-z]*\[')"
check_status "it can be seen now" 3 multipath clear-holders --check "$(first_path)"
check "and taken down" multipath clear-holders --yes --allow-collateral "$(first_path)"
two=$(dmsetup ls --target multipath | cut -f1)
check "the other disk's map as well" multipath clear-holders --yes "$two"

# An array that synchronises.
one=$(map_of one)
two=$(map_of two)
echo 100 >/proc/sys/dev/raid/speed_limit_max
echo 50 >/proc/sys/dev/raid/speed_limit_min
mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.2 "/dev/mapper/$one" "/dev/mapper/$two" >/dev/null 2>&1
check_match "an array synchronises" "re(sync|cover)" "$(cat /sys/block/md0/md/sync_action)"
check_match "that is shown, and that it is interrupted" "raid1 of 2, re(sync|cover).*synchronization is interrupted" "$(multipath clear-holders --dry-run "$one" "$two" 2>&1)"
check "it is taken down" multipath clear-holders --yes "$one" "$two"
check_fails "and gone" grep -q '^md' /proc/mdstat
echo 200000 >/proc/sys/dev/raid/speed_limit_max

# One member of two: inactive, and in the way of others all the same.
one=$(map_of one)
mdadm --incremental --no-degraded "/dev/mapper/$one" >/dev/null 2>&1 || mdadm --incremental "/dev/mapper/$one" >/dev/null 2>&1
check "an array without its other member" grep -q inactive /proc/mdstat || note "$(cat /proc/mdstat)"
check "is taken down as well" multipath clear-holders --yes "$one"
check "its disk is clear" multipath clear-holders --check "$(first_path)"

# A container of two disks with a volume in it.
one=$(map_of one)
two=$(map_of two)
for map in "$one" "$two"; do wipefs -q -a "/dev/mapper/$map"; mdadm --zero-superblock --force "/dev/mapper/$map" 2>/dev/null; done
mdadm --create /dev/md127 --run --metadata=ddf --raid-devices=2 "/dev/mapper/$one" "/dev/mapper/$two" >/run/lab/ddf 2>&1
mdadm --create /dev/md1 --run --level=1 --raid-devices=2 --size=16M --assume-clean /dev/md127 >>/run/lab/ddf 2>&1
if [ -b /dev/md1 ] && grep -q 'external:/md127' /proc/mdstat; then
  note "$(cat /proc/mdstat)"
  plan=$(multipath clear-holders --dry-run "$one" "$two" 2>&1)
  note "$plan"
  check_equal "the volume goes before its container" "mdadm --stop /dev/md1 mdadm --stop /dev/md127" \
    "$(sed -n 's/^ *do: *\(mdadm .*\)/\1/p' <<<"$plan" | tr '\n' ' ' | sed 's/ $//')"
  check "both are taken down" multipath clear-holders --yes "$one" "$two"
  check_fails "and gone" grep -q '^md' /proc/mdstat
else
  skip "a container with a volume" "the guest could not make one: $(tail -n 2 /run/lab/ddf | tr '\n' ' ')"
fi
done_checks
