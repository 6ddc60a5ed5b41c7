#pragma once

#include <utility>
#include <vector>

namespace tests {

/// An object that lives until the process ends: a thread that waits for a device may outlive its
/// caller and still uses the host.
template <class Object, class... Arguments>
Object& immortal(Arguments&&... arguments) {
  static auto& all =
      *new std::vector<Object*>;  // never destroyed, so that its objects stay reachable
  return *all.emplace_back(new Object(std::forward<Arguments>(arguments)...));
}

}  // namespace tests
