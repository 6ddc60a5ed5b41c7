#include "multipath/host/memory/memory_device_mapper.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

#include <fmt/format.h>

namespace dm {
namespace {

constexpr std::uint32_t dm_major = 253;
constexpr std::string_view multipath_type = "multipath";

std::string to_text(const Table& table) {
  std::string text;
  for (const auto& target : table)
    text += fmt::format("{}{} {} {} {}", text.empty() ? "" : "; ", target.start, target.length,
                        target.type, target.parameters);
  return text;
}

std::string_view to_text(Access access) { return access == Access::read_only ? "ro" : "rw"; }
std::string_view to_text(Flush flush) { return flush == Flush::yes ? "flush" : "noflush"; }

std::string to_text(UdevFlags flags) {
  std::string text;
  if (flags.skip_partitions) text += " skip_partitions";
  if (flags.no_usable_path) text += " no_usable_path";
  if (flags.reload) text += " reload";
  return text;
}

std::optional<MemoryMultipathTarget> multipath_target_of(const std::optional<Table>& table) {
  if (!table || table->size() != 1 || table->front().type != multipath_type) return std::nullopt;
  return MemoryMultipathTarget::from_parameters(table->front().parameters);
}

/// Tables must start at 0 without holes (drivers/md/dm-table.c, adjoin()).
bool has_no_holes(const Table& table) {
  std::uint64_t end = 0;
  for (const auto& target : table) {
    const bool fits = target.length <= std::numeric_limits<std::uint64_t>::max() - end;
    if (target.start != end || target.length == 0 || !fits) return false;
    end += target.length;
  }
  return !table.empty();
}

bool is_multipath(const Table& table) {
  return std::any_of(table.begin(), table.end(),
                     [](const Target& target) { return target.type == multipath_type; });
}

/// Returns each device that a table uses once.
std::vector<DeviceNumber> devices_of(const Table& table) {
  std::vector<DeviceNumber> numbers;
  std::set<DeviceNumber> known;
  for (const auto& target : table) {
    std::string_view rest = target.parameters;
    while (!rest.empty()) {
      const auto blank = std::min(rest.find(' '), rest.size());
      const auto number = multipath::parse_device_number(rest.substr(0, blank));
      if (number && known.insert(*number).second) numbers.push_back(*number);
      rest.remove_prefix(std::min(blank + 1, rest.size()));
    }
  }
  return numbers;
}

Description describe_map(const MemoryMap& map) {
  return {.name = map.name,
          .uuid = map.uuid,
          .number = map.number,
          .open_count = map.open_count,
          .event_number = map.event_number,
          .target_count = static_cast<std::uint32_t>(map.live ? map.live->size() : 0),
          .suspended = map.suspended,
          .live_table = map.live.has_value(),
          .inactive_table = map.inactive.has_value(),
          .read_only = map.live_access == Access::read_only,
          .deferred_remove = false};
}

/// dm-ioctl.c, target_message(), and dm-mpath.c, multipath_message().
int send(MemoryMap& map, std::uint64_t sector, std::string_view text) {
  if (!map.live || sector >= map.live->back().start + map.live->back().length) return EINVAL;
  if (!map.multipath) return EINVAL;
  if (map.suspended) return EBUSY;
  if (map.status && map.status->size() == 1) {
    const auto status = multipath::parse_multipath_status(map.status->front().parameters);
    if (status) map.multipath->take_over(*status);
  }
  const int error = map.multipath->message(text);
  if (error == 0) map.status.reset();
  // dm-mpath.c, fail_path() and reinstate_path(): dm_table_event().
  if (error == 0 && text.find("_path ") != std::string_view::npos) ++map.event_number;
  return error;
}

}  // namespace

/// Counts the operations that would cause a udev event.
class MemoryBatch final : public UdevBatch {
 public:
  MemoryBatch(MemoryDeviceMapper& world, WaitForUdev waits) : world_(world), waits_(waits) {}
  ~MemoryBatch() override {
    try {
      wait();
    } catch (const std::system_error&) {
      // To see the error, call wait().
    }
  }
  MemoryBatch(const MemoryBatch&) = delete;
  MemoryBatch& operator=(const MemoryBatch&) = delete;

  void add_event() { ++events_; }

