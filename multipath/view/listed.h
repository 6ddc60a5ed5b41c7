#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "multipath/config/settings.h"
#include "multipath/model/multipath_status.h"
#include "multipath/model/path.h"
#include "multipath/model/target_node.h"
#include "multipath/model/topology.h"
#include "multipath/view/row_format.h"

namespace multipath {

/// A path with all that a format may ask of it.
struct ListedPath {
  Path path;
  std::string map;  ///< its map's name; empty for none
  PathDmState dm_state = PathDmState::undef;
  std::uint32_t failures = 0;  ///< the kernel's count since the map's table was loaded
  CheckerKind checker = CheckerKind::tur;
  TargetNode target;
  std::string protocol;      ///< "scsi:fcp"
  std::string serial;        ///< empty when not known
  std::string host_adapter;  ///< its PCI address; empty when it has none
};

/// A map with all that a format may ask of it.
struct ListedMap {
  Topology topology;
  std::string revision;
  Failback failback;
  std::optional<NoPathRetry> no_path_retry;
  std::uint64_t path_faults = 0;  ///< the kernel's counts, summed
};

std::span<const Wildcard> path_wildcards();
std::span<const Wildcard> map_wildcards();

std::string render_paths(const RowFormat& format, std::span<const ListedPath> paths, Layout layout);
std::string render_maps(const RowFormat& format, std::span<const ListedMap> maps, Layout layout);

/// The LUN as the eight bytes that go over the wire (SAM-5 4.7.5, include/scsi/scsi_common.h,
/// int_to_scsilun): "0x0001000000000000".
std::string lun_hex(std::uint64_t lun);

}  // namespace multipath
