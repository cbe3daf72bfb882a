import { KNOWN_LABELS } from '@aio/catalog/metrics/series-labels';
import type { Labels } from '@aio/query/prometheus';
import type { Reader } from './reader.ts';

/** The value of a label that names another owner, or a workflow of one. */
export const ANOTHER_OWNER = 'another owner';
/** Host and port of a process. */
export const ADDRESS = 'instance';

/**
 * The labels that the reader may see. It drops labels outside of the catalogue, because Prometheus may add names of
 * hosts and pods.
 * @param numberOf a number in place of an address
 */
export function maskLabels(
  labels: Labels,
  { owner, workflows }: Pick<Reader, 'owner' | 'workflows'>,
  numberOf: (address: string) => string,
): Labels {
  const known = Object.entries(labels).filter(([label]) => KNOWN_LABELS.has(label));
  return Object.fromEntries(known.map(([label, value]) => [label, maskValue(label, value)]));

  function maskValue(label: string, value: string): string {
    if (label === ADDRESS) return numberOf(value);
    const isForeign =
      (label === 'owner' && value !== owner) ||
      (label === 'workflow' && !workflows.includes(value));
    return isForeign ? ANOTHER_OWNER : value;
  }
}
