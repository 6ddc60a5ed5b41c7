# The life of a map on LIO units with a udevd: made, left alone, changed, renamed, resized, flushed; with I/O through it.
# mem: 1536
# timeout: 400
. "$LAB/lib.sh"

san_lio one 64M 4
san_lio two 64M 4
modprobe -a dm-multipath dm-service-time
start_udevd
udevd_settle

wwid() { cat "/sys/block/$1/device/wwid" | sed 's/^naa\./3/'; }
one=$(wwid "$(path_disk one 0)")
two=$(wwid "$(path_disk two 0)")
table() { dmsetup table "$1" | sed 's/ *$//'; }
number() { cat "/sys/block/$1/dev"; }
# Ioctls that write to device-mapper (linux/dm-ioctl.h): remove_all create remove rename suspend load clear message.
writes() { grep -cE 'DM_(REMOVE_ALL|DEV_CREATE|DEV_REMOVE|DEV_RENAME|DEV_SUSPEND|TABLE_LOAD|TABLE_CLEAR|TARGET_MSG)' "$1"; }

plan=$(multipath -d 2>&1)
check_match "the dry run says create" "create: $one" "$plan"
check_equal "the dry run makes nothing" "No devices found" "$(dmsetup ls)"

out=$(multipath 2>/tmp/err); status=$?
check_equal "multipath makes the maps" 0 $status
check_match "and says only that they queue" "^multipath: $one, $two: I/O is queued while no path is usable" "$(cat /tmp/err)"
check_equal "in one line" 1 "$(wc -l </tmp/err)"
check_equal "the two units have a map each" "$(printf '%s\n' "$one" "$two" | sort)" "$(dmsetup ls --target multipath | cut -f1 | sort)"
check_equal "the dm uuid is mpath- and the WWID" "mpath-$one" "$(dmsetup info -c --noheadings -o uuid "$one")"
check "udev made the node" test -L "/dev/mapper/$one"
check_equal "no semaphore is left" 0 "$(dmsetup udevcookies | grep -c 0xd4d)"

strace -f -e trace=ioctl -o /tmp/second multipath >/tmp/out 2>&1
check_equal "a second run prints nothing" "" "$(cat /tmp/out)"
check_equal "and makes no device-mapper write" 0 "$(writes /tmp/second)"

note "--- a path goes and comes"
mkfs.ext4 -q "/dev/mapper/$one" && mkdir -p /mnt/one && mount "/dev/mapper/$one" /mnt/one
( i=0; while [ ! -e /tmp/stop ]; do i=$((i + 1)); dd if=/dev/urandom of=/mnt/one/file$((i % 8)) bs=64k count=8 oflag=direct 2>>/tmp/io.err || echo "dd failed at $i" >>/tmp/io.failed; done; echo $i >/tmp/io.rounds ) &
writer=$!
lost=$(path_disk one 3); lost_number=$(number "$lost")
path_unplug one 3
wait_for 10 test ! -e "/sys/block/$lost"
out=$(multipath -d 2>&1)
check_match "the dry run says reload and which path goes" "$one: reload: path $lost_number removed" "$out"
multipath >/dev/null
check_fails "the path is out of the table" grep -q " $lost_number " <<<"$(table "$one") "
path_plug one 3
wait_for 10 test -n "$(path_disk one 3)"
udevd_settle
back=$(path_disk one 3)
out=$(multipath)
check_match "a path that came back is taken in" "^reload: $one" "$out"
check_match "with its new device number" " $(number "$back") 1" "$(table "$one") "
path_transport one 1 offline; sleep 1; path_transport one 1 online
path_offline "$(path_disk one 2)"
out=$(multipath -ll "$one" 2>/dev/null)
check_match "an offline path is listed faulty" "$(path_disk one 2) +$(number "$(path_disk one 2)") +[a-z]+ faulty offline" "$out"
out=$(multipath 2>&1)
check_equal "a path that is dead stays in its map" 4 "$(table "$one" | grep -oE ' [0-9]+:[0-9]+ ' | wc -l)"
path_running "$(path_disk one 2)"
touch /tmp/stop; wait $writer
check_equal "no write through the map failed" "" "$(cat /tmp/io.failed 2>/dev/null)"
note "rounds of writes: $(cat /tmp/io.rounds)"

