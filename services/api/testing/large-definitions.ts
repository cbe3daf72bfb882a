import { MAX_STEPS } from '@aio/core/definition/limits';
import type { Source } from '../http/define-route.ts';

/** Valid definitions that take long to validate, but far less than the API's deadline. */
export const LARGE_DEFINITIONS: readonly Source[] = [
  { mediaType: 'application/yaml', text: yamlOfWords(40_000) },
  { mediaType: 'application/json', text: jsonOfSteps(MAX_STEPS) },
];

function yamlOfWords(count: number): string {
  return `
name: wide
steps:
  only:
    type: transform
    with:
      value: [${Array.from({ length: count }, () => 'a').join(',')}]
`;
}

/** Each step reads the output of the one before it. */
function jsonOfSteps(count: number): string {
  const step = (nth: number) => ({
    type: 'transform',
    needs: nth === 0 ? [] : [`s${nth - 1}`],
    with: { value: nth === 0 ? 0 : `\${{ steps.s${nth - 1}.output + 1 }}` },
  });
  const steps = Array.from({ length: count }, (_, nth) => [`s${nth}`, step(nth)]);
  return JSON.stringify({ name: 'long', steps: Object.fromEntries(steps) });
}
