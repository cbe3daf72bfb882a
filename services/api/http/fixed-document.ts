import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Content codings of a fixed document, the preferred one first. */
export const CODINGS = ['br', 'gzip'] as const;
export type Coding = (typeof CODINGS)[number];

/** The default, 11, takes many times as long and saves few bytes more. */
const BROTLI_QUALITY = 6;

const compressors: Record<Coding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
    }),
  gzip: promisify(gzip),
};

/** A document that never changes while the process runs. It is compressed once for each coding, on first use. */
export class FixedDocument {
  /** Weak, because all codings share it. */
  readonly etag: string;
  readonly #bytes: Buffer;
  readonly #coded = new Map<Coding, Promise<Buffer>>();

  constructor(text: string) {
    this.#bytes = Buffer.from(text);
    this.etag = `W/"${createHash('sha256').update(this.#bytes).digest('base64url').slice(0, 22)}"`;
  }

  /** @param coding null = uncompressed */
  async bytes(coding: Coding | null): Promise<Buffer> {
    if (coding === null) return this.#bytes;
    const known = this.#coded.get(coding) ?? compressors[coding](this.#bytes);
    this.#coded.set(coding, known);
    return known;
  }
}
