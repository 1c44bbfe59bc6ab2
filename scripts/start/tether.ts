/**
 * Loaded before a child of the practice run (`node --import`): its standard input is a pipe that the parent holds open and
 * never writes to. When the parent is gone, however it went, the pipe ends and so does the child.
 */
process.stdin.on("end", () => process.kill(process.pid, "SIGTERM"));
process.stdin.on("error", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();
// The pipe alone keeps no child alive. A pipe's stream has `unref`, which the general type does not say.
if ("unref" in process.stdin) process.stdin.unref();
