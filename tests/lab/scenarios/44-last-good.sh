# An error in multipath.conf on a running host: boot and events continue with the last configuration without errors; commands
# that an administrator runs by hand stop.
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
check "a run keeps a copy of the configuration" test -f $good
check_equal "only root can read the copy" 600 "$(stat -c %a $good)"
check_status "the copy is a valid configuration" 0 multipath check-config $good
before=$(stat -c '%i %y' $good)
multipath -ll >/dev/null
multipath -u "$(path_disk gold 0)" >/dev/null
check_equal "the copy is not rewritten while the configuration is unchanged" "$before" "$(stat -c '%i %y' $good)"
table=$(dmsetup table gold)
check_match "the map has the configured path selector" "round-robin 0" "$table"

note "--- an error"
configuration 'defaults {'
check_status "multipath stops" 1 multipath
check_status "multipath apply stops" 1 multipath apply
check_equal "-c continues" 'DM_MULTIPATH_DEVICE_PATH="1"' "$(multipath -c "/dev/$(path_disk gold 0)" 2>/dev/null)"
check_equal "-u continues" 'DM_MULTIPATH_DEVICE_PATH="1"' "$(multipath -u "$(path_disk gold 0)" 2>/dev/null)"
dmsetup message gold 0 "fail_path $(cat "/sys/block/$(path_disk gold 1)/dev")"
check_match "a listing continues and reports the copy that it uses" "last configuration without errors, of 20" "$(multipath -ll 2>&1)"
check_match "restore continues" "in use again" "$(multipath restore 2>/dev/null)"
check_equal "the copy is unchanged" "$before" "$(stat -c '%i %y' $good)"
multipath -F >/dev/null 2>&1
check_equal "-F continues" "" "$(dmsetup ls --target multipath | sed '/^No /d')"
multipath event add "$(cat "/sys/block/$(path_disk gold 0)/dev")" >/dev/null 2>&1
check_equal "an event creates the map by the last configuration" "$table" "$(dmsetup table gold)"
multipath -F >/dev/null 2>&1
check_status "apply --last-good continues" 0 multipath apply --last-good
check_equal "apply --last-good creates the same map" "$table" "$(dmsetup table gold)"

note "--- an error, and no copy"
rm $good
check_status "without a copy, an event succeeds" 0 multipath event change "$(cat "/sys/block/$(path_disk gold 0)/dev")"
check_equal "the event changes neither name nor table" "$table" "$(dmsetup table gold)"
check_status "without a copy, apply --last-good succeeds" 0 multipath apply --last-good
check_equal "apply --last-good changes neither name nor table" "$table" "$(dmsetup table gold)"
multipath -F >/dev/null 2>&1
multipath event add "$(cat "/sys/block/$(path_disk gold 0)/dev")" >/dev/null 2>&1
check "an event creates the map of a unit in the wwids file, named by its WWID" dmsetup info "$wwid"
multipath -F >/dev/null 2>&1
multipath -w "$wwid" >/dev/null 2>&1
multipath event add "$(cat "/sys/block/$(path_disk gold 0)/dev")" >/dev/null 2>&1
check_equal "an event creates no map of another unit" "" "$(dmsetup ls --target multipath | sed '/^No /d')"

note "--- a file system that cannot be written"
configuration ""
rm -f $good
mount -o bind,ro /etc/multipath /etc/multipath 2>/dev/null || mount -t tmpfs -o ro none /etc/multipath
check_equal "a listing does not report that the copy cannot be written" "" "$(multipath -ll 2>&1 >/dev/null)"
umount /etc/multipath
done_checks
