# timeout: 120
# libsg's SG_IO adapter on real nodes: the same bytes as sg3_utils on a block node and on its sg node, UNIT ATTENTION, an
# offline disk, a time-out.
. "$LAB/checks.sh"

modprobe scsi_debug delay=0 vpd_use_hostno=0 add_host=2 max_luns=1 dev_size_mb=8
debug=/sys/bus/pseudo/drivers/scsi_debug
cd "$(mktemp -d)"
wait_for 10 test -e /dev/sdb -a -e /dev/sg1
sg=$(ls /sys/block/sda/device/scsi_generic)

for node in sda "$sg"; do
  kind=block; [ "$node" = sda ] || kind=sg
  for page in 0x00 0x80 0x83 0xb0; do
    ask_unit "$node" $page >ours; sg_vpd --page=$page --raw "/dev/$node" >theirs
    check "page $page of the $kind node is what sg_vpd reads" cmp ours theirs
  done
  ask_unit "$node" inquiry >ours; sg_inq --raw --len=36 "/dev/$node" >theirs
  check "INQUIRY data of the $kind node is what sg_inq reads" cmp ours theirs
  # 1024 bytes were asked for: without the residual count it would be 1024.
  ask_unit "$node" groups >ours; sg_rtpg --raw "/dev/$node" >theirs
  check "target port groups of the $kind node are what sg_rtpg reads, less the residual" cmp ours theirs
done
block=$(ask_unit sda)
check_equal "a block node and its sg node give the same answers" "$block" "$(ask_unit "$sg")"
check_equal "every question is answered" "" "$(grep '^no ' <<<"$block")"
check_equal "target port groups are decoded as sg_rtpg decodes them" \
  "$(sg_rtpg /dev/sda | sed -n 's/.*target port group id : 0x\([0-9a-f]*\) .*/0x\1/p' | while read -r id; do echo $((id)); done)" \
  "$(sed -n 's/^group: \([0-9]*\) .*/\1/p' <<<"$block")"

# A new virtual size: the next command that may report it gets UNIT ATTENTION.
echo 1 >$debug/virtual_gb
check_fails "TEST UNIT READY alone meets a UNIT ATTENTION" sg_turs /dev/sdb
check_match "libsg asks past it" '^ready: good' "$(ask_unit sda)"

echo offline >/sys/block/sda/device/state
check_match "an offline disk is not opened, and its node named" 'open sda: No such device or address' \
  "$(timeout 5 ask_unit sda 2>&1)"
check_match "its sg node refuses commands" '^ready: No such device or address' "$(timeout 5 ask_unit "$sg" 2>&1)"
echo running >/sys/block/sda/device/state

# No command gets an answer: what comes back is the time-out, after the error recovery.
echo 1 >$debug/every_nth; echo 4 >$debug/opts
check_equal "a device that does not answer is a time-out" "page 0x83: time-out" "$(ask_unit sda 0x83 1000 2>&1)"
echo 0 >$debug/every_nth; echo 0 >$debug/opts
done_checks
