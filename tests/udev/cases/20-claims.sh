# 59-multipath-path, 68-multipath-path-partitions, 90-multipath-event: which disks are claimed, what follows from it.

rules debian 2
claim=(DM_MULTIPATH_DEVICE_PATH ID_FS_TYPE SYSTEMD_READY UDEV_DISABLE_PERSISTENT_STORAGE_BLKID_FLAG)
claimed="DM_MULTIPATH_DEVICE_PATH=1 ID_FS_TYPE=mpath_member SYSTEMD_READY=0 UDEV_DISABLE_PERSISTENT_STORAGE_BLKID_FLAG=1"
released="DM_MULTIPATH_DEVICE_PATH=0 ID_FS_TYPE=ext4 SYSTEMD_READY= UDEV_DISABLE_PERSISTENT_STORAGE_BLKID_FLAG="
untouched="DM_MULTIPATH_DEVICE_PATH= ID_FS_TYPE=ext4 SYSTEMD_READY= UDEV_DISABLE_PERSISTENT_STORAGE_BLKID_FLAG="

# scene VERDICT [systemd]: a disk with a file system, of which `multipath -u` says that.
scene() {
  fresh "${2-systemd}"
  disk sda 8:0
  answer 'blkid /dev/sda' ID_FS_TYPE=ext4 ID_FS_USAGE=filesystem ID_FS_UUID_ENC=1234
  answer scsi_id ID_SERIAL=35000c50000000001 ID_WWN=0x5000c50000000001 ID_WWN_WITH_EXTENSION=0x5000c50000000001
  [ -z "$1" ] || answer '-u sda' "DM_MULTIPATH_DEVICE_PATH=$1" $([ "$1" != 2 ] || echo MULTIPATH_WAIT=25)
}

later="/usr/bin/systemd-run --quiet --no-block --collect --property=DefaultDependencies=no --property=After=local-fs.target --property=After=remote-fs.target /usr/sbin/multipath event add 8:0"
for action in add change; do
  scene 1
  event $action sda
  is "claim: a path, $action" "$claimed" "$(seen "${claim[@]}")"
  is "claim: a path, $action: nobody reads it" "" "$(read_devices)"
  is "claim: a path, $action: it has links of the hardware, none of what is on it" \
    "disk/by-id/scsi-35000c50000000001>sda disk/by-id/wwn-0x5000c50000000001>sda" "$(links)"
  is "claim: a path, $action: the tool is started outside the worker" \
    "/usr/bin/systemd-run --quiet --no-block --collect --property=DefaultDependencies=no /usr/sbin/multipath event $action 8:0" "$runs"
  scene 0
  event $action sda
  is "claim: no path, $action" "$released" "$(seen "${claim[@]}")"
  is "claim: no path, $action: it is read" "blkid" "$(read_devices)"
  like "claim: no path, $action: it has its file system's link" "*disk/by-uuid/1234>sda*" "$(links)"
  is "claim: no path, $action: the tool looks at a new one when file systems are mounted" "$([ $action = change ] || echo "$later")" "$runs"
done
scene 1 direct
event add sda
is "claim: without systemd the tool is started in the worker" "/usr/sbin/multipath event add 8:0" "$runs"

# Partitions follow their disk.
for verdict in 1 0; do
  scene $verdict
  partition sda sda1 8:1
  answer 'blkid /dev/sda1' ID_FS_TYPE=ext4 ID_FS_USAGE=filesystem ID_FS_UUID_ENC=5678
  event add sda
  is "claim: a disk with partitions, $verdict: they are dropped when it is claimed" \
    "$([ $verdict = 0 ] || echo '/usr/bin/partx --delete --nr 1-1024 /dev/sda')" "$(grep partx <<<"$runs")"
  event change sda
  is "claim: a disk with partitions, $verdict: once" "" "$(grep partx <<<"$runs")"
  event add sda1
  is "claim: the partition of a disk, $verdict" "$([ $verdict = 1 ] && echo "$claimed" || echo "$released")" "$(seen "${claim[@]}")"
  is "claim: the partition of a disk, $verdict: who reads it" "$([ $verdict = 1 ] || echo blkid)" "$(read_devices)"
  is "claim: the partition of a disk, $verdict: no event of its own" "" "$(grep 'multipath event' <<<"$runs")"
done
for way in argument property; do
  scene 1
  partition sda sda1 8:1
  [ $way = property ] || kernel_arguments "root=/dev/sda1 dont_del_part_nodes"
  [ $way = argument ] || echo 'ENV{DONT_DEL_PART_NODES}="1"' >"$world/udev/rules.d/40-own.rules"
  event add sda
  is "claim: partitions stay by $way" "" "$(grep partx <<<"$runs")"
  rm -f "$world/udev/rules.d/40-own.rules"
done

# What was said before.
scene 0
old 8:0 DM_MULTIPATH_DEVICE_PATH=0
event change sda
is "claim: released, and still so" "$released" "$(seen "${claim[@]}")"
scene 1
old 8:0 DM_MULTIPATH_DEVICE_PATH=0 ID_FS_TYPE=ext4
event change sda
is "claim: released, then a map took it: claimed late" "$claimed" "$(seen "${claim[@]}")"
scene ''
old 8:0 DM_MULTIPATH_DEVICE_PATH=1
event change sda
is "claim: the tool fails: a claimed disk stays claimed" "$claimed" "$(seen "${claim[@]}")"
scene ''
event add sda
is "claim: the tool fails: a new disk is left alone" "$released" "$(seen "${claim[@]}")"
scene ''
old 8:0 DM_MULTIPATH_DEVICE_PATH=0
event change sda
is "claim: the tool fails: a released disk stays released" "$released" "$(seen "${claim[@]}")"
scene 0
old 8:0 DM_MULTIPATH_DEVICE_PATH=1 ID_FS_TYPE=mpath_member SYSTEMD_READY=0
event change sda
is "claim: claimed before, now not wanted: given back" "$released" "$(seen "${claim[@]}")"

