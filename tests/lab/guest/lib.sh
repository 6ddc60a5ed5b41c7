# The functions of a scenario: . "$LAB/lib.sh". lab_help lists them; each file says how to use its own.
. "$LAB/checks.sh"
. "$LAB/paths.sh"
. "$LAB/scsi_debug.sh"
. "$LAB/lio.sh"
. "$LAB/tcmu.sh"
. "$LAB/nvme.sh"
. "$LAB/udev.sh"
. "$LAB/machine.sh"
. "$LAB/capture.sh"
. "$LAB/calls.sh"
. "$LAB/invariants.sh"

# lab_help: prints this list.
lab_help() {
  awk '/^#/ { comment = comment substr($0, 3) "\n"; next }
       (/^[a-z][a-z_]*\(\) / && !/^lab_/ || /^lab_help/) && comment ~ "^" substr($0, 1, index($0, "(") - 1) { printf "%s", comment }
       { comment = "" }' "$LAB"/*.sh
}
