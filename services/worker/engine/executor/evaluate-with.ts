import type { PlanWork } from '@aio/core/definition/compile';
import type { Scope } from '@aio/core/expression/scope';
import { AioError } from '@aio/core/errors';
import { createRedactor, NO_SECRETS, type Redactor } from '@aio/core/text/redact';
import type { StepKind } from '../../steps/step-kind.ts';
import { redactError } from './run-attempt.ts';

/** Longer results contain more than a secret. Redaction still finds the secret itself in them. */
const LONGEST_RESULT = 32_768;

/** Input of an attempt. It exists only in memory, while the attempt runs. */
export interface Given {
  with: unknown;
  redactor: Redactor;
}

/**
 * Evaluates a step's `with`.
 * @param secrets values of the secrets that the template names
 * @throws AioError `expression_…`, `invalid_with`, without secrets
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
  // Results made of a secret are secret, too: a part of it, or its base64.
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
