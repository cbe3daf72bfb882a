import { StackError } from '@aio/tools/stack-error';
import type { Docker } from '@aio/tools/servers/docker';
import type { Outcome } from '../report.ts';

interface Image {
  Size: number;
  Config: { User: string; Labels: Readonly<Record<string, string>> | null };
}

const LABELS = ['title', 'description', 'licenses', 'version', 'revision', 'base.name'].map(
  (name) => `org.opencontainers.image.${name}`,
);
const BASE_LABEL = 'org.opencontainers.image.base.name';
/** Programs that build or install others. */
const TOOLS = ['npm', 'npx', 'corepack', 'yarn', 'gcc', 'cc', 'make', 'python3', 'git', 'curl'];
const SBOM = '/app/sbom.json';

/** Checks labels, user and SBOM of AIO's images, and that no build tools are inside. Shows sizes. @throws StackError */
export async function inspectImages(docker: Docker, images: readonly string[]): Promise<Outcome> {
  const shown = [];
  const faults = [];
  for (const reference of images) {
    const [image] = JSON.parse(await docker.run('image', 'inspect', reference)) as [Image];
    const inside = await lookInside(docker, reference);
    const base = await sizeOf(docker, image.Config.Labels?.[BASE_LABEL]);
    shown.push(
      `${reference}: ${inMegabytes(image.Size)}, of which ${base} base image; user ${image.Config.User}; ${inside.components} components in ${SBOM}`,
    );
    const missing = LABELS.filter((label) => !image.Config.Labels?.[label]);
    if (missing.length > 0) faults.push(`${reference} has no label ${missing.join(', ')}`);
    if (/^(0|root)?(:|$)/.test(image.Config.User)) faults.push(`${reference} runs as root`);
    if (inside.tools.length > 0) faults.push(`${reference} contains ${inside.tools.join(', ')}`);
    if (inside.components === 0) faults.push(`${reference} has an empty ${SBOM}`);
  }
  if (faults.length > 0) throw new StackError(faults.join('; '), { details: shown });
  return { note: '', shown };
}

async function sizeOf(docker: Docker, reference = ''): Promise<string> {
  const [image] = JSON.parse(await docker.run('image', 'inspect', reference)) as [Image];
  return inMegabytes(image.Size);
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

async function lookInside(docker: Docker, reference: string) {
  const run = (script: string) =>
    docker.run('run', '--rm', '--network=none', '--entrypoint=sh', reference, '-c', script);
  const { components } = JSON.parse(await run(`cat ${SBOM}`)) as { components: unknown[] };
  const tools = await run(`for tool in ${TOOLS.join(' ')}; do command -v $tool; done; true`);
  return { components: components.length, tools: tools.split('\n').filter(Boolean) };
}
