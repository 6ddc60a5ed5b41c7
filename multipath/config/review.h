#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "multipath/config/conf_grammar.h"

namespace multipath {

struct ConfigurationText;

/// What there is to report of configuration files.
struct Review {
  Diagnostics mistakes;         ///< errors, warnings and notes
  Diagnostics as_packaged;      ///< what multipath-tools does in another way, as warnings
  std::vector<Repair> repairs;  ///< of what the warnings are about, and of some errors
};

/// A configuration file without its mistakes.
struct Correction {
  std::string text;
  /// What only a person can correct; with an error among them the text is of no use.
  Diagnostics left;
};

/// Makes the repairs of the file's review, then those of the result, until none is left. A word with
/// a typing error becomes the only word that it can mean; other lines without effect become
/// comments, with the reason above them. The rest of the file keeps its meaning here.
Correction corrected(const ConfigurationText& file);

/// Collects a review. Not more than a parser's `most_mistakes` and as many of meaning are kept.
class Reviewer {
 public:
  void error(const ConfWord& at, std::string what, std::string meant = "");
  /// Something is left out, or doubtful; what applies instead belongs to the sentence.
  void warn(const ConfWord& at, std::string what, std::string meant = "");
  /// A setting is valid and has no effect here.
  void note(const ConfWord& at, std::string what);
  void differs(const Place& place, std::string what);
  void repair(Repair repair);
  /// Replaces a word by what was meant; if the result has errors, makes the lines up to `last_line`
  /// comments instead, with `otherwise` above them.
  void replace(const ConfWord& wrong, const std::string& meant, std::uint32_t last_line,
               std::string otherwise);
  /// Is a word in these lines replaced, which may be all that is wrong with them?
  bool replaces_within(std::uint32_t line, std::uint32_t last_line) const;
  /// Makes lines comments, with `why` above them.
  void comment_out(std::uint32_t line, std::uint32_t last_line, std::string why);
  /// The mistakes of a parser.
  void take(Diagnostics mistakes, std::vector<Repair> repairs);

  /// Puts the mistakes from the `from`th on into the order of the file.
  void sort(std::size_t from);
  std::size_t size() const { return review_.mistakes.size(); }
  bool failed() const { return failed_; }
  /// The word that was perhaps meant; nothing more is looked for when the list is full.
  NearestWord nearest(std::string_view word, const std::vector<std::string_view>& words) const;
  Review take() { return std::move(review_); }

 private:
  bool is_full() const { return review_.mistakes.size() > 2 * most_mistakes; }
  void add(Diagnostic diagnostic);

  Review review_;
  bool failed_ = false;
};

}  // namespace multipath
