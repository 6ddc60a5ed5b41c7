# A typing error in multipath.conf on a running host: what is started by the boot and by events goes on, by the last configuration
# without errors, and what an administrator starts by hand stops.
# mem: 1024
# timeout: 300
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time dm-round-robin
san_lio gold 64M 2
path_refresh $(disks)
pretend_udevd
wwid=3$(sed 's/^naa\.//' "/sys/block/$(path_disk gold 0)/device/wwid")
good=/etc/multipath/last-good.conf
mkdir -p /etc/multipath
configuration() { printf 'defaults {\n find_multipaths no\n}\nmultipaths {\n multipath {\n  wwid %s\n  alias gold\n  path_selector "round-robin 0"\n }\n}\n%s\n' "$wwid" "$1" >/etc/multipath.conf; }

note "--- the copy"
configuration ""
multipath -v0
check "a run keeps a copy" test -f $good
check_equal "for root alone" 600 "$(stat -c %a $good)"
check_status "which is a configuration itself" 0 multipath check-config $good
before=$(stat -c '%i %y' $good)
multipath -ll >/dev/null
multipath -u "$(path_disk gold 0)" >/dev/null
check_equal "and is not written again while nothing changes" "$before" "$(stat -c '%i %y' $good)"
table=$(dmsetup table gold)
check_match "the map is made by it" "round-robin 0" "$table"

note "--- an error"
configuration 'defaults {'
check_status "a run by hand stops" 1 multipath
check_status "so does apply" 1 multipath apply
check_equal "-c" 'DM_MULTIPATH_DEVICE_PATH="1"' "$(multipath -c "/dev/$(path_disk gold 0)" 2>/dev/null)"
check_equal "and -u agree" 'DM_MULTIPATH_DEVICE_PATH="1"' "$(multipath -u "$(path_disk gold 0)" 2>/dev/null)"
dmsetup message gold 0 "fail_path $(cat "/sys/block/$(path_disk gold 1)/dev")"
check_match "a listing goes on, and says which copy it goes by" "last configuration without errors, of 20" "$(multipath -ll 2>&1)"
check_match "restore goes on" "in use again" "$(multipath restore 2>/dev/null)"
check_equal "the copy is still the good one" "$before" "$(stat -c '%i %y' $good)"
multipath -F >/dev/null 2>&1
check_equal "-F goes on" "" "$(dmsetup ls --target multipath | sed '/^No /d')"
multipath event add "$(cat "/sys/block/$(path_disk gold 0)/dev")" >/dev/null 2>&1
check_equal "an event makes the map as the last configuration says" "$table" "$(dmsetup table gold)"
multipath -F >/dev/null 2>&1
check_status "apply --last-good goes on" 0 multipath apply --last-good
check_equal "with the same map" "$table" "$(dmsetup table gold)"

note "--- an error, and no copy"
rm $good
check_status "an event leaves the map as it is" 0 multipath event change "$(cat "/sys/block/$(path_disk gold 0)/dev")"
check_equal "with its name and table" "$table" "$(dmsetup table gold)"
check_status "and so does apply --last-good" 0 multipath apply --last-good
check_equal "with its name and table" "$table" "$(dmsetup table gold)"
multipath -F >/dev/null 2>&1
multipath event add "$(cat "/sys/block/$(path_disk gold 0)/dev")" >/dev/null 2>&1
check "a unit of the wwids file gets a map, named by its WWID" dmsetup info "$wwid"
multipath -F >/dev/null 2>&1
multipath -w "$wwid" >/dev/null 2>&1
multipath event add "$(cat "/sys/block/$(path_disk gold 0)/dev")" >/dev/null 2>&1
check_equal "any other unit does not" "" "$(dmsetup ls --target multipath | sed '/^No /d')"

note "--- a file system that cannot be written"
configuration ""
rm -f $good
mount -o bind,ro /etc/multipath /etc/multipath 2>/dev/null || mount -t tmpfs -o ro none /etc/multipath
check_equal "a listing is silent about it" "" "$(multipath -ll 2>&1 >/dev/null)"
umount /etc/multipath
done_checks
