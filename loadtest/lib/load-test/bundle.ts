import { build, type BuildOptions, type PluginBuild } from 'esbuild';
import { basename, dirname } from 'node:path';
import { SCENARIO_NAMES, type ScenarioName, scenarioFile } from './scenarios.ts';

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
/** Before a scenario's name: the same without it. */
const ALONE = 'alone:';

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

/**
 * All scenarios, for a k6 that nobody but its reader listens to: it prints a summary of its own.
 * @returns text by file name: a file for each scenario, and those that they share
 */
export async function bundleAlone(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    ...OPTIONS,
    entryPoints: Object.fromEntries(SCENARIO_NAMES.map((name) => [name, `${ALONE}${name}`])),
    plugins: [{ name: ALONE, setup: leaveOutSummary }],
    splitting: true,
    chunkNames: 'shared-[hash]',
    outdir: 'generated',
    write: false,
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

/** Entry points that export what their scenario does, but for the summary. */
function leaveOutSummary({ onResolve, onLoad }: PluginBuild): void {
  onResolve({ filter: new RegExp(`^${ALONE}`) }, ({ path }) => ({
    path: scenarioFile(path.slice(ALONE.length) as ScenarioName),
    namespace: ALONE,
  }));
  onLoad({ filter: /./, namespace: ALONE }, async ({ path }) => {
    const names = (await exportsOf(path)).filter((name) => name !== FOR_THE_COMMAND);
    const contents = `export { ${names.join(', ')} } from ${JSON.stringify(path)};`;
    return { contents, resolveDir: dirname(path), loader: 'ts' };
  });
}

async function exportsOf(file: string): Promise<string[]> {
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: [file],
    metafile: true,
    write: false,
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}
