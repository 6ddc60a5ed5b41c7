# With udevd and all installed rules, then with a running multipathd of the packaged tool: what is taken down stays down, the
# daemon removes its own map, and a map that the daemon makes again is told.
# timeout: 500
# mem: 1536
. "$LAB/lib.sh"
start_udevd all
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua ext4

one=$(san_map one 96M)
udevd_settle
printf 'label: gpt\nsize=60M\n' | sfdisk -q "/dev/mapper/$one"
udevd_settle
[ -b "/dev/mapper/$one-part1" ] || kpartx -a -p -part "/dev/mapper/$one"
udevd_settle
vgcreate -q -y vg "/dev/mapper/$one-part1" >/dev/null
lvcreate -q -y -L 40M -n data vg >/dev/null
make_ext4 /dev/vg/data
mkdir -p /mnt/stack
mount /dev/vg/data /mnt/stack
fill /mnt/stack
still_there() { mountpoint -q /mnt/stack; }
check_stack "with udevd" "$(first_path)" -- --umount
check_match "a by-id link is a name of it" "^dm-" "$(multipath holders --names "/dev/disk/by-id/wwn-0x${one#3}" 2>/dev/null)"
umount /mnt/stack

# udevd starts the array by itself when the maps are back.
two=$(san_map two 96M)
check "down it goes again" multipath clear-holders --yes --umount "$(first_path)"
one=$(map_of one)
udevd_settle
# (udevd brought the partition map with it, and the group on that.)
check "what stands on a map goes, and the map stays when that is asked for" multipath clear-holders --yes --keep-maps "$one"
check "it stays" dmsetup info "$one"
for map in "$one" "$two"; do wipefs -q -a "/dev/mapper/$map"; done
mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --assume-clean "/dev/mapper/$one" "/dev/mapper/$two" >/dev/null 2>&1
make_ext4 /dev/md0
mount /dev/md0 /mnt/stack
fill /mnt/stack
check "there is an array" mountpoint -q /mnt/stack
sums_before=$(sums /mnt/stack)
multipath clear-holders --yes --umount "$one" "$two" >/run/lab/run 2>/run/lab/err && status=0 || status=$?
check_equal "an array on two maps stays down" 0 "$status" || note "$(cat /run/lab/err)"
undo_of /run/lab/run >/run/lab/undo
check "an array: the undo commands run" bash -e /run/lab/undo
check_equal "an array: the files are the same" "$sums_before" "$(sums /mnt/stack)"
umount /mnt/stack
check "it goes again, and the maps stay" multipath clear-holders --yes --keep-maps "$one" "$two"
for map in "$one" "$two"; do wipefs -q -a "/dev/mapper/$map"; done
check "the second map goes" multipath clear-holders --yes "$two"
make_ext4 "/dev/mapper/$one"
mount "/dev/mapper/$one" /mnt/stack
fill /mnt/stack
umount /mnt/stack

mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths no\n  user_friendly_names no\n}\n' >/etc/multipath.conf
multipathd=$(command -v multipathd)
"$multipathd" >/run/lab/multipathd 2>&1
knows() { "$multipathd" show maps raw format %w 2>/dev/null | grep -q "^$one"; }
check "multipathd runs and knows the map" wait_for 30 knows || note "$(cat /run/lab/multipathd; "$multipathd" show maps)"
mount "/dev/mapper/$one" /mnt/stack
check_match "the flush is multipathd's" "do: *multipathd del map $one" "$(multipath clear-holders --dry-run --umount "$(first_path)" 2>&1)"
check_stack "with multipathd" "$(first_path)" -- --umount
umount /mnt/stack

# The daemon makes it again while the end is watched.
wait_for 30 knows
(for time in {1..30}; do "$multipathd" add map "$one"; done) >/run/lab/added 2>&1 &
multipath clear-holders --yes "$(first_path)" >/run/lab/out 2>/run/lab/err && status=0 || status=$?
note "$(cat /run/lab/err)"
wait
check_equal "a map that multipathd makes again: status" 8 "$status" || note "$(cat /run/lab/added; dmsetup ls)"
check_match "and multipathd is named" "$one came back; usual cause: multipathd, which is running" "$(cat /run/lab/err)"
"$multipathd" shutdown >/dev/null
done_checks
