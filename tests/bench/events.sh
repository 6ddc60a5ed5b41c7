# events.sh [ROUNDS]: what udev's events cost beside the packaged tool's rules, run by tests/lab/run in one guest: 256 paths of 32 maps,
# udevd with the same rules around either set, and around none. System calls, in all, of what the rules ask; the guest's processor
# time for a coldplug of all paths (add, until udevd has settled), the least of ROUNDS (2). Fails when ours takes more than 1.15
# times that of a host without rules for multipath.
# timeout: 1200
# mem: 1536
. "$LAB/lib.sh"
rounds=${1:-2}
modprobe -a dm-multipath dm-service-time scsi_dh_alua
san_scsi_debug 8 32 8 || exit
mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths strict\n}\n' >/etc/multipath.conf
multipath -i -v0
dmsetup mknodes
[ "$(wc -l </etc/multipath/wwids)" -ge 32 ] || { note "no wwids file"; exit 1; }
disk=$(disks Linux | sed -n 100p)
map=$(multipath -l -v1 "/dev/$disk")
node=$(basename "$(readlink -f "/sys/dev/block/$(dmsetup info -c --noheadings -o major,minor "$map")")")
number=$(cat "/sys/class/block/$node/dev")

# calls COMMAND...: its system calls, those of the loader included.
calls() { traced /run/lab/trace "$@"; calls_of /run/lab/trace; }
# guest_time: the milliseconds that the guest's processors have worked so far.
guest_time() { busybox awk '/^cpu / { print ($2 + $3 + $4 + $7 + $8) * 10 }' /proc/stat; }

base=" 50-udev-default 55-dm 55-scsi-sg3_id 58-scsi-sg3_symlink 60-block 60-persistent-storage 60-persistent-storage-dm 69-lvm 95-dm-notify "
packaged=" 60-multipath 56-dm-mpath 56-dm-parts 60-kpartx 68-del-part-nodes "
busybox mkdir -p /run/lab/packaged /run/udev
# with packaged|ours|none: udevd with the base and one of the two sets, or neither.
with() {
  local rule name
  [ ! -e /run/udev/control ] || { udevadm control --exit; busybox sleep 1; }
  busybox rm -rf /run/udev/rules.d /run/udev/data
  busybox mkdir -p /run/udev/rules.d
  busybox rm -f /usr/lib/udev/rules.d/*multipath-*.rules /usr/lib/udev/rules.d/*-multipath*.rules \
    /usr/lib/udev/rules.d/{60-multipath,56-dm-mpath,56-dm-parts,60-kpartx,68-del-part-nodes}.rules
  if [ "$1" = ours ]; then install_rules; elif [ "$1" = packaged ]; then
    for name in $packaged; do busybox cp "/run/lab/packaged/$name.rules" /usr/lib/udev/rules.d/; done
    busybox cp /run/lab/packaged/multipath /usr/sbin/multipath
  fi
  for rule in /usr/lib/udev/rules.d/*.rules; do
    name=${rule##*/} name=${name%.rules}
    [[ $base == *" $name "* || $packaged == *" $name "* || $name == *multipath* || $name == 57-devmap-name ]] ||
      busybox ln -sf /dev/null "/run/udev/rules.d/$name.rules"
  done
  /lib/systemd/systemd-udevd --daemon 2>/dev/null
}
for rule in $packaged; do busybox cp "/usr/lib/udev/rules.d/$rule.rules" /run/lab/packaged/ || note "there is no packaged $rule.rules"; done
busybox cp "$(readlink -f "$(command -v packaged-multipath)")" /run/lab/packaged/multipath

printf '\n%-46s %10s %10s %7s\n' "256 paths of 32 maps" packaged ours ratio
row() { printf '%-46s %10s %10s %7s\n' "$1" "$2" "$3" "$(awk "BEGIN { printf \"%.1f\", $2 / ($3 > 0 ? $3 : 1) }")"; }
pretend_udevd
row "system calls: is it a path? (-u)" "$(calls packaged-multipath -u "$disk")" "$(calls multipath_id -u "$disk")"
row "system calls: has the map a path? (-C)" "$(calls packaged-multipath -C "/dev/$node")" "$(calls multipath_id -U "$node")"
row "system calls: a map's properties (udev-map)" "$(calls packaged-multipath -C "/dev/$node")" "$(calls multipath_id udev-map "$number")"
row "system calls: name (dmsetup; devmap_name)" "$(calls dmsetup info -c --noheadings -o name -j "${number%:*}" -m "${number#*:}")" "$(calls devmap_name "${number%:*}" "${number#*:}")"
row "system calls: no partitions (kpartx; ours)" "$(calls kpartx -un -p -part "/dev/mapper/$map")" "$(calls multipath partitions --no-wait "$map")"
partitioned=$(dmsetup ls --target multipath | cut -f 1 | grep -vx "$map" | head -n 1)
printf 'label: gpt\nsize=1M\nsize=1M\n' | sfdisk -q --no-reread --no-tell-kernel "/dev/mapper/$partitioned"
multipath partitions "$partitioned" >/dev/null
dmsetup mknodes
row "system calls: two that are right (kpartx; ours)" "$(calls kpartx -un -p -part "/dev/mapper/$partitioned")" "$(calls multipath partitions --no-wait "$partitioned")"
multipath partitions --remove "$partitioned" >/dev/null
wipefs -qa "/dev/mapper/$partitioned"

declare -A least=()
for ((round = 0; round < rounds; ++round)); do
  for who in none packaged ours; do
    with "$who"
    before=$(guest_time)
    for name in $(disks Linux); do echo "/sys/class/block/$name"; done | busybox xargs udevadm trigger --action=add
    udevd_settle 600
    took=$(($(guest_time) - before))
    [ -n "${least[$who]-}" ] && [ "${least[$who]}" -le $took ] || least[$who]=$took
    [ $who != none ] || continue
    claimed=$(grep -l '^E:DM_MULTIPATH_DEVICE_PATH=1' /run/udev/data/b* 2>/dev/null | wc -l)
    [ "$claimed" -ge 256 ] || note "$who: only $claimed paths are claimed"
  done
done
row "coldplug of 256 paths, ms of the processors" "${least[packaged]}" "${least[ours]}"
printf '%-46s %10s %10s %7s\n' "the same without any rule of multipath" - "${least[none]}" \
  "$(busybox awk "BEGIN { printf \"%.2f\", ${least[ours]} / ${least[none]} }")"
trap - EXIT
[ $((least[ours] * 100)) -le $((least[none] * 115)) ] || { echo "MISSED: ours takes more than 1.15 times that of a host without rules"; exit 1; }
