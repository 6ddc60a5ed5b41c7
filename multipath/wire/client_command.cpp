#include "multipath/wire/client_command.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace multipath::wire {
namespace {

enum class Keyword : std::uint8_t {
  show,
  add,
  del,
  switchgroup,
  suspend,
  resume,
  reinstate,
  fail,
  resize,
  reset,
  reload,
  forcequeueing,
  disablequeueing,
  restorequeueing,
  paths,
  maps,
  path,
  map,
  group,
  reconfigure,
  daemon,
  status,
  stats,
  topology,
  config,
  blacklist,
  devices,
  raw,
  wildcards,
  quit,
  shutdown,
  getprstatus,
  setprstatus,
  unsetprstatus,
  format,
  json,
  getprkey,
  setprkey,
  unsetprkey,
  key,
  local,
  setmarginal,
  unsetmarginal,
  all,
  getprhold,
  setprhold,
  unsetprhold,
  pathlist,
};

struct Spelling {
  std::string_view text;
  Keyword keyword;
};
constexpr std::array spellings{
    Spelling{"list", Keyword::show},
    Spelling{"show", Keyword::show},
    Spelling{"add", Keyword::add},
    Spelling{"remove", Keyword::del},
    Spelling{"del", Keyword::del},
    Spelling{"switch", Keyword::switchgroup},
    Spelling{"switchgroup", Keyword::switchgroup},
    Spelling{"suspend", Keyword::suspend},
    Spelling{"resume", Keyword::resume},
    Spelling{"reinstate", Keyword::reinstate},
    Spelling{"fail", Keyword::fail},
    Spelling{"resize", Keyword::resize},
    Spelling{"reset", Keyword::reset},
    Spelling{"reload", Keyword::reload},
    Spelling{"forcequeueing", Keyword::forcequeueing},
    Spelling{"disablequeueing", Keyword::disablequeueing},
    Spelling{"restorequeueing", Keyword::restorequeueing},
    Spelling{"paths", Keyword::paths},
    Spelling{"maps", Keyword::maps},
    Spelling{"multipaths", Keyword::maps},
    Spelling{"path", Keyword::path},
    Spelling{"map", Keyword::map},
    Spelling{"multipath", Keyword::map},
    Spelling{"group", Keyword::group},
    Spelling{"reconfigure", Keyword::reconfigure},
    Spelling{"daemon", Keyword::daemon},
    Spelling{"status", Keyword::status},
    Spelling{"stats", Keyword::stats},
    Spelling{"topology", Keyword::topology},
    Spelling{"config", Keyword::config},
    Spelling{"blacklist", Keyword::blacklist},
    Spelling{"devices", Keyword::devices},
    Spelling{"raw", Keyword::raw},
    Spelling{"wildcards", Keyword::wildcards},
    Spelling{"quit", Keyword::quit},
    Spelling{"exit", Keyword::quit},
    Spelling{"shutdown", Keyword::shutdown},
    Spelling{"getprstatus", Keyword::getprstatus},
    Spelling{"setprstatus", Keyword::setprstatus},
    Spelling{"unsetprstatus", Keyword::unsetprstatus},
    Spelling{"format", Keyword::format},
    Spelling{"json", Keyword::json},
    Spelling{"getprkey", Keyword::getprkey},
    Spelling{"setprkey", Keyword::setprkey},
    Spelling{"unsetprkey", Keyword::unsetprkey},
    Spelling{"key", Keyword::key},
    Spelling{"local", Keyword::local},
    Spelling{"setmarginal", Keyword::setmarginal},
    Spelling{"unsetmarginal", Keyword::unsetmarginal},
    Spelling{"all", Keyword::all},
    Spelling{"getprhold", Keyword::getprhold},
    Spelling{"setprhold", Keyword::setprhold},
    Spelling{"unsetprhold", Keyword::unsetprhold},
    Spelling{"pathlist", Keyword::pathlist},
};

/// What a keyword's parameter is stored in; nothing for a keyword without one.
std::string ClientCommand::* parameter_of(Keyword keyword) {
  switch (keyword) {
    case Keyword::path:
      return &ClientCommand::path;
    case Keyword::map:
      return &ClientCommand::map;
    case Keyword::group:
      return &ClientCommand::group;
    case Keyword::format:
      return &ClientCommand::format;
    case Keyword::key:
      return &ClientCommand::key;
    case Keyword::pathlist:
      return &ClientCommand::paths;
    default:
      return nullptr;
  }
}

struct Row {
  Request request;
  std::string_view words;  ///< the keywords, in full
};
/// The first row of a request is the one that the help shows.
constexpr std::array rows{
    Row{Request::show_paths, "show paths"},
    Row{Request::show_paths_format, "show paths format"},
    Row{Request::show_paths_raw_format, "show paths raw format"},
    Row{Request::show_path, "show path"},
    Row{Request::show_maps, "show maps"},
    Row{Request::show_maps_status, "show maps status"},
    Row{Request::show_maps_stats, "show maps stats"},
    Row{Request::show_maps_format, "show maps format"},
    Row{Request::show_maps_raw_format, "show maps raw format"},
    Row{Request::show_maps_topology, "show maps topology"},
    Row{Request::show_maps_json, "show maps json"},
    Row{Request::show_map_topology, "show map topology"},
    Row{Request::show_map_format, "show map format"},
    Row{Request::show_map_raw_format, "show map raw format"},
    Row{Request::show_map_json, "show map json"},
    Row{Request::show_topology, "show topology"},
    Row{Request::show_status, "show status"},
    Row{Request::show_daemon, "show daemon"},
    Row{Request::show_devices, "show devices"},
    Row{Request::show_blacklist, "show blacklist"},
    Row{Request::show_wildcards, "show wildcards"},
    Row{Request::show_config, "show config"},
    Row{Request::show_config_local, "show config local"},
    Row{Request::reconfigure, "reconfigure"},
    Row{Request::reconfigure_all, "reconfigure all"},
    Row{Request::shutdown, "shutdown"},
    Row{Request::quit, "quit"},
    Row{Request::add_path, "add path"},
    Row{Request::remove_path, "del path"},
    Row{Request::add_map, "add map"},
    Row{Request::remove_map, "del map"},
    Row{Request::remove_maps, "del maps"},
    Row{Request::resize_map, "resize map"},
    Row{Request::reload_map, "reload map"},
    Row{Request::reset_map, "reset map"},
    Row{Request::suspend_map, "suspend map"},
    Row{Request::resume_map, "resume map"},
    Row{Request::switch_group, "switchgroup map group"},
    Row{Request::fail_path, "fail path"},
    Row{Request::reinstate_path, "reinstate path"},
    Row{Request::disable_queueing_of_map, "disablequeueing map"},
    Row{Request::disable_queueing_of_maps, "disablequeueing maps"},
    Row{Request::restore_queueing_of_map, "restorequeueing map"},
    Row{Request::restore_queueing_of_maps, "restorequeueing maps"},
    Row{Request::force_queueing_of_daemon, "forcequeueing daemon"},
    Row{Request::restore_queueing_of_daemon, "restorequeueing daemon"},
    Row{Request::reset_stats_of_maps, "reset maps stats"},
    Row{Request::reset_stats_of_map, "reset map stats"},
    Row{Request::set_marginal_path, "setmarginal path"},
    Row{Request::unset_marginal_path, "unsetmarginal path"},
    Row{Request::unset_marginal_map, "unsetmarginal map"},
    Row{Request::get_reservation_status, "getprstatus map"},
    Row{Request::set_reservation_status, "setprstatus map"},
    Row{Request::set_reservation_status, "setprstatus map pathlist"},
    Row{Request::unset_reservation_status, "unsetprstatus map"},
    Row{Request::get_reservation_key, "getprkey map"},
    Row{Request::set_reservation_key, "setprkey map key"},
    Row{Request::unset_reservation_key, "unsetprkey map"},
    Row{Request::get_reservation_hold, "getprhold map"},
    Row{Request::set_reservation_hold, "setprhold map"},
    Row{Request::unset_reservation_hold, "unsetprhold map"},
    // The order of multipath-tools before 0.9.2, which its manual still shows.
    Row{Request::get_reservation_status, "map getprstatus"},
    Row{Request::set_reservation_status, "map setprstatus"},
    Row{Request::unset_reservation_status, "map unsetprstatus"},
    Row{Request::get_reservation_key, "map getprkey"},
    Row{Request::set_reservation_key, "map setprkey key"},
    Row{Request::unset_reservation_key, "map unsetprkey"},
    Row{Request::set_marginal_path, "path setmarginal"},
    Row{Request::unset_marginal_path, "path unsetmarginal"},
    Row{Request::unset_marginal_map, "map unsetmarginal"},
};
constexpr std::size_t longest_row = 4;

bool is_separator(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= ' ' || byte >= 0x7f;
}

/// A word of the command; quoted words are never comments or keywords' braces.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (is_separator(c)) {
      ++at;
    } else if (c == '#' || c == '!') {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '{' || c == '}') {
      words.emplace_back(1, c);
      ++at;
    } else if (c == '"') {
      std::string word;
      for (++at; at < text.size(); ++at) {
        if (text[at] != '"') {
          word += text[at];
        } else if (at + 1 < text.size() && text[at + 1] == '"') {
          word += text[++at];
        } else {
          break;
        }
      }
      ++at;
      words.push_back(std::move(word));
    } else {
      const std::size_t begin = at;
      while (at < text.size() && !is_separator(text[at]) &&
             std::string_view("\"{}#!").find(text[at]) == std::string_view::npos)
        ++at;
      words.emplace_back(text.substr(begin, at - begin));
    }
  }
  return words;
}

