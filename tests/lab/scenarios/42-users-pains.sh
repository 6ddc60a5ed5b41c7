# Questions of administrators in bug trackers: each problem is reproduced, and the answer of the program verified.
# mem: 1280
# timeout: 420
. "$LAB/lib.sh"
modprobe -a dm-multipath dm-service-time loop

# answer COMMAND...: runs the command; sets `out`, `err` and `status`, and shows both outputs.
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
check_equal "explain of a single path: status 0" 0 "$status"
check_match "the fact that decided" "only path to $lonely" "$out"
check_match "the setting that decided" "find_multipaths on.*built-in default" "$out"
check_match "the command that creates a map" "multipath -a $lonely" "$out"
multipath -a "$lonely" >/dev/null
answer multipath explain "/dev/$(path_disk lonely 0)"
check_match "after that command, the next run creates a map" "the next run adds .* to map" "$out"
multipath "$lonely" >/dev/null 2>&1
check "the run creates the map" dmsetup info "$lonely"
answer multipath explain "$lonely"
check_match "explain by WWID names the command that removes the map" "multipath -f $lonely" "$out"
multipath -f "$lonely"; multipath -w "$lonely" >/dev/null

configure 'blacklist {' '  devnode "^sd[x-z]"' "  wwid \"^${pair:0:12}\"" '}'
answer multipath explain "/dev/$(path_disk pair 1)"
check_match "explain of a blacklisted disk: the rule with file and line" "stop +blacklist wwid.*/etc/multipath.conf:3" "$out"
check_match "each rule that was evaluated" 'devnode "\^sd\[x-z\]": no match +\[/etc/multipath.conf:2' "$out"
check_match "the line to remove" 'remove wwid .*/etc/multipath.conf:3' "$out"
multipath "$pair" >/dev/null 2>&1
check_fails "the run creates no map of a blacklisted unit" dmsetup info "$pair"
sed -n '/add to .etc.multipath.conf:$/,$ { s/^    //p }' /run/lab/out >>/etc/multipath.conf
answer multipath explain "/dev/$(path_disk pair 1)"
check_match "with the printed exception, the next run creates a map" "the next run adds" "$out"
rm /etc/multipath.conf

if lab_tcmu_ready; then
  from=/run/lab/blank; mkdir -p $from
  tcmu_inquiry '' '' >$from/inquiry.hex; tcmu_naa_page 600a0b80000f1e2d00000123456789aa >$from/pg83.hex
  san_tcmu blank $from 16M 1
  answer multipath explain --whitelist strict "/dev/$(path_disk blank 0)"
  check_match "empty vendor and product are reported" "no row and no device section names vendor '' product ''" "$out"
  check_match "the setting that admits the unit" "allow-unlisted" "$out"
fi

answer multipath explain "/dev/$(path_disk lonely 0)"
check_match "explain also prints the answer of -u" "multipath -u +answers DM_MULTIPATH_DEVICE_PATH=\"0\"" "$out"

note "--- A disk in use by another program gets a map (longhorn 1210, openzfs 9359, azuredisk-csi 1717)"
dmsetup create mine --table "0 2048 linear /dev/$(path_disk owned 0) 0"
answer multipath explain "/dev/$(path_disk owned 0)"
check_match "a disk in use gets no map; the user of the disk is named" "held by dm-[0-9]+ \(mine\)" "$out"
check_match "the command that removes the user" "multipath clear-holders" "$out"
multipath "$owned" >/dev/null 2>&1
check_fails "the run does not take the disk" grep -q " $(cat "/sys/block/$(path_disk owned 0)/dev") " <<<"$(dmsetup table "$owned" 2>&1) "
dmsetup remove mine
check_fails "a unit with one path gets no map" dmsetup info "$lonely"

note "--- Two units with one serial number are joined (multipath-tools issue 142, kubernetes 59946)"
san_lio twin1 64M 1 serial=5757575757575757575757575
san_lio twin2 32M 1 serial=5757575757575757575757575
answer multipath explain "/dev/$(path_disk twin1 0)"
check_match "paths of different sizes are not joined" "stop +guard.*sectors but" "$out"
multipath >/dev/null 2>&1; status=$?
check_equal "the run rejects them with exit status 1" 1 "$status"
check_fails "no map is created from two units" dmsetup info "$(wwid "$(path_disk twin1 0)")"
path_unplug twin1 0; path_unplug twin2 0

