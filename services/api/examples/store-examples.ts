import type { Pool } from '@aio/platform/pool';
import { createWorkflowVersion } from '@aio/platform/queries/create-workflow-version';
import { getWorkflowVersion } from '@aio/platform/queries/get-workflow-version';
import { ValidationError } from '@aio/core/errors';
import { readDefinition } from '../routes/workflows/read-definition.ts';
import { type Example, readExamples } from './read-examples.ts';

/** The builder of `realm.json` owns the examples, so that builders and admins can run them. */
export const BUILDER_SUBJECT = '0b1f0c5e-6f0a-4d3b-9a51-1f6d6e0a0002';
/** The account of `aio-machine`. A builder cannot see its workflows. */
export const MACHINE_SUBJECT = '0b1f0c5e-6f0a-4d3b-9a51-1f6d6e0a0003';
/** `createdBy` of versions that this module stores. */
const AUTHOR = 'aio';

/**
 * Stores each example as the latest version of its workflow, except workflows that a user has changed.
 * The builder becomes the owner of workflows that `aio-machine` stored.
 * @param folder as `readExamples`
 * @param simulatorUrl address of the simulator for workers
 * @returns names of the workflows
 */
export async function storeExamples(
  pool: Pool,
  { folder, simulatorUrl }: { folder: string; simulatorUrl: string },
): Promise<{ stored: string[]; leftAlone: string[] }> {
  const stored: string[] = [];
  const leftAlone: string[] = [];
  for (const example of await readExamples(folder, simulatorUrl)) {
    const latest = await getWorkflowVersion(pool, { name: example.name, owner: null });
    const isOurs =
      latest === null || latest.createdBy === AUTHOR || latest.owner === MACHINE_SUBJECT;
    if (isOurs) await store(pool, example);
    (isOurs ? stored : leftAlone).push(example.name);
  }
  return { stored, leftAlone };
}

async function store(pool: Pool, { name, source }: Example): Promise<void> {
  const mediaType = 'application/yaml';
  const { definition, faults } = readDefinition({ text: source, mediaType });
  if (definition === null) throw new ValidationError(`The example ${name} is invalid.`, faults);
  await createWorkflowVersion(pool, {
    name,
    owner: BUILDER_SUBJECT,
    createdBy: AUTHOR,
    onlyOwner: null,
    definition: definition.json,
    source,
    mediaType,
    checksum: definition.checksum,
  });
}
