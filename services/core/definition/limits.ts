/** What a definition may be at most. Every limit has its own fault or error that names it. */

export const MAX_DEFINITION_BYTES = 2 * 1024 * 1024;
export const MAX_DEFINITION_DEPTH = 64;
export const MAX_YAML_ALIASES = 100;
/** Words and signs of a YAML text; 10,000 ordinary steps have about 350,000. */
export const MAX_YAML_LEXEMES = 600_000;
export const MAX_STEPS = 10_000;
/** Parents of all steps together: bounds the memory that the DAG's edges take. */
export const MAX_EDGES = 100_000;
export const MAX_DURATION_DAYS = 365;
export const MAX_ATTEMPTS = 100;
export const MAX_MAP_CONCURRENCY = 1_000;
export const DEFAULT_MAP_CONCURRENCY = 10;
/** Items of one map. */
export const MAX_MAP_ITEMS = 10_000;
/** Faults reported at once; one more says that they may not be all. */
export const MAX_FAULTS = 100;
export const MAX_INPUT_BYTES = 1024 * 1024;
/** Runs that stand in each other, the outermost included. */
export const MAX_RUN_DEPTH = 16;
export const MAX_EVENT_KEPT_DAYS = 30;
/** Of an event's payload: it must fit into an output, with what is said about it. */
export const MAX_EVENT_PAYLOAD_BYTES = 255 * 1024;
/** Of a step's or a map item's output. Those that are made by expressions have the limits of expressions too. */
export const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** Objects, arrays and scalars of a JSON answer: empty objects take twenty times their text as values. */
export const MAX_ANSWER_VALUES = 1_500_000;
/** Outputs of steps above this go to the output store. */
export const STORED_FROM_BYTES = 32 * 1024;
/** Of an output in its row: that of a run, a fallback or a wait, and any other while the output store is away. */
export const MAX_ROW_OUTPUT_BYTES = 256 * 1024;
