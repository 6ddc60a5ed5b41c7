# multipathd --observe: its listings beside the packaged daemon's, and what it would do for a path that fails while idle.
# mem: 1536
# timeout: 500
. "$LAB/lib.sh"

two_units_under_udevd
printf 'defaults {\n find_multipaths no\n user_friendly_names yes\n polling_interval 1\n max_polling_interval 2\n}\noverrides {\n path_checker tur\n}\n' >/etc/multipath.conf

export MULTIPATH_SOCKET_NAME=@observer
observer() { multipathd "$@" 2>&1; }
theirs() { MULTIPATH_SOCKET_NAME= packaged-multipathd "$@" 2>&1; }
is_idle() { [[ $(observer show daemon) =~ ^pid\ [0-9]+\ idle ]]; }
reports() { grep -qE "$1" /tmp/observer.log; }

note "--- beside the packaged daemon"
packaged-multipathd -d >/tmp/daemon.log 2>&1 &
packaged=$!
wait_for 60 sh -c 'MULTIPATH_SOCKET_NAME= packaged-multipathd show daemon 2>/dev/null | grep -qE "pid [0-9]+ (idle|running)"'
multipathd --observe 2>/tmp/observer.log &
observing=$!
check "the observer finishes its first survey" wait_for 60 is_idle
check_match "show daemon has its process id" "^pid $observing (idle|running)\$" "$(observer show daemon)"
sleep 3

# The packaged daemon prints what it did last with a map ("create: "), and counts that load.
steady() { sed -E 's/[X.]{10} [0-9]+\/[0-9]+/COUNTDOWN/; s/^create: //'; }
documents() { perl -MJSON::PP -e 'local $/; my $x = decode_json(<STDIN>); $_->{action} = $_->{map_loads} = 0 for @{$x->{maps} // [$x->{map}]}; print JSON::PP->new->canonical->pretty->encode($x)'; }
same_document() { check_equal "$*: as the packaged daemon" "$(theirs "$@" | documents)" "$(observer "$@" | documents)"; }
same() { check_equal "$*: as the packaged daemon" "$(theirs "$@" | steady)" "$(observer "$@" | steady)"; }
same show maps
same show maps raw format "%n %w %d %N %t %r %S %f %h %v %p %e"
same show maps status
same show maps topology
same show map mpatha topology
same show map mpatha format "%n|%w|%d"
same show map mpatha raw format "%n|%w|%d"
same show paths
same show paths format "%d %D %i %t %o %T %m %p %c"
same show paths raw format "%w %d %m %P %L"
same show topology
same show path "$(path_disk one 0)"
same show status
same_document show maps json
same_document show map mpathb json
check_match "an unknown map fails" "device not found" "$(observer show map nosuch topology)"
check_match "the observer does not act" "only observes" "$(observer fail path "$(path_disk one 0)")"
check_equal "the path is still in use" 0 "$(dmsetup status mpatha | grep -c ' F ')"
theirs shutdown >/dev/null
wait "$packaged"

note "--- alone: a path that fails while idle"
disk=$(path_disk one 0)
number=$(cat "/sys/block/$disk/dev")
echo offline >"/sys/block/$disk/device/state"
check "the failure is found by a check" wait_for 30 reports "multipathd: $disk: path of mpatha does not work"
check "what would be sent is reported" wait_for 5 reports "multipathd: mpatha: would send 'fail_path $number'"
check_match "show paths has it as faulty and offline" "$disk +$number +[0-9]+ +active +faulty +offline" "$(observer show paths)"
check_equal "the map was left alone" 0 "$(dmsetup status mpatha | grep -c ' F ')"
dmsetup message mpatha 0 "fail_path $number"
echo running >"/sys/block/$disk/device/state"
check "the return is found" wait_for 30 reports "would send 'reinstate_path $number'"

note "--- disks and maps that come and go"
multipath -f mpathb
check "a map that is gone is not listed" wait_for 10 bash -c '! multipathd show maps | grep -q mpathb'
san_lio three 32M 2
udevd_settle
check "a new unit is reported" wait_for 60 reports "multipath would create: "
check_match "its paths are listed without a map" "$(path_disk three 0) .* orphan" "$(observer show paths)"

note "--- clients"
printf '\377\377\377\377\377\377\377\377junk' | timeout 5 perl -e 'use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); connect(S, pack("Sa*", AF_UNIX, "\0observer")) or die $!; local $/; print S <STDIN>; S->flush; sysread(S, my $x, 1); print length($x // "")' >/tmp/junk.out 2>&1
check_equal "a client that sends junk is disconnected" 0 "$(cat /tmp/junk.out)"
check "and the daemon goes on" is_idle
kill -KILL "$(pgrep -P "$observing" | head -1)"
check "the process that queries devices is started again" wait_for 30 reports "starting another"
check "and surveys again" wait_for 30 is_idle
observer shutdown >/dev/null
wait "$observing"
check_equal "shutdown ends it with status 0" 0 $?
check_equal "and nothing of it is left" 0 "$(pgrep -xc multipathd)"
check "nothing is failed for the end of that process" bash -c '! grep -q "does not answer in time" /tmp/observer.log'
note "$(tail -60 /tmp/observer.log)"

done_checks
