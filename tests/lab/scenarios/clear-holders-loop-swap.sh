# A loop over a file on the target, a loop over the target itself, swap on a volume, a swap file, and what protects swap.
# timeout: 400
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua loop ext4

one=$(san_map one 128M)
make_ext4 "/dev/mapper/$one"
mkdir -p /mnt/stack /mnt/inner
mount "/dev/mapper/$one" /mnt/stack
fill /mnt/stack
truncate -s 24M /mnt/stack/image
make_ext4 /mnt/stack/image
losetup /dev/loop7 /mnt/stack/image
mount /dev/loop7 /mnt/inner
fill /mnt/inner
umount /mnt/inner; mount /dev/loop7 /mnt/inner -o ro
still_there() { mountpoint -q /mnt/inner && mountpoint -q /mnt/stack; }
check_stack "a loop over a file on it" "$(first_path)" -- --umount

umount /mnt/inner
losetup -d /dev/loop7
dd if=/dev/zero of=/mnt/stack/swap bs=1M count=16 status=none
chmod 600 /mnt/stack/swap
mkswap -q /mnt/stack/swap
swapon /mnt/stack/swap
check_status "the only swap is protected" 5 multipath clear-holders --yes --umount --swapoff "$one"
san_lio other 32M 1
mkswap -q "/dev/$(path_disk other 0)"
swapon "/dev/$(path_disk other 0)"
still_there() { grep -q /mnt/stack/swap /proc/swaps && mountpoint -q /mnt/stack; }
check_stack "a swap file on it" "$(first_path)" -- --umount --swapoff
swapoff /mnt/stack/swap
umount /mnt/stack

vgcreate -q -y -ff vg "/dev/mapper/$one" >/dev/null
lvcreate -q -y -Wn -Zn -L 24M -n swap vg >/dev/null
mkswap -q /dev/mapper/vg-swap
swapon /dev/mapper/vg-swap
still_there() { grep -q "$(readlink -f /dev/mapper/vg-swap)" /proc/swaps; }
check_stack "swap on a volume" "$(first_path)" -- --swapoff
swapoff -a
vgchange -q -an vg >/dev/null

losetup /dev/loop8 "/dev/mapper/$one"
still_there() { losetup /dev/loop8; }
check_stack "a loop over the target" "$(first_path)" --
done_checks
