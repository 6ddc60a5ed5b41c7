# Paths that are pulled and plugged, fail and work again under running I/O: events alone keep the map whole, I/O sees no error, and
# partition maps come and go with their map.
# timeout: 500
# mem: 1280
# disk: vol 64M 2
. "$LAB/lib.sh"

modprobe -a virtio_scsi dm_mod dm_multipath dm_service_time ext4
wait_for_disks 2
install_rules
mkdir -p /etc/multipath
printf 'defaults {\n  no_path_retry queue\n  polling_interval 1\n  max_polling_interval 1\n}\n' >/etc/multipath.conf
wwid=35000c50000000001
echo "/$wwid/" >/etc/multipath/wwids
start_udevd all

has_paths() { [ "$(dmsetup table "$wwid" | grep -oE '\b8:[0-9]+' | sort -u | wc -l)" = "$1" ]; }
all_in_use() { has_paths "$1" && ! dmsetup status "$wwid" | grep -qE ' 8:[0-9]+ F '; }
check "the events make the map with both paths" wait_for 20 all_in_use 2 || exit
udevd_settle
dm=$(basename "$(readlink -f "/dev/mapper/$wwid")")

# --- partitions ------------------------------------------------------------------------------------------------------------
partitions() { ls /dev/mapper | grep -c -- "-part"; }
partuuids() { ls /dev/disk/by-partuuid 2>/dev/null | grep -c '^11111111'; }
sfdisk -q --no-reread --no-tell-kernel "/dev/mapper/$wwid" <<'PARTS'
label: gpt
start=2048, size=65536, uuid=11111111-0000-4000-8000-000000000001
start=67584, size=16384, uuid=11111111-0000-4000-8000-000000000002
PARTS
udevadm trigger --settle "/sys/class/block/$dm"
udevd_settle
two_partitions() { [ "$(partitions)" = 2 ] && [ "$(partuuids)" = 2 ]; }
check "a map that was partitioned gets its partition maps, with links" wait_for 20 two_partitions || note "$(ls -l /dev/mapper /dev/disk/by-partuuid; dmsetup ls --tree)"
first="/dev/mapper/$wwid-part1"
check_equal "the first is linear, where the table says" "0 65536 linear $(cat "/sys/class/block/$dm/dev") 2048" "$(dmsetup table "$wwid-part1")"
check_equal "its uuid is kpartx's" "part1-mpath-$wwid" "$(dmsetup info -c --noheadings -o uuid "$wwid-part1")"
check_equal "a second run has nothing to do" "" "$(multipath partitions "$wwid")"
check "by its partuuid it is the map's" test "$(link_target disk/by-partuuid/11111111-0000-4000-8000-000000000001)" = "$(link_target "mapper/$wwid-part1")"
sfdisk -q --no-reread --no-tell-kernel --delete "/dev/mapper/$wwid" 2
check_match "one that is gone from the table is removed" "remove +$wwid-part2" "$(multipath partitions "$wwid")"
udevd_settle
check_equal "with its link" "1 1" "$(partitions) $(partuuids)"
check "flush takes the partition maps along" multipath -f "$wwid"
udevd_settle
check_equal "nodes and links are gone" "0 0" "$(partitions) $(partuuids)"
check "a run makes the map again" multipath -q
back() { [ "$(partitions)" = 1 ] && [ "$(partuuids)" = 1 ]; }
check "and its event the partition" wait_for 20 back || note "$(dmsetup ls --tree)"
udevd_settle
dm=$(basename "$(readlink -f "/dev/mapper/$wwid")")

# --- running I/O -----------------------------------------------------------------------------------------------------------
mkfs.ext4 -q "$first"
mkdir -p /mnt/vol
mount "$first" /mnt/vol
run=/run/lab/io
: >$run
writer() {
  local n=0
  while [ -e $run ]; do
    n=$((n + 1))
    dd if=/dev/zero of=/mnt/vol/file bs=64k count=4 oflag=direct conv=notrunc 2>/dev/null || { echo "write $n" >>/run/lab/errors; return; }
    echo $n >/run/lab/written
    busybox usleep 100000
  done
}
: >/run/lab/errors
echo 0 >/run/lab/written
writer &
io=$!
goes_on() { local before; before=$(cat /run/lab/written); wait_for 20 more_than "$before"; }
more_than() { [ "$(cat /run/lab/written)" -gt $(($1 + 1)) ]; }

