# scale-lab.sh [HOSTS UNITS]...: real paths of scsi_debug in one guest, 8 x 32 (256), 8 x 128 (1,024) and 16 x 256 (4,096) unless told
# otherwise: the processor time (user and system) of each job in milliseconds, the least of three runs, without udevd, and up to
# 1,024 that of the packaged tool. Run by tests/bench/run; the ratios count, and that the time grows with the host and no faster.
# timeout: 2400
# mem: 3072
. "$LAB/lib.sh"
[ $# -gt 0 ] || set -- 8 32 8 128 16 256
modprobe -a dm-multipath dm-service-time scsi_dh_alua
mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths no\n}\n' >/etc/multipath.conf

# took NAME COMMAND...: a row's cell, or less than it was.
took() {
  local name=$1 now
  shift
  { TIMEFORMAT='%U %S'; time "$@" >/run/lab/out 2>/run/lab/err; } 2>/run/lab/time ||
    { note "$name: status $?: $*"; head -n 3 /run/lab/err | sed 's/^/#   /'; }
  now=$(busybox awk '{ print int(($1 + $2) * 1000) }' /run/lab/time)
  [[ ${!name-} == [0-9]* && ${!name} -le $now ]] || printf -v "$name" '%s' "$now"
}
thrice() { took "$@"; took "$@"; took "$@"; }
printf '# %-8s %9s %9s %9s %9s %9s %9s %15s %15s\n' paths plan create no-op -ll explain flush 'packaged plan' 'packaged -ll'
while [ $# -gt 1 ]; do
  hosts=$1 units=$2 paths=$(($1 * $2))
  shift 2
  unset plan create noop list explain flush
  packaged_list=- packaged_plan=-
  san_scsi_debug $hosts $units 8 "max_luns=$units"
  pretend_udevd
  thrice plan multipath -v0 -d
  for cycle in 1 2; do
    took create multipath -v0
    took flush multipath -F
  done
  took create multipath -v0
  check_equal "$paths paths: all maps" $units "$(dmsetup ls --target multipath | wc -l)"
  thrice noop multipath -v0
  thrice list multipath -ll
  check_equal "$paths paths: -ll lists them all" $paths "$(grep -cE '[0-9]+:[0-9]+:[0-9]+:[0-9]+ +sd' /run/lab/out)"
  thrice explain multipath explain /dev/sda
  if [ $paths -le 1024 ]; then took packaged_list packaged-multipath -ll; fi
  took flush multipath -F
  check_equal "$paths paths: no map is left" 0 "$(dmsetup ls --target multipath 2>/dev/null | grep -vc '^No devices')"
  if [ $paths -le 1024 ]; then took packaged_plan packaged-multipath -v0 -d; fi
  printf '# %-8s %9s %9s %9s %9s %9s %9s %15s %15s\n' $paths $plan $create $noop $list $explain $flush $packaged_plan $packaged_list
  modprobe -r scsi_debug
  wait_for 60 test "$(disks | wc -l)" -eq 0
done
done_checks
