# A unit of which one path is used gets no map, is not claimed, and is not called free, whoever uses it: LVM on a partition and
# on the whole disk, a btrfs of two devices, the lower layer of an overlay, a mount in another namespace.
# timeout: 500
# mem: 1280
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua ext4 overlay
mkdir -p /etc/multipath /mnt/{data,lower,upper,work,merged,elsewhere}
printf 'defaults {\n  find_multipaths off\n}\noverrides {\n  no_path_retry fail\n}\n' >/etc/multipath.conf

san_lio one 128M 3
mapfile -t path < <(unit_disks one)
# LVM as on a host where it does not look at multipath's files, or was quicker than they: it takes the first path.
printf 'activation {\n  udev_rules = 0\n  udev_sync = 0\n}\ndevices {\n  obtain_device_list_from_udev = 0\n  multipath_component_detection = 0\n  multipath_wwids_file = ""\n  filter = [ "a|^/dev/%s.*|", "r|.*|" ]\n}\n' \
  "${path[0]}" >/etc/lvm/lvmlocal.conf
wwid=3$(sed 's/^naa\.//' "/sys/block/${path[0]}/device/wwid")
echo "/$wwid/" >/etc/multipath/wwids
has_map() { dmsetup info "$wwid" >/dev/null 2>&1; }

# unit_is_left NAME USER-REGEXP: what each command says of the unit while its first path is used.
unit_is_left() {
  local name=$1 user=$2 disk output
  output=$(multipath plan 2>&1)
  check_match "$name: the plan names who uses it" "${path[0]}: not added to a map: $user" "$output"
  check_match "$name: and keeps its siblings out" "${path[1]}: not added to a map: ${path[0]}, another path of the unit, is in use: $user" "$output"
  check_fails "$name: the plan makes no map" grep -q "create *$wwid" <<<"$output"
  multipath >/dev/null 2>&1
  check_fails "$name: nor does a run" has_map
  check_match "$name: explain stops at joining" "stop *joining *not added to a map: $user" "$(multipath explain "${path[0]}" 2>&1)"
  for disk in "${path[@]}"; do
    check_match "$name: -u leaves $disk to others" '"0"' "$(multipath -u "$disk")"
    check_status "$name: $disk is not free" 3 multipath clear-holders --check "$disk"
  done
  check_match "$name: the sibling's answer says where" "another path of the same unit as ${path[1]}" "$(multipath clear-holders --check "${path[1]}" 2>&1)"
}

# unit_is_taken NAME: nobody uses it any more.
unit_is_taken() {
  check "$1: after that its paths are free" multipath clear-holders --check "${path[1]}"
  check_match "$1: and are claimed" '"1"' "$(multipath -u "${path[1]}")"
  multipath >/dev/null 2>&1
  check "$1: and get a map" has_map
  multipath -f "$wwid"
  check_fails "$1: which can be flushed" has_map
}

# clean: the unit is as new, and the kernel has no partitions of it.
clean() {
  local disk
  dd if=/dev/zero of="/dev/${path[0]}" bs=1M count=128 conv=fsync 2>/dev/null
  for disk in "${path[@]}"; do blockdev --flushbufs "/dev/$disk" && blockdev --rereadpt "/dev/$disk"; done
}

# --- LVM on a partition of a path, before there is a map ---------------------------------------------------------------
printf 'label: gpt\n,32M\n,\n' | sfdisk -q --no-reread "/dev/${path[0]}" 2>/dev/null
partx -a "/dev/${path[0]}" 2>/dev/null
check "the path has partitions" wait_for 20 test -b "/dev/${path[0]}2"
vgcreate -q -y vg0 "/dev/${path[0]}2" >/dev/null
lvcreate -q -y -Wn -Zn -L 32M -n data vg0 >/dev/null
unit_is_left "a volume on a partition" "${path[0]}2 is held by dm-[0-9]+ \(vg0-data\)"
make_ext4 /dev/mapper/vg0-data
mount /dev/mapper/vg0-data /mnt/data
unit_is_left "a mounted volume on a partition" "${path[0]}2 is held by dm-[0-9]+ \(vg0-data\), mounted on /mnt/data"
check_capture volume-on-path "${path[0]}" "${path[1]}"
check_match "the sibling's partition is not free" "vg0-data" "$(multipath clear-holders --check "${path[0]}2" 2>&1)"
check "clear-holders of the sibling takes it down" multipath clear-holders --yes --umount "${path[1]}"
check_fails "the volume is gone" test -e /dev/mapper/vg0-data
unit_is_taken "a volume on a partition"
clean

