# A file system on LUKS on a volume with hyphens on an array of two multipath maps.
# timeout: 400
# mem: 1536
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua dm_crypt raid1 ext4

one=$(san_map one 96M)
two=$(san_map two 96M)
key_file=/run/lab/key
head -c 32 /dev/urandom >$key_file
mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.2 --assume-clean "/dev/mapper/$one" "/dev/mapper/$two" >/dev/null 2>&1
vgcreate -q -y vg-a /dev/md0 >/dev/null
lvcreate -q -y -Zn -Wn -L 40M -n lv-b vg-a >/dev/null
cryptsetup -q luksFormat --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --luks2-metadata-size 64k --luks2-keyslots-size 1M /dev/mapper/vg--a-lv--b $key_file
cryptsetup open --key-file $key_file /dev/mapper/vg--a-lv--b secret
make_ext4 /dev/mapper/secret
mkdir -p /mnt/stack
mount /dev/mapper/secret /mnt/stack
fill /mnt/stack
still_there() { mountpoint -q /mnt/stack; }

check_match "an array on a device that was not named is collateral" "collateral" "$(multipath clear-holders --dry-run --umount "$one" 2>&1)"
check_status "and blocks" 3 multipath clear-holders --yes --umount "$one"
check_equal "the plan does not depend on the order of the arguments" \
  "$(multipath clear-holders --dry-run --umount --json "$one" "$two" 2>/dev/null)" "$(multipath clear-holders --dry-run --umount --json "$two" "$one" 2>/dev/null)"
check_match "that a key will be needed is said before" "reopening requires its key" "$(multipath clear-holders --dry-run --umount "$one" "$two")"

check_stack "LUKS on LVM on md, collateral allowed" "$(first_path)" -- --umount --allow-collateral
check_status "the other map is still there" 3 multipath clear-holders --check "$two"
done_checks
