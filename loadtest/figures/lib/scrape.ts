/** The numbers of one `/metrics`: every series by its whole name, `metric{label="value"}`. */
export type Scrape = ReadonlyMap<string, number>;

/** @param url of `/metrics` */
export async function scrape(url: string): Promise<Scrape> {
  return parseScrape(await (await fetch(url)).text());
}

export function parseScrape(text: string): Scrape {
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    series.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))] as const;
    }),
  );
}

/** The sum of a metric's series, or of the one series that the name is the whole of. */
export function sumOf(scrapes: readonly Scrape[], name: string): number {
  let sum = 0;
  for (const one of scrapes)
    for (const [series, value] of one)
      if (series === name || series.startsWith(`${name}{`)) sum += value;
  return sum;
}

/** The values of a metric by one of its labels, added up over processes. */
export function sumBy(
  scrapes: readonly Scrape[],
  name: string,
  label: string,
): Map<string, number> {
  const sums = new Map<string, number>();
  const pattern = new RegExp(`[{,]${label}="([^"]*)"`);
  for (const one of scrapes)
    for (const [series, value] of one) {
      if (!series.startsWith(`${name}{`)) continue;
      const key = pattern.exec(series)?.[1] ?? '';
      sums.set(key, (sums.get(key) ?? 0) + value);
    }
  return sums;
}
