# One path of a unit answers wrongly in every way that a device can: short, padded, garbage, another page, another unit's
# page, another answer each time, UNIT ATTENTION for ever, busy, reserved, not ready; it changes WWID, vendor or size; it goes
# while it is asked, and between its answer and the table. Each before there are maps and with them. The other paths are never the worse
# for it, no map takes a path that is not its unit's, nothing is left broken, the disk is named where its path is not taken, and once it
# is well the next run has it in its map again.
# mem: 1280
# timeout: 900
. "$LAB/lib.sh"
lab_tcmu_ready || { skip "bad devices" "tcmu_disk is not built"; done_checks; exit; }
modprobe -a dm-multipath dm-service-time
from=/run/lab/made
mkdir -p $from
tcmu_inquiry IET VIRTUAL-DISK >$from/inquiry.hex
wwid() { echo "600a0b80000f1e2d000001234567890$1"; }
for unit in 0 1; do
  tcmu_naa_page "$(wwid $unit)" >$from/pg83.hex
  san_tcmu u$unit $from 16M 3 || not_ok "unit u$unit comes up"
done
pretend_udevd
bad=$(path_disk u0 2)
files=/run/lab/tcmu/u0-2
cp -r $files /run/lab/well
note "the bad path is $bad, beside $(path_disk u0 0) and $(path_disk u0 1)"

