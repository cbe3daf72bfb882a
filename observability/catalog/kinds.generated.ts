// Made of services/core/definition/kinds by its generate.ts: npm run generate

/** All kinds of steps. Their series start at zero. */
export const STEP_KINDS = ['approval', 'delay', 'http', 'llm', 'map', 'transform', 'wait', 'workflow'] as const;

/** Kinds that call other services. Their steps wait in a lane for a slot; all others start when they are ready. */
export const LANE_KINDS = ['http', 'llm'] as const;
