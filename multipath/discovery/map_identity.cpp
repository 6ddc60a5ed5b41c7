#include "multipath/discovery/map_identity.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "libsg/vital_product_data.h"
#include "multipath/config/configuration.h"
#include "multipath/discovery/ask_in_parallel.h"
#include "multipath/discovery/foreign_wwid_rules.h"
#include "multipath/discovery/scsi_probe.h"
#include "multipath/discovery/target_node.h"
#include "multipath/host/refinement.h"

namespace multipath {
namespace {

struct Pages {
  std::optional<scsi::ByteVector> page_83;  ///< empty: the device has none; nothing: not known
  std::string serial;
};

/// What a device said, by value: the thread that asks may outlive everybody who waits.
struct Answer {
  Pages pages;
  std::optional<Path> rated;  ///< of a disk that has no own WWID, and was not asked for its state
};

Pages ask_pages(scsi::Transport& transport, const std::string& node,
                std::chrono::milliseconds limit) {
  Pages pages;
  try {
    const auto unit = transport.open(node);
    const auto page = static_cast<std::uint8_t>(scsi::VpdPage::device_identification);
    if (auto bytes = scsi::ask_vpd_page(*unit, page, limit)) {
      pages.page_83 = std::move(*bytes);
    } else if (is_an_answer(bytes.error())) {
      pages.page_83.emplace();
    }
    if (auto serial = scsi::ask_unit_serial_number(*unit, limit)) pages.serial = std::move(*serial);
  } catch (const std::exception&) {
    // What is not known names nothing.
  }
  return pages;
}

Pages recall_pages(const SysTree& sys, const Disk& disk) {
  Pages pages;
  if (const auto page = sys.read(disk.sysfs + "/device/vpd_pg83"))
    pages.page_83.emplace(page->begin(), page->end());
  pages.serial = cached_serial(sys, disk.sysfs).value_or("");
  return pages;
}

std::vector<std::string> uid_attributes(const Configuration& configuration, const Disk& disk) {
  const auto property =
      udev_property_for(configuration, disk.path.kname, hardware_of(disk.path, disk.protocol));
  return property ? std::vector{property->value} : std::vector<std::string>{};
}

/// Everything that is known of a disk's unit.
class KnownNames {
 public:
  KnownNames(const Host& host, const Configuration& configuration, const Disk& disk)
      : host_(host),
        disk_(disk),
        attributes_(uid_attributes(configuration, disk)),
        cached_(recall_pages(host.sys, disk)) {}

  void take_answer(Pages pages) { asked_ = std::move(pages); }

  std::optional<std::string> rule_for(const std::string& name) const {
    const bool answered = asked_ && asked_->page_83;
    if (auto rule = rule_in(by_pages(answered ? *asked_ : cached_), name)) return rule;
    // Cached when the disk was found: the device reports another identity now.
    if (answered && rule_in(by_pages(cached_), name)) return std::nullopt;
    return rule_in(by_notes(), name);
  }

  std::vector<GivenName> recalled() const {
    std::vector<GivenName> names = by_pages(cached_);
    std::ranges::move(by_notes(), std::back_inserter(names));
    return names;
  }

 private:
  static std::optional<std::string> rule_in(const std::vector<GivenName>& names,
                                            const std::string& name) {
    const auto found = std::ranges::find(names, name, &GivenName::name);
    return found == names.end() ? std::nullopt : std::optional(found->rule);
  }

  Maker maker() const { return {disk_.path.vendor, disk_.path.product}; }

  std::vector<GivenName> by_pages(const Pages& pages) const {
    return given_names({maker(), pages.page_83.value_or(scsi::ByteVector{}), pages.serial}, {});
  }
  std::vector<GivenName> by_notes() const {
    UnitFacts facts{maker(), {}, {}};
    facts.properties =
        host_.udev.properties(disk_.path.number).value_or(std::map<std::string, std::string>{});
    facts.kernel_wwid = read_attribute(host_.sys, disk_.sysfs + "/device/wwid").value_or("");
    return given_names(facts, attributes_);
  }

