#pragma once

#include <utility>
#include <vector>

namespace tests {

/// An object that is there until the process ends: a thread that still waits for a device may outlive whoever
/// asked it, and uses the host through which it was asked.
template <class Object, class... Arguments>
Object& immortal(Arguments&&... arguments) {
  static auto& all =
      *new std::vector<Object*>;  // never destroyed, so that what is in it stays reachable
  return *all.emplace_back(new Object(std::forward<Arguments>(arguments)...));
}

}  // namespace tests
