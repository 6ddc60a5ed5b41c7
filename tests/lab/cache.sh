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

# Debian's bzImage carries an xz stream (a zstd stream since 6.12). Booting the ELF file inside it (PVH) spares the guest 5 s of
# decompression in emulation. The image itself boots as well, so it is what remains when no stream is found.
extract_vmlinux() {
  local image=$1 to=$2 tool magic offset
  while read -r tool magic; do
    for offset in $(LC_ALL=C grep -aobP "$magic" "$image" | cut -d: -f1); do
      tail -c +$((offset + 1)) "$image" | $tool -dc 2>/dev/null >"$to" || true
      [ "$(head -c 4 "$to" | tail -c 3)" != ELF ] || return 0
    done
  done <<'STREAMS'
xz \xFD7zXZ\x00
zstd \x28\xB5\x2F\xFD
STREAMS
  cp "$image" "$to"
}
