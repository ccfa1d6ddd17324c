#include "actors/powermetrics_reader/classify_complaint.hpp"

namespace pmactor {
namespace {

bool has(std::string_view line, std::string_view words) {
  return line.find(words) != line.npos;
}

bool is_refused_by_sudo(std::string_view line) {
  return has(line, "a password is required") || has(line, "is not allowed to execute")
         || has(line, "is not in the sudoers file") || has(line, "may not run sudo");
}

} // namespace

bool is_harmless(std::string_view line) {
  return has(line, "Second underflow occured") || has(line, "proc_pid");
}

bool is_refusal(std::string_view line) {
  return is_refused_by_sudo(line) || has(line, "must be invoked as the superuser");
}

std::string explain_refusal(std::string_view line) {
  if (is_refused_by_sudo(line))
    return "sudo does not let this user run powermetrics without a password; `pmactor install` "
           "writes the rule that does.";
  if (has(line, "must be invoked as the superuser"))
    return "Only root may run powermetrics; leave powermetrics.command empty to have it run by sudo.";
  if (has(line, "unrecognized sampler"))
    return "This Mac has not all the samplers that were asked for.";
  return {};
}

} // namespace pmactor
