# The world of tests/udev/run, and what a case can do in it.

. "$checkout/tests/lab/cache.sh"
guest_root=
[ ! -s "$ready_file" ] || . "$ready_file"

# find_udev: an udevadm that runs programs in its test, and the folder of its rules. Sets reason when there is none.
find_udev() {
  local root=$lab_cache/$guest_root version
  udevadm=$(command -v udevadm) || udevadm=
  if [ -z "$udevadm" ] && [ -n "$guest_root" ] && [ -x "$root/usr/bin/udevadm" ]; then
    udevadm=$root/usr/bin/udevadm
    export LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu/systemd
  fi
  [ -n "$udevadm" ] || { reason="no udevadm here nor in the lab's cache"; return 1; }
  version=$("$udevadm" --version 2>/dev/null | grep -o '^[0-9]*')
  [ "${version:-0}" -ge 250 ] && [ "$version" -le 255 ] || { reason="the test of udevadm ${version:-?} runs no programs"; return 1; }
  stock=(/usr/lib/udev/rules.d /lib/udev/rules.d ${guest_root:+"$root/usr/lib/udev/rules.d"})
}

# stock_rule NAME: the file of Debian's rule.
stock_rule() {
  local folder
  for folder in "${stock[@]}"; do [ ! -e "$folder/$1.rules" ] || { echo "$folder/$1.rules"; return; }; done
  return 1
}

# Those of udev's built-in commands that read the device, as programs.
without_builtins='s/IMPORT{builtin}="\(blkid\|btrfs\)/IMPORT{program}="\/usr\/sbin\/\1 $devnode/'

build_world() {
  local name program
  mount -t tmpfs world "$world" && mkdir -p "$world"/{sys,run,dev,etc,sbin,udev/rules.d,ours,stock} || return
  awk '/^define INSTALLED$/,/^endef$/' udev/install.mk | sed -nE 's/^0644 \$\(BUILD\)\/(udev\/[^ ]*\.rules) .*\/([^ ]*\.rules)$/\1 \2/p' >"$world/list"
  while read -r name program; do sed 's,@SBINDIR@,/usr/sbin,g; s,@LIBDIR@,/usr/lib/udev,g' "$name" >"$world/ours/$program" || return; done <"$world/list"
  for name in 60-persistent-storage 60-block 63-md-raid-arrays 64-md-raid-assembly 64-btrfs 69-bcache 95-dm-notify 99-systemd \
    55-dm 60-persistent-storage-dm; do
    program=$(stock_rule "$name") && cp "$program" "$world/stock/" || { echo "no rule $name" >&2; return 1; }
  done
  sed -i "$without_builtins" "$world"/stock/*
  cp "$udevadm" "$world/udevadm" && cp "$(command -v dmsetup || echo /usr/sbin/dmsetup)" "$world/sbin/dmsetup" || return
  cp "$checkout/tests/udev/fake" "$world/sbin/fake"
  for program in blkid btrfs mdadm multipath devmap_name lvm; do ln -s fake "$world/sbin/$program"; done
  ln -s /usr/sbin/fake "$world/udev/multipath_id"
  for program in scsi_id ata_id probe-bcache bcache-register; do ln -s /usr/sbin/fake "$world/udev/$program"; done
  : >"$world/cmdline" && mount --bind "$world/cmdline" /proc/cmdline || return
  mount --bind "$world/udev" /usr/lib/udev || return
  [ ! -d /etc/udev ] || mount --bind "$world/etc" /etc/udev || return
  [ ! -d /usr/local/lib/udev ] || mount --bind "$world/etc" /usr/local/lib/udev || return
  export PATH=/usr/bin:/bin SYSTEMD_DEVICE_VERIFY_SYSFS=0
  mount --bind "$world/sbin" /usr/sbin && mount --bind "$world/sys" /sys && mount --bind "$world/run" /run &&
    mount --bind "$world/dev" /dev && mknod -m 666 /dev/null c 1 3 && ln -s /proc/self/fd /dev/fd
}

# rules NUMBERING VERSION [RULE...]: which files are there: numbers as "debian" or "upstream" has them, dmsetup's rules of that
# version (none: no such rules), and more files of Debian's. Fails where that version cannot be had.
rules() {
  local dm=55-dm disk=60-persistent-storage-dm name from=$world/stock
  [ "$1" = debian ] || { dm=10-dm disk=13-dm-disk; }
  rm -f "$world"/udev/rules.d/*
  cp "$world"/ours/* "$world"/stock/* "$world/udev/rules.d/"
  rm "$world"/udev/rules.d/{55-dm,60-persistent-storage-dm}.rules
  [ "$2" != 3 ] || { from=$newer_root/usr/lib/udev/rules.d; [ -n "$newer_root" ] || return 1; }
  if [ "$2" != none ]; then
    sed 's/\(DM_UDEV_RULES_VSN}="\)[12]"/\1'"$2"'"/' "$from/55-dm.rules" >"$world/udev/rules.d/$dm.rules"
    sed "$without_builtins" "$from/60-persistent-storage-dm.rules" >"$world/udev/rules.d/$disk.rules"
  fi
  for name in "${@:3}"; do cp "$(stock_rule "$name")" "$world/udev/rules.d/"; done
}

# fresh [systemd]: no devices, no database, no answers; with systemd as the host's first process or without.
fresh() {
  find /dev -mindepth 1 ! -path /dev/null ! -path /dev/fd -delete
  rm -rf /sys/* /run/*
  mkdir -p /sys/class/block /sys/dev/block /run/answers /run/udev/data
  [ "${1-}" != systemd ] || mkdir -p /run/systemd/system
  kernel_arguments "root=/dev/sda1 quiet"
}

# kernel_arguments TEXT: the kernel's command line.
kernel_arguments() { export SYSTEMD_PROC_CMDLINE=$1; echo "$1" >"$world/cmdline"; }

# device PATH NUMBER TYPE: a block device below /sys/devices, with a node.
device() {
  local name=${1##*/} directory=/sys/devices/$1
  paths[$name]=$directory
  mkdir -p "$directory/holders" "$directory/slaves"
  printf '%s\n' "MAJOR=${2%:*}" "MINOR=${2#*:}" "DEVNAME=$name" "DEVTYPE=$3" >"$directory/uevent"
  echo "$2" >"$directory/dev"
  ln -s /sys/class/block "$directory/subsystem"
  ln -s "$directory" "/sys/class/block/$name"
  ln -s "$directory" "/sys/dev/block/$2"
  [ -e "/dev/$name" ] || mknod "/dev/$name" b "${2%:*}" "${2#*:}"
}
disk() { device "pci0/host0/$1" "$2" disk; }                        # disk NAME NUMBER
partition() {                                                       # partition DISK NAME NUMBER
  device "pci0/host0/$1/$2" "$3" partition
  echo "${2//[^0-9]/}" >"/sys/class/block/$2/partition"
}
map() {                                                             # map NUMBER NAME UUID [SUSPENDED]
  device "virtual/block/dm-$1" "253:$1" disk
  mkdir "/sys/class/block/dm-$1/dm"
  printf '%s\n' "$2" >"/sys/class/block/dm-$1/dm/name"
  printf '%s\n' "$3" >"/sys/class/block/dm-$1/dm/uuid"
  echo "${4-0}" >"/sys/class/block/dm-$1/dm/suspended"
}

