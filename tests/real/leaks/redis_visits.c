// SPDX-License-Identifier: Apache-2.0
// A redis module that counts the visits of each client: VISIT CLIENT. Its table stands beside the data set, so that
// `maxmemory` and EXPIRE, which its author trusts in, never reach it. The few declarations of redis's module interface
// that it needs are below: Debian has no package with redismodule.h.
#include <stdlib.h>
#include <string.h>

typedef struct RedisModuleCtx RedisModuleCtx;
typedef struct RedisModuleString RedisModuleString;
typedef int Command(RedisModuleCtx* context, RedisModuleString** words, int count);

static int (*set_attributes)(RedisModuleCtx*, const char* name, int version, int interface);
static int (*create_command)(RedisModuleCtx*, const char* name, Command*, const char* flags, int, int, int);
static const char* (*text_of)(const RedisModuleString*, size_t* length);
static int (*reply_with_number)(RedisModuleCtx*, long long);
static int (*wrong_arity)(RedisModuleCtx*);

enum { kBuckets = 4096 };

struct visitor {
  struct visitor* next;
  long long visits;
  char name[];
};
static struct visitor* visitors[kBuckets];

static struct visitor** bucket_of(const char* name) {
  unsigned hash = 5381;
  for (; *name != '\0'; ++name) hash = hash * 33 + (unsigned char)*name;
  return &visitors[hash % kBuckets];
}

// The leak: a client that never comes again is remembered for ever.
static __attribute__((noinline)) struct visitor* remember_visitor(const char* name, size_t length) {
  struct visitor** bucket = bucket_of(name);
  for (struct visitor* known = *bucket; known != NULL; known = known->next) {
    if (strcmp(known->name, name) == 0) return known;
  }
  struct visitor* visitor = calloc(1, sizeof *visitor + length + 1);
  memcpy(visitor->name, name, length);
  visitor->next = *bucket;
  *bucket = visitor;
  return visitor;
}

static int visit(RedisModuleCtx* context, RedisModuleString** words, int count) {
  if (count != 2) return wrong_arity(context);
  size_t length;
  const char* name = text_of(words[1], &length);
  return reply_with_number(context, ++remember_visitor(name, length)->visits);
}

int RedisModule_OnLoad(RedisModuleCtx* context) {
  // The first word of a context is the function that knows all others by name.
  int (*get)(const char*, void*) = *(int (**)(const char*, void*))context;
  get("RedisModule_SetModuleAttribs", &set_attributes);
  get("RedisModule_CreateCommand", &create_command);
  get("RedisModule_StringPtrLen", &text_of);
  get("RedisModule_ReplyWithLongLong", &reply_with_number);
  get("RedisModule_WrongArity", &wrong_arity);
  set_attributes(context, "visits", 1, 1);
  return create_command(context, "visit", visit, "fast", 0, 0, 0);
}
