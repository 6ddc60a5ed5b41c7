# timeout: 120
# libsg's SG_IO adapter on real nodes: the same bytes as sg3_utils on a block node and on its sg node, UNIT ATTENTION, an
# offline disk, a time-out.
set -u
failed=0
check() {  # NAME COMMAND...: ok when the command succeeds
  local name=$1; shift
  if "$@"; then echo "ok $name"; else echo "not ok $name"; failed=1; fi
}
same() { cmp -s "$1" "$2" || { echo "--- $1 --- $2"; cmp "$1" "$2"; xxd "$1" | head -4; xxd "$2" | head -4; return 1; }; }

modprobe scsi_debug delay=0 vpd_use_hostno=0 add_host=2 max_luns=1 dev_size_mb=8
modprobe sg
debug=/sys/bus/pseudo/drivers/scsi_debug
scratch=$(mktemp -d) && cd "$scratch" || exit 1
for try in {1..50}; do [ -e /dev/sdb ] && [ -e /dev/sg1 ] && break; sleep 0.1; done
sg=$(ls /sys/block/sda/device/scsi_generic)

for node in sda "$sg"; do
  kind=block; [ $node = sda ] || kind=sg
  for page in 0x00 0x80 0x83 0xb0; do
    ask_unit $node $page >ours; sg_vpd --page=$page --raw /dev/$node >theirs
    check "page $page of the $kind node is what sg_vpd reads" same ours theirs
  done
  ask_unit $node inquiry >ours; sg_inq --raw --len=36 /dev/$node >theirs
  check "INQUIRY data of the $kind node is what sg_inq reads" same ours theirs
  # 1024 bytes were asked for: without the residual count it would be 1024.
  ask_unit $node groups >ours; sg_rtpg --raw /dev/$node >theirs
  check "target port groups of the $kind node are what sg_rtpg reads, less the residual" same ours theirs
done
ask_unit sda >block; ask_unit "$sg" >generic
check "a block node and its sg node give the same answers" same block generic
check "all questions are answered" test "$(grep -c '^no ' block)" = 0

# A new virtual size: the next command that may report it gets UNIT ATTENTION.
echo 1 >$debug/virtual_gb
check "TEST UNIT READY alone meets the UNIT ATTENTION" eval '! sg_turs /dev/sdb >/dev/null 2>&1'
check "libsg asks past it" grep -qx 'ready: good' <(ask_unit sda)

echo offline >/sys/block/sda/device/state
check "an offline disk refuses to be opened or asked, at once" eval 'timeout 5 ask_unit sda >out 2>&1; grep -q "No such device or address" out'
check "its sg node refuses commands" eval 'timeout 5 ask_unit $sg >out 2>&1; grep -qx "ready: No such device or address" out'
echo running >/sys/block/sda/device/state

# Every command gets no answer: what comes back is the time-out, after the error recovery.
echo 1 >$debug/every_nth; echo 4 >$debug/opts
ask_unit sda 0x83 1000 2>out
check "a device that does not answer is a time-out" grep -qx 'page 0x83: time-out' out
echo 0 >$debug/every_nth; echo 0 >$debug/opts
exit $failed
