#include "messages/forensics.hpp"

#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <array>
#include <cstdio>

namespace pmactor {
namespace {

std::string seconds(std::chrono::nanoseconds x) {
  return printed("%.6f", to_seconds(x));
}

std::string object(const artifact_result& x) {
  return "{\"name\":" + json_quoted(x.name) + ",\"file\":" + json_quoted(x.file) + ",\"status\":\""
         + to_string(x.status) + "\",\"bytes\":" + std::to_string(x.bytes) + ",\"began\":"
         + seconds(x.began) + ",\"took\":" + seconds(x.took) + ",\"at\":"
         + (x.at > std::chrono::nanoseconds::zero() ? seconds(x.at) : "null") + ",\"says\":" + json_quoted(x.says) + '}';
}

} // namespace

std::string to_string(artifact_status x) {
  switch (x) {
    case artifact_status::ok:
      return "ok";
    case artifact_status::failed:
      return "failed";
    case artifact_status::timed_out:
      return "timed_out";
    case artifact_status::skipped:
      return "skipped";
  }
  return "?";
}

std::string to_string(capture_status x) {
  switch (x) {
    case capture_status::complete:
      return "complete";
    case capture_status::incomplete:
      return "incomplete";
    case capture_status::skipped:
      return "skipped";
  }
  return "?";
}

std::string to_string(const ask_pinned&) {
  return "ask_pinned{}";
}

std::string to_string(const pinned_folders& x) {
  return "pinned_folders{" + (x.known ? std::to_string(x.folders.size()) : "unknown") + '}';
}

std::string to_string(const artifact_result& x) {
  return "artifact_result" + object(x);
}

std::string to_string(const capture_bill& x) {
  return "capture_bill{" + spelled(x.cpu) + " of CPU, " + spelled(x.took) + ", "
         + std::to_string(x.bytes) + " bytes}";
}

std::string to_string(const capture_report& x) {
  return "capture_report{" + to_string(x.event) + ", \"" + x.folder + "\", " + to_json(x) + '}';
}

std::string to_json(const capture_report& x) {
  std::string result = "{\"version\":1,\"status\":\"" + to_string(x.status) + "\",\"why\":"
                       + json_quoted(x.why) + ",\"findings\":[";
  for (const auto& found : x.findings)
    result += (result.back() == '[' ? "" : ",") + json_quoted(found);
  result += "],\"artifacts\":[";
  for (const auto& one : x.artifacts)
    result += (result.back() == '[' ? "" : ",") + object(one);
  return result + "],\"bill\":{\"cpu\":" + seconds(x.bill.cpu) + ",\"took\":" + seconds(x.bill.took)
         + ",\"bytes\":" + std::to_string(x.bill.bytes) + "}}";
}

} // namespace pmactor
