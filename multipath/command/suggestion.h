#pragma once

#include <string>
#include <vector>

namespace multipath {

/// What somebody who typed these words may have meant, for the end of an error message: the verb
/// with nearly that name, or the verb that does what multipathd's command of these words does
/// ("; did you mean `multipath show`?"). Empty when nothing is near.
std::string suggestion_for(const std::vector<std::string>& words);

}  // namespace multipath
