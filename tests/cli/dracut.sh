#!/bin/bash
# Which images dracut's modules of ours take part in, with a host that is made of folders and dracut's own functions as stand-ins.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
host=$(mktemp -d)
trap 'rm -rf "$host"' EXIT
mkdir -p "$host"/{bin,etc/multipath,sys/dev/block,sys/block/sda/sda1,sys/block/dm-0/dm}
sed "s,@SBINDIR@,$host/bin,; s,@LIBDIR@,$host/bin,; s,/sys/,$host/sys/,g" udev/dracut/module-setup.sh >"$host/module-setup.sh"
ln -s "$host/sys/block/sda" "$host/sys/dev/block/8:0"
ln -s "$host/sys/block/sda/sda1" "$host/sys/dev/block/8:1"
ln -s "$host/sys/block/dm-0" "$host/sys/dev/block/253:0"
echo 1 >"$host/sys/block/sda/sda1/partition"
printf '#!/bin/sh\n[ "$*" = "-u --at-boot sda" ] && cat "%s/answer"\n' "$host" >"$host/bin/multipath"
chmod +x "$host/bin/multipath"

is() { if [ "$2" = "$3" ]; then echo "ok dracut: $1"; else echo "not ok dracut: $1"; printf '  # expected: %s\n  # actual:   %s\n' "$2" "$3"; fi; }
# scene [WWIDS-TEXT]: a host whose root is on sda1.
scene() { devices=8:1; printf '%s\n' "${1-}" >"$host/etc/multipath/wwids"; echo 'DM_MULTIPATH_DEVICE_PATH="0"' >"$host/answer"; echo CRYPT-1 >"$host/sys/block/dm-0/dm/uuid"; }
# takes_part [NAME=VALUE...]: the status of check(): 0 yes, 255 only when it is asked for, 1 no.
takes_part() (
  require_binaries() { :; }
  for_each_host_dev_and_slaves() { local device; for device in $devices; do "$1" "$device" && return 0; done; return 1; }
  dracutsysrootdir=$host hostonly=yes mount_needs= omit_dracutmodules=
  [ $# -eq 0 ] || local "$@"
  # shellcheck source=/dev/null
  . "$host/module-setup.sh"
  check
  echo $?
)
scene
is "a host without maps and known units: only when it is asked for" 255 "$(takes_part)"
is "an image for any host: yes" 0 "$(takes_part hostonly=)"
is "an image for any host, omitted: no" 1 "$(takes_part hostonly= 'omit_dracutmodules= multipath ')"
is "another module is omitted: that means nothing" 255 "$(takes_part 'omit_dracutmodules= multipath-other lvm ')"
scene '/35000c50000000001/'
is "a unit in the wwids file: yes" 0 "$(takes_part)"
is "a unit in the wwids file, omitted: no" 1 "$(takes_part 'omit_dracutmodules= lvm  multipath ')"
is "a unit in the wwids file, an image for one mount: only for that mount" 255 "$(takes_part mount_needs=1)"
scene '# /35000c50000000001/'
is "a wwids file of comments: only when it is asked for" 255 "$(takes_part)"
scene
echo 'DM_MULTIPATH_DEVICE_PATH="1"' >"$host/answer"
is "the root's disk gets a map at the next boot: yes" 0 "$(takes_part)"
echo 'DM_MULTIPATH_DEVICE_PATH="2"' >"$host/answer"
is "the root's disk is the only path so far: only when it is asked for" 255 "$(takes_part)"
scene
devices="8:1 253:0"
is "a device-mapper device that is no map of ours: only when it is asked for" 255 "$(takes_part)"
echo mpath-35000c50000000001 >"$host/sys/block/dm-0/dm/uuid"
is "the root is on a map: yes" 0 "$(takes_part)"
is "the root is on a map, an image for one mount: yes" 0 "$(takes_part hostonly= mount_needs=1)"

# The name that guides use.
named() (
  module_check() { echo "asked for $1"; return "$answer"; }
  # shellcheck source=/dev/null
  . udev/dracut/named-multipath.sh
  check
  echo "$?, needs $(depends)"
)
for answer in 0 1 255; do
  is "the module called multipath takes part as multipath-maps does: $answer" "asked for multipath-maps
$answer, needs multipath-maps" "$(named)"
done
