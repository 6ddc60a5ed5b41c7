# What transports are told when a map is loaded, and formats beside the packaged multipathd's. scsi_debug and LIO have no
# fc_remote_port: of the times only eh_deadline can be seen here, and max_sectors_kb.
# mem: 1024
# timeout: 300
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time
san_scsi_debug 2 2 8 || exit
pretend_udevd
mkdir -p /etc/multipath
configure() { printf 'defaults {\n  find_multipaths off\n  %s\n}\n' "$1" >/etc/multipath.conf; }
hosts=$(for disk in /sys/block/sd*; do readlink -f "$disk/device" | grep -oE 'host[0-9]+' | head -n 1; done | sort -u)
deadlines() { local host; for host in $hosts; do cat "/sys/class/scsi_host/$host/eh_deadline"; done | sort | uniq -c | awk '{ print $1, $2 }'; }

note "--- eh_deadline"
check_equal "there are two hosts, without a deadline" "2 off" "$(deadlines)"
configure 'eh_deadline 30'
check_equal "plan says what would be written" 2 "$(multipath plan 2>&1 | grep -c 'write: 30 to /sys/class/scsi_host/host[0-9]*/eh_deadline (/etc/multipath.conf:3 (defaults))')"
check_equal "-d as well, on standard error" 2 "$(multipath -d 2>&1 >/dev/null | grep -c 'write 30 to ')"
check_equal "nothing was written" "2 off" "$(deadlines)"
check "maps are made" multipath -v0
check_equal "the hosts have the deadline" "2 30" "$(deadlines)"
for host in $hosts; do echo off >"/sys/class/scsi_host/$host/eh_deadline"; done
multipath -v0
check_equal "a map that is right is not loaded, and nothing is written" "2 off" "$(deadlines)"
multipath -v0 -r
check_equal "a reload writes again" "2 30" "$(deadlines)"

note "--- what the kernel refuses"
multipath -F
configure 'eh_deadline 2147483647'
multipath -v2 >/run/lab/out 2>/run/lab/err
check_equal "costs no map" "0 2" "$? $(dmsetup ls --target multipath | wc -l)"
check_match "and is said" 'cannot write 2147483647 to /sys/class/scsi_host/host[0-9]+/eh_deadline: ' "$(cat /run/lab/err)"
multipath -F

note "--- max_sectors_kb"
configure 'max_sectors_kb 64'
multipath -v0
check_equal "the paths have it" 64 "$(cat /sys/block/sd*/queue/max_sectors_kb | sort -u)"
map=$(multipath -l -v1 | head -n 1)
node=$(basename "$(readlink -f "/sys/dev/block/$(dmsetup info -c --noheadings -o major,minor "$map")")")
check_equal "and so has the map, as they had it before its table was loaded" 64 "$(cat "/sys/block/$node/queue/max_sectors_kb")"
skip "fast_io_fail_tmo and dev_loss_tmo are written" "no transport here has them"

note "--- formats beside multipathd"
multipath -F
configure 'failback immediate'
multipath -v0
daemon=$(command -v multipathd || echo /usr/sbin/multipathd)
if [ -x "$daemon" ]; then
  "$daemon" -d -s >/run/lab/daemon.log 2>&1 &
  wait_for 20 sh -c "$daemon show daemon | grep -q idle"
  path_letters='%w|%i|%d|%D|%t|%o|%T|%s|%c|%p|%S|%z|%M|%m|%N|%n|%R|%r|%a|%G|%g|%0|%P|%L'   # not %I: the daemon waits there for a udevd that does not run
  map_letters='%n|%w|%d|%F|%Q|%N|%r|%t|%S|%f|%h|%0|%s|%v|%p|%e|%G|%g'
  check_equal "paths raw" "$("$daemon" show paths raw format "$path_letters" | sort)" "$(multipath show paths --raw --format "$path_letters" 2>/dev/null | sort)"
  check_equal "paths" "$("$daemon" show paths format "$path_letters" | sort)" "$(multipath show paths --format "$path_letters" 2>/dev/null | sort)"
  check_equal "maps raw" "$("$daemon" show maps raw format "$map_letters" | sort)" "$(multipath show maps --raw --format "$map_letters" 2>/dev/null | sort)"
  check_equal "maps" "$("$daemon" show maps format "$map_letters" | sort)" "$(multipath show maps --format "$map_letters" 2>/dev/null | sort)"
  check_equal "wildcards" "$("$daemon" show wildcards | grep ^% | grep -vE '^%[sptM]  (selector|pri|dm_st|marginal_st)$' | sort -u)" \
    "$(multipath show wildcards | grep ^% | grep -vE '^%[sptM]  (selector|pri|dm_st|marginal_st)$' | sort -u)"
  "$daemon" shutdown >/dev/null
else
  skip "formats beside multipathd" "no multipathd in the guest"
fi
done_checks
