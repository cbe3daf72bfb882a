import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

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
