# A btrfs on two multipath maps, with a mounted subvolume.
# timeout: 240
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua
if ! modprobe btrfs 2>/dev/null || ! command -v mkfs.btrfs >/dev/null; then
  skip "btrfs" "the guest has none"
  done_checks
  exit
fi
one=$(san_map one 160M)
two=$(san_map two 160M)
mkfs.btrfs -q -f -m single -d single "/dev/mapper/$one" "/dev/mapper/$two"
btrfs device scan "/dev/mapper/$one" "/dev/mapper/$two"
mkdir -p /mnt/stack /mnt/part
mount "/dev/mapper/$one" /mnt/stack || note "$(dmesg | tail -n 5; ls -l /dev/btrfs-control)"
btrfs subvolume create /mnt/stack/part >/dev/null
mount -o subvol=part "/dev/mapper/$one" /mnt/part
fill /mnt/stack
fill /mnt/part
parts_before=$(sums /mnt/part)
still_there() { mountpoint -q /mnt/stack && mountpoint -q /mnt/part && [ "$(sums /mnt/part)" = "$parts_before" ]; }
check_match "the other device has it mounted as well" "btrfs on /mnt/part" "$(multipath holders "$two" 2>&1)"
check_stack "a btrfs on two maps, one named" "$(first_path)" -- --umount
umount /mnt/part /mnt/stack
mount "/dev/mapper/$two" /mnt/stack
mount -o subvol=part "/dev/mapper/$two" /mnt/part
multipath clear-holders --yes --umount "$one" "$two" >/run/lab/run 2>&1 && status=0 || status=$?
check_equal "both named" 0 "$status" || note "$(cat /run/lab/run)"
undo_of /run/lab/run | sed 's/dmsetup create /dmsetup --verifyudev create /' >/run/lab/undo
note "$(cat /run/lab/undo)"
check_equal "all devices of it are looked for before it is mounted" 2 "$(grep -c '^btrfs device scan' /run/lab/undo)"
check "it is brought back" bash -e /run/lab/undo
check "and whole" still_there
done_checks
