/** The page of a run, opened at one of its steps or items. */
export function stepAddress(
  runId: string,
  { step, iteration }: { step: string; iteration: number | null },
): string {
  const item = iteration === null ? '' : `&item=${iteration}`;
  return `/runs/${runId}?step=${step}${item}`;
}
