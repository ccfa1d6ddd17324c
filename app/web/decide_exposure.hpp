// Decides whether the pages may be served as the command line asks. Pure.
#pragma once

#include <string>

namespace pmactor::web {

struct exposure {
  bool is_remote = false; ///< An address that others reach is listened on.
  bool has_token = false, has_certificate = false, has_key = false;
  bool is_behind_tls = false; ///< A proxy does TLS.
};

/// @returns why this must not be served, in a sentence that says what to do; empty if it may.
std::string decide_exposure(const exposure& asked);

} // namespace pmactor::web
