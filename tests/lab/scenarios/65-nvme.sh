# NVMe over TCP with two ports: maps of namespaces where the driver does not multipath (nvme_core.multipath=N), with our rules
# and the events of udevd, compared with the packaged tool; and what is said of the kernel's own multipath (=Y).
# mem: 1536
# timeout: 400
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time
mkdir -p /etc/multipath
printf 'defaults {\n find_multipaths on\n}\n' >/etc/multipath.conf
install_rules
start_udevd all
if ! nvme_start N 64M; then
  skip "NVMe over TCP" "the kernel has no such target"
  done_checks
  exit
fi
nvme_connect 1
nvme_connect 2
nvme_is_there() { [ -b "/dev/$(nvme_controller "$1")n1" ]; }
wait_for 20 nvme_is_there 1
wait_for 20 nvme_is_there 2
udevd_settle
first=$(nvme_controller 1)n1 second=$(nvme_controller 2)n1
wwid=$(cat "/sys/block/$first/wwid")
number() { cat "/sys/block/$1/dev"; }
# Without blanks at the end of the product.
plain() { sed -e 's/ *$//'; }
listing() { "$1" -ll 2>/dev/null | plain; }
rows() { "$1" -d -v3 2>/dev/null | awk '/paths list/ { on = 1; next } on && $1 ~ /^uuid\./ { print $1, $2, $3, $4, $5, $8 }' | sort; }
# The kernel adds retain_attached_hw_handler to a map that is bio based.
table() { dmsetup table "$wwid" | sed -e 's/ *$//' -e 's/ 3 retain_attached_hw_handler / 2 /'; }
has_map() { dmsetup info "$wwid" 2>/dev/null | grep -q ACTIVE; }
paths_in() { dmsetup table "$wwid" | grep -oE ' 259:[0-9]+ ' | wc -l; }

note "--- nvme_core.multipath=N"
check_equal "paths are listed as the packaged tool lists them" "$(rows packaged-multipath)" "$(rows multipath)"
check_match "with the namespace's wwid, its address and ANA's priority" "$wwid [0-9]+:[0-9]+:1:1 $first $(number "$first") 50 NVME,Linux" "$(rows multipath)"
check_equal "a unit that nobody knows yet is not claimed" 'DM_MULTIPATH_DEVICE_PATH="0"' "$(multipath -c "/dev/$first")"
check_match "its two paths get a map" "^create: $wwid " "$(multipath 2>/dev/null)"
check "which is there" has_map
check_equal "of both" 2 "$(paths_in)"
check_match "which is bio based" ' 2 queue_mode bio ' "$(table)"
ours=$(listing multipath)
check_equal "it is listed as the packaged tool lists it" "$(listing packaged-multipath)" "$ours"
check_match "paths are ready, priority 50" "prio=50 .*$first $(number "$first") active ready running" "${ours//$'\n'/ }"
check_equal "a second run does nothing" "" "$(multipath 2>&1)"
check_equal "the plan agrees" "" "$(multipath plan 2>&1 | grep -E '^(create|reload)' || true)"
check_status "-C says that it is usable" 0 multipath -C "$wwid"
check_equal "-c says that a path is one" 'DM_MULTIPATH_DEVICE_PATH="1"' "$(multipath -c "/dev/$first")"
udevadm trigger --action=change "/sys/block/$first" "/sys/block/dm-0"
udevd_settle
check_equal "udev has the path as one" 1 "$(udev_property "$first" DM_MULTIPATH_DEVICE_PATH)"
check_equal "and no file system on it" mpath_member "$(udev_property "$first" ID_FS_TYPE)"
check_equal "and the map as ready" 1 "$(udev_property dm-0 MPATH_DEVICE_READY)"
check "the map has its link" test -L "/dev/mapper/$wwid"

note "--- ANA"
groups() { "$1" -ll 2>/dev/null | sed -n 's/.*policy=.* prio=\([0-9-]*\) .*/\1/p' | paste -sd' '; }
nvme_ana 2 non-optimized
wait_for 10 eval 'multipath -d -v3 2>/dev/null | grep -q "$second .* 10 "'
multipath >/dev/null 2>&1
check_equal "a non-optimized path gets a group of its own, as theirs" "$(groups packaged-multipath)" "$(groups multipath)"
check_equal "of priority 10" "50 10" "$(groups multipath)"
nvme_ana 2 inaccessible
check_match "an inaccessible one has priority 1" "$second .* 1 " "$(multipath -d -v3 2>/dev/null | grep "^$wwid")"
nvme_ana 2 optimized
multipath >/dev/null 2>&1
check_equal "and back" 50 "$(groups multipath)"

