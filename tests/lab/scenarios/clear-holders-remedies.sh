# Every remedy that clear-holders prints for what is in the way is run as it is printed: then that blocker is gone, and the
# map can be taken down. What brings a stack back is run by the other scenarios (check_stack); integrity and verity are here.
# mem: 1280
# timeout: 400
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
. "$LAB/remedies.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua ext4
mkdir -p /mnt/stack /mnt/elsewhere /run/lab
printf 'overrides {\n  no_path_retry fail\n}\n' >/etc/multipath.conf
one=$(san_map one 64M)
other=$(san_map other 64M)
declare -A seen

# undone: nothing is left of what a case did.
undone() {
  local pid disk
  if dmsetup info "$one" >/dev/null 2>&1; then
    [ "$(dmsetup info -c --noheadings -o suspended "$one")" != Suspended ] || dmsetup resume "$one"
    dmsetup message "$one" 0 fail_if_no_path
    for disk in $(unit_disks one); do dmsetup message "$one" 0 reinstate_path "$(cat "/sys/block/$disk/dev")"; done
  fi
  for pid in $(jobs -p); do kill -9 "$pid" 2>/dev/null; done
  wait 2>/dev/null
  umount /mnt/stack/below /mnt/stack /mnt/elsewhere /run/lab/ns/kept /run/lab/ns /srv 2>/dev/null
  swapoff -a 2>/dev/null
  vgchange -q -an >/dev/null 2>&1
  dmsetup info "$one" >/dev/null 2>&1 || one=$(map_of one)
}

# remedied CODE WHAT-IS-IN-THE-WAY OPTION...: each alternative of the remedy, from a fresh state, ends the blocker.
remedied() {
  local code=$1 setup=$2 remedy alternative number=0 done=0
  shift 2
  undone
  "$setup" || { not_ok "$code: $setup"; return; }
  remedy=$(blockers_of "$code" "$@" "$one" | head -n 1)
  check_match "$code: it is in the way" . "$remedy"
  note "$code: $remedy"
  mapfile -t parts < <(alternatives "$remedy")
  for alternative in "${parts[@]}"; do
    number=$((number + 1))
    [ $number = 1 ] || { undone; "$setup"; remedy=$(blockers_of "$code" "$@" "$one" | head -n 1); alternative=$(alternatives "$remedy" | sed -n "${number}p"); }
    case $alternative in
      --*) check_equal "$code: ${alternative%% *} ends it" "" "$(blockers_of "$code" "$@" "${alternative%% *}" "$one")" ;;
      *"; --"*) check_equal "$code: ${alternative##* } ends it" "" "$(blockers_of "$code" "$@" $(grep -o -e '--[a-z-]*=[a-z0-9,-]*' <<<"$alternative") "$one")" ;;
      *)
        if run_alternative "$alternative"; then
          sleep 1
          check_equal "$code: '$alternative' ends it" "" "$(blockers_of "$code" "$@" "$one")"
        else
          note "$code: not a command: $alternative"
          continue
        fi
        ;;
    esac
    done=$((done + 1))
  done
  check "$code: at least one remedy was run" test $done -gt 0
  seen[$code]=1
}

make_ext4 "/dev/mapper/$one"
mounted() { mount "/dev/mapper/$one" /mnt/stack; }
mounted_over() { mounted && mkdir -p /mnt/stack/below && mount -t tmpfs none /mnt/stack/below; }
mounted_elsewhere() {
  rm -f /run/lab/there
  unshare --mount --propagation private sh -c "mount /dev/mapper/$one /mnt/elsewhere && touch /run/lab/there && exec sleep 1000" &
  wait_for 20 test -e /run/lab/there
}
mounted_hidden() {
  mkdir -p /run/lab/ns
  mount --bind /run/lab/ns /run/lab/ns && mount --make-private /run/lab/ns && touch /run/lab/ns/kept
  unshare --mount=/run/lab/ns/kept --propagation private mount "/dev/mapper/$one" /mnt/elsewhere
}
file_in_use() { mounted && echo text >/mnt/stack/file && { sleep 1000 </mnt/stack/file & } && sleep 0.5; }
opened() { { sleep 1000 <"/dev/mapper/$one" & } && sleep 0.5; }
suspended_map() { dmsetup suspend --nolockfs --noflush "$one"; }
queueing_map() {
  dmsetup message "$one" 0 queue_if_no_path
  for disk in $(unit_disks one); do dmsetup message "$one" 0 fail_path "$(cat "/sys/block/$disk/dev")"; done
}
system_mount() { mount "/dev/mapper/$one" /srv && umount /srv && mount "/dev/mapper/$one" /boot; }

