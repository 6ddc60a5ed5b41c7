# timeout: 240
# The libdevmapper adapter on a real kernel, without a udevd and with one: nodes, cookies, refusals, and the in-memory
# device-mapper that has to answer the same.
. "$LAB/lib.sh"

# Takes over the lines of device_mapper_check.
run_check() {  # WHEN ARG...
  local when=$1 line output status
  shift
  output=$(timeout 100 device_mapper_check "$@" 2>&1) && status=0 || status=$?
  while IFS= read -r line; do
    case $line in
      'ok '*) ok "$when: ${line#ok }" ;;
      'not ok '*) not_ok "$when: ${line#not ok }" ;;
      *) note "$line" ;;
    esac
  done <<<"$output"
  check_equal "$when: the check itself ended well" 0 "$status"
}

# The handler first: the kernel attaches it to disks that come after it.
modprobe -a scsi_dh_alua dm_multipath dm_service_time dm_round_robin
san_scsi_debug 2 1
mapfile -t numbers < <(for disk in $(disks Linux); do cat "/sys/block/$disk/dev"; done)

run_check "without udevd" "${numbers[@]}"
check_equal "no cookie is left" "" "$(ipcs -s | grep -i 0x0d4d)"

start_udevd
run_check "with udevd" "${numbers[@]}"
check_equal "no cookie is left under udevd" "" "$(ipcs -s | grep -i 0x0d4d)"

# Its control socket's file stays, which is what the libraries take for a udevd.
stop_udevd
check "udevd ends" wait_for 20 sh -c '! pidof systemd-udevd'
check "and leaves its socket behind" test -e /run/udev/control
run_check "after udevd" "${numbers[@]}" 4
check_equal "no cookie is left after udevd" "" "$(ipcs -s | grep -i 0x0d4d)"

# A cookie that nobody answers: the rule that would is taken away.
ln -sf /dev/null /run/udev/rules.d/95-dm-notify.rules
/lib/systemd/systemd-udevd --daemon
check "a udev that never answers is given up, with an error" device_mapper_check --unanswered "${numbers[0]}"
check_equal "its cookie is gone all the same" "" "$(ipcs -s | grep -i 0x0d4d)"
done_checks
