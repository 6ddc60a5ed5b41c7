#include "multipath/command/udev_answers.h"

#include <sstream>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "multipath/capture/captured_host.h"
#include "multipath/command/program.h"
#include "multipath/host/sys_tree.h"
#include "tests/support/captured_hosts.h"

using namespace multipath;

namespace {

struct Comparison {
  std::size_t answered = 0;
  std::size_t left = 0;
};

/// Asks multipath and multipath_id the same question on a captured host. multipath_id answers the
/// same or leaves the answer to multipath.
void compare(const std::string& directory, const std::vector<std::string>& words,
             const std::string& former_verdict, Comparison& comparison) {
  CapturedHost captured(directory);
  std::ostringstream out, err;
  Context context{captured.host(), out, err};
  context.is_root = true;
  context.on_paper = true;
  context.former_verdict = former_verdict;
  const int status = run_command(context, words);
  CapturedHost again(directory);
  const auto answer = answer_in_short(again.host(), words, former_verdict);
  if (!answer) {
    ++comparison.left;
    return;
  }
  ++comparison.answered;
  CHECK(*answer == Answer{status, out.str(), err.str()});
}

}  // namespace

TEST_CASE("multipath_id answers as multipath on all captured hosts") {
  const std::vector<std::string> directories = tests::captured_hosts();
  if (directories.empty()) return;
  Comparison paths, maps, properties;
  for (const std::string& directory : directories) {
    CapturedHost captured(directory);
    for (const std::string& kname : names_in(captured.host().sys, "class/block")) {
      INFO(directory, ": ", kname);
      for (const char* former : {"", "0", "1"}) compare(directory, {"-u", kname}, former, paths);
      if (!kname.starts_with("dm-")) continue;
      compare(directory, {"-U", kname}, "", maps);
      const auto number = read_attribute(captured.host().sys, "class/block/" + kname + "/dev");
      if (number) compare(directory, {"udev-map", *number}, "", properties);
    }
  }
  CHECK(paths.answered > 500);
  CHECK(paths.answered > 10 * paths.left);
  CHECK(maps.answered > 20);
  CHECK(properties.answered > 20);
}

TEST_CASE("multipath_id leaves all other questions to multipath") {
  CapturedHost captured("tests/hosts/maps/host");
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{}, Words{"-u"}, Words{"-u", ""}, Words{"-u", "-v3"}, Words{"-u", "sda", "sdb"},
        Words{"-u", "no-such-disk"}, Words{"-c", "sda"}, Words{"-ll"}, Words{"udev-map", "dm-0"},
        Words{"udev-map", "4095:7"}, Words{"apply"}, Words{"--help", "sda"}}) {
    CAPTURE(fmt::format("{}", words.size() > 0 ? words.front() : ""));
    CHECK_FALSE(answer_in_short(captured.host(), words, ""));
  }
}