note "--- The WWID differs after an update of udev's rules (multipath-tools issues 83 92)"
if lab_tcmu_ready; then
  from=/run/lab/names; mkdir -p $from
  tcmu_inquiry IET VIRTUAL-DISK >$from/inquiry.hex
  # A locally assigned NAA and an EUI-64: each program prefers another designator.
  echo '00 83 00 18 01 03 00 08 31 22 33 44 55 66 77 88 01 02 00 08 00 11 22 33 44 55 66 77' >$from/pg83.hex
  san_tcmu names $from 16M 2
  udevd_settle
  answer multipath explain "/dev/$(path_disk names 0)"
  check_match "the WWID is derived from page 0x83" "identity +page 0x83 of the device gives WWID 20011223344556677" "$out"
  check_match "the name by scsi_id is reported" "scsi_id would name it 33122334455667788" "$out"
  check_match "the name in the udev database is reported" "udev +ID_SERIAL is|udev has no" "$out"
fi

note "--- The map is in use: which program? (lxd 18989, trident 677, coreos 1929)"
multipath >/dev/null 2>&1
mkfs.ext4 -q "/dev/mapper/$pair"; mkdir -p /mnt/pair; mount "/dev/mapper/$pair" /mnt/pair
dmsetup message "$pair" 0 queue_if_no_path
before=$(state_of "$pair")
answer multipath flush "$pair"
check_equal "a map in use: exit status 3" 3 "$status"
check_match "the user of the map is named" "mounted on /mnt/pair" "$out$err"

note "--- A failed flush leaves the map suspended, or not queueing (azurelinux 18793)"
check_equal "after the failed flush, the map is unchanged" "$before" "$(state_of "$pair")"
check "I/O continues" dd if=/dev/zero of=/mnt/pair/file bs=64k count=1 conv=fsync status=none
dmsetup message "$pair" 0 fail_if_no_path
umount /mnt/pair

note "--- Invalid JSON; warnings mixed with the data (hpe csi-driver 461 566, ubiquity 303)"
for words in 'show maps' 'show paths' plan 'show config' "explain $pair" 'holders /dev/mapper/'"$pair"; do
  # shellcheck disable=SC2086
  multipath $words --json >/run/lab/out 2>/run/lab/err
  check "multipath $words --json is JSON" is_json
done
multipath show paths --json >/run/lab/out
check_equal "a quotation mark in the product is preserved" '2.5" SSD' \
  "$(python3 -c 'import json; print([p["product"] for p in json.load(open("/run/lab/out"))["paths"] if "SSD" in (p["product"] or "")][0])')"

note "--- It always exits 0 (rear 2299, multipath-tools issue 12)"
check_status "show maps of a missing map: exit status 2" 2 multipath show maps nosuch
check_status "explain of a missing device: exit status 2" 2 multipath explain /dev/sdzz
answer multipath explain nosuch
check_match "the command that lists the paths" "multipath show paths" "$out"
configure 'defaults {' '  no_path_retry "queue' '}'
answer multipath apply
check_equal "apply stops at an error in the configuration" "1 " "$status $out"
check_match "the error is reported with line and column" "/etc/multipath.conf:2:17: error: missing closing quote" "$err"
rm /etc/multipath.conf

note "--- One unresponsive unit delays every command (rear 2034, multipath-tools issues 45 113 114)"
if lab_tcmu_ready; then
  begin=$(milliseconds); multipath show maps "$pair" >/dev/null 2>&1; quiet=$(($(milliseconds) - begin))
  tcmu_behave names all 'any hang'
  begin=$(milliseconds); multipath show maps "$pair" >/dev/null 2>&1; took=$(($(milliseconds) - begin))
  note "show maps of one map: $quiet ms; with another unit that hangs: $took ms"
  check "listing a map does not query the paths of other units" test "$took" -le $((2 * quiet + 1000))
  answer multipath explain --deadline 2 "/dev/$(path_disk names 0)"
  check_match "explain of a hung path returns within the deadline" "no answer within 2 s" "$out"
  tcmu_behave names all ''
fi

note "--- A dry run does not distinguish create from reload; a resize needs manual work (common-host-libs 100)"
path_unplug pair 1
wait_for 10 test -z "$(path_disk pair 1)"
answer multipath plan "$pair"
check_match "the plan reports the reload and the removed path" "^reload +$pair.*removed" "$out"
path_plug pair 1
wait_for 10 test -n "$(path_disk pair 1)"; udevd_settle
multipath >/dev/null 2>&1
lio_resize pair 96M
path_refresh "$(path_disk pair 0)"
answer multipath explain "$pair"
check_match "explain reports the path whose size differs" "sectors but" "$out"
path_refresh "$(path_disk pair 1)"
check_status "resize succeeds when all paths have the new size" 0 multipath resize "$pair"
check_equal "the map has the new size" 196608 "$(blockdev --getsz "/dev/mapper/$pair")"

note "--- A device that is not a disk"
loop=$(losetup -f --show "$lab_san/lonely/store")
answer multipath explain "$loop"
check_match "explain of a loop device names its kind" "it is not a SCSI disk but" "$out"
answer multipath explain "$(readlink -f "/dev/mapper/$pair")"
check_match "a map's node is its unit" "$pair has map $pair" "$out"
multipath -F >/dev/null 2>&1
done_checks
