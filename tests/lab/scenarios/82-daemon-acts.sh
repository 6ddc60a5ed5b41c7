# multipathd -d on real paths: an idle path that fails and returns, queueing with a deadline, commands, two daemons, kill -9.
# mem: 1536
# timeout: 600
. "$LAB/lib.sh"

two_units_under_udevd
printf 'defaults {\n find_multipaths no\n user_friendly_names yes\n polling_interval 1\n max_polling_interval 2\n}\noverrides {\n no_path_retry 6\n}\n' >/etc/multipath.conf
multipath 2>/dev/null
check_equal "there are two maps" 2 "$(dmsetup ls --target multipath | wc -l)"
tables() { dmsetup table --target multipath; }
before=$(tables)

# start_daemon NAME: a check of that name. (Not an argument of check, which waits until nobody has its output open.)
start_daemon() {
  multipathd -d >/dev/null 2>>/tmp/daemon.log &
  daemon=$!
  check "$1" wait_for 60 sh -c 'multipathd show daemon 2>/dev/null | grep -q idle'
}
disk=$(path_disk one 0)
other=$(path_disk one 1)
number=$(cat "/sys/block/$disk/dev")
# A or F, as the kernel has the path.
kernel_has() { dmsetup status mpatha | grep -qE "$1 $2 "; }
queues() { dmsetup table mpatha | grep -q queue_if_no_path; }
fails() { ! queues; }
offline() { echo offline >"/sys/block/$1/device/state"; }
online() { echo running >"/sys/block/$1/device/state"; }

start_daemon "the daemon starts"
check_equal "and changes no table" "$before" "$(tables)"

note "--- an idle path loses its link"
offline "$disk"
started=$(milliseconds)
check "the failure is found by a check" wait_for 5 kernel_has "$number" F
note "after $(($(milliseconds) - started)) ms"
check_match "show paths reports it" "$disk +$number +[0-9]+ +failed +faulty +offline" "$(multipathd show paths)"
check_match "show topology reports it" "$disk +$number +failed faulty offline" "$(multipathd show topology)"
check_match "the journal reports it" "multipathd: $disk: path of mpatha does not work" "$(cat /tmp/daemon.log)"
online "$disk"
started=$(milliseconds)
check "link back: the path is in use again" wait_for 5 kernel_has "$number" A
note "after $(($(milliseconds) - started)) ms"
check_match "show maps stats counts the fault" "mpatha +1 " "$(multipathd show maps stats)"

note "--- the kernel fails a path that works"
dmsetup message mpatha 0 "fail_path $number"
check "it is reinstated after its check" wait_for 10 kernel_has "$number" A

note "--- commands"
multipathd fail path "$disk" >/tmp/reply
check_equal "fail path: reply" ok "$(cat /tmp/reply)"
check "fail path" kernel_has "$number" F
sleep 4
check "a path that an administrator failed stays failed although it works" kernel_has "$number" F
check_equal "reinstate path: reply" ok "$(multipathd reinstate path "$disk")"
check "reinstate path" kernel_has "$number" A
check_equal "disablequeueing: reply" ok "$(multipathd disablequeueing map mpatha)"
check "disablequeueing" fails
check_equal "restorequeueing: reply" ok "$(multipathd restorequeueing map mpatha)"
check "restorequeueing" queues

note "--- all paths lost: I/O waits for six polling intervals, then fails"
offline "$disk"; offline "$other"
check "both paths fail" wait_for 10 sh -c '[ "$(dmsetup status mpatha | grep -o " F " | wc -l)" = 2 ]'
check_match "the countdown is shown" "mpatha +[0-9]+ sec" "$(multipathd show maps format '%n %Q')"
check "queueing goes on at first" queues
dd if=/dev/mapper/mpatha of=/dev/null bs=4k count=1 iflag=direct 2>/tmp/dd.err &
reader=$!
check "queueing ends" wait_for 20 fails
wait "$reader"
check_equal "and the waiting read fails" 1 $?
check_match "show maps has queueing off" "mpatha +off" "$(multipathd show maps format '%n %Q')"
online "$disk"
check "a path returns" wait_for 10 kernel_has "$number" A
check "and the map queues again" wait_for 5 queues
online "$other"
check "the other path returns" wait_for 10 kernel_has "$(cat "/sys/block/$other/dev")" A
check "reads work" dd if=/dev/mapper/mpatha of=/dev/null bs=4k count=1 iflag=direct

