#include "multipath/wire/client_command.h"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "multipath/wire/reply.h"

using namespace multipath::wire;
using Kind = GrammarError::Kind;

namespace {

ClientCommand parsed(std::string_view text) {
  CAPTURE(text);
  const auto command = parse_client_command(text);
  REQUIRE(command);
  return *command;
}

Kind refused(std::string_view text) {
  CAPTURE(text);
  const auto command = parse_client_command(text);
  REQUIRE_FALSE(command);
  return command.error().kind;
}

}  // namespace

TEST_CASE("client command: every line of the help is a command once its parameters are filled in") {
  CHECK(command_help().size() > 55);
  for (const std::string_view line : command_help()) {
    std::string text(line);
    for (const auto& [parameter, value] : {std::pair("<path>", "sda"),
                                           {"<map>", "mpatha"},
                                           {"<group>", "2"},
                                           {"<format>", "\"%n %w\""},
                                           {"<key>", "0x1"},
                                           {"<pathlist>", "\"8:0 8:16\""}}) {
      if (const auto at = text.find(parameter); at != std::string::npos)
        text.replace(at, std::string_view(parameter).size(), value);
    }
    CAPTURE(text);
    CHECK(parse_client_command(text));
    // A user's trailing blank and line feed, as the client of multipath-tools sends them.
    CHECK(parse_client_command(text + " \n"));
  }
}

TEST_CASE("client command: parameters are taken, /dev/ is cut off") {
  const ClientCommand format = parsed("show maps raw format \"%n %w\" \n");
  CHECK(format.request == Request::show_maps_raw_format);
  CHECK(format.format == "%n %w");
  CHECK(parsed("fail path /dev/sdq").path == "sdq");
  CHECK(parsed("resize map /dev/dm-3").map == "dm-3");
  CHECK(parsed("add path cciss/c0d0").path == "cciss!c0d0");
  const ClientCommand group = parsed("switchgroup map mpatha group 2");
  CHECK(group.request == Request::switch_group);
  CHECK(std::pair(group.map, group.group) == std::pair<std::string, std::string>("mpatha", "2"));
  CHECK(parsed("setprkey map mpatha key 0x123abc:aptpl").key == "0x123abc:aptpl");
  CHECK(parsed("setprstatus map mpatha pathlist \"sda 8:16\"").paths == "sda 8:16");
}

TEST_CASE("client command: keywords may be shortened while only one begins so") {
  using Pair = std::pair<std::string_view, Request>;
  for (const auto& [text, request] :
       {Pair("sho paths", Request::show_paths), Pair("li pat x", Request::show_path),
        Pair("list maps", Request::show_maps),
        Pair("show multipaths stat", Request::show_maps_status),
        Pair("show maps t", Request::show_maps_topology),
        Pair("show maps j", Request::show_maps_json), Pair("show w", Request::show_wildcards),
        Pair("show c", Request::show_config), Pair("show da", Request::show_daemon),
        Pair("reco", Request::reconfigure), Pair("resi map m", Request::resize_map),
        Pair("rel map m", Request::reload_map), Pair("rei path sda", Request::reinstate_path),
        Pair("switch map m gr 1", Request::switch_group), Pair("exit", Request::quit),
        Pair("remove map m", Request::remove_map)}) {
    CAPTURE(text);
    const auto command = parse_client_command(text);
    const bool ambiguous = text == "li pat x" || text.ends_with(" stat");
    CHECK(command.has_value() == !ambiguous);
    if (command) CHECK(command->request == request);
  }
  for (const std::string_view text :
       {"sh paths", "l maps", "a path x", "s", "re", "fo", "show maps sta"})
    CHECK(refused(text) == Kind::unknown_word);
}

TEST_CASE("client command: the reservation verbs also behind the map, as before 0.9.2") {
  CHECK(parsed("map mpatha getprstatus").request == Request::get_reservation_status);
  CHECK(parsed("map mpatha getprstatus").map == "mpatha");
  CHECK(parsed("map m setprkey key 0x1").request == Request::set_reservation_key);
  CHECK(parsed("path sda setmarginal").request == Request::set_marginal_path);
}

