#include "multipath/discovery/partition_maps.h"

#include <algorithm>

#include "multipath/model/word_reader.h"

namespace multipath {
namespace {

/// The parameters of a linear target (drivers/md/dm-linear.c): device, first sector.
void take_table(const dm::Table& table, PartitionMap& map) {
  map.linear = false;
  if (table.size() != 1 || table.front().type != "linear" || table.front().start != 0) return;
  WordReader reader(table.front().parameters);
  const auto device = parse_device_number(reader.word("the device"));
  map.partition.start = reader.number<std::uint64_t>("the first sector");
  reader.end();
  if (!device || reader.failed()) return;
  map.map = *device;
  map.partition.sectors = table.front().length;
  map.linear = true;
}

}  // namespace

std::vector<PartitionMap> read_partition_maps(dm::DeviceMapper& device_mapper,
                                              const CurrentMap& map,
                                              std::span<const dm::Description> devices) {
  std::vector<PartitionMap> partitions;
  for (const dm::Description& device : devices) {
    const auto number = partition_number_of(device.uuid, map.uuid);
    if (!number) continue;
    PartitionMap partition{.name = device.name,
                           .uuid = device.uuid,
                           .map = {},
                           .partition = {.number = *number},
                           .linear = false,
                           .open_count = device.open_count};
    if (const auto table = device_mapper.table(device.name)) take_table(*table, partition);
    partitions.push_back(std::move(partition));
  }
  std::ranges::sort(partitions, {}, [](const PartitionMap& one) { return one.partition.number; });
  return partitions;
}

}  // namespace multipath