members() { dmsetup table "3$(wwid "$1")" 2>/dev/null | grep -oE ' [0-9]+:[0-9]+ ' | tr -d ' ' | sort; }
numbers() { local path; for path in "${@:2}"; do cat "/sys/block/$(path_disk "u$1" "$path")/dev"; done | sort; }
features() { dmsetup table --target multipath | sed -E 's/^([^:]*): 0 [0-9]+ multipath ([0-9]+( queue_if_no_path)?).*/\1 \2/' | sort; }
broken() { suspended; tableless; shared_paths; cut_short "3[0-9a-f]{32}"; }
all_well() { check_equal "$1: u0 is whole" "$(numbers 0 0 1 2)" "$(members 0)"; check_equal "$1: u1 is whole" "$(numbers 1 0 1 2)" "$(members 1)"; }
runs=0
# run NAME: a run; nothing broken, the healthy paths in their maps, the bad one in none but its own.
run() {
  multipath >/run/lab/out 2>/run/lab/err
  status=$?
  runs=$((runs + 1))
  check_equal "$1: nothing is broken" "" "$(broken)"
  check_equal "$1: the other unit is whole" "$(numbers 1 0 1 2)" "$(members 1)"
  check_equal "$1: the healthy paths are in their map" "$(numbers 0 0 1)" "$(members 0 | grep -vx "$(cat "/sys/block/$bad/dev" 2>/dev/null || echo gone)")"
  [ $status -eq 0 ] || not_ok "$1: the run succeeds" "status $status: $(cat /run/lab/err)"
}
in_map() { members 0 | grep -qx "$(cat "/sys/block/$bad/dev")" && echo in || echo out; }
named() { check "$1: the disk is named with what is wrong" grep "^multipath: $bad: " /run/lab/err; }
well_again() {
  rm -rf $files/*.hex
  cp /run/lab/well/*.hex $files/
  cp /run/lab/well/size $files/size
  tcmu_behave u0 2 ''
  [ "$(cat "/sys/block/$bad/device/state")" = running ] || echo running >"/sys/block/$bad/device/state"
  path_refresh "$bad"
  # What the kernel's own questions met is not ours to see.
  wait_for 30 sg_turs "/dev/$bad"
  sg_turs "/dev/$bad"
  multipath -v0 2>/run/lab/err || not_ok "$1: the run afterwards succeeds" "$(cat /run/lab/err)"
  all_well "$1: well again"
}

# fault NAME NEW OLD COMMAND...: the command makes the device bad. NEW and OLD are where its path is then: in or out of the map that is
# made, and of the one that there was; "else" is out and not told of, as for any unit with one path, and any device that is no disk.
fault() {
  local name=$1 new=$2 old=$3 before
  shift 3
  multipath -F >/dev/null 2>&1
  "$@"
  run "$name, no maps yet"
  check_equal "$name, no maps yet: the bad path" "${new/else/out}" "$(in_map)"
  [ "$new" != out ] || named "$name, no maps yet"
  well_again "$name"
  before=$(features)
  "$@"
  run "$name, maps there"
  check_equal "$name, maps there: the bad path" "$old" "$(in_map)"
  [ "$old" = in ] || named "$name, maps there"
  check_equal "$name, maps there: whether they queue has not changed" "$before" "$(features)"
  well_again "$name, maps there"
}
answers() { tcmu_behave u0 2 "$1"; }

fault "INQUIRY of 4 bytes" out in answers 'inquiry short 4'
fault "page 0x83 of 2 bytes" out out answers 'vpd:83 short 2'
fault "page 0x83 cut off" out out answers 'vpd:83 short 14'
fault "page 0x83 cut off, the rest zeros" else out answers 'vpd:83 padded 10'
fault "page 0x83 is garbage" out out answers 'vpd:83 garbage'
fault "INQUIRY is garbage" else out answers 'inquiry garbage'
fault "page 0x00 for page 0x83" out out answers 'vpd:83 page 00'
fault "UNIT ATTENTION for ever" out in answers 'any sense 6 29 0'
fault "UNIT ATTENTION to page 0x83 for ever" out in answers 'vpd:83 sense 6 29 0'
fault "busy" out in answers 'any status 08'
fault "page 0x83 with RECOVERED ERROR" in in answers 'vpd:83 recovered'
fault "a few UNIT ATTENTIONs" in in answers 'any sense 6 29 0 times 2'

another_unit() { cp /run/lab/tcmu/u1-0/pg83.hex $files/pg83.hex; }
multipath -v0
another_unit
multipath >/run/lab/out 2>/run/lab/err
note "its page is u1's: $(cat /run/lab/out /run/lab/err)"
check_equal "its page is u1's: nothing is broken" "" "$(broken)"
check_equal "its page is u1's: it leaves u0" "$(numbers 0 0 1)" "$(members 0)"
well_again "its page was u1's"

no_unit() { tcmu_naa_page 600a0b80000f1e2d00000123456789ff >$files/pg83.hex; }
fault "another WWID" else out no_unit
every_time_another() {
  cp /run/lab/well/pg83.hex $files/pg83.1.hex
  tcmu_naa_page 600a0b80000f1e2d00000123456789ff >$files/pg83.2.hex
  tcmu_behave u0 2 'vpd:83 rotate'
}
multipath -v0
every_time_another
for time in 1 2 3 4; do run "another WWID each time, $time"; done
well_again "another WWID each time"

another_vendor() { tcmu_inquiry SUN OTHER-DISK >$files/inquiry.hex; }
fault "another vendor and product" out out another_vendor

# A path that is smaller than the others: no map is made across them, and one that there is stays as it is.
smaller() { echo $((8 << 20)) >$files/size; path_refresh "$bad"; }
multipath -F >/dev/null 2>&1
smaller
multipath >/run/lab/out 2>/run/lab/err
note "smaller, no maps yet: status $?, $(cat /run/lab/err)"
check_equal "smaller, no maps yet: nothing is broken" "" "$(broken)"
check_equal "smaller, no maps yet: it is in no map" out "$(in_map)"
check_match "smaller, no maps yet: that is said" "sda has 32768 sectors but $bad has 16384" "$(cat /run/lab/err)"
check_equal "smaller, no maps yet: the other unit is whole" "$(numbers 1 0 1 2)" "$(members 1)"
well_again "smaller, no maps yet"
smaller
multipath >/run/lab/out 2>/run/lab/err
note "smaller, maps there: status $?, $(cat /run/lab/err)"
check_equal "smaller, maps there: nothing is broken" "" "$(broken)"
check_match "smaller, maps there: that is said" "sda has 32768 sectors but $bad has 16384" "$(cat /run/lab/err)"
check_equal "smaller, maps there: the healthy paths are in their map" "$(numbers 0 0 1)" "$(members 0 | grep -vx "$(cat "/sys/block/$bad/dev")")"
well_again "smaller, maps there"

# goes NAME UNIT PATH: the bad disk is deleted while a run is at it, which this path holds up for three seconds.
goes() {
  multipath -F >/dev/null 2>&1
  tcmu_behave "$2" "$3" 'vpd:83 slow 3000'
  multipath >/run/lab/out 2>/run/lab/err &
  local pid=$!
  busybox usleep 1500000
  path_delete "$bad"
  wait $pid
  status=$?
  note "$1: status $status; $(cat /run/lab/err)"
  check_equal "$1: the run succeeds" 0 $status
  check_match "$1: it is said" " $bad: |lost during the run: $bad" "$(cat /run/lab/err)"
  check_equal "$1: nothing is broken" "" "$(broken)"
  check_equal "$1: u0 has its other paths" "$(numbers 0 0 1)" "$(members 0)"
  tcmu_behave "$2" "$3" ''
  check "$1: the next run succeeds" multipath -v0
  check_equal "$1: u0 still has its other paths" "$(numbers 0 0 1)" "$(members 0)"
  check_equal "$1: u1 is whole" "$(numbers 1 0 1 2)" "$(members 1)"
  rescan
  wait_for 20 eval 'bad=$(path_disk u0 2); [ -e "/sys/block/$bad/device/vendor" ]'
  bad=$(path_disk u0 2)
  wait_for 30 sg_turs "/dev/$bad"
  check "$1: the run succeeds when it is back" multipath -v0
  all_well "$1: back again"
}
goes "deleted while it is asked" u0 2
goes "deleted between its answer and the table" u1 0
note "$runs runs over bad answers"
done_checks
