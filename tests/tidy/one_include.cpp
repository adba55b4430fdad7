// Compiled by tests only, with HEADER defined: does a file with this include path see that header?
#include HEADER