  void wait() override {
    if (events_ == 0 || waits_ == WaitForUdev::no) return;
    const auto line = fmt::format("wait for {} udev event{}", events_, events_ == 1 ? "" : "s");
    events_ = 0;
    world_.record(line, world_.fault("wait", ""), "wait for udev");
  }

 private:
  MemoryDeviceMapper& world_;
  WaitForUdev waits_;
  unsigned events_ = 0;
};

namespace {

void add_event(UdevBatch& batch) { dynamic_cast<MemoryBatch&>(batch).add_event(); }

}  // namespace

// --- the world --------------------------------------------------------------------------------

void MemoryDeviceMapper::put(MemoryMap map) {
  if (map.number == DeviceNumber{}) map.number = free_number();
  if (!map.multipath) map.multipath = multipath_target_of(map.live);
  auto name = map.name;
  if (const auto* replaced = find(name)) {
    names_.erase(replaced->number);
    uuids_.erase(uuids_.find(replaced->uuid));
  }
  names_.insert_or_assign(map.number, name);
  uuids_.insert(map.uuid);
  maps_.insert_or_assign(std::move(name), std::move(map));
}

void MemoryDeviceMapper::put(const NewMap& map) {
  MemoryMap added;
  added.name = map.name;
  added.uuid = map.uuid;
  added.live = map.table;
  added.live_access = map.access;
  put(std::move(added));
}

void MemoryDeviceMapper::put_copy_of(DeviceMapper& other) {
  for (const auto& device : other.list()) {
    const auto about = other.describe(device.name);
    if (!about) continue;  // disappeared meanwhile
    MemoryMap map;
    map.name = about->name;
    map.uuid = about->uuid;
    map.number = about->number;
    map.live_access = about->read_only ? Access::read_only : Access::read_write;
    map.suspended = about->suspended;
    map.open_count = about->open_count;
    map.event_number = about->event_number;
    if (about->live_table) {
      map.live = other.table(device.name);
      map.status = other.status(device.name);
    }
    if (about->inactive_table) map.inactive = Table{};  // only its existence is known
    put(std::move(map));
  }
}

void MemoryDeviceMapper::set_open_count(std::string_view name, std::int32_t count) {
  if (auto* map = lookup(name)) map->open_count = count;
}

void MemoryDeviceMapper::inject(Fault fault) { faults_.push_back({.fault = std::move(fault)}); }

bool MemoryDeviceMapper::has_armed_faults() const {
  return std::any_of(faults_.begin(), faults_.end(),
                     [](const Armed& armed) { return armed.seen < armed.fault.call; });
}

const MemoryMap* MemoryDeviceMapper::find(std::string_view name) const {
  const auto found = maps_.find(name);
  return found == maps_.end() ? nullptr : &found->second;
}

MemoryMap* MemoryDeviceMapper::lookup(std::string_view name) {
  const auto found = maps_.find(name);
  return found == maps_.end() ? nullptr : &found->second;
}

DeviceNumber MemoryDeviceMapper::free_number() {
  while (names_.contains({.major = dm_major, .minor = free_minor_})) ++free_minor_;
  return {.major = dm_major, .minor = free_minor_};
}

void MemoryDeviceMapper::count_opens(const std::optional<Table>& table, std::int32_t change) {
  if (!table) return;
  for (const DeviceNumber number : devices_of(*table)) {
    const auto below = names_.find(number);
    auto* map = below == names_.end() ? nullptr : lookup(below->second);
    if (map != nullptr) map->open_count = std::max(map->open_count + change, 0);
  }
}

int MemoryDeviceMapper::fault(std::string_view verb, std::string_view map) {
  int error = 0;
  for (auto& armed : faults_) {
    const auto& fault = armed.fault;
    if (fault.verb != verb || (!fault.map.empty() && fault.map != map)) continue;
    if (++armed.seen != fault.call) continue;
    error = fault.error;
    if (auto* target = lookup(map); fault.suspends && target != nullptr) {
      target->suspended = true;
      target->inactive.reset();
    }
  }
  return error;
}

void MemoryDeviceMapper::look(std::string_view verb, std::string_view map) {
  if (no_driver_ != 0) throw DriverError(no_driver_, fmt::format("cannot {} maps", verb));
  if (const int error = fault(verb, map); error != 0)
    throw std::system_error(error, std::generic_category(),
                            map.empty() ? fmt::format("cannot {} maps", verb)
                                        : fmt::format("cannot {} map {}", verb, map));
}

void MemoryDeviceMapper::record(std::string line, int error, const std::string& doing) {
  if (error == 0) {
    journal_.push_back(std::move(line));
    return;
  }
  journal_.push_back(line + ": " + std::generic_category().message(error));
  throw std::system_error(error, std::generic_category(), "cannot " + doing);
}

// --- reading ----------------------------------------------------------------------------------

Version MemoryDeviceMapper::driver_version() {
  try {
    look("driver_version", "");
  } catch (const std::system_error& error) {
    throw DriverError(error.code().value(), "cannot read the device-mapper version");
  }
  return driver_version_;
}

std::optional<Version> MemoryDeviceMapper::target_version(std::string_view target_type) {
  look("target_version", "");
  const auto found = target_versions_.find(target_type);
  if (found == target_versions_.end()) return std::nullopt;
  return found->second;
}

std::vector<Device> MemoryDeviceMapper::list() {
  look("list", "");
  std::vector<Device> devices;
  for (const auto& [name, map] : maps_)
    devices.push_back({.name = name, .number = map.number, .uuid = map.uuid});
  return devices;
}

std::optional<Description> MemoryDeviceMapper::describe(std::string_view name) {
  look("describe", name);
  const auto* map = find(name);
  if (map == nullptr) return std::nullopt;
  return describe_map(*map);
}

std::optional<Description> MemoryDeviceMapper::describe(DeviceNumber number) {
  const auto found = names_.find(number);
  if (found == names_.end()) return std::nullopt;
  return describe(found->second);
}

std::optional<Table> MemoryDeviceMapper::table(std::string_view name) {
  look("table", name);
  const auto* map = find(name);
  if (map == nullptr) return std::nullopt;
  auto table = map->live.value_or(Table{});
  if (map->multipath) table.front().parameters = map->multipath->table();
  return table;
}

std::optional<Table> MemoryDeviceMapper::status(std::string_view name) {
  look("status", name);
  const auto* map = find(name);
  if (map == nullptr) return std::nullopt;
  if (map->status) return map->status;
  auto status = map->live.value_or(Table{});
  for (auto& target : status) target.parameters.clear();
  if (map->multipath) status.front().parameters = map->multipath->status();
  return status;
}

std::vector<DeviceNumber> MemoryDeviceMapper::dependencies(std::string_view name) {
  look("dependencies", name);
  const auto* map = find(name);
  return map == nullptr || !map->live ? std::vector<DeviceNumber>{} : devices_of(*map->live);
}

// --- writing ----------------------------------------------------------------------------------

int MemoryDeviceMapper::table_error(const Table& table) const {
  if (!has_no_holes(table)) return EINVAL;
  for (const auto& target : table) {
    if (!target_versions_.contains(target.type)) return EINVAL;
    // A multipath target must be the only target of its table (DM_TARGET_SINGLETON).
    if (target.type == multipath_type && !multipath_target_of(Table{target})) return EINVAL;
  }
  return is_multipath(table) && table.size() != 1 ? EINVAL : 0;
}

int MemoryDeviceMapper::create_error(const NewMap& map) const {
  if (map.name.empty() || map.name.find('/') != map.name.npos) return EINVAL;
  if (map.name.size() > 127 || map.uuid.size() > 128) return ENAMETOOLONG;
  const bool taken = maps_.contains(map.name) || (!map.uuid.empty() && uuids_.contains(map.uuid));
  return taken ? EBUSY : 0;
}

std::unique_ptr<UdevBatch> MemoryDeviceMapper::begin_batch(WaitForUdev wait) {
  return std::make_unique<MemoryBatch>(*this, wait);
}

void MemoryDeviceMapper::create(const NewMap& map, UdevFlags flags, UdevBatch& batch) {
  int error = fault("create", map.name);
  if (error == 0) error = create_error(map);
  auto doing = "create map " + map.name;
  if (error == 0) {
    error = table_error(map.table);
    doing = "load the table of new map " + map.name;
  }
  const std::string node = map.node.empty() ? "" : " (" + multipath::to_string(map.node) + ")";
  record(fmt::format("create {} {} {}{}{}: {}", map.name, map.uuid.empty() ? "-" : map.uuid,
                     to_text(map.access), to_text(flags), node, to_text(map.table)),
         error, doing);
  put(map);
  count_opens(map.table, 1);
  add_event(batch);
}

void MemoryDeviceMapper::load(std::string_view name, const Table& table, Access access) {
  auto* map = lookup(name);
  int error = fault("load", name);
  if (error == 0) error = map == nullptr ? ENXIO : table_error(table);
  // A live map cannot change between bio-based and request-based targets (dm-ioctl.c,
  // table_load()).
  if (error == 0 && map->live && is_multipath(*map->live) != is_multipath(table)) error = EINVAL;
  record(fmt::format("load {} {}: {}", name, to_text(access), to_text(table)), error,
         fmt::format("reload map {}", name));
  map->inactive = table;
  map->inactive_access = access;
}

void MemoryDeviceMapper::clear(std::string_view name) {
  auto* map = lookup(name);
  int error = fault("clear", name);
  if (error == 0 && map == nullptr) error = ENXIO;
  record(fmt::format("clear {}", name), error,
         fmt::format("clear the inactive table of map {}", name));
  // cppcheck-suppress nullPointerRedundantCheck ; record() throws if there is no map
  map->inactive.reset();
}

void MemoryDeviceMapper::suspend(std::string_view name, Flush flush) {
  auto* map = lookup(name);
  int error = fault("suspend", name);
  if (error == 0 && map == nullptr) error = ENXIO;
  record(fmt::format("suspend {} {}", name, to_text(flush)), error,
         fmt::format("suspend map {}", name));
  // cppcheck-suppress nullPointerRedundantCheck ; record() throws if there is no map
  map->suspended = true;
}

void MemoryDeviceMapper::resume(std::string_view name, Flush flush, UdevFlags flags,
                                UdevBatch& batch) {
  auto* map = lookup(name);
  int error = fault("resume", name);
  if (error == 0 && map == nullptr) error = ENXIO;
  if (error == 0 && !map->live && !map->inactive) error = EINVAL;
  record(fmt::format("resume {} {}{}", name, to_text(flush), to_text(flags)), error,
         fmt::format("resume map {}", name));
  // Resuming a running map causes no event.
  if (map->suspended || map->inactive) add_event(batch);
  map->suspended = false;
  if (!map->inactive) return;
  count_opens(map->live, -1);
  count_opens(map->inactive, 1);
  map->live = std::move(map->inactive);
  map->live_access = map->inactive_access;
  map->inactive.reset();
  map->status.reset();
  map->multipath = multipath_target_of(map->live);
}

void MemoryDeviceMapper::rename(std::string_view name, std::string_view new_name, UdevFlags flags,
                                UdevBatch& batch) {
  int error = fault("rename", name);
  if (error == 0 && (new_name.empty() || new_name.find('/') != new_name.npos)) error = EINVAL;
  if (error == 0 && new_name.size() > 127) error = ENAMETOOLONG;
  if (error == 0 && find(new_name) != nullptr) error = EBUSY;
  if (error == 0 && find(name) == nullptr) error = ENXIO;
  record(fmt::format("rename {} {}{}", name, new_name, to_text(flags)), error,
         fmt::format("rename map {} to {}", name, new_name));
  auto node = maps_.extract(maps_.find(name));
  node.key() = new_name;
  node.mapped().name = new_name;
  names_.insert_or_assign(node.mapped().number, std::string(new_name));
  maps_.insert(std::move(node));
  add_event(batch);
}

void MemoryDeviceMapper::remove(std::string_view name, UdevBatch& batch) {
  const auto* map = find(name);
  int error = fault("remove", name);
  if (error == 0 && map == nullptr) error = ENXIO;
  if (error == 0 && map->open_count > 0) error = EBUSY;
  record(fmt::format("remove {}", name), error, fmt::format("remove map {}", name));
  const auto node = maps_.extract(maps_.find(name));
  const MemoryMap& removed = node.mapped();
  names_.erase(removed.number);
  uuids_.erase(uuids_.find(removed.uuid));
  if (removed.number.major == dm_major) free_minor_ = std::min(free_minor_, removed.number.minor);
  count_opens(removed.live, -1);
  add_event(batch);
}

void MemoryDeviceMapper::message(std::string_view name, std::uint64_t sector,
                                 std::string_view text) {
  auto* map = lookup(name);
  int error = fault("message", name);
  if (error == 0) error = map == nullptr ? ENXIO : send(*map, sector, text);
  record(fmt::format("message {} {} {}", name, sector, text), error,
         fmt::format("send message \"{}\" to map {}", text, name));
}

}  // namespace dm
