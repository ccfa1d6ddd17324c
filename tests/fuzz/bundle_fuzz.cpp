// A bundle of any bytes, and texts of any bytes on their way into one.
#include "fuzz/fuzz.hpp"

#include "app/bundle/compose_bundle.hpp"
#include "app/bundle/facts_document.hpp"
#include "app/bundle/redact_identity.hpp"
#include "app/report/render_report.hpp"
#include "messages/redact_secrets.hpp"

#include <stdexcept>

using namespace pmactor;
using namespace pmactor::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input from{data, size};
  const auto what = from.byte() % 3;
  const std::string text{from.all()};
  if (what == 0) {
    archive_limits limits;
    limits.bytes = std::size_t{1} << 20;
    try {
      for (const auto& x : unpack_archive(text, limits)) {
        must(is_plain_path(x.name) && x.name.find("..") == x.name.npos, "no name leads out of the bundle");
        must(x.content.size() <= limits.bytes, "what is unpacked is bounded");
      }
    } catch (const std::runtime_error& e) {
      must(*e.what() != '\0', "a refusal says why");
    }
  } else if (what == 1) {
    if (const auto facts = parse_facts_document(text)) {
      const auto page = render_report(*facts);
      must(page.find("<script") == page.npos, "nothing foreign is markup");
      must(parse_facts_document(facts_document(*facts)).has_value(), "what was read can be written and read again");
    }
  } else {
    identity_redactor redactor{{{"kim"}, {"obelix"}, {"/home/kim"}}};
    redactor.text(text);
    redactor.arguments({"mysql", text});
    const auto shown = redact_secrets("--password=" + std::string{text.substr(0, text.find_first_of(" \t\r\n\"'`\v\f\\"))});
    must(shown == "--password=" || shown.find(hidden_secret) != shown.npos || shown.size() <= 17, "a password is hidden");
  }
  return 0;
}
