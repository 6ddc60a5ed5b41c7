# 69-dm-lvm-metad.rules: the decision table in its head, cell by cell, with systemd and without.
#   scan    a scan is started (the service wanted, or pvscan run in the background)
#   keep    nothing is started; the service of an earlier scan stays wanted (with systemd), or nothing at all (without)
#   gone    LVM is told that there is no PV on the device any more
#   -       nothing

pv=(ID_FS_TYPE=LVM2_member ID_FS_USAGE=raid ID_FS_UUID_ENC=abcd-12)
pv_db=(ID_FS_TYPE=LVM2_member ID_FS_UUID_ENC=abcd-12)
# The flags that device-mapper's library gives with an activation: PRIMARY_SOURCE, DISABLE_LIBRARY_FALLBACK; nobody waits.
activation=DM_COOKIE=0x600000

# outcome: what the last event of the device with that number did.
outcome() {
  local service="lvm2-pvscan@$1.service" started
  started=$(grep -v 'multipath event' <<<"$runs" | sed '1{/multipath forget-pvs --itself '"$1"'$/d}')
  case $started in
    *"pvscan --cache $1") echo gone; return ;;
    *"pvscan --background --cache --activate ay --major ${1%:*} --minor ${1#*:}") echo scan; return ;;
    *"pvscan --background --cache $1") echo gone; return ;;
    '') ;;
    *) echo "run: $started"; return ;;
  esac
  case "${properties[SYSTEMD_WANTS]-} ${properties[SYSTEMD_ALIAS]-}" in
    *"$service /dev/block/$1") echo scan ;;
    "$service other.service /dev/block/$1") echo keep ;;
    *) echo - ;;
  esac
}

# cell KIND EVENT SYSTEMD DIRECT: makes the device of that kind, with what the database has after earlier events, and has the event
# happen; the outcome is the third word with systemd, the fourth without.
cell() {
  local kind=$1 what=$2 mode expected device number action=${2#* } database=() arguments=()
  action=${action%%[ ,]*}
  for mode in systemd direct; do
    expected=$3
    [ "$mode" = systemd ] || expected=$4
    fresh $mode
    database=() arguments=()
    case $kind in
      dm) device=dm-3 number=253:3; map 3 vg-pv CRYPT-PLAIN-x ;;
      md) device=md0 number=9:0; disk md0 9:0; mkdir /sys/class/block/md0/md; echo clean >/sys/class/block/md0/md/array_state ;;
      md-partition) device=md0p1 number=259:0; disk md0 9:0; partition md0 md0p1 259:0 ;;
      loop) device=loop0 number=7:0; disk loop0 7:0 ;;
      other) device=sda number=8:0; disk sda 8:0; answer '-u sda' DM_MULTIPATH_DEVICE_PATH=0 ;;
      other-partition) device=sda1 number=8:1; disk sda 8:0; partition sda sda1 8:1 ;;
      nvme) device=nvme0n1 number=259:0; disk nvme0n1 259:0; answer '-u nvme0n1' DM_MULTIPATH_DEVICE_PATH=0 ;;
      virtio) device=vda number=252:0; disk vda 252:0 ;;
      path) device=sda number=8:0; disk sda 8:0; answer '-u sda' DM_MULTIPATH_DEVICE_PATH=1 ;;
    esac
    answer "blkid /dev/$device" "${pv[@]}"
    answer "mdadm --detail --no-devices --export /dev/$device" MD_LEVEL=raid1
    case "$kind $what" in
      'loop '*'with a file') mkdir "/sys/class/block/$device/loop"; echo /x >"/sys/class/block/$device/loop/backing_file" ;;&
      'dm real change'*) arguments=("$activation") ;;
      'md '*'not running'*) rm -r "/sys/class/block/$device/md" ;;
    esac
    case $what in
      *again* | *'set up'* | artificial*change*)
        database=("${pv_db[@]}" DM_UDEV_PRIMARY_SOURCE_FLAG=1 DM_UDEV_RULES_VSN=2 LVM_MD_PV_ACTIVATED=1 LVM_LOOP_PV_ACTIVATED=1)
        [ "$mode" = direct ] || database+=("SYSTEMD_WANTS=lvm2-pvscan@$number.service other.service" "SYSTEMD_ALIAS=/dev/block/$number")
        ;;&
      remove*)
        database=("${pv_db[@]}") action=remove
        [ "$kind" != path ] || database=(ID_FS_TYPE=mpath_member DM_MULTIPATH_DEVICE_PATH=1)
        ;;
      *lost*) database=("${pv_db[@]}" DM_UDEV_PRIMARY_SOURCE_FLAG=1 DM_UDEV_RULES_VSN=2); answer "blkid /dev/$device" ID_X=1; action=change ;;
    esac
    [ "${#database[@]}" -eq 0 ] || old "$number" "${database[@]}"
    event "$action" "$device" "${arguments[@]}"
    is "LVM, $mode: $kind, $what: $expected" "$expected" "$(outcome "$number")"
    case $expected:$action in
      scan:* | keep:*) [ "$kind" = path ] || like "LVM, $mode: $kind, $what: a link by the PV's id" '* disk/by-id/lvm-pv-uuid-abcd-12 *' " $(seen DEVLINKS | sed "s,.*=,,; s,/dev/,,g") " ;;
      -:add | -:change) [[ $kind != md* && $kind != other* ]] || [[ $what == *'not running'* ]] || like "LVM, $mode: $kind, $what: it is not made unready" '[!0]*' "${properties[SYSTEMD_READY]-}x" ;;
    esac
  done
}

