// Command lines, environments and texts with secrets in them, as programs really have them.
#pragma once

#include <string>
#include <vector>

namespace pmactor {

/// A command line, and what of it must not be seen by others.
struct planted_arguments {
  std::vector<std::string> words;
  std::vector<std::string> secrets;
};

inline std::vector<planted_arguments> planted_arguments_list() {
  return {
    {{"mysql", "-u", "root", "-pZauberwort1", "shop"}, {"Zauberwort1"}},
    {{"/usr/bin/mysqldump", "--password=Zauberwort2", "shop"}, {"Zauberwort2"}},
    {{"mysqladmin", "--password", "Zauberwort3", "ping"}, {"Zauberwort3"}},
    {{"sshpass", "-p", "Zauberwort4", "ssh", "box"}, {"Zauberwort4"}},
    {{"sshpass", "-pZauberwort5", "ssh", "box"}, {"Zauberwort5"}},
    {{"curl", "-u", "kim:Zauberwort6", "https://example.org/"}, {"Zauberwort6"}},
    {{"curl", "--user", "kim:Zauberwort7", "https://example.org/"}, {"Zauberwort7"}},
    {{"curl", "-H", "Authorization: Bearer Zauberwort8.x.y", "https://example.org/"},
     {"Zauberwort8", ".x.y"}},
    {{"curl", "-H", "X-Api-Key: Zauberwort9", "https://example.org/"}, {"Zauberwort9"}},
    {{"curl", "-b", "sid=Zauberwort10; theme=dark", "https://example.org/"}, {"Zauberwort10"}},
    {{"curl", "https://kim:Zauberwort11@example.org/a?b=c"}, {"Zauberwort11"}},
    {{"curl", "https://example.org/a?page=2&access_token=Zauberwort12&x=1"}, {"Zauberwort12"}},
    {{"curl", "-d", "{\"user\":\"kim\",\"password\":\"Zauberwort13\"}", "https://example.org/"},
     {"Zauberwort13"}},
    {{"curl", "-d", "{\"user\": \"kim\", \"password\": \"Zauber wort14\"}", "https://example.org/"},
     {"wort14"}},
    {{"env", "PGPASSWORD=Zauberwort15", "psql", "shop"}, {"Zauberwort15"}},
    {{"env", "AWS_SECRET_ACCESS_KEY=Zauber/wort+16", "aws", "s3", "ls"}, {"wort+16"}},
    {{"sh", "-c", "PGPASSWORD='Zauber wort17' psql shop"}, {"wort17"}},
    {{"sh", "-c", "mysql -u root -pZauberwort18 shop | gzip"}, {"Zauberwort18"}},
    {{"bash", "-c", "curl -H \"Authorization: Basic WmF1YmVyd29ydDE5\" https://example.org"},
     {"WmF1YmVyd29ydDE5"}},
    {{"bash", "-c", "echo Zauberwort20 | sudo -S apt-get update"}, {"Zauberwort20"}},
    {{"bash", "-c", "nmcli dev wifi connect attic password Zauberwort21"}, {"Zauberwort21"}},
    {{"nmcli", "dev", "wifi", "connect", "attic", "password", "Zauberwort22"}, {"Zauberwort22"}},
    {{"wpa_passphrase", "attic", "Zauberwort23"}, {"Zauberwort23"}},
    {{"redis-cli", "-a", "Zauberwort24", "monitor"}, {"Zauberwort24"}},
    {{"smbclient", "//nas/share", "-U", "kim%Zauberwort25"}, {"Zauberwort25"}},
    {{"mount.cifs", "//nas/share", "/mnt", "-o", "username=kim,password=Zauber,wort26"},
     {"Zauber,wort26", "wort26"}},
    {{"ldapsearch", "-D", "cn=admin", "-w", "Zauberwort27"}, {"Zauberwort27"}},
    {{"openssl", "enc", "-aes-256-cbc", "-pass", "pass:Zauberwort28"}, {"Zauberwort28"}},
    {{"openssl", "enc", "-k", "Zauberwort29"}, {"Zauberwort29"}},
    {{"7z", "a", "-pZauberwort30", "x.7z", "a"}, {"Zauberwort30"}},
    {{"unzip", "-P", "Zauberwort31", "x.zip"}, {"Zauberwort31"}},
    {{"ipmitool", "-H", "bmc", "-U", "admin", "-P", "Zauberwort32", "power"}, {"Zauberwort32"}},
    {{"xfreerdp", "/u:kim", "/p:Zauberwort33", "/v:box"}, {"Zauberwort33"}},
    {{"git", "clone", "https://oauth2:Zauberwort34@example.org/a.git"}, {"Zauberwort34"}},
    {{"git", "clone", "https://ghp_abcdefghijklmnopqrstuvwxyz0123@github.com/a/b"},
     {"ghp_abcdefghijkl"}},
    {{"deploy", "glpat-abcdefghij0123456789"}, {"glpat-abcdefghij"}},
    {{"deploy", "--as", "AKIAIOSFODNN7EXAMPLE"}, {"AKIAIOSFODNN7EXAMPLE"}},
    {{"deploy", "xoxb-123456789012-abcdefABCDEF"}, {"123456789012-abcdefABCDEF"}},
    {{"deploy", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3"},
     {"eyJzdWIi", "dozjgNryP4J3"}},
    {{"post", "https://hooks.slack.com/services/T000/B000/zauberwort35"}, {"zauberwort35"}},
    {{"bot", "123456789:AAFzauberwort36-aBcDeFgHiJkLmNoPqRs"}, {"AAFzauberwort36"}},
    {{"tool", "--api-key", "zauberwort37"}, {"zauberwort37"}},
    {{"tool", "--apiToken=zauberwort38"}, {"zauberwort38"}},
    {{"tool", "--client-secret", "zauberwort39"}, {"zauberwort39"}},
    {{"tool", "--passphrase", "correct horse wort40"}, {"horse", "wort40"}},
    {{"tool", "--pin=4711"}, {"4711"}},
    {{"tool", "aB3dE5fG7hI9jK1lM3nO"}, {"aB3dE5fG7hI9"}},
    {{"tool",
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY-----"},
     {"b3BlbnNzaC1r"}},
    {{"app", "Server=db;Uid=kim;Pwd=Zauberwort41;Encrypt=yes"}, {"Zauberwort41"}},
    {{"app", "postgresql://kim:Zauber/wort42@db/shop"}, {"wort42"}},
    {{"app", "amqp://:Zauberwort43@queue:5672/"}, {"Zauberwort43"}},
    {{"app", "--set", "db.password=Zauberwort44"}, {"Zauberwort44"}},
    {{"app", "DJANGO_SECRET_KEY=Zauberwort45"}, {"Zauberwort45"}},
    {{"app", "SECRET_KEY_BASE=Zauberwort46"}, {"Zauberwort46"}},
    {{"docker", "run", "-e", "MYSQL_ROOT_PASSWORD=Zauberwort47", "mysql"}, {"Zauberwort47"}},
  };
}

} // namespace pmactor
