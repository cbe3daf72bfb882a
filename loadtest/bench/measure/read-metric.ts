/**
 * The sum of a metric's series on a process's `/metrics`; 0 when there are none.
 * @param url of `/metrics`
 */
export async function readMetric(url: string, name: string): Promise<number> {
  const response = await fetch(url);
  const text = await response.text();
  let sum = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith(name) || !/[ {]/.test(line.charAt(name.length))) continue;
    // What follows ` # ` is an exemplar.
    sum += Number(line.split(' # ')[0]?.split(' ').at(-1));
  }
  return sum;
}
