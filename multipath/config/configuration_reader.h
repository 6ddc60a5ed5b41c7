#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "multipath/config/conf_grammar.h"
#include "multipath/config/configuration_contents.h"

namespace multipath {

/// Makes the contents of a configuration from trees, one file after the other.
class Configuration::Reader {
 public:
  Reader();
  void read(const ConfigurationText& file);
  /// Nothing when there was any error.
  std::shared_ptr<const Contents> finish();
  Diagnostics take_diagnostics() { return std::move(diagnostics_); }

 private:
  void top_level(const ConfEntry& entry);
  void settings_section(const ConfEntry& entry, Section section, ConfSection& into);
  void rules_section(const ConfEntry& entry, Section section, std::vector<BlacklistRule>& into);
  void device_rule(const ConfEntry& entry, std::string_view outer,
                   std::vector<BlacklistRule>& into);
  void devices_section(const ConfEntry& entry);
  void device(const ConfEntry& entry);
  void overrides_section(const ConfEntry& entry);
  void multipaths_section(const ConfEntry& entry);
  void multipath(const ConfEntry& entry);
  void check_alias(const ConfSection& section);

  /// The entries as assignments, mistakes told.
  ConfSection assignments_of(const ConfEntry& entry, Section section);
  std::optional<Assignment> assignment_of(const ConfEntry& entry, Section section);
  void unknown_keyword(const ConfEntry& entry, Section section);
  void misplaced_section(const ConfEntry& entry, std::optional<Section> outer);
  void note_status(const Assignment& assignment);
  void built_in_rules();

  void error(const ConfWord& at, std::string what, std::string meant = "");
  void warn(const Place& place, std::string_view token, std::string what);
  /// Not more than `most_mistakes` of a parser and as many of meaning are kept.
  void add(Diagnostic diagnostic);
  bool is_full() const { return diagnostics_.size() > 2 * most_mistakes; }
  std::string nearest(std::string_view word, const std::vector<std::string_view>& words) const;

  std::shared_ptr<Contents> contents_;
  std::vector<BlacklistRule> rules_;
  std::vector<BlacklistRule> exceptions_;
  std::map<std::string, Place, std::less<>> alias_places_;  ///< "wwid\nalias" by alias
  std::map<std::string, std::string, std::less<>> alias_owner_;
  std::set<std::string_view> told_keywords_;
  Diagnostics diagnostics_;
  bool failed_ = false;
};

}  // namespace multipath
