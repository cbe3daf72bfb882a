import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateDefinition } from '../validate.ts';

/** A step without needs. */
export const value = { type: 'transform', with: { value: 1 } };

/** A workflow with these steps and a step `a`. */
export function withSteps(steps: Record<string, unknown>, rest: object = {}): unknown {
  return { name: 'test', steps: { a: value, ...steps }, ...rest };
}

export function transform(template: unknown, needs: string[] = []): object {
  return { type: 'transform', needs, with: { value: template } };
}

/** `hint` is `undefined` if any will do. */
export type Fault = [pointer: string, rule: string, hint?: RegExp | undefined];

/** A definition and exactly its faults. */
export type BadCase = [name: string, definition: unknown, ...faults: Fault[]];

/** Tests of a step `b`, with the pointers of its faults below the step. */
export function testSteps<Given>(makeStep: (given: Given) => unknown) {
  const definitionOf = (given: Given) => withSteps({ b: makeStep(given) });
  return {
    accepts: (name: string, given: Given) => testGoodCases([[name, definitionOf(given)]]),
    finds(name: string, given: Given, ...faults: Fault[]) {
      const below = faults.map(([pointer, ...rest]): Fault => [`/steps/b${pointer}`, ...rest]);
      testBadCases([[name, definitionOf(given), ...below]]);
    },
  };
}

/** A test for each definition that has no fault. */
export function testGoodCases(cases: readonly [name: string, definition: unknown][]): void {
  for (const [name, definition] of cases) {
    test(`accepts ${name}`, () => assert.deepEqual(validateDefinition(definition), []));
  }
}

/** A test for each case. */
export function testBadCases(cases: readonly BadCase[]): void {
  for (const [name, definition, ...expected] of cases) {
    test(`finds ${name}`, () => {
      const faults = validateDefinition(definition);
      const found = faults.map(({ pointer, rule }) => [pointer, rule]);
      assert.deepEqual(
        found.toSorted(),
        expected.map(([pointer, rule]) => [pointer, rule]).toSorted(),
      );
      for (const [pointer, rule, hint] of expected) {
        const fault = faults.find((one) => one.pointer === pointer && one.rule === rule)!;
        assert.ok(fault.message.length > 0 && fault.hint.length > 0);
        if (hint) assert.match(fault.hint, hint);
      }
    });
  }
}
