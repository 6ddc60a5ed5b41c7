# Output on a terminal: color and progress, which a pipe does not get; and the line for each path with -v3.
# mem: 1024
# timeout: 240
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time
san_scsi_debug 2 3 8 || exit
pretend_udevd
mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths off\n}\n' >/etc/multipath.conf
escape=$'\033'
on_terminal() { TERM=xterm script -qefc "$*" /dev/null </dev/null 2>/dev/null; }
mountpoint -q /dev/pts || { mkdir -p /dev/pts && mount -t devpts devpts /dev/pts; }
[ -e /dev/ptmx ] || ln -s pts/ptmx /dev/ptmx
if [[ $(on_terminal "test -t 1 && test -t 2 && echo yes") != yes* ]]; then
  skip "color and progress" "script(1) or a pseudo-terminal is missing in the guest: $(TERM=xterm script -qefc true /dev/null 2>&1 | head -n 1)"
else
  check_match "on a terminal, apply reports its progress" '\[1/3\] create ' "$(on_terminal multipath apply)"
  check_match "on a terminal, a listing has color" "$escape" "$(on_terminal multipath -ll)"
  check_equal "NO_COLOR=1 disables color" 0 "$(NO_COLOR=1 on_terminal multipath -ll | grep -c "$escape")"
  check_match "an empty NO_COLOR does not disable color" "$escape" "$(NO_COLOR= on_terminal multipath -ll)"
  check_equal "TERM=dumb disables color" 0 "$(on_terminal TERM=dumb multipath -ll | grep -c "$escape")"
  check_equal "JSON never has color" 0 "$(on_terminal multipath -ll --json | grep -c "$escape")"
  multipath -F
fi
check_equal "in a pipe, apply prints neither color nor progress" 0 "$(multipath apply 2>&1 | grep -c "$escape\|\[1/3\]")"
check_equal "in a pipe, a listing has no color" 0 "$(multipath -ll 2>&1 | grep -c "$escape")"
check_equal "-v3 prints a line for each path on standard error" 6 "$(multipath -v3 2>&1 >/dev/null | grep -cE '^multipath: sd[a-z]: [0-9:]+ Linux,scsi_debug, running; WWID [0-9a-zA-Z_]+ by page 0x83; checker ready')"
check_equal "-v3 -d prints the reason for each map on standard error" 3 "$(multipath -v3 -d 2>&1 >/dev/null | grep -c ': nothing: up to date')"
check_equal "-v2 prints nothing on standard error" "" "$(multipath -v2 2>&1 >/dev/null)"
done_checks