# --- on the whole disk the kernel has nothing against a map beside the volume: both are device-mapper's -------------------
vgcreate -q -y vg1 "/dev/${path[0]}" >/dev/null
lvcreate -q -y -Wn -Zn -L 32M -n data vg1 >/dev/null
unit_is_left "a volume on the whole disk" "held by dm-[0-9]+ \(vg1-data\)"
check_equal "the kernel would make the map" "$wwid" "$(map_of one)"
output=$(multipath -f "$wwid" 2>&1) && status=0 || status=$?
check_equal "such a map is not flushed" 1 "$status"
check_match "and it is told who uses its path" "map in use: its path ${path[0]} is in use: held by dm-[0-9]+ \(vg1-data\)" "$output"
check_match "nor by flush" "busy .*its path ${path[0]} is in use" "$(multipath flush "$wwid" 2>&1)"
check_fails "nor by -F" multipath -F
check "it is still there" has_map
check_capture volume-beside-map "${path[1]}"
for target in "${path[0]}" "${path[1]}" "$wwid"; do
  check_match "the tree of $target has map and path" "$wwid.*${path[0]}  disk.*a path of $wwid.*vg1-data" "$(multipath holders "$target" 2>/dev/null | tr '\n' ' ')"
  check_status "$target is not free" 3 multipath clear-holders --check "$target"
done
check "clear-holders takes down both" multipath clear-holders --yes "${path[1]}"
check_fails "the map is gone" has_map
check_fails "and so is the volume" test -e /dev/mapper/vg1-data
unit_is_taken "a volume on the whole disk"
clean

# --- the lower layer of an overlay, and a mount elsewhere ------------------------------------------------------------------
make_ext4 "/dev/${path[0]}"
mount "/dev/${path[0]}" /mnt/lower
mount -t tmpfs upper /mnt/upper
mkdir /mnt/upper/{u,w}
mount -t overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper/u,workdir=/mnt/upper/w merged /mnt/merged
umount -l /mnt/lower
check_fails "nobody has the lower layer in its mounts" grep -q "/dev/${path[0]}" /proc/self/mountinfo
unit_is_left "the lower layer of an overlay" "mounted as ext4 where it is not seen"
umount /mnt/merged /mnt/upper
wait_for 20 test ! -e "/sys/fs/ext4/${path[0]}"
unit_is_taken "the lower layer of an overlay"

make_ext4 "/dev/${path[0]}"
unshare --mount --propagation private sh -c "mount /dev/${path[0]} /mnt/elsewhere && touch /run/lab/mounted && exec sleep 1000" &
wait_for 20 test -e /run/lab/mounted
unit_is_left "a mount in another namespace" "mounted as ext4 where it is not seen"
kill $!; wait $! 2>/dev/null
wait_for 20 test ! -e "/sys/fs/ext4/${path[0]}"
unit_is_taken "a mount in another namespace"

# --- a btrfs has two devices, and its mount names one --------------------------------------------------------------------
if modprobe btrfs 2>/dev/null && command -v mkfs.btrfs >/dev/null; then
  san_lio two 128M 2
  mapfile -t second < <(unit_disks two)
  mkfs.btrfs -q -f -m single -d single "/dev/${second[0]}" "/dev/${path[0]}"
  btrfs device scan "/dev/${second[0]}" "/dev/${path[0]}"
  mount "/dev/${second[0]}" /mnt/data
  check_fails "no mount names the second device" grep -q "/dev/${path[0]} " /proc/self/mountinfo
  unit_is_left "a btrfs of two devices" "part of a btrfs mounted on /mnt/data"
  umount /mnt/data
  wipefs -qa "/dev/${second[0]}" "/dev/${path[0]}"
  btrfs device scan --forget
  unit_is_taken "a btrfs of two devices"
else
  skip "a btrfs of two devices" "the guest has none"
fi

# --- what an event costs ------------------------------------------------------------------------------------------------------
calls_of_event() { traced /run/lab/trace multipath -u "${path[0]}"; calls_of /run/lab/trace loaded; }
few=$(calls_of_event)
for unit in a b c d e f g h; do san_lio "m$unit" 16M 2 family=many; map_of "m$unit" >/dev/null; done
many=$(calls_of_event)
note "system calls of -u: $few, with 8 maps and 16 disks more $many"
check "-u costs a few calls for each map, and none for its paths" test $((many - few)) -le $((8 * 4))
done_checks
