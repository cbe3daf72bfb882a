/**
 * Sum of a metric's samples with these labels; 0 = the process does not export the metric.
 * @param url of `/metrics`
 * @param labels e.g. `dependency="redis"`
 */
export async function readMetric(url: string, name: string, labels = ''): Promise<number> {
  const text = await (await fetch(url)).text();
  // Label values may contain braces, and an exemplar may follow ` # `.
  const samples = text.matchAll(new RegExp(`^${name}(\\{.*?\\})? (\\S+)`, 'gm'));
  return [...samples]
    .filter(([, own = '']) => own.includes(labels))
    .reduce((sum, [, , value]) => sum + Number(value), 0);
}

/** Sum of a metric over several processes. */
export async function sumMetric(
  processes: readonly { metricsUrl: string }[],
  name: string,
  labels = '',
): Promise<number> {
  const all = processes.map(({ metricsUrl }) => readMetric(metricsUrl, name, labels));
  return (await Promise.all(all)).reduce((sum, one) => sum + one, 0);
}
