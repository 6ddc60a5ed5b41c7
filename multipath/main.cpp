#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <malloc.h>
#include <unistd.h>

#include "multipath/capture/captured_host.h"
#include "multipath/claims/path_verdict.h"
#include "multipath/command/compat/command_line.h"
#include "multipath/command/guarded_stream.h"
#include "multipath/command/verbs.h"
#include "multipath/host/live/live_host.h"
#include "multipath/view/style.h"
#include "multipath/view/text.h"

namespace {

using namespace multipath;

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Style style_of_descriptor(int descriptor) {
  struct stat status = {};
  const bool is_terminal = isatty(descriptor) != 0 && fstat(descriptor, &status) == 0;
  return style_of({is_terminal, major(status.st_rdev), minor(status.st_rdev), variable("TERM"),
                   variable("NO_COLOR")});
}

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

int run_command(Context& context, const std::vector<std::string>& words) {
  const VerbRow* verb = words.empty() ? nullptr : find_verb(words.front());
  return verb != nullptr
             ? static_cast<int>(run_verb(context, *verb, {words.begin() + 1, words.end()}))
             : run_compat_command_line(context, words);
}

/// Nothing else writes to them.
struct Streams {
  Style out_style = style_of_descriptor(STDOUT_FILENO);
  Style err_style = style_of_descriptor(STDERR_FILENO);
  GuardedStream out{std::cout, out_style};
  GuardedStream err{std::cerr, err_style};
};

int run_live(const std::vector<std::string>& words, Streams& streams) {
  LiveHost live(environment());
  Context context{live.host(),       streams.out,    streams.err, streams.out_style,
                  streams.err_style, geteuid() == 0, &std::cin};
  context.keeps_configuration = true;
  if (const char* former = std::getenv(verdict_property)) context.former_verdict = former;
  return run_command(context, words);
}

/// On a host on paper everybody is root. What would have been changed is told on stderr, and so is
/// what the capture could not answer: then the run has failed, whatever it printed.
int run_captured(const std::string& directory, const std::vector<std::string>& words,
                 Streams& streams) {
  CapturedHost captured(directory);
  Context context{captured.host(),   streams.out, streams.err, streams.out_style,
                  streams.err_style, true,        nullptr,     true};
  const int status = run_command(context, words);
  for (const std::string& line : captured.journal())
    streams.err << "would: " << printable(line) << '\n';
  const auto missing = captured.missing();
  for (const std::string& request : missing) {
    streams.err << "multipath: the capture " << printable(directory)
                << " has no answer to: " << printable(request) << '\n';
  }
  if (status != 0 || missing.empty()) return status;
  const bool is_verb = !words.empty() && find_verb(words.front()) != nullptr;
  return static_cast<int>(is_verb ? ExitStatus::partial_failure : ExitStatus::usage);
}

/// Takes "--host DIR" out of the words, wherever it stands before "--".
std::optional<std::string> take_host(std::vector<std::string>& words) {
  constexpr std::string_view option = "--host", joined = "--host=";
  for (auto word = words.begin(); word != words.end() && *word != "--"; ++word) {
    if (word->starts_with(joined)) {
      std::string directory = word->substr(joined.size());
      words.erase(word);
      return directory;
    }
    if (*word != option) continue;
    if (word + 1 == words.end())
      throw std::runtime_error("--host wants the directory of a capture");
    std::string directory = *(word + 1);
    words.erase(word, word + 2);
    return directory;
  }
  return std::nullopt;
}

/// What was given back is soon wanted again, and the run is short: nothing goes back to the kernel, which would have to
/// clear each page for us once more.
void keep_memory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
}

int run(std::vector<std::string> words, Streams& streams) {
  const auto captured = take_host(words);
  const int status = captured ? run_captured(*captured, words, streams) : run_live(words, streams);
  streams.out.flush();
  if (!streams.out) {
    streams.err << "multipath: could not write all of the output\n";
    return status == 0 ? 1 : status;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  int status = 1;
  Streams streams;
  try {
    status = run({argv + 1, argv + argc}, streams);
  } catch (const std::exception& error) {
    streams.err << "multipath: " << printable(error.what()) << '\n';
  }
  // A thread may still wait for a device that does not answer; nothing here may wait for that
  // thread.
  streams.err.flush();
  _exit(status);
}
