# LVM's event activation with our rules: volume groups come up on the map and never on a path, with the rule that Debian's lvm2 has
# and with ours; a disk that LVM has seen before it was claimed; a label that is lost; md and loop.
# timeout: 400
# mem: 1536
# disk: early 96M 2
# disk: late 96M 2
# disk: plain 48M 1
. "$LAB/lib.sh"

modprobe -a virtio_scsi dm_mod dm_multipath dm_service_time scsi_dh_alua raid1 loop
wait_for_disks 5 || exit
install_rules
early=() late=() plain=
for disk in $(disks QEMU); do
  case $(hctl "$disk") in *:1) early+=("$disk") ;; *:2) late+=("$disk") ;; *) plain=$disk ;; esac
done
note "early: ${early[*]}, late: ${late[*]}, plain: $plain"
early_wwid=35000c50000000001 late_wwid=35000c50000000002
mkdir -p /etc/multipath /run/lvm

# group NAME DEVICE: a volume group with a logical volume "data" on a device, not active; one disk at a time, as LVM
# would else see the same PV on the other path.
group() {
  vgcreate -q -y --devices "$2" "$1" "$2" >/dev/null && lvcreate -q -y --devices "$2" -an -Zn -Wn -L 12M -n data "$1" >/dev/null
}
group early "/dev/${early[0]}" && group late "/dev/${late[0]}" && ok "there are volume groups" || not_ok "there are volume groups" || exit
rm -rf /run/lvm/*_online /run/lvm/pvs_lookup /etc/lvm/devices
echo "/$early_wwid/" >/etc/multipath/wwids        # not before, as LVM reads it, too

is_active() { [ -e "/dev/mapper/$1-data" ] && dmsetup info "$1-data"; }
# below VOLUME: the kernel's names of what it lies on.
below() { ls "/sys/class/block/$(basename "$(readlink -f "/dev/mapper/$1-data")")/slaves" | tr '\n' ' ' | sed 's/ $//'; }
dm_of() { basename "$(readlink -f "/dev/mapper/$1")"; }
map_is_there() { dmsetup info "$1"; }

start_udevd all
check "the early map is there" wait_for 20 map_is_there $early_wwid
check "its group is activated" wait_for 30 is_active early || note "$(pvs 2>&1; ls -R /run/lvm; dmsetup ls --tree)"
udevd_settle
check_equal "from the map" "$(dm_of $early_wwid)" "$(below early)"
check_equal "the link by the PV's id leads to the map" "$(dm_of $early_wwid)" \
  "$(basename "$(readlink -f /dev/disk/by-id/lvm-pv-uuid-"$(pvs --noheadings -o pv_uuid "/dev/mapper/$early_wwid" | tr -d ' ')")")"
note "pvs_online: $(head -n 3 /run/lvm/pvs_online/* | tr '\n' ' ')"

# Seen as a path: LVM activates the group there, or keeps it as seen.
udevd_settle
seen=$(grep -lE '^8:' /run/lvm/pvs_online/* | wc -l)
check_equal "LVM has seen the other group's PV on a disk that is not claimed" 1 "$seen"
# (LVM shows no group at all on two disks with one WWID and without a map.)
vgchange -q -an late >/dev/null 2>&1 && ! is_active late || dmsetup remove --retry late-data
check_fails "it is not active" is_active late
multipath -a "/dev/${late[0]}" >/dev/null
multipath apply $late_wwid
check "claimed late: the map is there" wait_for 20 map_is_there $late_wwid
check "its group is activated" wait_for 30 is_active late || note "$(pvs 2>&1; head -n 3 /run/lvm/pvs_online/*; dmsetup ls --tree)"
udevd_settle
check_equal "from the map" "$(dm_of $late_wwid)" "$(below late)"
check_equal "LVM has no PV on a path any more" "" "$(grep -lE '^8:' /run/lvm/pvs_online/*)"
for disk in "${late[@]}"; do
  check_equal "$disk is claimed now" "1 mpath_member" "$(udev_property "$disk" DM_MULTIPATH_DEVICE_PATH) $(udev_property "$disk" ID_FS_TYPE)"
done
vgchange -q -an early late >/dev/null
multipath -F

# --- our rule in place of Debian's ------------------------------------------------------------------------------------------------
rm -f /usr/lib/udev/rules.d/69-lvm.rules
rm -rf /run/lvm/*_online /run/lvm/pvs_lookup
udevadm control --reload
multipath apply
both_active() { is_active early && is_active late; }
check "our rule: both groups are activated" wait_for 30 both_active || note "$(dmsetup ls; ls -R /run/lvm)"
udevd_settle
check_equal "our rule: from the maps" "$(dm_of $early_wwid) $(dm_of $late_wwid)" "$(below early) $(below late)"

# A label that is lost: whoever wipes it closes the device, which is an event.
group onplain "/dev/$plain"
udevd_settle
online_of() { grep -lE "^$(cat "/sys/class/block/$1/dev")\$" /run/lvm/pvs_online/* 2>/dev/null; }
is_online() { [ -n "$(online_of "$1")" ]; }
is_offline() { ! is_online "$1"; }
udevadm trigger --action=add "/sys/class/block/$plain"
check "our rule: a PV on a disk that nobody claims is seen" wait_for 20 is_online "$plain" || note "$(udevadm info "/dev/$plain"; ls /run/lvm)"
vgchange -q -an onplain >/dev/null
udevd_settle
wipefs -q -a -f "/dev/$plain"
check "our rule: its label is lost: LVM is told" wait_for 20 is_offline "$plain" || note "$(udevadm info "/dev/$plain"; head /run/lvm/pvs_online/*)"

# loop: comes without a file, gets one.
truncate -s 40M /run/lab/loopfile
loop=$(losetup -f --show /run/lab/loopfile)
udevd_settle
group onloop "$loop"
losetup -d "$loop"
udevd_settle
rm -f $(online_of "${loop#/dev/}") /run/lvm/vgs_online/onloop
losetup "$loop" /run/lab/loopfile
check "our rule: a group on a loop device is activated" wait_for 30 is_active onloop || note "$(udevadm info "$loop"; ls -R /run/lvm)"
check_equal "our rule: the database remembers it" 1 "$(udev_property "${loop#/dev/}" LVM_LOOP_PV_ACTIVATED)"
vgchange -q -an onloop >/dev/null
udevadm trigger --action=change "/sys/class/block/${loop#/dev/}"
udevd_settle
busybox sleep 1
check_fails "our rule: an artificial change activates nothing" is_active onloop
losetup -d "$loop"

# md: comes, then runs.
truncate -s 40M /run/lab/half1 /run/lab/half2
one=$(losetup -f --show /run/lab/half1)
two=$(losetup -f --show /run/lab/half2)
mdadm --create /dev/md7 --run --level=1 --raid-devices=2 --assume-clean "$one" "$two" >/dev/null 2>&1
udevd_settle
group onmd /dev/md7
udevd_settle
vgchange -q -an onmd >/dev/null
mdadm --stop /dev/md7 >/dev/null 2>&1
udevd_settle
rm -f $(online_of md7) /run/lvm/vgs_online/onmd
mdadm --assemble /dev/md7 "$one" "$two" >/dev/null 2>&1
check "our rule: a group on an array is activated" wait_for 30 is_active onmd || note "$(cat /proc/mdstat; udevadm info /dev/md7; ls -R /run/lvm)"
stop_udevd
done_checks
