#include "multipath/wire/reply.h"

#include <doctest/doctest.h>

using namespace multipath::wire;
using Kind = GrammarError::Kind;

TEST_CASE("reply: the help says what is wrong with the command") {
  const auto first_lines = [](const GrammarError& error, std::string_view text) {
    const std::string help = help_reply(error, text);
    return help.substr(0, help.find("CLI commands"));
  };
  CHECK(first_lines({Kind::missing_argument, {}}, "fail path\n") ==
        "fail\nfail path: Missing argument\n");
  CHECK(first_lines({Kind::unknown_word, "x"}, "x \n ") == "fail\nx: not found\n");
  CHECK(first_lines({Kind::empty, {}}, "") == "fail\nno command\n");
  CHECK(first_lines({Kind::empty, {}}, " \n\n") == "fail\nno command\n");
}

TEST_CASE("reply: what a client prints and returns") {
  struct Row {
    std::string_view reply;
    std::string_view text;
    int status;
  };
  for (const Row& row : {Row{"ok\n", "ok\n", 0},
                         {"", "", 0},
                         {"fail", "fail", 1},
                         {"fail\n", "fail\n", 1},
                         {"fail\ndevice not found\n", "device not found\n", 1},
                         {"timeout\n", "timeout\n", 1},
                         {"timeout of mpatha\n", "timeout of mpatha\n", 0},
                         {permission_reply, "permission deny: need to be root\n", 1},
                         {"permission deny: need to be root\nhelp\n",
                          "permission deny: need to be root\nhelp\n", 1}}) {
    CAPTURE(row.reply);
    CHECK(result_of(row.reply).text == row.text);
    CHECK(result_of(row.reply).status == row.status);
  }
}
