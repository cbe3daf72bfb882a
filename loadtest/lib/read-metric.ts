/**
 * Sum of a metric's samples over all its labels, as a process serves it; 0 = it is not there.
 * @param url of `/metrics`
 */
export async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(url)).text();
  // Labels may hold braces; what follows ` # ` is an exemplar.
  const samples = text.matchAll(new RegExp(`^${name}(?:\\{.*?\\})? (\\S+)`, 'gm'));
  return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
}
