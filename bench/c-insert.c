/* Inserts rows that are ready in memory by one prepared statement in one transaction, and prints the milliseconds that took.
   c-insert STORE ROWS STATEMENT [PRAGMA ...] : ROWS is written by ceilings.ts. */
#include "sqlite3.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void fail(const char *what, sqlite3 *db) {
  fprintf(stderr, "%s: %s\n", what, db ? sqlite3_errmsg(db) : "");
  exit(1);
}

static char *contents(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) fail(path, 0);
  long size = ftell(file);
  rewind(file);
  char *bytes = malloc(size);
  if (!bytes || fread(bytes, 1, size, file) != (size_t)size) fail(path, 0);
  fclose(file);
  return bytes;
}

static char *bind(sqlite3_stmt *insert, int column, char *at) {
  uint32_t length;
  double number;
  switch (*at++) {
    case 0:
      sqlite3_bind_null(insert, column);
      return at;
    case 1:
      memcpy(&number, at, sizeof number);
      sqlite3_bind_double(insert, column, number);
      return at + sizeof number;
    default:
      memcpy(&length, at, sizeof length);
      at += sizeof length;
      sqlite3_bind_text(insert, column, at, length, SQLITE_STATIC);
      return at + length;
  }
}

int main(int count, char **arguments) {
  sqlite3 *db;
  sqlite3_stmt *insert;
  uint32_t rows, columns;
  char *at = contents(arguments[2]);
  memcpy(&rows, at, 4);
  memcpy(&columns, at + 4, 4);
  at += 8;
  if (sqlite3_open(arguments[1], &db)) fail("open", db);
  for (int i = 4; i < count; i++)
    if (sqlite3_exec(db, arguments[i], 0, 0, 0)) fail(arguments[i], db);
  if (sqlite3_prepare_v2(db, arguments[3], -1, &insert, 0)) fail("prepare", db);

  double started = milliseconds();
  if (sqlite3_exec(db, "begin immediate", 0, 0, 0)) fail("begin", db);
  for (uint32_t row = 0; row < rows; row++) {
    for (uint32_t column = 1; column <= columns; column++) at = bind(insert, column, at);
    if (sqlite3_step(insert) != SQLITE_DONE) fail("insert", db);
    sqlite3_reset(insert);
  }
  if (sqlite3_exec(db, "commit", 0, 0, 0)) fail("commit", db);
  printf("%f\n", milliseconds() - started);

  sqlite3_finalize(insert);
  sqlite3_close(db);
  return 0;
}
