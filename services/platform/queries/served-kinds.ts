/** A worker that has said nothing for so long is taken for dead. */
export const SILENCE_SECONDS = 15;

/** SQL: the worker of a row of `workers w` takes work, as far as anybody has heard. */
export const IS_SERVING = `
  w.state = 'running' and w.heartbeat_at > now() - interval '${SILENCE_SECONDS} seconds'`;

/** SQL: some worker takes runs. */
export const HAS_WORKER = `exists (select from workers w where ${IS_SERVING})`;
