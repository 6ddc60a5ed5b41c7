#include "multipath/planning/name.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "multipath/model/map_name.h"

namespace multipath {
namespace {

Subject subject_of(const Map& map) {
  Subject subject;
  subject.wwid = map.wwid.text();
  for (const PathGroup& group : map.groups) {
    for (const Path& path : group.paths) {
      if (!path.answered) continue;
      subject = subject_of(path, "");
      subject.wwid = map.wwid.text();
      return subject;
    }
  }
  return subject;
}

/// The first of the action's paths in udev's enumeration.
const Path* first_path_of(const Action& action) {
  const Path* first = nullptr;
  for (const PathGroup& group : action.desired.groups) {
    for (const Path& path : group.paths)
      if (first == nullptr || comes_first(path, *first)) first = &path;
  }
  return first;
}

/// Sorts actions by their first paths. New aliases are assigned in this order, as in
/// multipath-tools: both programs choose the same names on a host without bindings.
std::vector<const Action*> in_order_of_paths(const Plan& plan) {
  std::vector<std::pair<const Path*, const Action*>> actions;
  for (const Action& action : plan.actions) actions.emplace_back(first_path_of(action), &action);
  std::ranges::stable_sort(actions, [](const auto& left, const auto& right) {
    if (left.first == nullptr || right.first == nullptr) return left.first < right.first;
    return comes_first(*left.first, *right.first);
  });
  std::vector<const Action*> result;
  for (const auto& [first_path, action] : actions) result.push_back(action);
  return result;
}

/// Must the map keep its name? It is not changed at all.
bool keeps_name(const Action& action) {
  return action.current && (action.verb == Verb::refuse || action.current->suspended);
}

/// Does the map's WWID follow another program's rule?
bool has_foreign_wwid(const Action& action) {
  const Path* path = first_path_of(action);
  return action.current && path != nullptr && path->identity_source == IdentitySource::live_map;
}

/// Reports an alias that the bindings file cannot represent: it would change with each run.
Finding unusable_binding(const Binding& binding) {
  return {Finding::Severity::warning, binding.wwid,
          fmt::format("named by its WWID: the bindings file cannot represent '{}' ('#', blanks and "
                      "control characters are special); set an alias in its multipath section",
                      binding.alias + " " + binding.wwid)};
}

/// A unit without a name yet.
struct Unnamed {
  const Action* action;
  const UnitSettings* settings;
  const std::string& wwid() const { return action->desired.wwid.text(); }
  bool has_name(const std::string& name) const {
    return action->current && is_same_name(action->current->name, name);
  }
};

class Namer {
 public:
  Namer(const Plan& plan, std::span<const TakenName> taken, const Bindings& bindings)
      : bindings_(bindings) {
    for (const TakenName& device : taken)
      uuid_of_name_.emplace(mangled_name(device.name), device.uuid);
    for (const Binding& binding : bindings.list) bind(binding);
    for (const Action& action : plan.actions) {
      wwids_.insert(action.desired.wwid.text());
      if (action.current && !keeps_name(action)) movable_.insert(action.current->uuid);
    }
  }

  void assign_aliases(std::vector<Unnamed>& units) {
    assign(units, [](const Unnamed& unit) {
      const auto& alias = unit.settings->alias;
      std::vector<Candidate> candidates;
      if (alias.value)
        candidates.push_back(
            {*alias.value, "alias '" + *alias.value + "' of " + to_string(alias.origin)});
      return candidates;
    });
  }

  void assign_bindings(std::vector<Unnamed>& units) {
    assign(units, [&](const Unnamed& unit) {
      std::vector<Candidate> candidates;
      if (!unit.settings->user_friendly_names.value) return candidates;
      for (const Binding& binding : bindings_.list) {
        if (binding.wwid == unit.wwid())
          candidates.push_back(
              {binding.alias, "alias '" + binding.alias + "' of the bindings file"});
      }
      return candidates;
    });
  }

  void keep_foreign_names(std::vector<Unnamed>& units) {
    assign(units, [](const Unnamed& unit) {
      if (!has_foreign_wwid(*unit.action)) return std::vector<Candidate>{};
      return std::vector{Candidate{unit.action->current->name, ""}};
    });
  }

