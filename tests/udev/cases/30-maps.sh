# 11/56-dm-multipath-map and 99-z-multipath-late, 66-multipath-partitions, 68-multipath-lvm: maps with and without paths, for both
# numberings and every version of dmsetup's rules.

uuid=mpath-35000c50000000001
names=(DM_TYPE=scsi DM_SERIAL=35000c50000000001 DM_WWN=0x5000c50000000001)
filesystem=(ID_FS_TYPE=ext4 ID_FS_USAGE=filesystem ID_FS_UUID=1234 ID_FS_UUID_ENC=1234 ID_FS_LABEL=data ID_FS_LABEL_ENC=data)
hardware_links="disk/by-id/dm-name-mpatha>dm-0 disk/by-id/dm-uuid-$uuid>dm-0 disk/by-id/scsi-35000c50000000001>dm-0 disk/by-id/wwn-0x5000c50000000001>dm-0"
content_links="disk/by-label/data>dm-0 disk/by-uuid/1234>dm-0"
all_links="$hardware_links $content_links mapper/mpatha>dm-0"
few_links="$hardware_links mapper/mpatha>dm-0"
# Flags of libdm's cookies (bits 16 and up): primary source and no fallback of the library, and the subsystem's own.
activation=DM_COOKIE=0x00600000 reload=DM_COOKIE=0x01600000 no_partitions=DM_COOKIE=0x02600000 no_path=DM_COOKIE=0x04600000
path_failed=(DM_TARGET=multipath DM_ACTION=PATH_FAILED DM_PATH=8:16 DM_SEQNUM=1)
path_back=(DM_TARGET=multipath DM_ACTION=PATH_REINSTATED DM_PATH=8:16 DM_SEQNUM=2)

