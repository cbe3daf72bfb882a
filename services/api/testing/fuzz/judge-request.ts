import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenApiDocument, Parameter } from '../../http/open-api.ts';
import { readBody } from './bodies.ts';
import type { FuzzOperation, FuzzRequest } from './requests.ts';

/** Whether the schemas of the document allow the request. */
export type JudgeRequest = (operation: FuzzOperation, request: FuzzRequest) => boolean;

export function createRequestJudge(document: OpenApiDocument): JudgeRequest {
  const ajv = new Ajv2020({ strict: false, discriminator: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'openapi', ...document });

  function allows(value: unknown, ...pointer: string[]): boolean {
    const parts = pointer.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'));
    const $ref = `openapi#/${parts.map(encodeURIComponent).join('/')}`;
    return (ajv.getSchema($ref) ?? ajv.compile({ $ref }))(value) as boolean;
  }

  return ({ method, path, operation }, request) => {
    const where = ['paths', path, method];
    const values = { path: request.path, query: request.query, header: request.headers };
    const parametersFit = (operation.parameters ?? []).every((parameter, index) => {
      const value = values[parameter.in][parameter.name];
      if (value === undefined) return !parameter.required;
      if (typeof value !== 'string') return true;
      return allows(read(value, parameter), ...where, 'parameters', String(index), 'schema');
    });
    const known = new Set((operation.parameters ?? []).map(({ name }) => name));
    const isKnown = Object.keys(request.query).every((name) => known.has(name));
    return parametersFit && isKnown && bodyFits();

    function bodyFits(): boolean {
      const { body } = request;
      if (operation.requestBody === undefined || body === undefined) return true;
      if (body.text === '' && !operation.requestBody.required) return true;
      if (!operation.requestBody.content[body.type]) return false;
      try {
        const value = readBody(body.type, body.text);
        return allows(value, ...where, 'requestBody', 'content', body.type, 'schema');
      } catch {
        return false;
      }
    }
  };
}

/** Reads a parameter's text as the type of its schema. */
function read(text: string, { schema }: Parameter): unknown {
  const { type } = schema as { type?: string };
  if (type === 'array') return text.split(',');
  if (type === 'boolean') return { true: true, false: false }[text] ?? text;
  if (type === 'integer' || type === 'number')
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return text;
}
