# The machine itself: disks behind virtio-scsi host adapters, plugged and unplugged as hardware is. The scenario declares
# them in its head, "# disk: NAME SIZE PATHS": a disk with the serial number NAME and a WWN of its own, path P behind the
# adapter "hbaP". The machine's monitor (QMP) is a port of the guest.

# qmp JSON: one command to the machine's monitor; prints the answer, fails when the machine refuses.
qmp() {
  local port
  exec {port}<>"$LAB_MACHINE"
  lab_qmp_ask "$port" '{"execute": "qmp_capabilities"}' >/dev/null 2>&1   # refused when it was asked before
  lab_qmp_ask "$port" "$1"
  set -- $?
  exec {port}>&-
  return "$1"
}

lab_qmp_ask() {
  local line
  printf '%s\n' "$2" >&"$1"
  while read -r -t 30 line <&"$1"; do
    case $line in
      '{"return"'*) printf '%s\n' "$line"; return ;;
      '{"error"'*) printf '%s\n' "$line" >&2; return 1 ;;
    esac
  done
  note "no answer from the machine to: $2"
  return 1
}

# disk_unplug NAME PATH: pulls the path's disk out of its adapter; the guest is told, and the disk goes.
disk_unplug() { qmp "{\"execute\": \"device_del\", \"arguments\": {\"id\": \"$1-path$2\"}}" >/dev/null; }

# disk_plug NAME PATH: the end of disk_unplug.
disk_plug() {
  local number
  number=$(sed -n 's/^# disk: *//p' "$LAB_SCENARIO" | awk -v name="$1" '$1 == name { print NR }')
  qmp "$(printf '{"execute": "device_add", "arguments": {"driver": "scsi-hd", "id": "%s-path%d", "bus": "hba%d.0", "drive": "%s-%d", "share-rw": true, "serial": "%s", "lun": %d, "wwn": %d}}' \
    "$1" "$2" "$2" "$1" "$2" "$1" "$number" $((0x5000c50000000000 + number)))" >/dev/null
}

# adapter_unplug PATH, adapter_plug PATH: the whole host adapter with all disks behind it (which must be plugged again).
adapter_unplug() { qmp "{\"execute\": \"device_del\", \"arguments\": {\"id\": \"hba$1\"}}" >/dev/null; }
adapter_plug() { qmp "{\"execute\": \"device_add\", \"arguments\": {\"driver\": \"virtio-scsi-pci\", \"id\": \"hba$1\"}}" >/dev/null; }
