# Local users with namespaces, mounts and folders of their own against clear-holders: a program of a user's namespace is never
# run, a process that ends is not an unmount, signatures are saved only where nobody else can interfere, and no mount hides behind
# thousands of others or in a chroot.
# timeout: 400
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua ext4

one=$(san_map one 64M)
make_ext4 "/dev/mapper/$one"
mkdir -p /mnt/stack
mkdir -m 777 /run/lab/caught
chmod 755 /run/lab

# As nobody: a user namespace whose mount namespace is a copy of ours, the mount of the map included.
as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Urm sh -c "$1" & }
in_other_namespace() { [ "$(readlink "/proc/$1/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]; }

# --- 1: a namespace with a umount of its user's own
printf '#!/bin/sh\nid >/run/lab/caught/umount\ngrep CapEff /proc/self/status >>/run/lab/caught/umount\n' >/run/lab/evil-umount
chmod 755 /run/lab/evil-umount
mount "/dev/mapper/$one" /mnt/stack
as_nobody 'for p in /usr/bin/umount /bin/umount /usr/bin/nsenter; do mount --bind /run/lab/evil-umount $p; done; touch /run/lab/caught/ready; exec sleep 1000'
user=$!
wait_for 30 test -e /run/lab/caught/ready
umount /mnt/stack
output=$(multipath clear-holders --yes --umount --umount-ns --timeout 5 "$one" 2>&1) && status=0 || status=$?
check_equal "a mount that is locked by a user's namespace is not unmounted" 4 "$status"
check_match "why is told" "the mount is locked by another user's namespace" "$output"
check "the user's program was not run" test ! -e /run/lab/caught/umount
check_fails "no line that is printed enters a namespace with a program" grep -q nsenter <<<"$output"
check_status "the device is in use" 3 multipath clear-holders --check "$(first_path)"
kill "$user"
wait "$user" 2>/dev/null || true
check "with its processes the mount goes" multipath clear-holders --yes "$one"

# --- 2: the process that was seen ends, a child of it stays
one=$(map_of one)
mount "/dev/mapper/$one" /mnt/stack
as_nobody 'sleep 1000 & echo $! >/run/lab/caught/child; exec sleep 6'
first=$!
wait_for 30 in_other_namespace "$first"
umount /mnt/stack
output=$(multipath clear-holders --yes --umount --umount-ns --timeout 20 "$one" 2>&1) && status=0 || status=$?
check_fails "a process that ends in the middle is not an unmount" test "$status" = 0
check_fails "and done is not said" grep -q 'nothing came back' <<<"$output"
check_status "as it is in use" 3 multipath clear-holders --check "$(first_path)"
kill "$(cat /run/lab/caught/child)"
wait "$first" 2>/dev/null || true
wait_for 20 sh -c "! test -e /proc/$(cat /run/lab/caught/child)"
check "with its processes the mount goes once more" multipath clear-holders --yes "$one"

# The one that was seen has ended when the answer comes: a namespace of root's own is reached all the same.
one=$(map_of one)
mount "/dev/mapper/$one" /mnt/stack
unshare -m --propagation private sh -c 'sleep 1000 & echo $! >/run/lab/caught/child; exec sleep 4' &
first=$!
wait_for 30 in_other_namespace "$first"
umount /mnt/stack
check "a namespace is reached when the process that it was seen by has ended" \
  sh -c "(sleep 8; echo yes) | multipath clear-holders --umount --umount-ns $one"
check "and the disk is clear" multipath clear-holders --check "$(first_path)"
kill "$(cat /run/lab/caught/child)"

# --- a mount that comes behind the plan keeps the device, and the last look sees it
one=$(map_of one)
mount "/dev/mapper/$one" /mnt/stack
unshare -m --propagation private sh -c 'sleep 1 & exec sleep 1000' &
first=$!
wait_for 30 in_other_namespace "$first"
umount /mnt/stack
nsenter -t "$first" -m unshare -m --propagation private sleep 1000 &
second=$!
wait_for 30 in_other_namespace "$second"
output=$( (sleep 5; echo yes) | multipath clear-holders --umount --umount-ns "$one" 2>&1) && status=0 || status=$?
check_equal "all namespaces that have it are unmounted" 0 "$status"
kill "$first" "$second"

