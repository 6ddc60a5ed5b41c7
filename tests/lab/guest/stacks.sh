# Stacks of storage on multipath maps, and what every one of them must show. A scenario that uses it says
# . "$LAB/lib.sh"; . "$LAB/stacks.sh"

# Without a udevd LVM has to make its nodes itself.
if [ ! -e /run/udev/control ]; then
  mkdir -p /etc/lvm
  printf 'activation {\n  udev_rules = 0\n  udev_sync = 0\n}\ndevices {\n  obtain_device_list_from_udev = 0\n}\n' >/etc/lvm/lvmlocal.conf
fi

# ext4 that writes nothing later: checksums of the disk are compared.
make_ext4() { mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0 "$@" && sync; }

# map_of UNIT: makes the multipath map of a LIO unit, named by its WWID, and prints the name. By dmsetup: which units get a
# map by themselves is another scenario's business.
map_of() {
  local disk name size table groups=0
  for disk in $(unit_disks "$1"); do
    name=3$(sed 's/^naa\.//' "/sys/block/$disk/device/wwid")
    size=$(cat "/sys/block/$disk/size")
    table="${table-} service-time 0 1 1 $(cat "/sys/block/$disk/dev") 1"
    groups=$((groups + 1))
  done
  dmsetup --verifyudev create "$name" -u "mpath-$name" --table "0 $size multipath 0 0 $groups 1$table" >&2 && echo "$name"
}

# san_map UNIT [SIZE]: a unit with two paths and its map; prints the map's name.
san_map() { san_lio "$1" "${2:-64M}" 2 >&2 && map_of "$1"; }

# everything: what a run that is blocked may not change. The variable `restless` may hold the name of a unit that the kernel
# writes to by itself, as it does to a cache.
everything() {
  dmsetup table 2>/dev/null | sort
  dmsetup info -c --noheadings -o name,suspended | sort
  cat /proc/mdstat /proc/swaps 2>/dev/null
  sort /proc/self/mountinfo
  ls /sys/fs/bcache 2>/dev/null
  losetup -a | sort
  for store in "$lab_san"/*/store; do [ "$store" = "$lab_san/${restless-}/store" ] || md5sum "$store"; done
}

undo_of() { sed -n '/^to bring back/,$p' "$1" | tail -n +2; }

# sums FOLDER...: checksums of all files below them.
sums() { find "$@" -xdev -type f -exec md5sum {} + | sort -k2; }

# check_stack NAME TARGET -- OPTION...: the tree, the plan, a run that is blocked, a run with the options, a second run,
# and the undo commands. Expects a file system below /mnt/stack when there is one; the variable `before_undo` may hold a
# command that undo needs first (a key). The scenario has defined still_there, which fails when the stack is not whole.
check_stack() {
  local name=$1 target=$2 out=/run/lab/out before status line
  shift 3
  check "$name: the stack is there" still_there
  local sums_before=
  mountpoint -q /mnt/stack && sums_before=$(sums /mnt/stack)
  sync; sleep 1; sync
  multipath holders "$target" >$out.tree 2>&1
  note "$(cat $out.tree)"
  before=$(everything)
  multipath clear-holders --dry-run "$@" "$target" >$out.plan 2>$out.err
  status=$?
  note "$(cat $out.plan $out.err)"
  check_equal "$name: a dry run has a plan without blockers" 0 "$status"
  check_equal "$name: a dry run changes nothing" "$before" "$(everything)"
  if [ $# -gt 0 ]; then
    check_status "$name: without its options the run is blocked" 3 multipath clear-holders --yes "$target"
    check_equal "$name: the blocked run changed nothing" "$before" "$(everything)"
  fi
  check_status "$name: it is not clear" 3 multipath clear-holders --check "$target"
  check_status "$name: no is an answer" 6 sh -c "echo no | multipath clear-holders $* '$target'"
  check_equal "$name: no changes nothing" "$before" "$(everything)"
  multipath clear-holders --yes "$@" "$target" >$out.run 2>$out.err
  status=$?
  check_equal "$name: the run succeeds" 0 "$status" || note "$(cat $out.err)"
  [ "$status" = 0 ] || return
  note "$(cat $out.err; undo_of $out.run)"
  check "$name: the disk is clear" multipath clear-holders --check "$(first_path)"
  check_match "$name: a second run says so" "nothing to take down" "$(multipath clear-holders --yes "$(first_path)" 2>&1)"
  check "$name: the disk can be had exclusively" python3 -c 'import os,sys; os.open(sys.argv[1], os.O_RDONLY | os.O_EXCL)' "$(first_path)"
  undo_of $out.run >$out.undo
  # Without a udevd dmsetup makes no nodes below /dev/mapper unless it is told to look.
  [ -e /run/udev/control ] || sed -i 's/dmsetup create /dmsetup --verifyudev create /' $out.undo
  [ -z "${key_file-}" ] || sed -i "s|^cryptsetup open |cryptsetup open --key-file $key_file |" $out.undo
  check "$name: the undo commands run" bash -e $out.undo
  check "$name: the stack is back" still_there
  if [ -n "$sums_before" ]; then
    check_equal "$name: the files are the same" "$sums_before" "$(sums /mnt/stack)"
  fi
}

# first_path: of the unit that the scenario calls "one".
first_path() { echo "/dev/$(path_disk one 0)"; }

# fill FOLDER: some files.
fill() { local i; for i in 1 2 3; do head -c 300000 /dev/urandom >"$1/file$i"; done; sync; }
