import type { Report } from '@aio/compose/verify/report';
import { StackError } from '@aio/stack/stack-error';
import {
  addCustomResources,
  CRD_FILES,
  readKubernetesSchemas,
  type Schemas,
} from '../schemas/read-schemas.ts';
import { createValidate } from '../schemas/validate.ts';
import { getModule, type ModuleName, titleOf, type ToolOptions } from '../tools.ts';
import { type Manifest, type Rendered } from '../manifest.ts';

const SOURCES: readonly ModuleName[] = ['kubernetes', 'keda', 'prometheusOperator'];

/** Checks every object against the schema of its kind, which allows no unknown field. */
export async function checkSchemas(
  report: Report,
  rendered: Rendered,
  tools: ToolOptions,
): Promise<void> {
  let schemas: Schemas;
  try {
    schemas = await readSchemas(tools);
  } catch (error) {
    tools.signal.throwIfAborted();
    if (!(error instanceof StackError)) throw error;
    report.skip('the schemas of all objects', [error.message, ...error.details].join('; '));
    return;
  }
  const validate = createValidate(schemas);
  await report.step('the schemas refuse an unknown field', async () => {
    const { faults } = check([{ ...PROBE, spec: { ...PROBE.spec, wrong: true } }]);
    if (faults.length === 0) throw new StackError('they accept it');
    return faults[0] ?? '';
  });
  for (const [target, objects] of rendered) {
    await report.step(`the schemas of ${target}`, async () => {
      const { kinds, faults } = check(objects);
      if (faults.length > 0) throw new StackError('', { details: faults });
      return `${objects.length} objects of ${kinds} kinds; ${SOURCES.map(titleOf).join(', ')}`;
    });
  }

  function check(objects: readonly Manifest[]) {
    const kinds = new Set(objects.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)).size;
    return { kinds, faults: objects.flatMap(validate) };
  }
}

/** A valid object. */
const PROBE = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'probe' },
  spec: { maxUnavailable: 1 },
};

async function readSchemas(tools: ToolOptions): Promise<Schemas> {
  const schemas = readKubernetesSchemas(await getModule('kubernetes', tools));
  for (const source of ['keda', 'prometheusOperator'] as const)
    addCustomResources(schemas, await getModule(source, tools), CRD_FILES[source]);
  return schemas;
}