  void create_aliases(std::vector<Unnamed>& units) {
    for (const Unnamed& unit : units) {
      if (names_.contains(unit.action->desired.wwid) || !unit.settings->user_friendly_names.value)
        continue;
      const std::string& prefix = unit.settings->alias_prefix.value;
      auto alias = alias_of_map(unit, prefix);
      if (!alias) {
        alias = first_free_alias(prefix, numbers_of(prefix).next(), [&](const std::string& name) {
          return aliases_.contains(name) || uuid_of_name_.contains(mangled_name(name)) ||
                 reason_against(unit, name).has_value();
        });
      }
      if (!alias) continue;
      const Binding binding{*alias, unit.wwid()};
      if (!is_read_back(binding)) {
        findings_.push_back(unusable_binding(binding));
        continue;
      }
      added_.push_back(binding);
      bind(binding);
      claim(unit, *alias);
    }
  }

  Naming naming() {
    for (const auto& [wwid, what] : skipped_) {
      const auto name = names_.find(wwid);
      findings_.push_back({Finding::Severity::warning, wwid.text(),
                           fmt::format("{}; unit is named {}", what,
                                       name == names_.end() ? wwid.text() : name->second)});
    }
    std::erase_if(names_, [](const auto& unit) { return unit.first.text() == unit.second; });
    return {std::move(names_), std::move(added_), std::move(findings_)};
  }

 private:
  struct Candidate {
    std::string name;
    std::string what;  ///< "alias 'db' of /etc/multipath.conf:3"
  };

  /// Assigns to each unnamed unit its first usable candidate. Units whose map already has the name
  /// come first.
  template <class Candidates>
  void assign(std::vector<Unnamed>& units, const Candidates& candidates_of) {
    for (const bool has_it : {true, false}) {
      for (const Unnamed& unit : units) {
        if (names_.contains(unit.action->desired.wwid)) continue;
        for (const Candidate& candidate : candidates_of(unit)) {
          if (unit.has_name(mangled_name(candidate.name)) != has_it) continue;
          const auto reason = reason_against(unit, candidate.name);
          if (!reason) {
            claim(unit, candidate.name);
            break;
          }
          if (!candidate.what.empty())
            skipped_.emplace_back(unit.action->desired.wwid,
                                  fmt::format("{} skipped: it {}", candidate.what, *reason));
        }
      }
    }
  }

  std::optional<std::string> reason_against(const Unnamed& unit, const std::string& name) const {
    if (auto reason = reason_no_map_name(name)) return reason;
    if (name != unit.wwid() && wwids_.contains(name)) return "is the WWID of another unit";
    const std::string mangled = mangled_name(name);
    if (const auto claimed = claimed_.find(mangled); claimed != claimed_.end())
      return "is the name of unit " + claimed->second;
    const auto holder = uuid_of_name_.find(mangled);
    if (holder == uuid_of_name_.end() || holder->second == map_uuid(unit.action->desired.wwid) ||
        movable_.contains(holder->second))
      return std::nullopt;
    return fmt::format("is in use by the device-mapper device with uuid '{}'", holder->second);
  }

  void claim(const Unnamed& unit, const std::string& name) {
    claimed_.emplace(mangled_name(name), unit.wwid());
    names_.emplace(unit.action->desired.wwid, mangled_name(name));
  }

  void bind(const Binding& binding) {
    in_order_.push_back(binding.alias);
    aliases_.insert(binding.alias);
    for (auto& [prefix, numbers] : numbers_) numbers.meet(binding.alias);
  }

  const AliasNumbers& numbers_of(const std::string& prefix) {
    const auto [found, is_new] = numbers_.try_emplace(prefix, prefix);
    if (is_new) {
      for (const std::string& alias : in_order_) found->second.meet(alias);
    }
    return found->second;
  }