note "--- never two daemons"
multipathd -d 2>/tmp/second.log
check_equal "a second daemon of ours refuses" 1 $?
check_match "and says who runs" "locked by process $daemon: a multipathd runs already" "$(cat /tmp/second.log)"
timeout 20 packaged-multipathd -d >/tmp/packaged.log 2>&1
check_equal "the packaged daemon refuses beside ours" 1 $?

note "--- kill -9 while all paths of a map are down: no I/O fails, and nothing is suspended"
offline "$disk"; offline "$other"
check "both paths fail again" wait_for 10 sh -c '[ "$(dmsetup status mpatha | grep -o " F " | wc -l)" = 2 ]'
kill -9 "$daemon"
wait "$daemon" 2>/dev/null
check "the map still queues" queues
check "the process that queries devices ended as well" wait_for 10 sh -c '! pgrep -x multipathd >/dev/null'
online "$disk"
start_daemon "a new daemon starts"
check "and takes the path into use" wait_for 10 kernel_has "$number" A
online "$other"
check "and the other one" wait_for 10 sh -c '! dmsetup status mpatha | grep -q " F "'
check_equal "no map is suspended" 0 "$(dmsetup info -c --noheadings -o suspended | grep -c Suspended)"
check_equal "the tables are the first ones" "$before" "$(tables)"

note "--- handing over to the packaged daemon and back"
check_equal "shutdown: reply" ok "$(multipathd shutdown)"
wait "$daemon"
check_equal "the daemon ends with status 0" 0 $?
check "queueing is left as it was" queues
packaged-multipathd -d >/tmp/packaged.log 2>&1 &
packaged=$!
check "the packaged daemon starts" wait_for 60 sh -c 'packaged-multipathd show daemon 2>/dev/null | grep -qE "pid [0-9]+ (idle|running)"'
multipathd -d 2>/tmp/second.log
check_equal "ours refuses beside the packaged one" 1 $?
packaged-multipathd shutdown >/dev/null
wait "$packaged"
start_daemon "ours starts again"

note "--- disks and units that come and go, without any rule of udev"
paths_of() { dmsetup table mpatha | grep -oE ' [0-9]+:[0-9]+ ' | wc -l; }
has_paths() { [ "$(paths_of)" = "$1" ]; }
mkfs.ext4 -q /dev/mapper/mpatha && mkdir -p /mnt/one && mount /dev/mapper/mpatha /mnt/one
path_unplug one 0
check "a disk that is gone leaves the map" wait_for 30 has_paths 1
check "the journal has the reason" wait_for 10 grep -q "multipathd: mpatha: reload: path" /tmp/daemon.log
check "the file system goes on" dd if=/dev/zero of=/mnt/one/file bs=64k count=4 oflag=direct
path_plug one 0
check "a disk that returns is in the map again" wait_for 60 has_paths 2
check "and in use" wait_for 10 sh -c '! dmsetup status mpatha | grep -q " F "'
san_lio three 32M 2
check "a new unit gets a map" wait_for 60 test -e /dev/mapper/mpathc
check "which show maps lists" wait_for 10 sh -c 'multipathd show maps raw format %n | grep -qx mpathc'
umount /mnt/one

note "--- reconfigure"
queues_c() { dmsetup table mpathc | grep -q queue_if_no_path; }
check "the new map queues" queues_c
sed -i 's/no_path_retry 6/no_path_retry fail/' /etc/multipath.conf
check_equal "reconfigure: reply" ok "$(multipathd reconfigure)"
check "the maps follow the new configuration" wait_for 30 sh -c '! dmsetup table mpathc | grep -q queue_if_no_path'
check_match "and show config has it" "no_path_retry \"?fail" "$(multipathd show config)"
echo 'defaults {' >>/etc/multipath.conf
multipathd reconfigure >/dev/null
check "a configuration with errors is reported and not taken" wait_for 10 grep -q "former configuration stays in force" /tmp/daemon.log
check "the daemon is ready again" wait_for 30 sh -c 'multipathd show daemon | grep -q idle'
kill "$daemon"
wait "$daemon"
check_equal "SIGTERM ends it with status 0" 0 $?
note "$(tail -60 /tmp/daemon.log)"

done_checks
