import { canonicalDomain, lowerAscii } from '../shared/mail';

/** A value of a result, such as that of `smtp.mailfrom`. */
export interface ResultValue {
  /** True if it is an address: it holds an `@`. */
  readonly isAddress: boolean;
  /** The domain, in the one spelling in which domains are compared; absent if it is not exactly one. */
  readonly domain: string | undefined;
}

/** The result of one method, such as `dmarc=pass header.from=example.org`. */
export interface MethodResult {
  /** In lower case, without its version. */
  readonly method: string;
  /** In lower case. */
  readonly result: string;
  /** By `header.from` and the like, in lower case. */
  readonly properties: ReadonlyMap<string, ResultValue>;
}

/** The content of an `Authentication-Results` header. */
export interface AuthenticationResults {
  /** The server that wrote it, in lower case. */
  readonly server: string;
  readonly results: readonly MethodResult[];
}

const LONGEST = 16_384;
const DEEPEST_COMMENT = 20;

/**
 * Reads the value of an `Authentication-Results` header (RFC 8601). The server copies texts of strangers into it, so that a
 * header that can be read in two ways, or not at all, is refused as a whole.
 *
 * @param header - as it stands in the mail; it may be folded.
 * @returns `undefined` for a header that is refused.
 */
export function readAuthenticationResults(header: string): AuthenticationResults | undefined {
  if (header.length > LONGEST) return undefined;
  try {
    return new ResultsReader(header.replace(/\r?\n(?=[ \t])/g, '')).read();
  } catch (error) {
    if (error instanceof UnreadableResults) return undefined;
    throw error;
  }
}

class UnreadableResults extends Error {}

const END = new Set(['', ';']);
const SPACES = /[ \t]+/y;
const KEYWORD = /[a-z0-9_-]+/iy;
const VERSION = /\d{1,9}/y;
// The local part of an address may hold much that is no token; a value ends with a space, a comment or a semicolon.
const ATOM = /[^\s()";\\\p{Cc}\p{Cf}]+/uy;
const QUOTED = /"((?:[^"\\\p{Cc}]|\t|\\[^\p{Cc}])*)"/uy;
const COMMENT_TEXT = /(?:[^()\\\p{Cc}]|\t|\\[^\p{Cc}])+/uy;

/** Reads one header from its beginning to its end. Every method throws `UnreadableResults` at what it does not know. */
class ResultsReader {
  #at = 0;

  constructor(private readonly text: string) {}

  read(): AuthenticationResults {
    this.#skip();
    const server = this.#take(QUOTED)?.[1] ?? this.#need(ATOM);
    this.#skip();
    const version = this.#take(VERSION)?.[0] ?? '1';
    if (version !== '1') throw new UnreadableResults();
    const results: MethodResult[] = [];
    while (this.#next(';')) {
      const result = this.#result();
      if (result !== undefined) results.push(result);
    }
    if (this.#at < this.text.length) throw new UnreadableResults();
    return { server: lowerAscii(server), results };
  }

  /** A result; `undefined` for `none`, and for nothing between two semicolons. */
  #result(): MethodResult | undefined {
    this.#skip();
    if (END.has(this.text.charAt(this.#at))) return undefined;
    const method = lowerAscii(this.#need(KEYWORD));
    if (this.#next('/')) {
      this.#skip();
      this.#need(VERSION);
    }
    if (!this.#next('=')) {
      if (method === 'none' && this.#isEnd()) return undefined;
      throw new UnreadableResults();
    }
    this.#skip();
    const result = lowerAscii(this.#need(KEYWORD));
    const properties = new Map<string, ResultValue>();
    while (!this.#isEnd()) {
      const [key, value] = this.#property();
      // Of two values one is the server's, and the other came with the mail.
      if (properties.has(key)) throw new UnreadableResults();
      properties.set(key, value);
    }
    return { method, result, properties };
  }

  #property(): readonly [string, ResultValue] {
    // Behind a comment alone it would be the rest of the text before it.
    if (!/[ \t]/.test(this.text.charAt(this.#at - 1))) throw new UnreadableResults();
    let key = this.#need(KEYWORD);
    if (this.#next('.')) {
      this.#skip();
      key += `.${this.#need(KEYWORD)}`;
    }
    if (!this.#next('=')) throw new UnreadableResults();
    this.#skip();
    return [lowerAscii(key), this.#value()];
  }

  #value(): ResultValue {
    const quoted = this.#take(QUOTED)?.[1];
    const atom = this.#take(ATOM)?.[0] ?? '';
    if (quoted === undefined) return valueOf(atom);
    if (atom === '') return valueOf(quoted.replace(/\\(.)/gsu, '$1'));
    // A quoted local part: the domain is behind it.
    if (!atom.startsWith('@')) throw new UnreadableResults();
    return valueOf(atom);
  }

  /** True at the end of a result. Something else has to be behind a space or a comment. */
  #isEnd(): boolean {
    const from = this.#at;
    this.#skip();
    if (END.has(this.text.charAt(this.#at))) return true;
    if (this.#at === from) throw new UnreadableResults();
    return false;
  }

  /** Skips spaces and comments. */
  #skip(): void {
    while (this.#take(SPACES) !== undefined || this.#comment());
  }

  #comment(): boolean {
    if (this.text[this.#at] !== '(') return false;
    const from = this.#at;
    let depth = 0;
    do {
      if (this.text[this.#at] === '(') depth++;
      else if (this.text[this.#at] === ')') depth--;
      else if (this.#take(COMMENT_TEXT) !== undefined) continue;
      else throw new UnreadableResults();
      if (depth > DEEPEST_COMMENT) throw new UnreadableResults();
      this.#at++;
    } while (depth > 0);
    // A quoted text that only begins here was cut by a parenthesis of its own: the rest of it is not the server's.
    const quotes = this.text.slice(from, this.#at).replace(/\\./gsu, '').match(/"/g)?.length ?? 0;
    if (quotes % 2 !== 0) throw new UnreadableResults();
    return true;
  }

  /** Takes a character, and the spaces and comments before it, if it is next. */
  #next(character: string): boolean {
    const from = this.#at;
    this.#skip();
    if (this.text[this.#at] === character) {
      this.#at++;
      return true;
    }
    this.#at = from;
    return false;
  }

  #need(pattern: RegExp): string {
    const found = this.#take(pattern);
    if (found === undefined) throw new UnreadableResults();
    return found[0];
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }
}

/** More than one `@`, and a quote, are in no address that stands here without quotes. */
function valueOf(text: string): ResultValue {
  const at = text.lastIndexOf('@');
  const isPlain = text.indexOf('@') === at && !/["\\\s]/.test(text);
  return { isAddress: at >= 0, domain: isPlain ? canonicalDomain(text.slice(at + 1)) : undefined };
}
