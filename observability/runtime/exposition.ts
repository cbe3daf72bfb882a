/** The two text formats of a scrape. */

export const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
export const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Only OpenMetrics carries exemplars; it is given to who asks for it. */
export function acceptsOpenMetrics(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes('application/openmetrics-text');
}

/**
 * OpenMetrics as Prometheus text: counters keep `_total` in their metadata, exemplars and the end
 * mark go. Done on the text, since one registry of the client speaks only one format.
 */
export function toPrometheusText(openMetrics: string): string {
  const counters = new Set(
    Array.from(openMetrics.matchAll(/^# TYPE (\S+) counter$/gm), (match) => match[1]),
  );
  return openMetrics
    .split('\n')
    .filter((line) => line !== '# EOF')
    .map((line) => {
      if (line.startsWith('# ')) {
        const [hash, keyword, name, ...rest] = line.split(' ');
        return counters.has(name) ? [hash, keyword, `${name}_total`, ...rest].join(' ') : line;
      }
      return line.replace(/ # \{(\w+="[^"]*",?)*\} \S+ \S+$/, '');
    })
    .join('\n');
}
