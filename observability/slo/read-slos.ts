/** Objectives as YAML, for services in any language. */
import { parse } from 'yaml';
import { MIN_BAD } from './burn-rates.ts';
import { findFaults } from './check-slo.ts';
import { parseSelector } from './parse-selector.ts';
import type { Counted, Slo } from './slo.ts';

/** What a file contains, by key of the objective. README.md describes the fields. */
export interface SloFile {
  readonly slos: Readonly<Record<string, Slo>>;
  /** Annotations of all alerts. `{alert}` stands for the name of the alert. */
  readonly annotations: Readonly<Record<string, string>>;
}

const FIELDS = new Set(
  'title description objective whyNow minBad minEvents boundSeconds bad good total k6 examples'.split(
    ' ',
  ),
);

/**
 * @param text YAML
 * @throws Error that lists every fault: where, and what is wrong
 */
export function readSlos(text: string): SloFile {
  const faults: string[] = [];
  const file = asRecord(parse(text));
  for (const key of Object.keys(file)) {
    if (!['slos', 'annotations'].includes(key)) faults.push(`${key}: there is no such field`);
  }
  const slos = Object.entries(asRecord(file.slos)).map(([key, fields]) => {
    const fault = (field: string, what: string) => faults.push(`slos.${key}${field}: ${what}`);
    return [key, readSlo(key, asRecord(fields), fault)] as const;
  });
  if (slos.length === 0) faults.push('slos: has to have an objective at least');
  const annotations = Object.entries(asRecord(file.annotations)).map(
    ([name, value]) => [name, String(value)] as const,
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return {
    slos: Object.fromEntries(slos),
    annotations: Object.fromEntries(annotations),
  };
}

type Fault = (field: string, what: string) => void;

function readSlo(key: string, fields: Record<string, unknown>, fault: Fault): Slo {
  if (!/^[a-z][A-Za-z0-9]*$/.test(key)) fault('', 'the key has to be in camelCase');
  for (const name of Object.keys(fields)) {
    if (!FIELDS.has(name))
      fault(`.${name}`, `there is no such field, only ${[...FIELDS].join(' ')}`);
  }
  const { title, description, objective, whyNow, minBad = MIN_BAD } = fields;
  if (typeof title !== 'string') fault('.title', 'has to be text');
  if (typeof description !== 'string') fault('.description', 'has to be text');
  if (typeof objective !== 'number' || objective <= 0 || objective >= 1)
    fault(
      '.objective',
      `has to be a share between 0 and 1, such as 0.99, not ${String(objective)}`,
    );
  if (whyNow !== undefined && typeof whyNow !== 'string') fault('.whyNow', 'has to be text');
  if (typeof minBad !== 'number' || minBad < 1) fault('.minBad', 'has to be a number of 1 or more');
  const events = (['bad', 'good', 'total'] as const).filter((name) => name in fields);
  if (events.length !== 2) fault('', 'needs two of bad, good and total');
  const counted = events.map((name) => [
    name,
    readCounted(fields[name], (what) => fault(`.${name}`, what)),
  ]);
  const { minEvents, boundSeconds, k6, examples } = fields;
  if (minEvents !== undefined && (typeof minEvents !== 'number' || minEvents < 1))
    fault('.minEvents', 'has to be a number of 1 or more');
  if (boundSeconds !== undefined && typeof boundSeconds !== 'number')
    fault('.boundSeconds', 'has to be a number');
  if (k6 !== undefined && typeof asRecord(k6).metric !== 'string')
    fault('.k6.metric', 'has to be the name of a metric of k6');
  const slo = {
    title,
    description,
    objective,
    minBad,
    ...(whyNow !== undefined && { whyNow }),
    ...(minEvents !== undefined && { minEvents }),
    ...Object.fromEntries(counted),
    ...(boundSeconds !== undefined && { boundSeconds }),
    ...(k6 !== undefined && { k6 }),
    ...(examples !== undefined && { examples }),
  } as Slo;
  if (events.length === 2) for (const found of findFaults(slo)) fault(...found);
  return slo;
}

/** A selector, or several to add up. */
function readCounted(value: unknown, fault: (what: string) => void): Counted {
  return [value].flat().flatMap((text) => {
    if (typeof text !== 'string') {
      fault('has to be text: quote a selector that begins with a brace');
      return [];
    }
    try {
      return [parseSelector(text)];
    } catch (error) {
      fault((error as Error).message);
      return [];
    }
  });
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