TEST_CASE("client command: quotes, comments and braces") {
  CHECK(parsed("show paths format \"a \"\"b\"\" # c\"").format == "a \"b\" # c");
  CHECK(parsed("show maps # and nothing else").request == Request::show_maps);
  CHECK(parsed("! a comment\nshow maps").request == Request::show_maps);
  CHECK(refused("show { maps") == Kind::unknown_word);
  CHECK(refused("") == Kind::empty);
  CHECK(refused(" \n") == Kind::empty);
  CHECK(parsed("show maps \"json").request == Request::show_maps_json);  // no quote at the end
}

TEST_CASE("client command: what is missing and what is unknown differ") {
  CHECK(refused("fail path") == Kind::missing_argument);
  CHECK(refused("fail map m") == Kind::missing_argument);
  CHECK(refused("show map m") == Kind::missing_argument);
  CHECK(refused("show maps json json json json json") == Kind::missing_argument);
  const auto unknown = parse_client_command("show groups");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().word == "groups");
}

TEST_CASE("client command: a repeated keyword never changes who may ask (CVE-2022-41974)") {
  for (const std::string_view text :
       {"show paths show paths", "show show maps", "list map m map n json", "show daemon shutdown"})
    CHECK(refused(text) == Kind::missing_argument);
}

TEST_CASE("client command: only reading is open to every user") {
  for (const std::string_view line : command_help()) {
    std::string text;
    for (std::size_t at = 0; at < line.size();) {  // a parameter's text does not matter
      text += line[at] == '<' ? 'x' : line[at];
      at = line[at] == '<' ? line.find('>', at) + 1 : at + 1;
    }
    const bool reads = text.starts_with("show") || text == "quit";
    CAPTURE(text);
    CHECK(requires_root(parsed(text).request) == !reads);
  }
}

TEST_CASE("client command: words of a command line survive the way to the daemon") {
  const std::vector<std::string> words{"show", "maps", "raw", "format", "%n \"%w\" #"};
  CHECK(command_text(words) == "show maps raw format \"%n \"\"%w\"\" #\"");
  CHECK(parsed(command_text(words)).format == words.back());
}

TEST_CASE("reply: fail has its reason behind it, and every failure is status 1 for the client") {
  CHECK(fail_reply("map or partition in use") == "fail\nmap or partition in use\n");
  CHECK(fail_reply("") == "fail\n");
  CHECK(result_of("ok\n").status == 0);
  CHECK(result_of("ok\n").text == "ok\n");
  CHECK(result_of(timeout_reply).text == "timeout\n");
  CHECK(result_of(timeout_reply).status == 1);
  CHECK(result_of("fail\n").text == "fail\n");
  CHECK(result_of("fail\n").status == 1);
  CHECK(result_of("timeout\n").status == 1);
  CHECK(result_of("permission deny: need to be root\n").status == 1);
  CHECK(result_of("failover is a map's name\n").status == 0);
  const std::string help = help_reply({Kind::unknown_word, "groups"}, "show groups \n");
  CHECK(help.starts_with("fail\nshow groups: not found\nCLI commands reference:\n list|show") ==
        false);
  CHECK(help.starts_with("fail\nshow groups: not found\nCLI commands reference:\n show paths\n"));
}

TEST_CASE("client command: quotes, comments and braces") {
  CHECK(parsed("show maps format \"a\"\"b\"").format == "a\"b");
  CHECK(parsed("show maps format \"unclosed").format == "unclosed");
  CHECK(parsed("show maps # all of them").request == Request::show_maps);
  CHECK(parsed("! a line\nshow maps").request == Request::show_maps);
  CHECK(refused("# nothing else") == Kind::empty);
  CHECK(refused("{ show") == Kind::unknown_word);
  CHECK(refused("\"\"") == Kind::unknown_word);
  CHECK(refused("show maps format") == Kind::missing_argument);
}

TEST_CASE("client command: the words of a command line make one text that reads back") {
  const std::vector<std::string> words{"show", "maps", "format", "a \"b\" {c} #d"};
  const std::string text = command_text(words);
  CHECK(text == "show maps format \"a \"\"b\"\" {c} #d\"");
  CHECK(parsed(text).format == words.back());
  CHECK(command_text(std::vector<std::string>{"add", "path", ""}) == "add path \"\"");
  CHECK(command_text({}).empty());
}