remedied mounted mounted
remedied mounted-over mounted_over --umount
remedied mounted-elsewhere mounted_elsewhere
remedied mounted-hidden mounted_hidden --umount --umount-ns
remedied file-in-use file_in_use --umount
remedied open opened
remedied suspended suspended_map
remedied queueing queueing_map
remedied protected system_mount --umount
umount /boot

note "--- swap"
undone
dd if=/dev/zero of="/dev/mapper/$one" bs=1M count=64 conv=fsync 2>/dev/null
mkswap -q "/dev/mapper/$one" 2>/dev/null || mkswap "/dev/mapper/$one" >/dev/null
swap_on() { swapon "/dev/mapper/$one"; }
remedied swap swap_on

note "--- a volume group over two units"
undone
wipefs -qa "/dev/mapper/$one" "/dev/mapper/$other"
vgcreate -q -y vg0 "/dev/mapper/$one" "/dev/mapper/$other" >/dev/null 2>&1
lvcreate -q -y -Wn -Zn -l 100%FREE -n data vg0 >/dev/null 2>&1
volume_group() { vgchange -q -ay vg0 >/dev/null 2>&1; dmsetup info vg0-data >/dev/null; }
remedied collateral volume_group
undone; volume_group
remedy=$(blockers_of collateral "$one" | head -n 1)
named=$(grep -oE '[a-z0-9]{33}' <<<"$remedy" | head -n 1)
check_equal "collateral: the other unit is named" "$other" "$named"
check_equal "collateral: naming it ends it" "" "$(blockers_of collateral "$one" "$named")"
check "and both are taken down" multipath clear-holders --yes "$one" "$named"
one=$(map_of one) other=$(map_of other)

note "--- what brings integrity and verity back"
undone
wipefs -qa "/dev/mapper/$one" "/dev/mapper/$other"
if modprobe dm_integrity 2>/dev/null && integritysetup format -q "/dev/mapper/$one" >/run/lab/format 2>&1; then
  integritysetup open "/dev/mapper/$one" whole
  dd if=/dev/urandom of=/dev/mapper/whole bs=4k count=4 conv=fsync 2>/dev/null
  sum=$(head -c 16384 /dev/mapper/whole | md5sum)
  check "integrity is taken down" bash -c "multipath clear-holders --yes '$one' >/run/lab/run 2>&1"
  undo_of /run/lab/run | sed 's/dmsetup create /dmsetup --verifyudev create /' >/run/lab/undo
  note "$(cat /run/lab/undo)"
  check "what is printed brings it back" bash -e /run/lab/undo
  check_equal "with what was on it" "$sum" "$(head -c 16384 /dev/mapper/whole | md5sum)"
  integritysetup close whole
else
  note "$(cat /run/lab/format)"
fi
if modprobe dm_verity 2>/dev/null; then
  dd if=/dev/urandom of="/dev/mapper/$one" bs=1M count=8 conv=fsync 2>/dev/null
  root=$(veritysetup format --data-blocks 512 "/dev/mapper/$one" "/dev/mapper/$other" | sed -n 's/^Root hash:[[:space:]]*//p')
  check "verity is set up" veritysetup open "/dev/mapper/$one" seal "/dev/mapper/$other" "$root"
  check "verity is taken down" bash -c "multipath clear-holders --yes '$one' '$other' >/run/lab/run 2>&1"
  undo_of /run/lab/run | sed "s/dmsetup create /dmsetup --verifyudev create /; s|veritysetup open DATA seal HASH ROOTHASH|veritysetup open /dev/mapper/$one seal /dev/mapper/$other $root|" >/run/lab/undo
  note "$(cat /run/lab/undo)"
  check "what is printed brings it back, with devices and hash" bash -e /run/lab/undo
  check "it is there" test -b /dev/mapper/seal
  veritysetup close seal
fi

note "remedies run: ${!seen[*]}"
check_equal "each kind was run" 11 "${#seen[@]}"
undone
check "and the map goes in the end" multipath clear-holders --yes "$one"
done_checks
