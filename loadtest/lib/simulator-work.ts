/** Input of every run whose steps call the simulator. */
export const SIMULATOR_INPUT = {
  type: 'object',
  required: ['simulator'],
  properties: { simulator: { type: 'string', description: 'Base URL, no slash at the end.' } },
};

/** URL of a simulator call that takes `ms`, as an expression over `input.simulator`. */
export function workUrl(ms: number): string {
  return `\${{ input.simulator }}/work?ms=${ms}`;
}
