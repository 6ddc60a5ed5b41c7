#pragma once

#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

#include "multipath/view/style.h"

namespace multipath {

/// The style for standard output or error, by the kind of file and the environment.
Style style_of_descriptor(int descriptor);

/// The only way to standard output and error. Whatever is written, what arrives is UTF-8 without
/// control characters other than newlines and tabs, as printable() makes it; on a terminal also the
/// program's own colours and progress lines. Renderers escape names where they become part of a
/// text; this stream catches a renderer that forgets to.
class GuardedStream : public std::ostream {
 public:
  GuardedStream(std::ostream& below, Style style);
  ~GuardedStream() override;
  GuardedStream(const GuardedStream&) = delete;
  GuardedStream& operator=(const GuardedStream&) = delete;

 private:
  class Guard : public std::streambuf {
   public:
    Guard(std::ostream& below, Style style) : below_(below), style_(style) {}

   protected:
    int_type overflow(int_type byte) override;
    std::streamsize xsputn(const char* bytes, std::streamsize count) override;
    int sync() override;

   private:
    bool put(std::string_view bytes);
    std::size_t own_sequence(std::string_view bytes) const;
    bool may_go_on(std::string_view bytes) const;

    std::ostream& below_;
    Style style_;
    std::string held_;  ///< the beginning of a character or sequence, until its end comes
  };
  Guard guard_;
};

}  // namespace multipath
