# Devices that never answer, 8 of 64: a run takes one deadline more than without them, and does all that the others allow.
# mem: 1280
# timeout: 420
. "$LAB/lib.sh"
units=8 paths=8

lab_tcmu_ready || { skip "hung paths" "tcmu_disk is not built"; done_checks; exit; }
modprobe -a dm-multipath dm-service-time
from=/run/lab/made
mkdir -p $from
tcmu_inquiry IET VIRTUAL-DISK >$from/inquiry.hex
for ((unit = 0; unit < units; ++unit)); do
  tcmu_naa_page 600a0b80000f1e2d000001234567890$unit >$from/pg83.hex
  san_tcmu u$unit $from 16M $paths || not_ok "unit u$unit comes up"
done
check_equal "there are 64 paths" $((units * paths)) "$(disks | wc -l)"
last=$((paths - 1))
hang() { local unit; for ((unit = 0; unit < units; ++unit)); do tcmu_behave u$unit $last "$1"; done; }
hung=$(for ((unit = 0; unit < units; ++unit)); do path_disk u$unit $last; done)
in_table() { dmsetup table "$1" | grep -oE ' [0-9]+:[0-9]+ ' | wc -l; }

# timed COMMAND...: status and milliseconds of the whole process, as its parent sees them.
timed() {
  local before
  before=$(milliseconds)
  "$@" >/run/lab/out 2>/run/lab/err
  status=$?
  took=$(($(milliseconds) - before))
}
# The time of the others is counted twice, and a second more, as the guest's clock also runs while the host is busy. One
# path after another would cost eight deadlines.
within() {
  note "$1: $took ms, $base ms without the hung paths"
  check "$1: one deadline and the time of the others" test "$took" -le $((deadline * 1000 + 2 * base + 1000))
}

# What the same costs where all answer. (The first run reads the program into memory.)
timed multipath -v1 --deadline 60
multipath -F
timed multipath -v1 --deadline 60
base_of_run=$took
multipath -F
timed multipath -d --deadline 60
base=$took
# A busy host's guest needs longer to be answered by paths that are well.
deadline=$((3 + base_of_run / 1000))
check_equal "without hung paths the plan is for all units" $units "$(grep -c '^create: ' /run/lab/out)"

note "--- hung from the start of the run"
hang 'any hang'
timed multipath -d --deadline $deadline
within "the plan"
check_equal "it is for all units" $units "$(grep -c '^create: ' /run/lab/out)"
for disk in $hung; do
  check "$disk is named with what is wrong" grep -qE "^multipath: $disk: .*(no answer within $deadline s|time-out|recovery)" /run/lab/err
done
timed multipath -v1 --deadline $deadline
base=$base_of_run within "the run"
check_equal "the run succeeds" 0 "$status"
check_equal "all healthy maps are there" $units "$(dmsetup ls --target multipath | wc -l)"
for ((unit = 0; unit < units; ++unit)); do
  check_equal "u$unit has its healthy paths" $last "$(in_table 3600a0b80000f1e2d000001234567890$unit)"
done
check "and works" dd if=/dev/mapper/3600a0b80000f1e2d0000012345678900 of=/dev/null bs=64k count=4 iflag=direct
timed multipath -ll --deadline $deadline
within "-ll"
timed multipath show paths --deadline $deadline
within "show paths"
check_equal "which lists all paths" $((units * paths)) "$(grep -c ' IET,VIRTUAL-DISK ' /run/lab/out)"
timed multipath -F
check_equal "maps of healthy paths are flushed" "0 " "$status $(dmsetup ls --target multipath | sed 's/No devices found//')"

note "--- they answer again"
hang ''
# The kernel's error handling ends, and may leave the disks offline.
recovered() { local disk; for disk in $hung; do [ "$(cat "/sys/block/$disk/device/state")" = running ] || echo running >"/sys/block/$disk/device/state"; timeout 5 sg_turs "/dev/$disk" || return; done; }
check "the paths recover" wait_for 90 recovered
timed multipath -v1 --deadline $deadline
check_equal "then every unit has all its paths" $((units * paths)) "$(for map in $(dmsetup ls --target multipath | cut -f1); do in_table "$map"; done | awk '{ n += $1 } END { print n }')"

note "--- members of maps hang"
timed multipath -ll --deadline $deadline
base=$took
hang 'any hang'
timed multipath -ll --deadline $deadline
within "-ll of maps with hung members"
check_equal "each is listed faulty" $units "$(grep -c ' active faulty ' /run/lab/out)"
check_equal "the others ready" $((units * last)) "$(grep -c ' active ready ' /run/lab/out)"
before=$(milliseconds)
multipath -l >/run/lab/out 2>&1
check "-l waits for nobody" test $(($(milliseconds) - before)) -lt $((base + 500))
timed multipath -v1 --deadline $deadline
within "a run over maps with hung members"
check_equal "it changes nothing" "" "$(cat /run/lab/out)"
check_equal "hung members stay in their maps" $((units * paths)) "$(for map in $(dmsetup ls --target multipath | cut -f1); do in_table "$map"; done | awk '{ n += $1 } END { print n }')"
lost=$(path_disk u0 0)
path_unplug u0 0
wait_for 20 test ! -e "/sys/block/$lost"
timed multipath --deadline $deadline
within "a reload of a map with a hung member"
check_match "it takes the lost path out" "^reload: 3600a0b80000f1e2d0000012345678900" "$(cat /run/lab/out)"
check_equal "and keeps the hung one" $last "$(in_table 3600a0b80000f1e2d0000012345678900)"
check_equal "no map is suspended" "" "$(dmsetup info -c --noheadings -o name,suspended | grep -i ':suspended')"

note "--- without sg nodes"
hang ''
check "the paths recover again" wait_for 90 recovered
multipath -F
if modprobe -r sg 2>/run/lab/err; then
  timed multipath -d --deadline $deadline
  timed multipath -d --deadline $deadline
  base=$took
  check_equal "the plan works on block nodes" $units "$(grep -c '^create: ' /run/lab/out)"
  hang 'any hang'
  timed multipath -d --deadline $deadline
  within "the plan on block nodes"
  check_equal "it is for all units" $units "$(grep -c '^create: ' /run/lab/out)"
  timed multipath -v1 --deadline $deadline
  base=$base_of_run within "the run on block nodes"
  check_equal "all healthy maps are there on block nodes" $units "$(dmsetup ls --target multipath | wc -l)"
  timed multipath -ll --deadline $deadline
  within "-ll on block nodes"
  multipath -F
else
  skip "runs without sg nodes" "the sg module cannot be removed: $(cat /run/lab/err)"
fi
hang ''
done_checks
