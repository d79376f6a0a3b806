import { causeOf, codeOf, messageOf, nameOf, toError } from '../../errors/serializeError';
import { formatDuration } from '../../time/duration';
import { CommandError, RefusedError } from '../cliErrors';

/** Largest answer that is read, in bytes: the status of several thousand listeners. */
const LARGEST_ANSWER = 33_554_432;
/** Longest text of the application that an error repeats, in characters. */
const LONGEST_TEXT = 4_000;
const MOST_PROBLEMS = 50;

/** How a running application is reached. */
export interface RemoteAddress {
  /** Without a slash at the end. */
  readonly url: string;
  /** Sent as the bearer token; undefined sends none. */
  readonly token: string | undefined;
}

/** A running application, spoken to over the HTTP API of its module `web`. */
export class RemoteApplication {
  readonly url: string;
  readonly #token: string | undefined;
  readonly #timeoutMs: number;

  /** @param timeoutMs - the time that a whole answer may take. */
  constructor({ url, token }: RemoteAddress, timeoutMs: number) {
    this.url = url;
    this.#token = token;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Reads `/api/<path>`; parameters that are undefined are left out.
   *
   * @param accepts - true for an answer of the form that is expected.
   * @throws RefusedError when it is refused; CommandError when nothing answers, or something else than an application.
   */
  async read<T>(
    path: string,
    query: Readonly<Record<string, string | undefined>>,
    accepts: (answer: unknown) => answer is T,
  ): Promise<T> {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const parameters = new URLSearchParams(given).toString();
    return this.#ask(`${path}${parameters === '' ? '' : `?${parameters}`}`, { method: 'GET' }, accepts);
  }

  /** Sends `body` to `/api/operate`. @throws as `read`. */
  async operate<T>(body: Readonly<Record<string, unknown>>, accepts: (answer: unknown) => answer is T): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return this.#ask('operate', { method: 'POST', headers, body: JSON.stringify(body) }, accepts);
  }

  async #ask<T>(path: string, request: RequestInit, accepts: (answer: unknown) => answer is T): Promise<T> {
    const { status, text, location } = await this.#send(path, request);
    const answer = parse(text);
    const refusal = refusalIn(answer);
    if (status >= 400 && refusal !== undefined) throw refused(status, refusal, this.#token !== undefined);
    if (status < 300 && accepts(answer)) return answer;
    throw new CommandError('APPLICATION_UNREACHABLE', {
      what: 'Something answers there, but not as a running application with the module web does.',
      facts: { url: this.url, answer: status, 'redirects to': location?.slice(0, LONGEST_TEXT) },
      fix: 'give the address that the application logs as "Listening on …": --url http://127.0.0.1:9119.',
    });
  }

  async #send(path: string, { headers, ...request }: RequestInit): Promise<Answer> {
    try {
      const response = await fetch(`${this.url}/api/${path}`, {
        ...request,
        headers: {
          accept: 'application/json',
          ...(headers as Record<string, string> | undefined),
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        },
        // The token is for this address alone.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      return {
        status: response.status,
        location: response.headers.get('location') ?? undefined,
        text: await readAll(response),
      };
    } catch (thrown) {
      throw this.#unreachable(toError(thrown), request.method === 'POST');
    }
  }

  #unreachable(error: Error, isAct: boolean): CommandError {
    const isLate = nameOf(error) === 'TimeoutError';
    const cause = causeOf(error);
    const why = cause === undefined ? messageOf(error) : (codeOf(cause) ?? messageOf(cause));
    return new CommandError('APPLICATION_UNREACHABLE', {
      what: isLate
        ? `The application has not answered within ${formatDuration(this.#timeoutMs)}.`
        : 'The application cannot be reached.',
      facts: {
        url: this.url,
        cause: isLate ? undefined : why,
        done: isAct && codeOf(cause) !== 'ECONNREFUSED' ? 'not known: it may have been carried out' : undefined,
      },
      fix: isLate
        ? 'see what it does, or wait longer with --timeout 1m; daemonry runs shows what was run.'
        : 'start it, or give the address where its module web listens: --url http://127.0.0.1:9119.',
    });
  }
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly text: string;
}

async function readAll({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER) throw new Error(`its answer is larger than ${LARGEST_ANSWER / 1_048_576} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly string[];
}

function refusalIn(answer: unknown): Refusal | undefined {
  const { error } = Object(answer) as { readonly error?: unknown };
  const { code, message, problems } = Object(error) as Record<string, unknown>;
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  const told = Array.isArray(problems) ? problems.filter((problem) => typeof problem === 'string') : [];
  return { code, message, problems: told.slice(0, MOST_PROBLEMS) };
}

function refused(status: number, { code, message, problems }: Refusal, hasToken: boolean): RefusedError {
  const [what = '', ...rest] = message.slice(0, LONGEST_TEXT).split('\n');
  const fix = rest.findIndex((line) => line.startsWith(FIX));
  const facts = rest.slice(0, fix === -1 ? undefined : fix).map((line) => line.trim());
  return new RefusedError({
    what,
    facts: {
      answer: `${status} ${code.slice(0, 100)}`,
      details: facts.length === 0 ? undefined : facts.join('; '),
      problems: problems.length === 0 ? undefined : problems.map((each) => `\n    ${each.slice(0, 500)}`).join(''),
    },
    fix: (fix === -1 ? undefined : rest[fix]?.slice(FIX.length)) ?? fixOf(status, code, hasToken),
  });
}

/** Begins the last line of the message of every error of the application. */
const FIX = 'To fix this: ';

function fixOf(status: number, code: string, hasToken: boolean): string {
  if (code === 'NOT_FOUND')
    return 'give the address alone to --url, of an application whose daemonry has this command.';
  if (status === 401) {
    return hasToken
      ? 'set DAEMONRY_TOKEN to the token of an operator that this application names in web.operators.'
      : 'set DAEMONRY_TOKEN to the token of one of its web.operators.';
  }
  return status === 403 ? 'ask for the right, or use the token of an operator who has it.' : 'correct what it names.';
}