# scene [CONTENT...]: a map with a file system or that content.
scene() {
  fresh systemd
  map 0 mpatha "$uuid"
  if [ $# -gt 0 ]; then answer 'blkid /dev/dm-0' "$@"; else answer 'blkid /dev/dm-0' "${filesystem[@]}"; fi
  ready 1
}
ready() { answer 'udev-map 253:0' "MPATH_DEVICE_READY=$1" "${names[@]}"; }
suspend() { echo "$1" >/sys/class/block/dm-0/dm/suspended; }
by_others() { echo "read by '$(read_devices)', activated ${properties[DM_ACTIVATION]-}, ready ${properties[SYSTEMD_READY]-}"; }
calm="read by '', activated 0, ready"

for numbering in debian upstream; do for version in 1 2 3; do
  with="$numbering's numbers, version $version"
  rules $numbering $version || { skipped "maps, $with" "$newer_reason"; continue; }

  # A life.
  scene
  event add dm-0
  is "map, $with: the kernel's first event makes nothing" " " "$(links) $(read_devices)"
  event change dm-0 $activation
  is "map, $with: activated: it is read" "read by 'blkid', activated 1, ready 1" "$(by_others)"
  is "map, $with: activated: all links" "$all_links" "$(links)"
  is "map, $with: activated: the map's links win over a path's" "L:50" "$(grep ^L: /run/udev/data/b253:0)"
  is "map, $with: the tool is asked once" 1 "$(grep -c '^multipath_id udev-map' <<<"$calls")"
  is "map, $with: the database is to survive the initramfs" 1 "$(find /run/udev/data/b253:0 -perm -1000 | wc -l)"
  event change dm-0
  is "map, $with: written to and closed: it is read again" "read by 'blkid', activated , ready 1" "$(by_others)"
  event change dm-0 "${path_failed[@]}" DM_NR_VALID_PATHS=1
  is "map, $with: one of its paths fails: nobody reads it" "$calm 1" "$(by_others)"
  is "map, $with: one of its paths fails: same links" "$all_links" "$(links)"
  event change dm-0 $reload
  is "map, $with: other paths below: nobody reads it" "$calm 1" "$(by_others)"
  is "map, $with: other paths below: same links" "$all_links" "$(links)"
  ready 0
  event change dm-0 "${path_failed[@]}" DM_NR_VALID_PATHS=0
  is "map, $with: the last path fails: nobody reads it" "$calm 1" "$(by_others)"
  is "map, $with: the last path fails: same links" "$all_links MPATH_DEVICE_READY=0" "$(links) $(seen MPATH_DEVICE_READY)"
  for action in change add; do
    event $action dm-0
    is "map, $with: $action of a map without a path: nobody reads it, systemd keeps it" "$calm 1" "$(by_others)"
    is "map, $with: $action of a map without a path: same links" "$all_links" "$(links)"
  done
  event change dm-0 $reload
  is "map, $with: other paths below, none works: nobody reads it" "$calm 1" "$(by_others)"
  event change dm-0 $no_path
  is "map, $with: a table without a path: nobody reads it, same links" "$calm 1 $all_links" "$(by_others) $(links)"
  ready 1
  event change dm-0 "${path_back[@]}" DM_NR_VALID_PATHS=1
  is "map, $with: the first path is back: it is read as when it was new" "read by 'blkid', activated 1, ready 1" "$(by_others)"
  is "map, $with: the first path is back: others may have it" "" "${properties[DM_UDEV_DISABLE_OTHER_RULES_FLAG]-}"
  is "map, $with: the first path is back: same links" "$all_links" "$(links)"
  event change dm-0 "${path_back[@]}" DM_NR_VALID_PATHS=2
  is "map, $with: the second path is back: nobody reads it" "$calm 1" "$(by_others)"
  event add dm-0
  is "map, $with: coldplug: it is read, all links" "read by 'blkid', activated 1, ready 1 $all_links" "$(by_others) $(links)"

  # The device-mapper's own "not now".
  suspend 1
  event change dm-0 "${path_failed[@]}" DM_NR_VALID_PATHS=1
  is "map, $with: suspended: nobody reads it, same links" "$calm 1 $all_links" "$(by_others) $(links)"
  is "map, $with: suspended: not even the tool" "" "$(grep '^multipath' <<<"$calls")"
  event change dm-0
  is "map, $with: suspended, artificial change: the same" "$calm 1 $all_links" "$(by_others) $(links)"
  suspend 0
  event change dm-0 $activation
  is "map, $with: resumed: it is read" "read by 'blkid', activated 1, ready 1 $all_links" "$(by_others) $(links)"

  # A map that never had a path.
  scene
  ready 0
  event change dm-0 $no_path
  is "map, $with: made without a path: nobody reads it, not ready for systemd" "$calm 0" "$(by_others)"
  event change dm-0
  is "map, $with: made without a path: nor later" "$calm 0" "$(by_others)"
  ready 1
  event change dm-0 "${path_back[@]}" DM_NR_VALID_PATHS=1
  is "map, $with: made without a path: until one comes" "read by 'blkid', activated 1, ready 1 $all_links" "$(by_others) $(links)"

  # The tool fails, or is not there.
  scene
  rm '/run/answers/udev-map 253:0'
  event change dm-0 $activation
  is "map, $with: the tool has no answer: nobody reads the map" "$calm 0" "$(by_others)"
  scene
  mv "$world/udev/multipath_id" "$world/udev/away"
  event change dm-0 $activation
  mv "$world/udev/away" "$world/udev/multipath_id"
  is "map, $with: an image without the tool: it is read" "read by 'blkid', activated 1, ready 1" "$(by_others)"

  # Content that other rules would open for themselves: an array, btrfs, a volume group.
  for type in linux_raid_member btrfs LVM2_member; do
    scene ID_FS_TYPE=$type ID_FS_USAGE=raid ID_FS_UUID_ENC=1234
    answer btrfs ID_BTRFS_READY=1
    event change dm-0 $activation
    like "map, $with: $type is read by whom it concerns" "blkid*" "$(read_devices)"
    before=${properties[SYSTEMD_READY]-}
    event change dm-0 "${path_failed[@]}" DM_NR_VALID_PATHS=1
    is "map, $with: $type, a path fails: nobody reads it" "$calm $before" "$(by_others)"
    ready 0
    event change dm-0 "${path_failed[@]}" DM_NR_VALID_PATHS=0
    is "map, $with: $type, no path: nobody reads it" "$calm $before ID_FS_TYPE=$type" "$(by_others) $(seen ID_FS_TYPE)"
    event add dm-0
    is "map, $with: $type, no path, coldplug: nobody reads it" "$calm $before ID_FS_TYPE=$type" "$(by_others) $(seen ID_FS_TYPE)"
    ready 1
    event change dm-0 "${path_back[@]}" DM_NR_VALID_PATHS=1
    is "map, $with: $type, a path is back: activated again" "1" "${properties[DM_ACTIVATION]-}"
  done

  # A flag of low priority, and the caller's own wish to be left alone, are not forgotten.
  scene
  event change dm-0 DM_COOKIE=0x00680000
  ready 0
  event change dm-0 "${path_failed[@]}" DM_NR_VALID_PATHS=0
  ready 1
  event change dm-0 "${path_back[@]}" DM_NR_VALID_PATHS=1
  is "map, $with: who wants no other rules gets none after the paths are back either" 1 "${properties[DM_UDEV_DISABLE_OTHER_RULES_FLAG]-}"
  scene
  event change dm-0 DM_COOKIE=0x00700000
  is "map, $with: a map of low priority does not take links from paths" "L:-100" "$(grep ^L: /run/udev/data/b253:0)"
done; done

# --- partitions --------------------------------------------------------------------------------------------------------
rules debian 2
table=(ID_PART_TABLE_TYPE=gpt ID_PART_TABLE_UUID=1)
start="/usr/bin/systemd-run --quiet --no-block --collect --property=DefaultDependencies=no /usr/sbin/multipath partitions --no-wait 253:0"
scene "${table[@]}"
event change dm-0 $activation
is "partitions: of a map with a table: made outside the worker" "$start" "$runs"
event change dm-0
is "partitions: the table may have changed" "$start" "$runs"
event change dm-0 "${path_failed[@]}" DM_NR_VALID_PATHS=1
is "partitions: not when a path fails" "" "$(grep partitions <<<"$runs")"
event change dm-0 $reload
is "partitions: not when only paths change" "" "$runs"
event add dm-0
is "partitions: in a coldplug" "$start" "$runs"
answer 'blkid /dev/dm-0' ID_X=1
event change dm-0
is "partitions: the table has gone: they are removed" "$start ID_PART_TABLE_TYPE=" "$runs $(seen ID_PART_TABLE_TYPE)"
event change dm-0
is "partitions: there was none before: nothing" "" "$runs"
ready 0
answer 'blkid /dev/dm-0' "${table[@]}"
event change dm-0 $no_path
is "partitions: not without a path" "" "$runs"
scene
event change dm-0 $activation
is "partitions: of a map with a file system: nothing" "" "$runs"
scene "${table[@]}" ID_FS_TYPE=isw_raid_member
event change dm-0 $activation
is "partitions: of an array's member are the array's" "" "$(grep partitions <<<"$runs")"
scene "${table[@]}"
event change dm-0 $no_partitions
is "partitions: the owner wants none" "" "$runs"
event add dm-0
is "partitions: nor in a coldplug" "" "$runs"
event change dm-0
is "partitions: nor later" "" "$runs"
fresh direct
map 0 mpatha "$uuid"
answer 'blkid /dev/dm-0' "${table[@]}"
ready 1
event change dm-0 $activation
is "partitions: without systemd in the worker, waiting for nobody" "/usr/sbin/multipath partitions --no-wait 253:0" "$runs"
fresh systemd
map 0 vg-lv LVM-abc
answer 'blkid /dev/dm-0' "${table[@]}"
event change dm-0 $activation
is "partitions: of other devices are not ours" " " "$runs $(grep udev-map <<<"$calls")"

# --- partition maps ----------------------------------------------------------------------------------------------------
for numbering in debian upstream; do for version in 1 2 3; do
  with="$numbering's numbers, version $version"
  rules $numbering $version || { skipped "partition maps, $with" "$newer_reason"; continue; }
  fresh systemd
  map 1 mpatha-part2 "part2-$uuid"
  answer 'udev-map 253:1' MPATH_DEVICE_READY=1 "${names[@]}" DM_PART=2
  answer 'blkid /dev/dm-1' "${filesystem[@]}" ID_PART_ENTRY_SCHEME=gpt ID_PART_ENTRY_UUID=99 ID_PART_ENTRY_NAME=root
  event change dm-1 $activation
  part_links="disk/by-id/dm-name-mpatha-part2>dm-1 disk/by-id/dm-uuid-part2-$uuid>dm-1 disk/by-id/scsi-35000c50000000001-part2>dm-1\
 disk/by-id/wwn-0x5000c50000000001-part2>dm-1 disk/by-label/data>dm-1 disk/by-partlabel/root>dm-1 disk/by-partuuid/99>dm-1\
 disk/by-uuid/1234>dm-1 mapper/mpatha-part2>dm-1"
  is "partition map, $with: all links" "$part_links" "$(links)"
  is "partition map, $with: no partitions of partitions" "" "$runs"
  answer 'udev-map 253:1' MPATH_DEVICE_READY=0 "${names[@]}" DM_PART=2
  for action in change add; do
    event $action dm-1
    is "partition map, $with: no path below, $action: nobody reads it, same links" "$calm 1 $part_links" "$(by_others) $(links)"
  done
  # First seen without a path below; the tool has its change event sent again when one is back.
  fresh systemd
  map 1 mpatha-part2 "part2-$uuid"
  answer 'udev-map 253:1' MPATH_DEVICE_READY=0 "${names[@]}" DM_PART=2
  answer 'blkid /dev/dm-1' "${filesystem[@]}" ID_PART_ENTRY_SCHEME=gpt ID_PART_ENTRY_UUID=99 ID_PART_ENTRY_NAME=root
  event change dm-1 $activation
  is "partition map, $with: new without a path below: nobody reads it" "$calm 0 MPATH_DEVICE_READY=0" "$(by_others) $(seen MPATH_DEVICE_READY)"
  answer 'udev-map 253:1' MPATH_DEVICE_READY=1 "${names[@]}" DM_PART=2
  event change dm-1
  is "partition map, $with: a path is back: read as when it is new, all links" "read by 'blkid', activated 1, ready 1 $part_links" "$(by_others) $(links)"
done; done

# --- LVM forgets what it saw on paths ------------------------------------------------------------------------------------
rules debian 2
scene ID_FS_TYPE=LVM2_member
event change dm-0 $activation
is "LVM: a map comes up, and LVM has seen nothing yet: nobody asks" "" "$(grep forget <<<"$calls")"
mkdir -p /run/lvm/pvs_online
event change dm-0 $activation
is "LVM: a map with a PV comes up: LVM forgets the paths" "multipath forget-pvs 253:0" "$(grep forget <<<"$calls")"
event change dm-0
is "LVM: not in an artificial change" "" "$(grep forget <<<"$calls")"
event change dm-0 "${path_failed[@]}" DM_NR_VALID_PATHS=1
is "LVM: not when a path fails" "" "$(grep forget <<<"$calls")"
event change dm-0 $reload
is "LVM: not when paths change" "" "$(grep forget <<<"$calls")"
event add dm-0
is "LVM: in a coldplug" "multipath forget-pvs 253:0" "$(grep forget <<<"$calls")"

# --- paths that failed are watched -----------------------------------------------------------------------------------------
rules debian 2
scene
event change dm-0 $activation
event change dm-0 "${path_failed[@]}" DM_NR_VALID_PATHS=1
is "watch: a path fails: a service asks until it is back" "/usr/bin/systemctl --no-block restart multipath-restore@253:0.service" "$runs"
event change dm-0 "${path_failed[@]}" DM_NR_VALID_PATHS=0
is "watch: so it does when no path is left" "/usr/bin/systemctl --no-block restart multipath-restore@253:0.service" "$runs"
event change dm-0 "${path_back[@]}" DM_NR_VALID_PATHS=1
is "watch: not when one is back" "" "$runs"
event change dm-0
is "watch: nor in any other event" "" "$runs"
