// A request of any bytes: it is let in only by this machine's names and with the token, whatever
// else it says.
#include "fuzz/fuzz.hpp"

#include "app/web/answer.hpp"
#include "app/web/decide_access.hpp"
#include "app/web/listen.hpp"

using namespace pmactor::web;
using namespace pmactor::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input from{data, size};
  const auto flags = from.byte();
  request x;
  // As the library hands them over: a line each, "name: value".
  std::string_view text = from.all();
  const auto line = [&text] {
    const auto end = std::min(text.find('\n'), text.size());
    const auto result = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return std::string{result};
  };
  x.method = flags & 1 ? "GET" : line();
  x.path = line();
  if (const auto query = parse_query(line()))
    x.query = *query;
  while (!text.empty() && x.headers.size() < 100) {
    const auto one = line();
    const auto colon = std::min(one.find(':'), one.size());
    x.headers.emplace_back(one.substr(0, colon), one.substr(std::min(colon + 1, one.size())));
  }
  access_policy policy;
  policy.is_remote = flags & 2;
  if (flags & 4) {
    policy.token = "0123456789abcdef";
    policy.session = "fedcba9876543210";
  }
  const auto decision = decide_access(x, policy);
  if (decision.what == access::granted) {
    must(x.method == "GET" || x.method == "HEAD", "nothing but showing is allowed");
    must(!x.header("transfer-encoding"), "no body is taken");
    const auto host = x.header("host").value_or("");
    must(host.find("evil") == host.npos, "no name of others is let in");
    if (!policy.token.empty()) {
      const auto all = x.header("authorization").value_or("") + x.header("cookie").value_or("");
      must(all.find(policy.token) != all.npos || all.find(policy.session) != all.npos,
           "no client is let in without the token");
    }
  } else if (decision.what == access::login) {
    must(!policy.token.empty() && x.parameter("token")->find(policy.token) != std::string::npos,
         "only the token logs in");
  } else {
    must(decision.status >= 400 && !decision.why.empty(), "a refusal says why");
  }
  static const std::vector<route> routes{{"/", {}}, {"/event/", {}}};
  find_route(routes, x.path);
  parse_listen_address(x.path, 1);
  if (const auto plain = decoded(x.path))
    must(is_tame(*plain), "nothing decoded moves a cursor");
  return 0;
}
