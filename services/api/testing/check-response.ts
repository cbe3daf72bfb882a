import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenApiDocument, Operation } from '../http/open-api.ts';

/** Fails if a response does not match the OpenAPI document. */
export type CheckResponse = (method: string, path: string, response: Answer) => void;

export interface Answer {
  status: number;
  contentType: string;
  body: unknown;
}

const PROBLEM = 'application/problem+json';

/** Validates responses with the document's schema of their operation, status and media type. */
export function createResponseCheck(document: OpenApiDocument): CheckResponse {
  // A test of the document validates its schemas.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'openapi', ...document });
  const compiled = new Map<string, ValidateFunction>();

  function validatorAt(...pointer: string[]): ValidateFunction {
    const fragment = pointer.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'));
    const $ref = `openapi#/${fragment.map(encodeURIComponent).join('/')}`;
    const known = compiled.get($ref) ?? ajv.compile({ $ref });
    compiled.set($ref, known);
    return known;
  }

  return (method, path, { status, contentType, body }) => {
    const [mediaType = ''] = contentType.split(';', 1);
    if (mediaType === PROBLEM) {
      expectValid(validatorAt('components', 'schemas', 'Problem'), body);
      return;
    }
    const template = findTemplate(document, path);
    assert.ok(template, `${path} is not in the document`);
    const operation: Operation | undefined = document.paths[template]?.[method];
    const content = operation?.responses[String(status)]?.content;
    assert.ok(operation, `${method} ${template} is not in the document`);
    assert.ok(operation.responses[String(status)], `${method} ${template} promises no ${status}`);
    if (content === undefined) {
      assert.equal(body, '', `${method} ${template} promises no body with ${status}`);
      return;
    }
    assert.ok(content[mediaType], `${method} ${template} promises no ${mediaType}`);
    if (mediaType !== 'application/json') return;
    const where = ['paths', template, method, 'responses', String(status), 'content', mediaType];
    expectValid(validatorAt(...where, 'schema'), body);
  };
}

function expectValid(validate: ValidateFunction, body: unknown): void {
  assert.ok(validate(body), JSON.stringify({ errors: validate.errors, body }, null, 2));
}

/** Paths without parameters win: `/workflows/validate` is no workflow. */
function findTemplate(document: OpenApiDocument, path: string): string | undefined {
  const [plain = ''] = path.split('?', 1);
  if (document.paths[plain]) return plain;
  return Object.keys(document.paths).find((template) => {
    const pattern = template.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+');
    return new RegExp(`^${pattern}$`).test(plain);
  });
}
