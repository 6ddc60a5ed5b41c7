# udevd runs only where a scenario asks for it: Debian's full set of rules costs half a second of the guest for each disk.

# start_udevd [RULES...]: with the named rule files only ("60-persistent-storage 95-dm-notify"...), or with a set that is
# enough for device-mapper, storage links and lvm; "all" is everything installed.
start_udevd() {
  local wanted=" $* " rule name
  [ $# -gt 0 ] || wanted=" 50-udev-default 55-dm 55-scsi-sg3_id 58-scsi-sg3_symlink 56-dm-parts 56-dm-mpath 60-persistent-storage 60-persistent-storage-dm 95-dm-notify "
  mkdir -p /run/udev/rules.d
  if [ "$wanted" != ' all ' ]; then
    for rule in /usr/lib/udev/rules.d/*.rules; do
      name=${rule##*/}
      [[ $wanted == *" ${name%.rules} "* ]] || ln -sf /dev/null "/run/udev/rules.d/$name"
    done
  fi
  /lib/systemd/systemd-udevd --daemon || return
  udevadm trigger --action=add --subsystem-match=block --subsystem-match=scsi_generic
  udevd_settle
}

# pretend_udevd: marks all present disks as seen by udevd, without running it. The packaged multipath ignores others.
pretend_udevd() {
  local device number
  busybox mkdir -p /run/udev/data
  for device in /sys/block/sd*/dev; do
    read -r number <"$device" && echo 'I:1' >"/run/udev/data/b$number"
  done
}

# udevd_settle [SECONDS]: until udevd has nothing left to do.
udevd_settle() { udevadm settle --timeout="${1:-120}"; }

# udev_rule NAME TEXT: adds or replaces a rule file.
udev_rule() { mkdir -p /run/udev/rules.d; rm -f "/run/udev/rules.d/$1.rules"; printf '%s\n' "$2" >"/run/udev/rules.d/$1.rules"; [ ! -e /run/udev/control ] || udevadm control --reload; }

# stop_udevd: the end of start_udevd.
stop_udevd() { udevadm control --exit; }
