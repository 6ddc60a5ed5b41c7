#pragma once

namespace multipath {

/// A reference to a port of a machine that another one can take the place of; never empty: what a
/// machine does not have is an absent port (absent_ports.h).
template <typename T>
class Port {
 public:
  Port(T& port) : port_(&port) {}  // NOLINT(google-explicit-constructor)

  T& operator*() const { return *port_; }
  T* operator->() const { return port_; }

 private:
  T* port_;
};

}  // namespace multipath
