#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/host/device_access.h"
#include "multipath/model/device_number.h"
#include "multipath/model/names.h"

/// The names of the facts that are no files of the host: who records and who replays agree here.
namespace multipath::fact_names {

inline constexpr std::string_view daemon = "daemon";

inline std::string joined(const std::vector<std::string>& words);

inline std::string disks(const std::vector<std::string>& patterns) {
  return "disks " + joined(patterns);
}
inline std::string properties(DeviceNumber number) { return to_string(number) + "/properties"; }
inline std::string links(DeviceNumber number) { return to_string(number) + "/links"; }
inline std::string tool(const std::vector<std::string>& argv, std::string_view what) {
  return joined(argv) + " : " + std::string(what);
}
inline std::string node(const std::string& path) { return "node" + path; }
inline std::string file_system(const std::string& path) { return "file-system" + path; }
inline std::string claim(const std::string& kname) { return "claim/" + kname; }

/// "nvme0/1": a namespace of a controller.
inline std::string namespace_access(const std::string& controller, std::uint32_t namespace_id) {
  return controller + "/" + std::to_string(namespace_id);
}

inline std::string mounts_inside(std::uint64_t name_space) {
  return "mount-namespace/" + std::to_string(name_space);
}

inline constexpr auto claim_words = names_of<Claim>({
    {Claim::free, "free"},
    {Claim::taken, "taken"},
    {Claim::unknown, "unknown"},
});

inline std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace multipath::fact_names
