#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "multipath/command/letters.h"
#include "multipath/command/verbs.h"
#include "multipath/host/live_host.h"

namespace {

using namespace multipath;

Style style_of(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  const bool plain = isatty(descriptor) == 0 || dumb || (no_color != nullptr && *no_color != '\0');
  return plain ? Style::plain : Style::terminal;
}

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

int run(const std::vector<std::string>& words) {
  LiveHost live(environment());
  Context context{
      live.host(),    std::cout, std::cerr, style_of(STDOUT_FILENO), style_of(STDERR_FILENO),
      geteuid() == 0, &std::cin};
  const VerbCommand* verb = words.empty() ? nullptr : find_verb(words.front());
  const int status =
      verb != nullptr ? static_cast<int>(run_verb(context, *verb, {words.begin() + 1, words.end()}))
                      : run_letters(context, words);
  std::cout.flush();
  if (!std::cout) {
    std::cerr << "multipath: could not write all of the output\n";
    return status == 0 ? 1 : status;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  int status = 1;
  try {
    status = run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "multipath: " << error.what() << '\n';
  }
  // A thread may still wait for a device that does not answer; nothing here may wait for that
  // thread.
  std::cerr.flush();
  _exit(status);
}
