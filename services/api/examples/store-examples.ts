import type { Pool } from '@aio/platform/postgres/pool';
import { createWorkflowVersion } from '@aio/platform/queries/workflows/create-workflow-version';
import { getWorkflowVersion } from '@aio/platform/queries/workflows/get-workflow-version';
import { ValidationError } from '@aio/core/errors';
import { readDefinition } from '../routes/workflows/read-definition.ts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

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

/** An example workflow. */
export interface Example {
  name: string;
  /** YAML with comments. The `examples` of its input schema are the inputs. */
  source: string;
}

/** Address of the simulator in the input files. */
const USUAL_SIMULATOR = 'http://127.0.0.1:8090';

/**
 * @param folder with `<name>.yaml`, `<name>.input.json` and optionally `<name>.<case>.input.json`
 * @param simulatorUrl address of the simulator for workers
 */
export async function readExamples(folder: string, simulatorUrl: string): Promise<Example[]> {
  const files = (await readdir(folder)).sort();
  const read = (file: string) => readFile(join(folder, file), 'utf8');
  const names = files.filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -5));
  return Promise.all(
    names.map(async (name) => {
      const inputs = files.filter(
        (file) => file.startsWith(`${name}.`) && file.endsWith('.input.json'),
      );
      // `<name>.input.json` is the shortest name, so it comes first.
      const texts = await Promise.all(
        inputs.toSorted((a, b) => a.length - b.length).map((file) => read(file)),
      );
      const examples = texts.map((text) =>
        JSON.parse(text.replaceAll(USUAL_SIMULATOR, simulatorUrl.replace(/\/$/, ''))),
      );
      return { name, source: offer(await read(`${name}.yaml`), examples) };
    }),
  );
}

function offer(yaml: string, examples: unknown[]): string {
  const document = parseDocument(yaml);
  document.setIn(['input', 'examples'], document.createNode(examples));
  return document.toString({ lineWidth: 0 });
}
