#pragma once

#include <string>
#include <vector>

#include "tests/support/fake_host.h"

namespace tests {

/// What a command did to its caller.
struct CommandRun {
  int status = 0;
  std::string out;
  std::string err;
};

enum class User : bool { other, root };

/// `multipath WORDS...` on a host in memory, without a terminal: letters, or a verb when the first
/// word is one.
CommandRun run_multipath(FakeHost& world, const std::vector<std::string>& words,
                         User user = User::root);

}  // namespace tests
