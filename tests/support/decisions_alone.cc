// Linked with every decision and with nothing but the standard library and pugixml: that this program
// exists proves that deciding needs no actor framework, no database and no host.
int main() {
}
