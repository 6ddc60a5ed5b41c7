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

/// A path with the values of all format wildcards.
struct ListedPath {
  Path path;
  std::string map;  ///< name of its map; empty without a map
  PathDmState dm_state = PathDmState::undef;
  std::uint32_t failures = 0;  ///< the kernel's count since the map's table was loaded
  CheckerKind checker = CheckerKind::tur;
  TargetNode target;
  std::string protocol;         ///< "scsi:fcp"
  std::string serial;           ///< empty if unknown
  std::string host_adapter;     ///< PCI address; empty if unknown
  std::string next_check = {};  ///< as multipathd prints it; empty without a daemon
};

/// What a daemon counts for a map since it knows the map.
struct MapHistory {
  std::uint64_t path_faults = 0;     ///< paths that failed
  std::uint64_t switches = 0;        ///< of the path group in use
  std::uint64_t loads = 0;           ///< tables that were loaded
  std::uint64_t queued_seconds = 0;  ///< that I/O waited without a path
  std::uint64_t queue_timeouts = 0;  ///< times that queueing ended without a path
  std::uint64_t failures = 0;        ///< times that there was no path and I/O failed

  auto operator<=>(const MapHistory&) const = default;
};

/// A map with the values of all format wildcards.
struct ListedMap {
  Topology topology;
  std::string revision;
  Failback failback;
  std::optional<NoPathRetry> no_path_retry;
  std::uint64_t path_faults = 0;           ///< sum of the kernel's failure counts
  std::optional<MapHistory> history = {};  ///< only a daemon has one
  std::string queueing = {};               ///< the daemon's present state; empty without a daemon
};

std::span<const Wildcard> path_wildcards();
std::span<const Wildcard> map_wildcards();

/// The cell of a wildcard; empty for an unknown letter.
std::string cell_of(const ListedPath& path, char letter);
std::string cell_of(const ListedMap& map, char letter);

std::string render_paths(const RowFormat& format, std::span<const ListedPath> paths, Layout layout);
std::string render_maps(const RowFormat& format, std::span<const ListedMap> maps, Layout layout);

/// The LUN as its eight bytes on the wire (SAM-5 4.7.5, include/scsi/scsi_common.h,
/// int_to_scsilun): "0x0001000000000000".
std::string lun_hex(std::uint64_t lun);

}  // namespace multipath
