# Thin, snapshot, cache and raid volumes of one group on a multipath map; then a group with a foreign physical volume.
# timeout: 500
# mem: 1536
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua dm_thin_pool dm_snapshot dm_cache dm_cache_smq dm_raid raid1 ext4

# try COMMAND...: says why it failed.
try() { local output; output=$("$@" 2>&1) || note "$*: $output"; }

one=$(san_map one 256M)
vgcreate -q -y vg /dev/mapper/"$one" >/dev/null
try lvcreate -q -y -Zn -L 24M --thinpool pool vg
try lvcreate -q -y -Wn -V 20M --thin -n thin vg/pool
lvcreate -q -y -Wn -Zn -L 20M -n origin vg >/dev/null
try lvcreate -q -y -L 8M -s -n snap vg/origin
try lvcreate -q -y -Wn -Zn --type raid1 --nosync --alloc anywhere -m 1 -L 12M -n mirror vg
lvcreate -q -y -Wn -Zn -L 16M -n slow vg >/dev/null
try lvcreate -q -y --type cache-pool -L 12M -n fast vg
try lvconvert -q -y --type cache --cachepool vg/fast vg/slow
note "$(dmsetup ls | sort)"
volume=/dev/mapper/vg-origin
[ ! -b /dev/mapper/vg-thin ] || volume=/dev/mapper/vg-thin
make_ext4 $volume
mkdir -p /mnt/stack
mount $volume /mnt/stack
fill /mnt/stack
volumes() { dmsetup ls | cut -f1 | sort; }
whole=$(volumes)
still_there() { mountpoint -q /mnt/stack && [ "$(volumes)" = "$whole" ] || { volumes; return 1; }; }
for kind in thin snap mirror slow_corig; do
  if [ -b /dev/mapper/vg-$kind ]; then ok "there is a $kind volume"; else skip "there is a $kind volume" "the guest could not make it"; fi
done
check_stack "thin, snapshot, raid and cache volumes" "$(first_path)" -- --umount
umount /mnt/stack
check "down it goes again" multipath clear-holders --yes "$(first_path)"

# A group on two maps of which one is named: a volume on both, and one only on the other.
one=$(map_of one)
two=$(san_map two 64M)
vgremove -q -y -ff vg >/dev/null 2>&1
vgcreate -q -y span /dev/mapper/"$one" /dev/mapper/"$two" >/dev/null
lvcreate -q -y -Wn -Zn -l 40%FREE -n here span /dev/mapper/"$one" >/dev/null
lvcreate -q -y -Wn -Zn -L 20M -n there span /dev/mapper/"$two" >/dev/null
still_there() { test -b /dev/mapper/span-here && test -b /dev/mapper/span-there; }
check "a group with a foreign physical volume" still_there
before=$(everything)
output=$(multipath clear-holders --yes "$(first_path)" 2>&1)
check_match "the volume that is elsewhere blocks" "b[0-9]+ collateral.*span-there" "$output"
check_equal "nothing was changed" "$before" "$(everything)"
check_stack "a group with a foreign physical volume" "$(first_path)" -- --allow-collateral

# The foreign volume goes, and its disk: what is left of the group is incomplete.
dmsetup remove span-there
check "the other map goes" multipath flush "$two"
check "an incomplete group is taken down" multipath clear-holders --yes --allow-collateral "$(first_path)"
check "and its disk is clear" multipath clear-holders --check "$(first_path)"

# No path of the disk works any more: LVM cannot read the group that is to go.
one=$(map_of one)
vgremove -q -y -ff span >/dev/null 2>&1
pvcreate -q -y -ff "/dev/mapper/$one" >/dev/null
vgcreate -q -y dead "/dev/mapper/$one" >/dev/null
lvcreate -q -y -Zn -L 24M --thinpool pool dead >/dev/null 2>&1
lvcreate -q -y -Wn -V 20M --thin -n thin dead/pool >/dev/null 2>&1
make_ext4 /dev/mapper/dead-thin
mount /dev/mapper/dead-thin /mnt/stack
fill /mnt/stack
path_offline $(unit_disks one)
multipath clear-holders --yes --umount "$one" >/run/lab/out 2>/run/lab/err && status=0 || status=$?
note "$(cat /run/lab/err)"
check_equal "a stack on a dead disk is taken down" 0 "$status"
check_equal "no map is left" "No devices found" "$(dmsetup ls)"
path_running $(unit_disks one)
done_checks
