#include "multipath/model/explanation.h"

#include "multipath/model/names.h"

namespace multipath {

std::string headline(const Explanation& explanation) {
  const std::string& subject = explanation.subject;
  const std::string& conclusion = explanation.conclusion;
  const bool names_it = conclusion.starts_with(subject + " ");
  return subject + ": " + (names_it ? conclusion.substr(subject.size() + 1) : conclusion);
}

std::string to_string(Explanation::Answer answer) {
  using enum Explanation::Answer;
  constexpr auto words = names_of<Explanation::Answer>({
      {in_map, "in a map"},
      {leaves_map, "leaves its map"},
      {gets_map, "gets a map"},
      {no_map, "no map"},
      {no_path, "no path"},
      {nothing, "nothing such"},
  });
  return words.to_string(answer);
}

}  // namespace multipath
