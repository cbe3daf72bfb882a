import { ATTRIBUTES } from './attributes.ts';
import type { LogEventDefinition } from './log-event.ts';
import { LOG_FIELDS } from './log-fields.ts';

const { errorType, errorDetails } = ATTRIBUTES;

/** What becomes of a field that says what went wrong: `err` was thrown, of `error` a run or a step has failed. */
const OF_ERRORS: Readonly<Record<string, readonly string[]>> = {
  err: [
    ATTRIBUTES.exceptionType,
    ATTRIBUTES.exceptionMessage,
    ATTRIBUTES.exceptionStacktrace,
    errorType,
    errorDetails,
  ],
  error: [errorType, ATTRIBUTES.errorMessage, errorDetails],
};

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(LOG_FIELDS));

/** Names of the attributes that a field of a line is in an exported log record. */
export function attributesOfField(field: string): readonly string[] {
  return OF_ERRORS[field] ?? [NAMES.get(field) ?? field];
}

/** Every attribute that a record of the event may have; `any` = a step's own fields besides. */
export function attributesOfEvent({ fields }: LogEventDefinition): readonly string[] {
  const named = fields === 'any' ? OF_STEPS : fields;
  return [...new Set([ATTRIBUTES.eventName, ...named.flatMap(attributesOfField)])];
}

/** What the engine adds to the fields that a step says. */
const OF_STEPS = ['run_id', 'workflow', 'owner', 'step', 'attempt', 'iteration'];
