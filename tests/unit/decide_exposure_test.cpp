#define CAF_SUITE decide_exposure

#include "app/web/decide_exposure.hpp"

#include "support/test.hpp"

using pmactor::web::exposure;
using pmactor::web::decide_exposure;

namespace {

bool holds(const std::string& text, const char* part) {
  return text.find(part) != text.npos;
}

} // namespace

CAF_TEST(this machine alone needs neither a token nor TLS) {
  CAF_CHECK(decide_exposure({}).empty());
}

CAF_TEST(others need a token and an encrypted way) {
  exposure x{true, false, false, false, false};
  CAF_CHECK(holds(decide_exposure(x), "--token-file"));
  x.has_token = true;
  CAF_CHECK(holds(decide_exposure(x), "--behind-tls-proxy"));
  x.is_behind_tls = true;
  CAF_CHECK(decide_exposure(x).empty());
  x.is_behind_tls = false;
  x.has_certificate = x.has_key = true;
  CAF_CHECK(decide_exposure(x).empty());
}

CAF_TEST(half of what TLS takes is refused) {
  CAF_CHECK(holds(decide_exposure({false, false, true, false, false}), "--key"));
  CAF_CHECK(holds(decide_exposure({false, false, false, true, false}), "--certificate"));
}
