// Decides the body of a webhook's request. Pure.
#pragma once

#include "actors/host/host_identity.hpp"
#include "actors/notifier/compose_notice.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// Adds from which machine a message is: host, machine_id, boot_id, and label_NAME for each label.
/// @param labels "NAME=VALUE", as checked with the settings.
void add_identity(notice_message& x, const host_identity& host, const std::vector<std::string>& labels);

/// @returns the template with each {name} of a fact, {title}, {body} and {line} replaced by its value, escaped for a
/// text of JSON, and {facts} by all facts as a JSON object. Other braces stay. An empty template is {facts}.
std::string fill_template(std::string_view form, const notice_message& x);

} // namespace pmactor
