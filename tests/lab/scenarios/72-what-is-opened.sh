# What the program opens and starts, as strace sees it: every descriptor of its own is closed on exec, verbs that only read open
# nothing for writing but device-mapper's control node, tools are started by their absolute names and inherit no descriptor,
# nothing is written outside the program's own places.
# mem: 1024
# timeout: 600
. "$LAB/lib.sh"
. "$LAB/stacks.sh"

modprobe -a dm-multipath dm-service-time dm-mod ext4
san_scsi_debug 2 3 64
pretend_udevd
mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths no\n  user_friendly_names yes\n}\n' >/etc/multipath.conf
trace=/run/lab/trace

strace_options=-y
# beyond_loader TRACE: the calls that the program itself makes, which begin when the loader has unmapped its cache; a program that
# it starts, and what that does, is left out.
beyond_loader() {
  awk '
    / execve\(/ { if (started++) { foreign[$1] = 1; print } next }
    foreign[$1] { next }
    /ld\.so\.cache/ { cached = 1 }
    cached && !address && / mmap\(/ { address = $NF }
    loaded { print }
    address && index($0, " munmap(" address) { loaded = 1 }' "$1"
}
# inherited TRACE: descriptors that are made without close-on-exec. (libdevmapper's own are, so what is started has to have them closed
# before: closed_before. A child's standard input is meant to be inherited.)
inherited() {
  beyond_loader "$1" | grep -E '\b(open|openat|openat2|socket|socketpair|pipe|pipe2|accept4?|epoll_create1?|eventfd2?|inotify_init1?|memfd_create|timerfd_create|signalfd4|fcntl)\(' |
    grep -vE '\) += -1 |fcntl\([^,]*, F_(GET|SET|OFD)|"/dev/mapper/control"|"/proc/devices"|"/dev/null", O_RDONLY\) = 0(<|$)' | grep -v CLOEXEC
}
# unclosed TRACE: programs that were started by a process which had not closed all descriptors beyond the standard ones.
unclosed() {
  awk '/ close_range\(3, 4294967295, 0\)/ { closed[$1] = 1 } / execve\(/ && started++ && !/ = -1 / && !closed[$1]' "$1"
}
# written_to TRACE: files that are opened for writing, made, renamed or removed, with their folders.
written_to() {
  beyond_loader "$1" | grep -E '\b(open|openat)\(.*O_(WRONLY|RDWR|CREAT|TRUNC)|\b(rename|unlink|mkdir|symlink|link|mknod|chmod|chown|truncate)(at|at2)?\(' |
    grep -vE '\) += -1 ' |
    sed -E 's/(AT_FDCWD|[0-9]+)<[^>]*>, "\/([^"]*)"/\n@\/\2\n/g; s/(AT_FDCWD|[0-9]+)<([^>]*)>, "([^"]*)"/\n@\2\/\3\n/g; s/"(\/[^"]*)"/\n@\1\n/g' |
    sed -n 's/^@//p' | sort -u
}
started() { grep -oE ' execve\("[^"]*"' "$1" | tail -n +2 | sed 's/.*"\(.*\)"/\1/' | sort -u; }

# opens_well NAME COMMAND...: it succeeds, and no descriptor could be inherited.
opens_well() {
  local name=$1
  shift
  traced $trace "$@"
  check_equal "$name: status" 0 $?
  check "$name: something was traced" test "$(beyond_loader $trace | grep -cE 'openat\(')" -gt 1
  check_equal "$name: every descriptor is closed on exec" "" "$(inherited $trace)"
}
reads_only() {
  opens_well "$@"
  check_equal "$1: nothing but the control node is opened for writing" "" "$(written_to $trace | grep -vx /dev/mapper/control)"
  check_equal "$1: no program is started" "" "$(started $trace)"
}
writes_only() {  # NAME PATTERN COMMAND...
  local name=$1 pattern=$2
  shift 2
  opens_well "$name" "$@"
  check_equal "$name: nothing outside its own places is written" "" "$(written_to $trace | grep -vE "$pattern")"
}

# The test must be able to fail: a shell's redirection is inherited, a file is written, a program is started.
traced $trace sh -c 'exec 7</etc/passwd; echo >/run/lab/seen; /bin/true'
check_match "what is inherited is seen" "/etc/passwd" "$(inherited $trace)"
check_match "what is written is seen" "/run/lab/seen" "$(written_to $trace)"
traced $trace sh -c 'cd /run/lab && echo >seen-there'
check_match "by its folder, too" "^/run/lab/seen-there\$" "$(written_to $trace)"
traced $trace sh -c '/bin/true'
check_match "what is started is seen" "/bin/true" "$(started $trace)"
check_match "and that it could inherit" "/bin/true" "$(unclosed $trace)"

own='^(/dev/mapper/.+|/etc/multipath(/.+)?|/run/multipath(/.+)?)$'
disk=$(disks Linux | head -n 1)
# The first run of a new configuration keeps a copy of it.
writes_only "plan, a new configuration" '^(/dev/mapper/control|/etc/multipath/last-good\.conf(\.new)?)$' multipath plan
reads_only "plan" multipath plan
writes_only "apply" "$own" multipath -v0
map=$(map_names | head -n 1)
check_match "there is a map" . "$map"
number=$(cat "/sys/block/$disk/dev")
reads_only "-ll" multipath -ll
reads_only "-l" multipath -l
reads_only "-d" multipath -d
reads_only "-t" multipath -t
reads_only "-u" multipath -u "$disk"
reads_only "-U" multipath -U "$(basename "$(readlink -f "/dev/mapper/$map")")"
reads_only "show paths --json" multipath show paths --json
reads_only "explain" multipath explain "/dev/$disk"
reads_only "holders" multipath holders "$map"
reads_only "udev-map" multipath udev-map "$map"
map_node=$(dmsetup info -c --noheadings -o major,minor "$map")
reads_only "devmap_name" devmap_name ${map_node/:/ }
writes_only "event" "$own" multipath event change "$number"
writes_only "capture" "$own|^/run/lab/captured(/.+)?$" multipath capture /run/lab/captured
writes_only "fail a path" "$own" multipath fail "$disk"
writes_only "restore" "$own" multipath restore
writes_only "-r" "$own" multipath -r -v0

note "--- programs that it starts"
unit=$(san_map one 96M)
# starts_well NAME TOOL OPTION...: clear-holders of the unit's map starts that tool, as it should.
starts_well() {
  local name=$1 tool=$2
  shift 2
  traced $trace multipath clear-holders --yes "$@" "$unit"
  check_equal "$name: status" 0 $? || note "$(cat $trace.err)"
  check_match "$name: its tool was started" "/($tool)\$" "$(started $trace)"
  check_equal "$name: by an absolute name" "" "$(started $trace | grep -v '^/')"
  check_equal "$name: which inherits nothing" "" "$(unclosed $trace)"
  check_equal "$name: every other descriptor is closed on exec" "" "$(inherited $trace)"
}
mkfs.ext4 -q -F "/dev/mapper/$unit"
mkdir -p /mnt/stack
mount "/dev/mapper/$unit" /mnt/stack
starts_well "a mounted file system" umount --umount
check "it is not mounted any more" test -z "$(grep /mnt/stack /proc/self/mountinfo)"
[ -e "/dev/mapper/$unit" ] || map_of one
wipefs -qa "/dev/mapper/$unit"
if { vgcreate -q -y lab "/dev/mapper/$unit" && lvcreate -q -y -Zn -Wn -L 8M -n one lab; } >/run/lab/lvm 2>&1; then
  starts_well "a volume" 'lvm|vgchange|lvchange'
else
  not_ok "there is a volume to take down" "$(cat /run/lab/lvm)"
fi
writes_only "-F" "$own" multipath -F
check_equal "no map is left" "" "$(map_names)"
remove_maps
done_checks
