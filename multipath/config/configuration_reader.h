#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "multipath/config/conf_grammar.h"
#include "multipath/config/configuration_internal.h"
#include "multipath/config/entry_reader.h"
#include "multipath/config/review.h"

namespace multipath {

/// Builds the contents of a configuration, file by file.
class Configuration::Reader {
 public:
  Reader();
  void read(const ConfigurationText& file);
  /// Nothing if there was an error.
  std::shared_ptr<Contents> finish();
  /// With errors and without.
  Review take_review() { return reviewer_.take(); }

  /// The limit of all patterns together, in instructions of RegularExpression.
  static constexpr std::size_t largest_patterns = 500000;

 private:
  void top_level(const ConfEntry& entry);
  void settings_section(const ConfEntry& entry, Section section, ConfSection& into);
  void rules_section(const ConfEntry& entry, Section section, std::vector<BlacklistRule>& into);
  void device_rule(const ConfEntry& entry, std::string_view outer,
                   std::vector<BlacklistRule>& into);
  void devices_section(const ConfEntry& entry);
  void device(const ConfEntry& entry);
  bool can_match(const ConfEntry& entry, const ConfSection& section, const Pattern& vendor,
                 const Pattern& product);
  void overrides_section(const ConfEntry& entry);
  void multipaths_section(const ConfEntry& entry);
  void multipath(const ConfEntry& entry);
  void add_to_earlier(const ConfEntry& entry, ConfSection section, ConfSection& earlier);
  void check_alias(ConfSection& section);
  void note_built_in_differences();
  /// Reports an error and returns nothing when all patterns together are too large.
  std::optional<Pattern> pattern_of(const Assignment& assignment);
  std::optional<RulePattern> rule_of(const Assignment& assignment);
  bool has_room_for(std::size_t size, const Assignment& assignment);
  void built_in_rules();

  std::shared_ptr<Contents> contents_;
  std::vector<BlacklistRule> rules_;
  std::vector<BlacklistRule> exceptions_;
  std::map<std::string, Assignment, std::less<>> aliases_;
  std::map<std::string, std::string, std::less<>> alias_owner_;
  std::map<std::string, std::pair<std::string, std::uint32_t>, std::less<>>
      multipath_ends_;  ///< by WWID: file and line of the '}'
  std::size_t patterns_ = 0;
  bool patterns_are_full_ = false;
  Reviewer reviewer_;
  EntryReader entries_{reviewer_};
};

}  // namespace multipath
