# What tests/lab/demo shows, in the guest: two logical units with four paths each, their maps, a lost path, the flush.
. "$LAB/lib.sh"

say() { printf '\n== %s\n' "$*"; }
run() { printf '# %s\n' "$*"; "$@" || { status=$?; printf '(exit status %d)\n' "$status"; failed=yes; }; }
failed=no

modprobe -a dm_multipath dm_service_time scsi_dh_alua
say "The guest runs Linux $LAB_KERNEL. An array (the kernel's own target) shows it two logical units over four ports: eight SCSI disks."
san_lio data 512M 4 && san_lio logs 256M 4 || exit
run lsscsi

say "Paths to the same unit have the same identity (VPD page 0x83): multipath makes one map of them for each unit."
run multipath

say "Each map has four paths; the kernel sends I/O down one and changes to another when that fails."
run multipath -ll

map=/dev/$(basename "$(readlink -f "/sys/block/$(path_disk data 0)"/holders/dm-*)")
name=$(cat "/sys/block/${map##*/}/dm/name")
say "A file system on the first map, and a file in it:"
run mkfs.ext4 -q "/dev/mapper/$name"
mkdir -p /mnt/data
run mount "/dev/mapper/$name" /mnt/data
run cp /usr/bin/bash /mnt/data/file
run sync

lost=$(path_disk data 0)
say "One port of the array fails: $lost is gone, in the middle of the work."
path_delete "$lost"
echo 3 >/proc/sys/vm/drop_caches
run cmp /usr/bin/bash /mnt/data/file
say "The file is still there, read over another path. multipath takes the lost one out of the map:"
run multipath
run multipath -ll

say "A map that is in use is never flushed:"
printf '# multipath -f %s\n' "$name"
if multipath -f "$name"; then failed=yes; else printf '(exit status %d, as it should be)\n' $?; fi

say "It is unmounted; now both maps can go."
run umount /mnt/data
run multipath -F
run dmsetup ls
lab_done=yes
[ "$failed" = no ]
