# Our rules in udevd: paths are claimed before anybody reads them, the map is made by their events alone, links are the map's, and
# a map that has lost all its paths hangs nobody.
# timeout: 300
# mem: 1280
# disk: one 64M 2
# disk: other 48M 1
. "$LAB/lib.sh"

modprobe -a virtio_scsi dm_mod dm_multipath dm_service_time scsi_dh_alua ext4
wait_for_disks 3 || exit
install_rules
one=() other=
for disk in $(disks QEMU); do
  case $(hctl "$disk") in *:1) one+=("$disk") ;; *) other=$disk ;; esac
done
note "one: ${one[*]}, other: $other"
mkfs.ext4 -q -L one -U 11111111-2222-4333-8444-000000000001 "/dev/${one[0]}"
mkfs.ext4 -q -L other -U 11111111-2222-4333-8444-000000000002 "/dev/$other"
mkdir -p /etc/multipath
printf 'defaults {\n  no_path_retry queue\n}\n' >/etc/multipath.conf
wwid=35000c50000000001
echo "/$wwid/" >/etc/multipath/wwids

start_udevd all
for disk in "${one[@]}"; do
  check_equal "$disk is claimed" "1 mpath_member 0" "$(udev_property "$disk" DM_MULTIPATH_DEVICE_PATH) $(udev_property "$disk" ID_FS_TYPE) $(udev_property "$disk" SYSTEMD_READY)"
  check_equal "$disk has no link of its content" "" "$(links_to "$disk" | grep -E 'by-(uuid|label)')"
done
check_equal "$other is not" "0 ext4" "$(udev_property "$other" DM_MULTIPATH_DEVICE_PATH) $(udev_property "$other" ID_FS_TYPE)"
check_equal "$other is found by its label" "$other" "$(link_target disk/by-label/other)"

map_is_there() { dmsetup info "$wwid"; }
check "the map is made by the events" wait_for 20 map_is_there || exit
udevd_settle
all_paths() { [ "$(dmsetup table "$wwid" | grep -oE '\b8:[0-9]+' | sort -u | wc -l)" = 2 ]; }
check "with both paths" wait_for 20 all_paths || note "$(dmsetup table; multipath -ll)"
udevd_settle
dm=$(basename "$(readlink -f "/dev/mapper/$wwid")")
links_before=$(links_to "$dm")
check_equal "the map's links" "disk/by-id/dm-name-$wwid
disk/by-id/dm-uuid-mpath-$wwid
disk/by-id/scsi-$wwid
disk/by-id/wwn-0x${wwid#3}
disk/by-label/one
disk/by-uuid/11111111-2222-4333-8444-000000000001
mapper/$wwid" "$links_before"
for link in $links_before; do check_equal "/dev/$link leads to the map" "$dm" "$(link_target "$link")"; done

# --- coldplug ------------------------------------------------------------------------------------------------------------
all_links_lead() {
  local link
  for link in $links_before; do [ "$(link_target "$link")" = "$dm" ] || { echo "$link -> $(link_target "$link")"; return 1; }; done
}
for action in add change; do
  udevadm trigger --action=$action --subsystem-match=block
  udevd_settle
  check "after a coldplug ($action) all links lead to the map" all_links_lead
  check_equal "and it has the same" "$links_before" "$(links_to "$dm")"
done

# --- one path, then all paths, lost with queueing --------------------------------------------------------------------------
settles() { local start=$SECONDS; udevadm settle --timeout=60 || return 1; [ $((SECONDS - start)) -lt 40 ]; }
path_offline "${one[0]}"
dd if=/dev/zero "of=/dev/mapper/$wwid" bs=4096 count=1 seek=8000 oflag=direct conv=notrunc 2>/dev/null
check "one path fails: udev settles" settles
check_equal "same links" "$links_before" "$(links_to "$dm")"
path_offline "${one[1]}"
dd if=/dev/zero "of=/dev/mapper/$wwid" bs=4096 count=1 seek=8000 oflag=direct conv=notrunc 2>/dev/null &
writer=$!
no_path() { ! dmsetup status "$wwid" | grep -qE ' 8:[0-9]+ A '; }
check "I/O waits, no path is left" wait_for 20 no_path
check "no path: udev settles" settles
check_equal "no process of udev hangs" "" "$(udev_in_d)"
check_equal "same links" "$links_before" "$(links_to "$dm")"
check_equal "the database says so" 0 "$(udev_property "$dm" MPATH_DEVICE_READY)"
for action in change add; do
  udevadm trigger --action=$action "/sys/class/block/$dm" $(printf '/sys/class/block/%s ' "${one[@]}")
  check "no path, $action: udev settles" settles
  check_equal "no path, $action: no process of udev hangs" "" "$(udev_in_d)"
  check_equal "no path, $action: same links" "$links_before" "$(links_to "$dm")"
done
check_equal "systemd would keep what is mounted from it" 1 "$(udev_property "$dm" SYSTEMD_READY)"

path_running "${one[@]}"
for disk in "${one[@]}"; do multipath reinstate "/dev/$disk"; done
check "the paths are back: the waiting I/O is done" wait "$writer"
udevd_settle
check_equal "it is read again" "1 ext4" "$(udev_property "$dm" MPATH_DEVICE_READY) $(udev_property "$dm" ID_FS_TYPE)"
check_equal "same links" "$links_before" "$(links_to "$dm")"

# --- a path is deleted and comes back ------------------------------------------------------------------------------------------
path_delete "${one[1]}"
one_path() { [ "$(dmsetup table "$wwid" | grep -oE '\b8:[0-9]+' | sort -u | wc -l)" = 1 ]; }
check "a path goes: the map is rebuilt without it" wait_for 20 one_path || note "$(dmsetup table)"
rescan
check "it comes back: the map has it" wait_for 20 all_paths || note "$(dmsetup table; lsblk)"
udevd_settle
check "all links lead to the map" all_links_lead
check_equal "same links" "$links_before" "$(links_to "$dm")"
mkdir -p /mnt/one
check "by its label it is mounted from the map" mount LABEL=one /mnt/one
check_equal "from the map" "$dm" "$(basename "$(readlink -f "$(findmnt -no SOURCE /mnt/one)")")"
umount /mnt/one
stop_udevd
done_checks
