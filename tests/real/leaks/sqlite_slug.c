// SPDX-License-Identifier: Apache-2.0
// An SQLite extension with a function slug(TEXT): "Hello, World" → "hello-world". It says SQLITE_TRANSIENT, "make a
// copy", of a string that it has made itself and nobody else will free: a mistake as old as that interface.
#include <ctype.h>
#include <sqlite3ext.h>
#include <stdlib.h>
#include <string.h>
SQLITE_EXTENSION_INIT1

static __attribute__((noinline)) char* slug_of(const char* title) {
  char *slug = malloc(strlen(title) + 1), *end = slug;
  for (; *title != '\0'; ++title) {
    if (isalnum((unsigned char)*title)) {
      *end++ = (char)tolower((unsigned char)*title);
    } else if (end > slug && end[-1] != '-') {
      *end++ = '-';
    }
  }
  *end = '\0';
  return slug;
}

static void slug(sqlite3_context* context, int count, sqlite3_value** values) {
  (void)count;
  const char* title = (const char*)sqlite3_value_text(values[0]);
  if (title == NULL) return;
  sqlite3_result_text(context, slug_of(title), -1, SQLITE_TRANSIENT);
}

int sqlite3_sqliteslug_init(sqlite3* database, char** error, const sqlite3_api_routines* api) {
  (void)error;
  SQLITE_EXTENSION_INIT2(api);
  return sqlite3_create_function(database, "slug", 1, SQLITE_UTF8, NULL, slug, NULL, NULL);
}
