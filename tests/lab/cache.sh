# Sourced by prepare and run: where the lab keeps what it fetched, and which of it belongs to this checkout.
# The cache is shared by all checkouts. Everything in it is named for its content and only ever added:
#   archives/           Debian packages as fetched
#   kernel/RELEASE/     vmlinux and lib/modules/RELEASE of Debian's kernel
#   root/HASH/          the guest packages that the host lacks, unpacked
#   initrd/HASH.gz      the first seconds of the guest
#   ready/HASH          for this prepare, package list and initrd: which of the above to boot (shell assignments)

lab=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
lab_cache=${MULTIPATH_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/multipath-lab}

lab_hash() { sha256sum | cut -c1-16; }

ready_file=$lab_cache/ready/$(cat "$lab/prepare" "$lab/packages.guest" "$lab/guest/initrd-init" | lab_hash)

# A ready file is older than dpkg's own record when the host has installed or removed a package since.
lab_is_ready() {
  [ -s "$ready_file" ] && [ ! /var/lib/dpkg/status -nt "$ready_file" ]
}
