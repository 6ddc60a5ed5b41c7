# A path that fails keeps its group, with real ALUA: one path down, all paths down, and afterwards the array is where it was.
# timeout: 400
. "$LAB/lib.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua
mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths off\n}\noverrides {\n  no_path_retry fail\n}\n' >/etc/multipath.conf

# Paths 0 and 2 go to one controller (group0), 1 and 3 to the other (group1).
san_lio array 64M 4 alua=yes
for number in 2 3; do
  lab_path array $number
  echo "group$((number - 2))" >"$lun/alua_tg_pt_gp"
  echo 1 >"$device/rescan"
done
mapfile -t path < <(for number in 0 1 2 3; do path_disk array $number; done)
groups=$lab_target/core/fileio_0/array/alua
for group in group0 group1; do
  echo 3 >"$groups/$group/alua_access_type" 2>/dev/null || note "$group: $(cat "$groups/$group/alua_access_type")"
done
states() { cat "$groups"/group{0,1}/alua_access_state | paste -sd' '; }
array_is() { lio_alua_state array 0 "$1"; lio_alua_state array 1 "$2"; }
# The kernel hears of a new state when a command is answered with UNIT ATTENTION, and then asks for itself.
kernel_says() { multipath plan >/dev/null 2>&1; [ "$(cat "/sys/block/${path[$1]}/device/access_state")" = "$2" ]; }

array_is optimized nonoptimized
for number in 1 3; do check "the kernel knows path $number's state" wait_for 30 kernel_says $number active/non-optimized; done
for number in 0 2; do check "the kernel knows path $number's state" wait_for 30 kernel_says $number active/optimized; done
multipath >/dev/null 2>&1
map=$(dmsetup ls --target multipath | cut -f1)
number() { cat "/sys/block/$1/dev"; }
# pairs: the groups of the live table, by the names of their disks.
pairs() {
  local group disk text
  multipath -ll "$map" 2>/dev/null | awk '/policy=/ { printf "%s", n++ ? "|" : "" } / sd[a-z]+ / { match($0, /sd[a-z]+/); printf "%s ", substr($0, RSTART, RLENGTH) }' | sed 's/ |/|/g; s/ $//'
}
expected="${path[0]} ${path[2]}|${path[1]} ${path[3]}"
check_equal "a group of each controller" "$expected" "$(pairs)"
check_equal "all paths work" 4 "$(multipath -ll "$map" 2>/dev/null | grep -c 'ready  *running')"
events() { dmsetup info -c --noheadings -o events "$map"; }
read_some() { timeout 60 dd if="/dev/mapper/$map" of=/dev/null bs=4096 count=8 iflag=direct 2>/dev/null; }
check "it reads" read_some
check_equal "the array has the unit where it was" "0 1" "$(states)"
table=$(dmsetup table "$map")

# at_rest NAME: nothing is planned, and a run changes nothing.
at_rest() {
  check_match "$1: the plan is nothing" "^nothing *$map" "$(multipath plan 2>/dev/null)"
  multipath >/dev/null 2>&1
  check_equal "$1: a run changes no group" "$expected" "$(pairs)"
  check_equal "$1: and loads no table" "${2:-$table}" "$(dmsetup table "$map")"
}

for number in 0 1 2 3; do
  path_offline "${path[$number]}"
  at_rest "path $number is down"
  path_running "${path[$number]}"
done
path_offline "${path[0]}" "${path[2]}"
at_rest "one controller is down"
path_running "${path[0]}" "${path[2]}"

# All paths fail; the map notices; an administrator runs multipath; the paths come back.
path_offline "${path[@]}"
check_fails "no I/O in the outage" read_some
at_rest "all paths are down"
path_running "${path[@]}"
note "$(multipath restore 2>&1; dmsetup status "$map")"
check "after the outage it reads" wait_for 10 read_some
check_equal "after the outage the groups are those of before" "$expected" "$(pairs)"
check_equal "and no controller took the unit over" "0 1" "$(states)"
at_rest "after the outage" "$(dmsetup table "$map")"

# The array moves the unit while a path is down: the path goes with its controller.
path_offline "${path[0]}"
array_is nonoptimized optimized
for number in 1 3; do wait_for 30 kernel_says $number active/optimized; done
wait_for 30 kernel_says 2 active/non-optimized
expected="${path[1]} ${path[3]}|${path[0]} ${path[2]}"
multipath >/dev/null 2>&1
check_equal "when the array moves the unit, the path that is down moves with its group" "$expected" "$(pairs)"
path_running "${path[0]}"
multipath restore >/dev/null 2>&1
at_rest "and when it is back" "$(dmsetup table "$map")"
done_checks
