import { createHash, randomBytes } from 'node:crypto';

import type { Clock } from 'daemonry';

import type { Operator } from './operators';

/** Lifetime of a session, whether it is used or not. */
const LIFETIME_MS = 12 * 3_600_000;
/** Sessions of one operator; a further one ends the oldest. */
const MOST_SESSIONS = 20;
/** Wrong tokens that an address may try in a minute. */
const MOST_ATTEMPTS = 10;
const ATTEMPTS_MS = 60_000;
/** Addresses whose attempts are remembered. */
const MOST_ADDRESSES = 1_000;

interface Session {
  readonly operator: Operator;
  readonly endsAt: number;
}

/**
 * The sessions of the dashboard: a cookie that stands for an operator who has shown the token. They are kept in memory, by
 * the hash of the cookie's value, and end after twelve hours, at logout, and with the process.
 */
export class Sessions {
  readonly #clock: Clock;
  readonly #cookie: string;
  readonly #sessions = new Map<string, Session>();
  readonly #attempts = new Map<string, { count: number; since: number }>();

  /** @param application - its name; a cookie holds for every port of a host, so that each application has one of its own. */
  constructor(clock: Clock, application: string) {
    this.#clock = clock;
    this.#cookie = `daemonry_session_${application.replaceAll(/[^A-Za-z0-9_-]/g, '_')}`;
  }

  /** Begins a session; returns the value of the `Set-Cookie` header. */
  begin(operator: Operator, isSecure: boolean): string {
    const now = this.#clock.now();
    const own: string[] = [];
    for (const [key, session] of this.#sessions) {
      if (session.endsAt <= now) this.#sessions.delete(key);
      else if (session.operator.name === operator.name) own.push(key);
    }
    // The oldest is first: a map keeps the order of insertion.
    for (const key of own.slice(0, Math.max(own.length - MOST_SESSIONS + 1, 0))) this.#sessions.delete(key);
    const value = randomBytes(32).toString('base64url');
    this.#sessions.set(hashOf(value), { operator, endsAt: now + LIFETIME_MS });
    return this.#header(value, LIFETIME_MS / 1_000, isSecure);
  }

  /** Ends the session of a request; returns the value of the `Set-Cookie` header. */
  end(cookies: string | undefined): string {
    for (const value of this.#valuesIn(cookies)) this.#sessions.delete(hashOf(value));
    return this.#header('', 0, false);
  }

  /** The operator whose session a `Cookie` header carries. */
  operatorOf(cookies: string | undefined): Operator | undefined {
    for (const value of this.#valuesIn(cookies)) {
      const session = this.#sessions.get(hashOf(value));
      if (session !== undefined && session.endsAt > this.#clock.now()) return session.operator;
    }
    return undefined;
  }

  /** Seconds that an address has to wait before it may try another token; 0 when it may at once. */
  waitOf(address: string): number {
    const attempts = this.#attempts.get(address);
    const left = attempts === undefined ? 0 : attempts.since + ATTEMPTS_MS - this.#clock.now();
    return attempts === undefined || left <= 0 || attempts.count < MOST_ATTEMPTS ? 0 : Math.ceil(left / 1_000);
  }

  /** Takes notice of a wrong token. */
  failed(address: string): void {
    const now = this.#clock.now();
    const known = this.#attempts.get(address);
    if (known !== undefined && now - known.since < ATTEMPTS_MS) {
      known.count += 1;
      return;
    }
    this.#attempts.delete(address);
    if (this.#attempts.size >= MOST_ADDRESSES) {
      const [oldest = ''] = this.#attempts.keys();
      this.#attempts.delete(oldest);
    }
    this.#attempts.set(address, { count: 1, since: now });
  }

  #header(value: string, maxAge: number, isSecure: boolean): string {
    const secure = isSecure ? '; Secure' : '';
    return `${this.#cookie}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`;
  }

  #valuesIn(cookies: string | undefined): readonly string[] {
    const prefix = `${this.#cookie}=`;
    return (cookies ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(prefix))
      .map((pair) => pair.slice(prefix.length))
      .slice(0, 4);
  }
}

const hashOf = (value: string): string => createHash('sha256').update(value).digest('base64url');
