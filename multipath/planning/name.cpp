#include "multipath/planning/name.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

Subject subject_of(const Map& map) {
  Subject subject{
      .vendor = "", .product = "", .revision = "", .protocol = "", .wwid = map.wwid.text()};
  for (const PathGroup& group : map.groups) {
    for (const Path& path : group.paths) {
      if (!path.answered) continue;
      subject.vendor = path.vendor;
      subject.product = path.product;
      subject.revision = path.revision;
      subject.own_wwid = own_wwid_of(path);
      return subject;
    }
  }
  return subject;
}

std::string first_path_of(const Action& action) {
  std::string first;
  for (const PathGroup& group : action.desired.groups) {
    for (const Path& path : group.paths)
      if (first.empty() || NaturalLess{}(path.kname, first)) first = path.kname;
  }
  return first;
}

/// New aliases are given in the order of the units' first paths, as multipath-tools meets them:
/// both give the same names on a host that has none yet.
std::vector<const Action*> in_order_of_paths(const Plan& plan) {
  std::vector<std::pair<std::string, const Action*>> actions;
  for (const Action& action : plan.actions) actions.emplace_back(first_path_of(action), &action);
  std::ranges::stable_sort(actions, NaturalLess{}, &std::pair<std::string, const Action*>::first);
  std::vector<const Action*> result;
  for (const auto& [first_path, action] : actions) result.push_back(action);
  return result;
}

/// A name that the next run would not find again would be another one at each run.
Finding unkept(const Binding& binding) {
  return {
      Finding::Severity::warning, binding.wwid,
      fmt::format("gets no alias but its WWID as name, as the bindings file could not give '{}' "
                  "back: '#', blanks and control characters have a meaning there; an alias in "
                  "its multipath section names it",
                  binding.alias + " " + binding.wwid)};
}

class Namer {
 public:
  Namer(std::span<const TakenName> taken, const Bindings& bindings, NewBindings new_bindings)
      : new_bindings_(new_bindings) {
    for (const TakenName& device : taken) uuid_of_name_.emplace(device.name, device.uuid);
    for (const Binding& binding : bindings.list) bind(binding);
  }

  std::optional<std::string> name_of(const Action& action, const UnitSettings& settings) {
    if (settings.alias.value) return settings.alias.value;
    if (!settings.user_friendly_names.value) return std::nullopt;
    const std::string& wwid = action.desired.wwid.text();
    if (const auto bound = alias_of_wwid_.find(wwid); bound != alias_of_wwid_.end())
      return bound->second;
    if (new_bindings_ == NewBindings::no) return std::nullopt;
    const std::string& prefix = settings.alias_prefix.value;
    auto alias = alias_of_map(action, prefix);
    if (!alias) {
      alias = first_free_alias(prefix, numbers_of(prefix).next(), [&](const std::string& name) {
        return aliases_.contains(name) || is_taken(name, action.desired.wwid);
      });
    }
    if (!alias) return std::nullopt;
    Binding binding{*alias, wwid};
    if (!is_read_back(binding)) {
      findings_.push_back(unkept(binding));
      return std::nullopt;
    }
    added_.push_back(std::move(binding));
    bind(added_.back());
    return alias;
  }

  std::vector<Binding> added() { return std::move(added_); }
  std::vector<Finding> findings() { return std::move(findings_); }

 private:
  void bind(const Binding& binding) {
    in_order_.push_back(binding.alias);
    aliases_.insert(binding.alias);
    alias_of_wwid_.emplace(binding.wwid, binding.alias);
    for (auto& [prefix, numbers] : numbers_) numbers.meet(binding.alias);
  }

  const AliasNumbers& numbers_of(const std::string& prefix) {
    const auto [found, is_new] = numbers_.try_emplace(prefix, prefix);
    if (is_new) {
      for (const std::string& alias : in_order_) found->second.meet(alias);
    }
    return found->second;
  }

  /// The map is called like an alias of the prefix already, and nobody else has that binding.
  std::optional<std::string> alias_of_map(const Action& action, const std::string& prefix) const {
    if (!action.current || !number_of_alias(action.current->name, prefix) ||
        aliases_.contains(action.current->name)) {
      return std::nullopt;
    }
    return action.current->name;
  }

  bool is_taken(const std::string& name, const Wwid& by_other_than) const {
    const auto found = uuid_of_name_.find(name);
    return found != uuid_of_name_.end() && found->second != map_uuid(by_other_than);
  }

  NewBindings new_bindings_;
  std::map<std::string, std::string> uuid_of_name_;
  std::map<std::string, std::string> alias_of_wwid_;  ///< the first
  std::set<std::string> aliases_;
  std::vector<std::string> in_order_;            ///< the aliases, as the file has them
  std::map<std::string, AliasNumbers> numbers_;  ///< by prefix
  std::vector<Binding> added_;
  std::vector<Finding> findings_;
};

}  // namespace

Naming name_units(const Plan& plan, std::span<const TakenName> taken,
                  const Configuration& configuration, const Bindings& bindings,
                  NewBindings new_bindings) {
  Naming naming;
  Namer namer(taken, bindings, new_bindings);
  for (const Action* action : in_order_of_paths(plan)) {
    const UnitSettings& settings = configuration.settings_for_unit(subject_of(action->desired));
    if (auto name = namer.name_of(*action, settings))
      naming.names.emplace(action->desired.wwid, std::move(*name));
  }
  naming.new_bindings = namer.added();
  naming.findings = namer.findings();
  return naming;
}

}  // namespace multipath