  const Host& host_;
  const Disk& disk_;
  std::vector<std::string> attributes_;
  Pages cached_;
  std::optional<Pages> asked_;
};

/// A map with a WWID, and its disks.
struct Members {
  const CurrentMap* map;
  Wwid wwid;
  std::vector<Disk*> disks;
};

std::vector<Members> members_of(const std::vector<CurrentMap>& maps, std::vector<Disk>& disks) {
  std::map<DeviceNumber, Disk*> by_number;
  for (Disk& disk : disks) by_number.emplace(disk.path.number, &disk);
  std::vector<Members> result;
  for (const CurrentMap& map : maps) {
    const auto wwid = wwid_of_map_uuid(map.uuid);
    if (!wwid) continue;
    Members& members = result.emplace_back(Members{&map, *wwid, {}});
    for (const DeviceNumber number : path_numbers(map)) {
      const auto disk = by_number.find(number);
      if (disk != by_number.end()) members.disks.push_back(disk->second);
    }
  }
  // Of two maps of one unit, the one in use has it.
  std::ranges::stable_partition(result,
                                [](const Members& members) { return members.map->open_count > 0; });
  return result;
}

/// Can a rule that is not the run's own change what the disk goes by? Not that of a device that is
/// never a path, nor of hardware that is left alone.
bool may_be_named_otherwise(SharedHardwareTable& hardware,
                            const DiscoveryOptions& discovery_options, const Disk& disk) {
  const Path& path = disk.path;
  if (path.excluded) return path.wwid.has_value();
  if (path.wwid) return true;
  if (!path.answered) return false;
  scsi::StandardInquiry inquiry;
  if (const ScsiPath* scsi = path.scsi()) inquiry.peripheral_type = scsi->peripheral_type;
  inquiry.vendor = path.vendor;
  inquiry.product = path.product;
  DecisionTrace untold;
  return identification_of(hardware, inquiry, discovery_options, untold).has_value();
}

/// Lets the disk go by its map's WWID.
void name_by_map(NameOfMap name, const DiscoveryOptions& discovery_options, Disk& disk) {
  Path& path = disk.path;
  // A faulty path's trouble is its checker's.
  const bool is_faulty = path.checker_state == CheckerState::faulty;
  if (path.excluded || (!name.own && !is_faulty)) path.trouble.clear();
  path.wwid = name.wwid;
  path.identity_source = IdentitySource::live_map;
  disk.trace.overrule("identity");
  disk.trace.overrule("blacklist wwid");
  disk.trace.record([&] {
    return passed("map",
                  fmt::format("goes by {}, the WWID of its live map, by {}{}", name.wwid.text(),
                              name.rule, name.own ? ", not by " + name.own->text() : ""));
  });
  const auto refused = refusal_of_wwid(discovery_options, name.wwid, disk.trace);
  path.excluded = refused.has_value();
  if (refused) path.trouble = to_string(*refused);
  path.name_of_map = std::move(name);
}

class Identities {
 public:
  Identities(const Host& host, std::span<const HardwareEntry> hardware,
             const DiscoveryOptions& discovery_options, const std::vector<CurrentMap>& maps,
             std::vector<Disk>& disks)
      : host_(host),
        hardware_(std::make_shared<SharedHardwareTable>(hardware)),
        options_(discovery_options),
        disks_(disks),
        members_(members_of(maps, disks)) {
    for (const CurrentMap& map : maps) maps_.emplace(map.uuid, &map);
  }

  void take() {
    for (const Members& members : members_) {
      for (Disk* disk : members.disks) {
        if (disk->path.wwid != members.wwid && may_be_named_otherwise(*hardware_, options_, *disk))
          doubted_.try_emplace(disk);
      }
    }
    if (doubted_.empty()) return;
    const Refinement refinement(host_.leniency);
    for (Disk& disk : disks_) {
      if (disk.path.wwid) by_own_wwid_.emplace(*disk.path.wwid, &disk);
    }
    learn_names();
    for (const Members& members : members_) take(members);
  }

 private:
  /// A disk to ask; by value, as the thread that asks may outlive everybody who waits.
  struct Question {
    Disk disk;
    std::optional<KnownPath> known;  ///< where the state is to be asked
  };

  void learn_names() {
    std::vector<Disk*> asked;
    std::vector<Question> questions;
    const WeightFacts weight_facts = weight_facts_for(options_.configuration);
    for (auto& [disk, names] : doubted_) {
      names.emplace(host_, options_.configuration, *disk);
      if (!disk->path.answered || disk->path.bus() != Bus::scsi) continue;
      asked.push_back(disk);
      Question& question = questions.emplace_back(Question{*disk, std::nullopt});
      if (!disk->path.wwid) question.known = know_path(host_.sys, *disk, weight_facts);
    }
    DiscoveryOptions discovery_options = options_;
    discovery_options.state_of = StateOf::all;
    auto answers = ask_in_parallel<Answer>(
        asked.size(),
        [&transport = host_.scsi, questions = std::move(questions), table = hardware_,
         discovery_options](std::size_t index) {
          const auto& [disk, known] = questions[index];
          Answer answer{
              ask_pages(transport, node_to_ask(disk.path), deadline_of(discovery_options)),
              std::nullopt};
          if (known) {
            Disk probed = disk;
            probe_scsi_disk(transport, probed, *known, *table, discovery_options);
            answer.rated = std::move(probed.path);
          }
          return answer;
        },
        deadline_of(discovery_options));
    for (std::size_t index = 0; index < asked.size(); ++index) {
      if (answers[index]) take_answer(std::move(*answers[index]), *asked[index]);
    }
  }

