/** Input of every run whose steps call the simulator. */
export const SIMULATOR_INPUT = {
  type: 'object',
  required: ['simulator'],
  properties: { simulator: { type: 'string', description: 'Base URL, no slash at the end.' } },
};

/** Address of a call that takes that long; `input.simulator` says where. */
export function workUrl(ms: number): string {
  return `\${{ input.simulator }}/work?ms=${ms}`;
}
