#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "multipath/model/device_number.h"

namespace multipath::watch {

/// A message to a multipath map (drivers/md/dm-mpath.c, multipath_message).
struct Message {
  enum class Kind : std::uint8_t {
    fail_path,
    reinstate_path,
    switch_group,
    queue,         ///< queue_if_no_path
    stop_queueing  ///< fail_if_no_path
  };
  Kind kind = Kind::fail_path;
  std::string uuid = {};     ///< of the map
  DeviceNumber number = {};  ///< fail_path, reinstate_path
  std::size_t group = 0;     ///< switch_group, from 1
};

}  // namespace multipath::watch
