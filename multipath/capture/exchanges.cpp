#include "multipath/capture/exchanges.h"

#include <array>

#include <fmt/format.h>

#include "multipath/model/cut.h"
#include "multipath/model/number_text.h"

namespace multipath {
namespace {

using scsi::ByteVector;
using scsi::Delivery;
using scsi::Response;

struct DeliveryWord {
  std::string_view word;
  Delivery delivery;
  int Response::* detail;  ///< what its number is
};
constexpr std::array delivery_words{
    DeliveryWord{"timed-out", Delivery::timed_out, nullptr},
    DeliveryWord{"no-connection", Delivery::no_connection, &Response::host_status},
    DeliveryWord{"transport-error", Delivery::transport_error, &Response::host_status},
    DeliveryWord{"refused", Delivery::refused, &Response::os_error},
};

/// " 12 01 83", for the call alone.
class BytesText {
 public:
  explicit BytesText(const ByteVector& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (3 * bytes.size() > short_.size()) long_.resize(3 * bytes.size());
    char* at = long_.empty() ? short_.data() : long_.data();
    text_ = {at, 3 * bytes.size()};
    for (const auto byte : bytes) {
      *at++ = ' ';
      *at++ = digits[byte >> 4U];
      *at++ = digits[byte & 15U];
    }
  }
  BytesText(const BytesText&) = delete;
  BytesText& operator=(const BytesText&) = delete;
  std::string_view text() const { return text_; }

 private:
  std::array<char, 3 * 32> short_;  ///< any CDB
  std::string long_;
  std::string_view text_;
};

std::string bytes_text(const ByteVector& bytes) { return std::string(BytesText(bytes).text()); }

std::string outcome_text(const Response& response) {
  for (const DeliveryWord& row : delivery_words) {
    if (row.delivery != response.delivery) continue;
    return row.detail == nullptr ? std::string(row.word)
                                 : fmt::format("{} {}", row.word, response.*row.detail);
  }
  if (response.status == scsi::Status::good && response.sense.empty()) return "good";
  std::string text = fmt::format("status {:02x}", static_cast<unsigned>(response.status));
  if (!response.sense.empty()) text += " sense" + bytes_text(response.sense);
  return text;
}

/// What a CDB asks for, as a part of a file's name.
std::string label(const ByteVector& cdb) {
  const auto byte = [&](std::size_t i) {
    return i < cdb.size() ? static_cast<unsigned>(cdb[i]) : 0U;
  };
  constexpr unsigned inquiry = 0x12, maintenance_in = 0xa3;
  if (byte(0) == inquiry)
    return (byte(1) & 1U) == 0 ? "inquiry" : fmt::format("vpd-{:02x}", byte(2));
  if (byte(0) == maintenance_in) return fmt::format("{:02x}-{:02x}", byte(0), byte(1) & 0x1fU);
  return fmt::format("{:02x}", byte(0));
}

std::optional<std::uint8_t> parse_byte(std::string_view text) {
  constexpr int hexadecimal = 16;
  return text.size() == 2 ? parse_number<std::uint8_t>(text, hexadecimal) : std::nullopt;
}

/// The next word that is not empty.
std::string_view take_word(std::string_view& text) {
  std::string_view word;
  while (word.empty() && !text.empty()) word = cut(text, ' ');
  return word;
}

/// An outcome without its data, and the file that has it.
struct Outcome {
  Response response;
  std::string_view file;
};

std::optional<Outcome> parse_outcome(std::string_view text) {
  Outcome outcome;
  const std::string_view word = take_word(text);
  if (word == "status") {
    const auto status = parse_byte(take_word(text));
    if (!status) return std::nullopt;
    outcome.response.status = static_cast<scsi::Status>(*status);
  } else if (word != "good") {
    const DeliveryWord* row = nullptr;
    for (const DeliveryWord& candidate : delivery_words)
      if (candidate.word == word) row = &candidate;
    if (row == nullptr) return std::nullopt;
    outcome.response.delivery = row->delivery;
    if (row->detail != nullptr) {
      const auto number = parse_number<unsigned>(take_word(text));
      if (!number) return std::nullopt;
      outcome.response.*row->detail = static_cast<int>(*number);
    }
  }
  for (std::string_view next = take_word(text); !next.empty();) {
    if (next == "data") {
      outcome.file = take_word(text);
      if (outcome.file.empty() || outcome.file.find('/') != std::string_view::npos)
        return std::nullopt;
      next = take_word(text);
    } else if (next == "sense") {
      for (next = take_word(text); !next.empty() && next != "data"; next = take_word(text)) {
        const auto byte = parse_byte(next);
        if (!byte) return std::nullopt;
        outcome.response.sense.push_back(*byte);
      }
    } else {
      return std::nullopt;
    }
  }
  return outcome;
}

}  // namespace

std::string hex_text(const ByteVector& bytes, std::string_view comment) {
  constexpr std::size_t a_line = 16;
  std::string text = fmt::format("# {}\n", comment);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text += fmt::format("{}{:02x}", i % a_line == 0 ? (i == 0 ? "" : "\n") : " ",
                        static_cast<unsigned>(bytes[i]));
  }
  return text + "\n";
}

std::optional<ByteVector> parse_hex_text(std::string_view text) {
  ByteVector bytes;
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    line = line.substr(0, line.find('#'));
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      const auto byte = parse_byte(word);
      if (!byte) return std::nullopt;
      bytes.push_back(*byte);
    }
  }
  return bytes;
}

