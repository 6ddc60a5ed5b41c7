#include "tests/lab/tcmu/behaviour.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace tcmu {
namespace {

struct OpcodeName {
  const char* name;
  std::uint8_t opcode;
};

constexpr OpcodeName opcode_names[] = {
    {"tur", 0x00},   {"request-sense", 0x03}, {"capacity", 0x25}, {"capacity", 0x9e},
    {"mode", 0x1a},  {"mode", 0x5a},          {"rtpg", 0xa3},     {"read", 0x08},
    {"read", 0x28},  {"read", 0xa8},          {"read", 0x88},     {"write", 0x0a},
    {"write", 0x2a}, {"write", 0xaa},         {"write", 0x8a},    {"flush", 0x35},
    {"flush", 0x91},
};

enum class Takes { nothing, decimal, hex, bytes };

struct VerbName {
  const char* name;
  Verb verb;
  Takes takes;
};

constexpr VerbName verb_names[] = {
    {"answer", Verb::answer, Takes::nothing},
    {"hang", Verb::hang, Takes::nothing},
    {"slow", Verb::slow, Takes::decimal},
    {"short", Verb::shorten, Takes::decimal},
    {"padded", Verb::pad, Takes::decimal},
    {"status", Verb::status, Takes::hex},
    {"sense", Verb::sense, Takes::bytes},
    {"raw-sense", Verb::raw_sense, Takes::bytes},
    {"recovered", Verb::recovered, Takes::nothing},
    {"garbage", Verb::garbage, Takes::nothing},
    {"page", Verb::page, Takes::hex},
    {"rotate", Verb::rotate, Takes::nothing},
};

constexpr std::uint8_t inquiry = 0x12;

bool asks_for_vital_product_data(const Command& command) {
  return command.opcode() == inquiry && (command.cdb[1] & 1) != 0;
}

}  // namespace

Behaviour::Behaviour(std::string text) : text_(std::move(text)) {
  std::istringstream lines(text_);
  for (std::string line; std::getline(lines, line);) {
    line.erase(std::min(line.find('#'), line.size()));
    if (line.find_first_not_of(" \t") != std::string::npos) lines_.push_back(parse(line));
  }
}

Behaviour::Line Behaviour::parse(const std::string& text) {
  std::istringstream words(text);
  Line line;
  std::string verb;
  words >> line.match >> verb;
  const auto* name = std::find_if(std::begin(verb_names), std::end(verb_names),
                                  [&](const VerbName& known) { return verb == known.name; });
  if (name == std::end(verb_names)) throw std::runtime_error("no such behaviour: '" + text + "'");
  line.action.verb = name->verb;
  std::string word;
  if (name->takes == Takes::decimal && !(words >> line.action.number)) {
    throw std::runtime_error("a number is missing: '" + text + "'");
  }
  if (name->takes == Takes::hex) {
    words >> word;
    line.action.number = hex_byte(word);
  }
  while (words >> word && word != "times") {
    if (name->takes != Takes::bytes) throw std::runtime_error("too much in: '" + text + "'");
    line.action.bytes.push_back(hex_byte(word));
  }
  if (word == "times") {
    std::uint64_t times = 0;
    if (!(words >> times)) throw std::runtime_error("how many times? '" + text + "'");
    line.times_left = times;
  }
  if (name->verb == Verb::sense && line.action.bytes.size() != 3) {
    throw std::runtime_error("key, asc and ascq are needed: '" + text + "'");
  }
  return line;
}

bool Behaviour::matches(const std::string& match, const Command& command) {
  if (match == "any") return true;
  if (match == "inquiry")
    return command.opcode() == inquiry && !asks_for_vital_product_data(command);
  if (match == "vpd") return asks_for_vital_product_data(command);
  if (match.starts_with("vpd:")) {
    return asks_for_vital_product_data(command) && command.cdb[2] == hex_byte(match.substr(4));
  }
  if (match.starts_with("op:")) return command.opcode() == hex_byte(match.substr(3));
  return std::any_of(std::begin(opcode_names), std::end(opcode_names),
                     [&](const OpcodeName& known) {
                       return match == known.name && command.opcode() == known.opcode;
                     });
}

Action Behaviour::look(const Command& command) const {
  for (const Line& line : lines_) {
    if (line.times_left != 0U && matches(line.match, command)) return line.action;
  }
  return {};
}

Action Behaviour::follow(const Command& command) {
  for (Line& line : lines_) {
    if (line.times_left == 0U || !matches(line.match, command)) continue;
    if (line.times_left) --*line.times_left;
    return line.action;
  }
  return {};
}

}  // namespace tcmu
