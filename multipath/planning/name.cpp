#include "multipath/planning/name.h"

#include <algorithm>
#include <optional>

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
  std::vector<const Action*> actions;
  for (const Action& action : plan.actions) actions.push_back(&action);
  std::ranges::stable_sort(actions, NaturalLess{},
                           [](const Action* action) { return first_path_of(*action); });
  return actions;
}

class Namer {
 public:
  Namer(std::span<const TakenName> taken, Bindings bindings, NewBindings new_bindings)
      : taken_(taken), bindings_(std::move(bindings)), new_bindings_(new_bindings) {}

  std::optional<std::string> name_of(const Action& action, const UnitSettings& settings) {
    if (settings.alias.value) return settings.alias.value;
    if (!settings.user_friendly_names.value) return std::nullopt;
    const std::string& wwid = action.desired.wwid.text();
    if (const Binding* binding = bindings_.of_wwid(wwid)) return binding->alias;
    if (new_bindings_ == NewBindings::no) return std::nullopt;
    auto alias = alias_of_map(action, settings.alias_prefix.value);
    if (!alias) {
      alias = new_alias(bindings_, settings.alias_prefix.value, [&](const std::string& name) {
        return is_taken(name, action.desired.wwid);
      });
    }
    if (alias) {
      bindings_.list.push_back({*alias, wwid});
      added_.push_back(bindings_.list.back());
    }
    return alias;
  }

  std::vector<Binding> added() { return std::move(added_); }

 private:
  /// The map is called like an alias of the prefix already, and nobody else has that binding.
  std::optional<std::string> alias_of_map(const Action& action, const std::string& prefix) const {
    if (!action.current || !number_of_alias(action.current->name, prefix) ||
        bindings_.of_alias(action.current->name) != nullptr) {
      return std::nullopt;
    }
    return action.current->name;
  }

  bool is_taken(const std::string& name, const Wwid& by_other_than) const {
    return std::ranges::any_of(taken_, [&](const TakenName& taken) {
      return taken.name == name && taken.uuid != map_uuid(by_other_than);
    });
  }

  std::span<const TakenName> taken_;
  Bindings bindings_;
  NewBindings new_bindings_;
  std::vector<Binding> added_;
};

}  // namespace

Naming name_units(const Plan& plan, std::span<const TakenName> taken,
                  const Configuration& configuration, const Bindings& bindings,
                  NewBindings new_bindings) {
  Naming naming;
  Namer namer(taken, bindings, new_bindings);
  for (const Action* action : in_order_of_paths(plan)) {
    const UnitSettings settings = configuration.settings_for_unit(subject_of(action->desired));
    if (auto name = namer.name_of(*action, settings))
      naming.names.emplace(action->desired.wwid, std::move(*name));
  }
  naming.new_bindings = namer.added();
  return naming;
}

}  // namespace multipath
