# compare.sh [ROUNDS]: runs in the guest, see run. 8 hosts with 32 logical units each; the median of ROUNDS (3) is shown.
# timeout: 1500
# mem: 1536
. "$LAB/lib.sh"
rounds=${1:-3}
hosts=8 units=32
paths=$((hosts * units))

note "booted; $paths paths by scsi_debug"
modprobe -a dm-multipath dm-service-time scsi_dh_alua
san_scsi_debug $hosts $units 8 || exit
pretend_udevd
mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths no\n}\n' >/etc/multipath.conf
declare -A tool=([ours]=multipath [packaged]=packaged-multipath)
declare -A samples=() calls=()

# sample NAME WHO COMMAND...: one run's time, and its processor time (user and system), in milliseconds, kept below that name.
sample() {
  local name=$1 who=$2 before
  shift 2
  before=$(milliseconds)
  { TIMEFORMAT='%U %S'; time "$@" >/run/lab/out 2>/run/lab/err; } 2>/run/lab/time ||
    { note "$name, $who: status $?: $*"; head -n 5 /run/lab/err | sed 's/^/#   /'; }
  samples[$name $who]+="$(($(milliseconds) - before)) "
  samples[cpu $name $who]+="$(busybox awk '{ print int(($1 + $2) * 1000) }' /run/lab/time) "
}
median() { tr ' ' '\n' <<<"${samples[$1]}" | grep . | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
both() { local who; for who in packaged ours; do "$@" "$who"; done; }

# dm_writes WHO ARGUMENT...: how many ioctls of a run write to device-mapper.
dm_writes() {
  local who=$1
  shift
  strace -f -e trace=ioctl -o /run/lab/trace "${tool[$who]}" "$@" >/dev/null 2>&1
  grep -cE 'DM_(REMOVE_ALL|DEV_CREATE|DEV_REMOVE|DEV_RENAME|DEV_SUSPEND|TABLE_LOAD|TABLE_CLEAR|TARGET_MSG)' /run/lab/trace
}
count_calls() {
  strace -f -c -o /run/lab/calls "${tool[$1]}" -v0 -d >/dev/null 2>&1
  # The start of the program and of its libraries counts, too; looks at the clock do not: only the lab's clock is the kernel's to read.
  calls[$1]=$(awk '{ calls = $(NF > 4 && $4 ~ /^[0-9]+$/ ? 4 : 3) } $NF == "clock_gettime" { clock = calls } $NF == "total" { print calls - clock }' /run/lab/calls)
}

# A uevent's question, asked for one path after another, of the programs that the rules run.
declare -A asked=([ours]=multipath_id [packaged]=packaged-multipath)
events() {
  local disk
  for disk in "${some_disks[@]}"; do "${asked[$1]}" -u "$disk" >/dev/null; done
}
count_event_calls() {
  traced /run/lab/trace "${asked[$1]}" -u "${some_disks[0]}"
  event_calls[$1]=$(calls_of /run/lab/trace)
}

# --- planning, where no map is ----------------------------------------------------------------------------------------
both count_calls
plan() { sample plan "$1" "${tool[$1]}" -v0 -d; }
for ((round = 0; round < 2 * rounds + 1; ++round)); do both plan; done

# --- one device's event, where no map is --------------------------------------------------------------------------------
some_disks=()
for disk in /sys/block/sd*; do some_disks+=("${disk##*/}"); [ ${#some_disks[@]} -lt 20 ] || break; done
declare -A event_calls=()
printf 'defaults {\n  find_multipaths strict\n}\n' >/etc/multipath.conf
both count_event_calls
event() { sample event "$1" events "$1"; }
for ((round = 0; round < rounds; ++round)); do both event; done
printf 'defaults {\n  find_multipaths no\n}\n' >/etc/multipath.conf

# --- maps, with udevd -------------------------------------------------------------------------------------------------
# The rules that name, link and complete device-mapper devices; of the disks themselves no event is waiting.
busybox mkdir -p /run/udev/rules.d
for rule in /usr/lib/udev/rules.d/*.rules; do
  case ${rule##*/} in
    50-udev-default.* | 55-dm.* | 56-dm-* | 60-multipath.* | 60-persistent-storage*.* | 69-lvm.* | 95-*) ;;
    *) busybox ln -sf /dev/null "/run/udev/rules.d/${rule##*/}" ;;
  esac
done
/lib/systemd/systemd-udevd --daemon 2>/dev/null || exit
life() {
  local program=${tool[$1]}
  sample create "$1" "$program" -v1
  [ "$(dmsetup ls --target multipath | wc -l)" -eq $units ] || note "$1 made $(dmsetup ls --target multipath | wc -l) maps"
  udevd_settle 300
  sample again "$1" "$program" -v1
  sample list "$1" "$program" -ll
  sample kernel "$1" "$program" -l
  [ -n "${samples[writes $1]-}" ] || samples[writes $1]=$(dm_writes "$1" -v1)
  udevd_settle 300
  sample flush "$1" "$program" -F
  udevd_settle 300
  dmsetup ls --target multipath | grep -q ^No || { note "$1 left maps behind"; dmsetup remove_all; }
}
for ((round = 0; round < rounds; ++round)); do both life; done

# --- the table --------------------------------------------------------------------------------------------------------
missed=0
# row TEXT PACKAGED OURS UNIT TARGET [CPU-RATIO]: the target is a ratio.
row() {
  local ratio verdict=
  ratio=$(awk "BEGIN { printf \"%.1f\", $2 / ($3 > 0 ? $3 : 1) }")
  if [ -n "$5" ]; then
    if awk "BEGIN { exit !($ratio >= $5) }"; then verdict="at least $5"; else verdict="MISSED: at least $5"; missed=$((missed + 1)); fi
  fi
  printf '%-42s %10s %10s %-3s %7s %7s  %s\n' "$1" "$2" "$3" "$4" "$ratio" "${6-}" "$verdict"
}
timed() {
  row "$1" "$(median "$2 packaged")" "$(median "$2 ours")" ms "$3" \
    "$(busybox awk "BEGIN { ours = $(median "cpu $2 ours"); printf \"%.1f\", $(median "cpu $2 packaged") / (ours > 0 ? ours : 1) }")"
}
limit() {
  local verdict="at most $3"
  [ "$5" -le "$3" ] || { verdict="MISSED: $verdict"; missed=$((missed + 1)); }
  printf '%-42s %10s %10s %-3s %7s %7s  %s\n' "$1" "$4" "$5" "" "" "" "$verdict"
}
printf '\n%-42s %10s %10s %-3s %7s %7s  %s\n' "$paths paths of $units units, median of $rounds" packaged ours "" ratio "of CPU" target
limit "system calls a path, to plan" - 40 $((calls[packaged] / paths)) $((calls[ours] / paths))
timed "plan (-v0 -d)" plan 5
limit "system calls of -u, all" - 60 "${event_calls[packaged]}" "${event_calls[ours]}"
timed "20 events (-u)" event 3
timed "create $units maps, udevd running" create 4
timed "nothing to do (second run)" again ""
limit "device-mapper writes of the second run" - 0 "${samples[writes packaged]}" "${samples[writes ours]}"
timed "list with the state of each path (-ll)" list ""
timed "list from the kernel (-l)" kernel ""
timed "flush $units maps (-F)" flush ""
trap - EXIT
echo
[ "$missed" -eq 0 ] || echo "$missed of the targets missed"
exit "$missed"
