import type { OpenApiDocument } from '../../http/open-api.ts';
import type { KnownValues } from './known-values.ts';

/** How often a parameter gets a value that exists; otherwise Schemathesis makes one up. */
const PROBABILITY = 0.8;

/**
 * Gives Schemathesis the values that exist, as its dictionaries: made-up ids would only reach "not found".
 * @param base the settings that hold for every run, as TOML
 * @returns a whole `schemathesis.toml`
 */
export function writeConfig(base: string, document: OpenApiDocument, known: KnownValues): string {
  const dictionaries: string[] = [];
  const operations: string[] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    const parameters = Object.values(methods).flatMap((method) => method.parameters ?? []);
    const keys = new Map(parameters.map(({ in: place, name }) => [`${place}.${name}`, name]));
    const bindings = [...keys].flatMap(([key, name]) => {
      const values = known(path, name);
      if (values.length === 0) return [];
      const dictionary = `known-${dictionaries.length}`;
      dictionaries.push(`[dictionaries.${dictionary}]\nvalues = ${JSON.stringify(values)}\n`);
      return `"${key}" = { dictionary = "${dictionary}", probability = ${PROBABILITY} }`;
    });
    if (bindings.length === 0) continue;
    operations.push(
      `[[operations]]\ninclude-path = "${path}"\nparameters = { ${bindings.join(', ')} }\n`,
    );
  }
  return [base, ...dictionaries, ...operations].join('\n');
}
