#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace multipath {

/// Bytes as one line of ASCII that a person can edit: `\\`, `\n`, `\t`, and `\xHH` for every other
/// control byte and for bytes from 0x80. In a word blanks are escaped, too (`\x20`), and a word of
/// no bytes is `\0`.
std::string escape_text(std::string_view bytes);
std::string escape_word(std::string_view bytes);

/// escape_word() would not change it.
bool is_plain_word(std::string_view bytes);

/// The bytes again; nothing for an escape that is none of the above.
/// Would unescape() give something?
bool is_escaped(std::string_view text);
std::optional<std::string> unescape(std::string_view text);

}  // namespace multipath
