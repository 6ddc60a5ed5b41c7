# SCSI disks as the kernel sees them, and what can happen to them.

# disks [VENDOR]: the names of all SCSI disks, or of a vendor's, sda before sdb before sdaa.
disks() {
  local device vendor names=()
  for device in /sys/block/sd*; do
    [ -e "$device/device/vendor" ] || continue
    read -r vendor <"$device/device/vendor"
    [ -z "${1-}" ] || [ "$vendor" = "$1" ] || continue
    names+=("${device##*/}")
  done
  [ ${#names[@]} -eq 0 ] || printf '%s\n' "${names[@]}" | awk '{ print length, $0 }' | sort -k1n -k2 | cut -d' ' -f2
}

lab_disk_count() { set -- /sys/block/sd*; if [ -e "$1" ]; then echo $#; else echo 0; fi; }
lab_has_disks() { local wanted=$1; set -- /sys/block/sd*; [ $# -ge "$wanted" ] && [ -e "$1" ]; }

# wait_for_disks N: until there are at least N SCSI disks (the kernel probes them in the background).
wait_for_disks() {
  wait_for "${2:-60}" lab_has_disks "$1" || { note "there are $(lab_disk_count) disks, not $1"; return 1; }
}

# hctl DISK: its host:channel:target:lun.
hctl() { local target; target=$(readlink -f "/sys/block/$1/device"); echo "${target##*/}"; }

# path_offline DISK...: the kernel fails every command to it.
path_offline() { local disk; for disk; do echo offline >"/sys/block/$disk/device/state" || return; done; }

# path_running DISK...: the end of path_offline.
path_running() { local disk; for disk; do echo running >"/sys/block/$disk/device/state" || return; done; }

# path_delete DISK...: the disk is gone from the kernel, as after the loss of a port. rescan brings it back.
path_delete() { local disk; for disk; do echo 1 >"/sys/block/$disk/device/delete" || return; done; }

# path_refresh DISK...: the kernel asks again for its size and its vital product data.
path_refresh() { local disk; for disk; do echo 1 >"/sys/block/$disk/device/rescan" || return; done; }

# rescan: finds what was deleted or is new.
rescan() {
  local host
  for host in /sys/class/scsi_host/host*; do
    [ ! -w "$host/scan" ] || echo '- - -' >"$host/scan"
  done
  lab_replug_loop_paths
}
