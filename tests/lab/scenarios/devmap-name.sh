# timeout: 180
# devmap_name on real maps with names of all kinds, against what sysfs and dmsetup say, and in a udev rule.
. "$LAB/lib.sh"

modprobe -a dm_mod dm_multipath dm_service_time scsi_dh_alua
san_scsi_debug 1 1
disk=$(disks Linux)
number=$(cat "/sys/block/$disk/dev")

# make NAME [TABLE]: a map with just these bytes as its kernel name; sets minor.
make() {
  dmsetup create --noudevsync --manglename none --table "${2:-0 8 linear $number 0}" -- "$1" || return
  minor=$(dmsetup info -c --noheadings --manglename none -o minor -- "$1")
}
major=
odd_name=$'a \t"q'\''q" $(id);%n/'   # the slash goes, the kernel takes none
names=(mpatha 3600508b4000156d700012000000b0000 vg0-lv--root 'a b' "${odd_name%/}" 'it'\''s "quoted"' -- -t 'a\x20b' 'a\b'
  $'line\nline' 'ümlaut' '%k' '#+-.:=@_' ' ' "$(printf 'x%.0s' {1..127})" "$(printf ' %.0s' {1..127})")
for name in "${names[@]}"; do
  shown=$(printf %q "${name:0:20}")
  make "$name" || { not_ok "a map called $shown can be made"; continue; }
  [ -n "$major" ] || major=$(sed -n 's/ device-mapper$//p' /proc/devices | tail -n 1 | tr -d ' ')
  kernel_name=$(cat "/sys/block/dm-$minor/dm/name"; echo .); kernel_name=${kernel_name%$'\n'.}
  check_equal "the kernel has $shown as it was given" "$name" "$kernel_name"
  answer=$(devmap_name "$major" "$minor")
  check_match "$shown: the answer is one word that udev takes as it is" '^([a-zA-Z0-9#+.:=@_-]|\\x[0-9a-f]{2})+$' "$answer"
  case $name in
    *'\x'*) check_equal "$shown: what is spelt already is left alone" "$name" "$answer" ;;
    *)
      spelt_back=$(printf '%b.' "$answer")
      check_equal "$shown: the answer, spelt back, is the kernel's name" "$kernel_name" "${spelt_back%.}"
      ;;
  esac
done
check_equal "MAJOR:MINOR gives the same as MAJOR MINOR" "$answer" "$(devmap_name "$major:$minor")"
mknod -m 600 /dev/try b "$major" "$minor"
check_equal "so does a node of any name" "$answer" "$(devmap_name /dev/try)"

# Names that libdevmapper has spelt in its own way before the kernel saw them.
for name in 'c d' 'c"d' 'cüd'; do
  dmsetup create --noudevsync --table "0 8 linear $number 0" -- "$name"
  minor=$(dmsetup info -c --noheadings -o minor -- "$name")
  check_equal "'$name', made by dmsetup, is spelt as dmsetup spells it" \
    "$(dmsetup info -c --noheadings -o mangled_name -j "$major" -m "$minor")" "$(devmap_name "$major" "$minor")"
  dmsetup remove --noudevsync -- "$name"
done

# --- types, refusals ----------------------------------------------------------------------------------------------
make paths "0 2048 multipath 0 0 1 1 service-time 0 1 1 $number 1"
paths=$minor
make empty "0 2048 multipath 0 0 0 0"
empty=$minor
dmsetup create --notable tableless
tableless=$(dmsetup info -c --noheadings -o minor tableless)
answer_of() { local output status; output=$(devmap_name "$@" 2>/run/errors) && status=0 || status=$?; echo "$status '$output' $(wc -l </run/errors)"; }
check_equal "a map of the wanted type is named" "0 'paths' 0" "$(answer_of -t multipath "$major" "$paths")"
check_equal "so is one without a path, at once" "0 'empty' 0" "$(answer_of -t multipath "$major:$empty")"
check_equal "a map of another type is not" "1 '' 1" "$(answer_of -t linear "$major" "$paths")"
check_equal "a map without a table has no type" "1 '' 1" "$(answer_of -t linear "$major" "$tableless")"
check_equal "but a name" "0 'tableless' 0" "$(answer_of "$major" "$tableless")"
check_equal "a free number is refused" "1 '' 1" "$(answer_of "$major" 1000)"
check_equal "a disk is refused" "1 '' 1" "$(answer_of "/dev/$disk")"
check_equal "who may not ask is told so" "3 '' 1" \
  "$(setpriv --reuid=65534 --regid=65534 --clear-groups "$(command -v devmap_name)" "$major" "$paths" 2>/run/errors && s=0 || s=$?; echo "$s '' $(wc -l </run/errors)")"
check_equal "a full disk is noticed" 3 "$(devmap_name "$major" "$paths" >/dev/full 2>/dev/null; echo $?)"
note "system calls: devmap_name $(strace -f -c devmap_name "$major" "$paths" 2>&1 >/dev/null | awk '$NF == "total" { print $(NF - 2) }'), \
of them ioctl $(strace -f -e trace=ioctl devmap_name "$major" "$paths" 2>&1 >/dev/null | grep -c DM_); \
dmsetup $(strace -f -c dmsetup info -c --noheadings -o name -j "$major" -m "$paths" 2>&1 >/dev/null | awk '$NF == "total" { print $(NF - 2) }')"
check_equal "two requests are enough" 2 "$(strace -e trace=ioctl devmap_name "$major" "$paths" 2>&1 >/dev/null | grep -c DM_)"
dmsetup remove_all --force >/dev/null 2>&1
for name in "${names[@]}"; do dmsetup remove --manglename none -- "$name" 2>/dev/null; done

# --- the rule of the man page ---------------------------------------------------------------------------------------
rule=$(sed -n '/^ACTION!=/,/^\.Ed/p' "$LAB_CHECKOUT/man/devmap_name.8" | sed '/^\.Ed/d; s/\\e$/\\/')
rule=${rule//\/usr\/sbin\/devmap_name -t multipath/$(command -v devmap_name)}
udev_rule 57-devmap-name "$rule"
note "$rule"
start_udevd
for name in mpathx 'a b' 'it'\''s "quoted"' "${odd_name%/}" 'a\x20c' "$(printf 'y%.0s' {1..127})"; do
  shown=$(printf %q "${name:0:20}")
  make "$name"
  udevd_settle
  link=/dev/disk/by-map-name/$(devmap_name "$major" "$minor")
  check_equal "$shown: the rule's link leads to the map" "/dev/dm-$minor" "$(readlink -f -- "$link")"
done
check_equal "there are as many links as maps, and no other" 6 "$(find /dev/disk/by-map-name -type l | wc -l)"
check_equal "no part of a name became a link of its own" "" "$(find /dev -maxdepth 1 -type l \( -name 'b' -o -name 'q*' -o -name 's' -o -name 'by-map-name' \))"
dmsetup remove mpathx
udevd_settle
check_fails "the link goes with the map" test -L /dev/disk/by-map-name/mpathx
done_checks
