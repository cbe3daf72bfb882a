import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** The project's folder. */
export const ROOT = resolve(import.meta.dirname, '../../../..');

export const FILES = ['docker-compose.yml', 'docker-compose.observability.yml'] as const;

export interface Service {
  image: string;
  build?: { dockerfile: string; args: Record<string, string>; secrets: string[] };
  pull_policy?: string;
  command?: string[];
  restart?: string;
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  links?: string[];
  profiles?: string[];
  container_name?: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: {
    test: string[];
    interval?: string;
    timeout?: string;
    retries?: number;
    start_period?: string;
  };
  stop_grace_period?: string;
  deploy?: { resources: { limits: { cpus: string; memory: string } } };
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  security_opt?: string[];
}

/** Text of a file of the project. */
export function readText(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Services of both files merged, by name. Variables are not replaced. */
export function readServices(): Record<string, Service> {
  const services: Record<string, Service> = {};
  for (const file of FILES) {
    const parsed = parse(readText(file), { merge: true }) as { services: Record<string, Service> };
    for (const [name, service] of Object.entries(parsed.services)) {
      const environment = { ...services[name]?.environment, ...service.environment };
      services[name] = {
        ...services[name],
        ...service,
        ...(Object.keys(environment).length > 0 && { environment }),
      };
    }
  }
  return services;
}

export interface Variable {
  name: string;
  /** Empty = none. */
  fallback: string;
}

/** A variable; its value may contain variables, which contain none. */
const VARIABLE = /(?<!\$)\$\{([A-Z][A-Z0-9_]*)(?::([-+])((?:[^{}]|\$\{[^{}]*\})*))?\}/g;

/** Finds `${NAME}`, `${NAME:-fallback}` and `${NAME:+value}` in a text, also inside values. `$$` is a dollar. */
export function readVariables(text: string): Variable[] {
  return [...text.matchAll(VARIABLE)].flatMap(([, name = '', sign, value = '']) => [
    { name, fallback: sign === '-' ? withDefaults(value) : '' },
    ...readVariables(value),
  ]);
}

/** Replaces variables by their defaults. */
export function withDefaults(text: string): string {
  return text
    .replaceAll(VARIABLE, (_, _name, sign, value) => (sign === '-' ? withDefaults(value) : ''))
    .replaceAll('$$', '$');
}

/** Replaces `$$` by `$`, as Compose does in a command or probe. */
export function unescape(text: string): string {
  return text.replaceAll('$$', '$');
}