note "--- a path is lost, with I/O"
mkfs.ext4 -q "/dev/mapper/$wwid" && mkdir -p /mnt/nvme && mount "/dev/mapper/$wwid" /mnt/nvme
( i=0; while [ ! -e /tmp/stop ]; do i=$((i + 1)); dd if=/dev/urandom of=/mnt/nvme/file$((i % 4)) bs=64k count=8 oflag=direct 2>>/tmp/io.err || echo "dd failed at $i" >>/tmp/io.failed; done; echo $i >/tmp/io.rounds ) &
writer=$!
lost=$(nvme_controller 1)
nvme_port_off 1
check "the controller of a port that is off connects again and again" wait_for 20 nvme_state "$lost" connecting
check_match "its path is faulty" "$first +$(number "$first") +[a-z]+ +faulty +running" "$(multipath -ll 2>/dev/null)"
check_equal "as the packaged tool has it" "$(packaged-multipath -ll 2>/dev/null | awk -v disk="$first" '$0 ~ disk { print $(NF - 1) }')" "$(multipath -ll 2>/dev/null | awk -v disk="$first" '$0 ~ disk { print $(NF - 1) }')"
check_status "the map stays usable" 0 multipath -C "$wwid"
multipath >/dev/null 2>&1
check_equal "and keeps both paths" 2 "$(paths_in)"
nvme_port_on 1
check "the port is on again, and the controller live" wait_for 30 nvme_state "$lost" live
multipath restore >/dev/null 2>&1
check_match "the path is ready, and used again" "$first +$(number "$first") +active +ready +running" "$(multipath -ll 2>/dev/null)"

echo 1 >"/sys/class/nvme/$lost/delete_controller"
wait_for 20 eval "[ ! -e /sys/block/$first ]"
multipath >/dev/null 2>&1
check_equal "a controller that is deleted takes its path out of the map" 1 "$(paths_in)"
nvme_connect 1
wait_for 20 nvme_is_there 1
udevd_settle
check "and one that comes brings it in, by its event" wait_for 20 eval '[ "$(paths_in)" = 2 ]'
touch /tmp/stop
wait "$writer"
check_equal "no write failed" "" "$(cat /tmp/io.failed 2>/dev/null)"

note "--- a capture"
multipath capture /run/lab/nvme-host >/dev/null 2>&1
check_equal "a capture lists the same" "$(multipath -ll 2>/dev/null)" "$(multipath --host /run/lab/nvme-host -ll 2>/dev/null)"
check_equal "with an answer to everything" "" "$(multipath --host /run/lab/nvme-host plan 2>&1 | grep 'no answer to' || true)"
umount /mnt/nvme

note "--- flushing, and maps of others"
check_status "flush" 0 multipath -f "$wwid"
check_fails "the map is gone" has_map
multipath -w "$wwid" >/dev/null
udevd_settle
packaged-multipath >/dev/null 2>&1
theirs=$(table)
check_equal "a map that the packaged tool made is as it should be" "" "$(multipath -d 2>/dev/null | grep -E "^(reload|create)" || true)"
multipath -v0
check_equal "and is left alone" "$theirs" "$(table)"
packaged-multipath -F
multipath -v0
check_equal "both make the same table" "$theirs" "$(table)"
multipath -F
udevd_settle
stop_udevd

note "--- nvme_core.multipath=Y"
if ! nvme_stop || ! nvme_start Y 64M; then
  skip "the kernel's own multipath" "the drivers cannot be loaded again"
  done_checks
  exit
fi
nvme_connect 1
nvme_connect 2
wait_for 20 test -b /dev/nvme0n1
head_disk=$(basename "$(echo /sys/class/nvme-subsystem/*/nvme*n1)")
check_equal "no map is made" "" "$(multipath -v2 2>/dev/null; dmsetup ls | grep -v 'No devices' || true)"
check_equal "and no path of one is listed" "" "$(multipath -d -v3 2>/dev/null | grep "^uuid\." || true)"
check_equal "-u leaves it to others" 'DM_MULTIPATH_DEVICE_PATH="0"' "$(multipath -u "$head_disk")"
check_match "explain says who multipaths it" "the kernel's NVMe driver multipaths" "$(multipath explain "$head_disk" 2>&1)"
printf 'defaults {\n find_multipaths on\n enable_foreign "nvme"\n}\n' >/etc/multipath.conf
# The packaged tool looks for ANA through /dev/char, which udev fills; here it is not there.
foreign() { "$1" -ll 2>/dev/null | sed "s/hwhandler='[a-zA-Z/]*'/hwhandler=/"; }
check_equal "the kernel's multipath is listed as the packaged tool lists it" "$(foreign packaged-multipath)" "$(foreign multipath)"
check_match "with its paths" "nvme[0-9]+c[0-9]+n1 0:0 n/a optimized live" "$(multipath -ll 2>/dev/null)"
nvme_ana 2 inaccessible
nvme_port_off 1
wait_for 20 nvme_state "$(nvme_controller 1)" connecting
check_equal "also when a path is lost" "$(foreign packaged-multipath)" "$(foreign multipath)"
check_equal "JSON has it" "$head_disk 2" "$(multipath show maps --json | python3 -c 'import json, sys; n = json.load(sys.stdin)["native_nvme"]; print(n[0]["device"], len(n[0]["paths"]))')"
done_checks
