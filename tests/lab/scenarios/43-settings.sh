# Settings as a kernel and a udevd show them: who may open a map's node, queueing of maps made by hand, patience of a flush,
# weights of paths, and which maps get another size.
# mem: 1280
# timeout: 400
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time dm-round-robin scsi_dh_alua
install_rules
san_lio pair 64M 2 alua=yes
lio_alua_state pair 1 nonoptimized
path_refresh $(unit_disks pair)
busybox mkdir -p /etc/multipath
pair=3$(sed 's/^naa\.//' "/sys/block/$(path_disk pair 0)/device/wwid")
table() { dmsetup table "$pair" | sed 's/ *$//'; }
node() { readlink -f "/dev/mapper/$pair"; }
owner() { stat -c '%a %u %g' "$(node)"; }
# configure DEFAULTS [UNIT]: find_multipaths and the lines for the unit's own section.
configure() {
  printf 'defaults {\n find_multipaths on\n%s\n}\noverrides {\n path_checker tur\n}\nmultipaths {\n multipath {\n wwid %s\n%s\n }\n}\n' "$1" "$pair" "${2-}" >/etc/multipath.conf
}

note "--- rr_weight, as the packaged tool has it in its table"
pretend_udevd
printf 'defaults {\n find_multipaths no\n path_grouping_policy group_by_prio\n path_selector "round-robin 0"\n rr_weight priorities\n rr_min_io_rq 10\n}\n' >/etc/multipath.conf
printf 'overrides {\n path_selector "round-robin 0"\n path_checker tur\n rr_weight priorities\n rr_min_io_rq 10\n}\n' >>/etc/multipath.conf
theirs=$(packaged-multipath -q -d -v4 2>&1 | sed -n 's/.*assembled map \[\(.*\)\].*/\1/p' | head -n 1)
ours=$(multipath plan 2>/dev/null | sed -n 's/^ *table: 0 [0-9]* multipath //p')
check_match "paths are weighed by their priorities" ' 500 round-robin 0 1 1 [0-9:]* 100$' "$ours"
if [ -n "$theirs" ]; then check_equal "the table is the packaged tool's" "$theirs" "$ours"
else skip "the table is the packaged tool's" "it does not show its table"; fi
multipath -q >/dev/null 2>&1
check_equal "the kernel takes each number for 1, which is no reason to reload" "" "$(multipath 2>&1)"
multipath -F

note "--- mode, uid and gid"
start_udevd all
configure '' ' mode 0600
 uid 1001
 gid 1002'
check_match "the plan says so" "node: mode 0600, owner 1001, group 1002" "$(multipath plan 2>/dev/null)"
multipath -q >/dev/null
check_equal "the node of the map has them" "600 1001 1002" "$(owner)"
udevadm trigger --action=change --settle "$(node)"
check_equal "and keeps them in other events" "600 1001 1002" "$(owner)"
multipath -r >/dev/null 2>&1; udevd_settle
check_equal "and when it is loaded anew" "600 1001 1002" "$(owner)"
multipath queue off "$pair"             # whoever reads a map that queues cannot be killed
path_transport pair 0 offline; path_transport pair 1 offline
timeout 5 dd if="$(node)" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null
udevadm trigger --action=change --settle "$(node)"
check_equal "and without a path" "600 1001 1002" "$(owner)"
path_transport pair 0 online; path_transport pair 1 online
multipath restore >/dev/null 2>&1
configure ''
udevadm trigger --action=change --settle "$(node)"
# udev gives a node back to root and its group only when the device is added.
check_fails "without them the rules set nothing" grep -q MULTIPATH_NODE <<<"$(udevadm info "$(node)")"
check_status "flushed" 0 multipath -f "$pair"

