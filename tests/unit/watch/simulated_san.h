#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "multipath/watch/watch.h"

namespace multipath::tests {

/// What can go wrong, in parts of 1,000 of each occasion.
struct Faults {
  int paths_per_minute = 0;  ///< of all paths, how many change their state in a minute
  int silent = 300;          ///< of those that fail, how many do not answer at all
  int refused = 0;           ///< messages that the kernel refuses
  int lost = 0;              ///< events of device-mapper that never arrive
  int doubled = 0;           ///< that arrive twice
};

/// A SAN in virtual time: maps of the kernel, paths that work, fail or keep silent, an asker. Drives a
/// Watch and checks after each step what must always be true.
class SimulatedSan {
 public:
  using Instant = watch::Instant;
  using Duration = watch::Duration;

  SimulatedSan(std::uint32_t seed, std::size_t maps, std::size_t paths_of_map,
               const watch::MapPolicy& policy, Faults faults);

  /// Runs so long. Throws std::runtime_error at the first violation.
  void run(Duration time);

  /// By hand, for scenarios of one fault.
  enum class Behaviour : std::uint8_t { works, fails, silent };
  void set(DeviceNumber path, Behaviour behaviour);
  /// The kernel meets an I/O error on the path.
  void io_error(DeviceNumber path);
  void give(const watch::Event& event);
  /// The kernel's view of a map, for an event.
  watch::MapSeen seen(std::size_t map) const;

  bool is_failed(DeviceNumber path) const { return paths_.at(path).failed; }
  bool queues(std::size_t map) const { return maps_.at(map).queues; }
  std::uint64_t asked() const { return asked_; }
  const watch::Watch& watch() const { return watch_; }
  Instant now() const { return now_; }
  static DeviceNumber number_of(std::size_t path) {
    return {static_cast<std::uint32_t>(8 + path / (1U << 20U)),
            static_cast<std::uint32_t>(path % (1U << 20U))};
  }
  /// Which questions were asked in each second, since the start.
  const std::vector<std::uint32_t>& asked_in_second() const { return asked_in_second_; }

  /// All actions, a line each with the time; only when it is kept.
  bool keeps_journal = false;
  std::string journal;
  std::uint64_t journal_hash = 0xcbf29ce484222325U;

  std::string wwid_answered = {};  ///< by every path, if not its own

 private:
  struct KernelPath {
    std::size_t map = 0;
    bool failed = false;
    Behaviour behaviour = Behaviour::works;
    Instant since = {};  ///< of the behaviour
    std::optional<watch::QuestionId> open = {};
    std::optional<Instant> asked = {};
  };
  struct KernelMap {
    std::vector<std::vector<DeviceNumber>> groups;
    std::size_t current = 1;
    bool queues = true;
    std::optional<Instant> without_path = {};
  };
  /// What happens later.
  struct Pending {
    enum class Kind : std::uint8_t { answer, seen, fault } kind = Kind::seen;
    DeviceNumber path = {};
    std::size_t map = 0;
    watch::QuestionId question = 0;
  };

  void act(const watch::Action& action);
  void obey(const watch::Message& message);
  void happen(const Pending& what);
  void some_fault();
  void announce(std::size_t map);
  void note_paths(std::size_t map);
  bool chance(int of_thousand);
  /// Does the configuration, or an administrator, let the map fail I/O?
  bool may_fail(const std::string& uuid) const;
  void require(bool holds, const std::string& what) const;
  void check_path(DeviceNumber number, const KernelPath& path) const;
  void check_all() const;
  std::string uuid_of(std::size_t map) const { return "mpath-w" + std::to_string(map); }
  std::size_t map_of(const std::string& uuid) const { return std::stoul(uuid.substr(7)); }

  std::mt19937 random_;
  watch::MapPolicy policy_;
  Faults faults_;
  Instant now_ = {};
  Instant last_refusal_ = {};
  watch::Watch watch_;
  std::vector<KernelMap> maps_;
  std::map<DeviceNumber, KernelPath> paths_;
  std::multimap<Instant, Pending> pending_;
  std::uint64_t asked_ = 0;
  std::vector<std::uint32_t> asked_in_second_;
};

}  // namespace multipath::tests
