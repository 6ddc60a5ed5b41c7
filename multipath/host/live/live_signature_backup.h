#pragma once

#include "multipath/host/signature_backup.h"

namespace multipath {

/// Signature backup on the running machine, on GuardedDirectory.
class LiveSignatureBackup final : public SignatureBackup {
 public:
  void require_trusted(const std::string& directory) const override;
  std::string begin(const std::string& directory, const std::string& node) override;
  void keep(const std::string& fresh, const std::string& directory, const std::string& node,
            Compare compare) override;
  void end(const std::string& fresh) noexcept override;
};

}  // namespace multipath
