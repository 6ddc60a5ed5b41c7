#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "multipath/config/configuration.h"
#include "multipath/config/review.h"

namespace multipath {

/// Judges the entries of sections, one by one: what can be left out without a change of what another line means is left out,
/// with a warning that says what applies instead; what changes the meaning of others is an error.
class EntryReader {
 public:
  explicit EntryReader(Reviewer& reviewer) : reviewer_(reviewer) {}

  /// The entries as assignments; sections among them are reported.
  ConfSection assignments_of(const ConfEntry& entry, Section section);
  /// Nothing when the entry is left out.
  std::optional<Assignment> assignment_of(const ConfEntry& entry, Section section);
  /// A section where none of that name may stand.
  void misplaced_section(const ConfEntry& entry, std::optional<Section> outer);
  /// What stands outside of any section.
  void stray_entry(const ConfEntry& entry);
  /// Leaves a whole section out, with a warning unless there is one already.
  enum class Reported : bool { no, yes };
  void skip_section(const ConfEntry& entry, const std::string& what,
                    Reported reported = Reported::no);

 private:
  void skip_line(const ConfEntry& entry, const ConfWord& at, const std::string& what,
                 Section section, const std::string& meant = "");
  void unknown_keyword(const ConfEntry& entry, Section section);
  bool dropped(const ConfEntry& entry);
  void wrong_value(const ConfEntry& entry, const Keyword& keyword, Section section,
                   const std::string& why);
  enum class Surplus : std::uint8_t { is_ignored, spoils_line };
  Surplus judge_surplus(const ConfEntry& entry, const Keyword& keyword, Section section);
  void note_status(const ConfEntry& entry, const Keyword& keyword);

  Reviewer& reviewer_;
  std::set<std::string, std::less<>> reported_;  ///< keywords without effect
};

/// "device of a blacklist" where the name alone says too little.
std::string name_of(Section section);

}  // namespace multipath
