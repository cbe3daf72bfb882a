import { STEP_KIND_NAMES } from '@aio/core/definition/kinds/registry';

/** A worker that has said nothing for so long is taken for dead. */
export const SILENCE_SECONDS = 15;

/** SQL: the worker of a row of `workers w` takes work, as far as anybody has heard. */
export const IS_SERVING = `
  w.state = 'running' and w.heartbeat_at > now() - interval '${SILENCE_SECONDS} seconds'`;

/** SQL: the kinds of steps that some worker takes; asked once a statement, if at all. */
export const SERVED_KINDS = `array(
  select distinct kind from workers w cross join unnest(w.kinds) as kind where ${IS_SERVING})`;

/** SQL: why a queued run is not taken; null = nothing is in its way. */
export const BLOCKED_IN_QUEUE = `
  case when not exists (select from workers w where ${IS_SERVING}) then 'no worker' end`;

/** SQL: some kind of step has no worker. Holds rarely, and saves a look at all steps when it does not. */
export const IS_SOMETHING_UNSERVED = `not ${SERVED_KINDS} @> '{${STEP_KIND_NAMES.join(',')}}'::text[]`;
