#include "adapters/sqlite/code.hpp"

#include <sqlite3.h>

namespace decima::adapters {

Code code_of_sqlite(int result) {
  switch (result & 0xff) {
    case SQLITE_FULL:
      return Code::storage_full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::corrupt;
    case SQLITE_NOMEM:
      return Code::out_of_memory;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return Code::io_error;
    default:
      return Code::internal;
  }
}

}  // namespace decima::adapters
