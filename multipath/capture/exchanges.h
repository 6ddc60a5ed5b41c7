#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "libsg/transport.h"
#include "multipath/capture/facts.h"
#include "multipath/capture/line_ranges.h"

namespace multipath {

/// SCSI commands and what came back, as a capture keeps them: scsi.txt, and the data in scsi/, in
/// the hex that `sg_vpd --inhex` and `sg_inq --inhex` read, one file for all answers with the same
/// bytes.
///
///   exchanges := { exchange | open | comment | empty line }
///   exchange  := NODE { BYTE } " = " outcome [ " data " FILE ]
///   outcome   := "good" | "status " BYTE [ " sense" { BYTE } ] | "timed-out"
///              | "no-connection " HOST-STATUS | "transport-error " HOST-STATUS | "refused " ERRNO
///   open      := NODE " open = " ERRNO      the node cannot be opened
///
/// NODE is the kernel's name ("sg3", "sda"), BYTEs are two hex digits, numbers are decimal.
struct ExchangeTexts {
  std::string index;                         ///< scsi.txt
  std::map<std::string, std::string> files;  ///< name below scsi/, and the hex
};

/// Exchanges as they are gathered; the last answer to a command stays. Several threads may note.
class ExchangeNotes {
 public:
  void refused_to_open(std::string_view node, int error);
  void answered(std::string_view node, const scsi::Command& command,
                const scsi::Response& response);

  ExchangeTexts render() const;

 private:
  using Key = std::pair<std::string, std::string>;  ///< node, CDB as text; no CDB: open
  mutable std::mutex mutex_;
  struct Answered {
    scsi::Response response;
    std::string label;  ///< what was asked, as a part of a file's name
  };
  std::map<Key, Answered> responses_;
};

/// The same to be asked.
class Exchanges {
 public:
  /// Gives a file below scsi/; nothing when it is not there. Several threads call it.
  using ReadFile = std::function<std::optional<std::string>(const std::string& name)>;

  static tl::expected<Exchanges, Facts::Mistake> parse(std::string index, ReadFile read_file);

  struct Opened {
    bool recorded = false;
    int error = 0;
  };
  Opened open(std::string_view node) const;
  /// Nothing when it was not recorded.
  std::optional<scsi::Response> execute(std::string_view node, const scsi::ByteVector& cdb) const;

 private:
  Exchanges() = default;
  /// The bytes of a file; null when it is not there or is not hex.
  const scsi::ByteVector* data(std::string_view file) const;

  /// What the last line of the node with this command says; nothing when it has none.
  std::optional<std::string_view> outcome(std::string_view node, std::string_view command) const;

  struct Cache {
    std::shared_mutex mutex;
    struct Hash {
      using is_transparent = void;
      std::size_t operator()(std::string_view name) const {
        return std::hash<std::string_view>{}(name);
      }
    };
    std::unordered_map<std::string, std::optional<scsi::ByteVector>, Hash, std::equal_to<>> files;
  };
  std::string text_;
  LineRanges nodes_;
  ReadFile read_file_;
  std::unique_ptr<Cache> cache_ = std::make_unique<Cache>();
};

/// "00 83 00 08 ...", 16 bytes a line, below a line of comment.
std::string hex_text(const scsi::ByteVector& bytes, std::string_view comment);
/// Pairs of digits between blanks; "#" begins a comment.
std::optional<scsi::ByteVector> parse_hex_text(std::string_view text);

}  // namespace multipath