  /// The map's name, if it is an alias of the prefix and not bound to another unit.
  std::optional<std::string> alias_of_map(const Unnamed& unit, const std::string& prefix) const {
    const auto& current = unit.action->current;
    if (!current || !number_of_alias(current->name, prefix) || aliases_.contains(current->name) ||
        reason_against(unit, current->name)) {
      return std::nullopt;
    }
    return current->name;
  }

  const Bindings& bindings_;
  std::map<std::string, std::string> uuid_of_name_;
  std::set<std::string> movable_;               ///< uuids of maps that can be renamed
  std::set<std::string> wwids_;                 ///< of all units
  std::map<std::string, std::string> claimed_;  ///< WWIDs by assigned name
  std::map<Wwid, std::string> names_;
  std::set<std::string> aliases_;
  std::vector<std::string> in_order_;            ///< the aliases in the order of the bindings file
  std::map<std::string, AliasNumbers> numbers_;  ///< by prefix
  std::vector<Binding> added_;
  std::vector<std::pair<Wwid, std::string>> skipped_;
  std::vector<Finding> findings_;
};

}  // namespace

Naming name_units(const Plan& plan, std::span<const TakenName> taken,
                  const Configuration& configuration, const Bindings& bindings,
                  NewBindings new_bindings) {
  std::vector<Unnamed> units;
  for (const Action* action : in_order_of_paths(plan))
    units.push_back({action, &configuration.settings_for_unit(subject_of(action->desired))});
  Namer namer(plan, taken, bindings);
  namer.assign_aliases(units);
  namer.assign_bindings(units);
  namer.keep_foreign_names(units);
  if (new_bindings == NewBindings::yes) namer.create_aliases(units);
  return namer.naming();
}

bool are_names_certain(const std::set<Wwid>& units, const std::set<Wwid>& other_units,
                       std::span<const TakenName> taken, const Configuration& configuration,
                       const Bindings& bindings) {
  std::vector<Binding> wishes;
  for (const ConfSection& section : configuration.multipaths()) {
    if (const std::string_view alias = section.value_of("alias"); !alias.empty())
      wishes.push_back({std::string(alias), std::string(section.value_of("wwid"))});
  }
  wishes.insert(wishes.end(), bindings.list.begin(), bindings.list.end());
  const auto is_wanted = [&](const std::string& wwid) {
    return std::ranges::any_of(units, [&](const Wwid& unit) { return unit.text() == wwid; });
  };
  std::map<std::string, std::string> names;  // of the units, with their WWIDs
  for (const Wwid& unit : units) names.emplace(unit.text(), unit.text());
  for (const Binding& wish : wishes) {
    if (!is_wanted(wish.wwid)) continue;
    const auto [name, is_new] = names.emplace(mangled_name(wish.alias), wish.wwid);
    if (!is_new && name->second != wish.wwid) return false;
  }
  const auto is_name_of_other = [&](const std::string& name, const std::string& wwid) {
    const auto found = names.find(mangled_name(name));
    return found != names.end() && found->second != wwid;
  };
  return std::ranges::none_of(
             wishes,
             [&](const Binding& wish) { return is_name_of_other(wish.alias, wish.wwid); }) &&
         std::ranges::none_of(taken,
                              [&](const TakenName& device) {
                                const auto wwid = wwid_of_map_uuid(device.uuid);
                                return is_name_of_other(device.name, wwid ? wwid->text() : "");
                              }) &&
         std::ranges::none_of(other_units, [&](const Wwid& other) {
           return is_name_of_other(other.text(), other.text());
         });
}

std::string reason_to_rename(const std::string& name, const Map& desired,
                             const Configuration& configuration) {
  const UnitSettings& settings = configuration.settings_for_unit(subject_of(desired));
  std::string source = "bindings file " + configuration.globals().bindings_file.value;
  if (settings.alias.value && is_same_name(mangled_name(*settings.alias.value), desired.name)) {
    source = "alias, " + to_string(settings.alias.origin);
  } else if (desired.name == desired.wwid.text() && !settings.user_friendly_names.value) {
    source = "user_friendly_names no, " + to_string(settings.user_friendly_names.origin);
  }
  return fmt::format("name is {}, should be {} ({})", name, desired.name, source);
}

}  // namespace multipath
