# A capture of this machine, replayed here: every reading job prints byte for byte what it printed live.
# mem: 1280
# timeout: 400
. "$LAB/lib.sh"
modprobe -a dm-multipath dm-service-time scsi_dh_alua

san_scsi_debug 1 2
san_lio gold 64M 2 alua=yes
san_lio plain 64M 3
lio_alua_state gold 1 nonoptimized
if lab_tcmu_ready; then
  busybox mkdir -p /run/lab/made
  tcmu_inquiry IET VIRTUAL-DISK >/run/lab/made/inquiry.hex
  tcmu_naa_page 600a0b80000f1e2d0000012345678900 >/run/lab/made/pg83.hex
  san_tcmu silent /run/lab/made 16M 2 || not_ok "unit silent comes up"
fi
pretend_udevd
busybox mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths no\n}\nmultipaths {\n  multipath {\n    wwid "%s"\n    alias gold\n  }\n}\n' \
  "$(multipath -d -v3 2>/dev/null | awk -v disk="$(path_disk gold 0)" '$0 ~ " " disk " " && NF > 5 { print $1; exit }')" >/etc/multipath.conf
multipath >/run/lab/made.out
plain=$(path_disk plain 1)
path_offline "$plain"
silent=$(path_disk silent 1 2>/dev/null)

jobs_of_reading() {
  local disk
  multipath -ll; multipath -l; multipath -d -v3; multipath -ll -v3; multipath -t; multipath -T; multipath -v2 -d
  multipath show paths; multipath show maps; multipath show paths --json; multipath show maps --json
  multipath plan; multipath plan --json; multipath show config --origin
  for disk in $(disks Linux | head -n 1) $(path_disk gold 1) $(path_disk plain 1); do
    multipath holders /dev/"$disk"; multipath holders --json /dev/"$disk"
    multipath clear-holders --dry-run /dev/"$disk"; multipath -c /dev/"$disk"; multipath -u "$disk"
  done
}
# compare NAME DIR: live and replayed, both streams, and the status of each.
compare() {
  jobs_of_reading >/run/lab/live.out 2>/run/lab/live.err
  check "$1: the host is captured" command multipath capture "$2"
  eval "multipath() { command multipath --host $2 \"\$@\"; }"
  jobs_of_reading >/run/lab/replayed.out 2>/run/lab/replayed.err
  unset -f multipath
  check_equal "$1: the same is printed" "$(cat /run/lab/live.out)" "$(cat /run/lab/replayed.out)"
  check_equal "$1: the same is told" "$(cat /run/lab/live.err)" "$(cat /run/lab/replayed.err)"
  check "$1: there was something to print" test "$(wc -l </run/lab/live.out)" -gt 100
}
compare "maps, ALUA and an offline path" /out/paths

pvcreate -q /dev/mapper/gold >/dev/null 2>&1 && vgcreate -q vg /dev/mapper/gold >/dev/null 2>&1 && lvcreate -qy -L 16M -n lv vg >/dev/null 2>&1
check "an LV stands on gold" test -e /dev/mapper/vg-lv
printf '2048,20000\n,,\n' | sfdisk -q /dev/"$(disks Linux | head -n 1)" >/dev/null 2>&1
compare "LVM and partitions" /out/stack

if [ -n "$silent" ]; then
  tcmu_behave silent 1 'any hang'
  compare "a silent path" /out/silent
  tcmu_behave silent 1 ''
fi

check_fails "a capture is never written over another one" multipath capture /out/paths
check_match "what was not asked is an error that names it" 'has no answer to:' "$(multipath --host /out/paths holders /dev/nothing0 2>&1; multipath --host /out/paths show paths /dev/sr7 2>&1; rm /out/paths/tools.txt; sed -i '/\/size /d' /out/paths/sys.txt; multipath --host /out/paths show paths 2>&1)"
check_fails "then the run has failed" multipath --host /out/paths show paths
check_match "sg_vpd reads the pages" "designator type: NAA" "$(sg_vpd --inhex="$(grep -l 'vpd-83' /out/stack/scsi/*.hex | head -n 1)" 2>&1)"

check "a capture is scrubbed" multipath capture --scrub /out/scrubbed
for word in $(multipath show paths 2>/dev/null | grep -oE '\b3[0-9a-f]{16,32}\b' | cut -c10- | sort -u) "$(uname -n)"; do
  check "nothing is left of $word" sh -c "! grep -rqi '$word' /out/scrubbed"
done
check_equal "the same paths coalesce" "$(multipath -d 2>/dev/null | grep -c '^[a-z]*: \|size=')" "$(multipath --host /out/scrubbed -d 2>/dev/null | grep -c '^[a-z]*: \|size=')"

echo 'defaults { polling_interwal 5 }' >/etc/multipath.conf
check "a broken configuration is captured" multipath capture /out/broken
check_equal "and refused again" "$(multipath plan 2>&1)" "$(multipath --host /out/broken plan 2>&1)"
done_checks