# --- 10: a mount behind thousands of others, and behind a chroot
one=$(map_of one)
cat >/run/lab/many.sh <<'END'
mount --make-rprivate /
mkdir -p /run/lab/many && mount -t tmpfs none /run/lab/many
d=/run/lab/many/$(printf 'x%.0s' $(seq 230))
mkdir $d
python3 - $d <<'P'
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
for i in range(4500):
    t = f"{sys.argv[1]}/{i}".encode()
    os.mkdir(t)
    if libc.mount(sys.argv[1].encode(), t, None, 4096, None) != 0: sys.exit(ctypes.get_errno())
P
mount $1 /mnt/stack
wc -c </proc/self/mountinfo >/run/lab/caught/size
exec "${@:2}"
END
output=$(unshare -m bash /run/lab/many.sh "/dev/mapper/$one" multipath holders "$one" 2>&1)
check "the mounts are more than a megabyte" test "$(cat /run/lab/caught/size)" -gt 1048576
check_match "a mount behind 4,500 others is seen in our own namespace" "ext4 on /mnt/stack\]" "$output"
check "and unmounted" unshare -m bash /run/lab/many.sh "/dev/mapper/$one" multipath clear-holders --yes --umount "$one"
one=$(map_of one)
unshare -m bash /run/lab/many.sh "/dev/mapper/$one" sleep 1000 &
many=$!
check "the mounts are made" wait_for 60 grep -q "/dev/mapper/$one " "/proc/$many/mountinfo"
output=$(multipath holders "$one" 2>&1)
check_match "it is seen from outside" "ext4 on /mnt/stack in namespace [0-9]+ of" "$output"
check "and unmounted from outside" multipath clear-holders --yes --umount --umount-ns "$one"
kill "$many"

mkdir -p /run/lab/jail && mount -t tmpfs none /run/lab/jail
cp "$(command -v busybox)" /run/lab/jail/busybox
one=$(map_of one)
unshare -m --propagation private sh -c "mount /dev/mapper/$one /mnt/stack && exec chroot /run/lab/jail /busybox sleep 1000" &
jailed=$!
wait_for 30 in_other_namespace "$jailed"
wait_for 10 sh -c "[ \"\$(readlink /proc/$jailed/root)\" = /run/lab/jail ]"
output=$(multipath holders "$one" 2>&1)
check_match "a mount in a namespace whose only process is in a chroot is seen" "ext4 on /mnt/stack in namespace" "$output"
check "and unmounted" multipath clear-holders --yes --umount --umount-ns "$one"
check "the disk is clear" multipath clear-holders --check "$(first_path)"
kill "$jailed"

# --- 5: the folder for the signatures is somebody else's
one=$(map_of one)
mkdir -p /run/lab/root && chmod 755 /run/lab/root
echo precious >/run/lab/root/victim
install -d -o 65534 -g 65534 /run/lab/theirs
ln -s /run/lab/root/victim "/run/lab/theirs/wipefs-$one-0x00000438.bak"
ln -s /run/lab/root "/run/lab/link"
install -d -m 777 /run/lab/open
for folder in theirs theirs/below link open open/below; do
  check_status "a wipe into $folder is refused" 3 multipath clear-holders --yes --wipe --yes-wipe --wipe-backup "/run/lab/$folder" "$one"
done
check_equal "nothing was written through the link" precious "$(cat /run/lab/root/victim)"
check_equal "the file system is still there" ext4 "$(blkid -p -o value -s TYPE "/dev/mapper/$one")"
check "into a folder of root's own it is done" multipath clear-holders --yes --wipe --yes-wipe --wipe-backup /run/lab/own "$one"
check_equal "the saved file is root's alone" "600 0" "$(stat -c '%a %u' "/run/lab/own/wipefs-$one-0x00000438.bak")"
check_equal "and has the signature" 53ef "$(od -An -tx1 "/run/lab/own/wipefs-$one-0x00000438.bak" | tr -d ' ')"
check_equal "nothing else is left there" "wipefs-$one-0x00000438.bak" "$(ls /run/lab/own)"
one=$(map_of one)
make_ext4 "/dev/mapper/$one"
check "a second wipe keeps what the first one saved" multipath clear-holders --yes --wipe --yes-wipe --wipe-backup /run/lab/own "$one"
check "beside" test -e "/run/lab/own/$one.1/wipefs-$one-0x00000438.bak"
check_status "a capture is not written through a link" 4 multipath capture /run/lab/link/capture
check_fails "nor is one made there" test -e /run/lab/root/capture
done_checks
