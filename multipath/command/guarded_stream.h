#pragma once

#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

#include "multipath/view/style.h"

namespace multipath {

/// The only way to standard output and error. Whatever is written, what arrives is UTF-8 without a control character (as
/// printable() makes it) but the ends of lines and tabs; on a terminal also the program's own colours
/// and progress lines. Renderers escape names where these become part of a text; this is for the one that does not.
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
