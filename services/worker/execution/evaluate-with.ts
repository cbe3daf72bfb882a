import type { PlanWork } from '@aio/core/definition/compile';
import type { Scope } from '@aio/core/expression/scope';
import { AioError } from '@aio/core/errors';
import { createRedactor, NO_SECRETS, type Redactor } from '@aio/core/text/redact';
import type { StepKind } from '../steps/step-kind.ts';
import { redactError } from './redact-result.ts';

/** Longer results hold more than a secret; the secret itself is found in them all the same. */
const LONGEST_RESULT = 32_768;

/** What an attempt is given: in memory while it runs, and nowhere else. */
export interface Given {
  with: unknown;
  redactor: Redactor;
}

/**
 * Evaluates what an attempt works with.
 * @param secrets values of those that the template names
 * @throws AioError `expression_…`, `invalid_with`; none of them holds a secret
 */
export function evaluateWith(
  kind: StepKind,
  work: PlanWork,
  scope: Scope,
  secrets: Readonly<Record<string, string>>,
): Given {
  if (work.with.secrets.length === 0) {
    const given = work.with.evaluate(scope);
    checkWith(work, given);
    return { with: given, redactor: kind.redactor ?? NO_SECRETS };
  }
  // What is made of a secret is as secret as it is: a piece of it, or its base64.
  const texts = Object.values(secrets);
  const given = work.with.evaluate({ ...scope, secrets: { ...secrets } }, (result) => {
    collectTexts(result, texts);
  });
  const redactor = createRedactor(texts);
  try {
    checkWith(work, given);
  } catch (error) {
    throw redactError(error, redactor);
  }
  return { with: given, redactor };
}

/** @throws AioError `invalid_with` */
function checkWith(work: PlanWork, given: unknown): void {
  const faults = work.validateWith(given);
  if (faults.length === 0) return;
  throw new AioError(
    'invalid_with',
    `\`with\` does not fit the schema of ${work.kind}: ${faults.map((f) => `${f.pointer} ${f.message}`).join('; ')}`,
    { details: { faults } },
  );
}

function collectTexts(value: unknown, texts: string[]): void {
  if (typeof value === 'number') texts.push(String(value));
  else if (typeof value === 'string') {
    if (value.length <= LONGEST_RESULT) texts.push(value);
  } else if (Array.isArray(value)) for (const item of value) collectTexts(item, texts);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      texts.push(key);
      collectTexts(member, texts);
    }
  }
}
