import type { Project } from '../project.ts';

/** Starts the services that have an image; `step` names the log. */
export function up(project: Project, step: string, ...more: string[]): Promise<void> {
  // --pull=never: otherwise Compose pulls images even of services with scale 0.
  return project.work(
    step,
    'up',
    '--detach',
    '--wait',
    '--pull=never',
    ...scaleOf(project),
    ...more,
  );
}

/** Arguments for services without an image. */
export function scaleOf({ leftOut }: Project): string[] {
  return leftOut.flatMap((service) => ['--scale', `${service}=0`]);
}
