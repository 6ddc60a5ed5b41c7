#include "multipath/host/live/blkid_partition_tables.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include <blkid/blkid.h>
#include <fcntl.h>
#include <fmt/format.h>

#include "libsg/file_descriptor.h"

namespace multipath {
namespace {

struct FreeProbe {
  void operator()(blkid_probe probe) const { blkid_free_probe(probe); }
};
using Probe = std::unique_ptr<std::remove_pointer_t<blkid_probe>, FreeProbe>;

[[noreturn]] void refuse(const char* verb, const std::string& node) {
  const int error = errno != 0 ? errno : EIO;
  throw std::system_error(error, std::generic_category(),
                          std::string("cannot ") + verb + " " + node);
}

std::string text(const char* given) { return given != nullptr ? given : ""; }

/// Encodes names as systemd's udev-builtin-blkid.c does.
std::string encoded(const char* given) {
  constexpr std::size_t longest = 256;
  std::array<char, longest> result{};
  if (given == nullptr || blkid_encode_string(given, result.data(), result.size()) != 0) return "";
  return result.data();
}

std::string type_of(blkid_partition found) {
  const std::string name = encoded(blkid_partition_get_type_string(found));
  return name.empty() ? fmt::format("{:#x}", blkid_partition_get_type(found)) : name;
}

Partition partition_of(blkid_partition found) {
  constexpr std::uint64_t extended_sectors = 2;
  const auto size = static_cast<std::uint64_t>(blkid_partition_get_size(found));
  return {
      .number = static_cast<std::uint32_t>(blkid_partition_get_partno(found)),
      .start = static_cast<std::uint64_t>(blkid_partition_get_start(found)),
      .sectors = blkid_partition_is_extended(found) != 0 ? std::min(size, extended_sectors) : size,
      .uuid = text(blkid_partition_get_uuid(found)),
      .name = encoded(blkid_partition_get_name(found)),
      .type = type_of(found)};
}

}  // namespace

std::vector<Partition> BlkidPartitionTables::read(const std::string& kname) {
  const std::string node = "/dev/" + kname;
  const scsi::FileDescriptor device(
      ::open(node.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!device) refuse("open", node);
  errno = 0;
  const Probe probe(blkid_new_probe());
  if (!probe || blkid_probe_set_device(probe.get(), *device, 0, 0) != 0) refuse("examine", node);
  blkid_probe_enable_superblocks(probe.get(), 0);
  blkid_probe_enable_partitions(probe.get(), 1);
  // Without this flag libblkid rejects a table whose hybrid or backup part is unusual.
  blkid_probe_set_partitions_flags(probe.get(), BLKID_PARTS_ENTRY_DETAILS);
  errno = 0;
  blkid_partlist list = blkid_probe_get_partitions(probe.get());
  if (list == nullptr) {
    if (errno != 0) refuse("read the partition table of", node);
    return {};
  }
  std::vector<Partition> partitions;
  for (int i = 0; i < blkid_partlist_numof_partitions(list); ++i)
    partitions.push_back(partition_of(blkid_partlist_get_partition(list, i)));
  std::ranges::sort(partitions);
  return partitions;
}

}  // namespace multipath
