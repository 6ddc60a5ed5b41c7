# What administrators of multipath ask in bug trackers: each question is reproduced, and our answer held against it.
# mem: 1280
# timeout: 420
. "$LAB/lib.sh"
modprobe -a dm-multipath dm-service-time loop

# answer COMMAND...: its standard output becomes `out`, standard error `err`, and both are shown.
answer() {
  note "\$ $*"
  "$@" >/run/lab/out 2>/run/lab/err
  status=$?
  out=$(cat /run/lab/out) err=$(cat /run/lab/err)
  note "$(sed 's/^/    /' /run/lab/out /run/lab/err)"
}
wwid() { sed 's/^naa\./3/' "/sys/block/$1/device/wwid"; }
configure() { printf '%s\n' "$@" >/etc/multipath.conf; }
is_json() { python3 -c 'import json, sys; json.load(open(sys.argv[1]))' /run/lab/out; }
state_of() { dmsetup info -c --noheadings -o name,suspended "$1"; dmsetup table "$1"; }

san_lio pair 64M 2 'product=2.5" SSD'
san_lio lonely 64M 1
san_lio owned 64M 2
start_udevd
pair=$(wwid "$(path_disk pair 0)")
lonely=$(wwid "$(path_disk lonely 0)")
owned=$(wwid "$(path_disk owned 0)")

note "--- Why is this disk not multipathed? (multipath-tools issues 56 103 115 131 144)"
answer multipath explain "/dev/$(path_disk lonely 0)"
check_equal "a single path: explained, status 0" 0 "$status"
check_match "with the fact" "only path to $lonely" "$out"
check_match "the line that decided" "find_multipaths on.*built-in default" "$out"
check_match "and how to get a map" "multipath -a $lonely" "$out"
multipath -a "$lonely" >/dev/null
answer multipath explain "/dev/$(path_disk lonely 0)"
check_match "the remedy is one: now it gets a map" "the next run adds .* to map" "$out"
multipath "$lonely" >/dev/null 2>&1
check "and it does" dmsetup info "$lonely"
answer multipath explain "$lonely"
check_match "a map is explained by its WWID, and how to get rid of it" "multipath -f $lonely" "$out"
multipath -f "$lonely"; multipath -w "$lonely" >/dev/null

configure 'blacklist {' '  devnode "^sd[x-z]"' "  wwid \"^${pair:0:12}\"" '}'
answer multipath explain "/dev/$(path_disk pair 1)"
check_match "a blacklisted disk: the rule, its file and its line" "stop +blacklist wwid.*/etc/multipath.conf:3" "$out"
check_match "each rule that was tried" 'devnode "\^sd\[x-z\]": no match +\[/etc/multipath.conf:2' "$out"
check_match "what to remove" 'remove wwid .*/etc/multipath.conf:3' "$out"
multipath "$pair" >/dev/null 2>&1
check_fails "and the run does what was explained" dmsetup info "$pair"
sed -n '/add to .etc.multipath.conf:$/,$ { s/^    //p }' /run/lab/out >>/etc/multipath.conf
answer multipath explain "/dev/$(path_disk pair 1)"
check_match "with the exception that it says, it gets a map" "the next run adds" "$out"
rm /etc/multipath.conf

if lab_tcmu_ready; then
  from=/run/lab/blank; mkdir -p $from
  tcmu_inquiry '' '' >$from/inquiry.hex; tcmu_naa_page 600a0b80000f1e2d00000123456789aa >$from/pg83.hex
  san_tcmu blank $from 16M 1
  answer multipath explain --whitelist strict "/dev/$(path_disk blank 0)"
  check_match "blank vendor and product: not a word less" "no row and no device section names vendor '' product ''" "$out"
  check_match "and what to do" "allow-unlisted" "$out"
fi

answer multipath explain "/dev/$(path_disk lonely 0)"
check_match "-u and the run can be compared in one answer" "multipath -u +answers DM_MULTIPATH_DEVICE_PATH=\"0\"" "$out"

note "--- Somebody else's disk is grabbed (longhorn 1210, openzfs 9359, azuredisk-csi 1717)"
dmsetup create mine --table "0 2048 linear /dev/$(path_disk owned 0) 0"
answer multipath explain "/dev/$(path_disk owned 0)"
check_match "a disk that something stands on stays out, and it says what" "held by dm-[0-9]+ \(mine\)" "$out"
check_match "and how to see and clear it" "multipath clear-holders" "$out"
multipath "$owned" >/dev/null 2>&1
check_fails "its owner keeps it" grep -q " $(cat "/sys/block/$(path_disk owned 0)/dev") " <<<"$(dmsetup table "$owned" 2>&1) "
dmsetup remove mine
check_fails "a local single disk gets no map by itself" dmsetup info "$lonely"

note "--- Two units with one serial number are joined (multipath-tools issue 142, kubernetes 59946)"
san_lio twin1 64M 1 serial=5757575757575757575757575
san_lio twin2 32M 1 serial=5757575757575757575757575
answer multipath explain "/dev/$(path_disk twin1 0)"
check_match "paths of different sizes are not joined" "stop +guard.*sectors but" "$out"
multipath >/dev/null 2>&1; status=$?
check_equal "the run refuses and its status says so" 1 "$status"
check_fails "no map is made of two units" dmsetup info "$(wwid "$(path_disk twin1 0)")"
path_unplug twin1 0; path_unplug twin2 0

