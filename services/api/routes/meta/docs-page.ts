import { createHash } from 'node:crypto';
import type { OpenApiDocument, Operation } from '../../http/open-api.ts';

const STYLE = `
:root {
  color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent);
  color: light-dark(#0f172a, #e2e8f0); background: light-dark(#ffffff, #0f172a);
}
a { color: light-dark(#1d4ed8, #93c5fd); }
* { box-sizing: border-box; } code { overflow-wrap: anywhere; }
body { margin: 0 auto; max-width: 70rem; padding: 2rem 1.25rem 6rem; font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: .5rem 0 0; } h2 { margin: 3rem 0 .75rem; }
nav { display: flex; flex-wrap: wrap; gap: 0 1rem; } nav a { padding: .15rem 0; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; }
summary { cursor: pointer; padding: .6rem .9rem; }
summary code { font-size: .95rem; } summary b { display: inline-block; width: 3.5rem; }
details > div { padding: 0 .9rem .9rem; }
pre { overflow: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .4rem; font-size: .85rem; max-height: 28rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
h3 { margin: 1rem 0 .3rem; font-size: 1rem; }
`;

/** The page has no script and no external asset. The hash allows its style sheet. */
export const DOCS_CSP = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;

/**
 * Renders the OpenAPI document as an HTML page without scripts.
 * @param publicUrl address of the web UI
 */
export function renderDocsPage(document: OpenApiDocument, publicUrl: string): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = document.tags.map(({ name }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<section><h2 id="${escape(name)}">${headingOf(name)}</h2>${own.map((entry) => renderOperation(entry, publicUrl)).join('')}</section>`;
  });
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${escape(name)}"><summary><code>${escape(name)}</code></summary><div>${renderSchema(schema)}</div></details>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(document.info.title)} API</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<a href="${escape(publicUrl)}/">Open the web UI</a>
<h1>${escape(document.info.title)} API ${escape(document.info.version)}</h1>
<p>${renderText(document.info.description)} This page shows <a href="openapi.json">openapi.json</a>.</p>
</header>
<nav aria-label="Sections">${document.tags.map(({ name }) => `<a href="#${escape(name)}">${headingOf(name)}</a>`).join('')}<a href="#schemas">Schemas</a></nav>
<main>${sections.join('')}
<section><h2 id="schemas">Schemas</h2>${schemas.join('')}</section></main>
</body>
</html>
`;
}

interface Entry {
  path: string;
  method: string;
  operation: Operation;
}

function renderOperation({ path, method, operation }: Entry, publicUrl: string): string {
  const responses = Object.entries(operation.responses).map(
    ([status, response]) =>
      `<h3>${escape(status)} ${renderText(response.description)}</h3>${renderContent(response.content)}`,
  );
  return `<details id="${escape(operation.operationId)}">
<summary><b>${method.toUpperCase()}</b> <code>${escape(path)}</code> ${renderText(operation.summary)}</summary>
<div>${operation.description === undefined ? '' : `<p>${renderText(operation.description)}</p>`}
${renderParameters(operation)}
${operation.requestBody === undefined ? '' : `<h3>Body</h3>${renderContent(operation.requestBody.content)}`}
${responses.join('')}
<h3>Try it</h3><pre tabindex="0">${escape(curlOf(publicUrl, path, method, operation))}</pre></div>
</details>`;
}

function renderParameters({ parameters = [] }: Operation): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    (parameter) =>
      `<tr><td><code>${escape(parameter.name)}</code></td><td>${parameter.in}${parameter.required ? ', required' : ''}</td><td><code>${escape(JSON.stringify(parameter.schema))}</code></td></tr>`,
  );
  return `<table><thead><tr><th>Parameter</th><th>Where</th><th>Schema</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function renderContent(content: Record<string, { schema: unknown }> = {}): string {
  return Object.entries(content)
    .map(([type, { schema }]) => `<p><code>${escape(type)}</code></p>${renderSchema(schema)}`)
    .join('');
}

function renderSchema(schema: unknown): string {
  const reference = (schema as { $ref?: string }).$ref;
  if (reference === undefined)
    return `<pre tabindex="0">${escape(JSON.stringify(schema, null, 2))}</pre>`;
  const name = reference.replace('#/components/schemas/', '');
  return `<p><a href="#schema-${escape(name)}">${escape(name)}</a></p>`;
}

function curlOf(
  publicUrl: string,
  path: string,
  method: string,
  { requestBody }: Operation,
): string {
  const url = `${publicUrl}${path.replaceAll(/\{(\w+)\}/g, '$$$1')}`;
  if (method === 'get') return `curl '${url}'`;
  const [type] = Object.keys(requestBody?.content ?? {}).slice(-1);
  const body = type === undefined ? '' : ` \\\n  -H 'content-type: ${type}' --data-binary @body`;
  return `curl -X ${method.toUpperCase()} '${url}'${body}`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A tag as a heading: `runs` is `Runs`. */
function headingOf(tag: string): string {
  return escape(tag.charAt(0).toUpperCase() + tag.slice(1));
}

/** Text with code in backticks. */
function renderText(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
