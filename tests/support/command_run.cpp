#include "tests/support/command_run.h"

#include <sstream>
#include <stdexcept>

#include "multipath/command/compat/command_line.h"
#include "multipath/command/udev_answers.h"
#include "multipath/command/verbs.h"

namespace tests {

CommandRun run_multipath(FakeHost& world, const std::vector<std::string>& words, User user) {
  using namespace multipath;
  std::ostringstream out, err;
  Host host = world.host();
  Context context{host, out, err};
  context.is_root = user == User::root;
  context.former_verdict = world.former_verdict;
  const VerbRow* verb = words.empty() ? nullptr : find_verb(words.front());
  CommandRun run;
  run.status = verb != nullptr
                   ? static_cast<int>(run_verb(context, *verb, {words.begin() + 1, words.end()}))
                   : run_compat_command_line(context, words);
  run.out = out.str();
  run.err = err.str();
  // Both programs that udev's rules may run give one answer.
  const auto answer = answer_in_short(host, words, context.former_verdict);
  if (user == User::root && answer && *answer != Answer{run.status, run.out, run.err})
    throw std::logic_error("multipath_id answers: " + answer->out);
  return run;
}

}  // namespace tests
