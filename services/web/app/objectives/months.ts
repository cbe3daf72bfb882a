import { perLanguage } from '../text/i18n.ts';

const name = perLanguage(
  (locale) => new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' }),
);

/** `November 2026`, in the language of the page. */
export function formatMonth(month: string): string {
  return name().format(new Date(`${month}-01T00:00:00Z`));
}

/** `('2026-12', 1)` -> `2027-01` */
export function monthAt(month: string, distance: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number - 1 + distance, 1)).toISOString().slice(0, 7);
}
