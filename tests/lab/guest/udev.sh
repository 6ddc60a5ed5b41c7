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

# two_units_under_udevd: what the daemon's scenarios start from: LIO's units "one" and "two" with two paths each, a running
# udevd that has seen them, and a directory for multipath.conf.
two_units_under_udevd() {
  san_lio one 64M 2
  san_lio two 64M 2
  modprobe -a dm-multipath dm-service-time
  start_udevd
  udevd_settle
  mkdir -p /etc/multipath
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

# stop_udevd: the end of start_udevd. Its socket stays, as it does on a host.
stop_udevd() {
  udevadm control --exit
  wait_for 30 lab_no_udevd || pkill -KILL 'systemd-udevd|udev-worker'
}
lab_no_udevd() { ! pgrep -x systemd-udevd >/dev/null; }

# install_rules: our programs and rules where `make install` puts them; the packaged multipath-tools' rules are not
# there. Before start_udevd all.
install_rules() {
  local file to
  busybox rm -f /usr/lib/udev/rules.d/{60-multipath,56-dm-mpath,56-dm-parts,60-kpartx,68-del-part-nodes}.rules /usr/sbin/multipath
  busybox cp "$(command -v multipath)" "$(command -v devmap_name)" /usr/sbin/
  busybox mkdir -p /usr/lib/multipath
  busybox cp "$(command -v multipath_id)" /usr/lib/multipath/
  busybox cp "$LAB_CHECKOUT/udev/switched-off" /usr/lib/multipath/ && busybox chmod 755 /usr/lib/multipath/switched-off
  while read -r _ file to; do
    file=${file#'$(BUILD)/'}
    case $file in udev/*.rules) lab_placed "$file" >"/usr/lib/udev/rules.d/${to##*/}" ;; esac
  done < <(busybox awk '/^define INSTALLED$/,/^endef$/' "$LAB_CHECKOUT/udev/install.mk")
  [ -e /usr/lib/udev/rules.d/59-multipath-path.rules ]
}

# lab_placed FILE: a file of the checkout with the places of this installation, as `make install` puts it.
lab_placed() {
  busybox sed 's,@SBINDIR@,/usr/sbin,g; s,@LIBDIR@,/usr/lib/multipath,g; s,@RULESDIR@,/usr/lib/udev/rules.d,g; s,@SYSTEMDDIR@,/usr/lib/systemd/system,g' "$LAB_CHECKOUT/$1"
}

# udev_property DEVICE NAME: of the database, empty when it has none.
udev_property() { udevadm info --query=property --property="$2" --value --name="/dev/$1" 2>/dev/null || udevadm info --query=property --name="/dev/$1" | sed -n "s/^$2=//p"; }

# links_to DEVICE: the links that lead to it, below /dev, sorted, without by-path and by-diskseq, which are of the hardware.
links_to() { udevadm info --query=symlink --name="/dev/$1" | tr ' ' '\n' | grep -vE '^disk/by-(path|diskseq)/|^$' | LC_ALL=C sort; }

# link_target LINK: the kernel's name of the device to which a link below /dev leads.
link_target() { local to; to=$(readlink -f "/dev/$1") && echo "${to##*/}"; }

# udev_in_d: udevd's processes that sleep where no signal reaches them, with the kernel function.
udev_in_d() { ps -e -o stat=,pid=,comm=,wchan= | awk '$1 ~ /^D/ && $3 ~ /udev/'; }
