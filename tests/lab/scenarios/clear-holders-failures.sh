# Runs that do not reach their end: a tool that fails, one that hangs, Ctrl-C, a map that comes back. What was done is told,
# with what brings it back, and nothing is left suspended.
# timeout: 300
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua ext4

one=$(san_map one 96M)
printf 'label: gpt\nsize=60M\n' | sfdisk -q "/dev/mapper/$one"
kpartx -a -p -part "/dev/mapper/$one"
vgcreate -q -y vg "/dev/mapper/$one-part1" >/dev/null
lvcreate -q -y -Wn -Zn -L 40M -n data vg >/dev/null
make_ext4 /dev/mapper/vg-data
mkdir -p /mnt/stack
mount /dev/mapper/vg-data /mnt/stack
fill /mnt/stack
sums_before=$(sums /mnt/stack)
disk=$(path_disk one 0)
out=/run/lab/out

# vgchange_is SCRIPT: what vgchange does from now on; vgchange_again is the end of that.
vgchange=$(command -v vgchange)   # a link to lvm
vgchange_is() { rm -f "$vgchange"; printf '#!/bin/sh\n%s\n' "$1" >"$vgchange"; chmod 755 "$vgchange"; }
vgchange_again() { ln -sf lvm "$vgchange"; }
nothing_suspended() { [ -z "$(dmsetup info -c --noheadings -o name,suspended | grep -i ':suspended')" ]; }
bring_back() {
  sed -i 's/dmsetup create /dmsetup --verifyudev create /' $out.undo
  check "$1: what was printed brings it back" bash -e $out.undo
  check_equal "$1: the files are the same" "$sums_before" "$(sums /mnt/stack)"
}

vgchange_is 'echo "  it is in use" >&2; exit 5'
multipath clear-holders --yes --umount --timeout 20 "/dev/$disk" >$out.run 2>$out.err && status=0 || status=$?
note "$(cat $out.err)"
check_equal "a tool that fails: status" 4 "$status"
check_match "a tool that fails: what it said" "vgchange -an vg: it is in use" "$(cat $out.err)"
check_match "a tool that fails: what is left" "not done:.*vgchange -an vg.*dmsetup remove" "$(cat $out.err)"
check "a tool that fails: nothing is suspended" nothing_suspended
check_fails "a tool that fails: the step before is done" mountpoint -q /mnt/stack
undo_of $out.run >$out.undo
check_equal "a tool that fails: one undo command" 1 "$(wc -l <$out.undo)"
vgchange_again
bring_back "a tool that fails"

vgchange_is 'sleep 1000'
multipath clear-holders --yes --umount --timeout 5 "/dev/$disk" >$out.run 2>$out.err && status=0 || status=$?
check_equal "a tool that hangs: status" 7 "$status"
check_match "a tool that hangs: is told" "vgchange timed out" "$(cat $out.err)"
check "a tool that hangs: nothing is suspended" nothing_suspended
check_fails "a tool that hangs: it is ended" pgrep -f 'sleep 1000'
undo_of $out.run >$out.undo
vgchange_again
bring_back "a tool that hangs"

vgchange_is 'touch /run/lab/in-it; sleep 3; exec lvm vgchange "$@"'
multipath clear-holders --yes --umount "/dev/$disk" >$out.run 2>$out.err &
run=$!
wait_for 20 test -e /run/lab/in-it
check_fails "udevd and others find the disk locked meanwhile" flock -n "/dev/$disk" true
check_fails "each path of the map" flock -n "/dev/$(path_disk one 1)" true
kill -INT $run
wait $run && status=0 || status=$?
note "$(cat $out.err)"
check_equal "Ctrl-C: status" 4 "$status"
check_match "Ctrl-C: is told" "interrupted between two steps" "$(cat $out.err)"
check_fails "Ctrl-C: by LVM itself" grep -q "one by one" $out.err
check_fails "Ctrl-C: the step under way was finished" dmsetup info vg-data
check "Ctrl-C: the next one was not begun" dmsetup info "$one-part1"
check "Ctrl-C: nothing is suspended" nothing_suspended
check "the lock is let go of" flock -n "/dev/$disk" true
undo_of $out.run >$out.undo
vgchange_again
bring_back "Ctrl-C"

# Somebody makes the map again as soon as it is gone.
table=$(dmsetup table "$one")
(until dmsetup --verifyudev create "$one" -u "mpath-$one" --table "$table"; do busybox usleep 300000; done) >/dev/null 2>&1 &
multipath clear-holders --yes --umount "/dev/$disk" >$out.run 2>$out.err && status=0 || status=$?
note "$(cat $out.err)"
check_equal "a map that comes back: status" 8 "$status"
check_match "a map that comes back: is named, with who may have brought it" "$one came back; usual cause: multipathd" "$(cat $out.err)"
wait
check "the next run asks, and takes it down on a yes" sh -c "echo yes | multipath clear-holders /dev/$disk"
done_checks
