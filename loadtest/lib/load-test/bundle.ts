import { build, type BuildOptions } from 'esbuild';
import { dirname } from 'node:path';
import { type ScenarioName, scenarioFile } from './scenarios.ts';

const OPTIONS = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: ['k6', 'k6/*'],
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** What a scenario exports so that the command gets its figures; without it k6 prints its own summary. */
const FOR_THE_COMMAND = 'handleSummary';

/**
 * A scenario and all that it imports as one file, which a k6 anywhere can run: k6 knows TypeScript, but
 * no packages.
 * @param into path of the file; null = nothing is written, it is only tried
 */
export async function bundleScenario(name: ScenarioName, into: string | null): Promise<void> {
  await build({
    ...OPTIONS,
    entryPoints: [scenarioFile(name)],
    ...(into === null ? { write: false } : { outfile: into }),
  });
}

/** The same as text, for a k6 that nobody but its reader listens to: it prints a summary of its own. */
export async function bundleAlone(name: ScenarioName): Promise<string> {
  const file = scenarioFile(name);
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: [file],
    metafile: true,
    write: false,
  });
  const [output] = Object.values(metafile.outputs);
  const names = output?.exports.filter((one) => one !== FOR_THE_COMMAND) ?? [];
  const { outputFiles } = await build({
    ...OPTIONS,
    stdin: {
      contents: `export { ${names.join(', ')} } from ${JSON.stringify(file)};`,
      resolveDir: dirname(file),
      loader: 'ts',
    },
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}
