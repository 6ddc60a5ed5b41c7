#include "multipath/command/program.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "multipath/capture/captured_host.h"
#include "multipath/command/compat/command_line.h"
#include "multipath/command/options.h"
#include "multipath/command/verbs.h"
#include "multipath/model/printable.h"
#include "multipath/view/plan_text.h"

namespace multipath {
namespace {

const VerbRow* verb_of(const std::vector<std::string>& words) {
  return words.empty() ? nullptr : find_verb(words.front());
}

}  // namespace

std::optional<std::string> take_host(std::vector<std::string>& words) {
  constexpr std::string_view option = "--host", joined = "--host=";
  const auto end = std::ranges::find(words, "--");
  const auto word = std::find_if(words.begin(), end, [&](const std::string& candidate) {
    return candidate == option || candidate.starts_with(joined);
  });
  if (word == end) return std::nullopt;
  const bool is_joined = word->starts_with(joined);
  if (!is_joined && word + 1 == words.end())
    throw UsageError("--host requires the directory or archive of a capture");
  std::string directory = is_joined ? word->substr(joined.size()) : *(word + 1);
  words.erase(word, word + (is_joined ? 1 : 2));
  return directory;
}

int run_command(Context& context, const std::vector<std::string>& words) {
  const VerbRow* verb = verb_of(words);
  return verb != nullptr
             ? static_cast<int>(run_verb(context, *verb, {words.begin() + 1, words.end()}))
             : run_compat_command_line(context, words);
}

int run_on_capture(const std::string& directory, const std::vector<std::string>& words,
                   Streams& streams) {
  CapturedHost captured(directory);
  Context context = streams.context(captured.host());
  context.is_root = true;
  context.on_paper = true;
  const int status = run_command(context, words);
  streams.err << render_would(captured.journal());
  const auto missing = captured.missing();
  for (const std::string& request : missing) {
    streams.err << fmt::format("multipath: the capture {} has no answer to: {}\n",
                               printable(directory), printable(request));
  }
  // What was not found may be what was not recorded.
  const bool relies_on_answers = status == static_cast<int>(ExitStatus::done) ||
                                 status == static_cast<int>(ExitStatus::not_found);
  if (missing.empty() || !relies_on_answers) return status;
  constexpr int compat_failure = 1;
  return verb_of(words) != nullptr ? static_cast<int>(ExitStatus::partial_failure) : compat_failure;
}

}  // namespace multipath
