#include "multipath/config/bindings_file.h"
#include "tests/fuzz/property.h"

/// Each alias occurs once; a new alias is unused and is read back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace multipath;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Bindings bindings = parse_bindings(text, "f");
  for (const Binding& binding : bindings.list) {
    tests::require(!binding.alias.empty() && !binding.wwid.empty());
    tests::require(*bindings.of_alias(binding.alias) == binding);
    if (is_read_back(binding)) {
      const Bindings alone = parse_bindings(with_binding("", binding), "f");
      tests::require(alone.list == std::vector{binding} && alone.warnings.empty());
    }
    if (const auto number = number_of_alias(binding.alias, "mpath"))
      tests::require(numbered_alias("mpath", *number) == binding.alias);
  }
  const auto alias = new_alias(bindings, "mpath", [](const std::string&) { return false; });
  if (!alias) return 0;
  tests::require(bindings.of_alias(*alias) == nullptr);
  const Bindings again = parse_bindings(with_binding(text, {*alias, "36"}), "f");
  tests::require(again.of_alias(*alias) != nullptr);
  tests::require(again.list.size() == bindings.list.size() + 1);
  return 0;
}
