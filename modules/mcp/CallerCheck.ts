import { describeError } from 'daemonry';

import { readSmallFile } from '../shared/files';
import { sameSecret } from '../shared/text';
import { type McpCaller, type McpSettings, TOKEN } from './McpSettings';
import type { McpCapability } from './McpTools';

export interface KnownCaller {
  readonly name: string;
  readonly may: McpCapability;
  readonly kind: McpCaller['kind'];
}

interface Credential extends KnownCaller {
  readonly token: string;
}

/** The caller of `mcp.bearerToken` and `mcp.tokenFile`. */
const DEFAULT = 'default';
const MAX_FILE_BYTES = 8_192;

const defaultCaller = (may: McpCapability): KnownCaller => ({ name: DEFAULT, may, kind: 'automation' });

/** Identifies the caller of a request by its bearer token. A wrong token takes as long to check as a right one. */
export class CallerCheck {
  readonly #fixed: readonly Credential[];
  readonly #file: string | undefined;
  readonly #may: McpCapability;
  readonly #tell: (problem: string) => void;

  /** @param tell - is told at each request why the token file cannot be read; its caller is shut out meanwhile. */
  constructor({ bearerToken, tokenFile, may, callers }: McpSettings, tell: (problem: string) => void) {
    this.#fixed = [...(bearerToken === undefined ? [] : [{ ...defaultCaller(may), token: bearerToken }]), ...callers];
    this.#file = tokenFile;
    this.#may = may;
    this.#tell = tell;
  }

  /** Whether any token is configured. */
  get possible(): boolean {
    return this.#fixed.length > 0 || this.#file !== undefined;
  }

  /** Reads the token file once. @throws when it cannot be read */
  async prepare(): Promise<void> {
    await this.#fromFile();
  }

  /** `undefined` for no token, a malformed header and an unknown token. */
  async identify(authorization: string | undefined): Promise<KnownCaller | undefined> {
    const credentials = [
      ...this.#fixed,
      ...(await this.#fromFile().catch((error: unknown) => this.#unreadable(error))),
    ];
    const given = /^Bearer ([\x21-\x7e]{1,4000})$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) return undefined;
    // Each is compared, also after one that matches.
    const [caller] = credentials.filter(({ token }) => sameSecret(given, token));
    return caller === undefined ? undefined : { name: caller.name, may: caller.may, kind: caller.kind };
  }

  #unreadable(error: unknown): readonly Credential[] {
    this.#tell(describeError(error));
    return [];
  }

  /** The credentials from the token file; none if its content could not be configured as a token, such as an empty file. */
  async #fromFile(): Promise<readonly Credential[]> {
    if (this.#file === undefined) return [];
    const token = (await readSmallFile(this.#file, MAX_FILE_BYTES)).trim();
    if (this.#fixed.some((other) => other.name !== DEFAULT && sameSecret(token, other.token)))
      throw new Error(`${this.#file} holds the token of another caller.`);
    return TOKEN.test(token) ? [{ ...defaultCaller(this.#may), token }] : [];
  }
}