note "--- a map in use"
before=$(dmsetup table; dmsetup info -c --noheadings -o name,suspended,open)
out=$(multipath -f "$one" 2>&1); status=$?
check_equal "a mounted map is not flushed" 1 $status
check_match "and says map in use, and where it is mounted" "map in use.*mounted on /mnt/one" "$out"
check_equal "it is as it was" "$before" "$(dmsetup table; dmsetup info -c --noheadings -o name,suspended,open)"
check_status "the verb exits 3 for it" 3 multipath flush "$one"
multipath -F >/dev/null 2>&1
check_equal "-F removes the unused one only" "$one" "$(dmsetup ls --target multipath | cut -f1)"
multipath >/dev/null

note "--- queueing is kept"
dmsetup message "$one" 0 queue_if_no_path
path_unplug one 3; wait_for 10 test ! -e "/sys/block/$back"
multipath >/dev/null
check_match "a reload keeps queue_if_no_path" "multipath 1 queue_if_no_path" "$(table "$one")"
multipath -f "$one" 2>/dev/null
check_match "a refused flush keeps it too" "multipath 1 queue_if_no_path" "$(table "$one")"
dmsetup message "$one" 0 fail_if_no_path
umount /mnt/one

note "--- another size"
lio_resize two 96M
path_refresh "$(path_disk two 0)"
out=$(multipath 2>&1); status=$?
check_match "paths of different sizes are refused" "$two: reject: .*sectors" "$out"
check_equal "and the exit status says so" 1 $status
check_equal "the map keeps its size" 131072 "$(blockdev --getsz "/dev/mapper/$two")"
for p in 1 2 3; do path_refresh "$(path_disk two $p)"; done
out=$(multipath)
check_match "when all agree the map is resized" "^resize: $two" "$out"
check_equal "and has the new size" 196608 "$(blockdev --getsz "/dev/mapper/$two")"

note "--- another name"
dmsetup rename "$two" something
check_match "the dry run says rename" "rename: name is something, should be $two" "$(multipath -d 2>&1)"
multipath >/dev/null
check_equal "the name is put right" "mpath-$two" "$(dmsetup info -c --noheadings -o uuid "$two")"
check "and its node" test -L "/dev/mapper/$two"

note "--- partitions"
echo ',10M' | sfdisk -q "/dev/mapper/$two" 2>/dev/null
kpartx -a -p -part "/dev/mapper/$two"; udevd_settle
check "the partition has a map" dmsetup info "$two-part1"
exec 9<"/dev/mapper/$two-part1"
check_status "an open partition keeps the map" 1 multipath -f "$two"
check "and itself" dmsetup info "$two-part1"
exec 9<&-
check_status "else both go" 0 multipath -f "$two"
check_fails "the partition is gone" dmsetup info "$two-part1"

note "--- read-only"
multipath -F >/dev/null 2>&1
for disk in $(unit_disks two); do blockdev --setro "/dev/$disk"; done
multipath >/dev/null
check_equal "read-only paths make a read-only map" 1 "$(cat "/sys/block/$(basename "$(readlink -f "/dev/mapper/$two")")/ro")"
multipath -F
for disk in $(unit_disks two); do blockdev --setrw "/dev/$disk"; done

note "--- in use by others"
first=$(path_disk two 0)
dmsetup create onpath --table "0 2048 linear /dev/$first 0"
out=$(multipath 2>&1)
check_match "a path that something stands on is not taken" "$first: not added to a map: held by dm-[0-9]+" "$out"
check_match "nor are the other paths of its unit" "another path of the unit, is in use" "$out"
check_fails "so there is no map" dmsetup info "$two"
dmsetup remove onpath
check_match "the map is made when it is free" "create: $two" "$(multipath -d 2>&1)"
multipath -F

note "--- one path"
for p in 1 2; do path_unplug one $p; done
udevd_settle
check_match "the unit had a map, so the wwids file has it" "/$one/" "$(cat /etc/multipath/wwids)"
multipath >/dev/null 2>&1
check "so it gets one again for its only path" dmsetup info "$one"
multipath -F
check_match "-w takes it out of the file" "wwid '$one' removed" "$(multipath -w "$one")"
multipath >/dev/null 2>&1
check_fails "then no map for one path" dmsetup info "$one"
multipath -i >/dev/null
check "-i creates one" dmsetup info "$one"
multipath -F
check_equal "nothing is left" "No devices found" "$(dmsetup ls)"
done_checks