// --- gathering --------------------------------------------------------------------------------

void ExchangeNotes::refused_to_open(std::string_view node, int error) {
  Response response;
  response.delivery = Delivery::refused;
  response.os_error = error;
  const std::lock_guard lock(mutex_);
  responses_.insert_or_assign({std::string(node), ""}, Answered{response, ""});
}

void ExchangeNotes::answered(std::string_view node, const scsi::Command& command,
                             const Response& response) {
  const std::lock_guard lock(mutex_);
  responses_.insert_or_assign({std::string(node), bytes_text(command.cdb)},
                              Answered{response, label(command.cdb)});
}

ExchangeTexts ExchangeNotes::render() const {
  const std::lock_guard lock(mutex_);
  ExchangeTexts texts;
  std::map<std::string, std::string> known;
  for (const auto& [key, answered] : responses_) {
    const auto& [node, cdb] = key;
    const auto& [response, label] = answered;
    if (cdb.empty()) {
      texts.index += fmt::format("{} open = {}\n", node, response.os_error);
      continue;
    }
    texts.index += node + cdb + " = " + outcome_text(response);
    if (!response.data.empty()) {
      auto& file = known[std::string(response.data.begin(), response.data.end())];
      if (file.empty()) {
        file = fmt::format("{}-{}.hex", node, label);
        for (unsigned n = 2; texts.files.contains(file); ++n)
          file = fmt::format("{}-{}-{}.hex", node, label, n);
        texts.files[file] = hex_text(response.data, fmt::format("{} {}", node, label));
      }
      texts.index += " data " + file;
    }
    texts.index += '\n';
  }
  return texts;
}

// --- asking -----------------------------------------------------------------------------------

namespace {

constexpr std::string_view equals = " = ", opening = " open";

/// What is wrong with a line; nothing when it is an exchange, or what came of an open.
std::optional<std::string> mistake_in(std::string_view line) {
  const auto at = line.find(equals);
  if (at == std::string_view::npos) return "\" = \" is wanted";
  const std::string_view outcome = line.substr(at + equals.size());
  if (line.substr(0, at).ends_with(opening)) {
    if (!parse_number<unsigned>(outcome)) return "an error number is wanted";
  } else if (!parse_outcome(outcome)) {
    return "no such outcome";
  }
  return std::nullopt;
}

}  // namespace

tl::expected<Exchanges, Facts::Mistake> Exchanges::parse(std::string index, ReadFile read_file) {
  Exchanges result;
  result.text_ = std::move(index);
  result.read_file_ = std::move(read_file);
  const std::string_view all = result.text_;
  std::string_view rest = all;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t offset = all.size() - rest.size();
    const std::string_view line = cut(rest, '\n');
    if (line.empty() || line.front() == '#') continue;
    if (auto mistake = mistake_in(line))
      return tl::unexpected(Facts::Mistake{number, std::move(*mistake)});
    const std::string_view node = line.substr(0, line.find(' '));
    LineRanges& nodes = result.nodes_;
    if (nodes.all().empty() || nodes.back().name.in(all) != node)
      nodes.add({offset, static_cast<std::uint32_t>(node.size())}).begin = offset;
    nodes.back().end = all.size() - rest.size();
  }
  result.nodes_.index(all);
  return result;
}

std::optional<std::string_view> Exchanges::outcome(std::string_view node,
                                                   std::string_view command) const {
  const std::string_view all = text_;
  for (const auto* range = nodes_.last(all, node); range != nullptr;
       range = nodes_.earlier(*range)) {
    std::optional<std::string_view> last;
    for (std::string_view rest = all.substr(range->begin, range->end - range->begin);
         !rest.empty();) {
      std::string_view line = cut(rest, '\n');
      if (!line.starts_with(node)) continue;
      line.remove_prefix(node.size());
      if (!line.starts_with(command)) continue;
      line.remove_prefix(command.size());
      if (line.starts_with(equals)) last = line.substr(equals.size());
    }
    if (last) return last;
  }
  return std::nullopt;
}

Exchanges::Opened Exchanges::open(std::string_view node) const {
  if (nodes_.last(text_, node) == nullptr) return {};
  const auto error = outcome(node, opening);
  return {true, error ? static_cast<int>(parse_number<unsigned>(*error).value_or(0)) : 0};
}

const ByteVector* Exchanges::data(std::string_view file) const {
  const auto bytes_of = [](const auto& place) { return place->second ? &*place->second : nullptr; };
  {
    const std::shared_lock lock(cache_->mutex);
    if (const auto known = cache_->files.find(file); known != cache_->files.end())
      return bytes_of(known);
  }
  // Two threads may read the same file; others are not kept from their answers meanwhile.
  const auto text = read_file_(std::string(file));
  auto bytes = text ? parse_hex_text(*text) : std::nullopt;
  const std::unique_lock lock(cache_->mutex);
  return bytes_of(cache_->files.emplace(file, std::move(bytes)).first);
}

std::optional<Response> Exchanges::execute(std::string_view node, const ByteVector& cdb) const {
  const auto text = outcome(node, BytesText(cdb).text());
  if (!text) return std::nullopt;
  auto outcome = parse_outcome(*text);
  if (!outcome) return std::nullopt;
  if (!outcome->file.empty()) {
    const ByteVector* bytes = data(outcome->file);
    if (bytes == nullptr) return std::nullopt;
    outcome->response.data = *bytes;
  }
  return std::move(outcome->response);
}

}  // namespace multipath
