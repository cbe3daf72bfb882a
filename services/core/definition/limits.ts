/** Limits of definitions and runs. An input beyond a limit gets a fault or error that names the limit. */

export const MAX_DEFINITION_BYTES = 512 * 1024;
export const MAX_DEFINITION_DEPTH = 64;
export const MAX_YAML_ALIASES = 100;
/** Tokens of a YAML text. 2,000 ordinary steps have about 70,000. */
export const MAX_YAML_LEXEMES = 150_000;
export const MAX_STEPS = 2_000;
/** Steps of a run, with the items of its maps. */
export const MAX_RUN_STEPS = 4_000;
/** Needs of all steps together. Limits the memory of the DAG's edges. */
export const MAX_EDGES = 20_000;
export const MAX_LABELS = 5;
export const MAX_LABEL_CHARACTERS = 100;
export const MAX_DURATION_DAYS = 365;
export const MAX_ATTEMPTS = 20;
export const MAX_MAP_CONCURRENCY = 1_000;
export const DEFAULT_MAP_CONCURRENCY = 10;
/** Items of one map. */
export const MAX_MAP_ITEMS = 1_000;
/** Faults in one report. One more says that there may be others. */
export const MAX_FAULTS = 100;
export const MAX_INPUT_BYTES = 1024 * 1024;
/** Nested runs, counting the outermost. */
export const MAX_RUN_DEPTH = 16;
/** Of an event's payload. */
export const MAX_EVENT_PAYLOAD_BYTES = 255 * 1024;
/** Of the output of a step, map item or run. */
export const MAX_OUTPUT_BYTES = 1024 * 1024;
/** Of the outputs that one expression, or one `with`, reads. */
export const MAX_READ_BYTES = 4 * 1024 * 1024;
/** A longer answer takes one of its worker's places. Answers of the API leave out longer outputs. */
export const LONG_OUTPUT_BYTES = 256 * 1024;
/** Of a model's text, of one event of its stream, and of a vendor's error. Models answer with up to 0.5 MB. */
export const MAX_LLM_ANSWER_BYTES = 1024 * 1024;
/** Of a model's whole stream: each token takes about 300 bytes, and thinking is a part of it. */
export const MAX_LLM_STREAM_BYTES = 64 * 1024 * 1024;
