# The lab can do what the other scenarios rely on.
# timeout: 240
# disk: vol 32M 2
. "$LAB/lib.sh"

# --- adapters of the machine ---------------------------------------------------------------------------------------
modprobe virtio_scsi
wait_for_disks 2
check_equal "a disk behind two host adapters is two disks" 2 "$(disks QEMU | wc -l)"
check "unplug a disk of the machine" disk_unplug vol 1
alone() { [ "$(disks QEMU | wc -l)" = 1 ]; }   # (either may be sda: the kernel probes both adapters at the same time)
check "the guest loses it" wait_for 20 alone
check "plug it again" disk_plug vol 1
check "the guest finds it" wait_for_disks 2

# --- scsi_debug -----------------------------------------------------------------------------------------------------
modprobe -a dm_multipath dm_service_time scsi_dh_alua
san_scsi_debug 2 2
check_equal "two hosts with two units each are four disks" 4 "$(disks Linux | wc -l)"
first=$(disks Linux | tail -n 1)   # (of the hosts, the even ones are in ALUA standby)
path_offline "$first"
check_fails "an offline disk cannot be read" dd if=/dev/"$first" of=/dev/null count=1 iflag=direct
path_running "$first"
check "it can when it runs again" dd if=/dev/"$first" of=/dev/null count=1 iflag=direct
path_delete "$first"
check_equal "a deleted disk is gone" 3 "$(disks Linux | wc -l)"
rescan
check "a scan finds it again" wait_for_disks 6

# --- LIO ------------------------------------------------------------------------------------------------------------
san_lio gold 64M 2 alua=yes vendor=ACME product=GOLD
mapfile -t gold < <(unit_disks gold)
check_equal "an LIO unit has a disk for each path" 2 "${#gold[@]}"
check_equal "vendor and product are what the scenario says" "ACME GOLD" \
  "$(sg_inq "/dev/${gold[0]}" | awk -F': ' '/Vendor|Product id/ { gsub(/ +$/, "", $2); printf "%s%s", s, $2; s = " " }')"
check_equal "both paths have the same identity" "$(sg_vpd -p di_lu -q "/dev/${gold[0]}")" "$(sg_vpd -p di_lu -q "/dev/${gold[1]}")"
states() { sg_rtpg -d "/dev/$1" | sed -n 's/.*access state : 0x0\([0-9a-f]\).*/\1/p' | paste -sd' '; }
check_equal "both target port groups are optimized" "0 0" "$(states "${gold[0]}")"
lio_alua_state gold 1 standby
check_equal "a change of ALUA state is seen over the other path" "0 2" "$(states "${gold[0]}")"
lio_alua_state gold 1 optimized
path_delete "${gold[1]}"
check_equal "a deleted path is gone" 1 "$(unit_disks gold | wc -l)"
rescan
check "and comes back" wait_for 20 unit_is_complete gold 2
lio_resize gold 96M
path_refresh $(unit_disks gold)
check_equal "a larger unit is seen" $((96 * 2048)) "$(cat /sys/block/"$(path_disk gold 0)"/size)"

# --- TCMU -----------------------------------------------------------------------------------------------------------
made=/run/lab/made
mkdir -p "$made"
tcmu_inquiry HITACHI OPEN-V 5001 >"$made/inquiry.hex"
tcmu_naa_page 60060e8005123400000012340000abcd >"$made/pg83.hex"
tcmu_serial_page "50 0123412AB" >"$made/pg80.hex"
if san_tcmu open "$made" 64M 2 family=strange; then
  check "a unit made of files has its disks" unit_is_complete open 2
  disk=/dev/$(path_disk open 0)
  check_match "it answers with our page 0x83" 0x60060e8005123400000012340000abcd "$(sg_vpd -p di "$disk")"
  check_match "it lists its pages" "Device identification" "$(sg_vpd "$disk")"
  echo "some text" | dd of="$disk" bs=512 count=1 conv=sync oflag=direct status=none
  check_equal "what is written over one path is read over the other" "some text" \
    "$(dd if=/dev/"$(path_disk open 1)" bs=512 count=1 iflag=direct status=none | tr -d '\0')"
  tcmu_behave open 0 'vpd:83 short 12'
  check_equal "a short answer is told by the residual count" 12 "$(sg_raw -r 255 "$disk" 12 01 83 00 ff 00 2>&1 | sed -n 's/.*Received \([0-9]*\) bytes.*/\1/p')"
  tcmu_behave open 0 'tur sense 6 29 0 times 2'
  check_fails "a UNIT ATTENTION is reported" sg_turs "$disk"
  tcmu_behave open 0 'vpd garbage'
  check_fails "garbage is not a page" sg_vpd -p di_lu "$disk"
  tcmu_behave open 0 'vpd slow 300'
  before=$(milliseconds)
  sg_vpd -p di "$disk" >/dev/null
  check "a slow answer takes its time" test $(($(milliseconds) - before)) -ge 300
  tcmu_behave open 0 'any hang'
  sg_turs "$disk" >/dev/null 2>&1 &
  asking=$!
  check "the other path of a hung one answers" timeout 20 sg_turs /dev/"$(path_disk open 1)"
  check "the hung one does not" kill -0 "$asking"
  tcmu_behave open 0 ''
  if wait "$asking"; then ok "until the silence ends"; else not_ok "until the silence ends" "status $?"; fi
else
  skip "units made of files" "tcmu_disk is not built"
fi
if [ -e "$tcmu_samples/ibm-2107900.pg83.hex" ] && [ -e /run/lab/tcmu/serve ]; then
  san_tcmu_sample ds8000 ibm-2107900 32M 2
  check "a saved unit has its disks" unit_is_complete ds8000 2
  check_match "with the saved identity" 0x6005076307ffc5e3000000000000805c "$(sg_vpd -p di /dev/"$(path_disk ds8000 0)")"
else
  skip "a unit from saved pages" "no samples beside the checkout"
fi

# --- device-mapper, and the packaged tool ---------------------------------------------------------------------------
mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths no\n}\n' >/etc/multipath.conf
pretend_udevd
check "the packaged multipath makes maps" packaged-multipath -v1
dmsetup mknodes                       # the packaged tool leaves the nodes to udevd, which does not run
gold_map=/dev/mapper/$(packaged-multipath -ll 2>/dev/null | sed -n 's/^\([^ ]*\) .*ACME.*/\1/p')
check "one of them is the LIO unit's" test -b "$gold_map"
check "it takes a file system" mkfs.ext4 -q "$gold_map"
mkdir -p /mnt/gold
check "which mounts" mount "$gold_map" /mnt/gold
dd if=/dev/urandom of=/run/lab/file bs=1M count=4 status=none
cp /run/lab/file /mnt/gold/file
sync
path_offline "$(path_disk gold 0)"
echo 3 >/proc/sys/vm/drop_caches
check "reads survive the loss of a path" cmp /mnt/gold/file /run/lab/file
umount /mnt/gold
check "the packaged multipath flushes its maps" packaged-multipath -F
check_equal "and none is left" "No devices found" "$(dmsetup ls)"

# --- udevd ----------------------------------------------------------------------------------------------------------
check "udevd starts and settles" start_udevd
check "it makes links by identity" test -e "/dev/disk/by-id/wwn-0x60060e8005123400000012340000abcd"

done_checks
