# Live maps whose WWID or name another program gave: a map by the serial number of page 0x80 keeps its paths, name and file system
# while paths go, come back and are new; the map is busy; a run is killed half-way. Two maps that have each other's name.
# mem: 1280
# timeout: 400
. "$LAB/lib.sh"
modprobe -a dm-multipath dm-service-time ext4
busybox mkdir -p /etc/multipath /mnt/root
printf 'defaults {\n  find_multipaths no\n  no_path_retry fail\n}\n' >/etc/multipath.conf
state=/etc/multipath
san_lio root 64M 4
pretend_udevd
first=$(path_disk root 0) second=$(path_disk root 1) third=$(path_disk root 2) fourth=$(path_disk root 3)
ours=3$(sed 's/^naa\.//' "/sys/block/$first/device/wwid")
theirs=$(/lib/udev/scsi_id --whitelisted --replace-whitespace --page=0x80 --device="/dev/$first")
check_match "page 0x80 gives another WWID" '^S' "$theirs"
number() { cat "/sys/block/$1/dev"; }
table() { dmsetup table "$1" 2>/dev/null; }
sectors=$(cat "/sys/block/$first/size")
dmsetup --verifyudev create root --uuid "mpath-$theirs" --table "0 $sectors multipath 0 1 alua 1 1 service-time 0 3 1 $(number "$first") 1 $(number "$second") 1 $(number "$third") 1"
busybox sleep 1
check "the unit has a file system, which is mounted" sh -c "mkfs.ext4 -q /dev/mapper/root && mount /dev/mapper/root /mnt/root"
head -c 400000 /dev/urandom >/mnt/root/file; sync
sum=$(md5sum </mnt/root/file)

note "--- a map by another program's rule"
out=$(multipath plan 2>&1)
check_fails "no second map is planned" grep -q create <<<"$out"
check_match "a path that the map lacks comes in" "reload  root  path $fourth .* added" "$out"
check_match "the rule is named" "root: has WWID $theirs by scsi_id's rule for the serial number of page 0x80" "$out"
check_fails "nothing is called exchanged" grep -q exchanged <<<"$out"
check_equal "-u leaves the paths to the map" 'DM_MULTIPATH_DEVICE_PATH="1"' "$(multipath -u "$first")"
check_match "explain has the rule" "goes by $theirs" "$(multipath explain root 2>&1)"
check "a run takes the path in" multipath -v0
check_match "it is in the table" " $(number "$fourth") " "$(table root)"
check_equal "there is one map" 1 "$(dmsetup ls --target multipath | wc -l)"
check_equal "the uuid is as it was" "mpath-$theirs" "$(dmsetup info -c --noheadings -o uuid root)"

note "--- paths go and come back"
path_delete "$first"
check "a run goes on without it" multipath -v0
check_equal "it is not in the table" 3 "$(multipath -ll root | grep -c ' running$')"
check_equal "the file is there" "$sum" "$(md5sum </mnt/root/file)"
rescan; wait_for_disks 4
check "a run takes it back" multipath -v0
check_equal "four paths again" 4 "$(multipath -ll root | grep -c ' running$')"
disk=$(path_disk root 1)
path_offline "$disk"
check_fails "a dead path is no reason for a table" grep -q reload <<<"$(multipath plan 2>&1)"
path_running "$disk"

note "--- the device is busy"
check_status "-f of the mounted map fails" 1 multipath -f root
check_status "flush of the mounted map is refused" 3 multipath flush root
check_equal "the file is there" "$sum" "$(md5sum </mnt/root/file)"
check "it has its table" test -n "$(table root)"

note "--- killed half-way"
path_delete "$(path_disk root 0)"
wanted=$(multipath -d 2>/dev/null | grep -c .)
check "there is something to do" test "$wanted" -gt 0
kills=0
for call in DM_TABLE_LOAD DM_DEV_SUSPEND; do
  for when in 1 2 3; do
    strace -o /run/lab/trace -e trace=ioctl multipath -d -v0 >/dev/null 2>&1
    steps=$(grep -c ioctl /run/lab/trace)
    strace -o /dev/null -e trace=ioctl -e "inject=ioctl:signal=KILL:when=$((steps + when))" multipath -v0 >/dev/null 2>&1
    kills=$((kills + 1))
    check_equal "killed at its change $kills ($call): the map is not suspended" "" "$(suspended)"
    check "killed at its change $kills: the map has a table" test -n "$(table root)"
  done
done
check_equal "no path is in two maps" "" "$(shared_paths)"
check "the next run does the rest" multipath -v0
check_equal "nothing is left to do" "" "$(multipath -d 2>/dev/null)"
check_equal "the file is there" "$sum" "$(md5sum </mnt/root/file)"
check "it is unmounted" umount /mnt/root
check "and flushed" multipath -f root
rescan; wait_for_disks 4
check "then the unit gets a map" multipath -v0
check "by its own WWID" dmsetup info "$ours"
multipath -F

note "--- two maps with each other's name"
san_lio other 64M 2
other=3$(sed 's/^naa\.//' "/sys/block/$(path_disk other 0)/device/wwid")
printf 'defaults {\n  find_multipaths no\n}\nmultipaths {\n  multipath {\n    wwid %s\n    alias web\n  }\n  multipath {\n    wwid %s\n    alias db\n  }\n}\n' "$ours" "$other" >/etc/multipath.conf
check "the maps are made" multipath -q -v0
dmsetup --verifyudev rename web third; dmsetup --verifyudev rename db web; dmsetup --verifyudev rename third db
dmsetup --verifyudev create web-part1 --noudevsync --uuid "part1-mpath-$other" --table "0 2048 linear /dev/mapper/web 64"
sleep 1000 </dev/mapper/db &
check_match "a plan has both" "another map still has that name" "$(multipath plan 2>&1)"
check "one run swaps the names" multipath -q -v0
check_equal "web is the first unit" "mpath-$ours" "$(dmsetup info -c --noheadings -o uuid web)"
check_equal "db is the other" "mpath-$other" "$(dmsetup info -c --noheadings -o uuid db)"
check_equal "its partition map came along" "part1-mpath-$other" "$(dmsetup info -c --noheadings -o uuid db-part1)"
check_equal "nothing is left to do" "" "$(multipath -d 2>/dev/null)"
kill $!; wait $! 2>/dev/null
check_equal "no path is in two maps" "" "$(shared_paths)"
check "all is flushed" multipath -F
done_checks
