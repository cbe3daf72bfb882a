/** The labels of a run, from the `labels` of its definition. */

import { MAX_LABEL_CHARACTERS } from '../definition/limits.ts';
import { AioError, type Fault, ValidationError } from '../errors.ts';
import { compileTemplate } from '../expression/template.ts';
import { isStorable } from '../text/unstorable-text.ts';

/** Values by name. */
export type Labels = Readonly<Record<string, string>>;

/** What tells a run from others of its workflow; null = it has none. */
export interface RunNames {
  title: string | null;
  labels: Labels | null;
}

/**
 * null = the run has none.
 * @throws ValidationError if the input gives a label no valid value; its pointers lead into `{input}`
 */
export type LabelsOf = (input: unknown, runId: string) => Labels | null;

/**
 * Compiles valid `labels`. They are evaluated when a run is accepted.
 *
 * @throws AioError `expression_syntax`
 */
export function compileLabels(labels: Labels): LabelsOf {
  const templates = Object.entries(labels).map(
    ([name, text]) => [name, compileTemplate(text)] as const,
  );
  return (input, runId) => {
    const faults: Fault[] = [];
    const values: Record<string, string> = {};
    for (const [name, template] of templates) {
      try {
        const text = toText(template.evaluate({ input, run: { id: runId }, steps: {} }));
        if (text !== '') values[name] = text;
      } catch (error) {
        if (!(error instanceof AioError)) throw error;
        const hint = 'change the input, or the label in the definition; null leaves it out';
        const message = `label "${name}": ${error.message}`;
        faults.push({ pointer: '/input', rule: 'label', message, hint });
      }
    }
    if (faults.length > 0)
      throw new ValidationError("The input does not fit the workflow's labels.", faults);
    return Object.keys(values).length === 0 ? null : values;
  };
}

/** '' = no label. */
function toText(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'object') throw invalid('it must be a text, number or boolean');
  const text = String(value);
  if (Array.from(text.slice(0, 2 * MAX_LABEL_CHARACTERS + 1)).length > MAX_LABEL_CHARACTERS)
    throw invalid(`it has more than ${MAX_LABEL_CHARACTERS} characters`);
  if (!isStorable(text)) throw invalid('it contains a NUL character or half a surrogate pair');
  return text;
}

const invalid = (reason: string) => new AioError('invalid_label', reason);
