#include "multipath/config/expression_compiler.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace multipath {
namespace {

constexpr unsigned bytes_there_are = 256;

using Test = bool (*)(unsigned char);

constexpr bool is_upper(unsigned char byte) { return byte >= 'A' && byte <= 'Z'; }
constexpr bool is_lower(unsigned char byte) { return byte >= 'a' && byte <= 'z'; }
constexpr bool is_digit(unsigned char byte) { return byte >= '0' && byte <= '9'; }
constexpr bool is_alpha(unsigned char byte) { return is_upper(byte) || is_lower(byte); }
constexpr bool is_alnum(unsigned char byte) { return is_alpha(byte) || is_digit(byte); }
constexpr bool is_graph(unsigned char byte) { return byte > ' ' && byte < 0x7f; }
constexpr bool is_space(unsigned char byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/// The classes of the C locale.
constexpr std::array<std::pair<std::string_view, Test>, 12> classes{{
    {"alpha", is_alpha},
    {"upper", is_upper},
    {"lower", is_lower},
    {"digit", is_digit},
    {"alnum", is_alnum},
    {"space", is_space},
    {"graph", is_graph},
    {"blank", [](unsigned char byte) { return byte == ' ' || byte == '\t'; }},
    {"cntrl", [](unsigned char byte) { return byte < ' ' || byte == 0x7f; }},
    {"print", [](unsigned char byte) { return is_graph(byte) || byte == ' '; }},
    {"punct", [](unsigned char byte) { return is_graph(byte) && !is_alnum(byte); }},
    {"xdigit",
     [](unsigned char byte) {
       return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
     }},
}};

std::bitset<bytes_there_are> bytes_where(Test test) {
  std::bitset<bytes_there_are> bytes;
  for (unsigned byte = 0; byte < bytes_there_are; ++byte)
    bytes.set(byte, test(static_cast<unsigned char>(byte)));
  return bytes;
}

bool is_word(unsigned char byte) { return is_alnum(byte) || byte == '_'; }

}  // namespace

bool ExpressionCompiler::wrong(std::string what) {
  if (error_.empty()) error_ = std::move(what);
  return false;
}

bool ExpressionCompiler::emit(Kind kind, std::size_t value) {
  if (result_.program_.size() >= RegularExpression::largest)
    return wrong("too large after its intervals are expanded");
  result_.program_.push_back({kind, static_cast<std::uint32_t>(value)});
  return true;
}

bool ExpressionCompiler::emit_set(const Bytes& bytes) {
  auto& sets = result_.sets_;
  auto found = std::ranges::find(sets, bytes);
  if (found == sets.end()) found = sets.insert(sets.end(), bytes);
  return emit(Kind::set, static_cast<std::size_t>(found - sets.begin()));
}

bool ExpressionCompiler::insert(std::size_t place, Instruction instruction) {
  auto& program = result_.program_;
  if (!emit(Kind::match)) return false;
  program.pop_back();
  for (std::size_t i = place; i < program.size(); ++i) {
    if (program[i].kind == Kind::jump || program[i].kind == Kind::split) ++program[i].value;
  }
  program.insert(program.begin() + static_cast<std::ptrdiff_t>(place), instruction);
  return true;
}

tl::expected<RegularExpression, std::string> ExpressionCompiler::compile() {
  const bool is_right = alternatives(0) && emit(Kind::match);
  if (!is_right) return tl::unexpected(std::move(error_));
  return std::move(result_);
}

bool ExpressionCompiler::alternatives(unsigned depth) {
  const std::size_t begin = result_.program_.size();
  std::vector<std::size_t> ends;  // of branches, each a jump to the end of all
  std::size_t last = begin;
  if (!branch(depth)) return false;
  while (next_is('|')) {
    ++at_;
    // Split to the next branch; this branch; jump to the end of all.
    if (!insert(last, {Kind::split, 0})) return false;
    ends.push_back(result_.program_.size());
    if (!emit(Kind::jump)) return false;
    result_.program_[last].value = static_cast<std::uint32_t>(result_.program_.size());
    last = result_.program_.size();
    if (!branch(depth)) return false;
  }
  for (const std::size_t jump : ends)
    result_.program_[jump].value = static_cast<std::uint32_t>(result_.program_.size());
  return true;
}

bool ExpressionCompiler::branch(unsigned depth) {
  while (!at_end() && text_[at_] != '|' && !(depth > 0 && text_[at_] == ')')) {
    const std::size_t begin = result_.program_.size();
    has_anchor_before_ = false;
    if (!atom(depth)) return false;
    if (!has_anchor_before_ && !repetitions(begin)) return false;
    has_anchor_before_ = false;
  }
  return true;
}

bool ExpressionCompiler::atom(unsigned depth) {
  const char byte = text_[at_++];
  switch (byte) {
    case '^':
    case '$':
      has_anchor_before_ = true;
      return emit(byte == '^' ? Kind::text_begin : Kind::text_end);
    case '*':
    case '+':
    case '?':
    case '{':
      return wrong(fmt::format("nothing to repeat before '{}'", byte));
    case '(':
      return group(depth);
    case '[':
      return bracket();
    case '.':
      return emit(Kind::any);
    case '\\':
      return escape();
    default:
      return emit(Kind::byte, static_cast<unsigned char>(byte));
  }
}

bool ExpressionCompiler::group(unsigned depth) {
  if (depth >= RegularExpression::deepest_group) return wrong("groups are nested too deeply");
  if (!alternatives(depth + 1)) return false;
  if (!next_is(')')) return wrong("unclosed '('");
  ++at_;
  has_anchor_before_ = false;
  return true;
}

bool ExpressionCompiler::escape() {
  if (at_end()) return wrong("trailing backslash");
  constexpr std::array<std::pair<char, Kind>, 6> anchors{{{'`', Kind::text_begin},
                                                          {'\'', Kind::text_end},
                                                          {'b', Kind::word_boundary},
                                                          {'B', Kind::not_word_boundary},
                                                          {'<', Kind::word_begin},
                                                          {'>', Kind::word_end}}};
  const char byte = text_[at_++];
  for (const auto& [letter, kind] : anchors) {
    if (byte != letter) continue;
    has_anchor_before_ = true;
    return emit(kind);
  }
  switch (byte) {
    case 'w':
      return emit_set(bytes_where(is_word));
    case 'W':
      return emit_set(~bytes_where(is_word));
    case 's':
      return emit_set(bytes_where(is_space));
    case 'S':
      return emit_set(~bytes_where(is_space));
    default:
      break;
  }
  if (byte >= '1' && byte <= '9') return wrong("back references are not supported");
  return emit(Kind::byte, static_cast<unsigned char>(byte));
}

bool ExpressionCompiler::bracket() {
  const bool inverted = next_is('^');
  if (inverted) ++at_;
  Bytes bytes;
  for (bool is_first = true;; is_first = false) {
    if (at_end()) return wrong("unclosed '['");
    if (next_is(']') && !is_first) break;
    if (!bracket_element(bytes, is_first)) return false;
  }
  ++at_;
  return emit_set(inverted ? ~bytes : bytes);
}

/// The text between "[:" and ":]", "[=" and "=]", or "[." and ".]".
bool ExpressionCompiler::named(char kind, std::string_view& name) {
  const std::size_t begin = at_ + 2;
  const std::size_t end = text_.find(std::string{kind, ']'}, begin);
  if (end == std::string_view::npos) return wrong(fmt::format("'[{}' is not closed", kind));
  name = text_.substr(begin, end - begin);
  at_ = end + 2;
  return true;
}

bool ExpressionCompiler::bracket_element(Bytes& bytes, bool is_first) {
  const auto stands = [&](std::string_view opening) {
    return text_.substr(at_).starts_with(opening);
  };
  if (stands("[:")) {
    std::string_view name;
    if (!named(':', name)) return false;
    const auto* found =
        std::ranges::find_if(classes, [&](const auto& known) { return known.first == name; });
    if (found == classes.end()) return wrong("unknown character class");
    bytes |= bytes_where(found->second);
    // Neither end of a range can be a class.
    return !next_is('-') || text_.substr(at_).starts_with("-]") ||
           wrong("a range cannot end with a class");
  }
  unsigned char first = 0;
  if (!bracket_byte(first, is_first)) return false;
  const bool is_range = next_is('-') && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
  if (!is_range) {
    bytes.set(first);
    return true;
  }
  ++at_;
  unsigned char last = 0;
  if (stands("[:")) return wrong("a range cannot end with a class");
  if (!bracket_byte(last, true)) return false;
  if (last < first) return wrong("the end of a range precedes its beginning");
  for (unsigned byte = first; byte <= last; ++byte) bytes.set(byte);
  return true;
}

bool ExpressionCompiler::bracket_byte(unsigned char& byte, bool may_be_hyphen) {
  for (const char kind : {'.', '='}) {
    if (!text_.substr(at_).starts_with(std::string{'[', kind})) continue;
    std::string_view name;
    if (!named(kind, name)) return false;
    if (name.size() != 1) return wrong("unknown collating element");
    byte = static_cast<unsigned char>(name.front());
    return true;
  }
  byte = static_cast<unsigned char>(text_[at_]);
  const bool closes = at_ + 1 < text_.size() && text_[at_ + 1] == ']';
  if (byte == '-' && !may_be_hyphen && !closes)
    return wrong("a '-' in brackets must be first, last or part of a range");
  ++at_;
  return true;
}

std::optional<ExpressionCompiler::Interval> ExpressionCompiler::interval() {
  const auto number = [&]() -> std::optional<unsigned> {
    if (at_end() || !is_digit(static_cast<unsigned char>(text_[at_]))) return std::nullopt;
    unsigned value = 0;
    for (; !at_end() && is_digit(static_cast<unsigned char>(text_[at_])); ++at_)
      value = std::min(value * 10 + static_cast<unsigned>(text_[at_] - '0'),
                       RegularExpression::most_repetitions + 1);
    return value;
  };
  const auto least = number();
  Interval interval{least.value_or(0), least};
  if (next_is(',')) {
    ++at_;
    interval.most = number();
  } else if (!least) {
    return std::nullopt;
  }
  if (!next_is('}')) return std::nullopt;
  ++at_;
  const unsigned largest = std::max(interval.least, interval.most.value_or(0));
  if (largest > RegularExpression::most_repetitions) return std::nullopt;
  if (interval.most && *interval.most < interval.least) return std::nullopt;
  return interval;
}

bool ExpressionCompiler::repetitions(std::size_t begin) {
  for (; !at_end();) {
    Interval wanted;
    switch (text_[at_]) {
      case '*':
        break;
      case '+':
        wanted.least = 1;
        break;
      case '?':
        wanted.most = 1;
        break;
      case '{': {
        ++at_;
        const auto read = interval();
        if (!read) return wrong("an interval must be \"{m}\", \"{m,}\" or \"{m,n}\", up to 32767");
        if (!repeat(begin, *read)) return false;
        continue;
      }
      default:
        return true;
    }
    ++at_;
    if (!repeat(begin, wanted)) return false;
  }
  return true;
}

/// Repeats the piece from `begin` on: `least` times, then as a loop or as (most - least) options.
bool ExpressionCompiler::repeat(std::size_t begin, const Interval& interval) {
  auto& program = result_.program_;
  const std::vector<Instruction> piece(program.begin() + static_cast<std::ptrdiff_t>(begin),
                                       program.end());
  program.resize(begin);
  if (interval.most == 0U || piece.empty()) return true;
  const auto append = [&] {
    const std::size_t distance = program.size() - begin;
    for (const Instruction& instruction : piece) {
      const bool has_aim = instruction.kind == Kind::jump || instruction.kind == Kind::split;
      if (!emit(instruction.kind, instruction.value + (has_aim ? distance : 0))) return false;
    }
    return true;
  };
  for (unsigned i = 0; i < interval.least; ++i)
    if (!append()) return false;
  if (!interval.most) {
    const std::size_t split = program.size();
    if (!emit(Kind::split) || !append() || !emit(Kind::jump, split)) return false;
    program[split].value = static_cast<std::uint32_t>(program.size());
    return true;
  }
  std::vector<std::size_t> splits;
  for (unsigned i = interval.least; i < *interval.most; ++i) {
    splits.push_back(program.size());
    if (!emit(Kind::split) || !append()) return false;
  }
  for (const std::size_t split : splits)
    program[split].value = static_cast<std::uint32_t>(program.size());
  return true;
}

}  // namespace multipath
