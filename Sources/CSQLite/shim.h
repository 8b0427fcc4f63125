#include <sqlite3.h>

/* sqlite3_db_config is variadic, which Swift cannot call. Sets the connection's lookaside pool: `count` slots of `size` bytes. */
static inline int claw_sqlite3_set_lookaside(sqlite3 *database, int size, int count) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_LOOKASIDE, (void *)0, size, count);
}
