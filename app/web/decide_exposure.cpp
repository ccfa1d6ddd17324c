#include "app/web/decide_exposure.hpp"

namespace pmactor::web {

std::string decide_exposure(const exposure& asked) {
  if (asked.has_certificate != asked.has_key)
    return "TLS takes both, --certificate and --key.";
  if (!asked.is_remote)
    return {};
  if (!asked.has_token)
    return "At another address than this machine's own, every client that reaches it would see "
           "everything: name a file that holds a token by --token-file (mode 0600).";
  if (!asked.has_certificate && !asked.is_behind_tls)
    return "The token and all that is shown would cross the network in the open: give --certificate and --key, or say "
           "--behind-tls-proxy if a proxy does TLS.";
  return {};
}

} // namespace pmactor::web
