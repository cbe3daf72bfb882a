/** The address of a run's page, opened at a step or item. */
export function stepAddress(
  runId: string,
  { step, iteration }: { step: string; iteration: number | null },
): string {
  const item = iteration === null ? '' : `&item=${iteration}`;
  return `/runs/${runId}?step=${step}${item}`;
}
