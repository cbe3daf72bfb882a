import type { Span } from '../../shared/api.ts';

/** What a span did, in the order of the legend. */
export const SPAN_SORTS = ['queue', 'model', 'http', 'database', 'engine', 'work'] as const;
export type SpanSort = (typeof SPAN_SORTS)[number];

/** Each has its own icon, so that colour is never the only sign. */
export const SORT_ICONS: Readonly<Record<SpanSort, string>> = {
  queue: 'i-lucide-list-end',
  model: 'i-lucide-sparkles',
  http: 'i-lucide-globe',
  database: 'i-lucide-database',
  engine: 'i-lucide-cog',
  work: 'i-lucide-box',
};

/** They have attributes of what happens in them. */
const WORK = /^(run|started|step|process|wait) /;
const ENGINE = /^(load|commit|evaluate .+)$/;
const PREFIXES: readonly (readonly [prefix: string, sort: SpanSort])[] = [
  ['messaging.', 'queue'],
  ['gen_ai.', 'model'],
  ['db.', 'database'],
  ['http.', 'http'],
];

/** `work` is what a run, a step or a page does itself. */
export function sortOf({ name, attributes }: Pick<Span, 'name' | 'attributes'>): SpanSort {
  if (name === 'queue') return 'queue';
  if (ENGINE.test(name)) return 'engine';
  if (WORK.test(name)) return 'work';
  const keys = Object.keys(attributes);
  const found = PREFIXES.find(([prefix]) => keys.some((key) => key.startsWith(prefix)));
  return found?.[1] ?? 'work';
}
