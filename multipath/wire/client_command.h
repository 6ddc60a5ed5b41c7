#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace multipath::wire {

/// What a client of multipathd can ask for. The names are the words of the command.
enum class Request : std::uint8_t {
  show_paths,
  show_paths_format,
  show_paths_raw_format,
  show_path,
  show_maps,
  show_maps_status,
  show_maps_stats,
  show_maps_format,
  show_maps_raw_format,
  show_maps_topology,
  show_maps_json,
  show_map_topology,
  show_map_format,
  show_map_raw_format,
  show_map_json,
  show_topology,
  show_status,
  show_daemon,
  show_devices,
  show_blacklist,
  show_wildcards,
  show_config,
  show_config_local,
  reconfigure,
  reconfigure_all,
  shutdown,
  quit,
  add_path,
  remove_path,
  add_map,
  remove_map,
  remove_maps,
  resize_map,
  reload_map,
  reset_map,
  suspend_map,
  resume_map,
  switch_group,
  fail_path,
  reinstate_path,
  disable_queueing_of_map,
  disable_queueing_of_maps,
  restore_queueing_of_map,
  restore_queueing_of_maps,
  force_queueing_of_daemon,
  restore_queueing_of_daemon,
  reset_stats_of_maps,
  reset_stats_of_map,
  set_marginal_path,
  unset_marginal_path,
  unset_marginal_map,
  get_reservation_status,
  set_reservation_status,
  unset_reservation_status,
  get_reservation_key,
  set_reservation_key,
  unset_reservation_key,
  get_reservation_hold,
  set_reservation_hold,
  unset_reservation_hold,
};

/// A command with its parameters. Only the parameters that the request takes are set. "/dev/" is cut
/// from paths and maps, and "cciss/" reads "cciss!", as sysfs has it.
struct ClientCommand {
  Request request = Request::show_paths;
  std::string path = {};
  std::string map = {};
  std::string group = {};   ///< a number, not checked here
  std::string format = {};  ///< with wildcards
  std::string key = {};
  std::string paths = {};  ///< a list of kernel names and device numbers
};

/// Why a text is not a command.
struct GrammarError {
  enum class Kind : std::uint8_t {
    unknown_word,      ///< `word` is not a keyword, or the beginning of several
    missing_argument,  ///< a parameter is missing, or there is no such combination of keywords
    empty,
  };
  Kind kind = Kind::empty;
  std::string word = {};  ///< for unknown_word
};

/// Parses a command in the grammar of multipath-tools: keywords may be shortened to any unambiguous
/// beginning, an exact match wins; blanks separate; double quotes group, and a doubled quote inside
/// them is a quote; "#" and "!" begin a comment. Cost is linear in the text.
tl::expected<ClientCommand, GrammarError> parse_client_command(std::string_view text);

/// Only reading requests are open to every user; the others require uid 0.
bool requires_root(Request request);

/// One line for each command: its words, with the parameters in angle brackets.
std::span<const std::string_view> command_help();

/// Joins the words of a command line into a command: a word with a blank is put in quotes.
std::string command_text(std::span<const std::string> words);

}  // namespace multipath::wire
