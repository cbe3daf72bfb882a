import type { TObject, TSchema } from 'typebox';
import { type Access, accessOf } from '../auth/policy.ts';
import type { BodySpec, Bound, Route } from './define-route.ts';
import { ProblemSchema } from './common-schema.ts';
import { createComponents, type Components } from './components.ts';
import type { ResponseSpec } from './reply.ts';

const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token from the login service, for programs.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'aio_session',
    description:
      'The cookie of a browser that logged in at /auth/login. `AIO_COOKIE_PREFIX` begins its name. Over HTTPS, its name starts with `__Host-`. Requests that change data also need the header `AIO-CSRF: 1`.',
  },
};

/** Headers of every response. */
const HEADERS = {
  traceresponse: {
    description:
      'The span of the request (W3C Trace Context Level 2, draft): `00-<trace id>-<span id>-<flags>`. Absent if tracing is off.',
    schema: { type: 'string', pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' },
  },
  'Server-Timing': {
    description:
      'Milliseconds until the response started (`total`) and, if you are logged in, in database queries (`db`).',
    schema: { type: 'string' },
  },
};

const HEADERS_OF_ALL = Object.fromEntries(
  Object.keys(HEADERS).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

/** The parts of an OpenAPI 3.1 document that code in this repository reads. */
export interface OpenApiDocument {
  openapi: '3.1.1';
  info: { title: string; version: string; description: string; license: object };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, unknown>;
    headers: Record<string, unknown>;
    securitySchemes: Record<string, unknown>;
  };
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Content };
  /** The caller needs one of them; empty = no login. */
  security: Record<string, string[]>[];
  responses: Record<string, { description: string; headers?: object; content?: Content }>;
  /** Of GET operations. */
  'x-at-most'?: Bound;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: unknown;
}

type Content = Record<string, { schema: unknown }>;

/** Makes the OpenAPI document of the routes from the schemas that validate requests. */
export function describeApi(routes: readonly Route[], version: string): OpenApiDocument {
  const components = createComponents();
  const paths: OpenApiDocument['paths'] = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = describeRoute(route, components);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'AIO',
      version,
      description:
        'Define, run and follow AI workflows. Errors are problem details (RFC 9457). Lists are newest first: send `nextCursor` as `cursor` to get the next page.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function describeRoute(route: Route, components: Components): Operation {
  const parameters = [
    ...describeParameters('path', route.params, components),
    ...describeParameters('query', route.query, components),
    ...describeParameters('header', route.headers, components),
  ];
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.atMost && { 'x-at-most': route.atMost }),
    ...describeAccess(route),
    security: accessOf(route) === 'open' ? [] : [{ bearer: [] }, { session: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body !== undefined && { requestBody: describeBody(route.body, components) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([status, response]) => [
          status,
          describeResponse(response, components),
        ]),
      ),
      default: {
        description: 'An error',
        headers: HEADERS_OF_ALL,
        content: { 'application/problem+json': { schema: components.refer(ProblemSchema) } },
      },
    },
  };
}

const ROLES_IN_WORDS: Readonly<Record<Access, string | undefined>> = {
  open: undefined,
  login: undefined,
  member: 'Role: builder or admin.',
  admin: 'Role: admin.',
  boards: 'Role: admin. With BOARDS_FOR=member, builder or admin.',
};

function describeAccess(route: Route): { description?: string } {
  const parts = [route.description, ROLES_IN_WORDS[accessOf(route)]].filter(Boolean);
  return parts.length === 0 ? {} : { description: parts.join(' ') };
}

function describeParameters(
  place: Parameter['in'],
  schema: TObject | undefined,
  components: Components,
): Parameter[] {
  const required = new Set<string>(schema?.required ?? []);
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name: place === 'header' ? headerCase(name) : name,
    in: place,
    required: place === 'path' || required.has(name),
    ...('description' in property && { description: String(property.description) }),
    ...('type' in property && property.type === 'array' && { style: 'form', explode: false }),
    schema: components.refer(property),
  }));
}

function describeBody(body: BodySpec, components: Components): Operation['requestBody'] & object {
  const schema = components.refer(body.schema);
  const types = MEDIA_TYPES[body.as];
  return {
    required: body.required,
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
  };
}

function describeResponse(response: ResponseSpec<TSchema, unknown>, components: Components) {
  const headers = Object.entries(response.headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  return {
    description: response.description,
    headers: { ...HEADERS_OF_ALL, ...(Object.fromEntries(headers) as object) },
    ...(response.mediaType !== '' && {
      content: { [response.mediaType]: { schema: components.refer(response.schema) } },
    }),
  };
}

const MEDIA_TYPES: Readonly<Record<BodySpec['as'], readonly string[]>> = {
  json: ['application/json'],
  source: ['application/json', 'application/yaml'],
};

/** `idempotency-key` -> `Idempotency-Key`. */
function headerCase(name: string): string {
  return name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