# old NUMBER KEY=VALUE...: what the database has of a device.
old() { { echo I:1; printf 'E:%s\n' "${@:2}"; echo V:1; } >"/run/udev/data/b$1"; }

# answer WHAT [LINE...]: what a program says: "-u sda", "udev-map 253:0", "blkid /dev/sda", "devmap_name 253 0". Without an
# answer they print nothing and fail.
answer() {
  local file=/run/answers/$1
  [[ $1 != */* ]] || mkdir -p "${file%/*}"
  if [ $# -gt 1 ]; then printf '%s\n' "${@:2}" >"$file"; else : >"$file"; fi
}

# event ACTION NAME [KEY=VALUE...]: the kernel sends that event. Then property, has_run, called and link tell what came of it.
event() {
  local path=${paths[$2]} kept line
  kept=$(<"$path/uevent")
  [ $# -le 2 ] || printf '%s\n' "${@:3}" >>"$path/uevent"
  : >/run/calls
  "$world/udevadm" test -a "$1" "$path" >/run/out 2>/run/log
  printf '%s\n' "$kept" >"$path/uevent"
  properties=() runs=
  while IFS= read -r line; do
    case $line in
      "run: '"*udevcomplete*) ;;
      "run: '"*) line=${line#"run: '"} runs+=${runs:+$'\n'}${line%"'"} ;;
      [.A-Za-z_]*=*) properties[${line%%=*}]=${line#*=} ;;
    esac
  done </run/out
  calls=$(</run/calls)
}
declare -A properties=() paths=()

# skipped NAME REASON: it cannot be seen here.
skipped() { echo "skip rules: $1: $2"; }

# ok NAME, not_ok NAME [DETAIL]
ok() { echo "ok rules: $1"; }
not_ok() { echo "not ok rules: $1"; failed=$((failed + 1)); [ -z "${2-}" ] || printf '%s\n' "$2" | sed 's/^/  # /'; }
is() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected: $2"$'\n'"actual:   $3"; fi; }
like() { if [[ $3 == $2 ]]; then ok "$1"; else not_ok "$1" "expected: $2"$'\n'"actual:   $3"; fi; }

# seen KEY...: those properties of the last event, "KEY=VALUE" each, "KEY=" for none.
seen() { local key text=; for key; do text+="${text:+ }$key=${properties[$key]-}"; done; echo "$text"; }

# links: what is in /dev but nodes and the link of the number, "NAME>NODE" each, sorted.
links() { find /dev -type l ! -path '/dev/block/*' ! -path /dev/fd -printf '%P>%l\n' | sed 's/>.*\//>/' | sort | tr '\n' ' ' | sed 's/ $//'; }

# read_devices: who was read in the last event: what blkid and others were called for.
read_devices() { grep -E '^(blkid|btrfs|mdadm|probe-bcache) ' <<<"$calls" | sed 's/ .*//' | sort -u | tr '\n' ' ' | sed 's/ $//'; }