rules debian 2
#    kind             event                                  systemd direct
cell dm               'real add'                             -    -
cell dm               'real change'                          scan scan
cell dm               'artificial add, set up'               scan scan
cell dm               'artificial add, not active'           -    -
cell dm               'artificial change'                    keep -
cell dm               'remove'                               -    gone
cell dm               'label lost'                           gone gone
cell md               'real add'                             -    -
cell md               'real add, not running'                -    -
cell md               'real change'                          scan scan
cell md               'real change again'                    keep -
cell md               'artificial add, set up'               scan scan
cell md               'artificial change'                    keep -
cell md               'label lost'                           gone gone
cell md-partition     'real add'                             scan scan
cell md-partition     'real change'                          -    -
cell md-partition     'real change again'                    keep -
cell md-partition     'artificial add'                       scan scan
cell md-partition     'label lost'                           gone gone
cell loop             'real add'                             -    -
cell loop             'real change with a file'              scan scan
cell loop             'real change again with a file'        keep -
cell loop             'artificial add, set up, with a file'  scan scan
cell loop             'artificial change with a file'        keep -
cell loop             'label lost'                           gone gone
cell other            'real add'                             scan scan
cell other            'real change'                          scan -
cell other            'artificial add'                       scan scan
cell other            'artificial change'                    scan -
cell other            'remove'                               -    gone
cell other            'label lost'                           gone gone
cell other-partition  'real add'                             scan scan
cell other-partition  'real change'                          scan -
cell nvme             'real add'                             scan scan
cell virtio           'real add'                             scan scan
cell virtio           'remove'                               -    gone
cell path             'real add'                             -    -
cell path             'real change'                          -    -
cell path             'artificial add'                       -    -
cell path             'artificial change, claimed late'      gone gone
cell path             'remove'                               -    -

# LVM1, and what is nobody's.
fresh systemd
disk sda 8:0
answer '-u sda' DM_MULTIPATH_DEVICE_PATH=0
answer 'blkid /dev/sda' ID_FS_TYPE=LVM1_member
event add sda
is "LVM: the label of LVM1 counts" "SYSTEMD_WANTS=lvm2-pvscan@8:0.service" "$(seen SYSTEMD_WANTS)"
answer 'blkid /dev/sda' ID_FS_TYPE=ext4 ID_FS_USAGE=filesystem
event add sda
is "LVM: a file system is none of its business" "SYSTEMD_WANTS= SYSTEMD_ALIAS=" "$(seen SYSTEMD_WANTS SYSTEMD_ALIAS)"

# The host's own rule.
for other in 69-lvm 69-dm-lvm; do
  rules debian 2
  echo '# nothing' >"$world/udev/rules.d/$other.rules"
  answer 'blkid /dev/sda' "${pv[@]}"
  event add sda
  is "LVM: with the host's $other.rules ours is silent" "SYSTEMD_WANTS= " "$(seen SYSTEMD_WANTS) $(grep -v 'multipath event' <<<"$runs")"
done
