#include "multipath/host/live/libdm_device_mapper.h"

#include <linux/dm-ioctl.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include <grp.h>
#include <libdevmapper.h>
#include <pwd.h>

#include "multipath/host/live/libdm_task.h"
#include "multipath/host/live/udev_control.h"
#include "multipath/model/number_text.h"

namespace dm {
namespace {

/// Escapes bytes of a kernel name that a terminal does not print.
std::string printable(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c >= ' ' && c < 0x7f && c != '\\') {
      text += c;
    } else {
      std::array<char, 5> escape{};
      std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned char>(c));
      text += escape.data();
    }
  }
  return text;
}

LibdmTask task_on(int type, std::string_view verb, std::string_view name) {
  LibdmTask task(type, std::string(verb) + " map " + printable(name));
  task.set_name(name);
  return task;
}

/// A task that only reads. The driver never needs the open count for these.
LibdmTask look_at(int type, std::string_view verb, std::string_view name) {
  auto task = task_on(type, verb, name);
  task.check(dm_task_no_open_count(task.get()));
  return task;
}

/// include/linux/kdev_t.h, new_decode_dev().
DeviceNumber decode(std::uint64_t device) {
  return {.major = static_cast<std::uint32_t>((device & 0xfff00) >> 8),
          .minor = static_cast<std::uint32_t>((device & 0xff) | ((device >> 12) & 0xfff00))};
}

Version parse_version(const std::array<char, 64>& text) {
  Version version;
  std::sscanf(text.data(), "%u.%u.%u", &version.major, &version.minor, &version.patch);
  return version;
}

Version driver_version_of(const LibdmTask& task) {
  std::array<char, 64> text{};
  task.check(dm_task_get_driver_version(task.get(), text.data(), text.size()));
  return parse_version(text);
}

Description description_of(const LibdmTask& task) {
  ::dm_info info{};
  task.check(dm_task_get_info(task.get(), &info));
  const char* name = dm_task_get_name(task.get());
  const char* uuid = dm_task_get_uuid(task.get());
  return {.name = name != nullptr ? name : "",
          .uuid = uuid != nullptr ? uuid : "",
          .number = {.major = info.major, .minor = info.minor},
          .open_count = info.open_count,
          .event_number = info.event_nr,
          .target_count = static_cast<std::uint32_t>(info.target_count),
          .suspended = info.suspended != 0,
          .live_table = info.live_table != 0,
          .inactive_table = info.inactive_table != 0,
          .read_only = info.read_only != 0,
          .deferred_remove = info.deferred_remove != 0};
}

Table targets_of(const LibdmTask& task) {
  Table table;
  void* next = nullptr;
  do {
    std::uint64_t start = 0;
    std::uint64_t length = 0;
    char* type = nullptr;
    char* parameters = nullptr;
    next = dm_get_next_target(task.get(), next, &start, &length, &type, &parameters);
    if (type != nullptr)
      table.push_back({.start = start,
                       .length = length,
                       .type = type,
                       .parameters = parameters != nullptr ? parameters : ""});
  } while (next != nullptr);
  return table;
}

/// Returns the uuid that the driver lists after a name since 4.45: at the next 8-byte boundary an
/// event number, flags, and the uuid if its flag is set (struct dm_name_list).
std::optional<std::string> listed_uuid(const ::dm_names& entry) {
  const auto end = reinterpret_cast<std::uintptr_t>(entry.name) + std::strlen(entry.name) + 1;
  const auto* behind = reinterpret_cast<const std::uint32_t*>((end + 7) & ~std::uintptr_t{7});
  const auto flags = behind[1];
  if ((flags & DM_NAME_LIST_FLAG_HAS_UUID) != 0) return reinterpret_cast<const char*>(behind + 2);
  if ((flags & DM_NAME_LIST_FLAG_DOESNT_HAVE_UUID) != 0) return std::string();
  return std::nullopt;
}

/// Skips freezing the file system: only snapshots need it, and freezing writes through paths that
/// may be dead. Without a flush the kernel does not freeze either (drivers/md/dm.c, __dm_suspend).
void set_suspend_flags(const LibdmTask& task, Flush flush) {
  task.check(dm_task_skip_lockfs(task.get()));
  if (flush == Flush::no) task.check(dm_task_no_flush(task.get()));
}

constexpr std::size_t longest_record = 1U << 16U;

/// getpwnam(3); nothing for an unknown name.
std::optional<uid_t> user_number(const std::string& user) {
  if (const auto number = multipath::parse_number<std::uint32_t>(user)) return *number;
  std::vector<char> buffer(longest_record);
  passwd entry{};
  passwd* found = nullptr;
  const int error = getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return error == 0 && found != nullptr ? std::optional(found->pw_uid) : std::nullopt;
}

