#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace multipath::wire {

/// A message on multipathd's socket, in both directions: its length as a size_t in the byte order of the
/// host, then that many bytes, of which the last is NUL (libmpathcmd of multipath-tools, mpath_cmd.c).

/// The server drops a connection whose command has another length than 1 to this (mpath_cmd.h).
inline constexpr std::size_t longest_command = 512;
/// The client takes no longer reply than this (mpath_cmd.h, MAX_REPLY_LEN).
inline constexpr std::size_t longest_reply = std::size_t{32} << 20U;

/// The message of a text. The text must not contain NUL.
std::string framed(std::string_view text);

/// Assembles messages from the bytes of a stream, however the bytes are split.
///
/// Memory: at most one message, so `limit` and the size of a read bound the cost of a peer.
class FrameReader {
 public:
  /// Messages longer than `limit` bytes, NUL included, break the stream.
  explicit FrameReader(std::size_t limit) : limit_(limit) {}

  /// Appends what was read. Returns false if the stream is broken: the connection has to be closed.
  bool append(std::string_view bytes);

  /// The next complete message, up to its first NUL; nothing if more bytes are needed.
  std::optional<std::string> next();

  /// Has a message begun that is not complete?
  bool is_within_message() const { return !buffer_.empty(); }
  bool is_broken() const { return broken_; }

 private:
  std::optional<std::size_t> announced_length() const;

  std::size_t limit_;
  std::string buffer_;
  bool broken_ = false;
};

}  // namespace multipath::wire
