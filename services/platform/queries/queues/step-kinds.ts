import type { KindDefinition } from '@aio/core/definition/kinds/kind';
import { STEP_KINDS } from '@aio/core/definition/kinds/registry';

const KINDS: readonly KindDefinition[] = Object.values(STEP_KINDS);

/** SQL: an array of the names of kinds for which `holds` is true. */
export function kindsThat(holds: (kind: KindDefinition) => boolean): string {
  const names = KINDS.filter(holds).map(({ kind }) => kind);
  return `'{${names.join(',')}}'::text[]`;
}

/** SQL: what attempts of the kind in a column wait for; null = they never wait. */
export function waitsForOfKind(column: string): string {
  const cases = KINDS.filter(({ waitsFor }) => waitsFor !== null).map(
    ({ kind, waitsFor }) => `when '${kind}' then '${waitsFor}'`,
  );
  return `case ${column} ${cases.join(' ')} end`;
}
