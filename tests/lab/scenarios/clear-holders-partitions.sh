# Partitions on a multipath map: kpartx maps, one mounted, a bind mount, a mount nested in it, a plain linear map.
# timeout: 240
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua ext4

map=$(san_map one 96M)
check "there is a map" test -b "/dev/mapper/$map"
printf 'label: gpt\nsize=30M\nsize=20M\n' | sfdisk -q "/dev/mapper/$map"
kpartx -a -p -part "/dev/mapper/$map"
check "there are partition maps" test -b "/dev/mapper/$map-part2"
make_ext4 "/dev/mapper/$map-part1"
make_ext4 "/dev/mapper/$map-part2"
mkdir -p /mnt/stack /mnt/bind
mount "/dev/mapper/$map-part1" /mnt/stack
mkdir /mnt/stack/sub /mnt/stack/"a b"
fill /mnt/stack
mount "/dev/mapper/$map-part2" /mnt/stack/sub
mount --bind "/mnt/stack/a b" /mnt/bind
still_there() { mountpoint -q /mnt/stack && mountpoint -q /mnt/stack/sub && mountpoint -q /mnt/bind; }

for target in "/dev/mapper/$map" "$(first_path)" "/dev/$(path_disk one 1)" "${map}" "/sys/class/block/$(path_disk one 0)"; do
  check_equal "the same tree by $target" "$(multipath holders "/dev/mapper/$map" 2>/dev/null)" "$(multipath holders "$target" 2>/dev/null)"
done
check_match "the tree is drawn in the form that is known" '^dm-0\n?' "$(multipath holders --names "$map" 2>/dev/null)"
check_equal "direct holders by name" "$(ls /sys/block/dm-0/holders)" "$(multipath holders --list "$map" 2>/dev/null)"
check "the plan is JSON with the seed's keys" python3 -c '
import json, subprocess, sys
plan = json.loads(subprocess.run(["multipath", "clear-holders", "--dry-run", "--umount", "--json", sys.argv[1]], stdout=subprocess.PIPE).stdout)
assert plan["steps"] and all({"device", "dev_type", "level"} <= set(step) for step in plan["steps"]), plan
assert plan["result"] == "planned", plan["result"]' "$map"

cd /mnt/stack
check_status "a working directory on it blocks" 3 multipath clear-holders --yes --umount "$map"
check_match "and is named" "working directory /mnt/stack" "$(multipath clear-holders --yes --umount "$map" 2>&1)"
cd /
sleep 1000 </dev/mapper/"$map-part2" &
check_match "who has a partition open is named" "pid $!" "$(multipath clear-holders --yes --umount "$map" 2>&1)"
kill %1; wait %1 2>/dev/null

check_stack "partitions" "$(first_path)" -- --umount

umount /mnt/bind /mnt/stack/sub /mnt/stack
echo "0 2048 linear /dev/mapper/$map-part1 0" | dmsetup --verifyudev create plain
still_there() { test -b /dev/mapper/plain; }
check_stack "a linear map without a uuid" "$map" --
done_checks