for verdict in 0 1; do
  scene "$([ $verdict = 1 ] || echo 2)"
  echo "KERNEL==\"sda\", ENV{DM_MULTIPATH_DEVICE_PATH}=\"$verdict\"" >"$world/udev/rules.d/40-own.rules"
  event add sda
  is "claim: a verdict that an earlier rule has from the disk, $verdict, does not count" \
    "$([ $verdict = 0 ] && echo "$claimed" || echo "$released")" "$(seen "${claim[@]}")"
  rm "$world/udev/rules.d/40-own.rules"
done

# A kernel argument disables multipath, also for a disk that was claimed before.
for before in '' 1; do
  scene 0
  answer '-u sda' DM_MULTIPATH_DEVICE_PATH=0 MULTIPATH_OFF=1
  [ -z "$before" ] || old 8:0 DM_MULTIPATH_DEVICE_PATH=$before
  partition sda sda1 8:1
  event add sda
  is "claim: switched off: the disk, last verdict '$before'" "$untouched" "$(seen "${claim[@]}")"
  is "claim: switched off: no job is started" "" "$(grep multipath <<<"$runs")"
  answer 'blkid /dev/sda1' ID_FS_TYPE=ext4
  event add sda1
  is "claim: switched off: its partition" "$untouched" "$(seen "${claim[@]}")"
done

# Perhaps (find_multipaths smart).
scene 2
event add sda
is "perhaps: claimed at first" "$claimed" "$(seen "${claim[@]}")"
like "perhaps: for as long as the tool says" "*systemd-run*--on-active=25 *'echo add * MULTIPATH=last >/sys/devices/pci0/host0/sda/uevent'" "$(grep on-active <<<"$runs")"
event change sda
is "perhaps: other events in between change nothing" "$claimed" "$(seen "${claim[@]}")"
is "perhaps: and start no second timer" "" "$(grep on-active <<<"$runs")"
event add sda SYNTH_ARG_MULTIPATH=last
is "perhaps: when the time is over it is released" "$released" "$(seen "${claim[@]}")"
event change sda
is "perhaps: for good" "$released" "$(seen "${claim[@]}")"
is "perhaps: without a timer" "" "$runs"
scene 2
event add sda
answer '-u sda' DM_MULTIPATH_DEVICE_PATH=1
event add sda SYNTH_ARG_MULTIPATH=last
is "perhaps: a second path came in time" "$claimed MULTIPATH_PERHAPS=" "$(seen "${claim[@]}" MULTIPATH_PERHAPS)"
scene 2
partition sda sda1 8:1
event add sda
is "perhaps: its partitions are kept as long" "" "$(grep partx <<<"$runs")"
scene 2
old 8:0 DM_MULTIPATH_DEVICE_PATH=1 ID_FS_TYPE=mpath_member
event change sda
is "perhaps: a path that is the only one now stays claimed" "$claimed" "$(seen "${claim[@]}")"
is "perhaps: that one without a timer" "" "$(grep on-active <<<"$runs")"
scene ''
answer '-u sda' DM_MULTIPATH_DEVICE_PATH=2
event add sda
is "perhaps: for no time at all, not claimed" "$released" "$(seen "${claim[@]}")"
scene 2 direct
event add sda
is "perhaps: without systemd, who has timers, not claimed" "$released" "$(seen "${claim[@]}")"

# Events of a path that is in its map, and of one that goes.
scene 1
mkdir -p /sys/class/block/sda/holders/dm-0/dm
echo mpath-35000c50000000001 >/sys/class/block/sda/holders/dm-0/dm/uuid
event add sda
is "event: a coldplug of a path in its map starts nothing" "" "$runs"
event change sda RESIZE=1
like "event: a new size is told" "*multipath event change 8:0" "$runs"
event change sda DISK_RO=1
like "event: so is a write protection" "*multipath event change 8:0" "$runs"
old 8:0 DM_MULTIPATH_DEVICE_PATH=1
event remove sda
like "event: a path that goes is told" "*multipath event remove 8:0" "$runs"
is "event: with systemd outside the worker" "/usr/bin/systemd-run" "${runs%% *}"
old 8:0 DM_MULTIPATH_DEVICE_PATH=0
event remove sda
like "event: so is a disk whose last event, which it was gone at, found no path in it" "*multipath event remove 8:0" "$runs"

# Others.
fresh systemd
for name in sr0 vda loop0 md0; do disk $name 11:0; rm /sys/dev/block/11:0 "/dev/$name"; done
for name in sr0 vda; do
  mknod /dev/$name b 11 0
  event add $name
  is "claim: $name is never asked about" "" "$(grep multipath <<<"$calls")"
done
for name in nvme0n1 dasda; do
  disk $name 259:0
  answer "-u $name" DM_MULTIPATH_DEVICE_PATH=1
  event add $name
  is "claim: $name is asked about as sda is" "$claimed" "$(seen "${claim[@]}")"
  rm /sys/dev/block/259:0
done
