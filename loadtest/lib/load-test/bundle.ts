import { build } from 'esbuild';
import { type ScenarioName, scenarioFile } from './scenarios.ts';

/**
 * A scenario and all that it imports as one file, which a k6 anywhere can run: k6 knows TypeScript, but
 * no packages.
 * @param into path of the file; null = nothing is written, it is only tried
 */
export async function bundleScenario(name: ScenarioName, into: string | null): Promise<void> {
  await build({
    entryPoints: [scenarioFile(name)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    external: ['k6', 'k6/*'],
    logLevel: 'silent',
    ...(into === null ? { write: false } : { outfile: into }),
  });
}
