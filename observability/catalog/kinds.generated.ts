// Made of services/core/definition/kinds by its generate.ts: npm run generate

/** Kinds of steps: their series start at zero everywhere. */
export const STEP_KINDS = ['approval', 'delay', 'http', 'llm', 'map', 'transform', 'wait', 'workflow'] as const;

/** Kinds that call the outside: their steps wait in a lane for a slot. The others begin when they are ready. */
export const LANE_KINDS = ['http', 'llm'] as const;

/** What steps of a kind wait for without a worker. */
export const KIND_WAITS: Readonly<Record<string, string>> = {
  approval: 'approval',
  delay: 'delay',
  wait: 'event',
  workflow: 'child',
};
