/**
 * Sum of a metric's samples over all labels but those that are given, as a process serves it; 0 = it is not there.
 * @param url of `/metrics`
 * @param labels e.g. `dependency="redis"`
 */
export async function readMetric(url: string, name: string, labels = ''): Promise<number> {
  const text = await (await fetch(url)).text();
  // Labels may hold braces; what follows ` # ` is an exemplar.
  const samples = text.matchAll(new RegExp(`^${name}(\\{.*?\\})? (\\S+)`, 'gm'));
  return [...samples]
    .filter(([, own = '']) => own.includes(labels))
    .reduce((sum, [, , value]) => sum + Number(value), 0);
}

/** The same of several processes together. */
export async function sumMetric(
  processes: readonly { metricsUrl: string }[],
  name: string,
  labels = '',
): Promise<number> {
  const all = processes.map(({ metricsUrl }) => readMetric(metricsUrl, name, labels));
  return (await Promise.all(all)).reduce((sum, one) => sum + one, 0);
}
