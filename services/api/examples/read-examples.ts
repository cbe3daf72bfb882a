import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

/** A definition that offers inputs to run it with. */
export interface Example {
  name: string;
  /** YAML, comments kept; the inputs are the `examples` of its input schema. */
  source: string;
}

/** Where the inputs have the simulator. */
const USUAL_SIMULATOR = 'http://127.0.0.1:8090';

/**
 * @param folder with `<name>.yaml`, `<name>.input.json` and maybe `<name>.<case>.input.json`
 * @param simulatorUrl where workers reach the simulator
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
      // The plain one has the shortest name, and comes first.
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