note "--- queueing of maps made by hand"
configure '' ' no_path_retry queue'
err=$(multipath 2>&1 >/dev/null)
check_match "whoever makes it is told" "$pair: I/O is queued while no path is usable" "$err"
check_match "it queues" "multipath 1 queue_if_no_path " "$(table)"
made=$(table)
multipath -F
multipath event add "$(cat "/sys/block/$(path_disk pair 0)/dev")" >/dev/null 2>&1; udevd_settle
check_equal "an event makes the same" "$made" "$(table)"
path_transport pair 0 offline; path_transport pair 1 offline
dd if="$(node)" of=/dev/null bs=4k count=1 iflag=direct 2>/run/lab/dd.err & reader=$!
busybox sleep 3
check "I/O waits without a path" kill -0 $reader
path_transport pair 0 online; path_transport pair 1 online
multipath restore >/dev/null 2>&1
wait $reader
check_equal "and is done when restore takes the paths back" 0 $?
for words in '' '-r' '-d' 'plan' "event change $(cat "/sys/block/$(path_disk pair 0)/dev")"; do
  dmsetup message "$pair" 0 fail_if_no_path
  # shellcheck disable=SC2086
  check_match "multipath $words says that the map does otherwise" "no_path_retry queue does not apply.*multipath queue on $pair" "$(multipath $words 2>&1 >/dev/null)"
done
check_match "and leaves it so" "multipath 0 " "$(table)"
multipath queue on "$pair"
check_equal "the remedy is one" "" "$(multipath 2>&1)"
configure '' ' no_path_retry fail'
check_match "a flush says what is lost with the map" "$pair: queues because .multipath queue on. was used" "$(multipath -F 2>&1)"

note "--- remove_retries"
hold() { ( exec 9<"$(node)"; busybox sleep 4 ) & busybox sleep 1; }
configure ''
multipath -q >/dev/null; udevd_settle
hold
check_status "without it a flush soon gives up" 1 multipath -f "$pair"
wait
configure ' remove_retries 30'
hold
check_status "with it the flush waits until the map is free" 0 multipath -f "$pair"
wait

note "--- sizes"
resized() { lio_resize pair "$1"; path_refresh $(unit_disks pair); udevd_settle; }
sectors() { blockdev --getsz "$(node)"; }
# A read beyond the end of a smaller unit fails on every path; a map that queues would wait for ever.
configure '' ' no_path_retry fail'
multipath -q >/dev/null; udevd_settle
resized 96M
multipath >/dev/null 2>&1
check_equal "a run, or the event before it, makes a map larger" 196608 "$(sectors)"
exec 8<"$(node)"
resized 64M
for words in '' '-r' "event change $(cat "/sys/block/$(path_disk pair 0)/dev")"; do
  # shellcheck disable=SC2086
  out=$(multipath $words 2>&1); status=$?
  check_match "multipath $words makes no open map smaller" "keeps 196608 sectors, but its paths have 131072: map is open 1 time.*multipath resize $pair" "$out"
  check_equal "and that is no failure" 0 $status
  check_equal "its size is what it was" 196608 "$(sectors)"
done
dmsetup table "$pair" | dmsetup load "$pair" 2>/dev/null
dmsetup --noudevsync resume "$pair" 2>/dev/null
check_match "the kernel takes no table that goes beyond the end of its paths" "too small for target" "$(dmesg | tail -n 40)"
dmsetup clear "$pair" 2>/dev/null; dmsetup --noudevsync resume "$pair" 2>/dev/null
check_match "so a run that would load one says no" "reject: .*cannot load a table: map keeps 196608 sectors" "$(multipath -d -p multibus 2>&1)"
check_equal "the map runs with its table" "Active 196608" "$(dmsetup info -c --noheadings -o suspended "$pair") $(sectors)"
check_status "resize makes it smaller" 0 multipath resize "$pair"
check_equal "for good" 131072 "$(sectors)"
exec 8<&-
configure ' auto_resize never' ' no_path_retry fail'
resized 96M
check_match "with auto_resize never a run leaves it" "keeps 131072 sectors, but its paths have 196608: auto_resize never" "$(multipath 2>&1)"
check_equal "indeed" 131072 "$(sectors)"
configure ' auto_resize grow_shrink' ' no_path_retry fail'
multipath >/dev/null 2>&1
resized 64M
multipath >/dev/null 2>&1
check_equal "with grow_shrink an unused map gets smaller" 131072 "$(sectors)"
multipath -F

note "--- nodes without a udevd"
udevd_settle
stop_udevd
check "no node of a former map is left" wait_for 5 test ! -L "/dev/mapper/$pair"
configure '' ' mode 0640
 uid 1001
 gid 1002'
multipath -q >/dev/null 2>&1
check_equal "device-mapper's library makes the node so" "640 1001 1002" "$(stat -L -c '%a %u %g' "/dev/mapper/$pair")"
multipath -F
done_checks
