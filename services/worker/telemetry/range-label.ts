import type { REFUSED_RANGES } from '@aio/catalog/labels';

type RangeLabel = (typeof REFUSED_RANGES)[number];

const LABELS: Readonly<Record<string, RangeLabel>> = {
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  carrierGradeNat: 'private',
  linkLocal: 'link_local',
};

/** @param range a name of `rangeOf` in `http-addresses.ts` */
export function rangeLabel(range: string): RangeLabel {
  return LABELS[range] ?? 'other';
}