/// getgrnam(3)
std::optional<gid_t> group_number(const std::string& name) {
  if (const auto number = multipath::parse_number<std::uint32_t>(name)) return *number;
  std::vector<char> buffer(longest_record);
  ::group entry{};
  ::group* found = nullptr;
  const int error = getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return error == 0 && found != nullptr ? std::optional(found->gr_gid) : std::nullopt;
}

/// Sets the owner of nodes that the library creates. An unknown owner leaves the node to root.
void set_node_attributes(const LibdmTask& task, const multipath::NodeAttributes& node) {
  if (node.mode) task.check(dm_task_set_mode(task.get(), static_cast<mode_t>(*node.mode)));
  if (const auto user = node.user.empty() ? std::nullopt : user_number(node.user))
    task.check(dm_task_set_uid(task.get(), *user));
  if (const auto group = node.group.empty() ? std::nullopt : group_number(node.group))
    task.check(dm_task_set_gid(task.get(), *group));
}

void load_table(LibdmTask task, const Table& table, Access access) {
  task.add(table);
  if (access == Access::read_only) task.check(dm_task_set_ro(task.get()));
  task.run();
}

void resume_map(LibdmTask task, Flush flush, UdevFlags flags, UdevBatch& batch) {
  set_suspend_flags(task, flush);
  task.run(batch, flags);
}

}  // namespace

LibdmDeviceMapper::LibdmDeviceMapper(std::chrono::seconds udev_limit) : udev_limit_(udev_limit) {
  keep_libdm_messages();
  dm_set_name_mangling_mode(DM_STRING_MANGLING_NONE);
}

LibdmDeviceMapper::~LibdmDeviceMapper() { dm_lib_release(); }

// --- reading ----------------------------------------------------------------------------------

Version LibdmDeviceMapper::driver_version() {
  LibdmTask task(DM_DEVICE_VERSION, "read the device-mapper version");
  task.run_for_driver();
  return driver_version_of(task);
}

std::optional<Version> LibdmDeviceMapper::target_version(std::string_view target_type) {
  if (!is_map_name(target_type)) return std::nullopt;
  LibdmTask task(DM_DEVICE_GET_TARGET_VERSION,
                 "read the version of target " + printable(target_type));
  task.set_name(target_type);
  if (dm_task_run(task.get()) == 0) {
    if (dm_task_get_errno(task.get()) == EINVAL) return std::nullopt;
    task.run();  // throws with the reason
  }
  const auto* versions = dm_task_get_versions(task.get());
  return Version{versions->version[0], versions->version[1], versions->version[2]};
}

std::vector<Device> LibdmDeviceMapper::list() {
  LibdmTask task(DM_DEVICE_LIST, "list maps");
  // The driver lists uuids only if DM_UUID_FLAG is set, and the library sets the flag only for a
  // task with a new uuid, which listing otherwise ignores. The uuid must be empty: if there are no
  // maps, the driver leaves the buffer after the header unchanged.
  task.check(dm_task_set_newuuid(task.get(), ""));
  task.run();
  const bool with_uuid = driver_version_of(task) >= Version{4, 45, 0};
  std::vector<Device> devices;
  const auto* entry = dm_task_get_names(task.get());
  if (entry->dev == 0) return devices;
  for (;;) {
    devices.push_back({.name = entry->name,
                       .number = decode(entry->dev),
                       .uuid = with_uuid ? listed_uuid(*entry) : std::nullopt});
    if (entry->next == 0) return devices;
    entry = reinterpret_cast<const ::dm_names*>(reinterpret_cast<const char*>(entry) + entry->next);
  }
}

std::optional<Description> LibdmDeviceMapper::describe(std::string_view name) {
  if (!is_map_name(name)) return std::nullopt;
  auto task = task_on(DM_DEVICE_INFO, "describe", name);
  if (!task.found()) return std::nullopt;
  return description_of(task);
}

std::optional<Description> LibdmDeviceMapper::describe(DeviceNumber number) {
  if (number.major == 0) return std::nullopt;
  LibdmTask task(DM_DEVICE_INFO, "describe the map with number " + to_string(number));
  task.check(dm_task_set_major(task.get(), static_cast<int>(number.major)));
  task.check(dm_task_set_minor(task.get(), static_cast<int>(number.minor)));
  if (!task.found()) return std::nullopt;
  return description_of(task);
}

