#include "multipath/capture/device_mapper_facts.h"

#include <array>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "multipath/model/cut.h"
#include "multipath/model/number_text.h"

namespace multipath {
namespace {

constexpr std::string_view map_folder = "map/", target_folder = "target/";
constexpr std::array target_types{"multipath", "linear", "error", "service-time"};

std::string line(std::string_view text) { return fmt::format("{}\n", text); }

std::string version_line(dm::Version version) {
  return fmt::format("{}.{}.{}\n", version.major, version.minor, version.patch);
}

std::string table_text(const dm::Table& table) {
  std::string text;
  for (const dm::Target& target : table) {
    text +=
        fmt::format("{} {} {} {}\n", target.start, target.length, target.type, target.parameters);
  }
  return text;
}

/// A fact's file without the line's end.
std::optional<std::string> line_of(const Facts& facts, const std::string& name) {
  const auto content = facts.read(name);
  if (!content || !*content) return std::nullopt;
  std::string text = **content;
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

[[noreturn]] void wrong(const std::string& name) {
  throw std::runtime_error(fmt::format("dm.txt: {} cannot be read", name));
}

std::string wanted_line(const Facts& facts, const std::string& name) {
  auto text = line_of(facts, name);
  if (!text) wrong(name);
  return std::move(*text);
}

template <std::unsigned_integral T>
T wanted_number(const Facts& facts, const std::string& name) {
  const auto number = parse_number<T>(wanted_line(facts, name));
  if (!number) wrong(name);
  return *number;
}

dm::Version parse_version(const std::string& name, std::string_view text) {
  std::array<unsigned, 3> parts{};
  for (unsigned& part : parts) {
    const auto number = parse_number<unsigned>(cut(text, '.'));
    if (!number) wrong(name);
    part = *number;
  }
  return {parts[0], parts[1], parts[2]};
}

std::optional<dm::Table> table_of(const Facts& facts, const std::string& name) {
  const auto content = facts.read(name);
  if (!content || !*content) return std::nullopt;
  dm::Table table;
  for (std::string_view rest = **content; !rest.empty();) {
    std::string_view words = cut(rest, '\n');
    const auto start = parse_number<std::uint64_t>(cut(words, ' '));
    const auto length = parse_number<std::uint64_t>(cut(words, ' '));
    if (!start || !length) wrong(name);
    const std::string_view type = cut(words, ' ');
    table.push_back({*start, *length, std::string(type), std::string(words)});
  }
  return table;
}

dm::MemoryMap map_of(const Facts& facts, const std::string& name, const std::string& folder) {
  dm::MemoryMap map;
  map.name = name;
  map.uuid = line_of(facts, folder + "uuid").value_or("");
  const auto number = parse_device_number(wanted_line(facts, folder + "number"));
  if (!number) wrong(folder + "number");
  map.number = *number;
  map.suspended = line_of(facts, folder + "state") == "suspended";
  map.live_access =
      line_of(facts, folder + "access") == "ro" ? dm::Access::read_only : dm::Access::read_write;
  map.open_count = static_cast<std::int32_t>(wanted_number<std::uint16_t>(facts, folder + "open"));
  map.event_number = wanted_number<std::uint32_t>(facts, folder + "events");
  map.live = table_of(facts, folder + "table");
  map.inactive = table_of(facts, folder + "inactive");
  map.status = table_of(facts, folder + "status");
  return map;
}

}  // namespace

void note_device_mapper(FactNotes& notes, dm::DeviceMapper& device_mapper) {
  try {
    notes.read("driver", version_line(device_mapper.driver_version()));
  } catch (const std::system_error& error) {
    notes.read("no-driver", line(std::to_string(error.code().value())));
    return;
  }
  for (const char* type : target_types) {
    const auto version = device_mapper.target_version(type);
    if (version) notes.read(std::string(target_folder) + type, version_line(*version));
  }
  std::vector<std::string> names;
  for (const dm::Device& device : device_mapper.list()) {
    const auto about = device_mapper.describe(device.name);
    if (!about) continue;  // gone since
    names.push_back(about->name);
    const std::string folder = std::string(map_folder) + about->name + "/";
    notes.read(folder + "uuid", line(about->uuid));
    notes.read(folder + "number", line(to_string(about->number)));
    notes.read(folder + "state", line(about->suspended ? "suspended" : "active"));
    notes.read(folder + "access", line(about->read_only ? "ro" : "rw"));
    notes.read(folder + "open", line(std::to_string(about->open_count)));
    notes.read(folder + "events", line(std::to_string(about->event_number)));
    if (about->inactive_table) notes.read(folder + "inactive", std::string());
    if (!about->live_table) continue;
    if (const auto table = device_mapper.table(about->name))
      notes.read(folder + "table", table_text(*table));
    if (const auto status = device_mapper.status(about->name))
      notes.read(folder + "status", table_text(*status));
  }
  notes.list("map", names);
}

void put_device_mapper(const Facts& facts, dm::MemoryDeviceMapper& world) {
  if (line_of(facts, "no-driver")) {
    world.set_no_driver(static_cast<int>(wanted_number<std::uint16_t>(facts, "no-driver")));
    return;
  }
  world.set_driver_version(parse_version("driver", wanted_line(facts, "driver")));
  world.clear_target_versions();
  for (const std::string& name : facts.files()) {
    if (name.starts_with(target_folder)) {
      world.set_target_version(name.substr(target_folder.size()),
                               parse_version(name, wanted_line(facts, name)));
    }
  }
  const auto names = facts.list("map");
  if (!names || !*names) wrong("map");
  for (const std::string& name : **names)
    world.put(map_of(facts, name, std::string(map_folder) + name + "/"));
}

}  // namespace multipath