links() { links_to "$dm" | grep -v by-label; }
links_before=$(links)
disk_unplug vol 1
check "a path is pulled: the map is rebuilt without it" wait_for 30 has_paths 1 || note "$(dmsetup table)"
check "I/O goes on" goes_on
disk_plug vol 1
check "it is plugged again: the map is whole" wait_for 30 all_in_use 2 || note "$(dmsetup table)"
check "I/O goes on" goes_on
check_equal "same links" "$links_before" "$(links)"

path_delete "$(disks QEMU | tail -n 1)"
check "a path is deleted in sysfs: the map is rebuilt without it" wait_for 30 has_paths 1 || note "$(dmsetup table; ls /sys/block /run/multipath/events; ps -e -o pid,stat,args | grep multipath; udevadm info -x /sys/block/sd*)"
check "I/O goes on" goes_on
rescan
check "a scan finds it again: the map is whole" wait_for 30 all_in_use 2 || note "$(dmsetup table)"
check "I/O goes on" goes_on
check_equal "same links" "$links_before" "$(links)"

# Both paths, and nobody but the events brings them back, under other numbers.
disk_unplug vol 0
check "the first path is pulled" wait_for 30 has_paths 1
disk_unplug vol 1
no_disk() { [ "$(disks QEMU | wc -l)" = 0 ]; }
check "and the second" wait_for 30 no_disk
busybox sleep 2
check "udev settles without a path" udevd_settle 60
check_equal "no process of udev hangs" "" "$(udev_in_d)"
check_equal "I/O waits, no error" "" "$(cat /run/lab/errors)"
check_equal "same links" "$links_before" "$(links)"
disk_plug vol 0
check "a path comes back: I/O goes on" goes_on || note "$(dmsetup table; dmsetup status; ls /run/multipath/events)"
disk_plug vol 1
check "the map is whole" wait_for 30 all_in_use 2 || note "$(dmsetup table; dmsetup status)"

# --- a path that fails and works again has no event ---------------------------------------------------------------------------
disk=$(disks QEMU | tail -n 1)
number=$(cat "/sys/class/block/$disk/dev")
failed() { dmsetup status "$wwid" | grep -q " $number F "; }
path_offline "$disk"
# I/O may go over the other path alone, so the kernel is told.
check "a path is offline: the kernel takes it out of use" dmsetup message "$wwid" 0 fail_path "$number"
check "it is out of use" wait_for 10 failed
multipath restore --watch "$wwid" >/run/lab/restored 2>&1 &
watch=$!
busybox sleep 2
check "as long as it does not work it stays so" failed
path_running "$disk"
wait $watch
check_equal "it works: the watch takes it back, and ends" 0 $?
check "the map is whole" all_in_use 2
check_match "and says so" "path $disk is in use again" "$(cat /run/lab/restored)"
check "I/O goes on" goes_on

# --- a table reload while I/O runs, many at once ---------------------------------------------------------------------------------
for n in 1 2 3 4 5 6 7 8; do
  multipath event change "$number" &
done
wait $(jobs -p | grep -v "^$io$")
check "eight events of a path at once change nothing" all_in_use 2
check_equal "no event is left behind" "" "$(ls /run/multipath/events)"

rm $run
wait $io
check_equal "no write failed, from the first to the last" "" "$(cat /run/lab/errors)"
umount /mnt/vol
check "the file system is whole" fsck.ext4 -fn "$first"

