# The functions of a scenario: . "$LAB/lib.sh". lab_help lists them; each file says how to use its own.
. "$LAB/checks.sh"
. "$LAB/paths.sh"
. "$LAB/scsi_debug.sh"
. "$LAB/lio.sh"
. "$LAB/tcmu.sh"
. "$LAB/udev.sh"
. "$LAB/machine.sh"

# Every public function with the comment above it.
lab_help() {
  awk '/^#/ { comment = comment "    " substr($0, 3) "\n"; next }
       /^[a-z][a-z_]*\(\) / { sub(/\(\).*/, ""); if (comment != "") printf "%s\n%s", $0, comment }
       { comment = "" }' "$LAB"/{checks,paths,scsi_debug,lio,tcmu,udev,machine}.sh
}