  void take_answer(Answer answer, Disk& disk) {
    doubted_.at(&disk)->take_answer(std::move(answer.pages));
    if (!answer.rated || !answer.rated->answered) return;
    disk.path.checker_state = answer.rated->checker_state;
    disk.path.priority = answer.rated->priority;
    set_port_group(disk.path, port_group_of(*answer.rated));
  }

  /// The run's own rule's map of the unit, when that is open.
  bool has_open_map(const Wwid& own) const {
    const auto found = maps_.find(map_uuid(own));
    return found != maps_.end() && found->second->open_count > 0;
  }

  void take(const Members& members) {
    std::map<std::optional<Wwid>, std::string> rules;  // by the own WWID
    bool has_unit = false;
    for (Disk* disk : members.disks) {
      has_unit = has_unit || disk->path.wwid == members.wwid;
      const auto names = doubted_.find(disk);
      if (names == doubted_.end() || disk->path.name_of_map) continue;
      if (auto rule = names->second->rule_for(members.wwid.text())) {
        rules.try_emplace(disk->path.wwid, *rule);
        name(*disk, members.wwid, *rule);
        has_unit = true;
      }
    }
    if (!has_unit) return;
    for (Disk* disk : members.disks) {
      if (!name_like_others(*disk, members.wwid, rules)) keep_in_open_map(*disk, members);
    }
    for (const auto& [own, rule] : rules) {
      if (!own) continue;
      const auto [first, last] = by_own_wwid_.equal_range(*own);
      for (auto disk = first; disk != last; ++disk)
        name_like_others(*disk->second, members.wwid, rules);
    }
  }

  /// A disk, of the map or not, which the own rule calls as it calls a disk of the map is of the
  /// same unit.
  bool name_like_others(Disk& disk, const Wwid& wwid,
                        const std::map<std::optional<Wwid>, std::string>& rules) {
    const Path& path = disk.path;
    if (path.name_of_map || path.wwid == wwid) return true;
    const auto rule = path.wwid ? rules.find(path.wwid) : rules.end();
    if (rule != rules.end()) name(disk, wwid, rule->second);
    return rule != rules.end();
  }

  /// A path of an open map that is silent, or whose unit nothing names, stays in the map.
  static void keep_in_open_map(Disk& disk, const Members& members) {
    Path& path = disk.path;
    if (path.excluded || (path.wwid && path.answered) || members.map->open_count <= 0) return;
    path.wwid = members.wwid;
    path.identity_source = IdentitySource::map_uuid;
    disk.trace.overrule("identity");
    disk.trace.record([&] {
      return passed("map", fmt::format("nothing names its unit, but it is a path of the open map "
                                       "{}: it keeps that WWID",
                                       members.map->name));
    });
  }

  void name(Disk& disk, const Wwid& wwid, const std::string& rule) {
    const std::optional<Wwid> own = disk.path.wwid;
    if (own && has_open_map(*own)) {
      disk.path.name_of_map = NameOfMap{wwid, rule, own};
    } else {
      name_by_map({wwid, rule, own}, options_, disk);
    }
  }

  const Host& host_;
  std::shared_ptr<SharedHardwareTable> hardware_;
  const DiscoveryOptions& options_;
  std::vector<Disk>& disks_;
  std::vector<Members> members_;
  std::map<std::string_view, const CurrentMap*> maps_;
  std::multimap<Wwid, Disk*> by_own_wwid_;  ///< as it is before maps name disks
  std::map<Disk*, std::optional<KnownNames>> doubted_;
};

}  // namespace

void take_map_identities(const Host& host, std::span<const HardwareEntry> hardware,
                         const DiscoveryOptions& discovery_options,
                         const std::vector<CurrentMap>& maps, std::vector<Disk>& disks) {
  if (!maps.empty()) Identities(host, hardware, discovery_options, maps, disks).take();
}

std::vector<GivenName> recalled_names(const Host& host, const Configuration& configuration,
                                      const Disk& disk) {
  const Refinement refinement(host.leniency);
  return KnownNames(host, configuration, disk).recalled();
}

void recall_map_identity(const Host& host, const Configuration& configuration, const Wwid& map,
                         Disk& disk) {
  Path& path = disk.path;
  if (path.wwid == map || (path.excluded && !path.wwid)) return;
  const auto names = recalled_names(host, configuration, disk);
  const auto found = std::ranges::find(names, map.text(), &GivenName::name);
  if (found == names.end()) return;
  DiscoveryOptions discovery_options;
  discovery_options.configuration = configuration;
  name_by_map({map, found->rule, path.wwid}, discovery_options, disk);
}

}  // namespace multipath
