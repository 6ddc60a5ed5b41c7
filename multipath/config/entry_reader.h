#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "multipath/config/configuration.h"
#include "multipath/config/review.h"

namespace multipath {

/// Reads the entries of sections. An entry with a mistake is skipped with a warning that names what
/// applies instead; a mistake that could change the meaning of other lines is an error.
class EntryReader {
 public:
  explicit EntryReader(Reviewer& reviewer) : reviewer_(reviewer) {}

  /// The entries as assignments; sections among them are reported.
  ConfSection assignments_of(const ConfEntry& entry, Section section);
  /// Nothing when the entry is skipped.
  std::optional<Assignment> assignment_of(const ConfEntry& entry, Section section);
  /// Reports a section that is not allowed here.
  void misplaced_section(const ConfEntry& entry, std::optional<Section> outer);
  /// Reports an entry outside any section.
  void stray_entry(const ConfEntry& entry);
  /// Skips a whole section, with a warning unless it is reported already.
  enum class Reported : bool { no, yes };
  void skip_section(const ConfEntry& entry, const std::string& what,
                    Reported reported = Reported::no);

 private:
  void skip_line(const ConfEntry& entry, const ConfWord& at, const std::string& what,
                 Section section, const NearestWord& meant = {});
  void unknown_keyword(const ConfEntry& entry, Section section);
  bool dropped(const ConfEntry& entry);
  void wrong_value(const ConfEntry& entry, const Keyword& keyword, Section section,
                   const std::string& why);
  enum class Surplus : std::uint8_t { is_ignored, spoils_line };
  Surplus judge_surplus(const ConfEntry& entry, const Keyword& keyword, Section section);
  void note_status(const ConfEntry& entry, const Keyword& keyword);

  bool has_sibling(std::string_view keyword) const;

  Reviewer& reviewer_;
  const ConfEntry* inside_ = nullptr;            ///< the section whose entries are read
  std::set<std::string, std::less<>> reported_;  ///< keywords without effect, each once
};

/// The name of the section, qualified where it is ambiguous: "device of a blacklist".
std::string name_of(Section section);

}  // namespace multipath
