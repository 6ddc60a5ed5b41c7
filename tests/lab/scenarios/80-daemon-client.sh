# The client multipathd beside the packaged one: the same commands to the packaged daemon, with the same replies.
# mem: 1536
# timeout: 400
. "$LAB/lib.sh"

two_units_under_udevd
printf 'defaults {\n find_multipaths no\n user_friendly_names yes\n}\n' >/etc/multipath.conf

ours() { multipathd "$@" >/tmp/ours.out 2>/tmp/ours.err; }
theirs() { packaged-multipathd "$@" >/tmp/theirs.out 2>/tmp/theirs.err; }
# The countdown to the next check differs between two calls.
steady() { sed -E 's/[X.]{10} [0-9]+\/[0-9]+/COUNTDOWN/' "$1"; }
same() {
  local what=$1 status
  shift
  ours "$@"; status=$?
  theirs "$@"
  check_equal "$what: status" $? $status
  check_equal "$what: reply" "$(steady /tmp/theirs.out)" "$(steady /tmp/ours.out)"
}

note "--- nobody listens"
ours show daemon
check_equal "without a daemon the status is 1" 1 $?
check_match "and the reason is reported" "^ERROR: failed to connect to multipathd .*@/org/kernel/linux/storage/multipathd: Connection refused" "$(cat /tmp/ours.err)"
check_equal "on standard error alone" "" "$(cat /tmp/ours.out)"

note "--- the packaged daemon"
packaged-multipathd -d >/tmp/daemon.log 2>&1 &
daemon=$!
wait_for 60 sh -c 'packaged-multipathd show daemon 2>/dev/null | grep -qE "pid [0-9]+ (idle|running)"'
check_equal "the packaged daemon made the maps" 2 "$(packaged-multipathd show maps raw format %n | wc -l)"
same "show maps" show maps
same "show maps status" show maps status
same "show maps raw format" show maps raw format "%n %w %d"
same "show paths" show paths
same "show paths format" show paths format "%d %T %o %m"
same "show map topology" show map mpatha topology
same "show topology" show topology
same "show maps json" show maps json
same "show config" show config
same "show wildcards" show wildcards
same "a list in short words" li ma raw form %n
same "-k with a command" "-kshow maps status"
same "fail path" fail path "$(path_disk one 0)"
same "reinstate path" reinstate path "$(path_disk one 0)"
same "an unknown map" -k"show map nosuch topology"
same "a wildcard in quotes" -k'show paths raw format "%d ""%i"""'

ours -k"show groups"
check_match "an unknown word brings the help" "CLI commands reference" "$(cat /tmp/ours.out)"
printf 'show daemon\nquit\nshow maps\n' | multipathd -k >/tmp/prompt.out 2>&1
check_equal "the prompt ends at quit: status" 0 $?
check_match "the prompt sends a line" "multipathd> pid [0-9]+ (idle|running)" "$(cat /tmp/prompt.out)"
check_equal "and nothing behind quit" 1 "$(grep -c pid /tmp/prompt.out)"
check_equal "MULTIPATH_SOCKET_NAME replaces the sockets" 1 "$(MULTIPATH_SOCKET_NAME=@nobody multipathd show daemon >/dev/null 2>&1; echo $?)"
MULTIPATH_SOCKET_NAME=@/org/kernel/linux/storage/multipathd ours show daemon
check_equal "also with the name of the socket itself" 0 $?
setpriv --reuid 65534 --clear-groups "$(command -v multipathd)" fail path sda >/tmp/user.out 2>&1
check_equal "an ordinary user may not fail a path" "permission deny: need to be root" "$(cat /tmp/user.out)"

note "--- somebody else listens"
packaged-multipathd shutdown >/dev/null
wait "$daemon"
cat >/tmp/impostor.pl <<'PL'
use Socket;
socket(S, AF_UNIX, SOCK_STREAM, 0) or die $!;
bind(S, pack("Sa*", AF_UNIX, "\0/org/kernel/linux/storage/multipathd")) or die $!;
listen(S, 5) or die $!;
open(READY, ">", "/tmp/impostor.ready");
sleep 60;
PL
chmod 777 /tmp
setpriv --reuid 65534 --clear-groups perl /tmp/impostor.pl &
impostor=$!
check "somebody else listens" wait_for 20 test -e /tmp/impostor.ready
ours show daemon
check_equal "root does not talk to a user who listens there" 1 $?
check_match "and says why" "multipathd: Permission denied" "$(cat /tmp/ours.err)"
kill "$impostor"

done_checks
