// Decides what people call a container, from what its runtime keeps of it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// @param config docker's config.v2.json of the container. @returns "nginx"; empty if none is in
/// it.
std::string docker_name(std::string_view config);

/// @param table podman's containers.json, of all containers. @returns "web"; empty if it is not one
/// of them.
std::string podman_name(std::string_view table, std::string_view id);

/// @param log the name of its log in /var/log/containers: "<pod>_<namespace>_<container>-<id>.log".
/// @returns "shop/web-5d78c9869d-x2x9z/nginx": its namespace, its pod and itself; empty if it is
/// the log of another.
std::string kubernetes_name(std::string_view log, std::string_view id);

/// @param path of a control group. @returns the user in whose slice it is: "1000"; empty if in
/// none.
std::string_view user_of_group(std::string_view path);

/// @param passwd as /etc/passwd. @param uid as a number. @returns the user's home; empty if it is
/// not listed.
std::string home_of(std::string_view passwd, std::string_view uid);

} // namespace pmactor