note "--- The WWID is another one after an update of udev's rules (multipath-tools issues 83 92)"
if lab_tcmu_ready; then
  from=/run/lab/names; mkdir -p $from
  tcmu_inquiry IET VIRTUAL-DISK >$from/inquiry.hex
  # A locally assigned NAA and an EUI-64: every program has an order of its own.
  echo '00 83 00 18 01 03 00 08 31 22 33 44 55 66 77 88 01 02 00 08 00 11 22 33 44 55 66 77' >$from/pg83.hex
  san_tcmu names $from 16M 2
  udevd_settle
  answer multipath explain "/dev/$(path_disk names 0)"
  check_match "our WWID is from the device's own page" "identity +page 0x83 of the device gives WWID 20011223344556677" "$out"
  check_match "and it says who would name it otherwise" "scsi_id would name it 33122334455667788" "$out"
  check_match "with what udev has now" "udev +ID_SERIAL is|udev has no" "$out"
fi

note "--- The map is busy: by whom? (lxd 18989, trident 677, coreos 1929)"
multipath >/dev/null 2>&1
mkfs.ext4 -q "/dev/mapper/$pair"; mkdir -p /mnt/pair; mount "/dev/mapper/$pair" /mnt/pair
dmsetup message "$pair" 0 queue_if_no_path
before=$(state_of "$pair")
answer multipath flush "$pair"
check_equal "in use is a status of its own" 3 "$status"
check_match "and who it is, is said" "mounted on /mnt/pair" "$out$err"

note "--- A failed flush leaves the map suspended, or not queueing (azurelinux 18793)"
check_equal "it is neither suspended nor changed" "$before" "$(state_of "$pair")"
check "I/O goes on" dd if=/dev/zero of=/mnt/pair/file bs=64k count=1 conv=fsync status=none
dmsetup message "$pair" 0 fail_if_no_path
umount /mnt/pair

note "--- JSON that is none; warnings between the data (hpe csi-driver 461 566, ubiquity 303)"
for words in 'show maps' 'show paths' plan 'show config' "explain $pair" 'holders /dev/mapper/'"$pair"; do
  # shellcheck disable=SC2086
  multipath $words --json >/run/lab/out 2>/run/lab/err
  check "multipath $words --json is JSON" is_json
done
multipath show paths --json >/run/lab/out
check_equal "a quote in the product comes back as it was" '2.5" SSD' \
  "$(python3 -c 'import json; print([p["product"] for p in json.load(open("/run/lab/out"))["paths"] if "SSD" in (p["product"] or "")][0])')"

note "--- It always exits 0 (rear 2299, multipath-tools issue 12)"
check_status "a map that there is not" 2 multipath show maps nosuch
check_status "a device that there is not, explained" 2 multipath explain /dev/sdzz
answer multipath explain nosuch
check_match "with what to do about it" "multipath show paths" "$out"
configure 'defaults {' '  no_path_retry "queue' '}'
answer multipath apply
check_equal "a broken configuration is never half obeyed" "1 " "$status $out"
check_match "and its mistake is told with line and column" "/etc/multipath.conf:2:17: error: missing closing quote" "$err"
rm /etc/multipath.conf

note "--- One dead unit makes everything slow (rear 2034, multipath-tools issues 45 113 114)"
if lab_tcmu_ready; then
  begin=$(milliseconds); multipath show maps "$pair" >/dev/null 2>&1; quiet=$(($(milliseconds) - begin))
  tcmu_behave names all 'any hang'
  begin=$(milliseconds); multipath show maps "$pair" >/dev/null 2>&1; took=$(($(milliseconds) - begin))
  note "show maps of one map: $quiet ms; with another unit that hangs: $took ms"
  check "a map is listed without asking the paths of others" test "$took" -le $((2 * quiet + 1000))
  answer multipath explain --deadline 2 "/dev/$(path_disk names 0)"
  check_match "a path that hangs is explained within the deadline" "no answer within 2 s" "$out"
  tcmu_behave names all ''
fi

note "--- A dry run cannot tell create from reload; a resize is work by hand (common-host-libs 100)"
path_unplug pair 1
wait_for 10 test -z "$(path_disk pair 1)"
answer multipath plan "$pair"
check_match "the plan says reload, and which path goes" "^reload +$pair.*removed" "$out"
path_plug pair 1
wait_for 10 test -n "$(path_disk pair 1)"; udevd_settle
multipath >/dev/null 2>&1
lio_resize pair 96M
path_refresh "$(path_disk pair 0)"
answer multipath explain "$pair"
check_match "one path of two has the new size: explain says which" "sectors but" "$out"
path_refresh "$(path_disk pair 1)"
check_status "resize of the map when all agree" 0 multipath resize "$pair"
check_equal "it has the size" 196608 "$(blockdev --getsz "/dev/mapper/$pair")"

note "--- What is no disk"
loop=$(losetup -f --show "$lab_san/lonely/store")
answer multipath explain "$loop"
check_match "a loop device is told as what it is" "it is not a SCSI disk but" "$out"
answer multipath explain "$(readlink -f "/dev/mapper/$pair")"
check_match "a map's node is its unit" "$pair has map $pair" "$out"
multipath -F >/dev/null 2>&1
done_checks
