import { Type } from 'typebox';
import { SECRET_NAME_PATTERN } from '@aio/core/definition/names';
import { MIN_SECRET_LENGTH } from '@aio/core/text/redact';
import { Page, PAGE_QUERY, Time } from '../../http/common-schema.ts';

export const MAX_SECRET_LENGTH = 16_384;

const SecretName = Type.String({
  pattern: SECRET_NAME_PATTERN,
  description: 'Letters, digits and _, at most 64, not starting with a digit.',
});

export const SecretParams = Type.Object({ name: SecretName });

export const ListSecretsQuery = Type.Object(PAGE_QUERY, { additionalProperties: false });

/** Without `pattern` and `enum`, because their faults quote the value. */
export const SecretBody = Type.Object(
  {
    value: Type.String({
      minLength: MIN_SECRET_LENGTH,
      maxLength: MAX_SECRET_LENGTH,
      description: 'Never shown again. AIO cannot reliably redact shorter values.',
    }),
  },
  { title: 'SecretValue', additionalProperties: false },
);

export const SecretSchema = Type.Object(
  {
    name: SecretName,
    createdAt: Time,
    createdBy: Type.String(),
    updatedAt: Time,
    updatedBy: Type.String(),
  },
  { title: 'Secret', additionalProperties: false, description: 'A secret without its value.' },
);

export const SecretPage = Page('SecretPage', SecretSchema);