/// An exact spelling wins; else the word must begin the spellings of one keyword only.
std::optional<Keyword> keyword_of(std::string_view word) {
  std::optional<Keyword> found;
  for (const Spelling& spelling : spellings) {
    if (spelling.text == word) return spelling.keyword;
  }
  for (const Spelling& spelling : spellings) {
    if (!spelling.text.starts_with(word)) continue;
    if (found && *found != spelling.keyword) return std::nullopt;
    found = spelling.keyword;
  }
  return word.empty() ? std::nullopt : found;
}

std::string device_name(std::string word) {
  constexpr std::string_view directory = "/dev/";
  constexpr std::string_view controller = "cciss/";
  if (word.starts_with(directory)) word.erase(0, directory.size());
  if (word.starts_with(controller)) word[controller.size() - 1] = '!';
  return word;
}

bool is_row(const Row& row, std::span<const Keyword> keywords) {
  std::string_view rest = row.words;
  for (const Keyword keyword : keywords) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (word.empty() || keyword_of(word) != keyword) return false;
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return rest.empty();
}

}  // namespace

tl::expected<ClientCommand, GrammarError> parse_client_command(std::string_view text) {
  using Kind = GrammarError::Kind;
  const std::vector<std::string> words = words_of(text);
  ClientCommand command;
  std::vector<Keyword> keywords;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto keyword = keyword_of(words[i]);
    if (!keyword) return tl::unexpected(GrammarError{Kind::unknown_word, words[i]});
    if (keywords.size() == longest_row) return tl::unexpected(GrammarError{Kind::missing_argument});
    keywords.push_back(*keyword);
    const auto parameter = parameter_of(*keyword);
    if (parameter == nullptr) continue;
    if (++i == words.size()) return tl::unexpected(GrammarError{Kind::missing_argument});
    const bool names_device = *keyword == Keyword::path || *keyword == Keyword::map;
    command.*parameter = names_device ? device_name(words[i]) : words[i];
  }
  if (keywords.empty()) return tl::unexpected(GrammarError{Kind::empty});
  const auto* row =
      std::ranges::find_if(rows, [&](const Row& each) { return is_row(each, keywords); });
  if (row == rows.end()) return tl::unexpected(GrammarError{Kind::missing_argument});
  command.request = row->request;
  return command;
}

bool requires_root(Request request) {
  return request > Request::show_config_local && request != Request::quit;
}

std::span<const std::string_view> command_help() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> lines;
    for (const Row& row : rows) {
      std::string line;
      std::string_view rest = row.words;
      while (!rest.empty()) {
        const std::string_view word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        line += (line.empty() ? "" : " ") + std::string(word);
        if (parameter_of(*keyword_of(word)) != nullptr) line += " <" + std::string(word) + ">";
      }
      if (line.starts_with("map ") || line.starts_with("path ")) continue;
      lines.push_back(std::move(line));
    }
    return lines;
  }();
  static const std::vector<std::string_view> views(texts.begin(), texts.end());
  return views;
}

std::string command_text(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    const bool quoted = word.empty() || std::ranges::any_of(word, is_separator) ||
                        word.find_first_of("\"{}#!") != std::string::npos;
    if (!quoted) {
      text += word;
      continue;
    }
    text += '"';
    for (const char c : word) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    text += '"';
  }
  return text;
}

}  // namespace multipath::wire
