import { readFile } from 'node:fs/promises';

import { sameSecret } from '../shared/text';
import { type McpSettings, TOKEN } from './McpSettings';
import type { McpCapability } from './McpTools';

export interface KnownCaller {
  readonly name: string;
  readonly may: McpCapability;
}

interface Credential extends KnownCaller {
  readonly token: string;
}

const DEFAULT = 'default';
const MAX_TOKEN_BYTES = 4_096;

/** Identifies the caller of a request by its bearer token. A wrong token takes as long to check as a right one. */
export class CallerCheck {
  readonly #fixed: readonly Credential[];
  readonly #file: string | undefined;
  readonly #may: McpCapability;

  constructor({ bearerToken, tokenFile, may, callers }: McpSettings) {
    this.#fixed = [...(bearerToken === undefined ? [] : [{ name: DEFAULT, may, token: bearerToken }]), ...callers];
    this.#file = tokenFile;
    this.#may = may;
  }

  /** Whether any token is configured. */
  get possible(): boolean {
    return this.#fixed.length > 0 || this.#file !== undefined;
  }

  /**
   * `undefined` for no token, a malformed header and an unknown token.
   *
   * @throws when `tokenFile` cannot be read.
   */
  async identify(authorization: string | undefined): Promise<KnownCaller | undefined> {
    const credentials = [...this.#fixed, ...(await this.#fromFile())];
    const given = /^Bearer ([\x21-\x7e]{1,4000})$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) return undefined;
    // Each is compared, also after one that matches.
    const [caller] = credentials.filter(({ token }) => sameSecret(given, token));
    return caller === undefined ? undefined : { name: caller.name, may: caller.may };
  }

  /** The credentials from the token file; none if its content could not be configured as a token, such as an empty file. */
  async #fromFile(): Promise<readonly Credential[]> {
    if (this.#file === undefined) return [];
    const token = (await readFile(this.#file, 'utf8')).slice(0, MAX_TOKEN_BYTES).trim();
    return TOKEN.test(token) ? [{ name: DEFAULT, may: this.#may, token }] : [];
  }
}
