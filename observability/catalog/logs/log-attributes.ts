import { ATTRIBUTES } from '../traces/attributes.ts';
import type { LogEventDefinition } from './log-event.ts';
import { LOG_FIELDS } from './log-fields.ts';

const { errorType, errorDetails } = ATTRIBUTES;

/** Attributes of error fields: `err` was thrown; `error` is the error of a failed run or step. */
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

/** Attributes that a field of a line becomes in an exported log record. */
export function attributesOfField(field: string): readonly string[] {
  return OF_ERRORS[field] ?? [NAMES.get(field) ?? field];
}

/** Every attribute that a record of the event may have. */
export function attributesOfEvent({ fields }: LogEventDefinition): readonly string[] {
  return [...new Set([ATTRIBUTES.eventName, ...fields.flatMap(attributesOfField)])];
}
