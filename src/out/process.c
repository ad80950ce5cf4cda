// SPDX-License-Identifier: GPL-3.0-or-later
// Programs run to their end or to a time limit (out/process.h).
#include "out/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ; // POSIX has no header for it

static int start(const char *const argv[], int log, pid_t *pid) {
  if (argv[0] == NULL) {
    return EINVAL;
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) {
    return error;
  }
  error = posix_spawnattr_init(&attributes);
  if (error != 0) {
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  sigset_t none, all;
  (void)sigemptyset(&none);
  (void)sigfillset(&all);
  // A group of its own lets its children be killed with it; default signals undo what this program ignores.
  error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  error = error != 0 ? error : posix_spawnattr_setpgroup(&attributes, 0);
  error = error != 0 ? error : posix_spawnattr_setsigmask(&attributes, &none);
  error = error != 0 ? error : posix_spawnattr_setsigdefault(&attributes, &all);
  error = error != 0 ? error : posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  error = error != 0 ? error : posix_spawn_file_actions_adddup2(&actions, log, STDOUT_FILENO);
  error = error != 0 ? error : posix_spawn_file_actions_adddup2(&actions, log, STDERR_FILENO);
  if (error == 0) {
    // The standard asks for char *const[]; nothing writes through it.
    char *copy[16] = {NULL};
    for (size_t i = 0; i < 15 && argv[i] != NULL; i++) {
      memcpy(&copy[i], &argv[i], sizeof copy[i]);
    }
    error = posix_spawnp(pid, argv[0], &actions, &attributes, copy, environ);
  }
  (void)posix_spawnattr_destroy(&attributes);
  (void)posix_spawn_file_actions_destroy(&actions);
  return error;
}

static double now_ms(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

tf_process tf_process_run(tf_context *cx, const char *const argv[], int log, int timeout_ms) {
  pid_t pid = 0;
  int error = start(argv, log, &pid);
  if (error != 0) {
    return (tf_process){TF_PROCESS_NOT_STARTED, error};
  }
  double begin = now_ms();
  tf_process done = {TF_PROCESS_EXITED, 0};
  long pause = 500000; // ns; grows to 10 ms
  for (;;) {
    int status = 0;
    pid_t ended = waitpid(pid, &status, done.end == TF_PROCESS_EXITED ? WNOHANG : 0);
    if (ended == pid) {
      if (done.end == TF_PROCESS_EXITED) {
        done.end = WIFSIGNALED(status) ? TF_PROCESS_KILLED : TF_PROCESS_EXITED;
        done.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
      }
      return done;
    }
    if (ended < 0 && errno != EINTR) {
      return (tf_process){TF_PROCESS_NOT_STARTED, errno}; // somebody else reaped it
    }
    bool cancelled = tf_cancelled(cx);
    if (done.end == TF_PROCESS_EXITED && (cancelled || now_ms() - begin > timeout_ms)) {
      done.end = cancelled ? TF_PROCESS_CANCELLED : TF_PROCESS_TIMEOUT;
      (void)kill(-pid, SIGKILL);
      (void)kill(pid, SIGKILL);
    }
    struct timespec rest = {0, pause};
    (void)nanosleep(&rest, NULL);
    pause = pause < 10000000 ? pause * 3 / 2 : pause;
  }
}

bool tf_process_read(tf_context *cx, int fd, size_t limit, tf_str *bytes) {
  struct stat info;
  if (fstat(fd, &info) != 0 || lseek(fd, 0, SEEK_SET) != 0) {
    return false;
  }
  size_t size = info.st_size < 0 ? 0 : (size_t)info.st_size;
  size = size > limit ? limit : size;
  char *data = TF_ARRAY(cx->arena, char, size + 1);
  size_t have = 0;
  while (have < size) {
    ssize_t got = read(fd, data + have, size - have);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      break;
    }
    have += (size_t)got;
  }
  *bytes = (tf_str){data, have};
  return have == size;
}
