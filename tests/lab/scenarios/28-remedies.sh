# Every remedy that explain prints for a unit without a map, or for keeping a unit out, is followed as it is printed: then the
# answer is the other one.
# timeout: 400
. "$LAB/lib.sh"
. "$LAB/remedies.sh"
modprobe -a dm-multipath dm-service-time ext4
mkdir -p /etc/multipath /mnt/stack
san_lio one 64M 2
first=$(path_disk one 0) second=$(path_disk one 1)
pretend_udevd
wwid=3$(sed 's/^naa\.//' "/sys/block/$first/device/wwid")
has_map() { multipath -v0; dmsetup ls --target multipath | grep -q "(" ; }
conf=/etc/multipath.conf

# afresh [TEXT]: no map, no state, and this configuration.
afresh() {
  umount /mnt/stack 2>/dev/null
  multipath -F >/dev/null 2>&1
  rm -rf /etc/multipath; mkdir -p /etc/multipath
  printf 'overrides {\n  no_path_retry fail\n}\n%s' "${1-}" >$conf
}

# gets_map NAME CONFIGURATION [WORD]: explain says no map; after each of its remedies, alone, the unit has a map.
gets_map() {
  local name=$1 text=$2 word=${3:-$first} remedy remedies number=0
  afresh "$text"
  check_fails "$name: the unit gets no map" has_map
  mapfile -t remedies < <(remedies_of "$word")
  check "$name: explain prints remedies" test ${#remedies[@]} -gt 0
  for remedy in "${remedies[@]}"; do
    number=$((number + 1))
    [[ $remedy =~ zoning|at\ the\ array|on\ the\ array|'after a resize'|'the next boot' ]] && { note "$name: not a command: $remedy"; continue; }
    afresh "$text"
    check "$name: remedy $number can be followed: $remedy" follow "$remedy"
    check "$name: remedy $number makes the map" has_map
  done
}

gets_map "blacklisted by WWID" "blacklist {
  wwid $wwid
}
"
gets_map "blacklisted by hardware" 'blacklist {
  device {
    vendor "LIO-ORG"
    product ".*"
  }
}
'
# (An exception is for the one disk, and one path is enough here.)
gets_map "blacklisted by name" 'defaults {
  find_multipaths off
}
blacklist {
  devnode "^sd[a-z]"
}
'
gets_map "strict, and one path too few to be new" 'defaults {
  find_multipaths strict
}
'
path_delete "$second"
gets_map "one path" 'defaults {
  find_multipaths on
}
'
rescan; wait_for_disks 2
second=$(path_disk one 1)

note "--- hardware that no table lists"
san_scsi_debug 2 1 8 inq_vendor=Nobody inq_product=Disk
unlisted=$(for disk in /sys/block/sd*; do grep -q Nobody "$disk/device/vendor" && { echo "${disk##*/}"; break; }; done)
check_match "there is a disk of unlisted hardware" '^sd' "$unlisted"
blacklist_lio='blacklist {
  device {
    vendor "LIO-ORG"
    product ".*"
  }
}
defaults {
  whitelist strict
}
'
gets_map "unlisted hardware, strict" "$blacklist_lio" "$unlisted"
afresh; rmmod scsi_debug

note "--- used by somebody"
afresh
mkfs.ext4 -q -F "/dev/$first"; mount "/dev/$first" /mnt/stack
check_fails "the unit in use gets no map" has_map
mapfile -t remedies < <(remedies_of "$first")
check_equal "explain prints one remedy" 1 "${#remedies[@]}"
note "${remedies[*]}"
check_match "it names what shows the holders" "multipath holders $first" "${remedies[*]}"
check "which can be run" multipath holders "$first"
check_status "what takes them down asks for --umount" 3 multipath clear-holders --yes "$first"
mapfile -t blocked < <(blockers_of mounted "$first")
check "with it, it does" bash -c "multipath clear-holders --yes $(alternatives "${blocked[0]}" | grep -m1 '^--') $first"
check "then the unit gets its map" has_map

note "--- how to keep a unit out"
afresh
check "the unit has a map" has_map
remedy=$(remedies_of "$first" | grep "exclude the unit")
check_match "explain says how to keep it out" "multipath -f.*multipath -w.*blacklist" "$remedy"
check "that can be followed" follow "$remedy"
check_fails "and then there is no map" has_map
check_fails "nor is it known" grep -q "^/$wwid/" /etc/multipath/wwids
afresh
remedy=$(remedies_of "$first" | grep "exclude the unit")
check "without a map as well" follow "$remedy"
check_fails "none is made" has_map

note "--- a map that keeps what the configuration has otherwise"
afresh
check "the unit has a map" has_map
printf 'overrides {\n  no_path_retry queue\n}\n' >$conf
map=$(dmsetup ls --target multipath | awk '{ print $1 }')
remedy=$(remedies_of "$map" | grep -m1 "queue on"; multipath explain --json "$map" 2>/dev/null | grep -o 'multipath queue on [^`"]*' | head -n 1)
note "$remedy"
command=$(grep -o "multipath queue on [^\`]*" <<<"$remedy" | head -n 1)
check "the command to make the map queue is printed" test -n "$command"
check "and works" bash -c "$command"
check_match "the map queues" queue_if_no_path "$(dmsetup table "$map")"
check_fails "nothing differs any more" grep -q "multipath queue" <<<"$(multipath plan 2>&1)"
multipath queue off "$map"

note "--- a taken name"
afresh "multipaths {
  multipath {
    wwid $wwid
    alias taken
  }
}
"
dmsetup create taken --table "0 8 zero"
multipath -v0
check_match "another device's name is not taken" "is in use by" "$(multipath plan 2>&1; multipath explain "$first" 2>&1)"
multipath -F; dmsetup remove taken
check "with the name free" has_map
check "the unit has it" dmsetup info taken
afresh
done_checks