# --- the host has no path of the map any more: I/O waits for no_path_retry checks, not for ever ------------------------------------
sed -i 's/no_path_retry queue/no_path_retry 3/' /etc/multipath.conf
queues() { dmsetup table "$wwid" | grep -q queue_if_no_path; }
check "the map queues" queues
disk_unplug vol 0
disk_unplug vol 1
check "both paths are pulled" wait_for 30 no_disk
udevd_settle
multipath restore --watch "$wwid" >/run/lab/counted 2>&1 &
watch=$!
check_fails "I/O waits, and then fails" dd if="$first" of=/dev/null bs=4k count=1 iflag=direct
check_match "no_path_retry is counted down without a path device" "no path worked for 3 checks: I/O fails from now on" "$(cat /run/lab/counted)"
check_fails "the map queues no more" queues
disk_plug vol 0
disk_plug vol 1
check "the paths are plugged again: the map is whole" wait_for 30 all_in_use 2 || note "$(dmsetup table; dmsetup status)"
wait $watch
check_equal "the watch ends with that" 0 $?
check "and the map queues again" queues
udevd_settle
check "the map can be flushed" multipath -f "$wwid"
stop_udevd

# --- a transport that fails under I/O --------------------------------------------------------------------------------------------
# (The hardware table has a no_path_retry of its own for this vendor.)
printf 'overrides {\n  no_path_retry queue\n}\n' >>/etc/multipath.conf
start_udevd all
san_lio far 64M 2
far=3$(sed 's/^naa\.//' "/sys/block/$(path_disk far 0)/device/wwid")
echo "/$far/" >>/etc/multipath/wwids
wwid=$far
for disk in $(unit_disks far); do echo add >"/sys/block/$disk/uevent"; done
check "the events make the far unit's map" wait_for 30 all_in_use 2 || note "$(dmsetup table; multipath plan)"
udevd_settle
dd if=/dev/zero of="/dev/mapper/$far" bs=64k count=512 oflag=direct 2>/run/lab/far &
io=$!
path_transport far 0 offline
# (Without systemd nobody starts the watch. The kernel may take both paths out of use for one, as they are one target port group.)
multipath restore --watch "$far" >/run/lab/restored 2>&1 &
watch=$!
wait $io
check_equal "I/O over a transport that fails on one path ends without an error" 0 $? || note "$(cat /run/lab/far)"
# (Its end was an event, for which the map is read again: whoever reads while the last path goes waits, too.)
udevd_settle
path_transport far 1 offline
dd if=/dev/zero of="/dev/mapper/$far" bs=64k count=64 oflag=direct 2>/run/lab/far &
io=$!
busybox sleep 3
check "on both paths: it waits" kill -0 $io
check "udev settles all the same" udevd_settle 60 || note "$(ps -e -o pid,ppid,stat,wchan:24,args | grep -v ' \[')"
check_equal "no process of udev hangs" "" "$(udev_in_d)"
path_transport far 0 online
path_transport far 1 online
wait $io
check_equal "the transport is back: I/O ends without an error" 0 $? || note "$(cat /run/lab/far /run/lab/restored)"
wait $watch
check_equal "the watch ends" 0 $?
check "and the map is whole" all_in_use 2 || note "$(dmsetup status; cat /run/lab/restored)"
stop_udevd
check "all maps can be flushed" multipath -F

# --- a burst: 256 path events ----------------------------------------------------------------------------------------------------
modprobe scsi_dh_alua
rm -f /etc/multipath/wwids
san_scsi_debug 8 32 8
echo 'defaults { find_multipaths on }' | sed 's/ {/ {\n/; s/ }/\n}/' >/etc/multipath.conf
for disk in $(disks Linux); do cat "/sys/class/block/$disk/dev"; done >/run/lab/numbers
check_equal "there are 256 paths" 256 "$(wc -l </run/lab/numbers)"
busybox xargs -P 32 -n 1 multipath event add </run/lab/numbers >/run/lab/burst 2>&1
check_equal "256 events at once make 32 maps, each once" 32 "$(grep -c '^create ' /run/lab/burst)"
check_equal "with all their paths" "32 8" "$(dmsetup table --target multipath | awk '{ n = gsub(/ [0-9]+:[0-9]+ /, " "); print n }' | sort | uniq -c | awk '{ print $1, $2 }')"
check_equal "none is suspended" "" "$(dmsetup info -c --noheadings -o name,suspended | grep -i ':suspended')"
check_equal "no event is left behind" "" "$(ls /run/multipath/events)"
done_checks
