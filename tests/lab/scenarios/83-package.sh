# The Debian package is installed and removed under a mounted map: by dpkg itself, with udevd running. No map changes, no ioctl
# writes to device-mapper, I/O goes on; and a coldplug with the package's rules leaves the map alone, too.
# mem: 1536
# timeout: 500
# disk: one 64M 2
. "$LAB/lib.sh"

package=$(printf "%s\n" "$LAB_BUILD"/multipath_*_*.deb | tail -n 1)
if [ ! -e "$package" ]; then
  skip "the package under a mounted map" "make deb has built none"
  done_checks
  exit
fi
modprobe -a virtio_scsi dm_mod dm_multipath dm_service_time scsi_dh_alua ext4
wait_for_disks 2 || exit
# The packaged multipath-tools of the guest is not in dpkg's database.
busybox rm -f /usr/lib/udev/rules.d/{60-multipath,56-dm-mpath,56-dm-parts,60-kpartx,68-del-part-nodes}.rules /usr/sbin/multipath
mkdir -p /etc/multipath
wwid=35000c50000000001
echo "/$wwid/" >/etc/multipath/wwids
start_udevd
"$LAB_BUILD/multipath" >/tmp/out 2>&1
udevd_settle
check_equal "the map is made" "$wwid" "$(dmsetup ls --target multipath | cut -f1)"
mkfs.ext4 -q "/dev/mapper/$wwid" && mkdir -p /mnt/one && mount "/dev/mapper/$wwid" /mnt/one
tables() { dmsetup table; dmsetup info -c --noheadings -o name,uuid,suspended,open; }
writes() { grep -cE 'DM_(REMOVE_ALL|DEV_CREATE|DEV_REMOVE|DEV_RENAME|DEV_SUSPEND|TABLE_LOAD|TABLE_CLEAR|TARGET_MSG)' "$1"; }
tables >/tmp/before
io() { dd if=/dev/urandom of=/mnt/one/file bs=64k count=4 oflag=direct 2>&1; }
dpkg_() { strace -f -e trace=ioctl -o "/tmp/$1.strace" dpkg --no-triggers --force-depends --log=/dev/null "${@:2}" </dev/null >"/tmp/$1" 2>&1; }

dpkg_ install -i "$package"
check_equal "dpkg installs the package" 0 $?
check "the rules are there" test -e /lib/udev/rules.d/59-multipath-path.rules
check_equal "no map has changed" "$(cat /tmp/before)" "$(tables)"
check_equal "no ioctl wrote to device-mapper" 0 "$(writes /tmp/install.strace)"
check "I/O goes on" io

note "--- a coldplug with the package's rules"
udevadm control --reload
udevadm trigger --action=add --subsystem-match=block
udevd_settle
check_equal "the map is the same" "$(cat /tmp/before)" "$(tables)"
check "I/O goes on" io

dpkg_ remove -r multipath
check_equal "dpkg removes the package" 0 $?
check "no rule of it stays" test ! -e /lib/udev/rules.d/59-multipath-path.rules
check_equal "no map has changed" "$(cat /tmp/before)" "$(tables)"
check_equal "no ioctl wrote to device-mapper" 0 "$(writes /tmp/remove.strace)"
check "I/O goes on" io
umount /mnt/one
done_checks