std::optional<Table> LibdmDeviceMapper::table(std::string_view name) {
  if (!is_map_name(name)) return std::nullopt;
  auto task = look_at(DM_DEVICE_TABLE, "read the table of", name);
  if (!task.found()) return std::nullopt;
  return targets_of(task);
}

std::optional<Table> LibdmDeviceMapper::status(std::string_view name) {
  if (!is_map_name(name)) return std::nullopt;
  auto task = look_at(DM_DEVICE_STATUS, "read the status of", name);
  task.check(dm_task_no_flush(task.get()));
  if (!task.found()) return std::nullopt;
  return targets_of(task);
}

std::vector<DeviceNumber> LibdmDeviceMapper::dependencies(std::string_view name) {
  std::vector<DeviceNumber> numbers;
  if (!is_map_name(name)) return numbers;
  auto task = look_at(DM_DEVICE_DEPS, "read the devices of", name);
  if (!task.found()) return numbers;
  const auto* deps = dm_task_get_deps(task.get());
  for (std::uint32_t i = 0; i < deps->count; ++i) numbers.push_back(decode(deps->device[i]));
  return numbers;
}

// --- writing ----------------------------------------------------------------------------------

std::unique_ptr<UdevBatch> LibdmDeviceMapper::begin_batch(WaitForUdev wait) {
  const bool udevd = multipath::udevd_listens();
  // Without udev support dm_task_set_cookie() creates no semaphore but still passes the flags.
  dm_udev_set_sync_support(udevd && wait == WaitForUdev::yes ? 1 : 0);
  return std::make_unique<LibdmBatch>(udev_limit_, udevd ? Nodes::by_udevd : Nodes::by_library);
}

/// Three ioctls, as in libdevmapper's create with a table, but with an errno for each.
void LibdmDeviceMapper::create(const NewMap& map, UdevFlags flags, UdevBatch& batch) {
  auto task = task_on(DM_DEVICE_CREATE, "create", map.name);
  if (map.uuid.size() >= DM_UUID_LEN || map.uuid.find('\0') != map.uuid.npos)
    throw std::system_error(
        EINVAL, std::generic_category(),
        "cannot create map " + printable(map.name) + " with uuid " + printable(map.uuid));
  if (!map.uuid.empty()) task.check(dm_task_set_uuid(task.get(), map.uuid.c_str()));
  task.run();
  try {
    load_table(task_on(DM_DEVICE_RELOAD, "load the table of new", map.name), map.table, map.access);
    auto resume = task_on(DM_DEVICE_RESUME, "start new", map.name);
    // The library creates the node when the map starts (DM_ADD_NODE_ON_RESUME).
    set_node_attributes(resume, map.node);
    resume_map(std::move(resume), Flush::no, flags, batch);
  } catch (...) {
    try {
      remove(map.name, batch);
    } catch (const std::system_error&) {
      // The first error is the informative one.
    }
    throw;
  }
}

void LibdmDeviceMapper::load(std::string_view name, const Table& table, Access access) {
  load_table(task_on(DM_DEVICE_RELOAD, "reload", name), table, access);
}

void LibdmDeviceMapper::clear(std::string_view name) {
  task_on(DM_DEVICE_CLEAR, "clear the inactive table of", name).run();
}

void LibdmDeviceMapper::suspend(std::string_view name, Flush flush) {
  auto task = task_on(DM_DEVICE_SUSPEND, "suspend", name);
  set_suspend_flags(task, flush);
  task.run();
}

void LibdmDeviceMapper::resume(std::string_view name, Flush flush, UdevFlags flags,
                               UdevBatch& batch) {
  resume_map(task_on(DM_DEVICE_RESUME, "resume", name), flush, flags, batch);
}

void LibdmDeviceMapper::rename(std::string_view name, std::string_view new_name, UdevFlags flags,
                               UdevBatch& batch) {
  LibdmTask task(DM_DEVICE_RENAME, "rename map " + printable(name) + " to " + printable(new_name));
  task.set_name(name);
  task.require_map_name(new_name);
  task.check(dm_task_set_newname(task.get(), std::string(new_name).c_str()));
  task.run(batch, flags);
}

void LibdmDeviceMapper::remove(std::string_view name, UdevBatch& batch) {
  task_on(DM_DEVICE_REMOVE, "remove", name).run(batch, UdevFlags{});
}

void LibdmDeviceMapper::message(std::string_view name, std::uint64_t sector,
                                std::string_view text) {
  auto task = task_on(DM_DEVICE_TARGET_MSG, "send message \"" + printable(text) + "\" to", name);
  task.check(dm_task_set_sector(task.get(), sector));
  task.check(dm_task_set_message(task.get(), std::string(text).c_str()));
  task.run();
}

}  // namespace dm
