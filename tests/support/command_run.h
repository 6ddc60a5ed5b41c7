#pragma once

#include <string>
#include <vector>

#include "tests/support/fake_host.h"

namespace tests {

/// Status and output of a command.
struct CommandRun {
  int status = 0;
  std::string out;
  std::string err;
};

enum class User : bool { other, root };

/// Runs `multipath WORDS...` on a host in memory, without a terminal.
CommandRun run_multipath(FakeHost& world, const std::vector<std::string>& words,
                         User user = User::root);

}  // namespace tests
