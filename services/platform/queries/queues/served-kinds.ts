/** A worker counts as dead after this silence. */
export const SILENCE_SECONDS = 15;

/** SQL: the worker of a row of `workers w` takes work, by its last heartbeat. */
export const IS_SERVING = `
  w.state = 'running' and w.heartbeat_at > now() - interval '${SILENCE_SECONDS} seconds'`;

/** SQL: some worker takes runs. */
export const HAS_WORKER = `exists (select from workers w where ${IS_SERVING})`;
