import { REDACTED } from '../shared/redact';
import type { ProbeEndpoint } from './HeartbeatProbesSettings';

type CalledEndpoint = Pick<ProbeEndpoint, 'name' | 'url' | 'headers'>;

/** An endpoint, ready to be called and to be talked about. */
export interface ProbeTarget {
  readonly url: string;
  readonly headers: Headers;
  /** The URL as it may be shown. */
  readonly shownUrl: string;
  /** Everything that must not be shown. */
  readonly secrets: readonly string[];
}

/**
 * Takes the credentials out of the URL, which fetch refuses, into an `authorization` header, which a configured one
 * overrules.
 *
 * @throws TypeError for a URL that cannot be called, and for a header that cannot be sent; its message holds neither.
 */
export function probeTarget({ name, url, headers: configured }: CalledEndpoint): ProbeTarget {
  const { target, username, password } = parseUrl(name, url);
  const secrets = [target.username, target.password, username, password];
  target.username = target.password = '';

  const headers = new Headers({ accept: '*/*', connection: 'close' });
  if (username !== '' || password !== '') {
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    headers.set('authorization', `Basic ${basic}`);
    secrets.push(basic);
  }
  for (const [header, value] of Object.entries(configured)) {
    // `Bearer abc` must not be shown, and neither must `abc`.
    secrets.push(value, ...value.split(/\s+/).filter((part) => part.length >= 8));
    setHeader(headers, header, value);
  }
  for (const value of target.searchParams.values()) secrets.push(value, encodeURIComponent(value));

  return {
    url: target.href,
    headers,
    shownUrl: `${target.origin}${target.pathname}${target.search === '' ? '' : `?${REDACTED}`}`,
    secrets: [target.search, ...secrets],
  };
}

function parseUrl(name: string, url: string): { target: URL; username: string; password: string } {
  try {
    const target = new URL(url);
    return { target, username: decodeURIComponent(target.username), password: decodeURIComponent(target.password) };
  } catch {
    // The original error holds the URL.
    throw new TypeError(`The url of the endpoint "${name}" cannot be parsed.`);
  }
}

function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch {
    // The original message quotes the value.
    throw new TypeError(`The header "${name}" cannot be sent: its name or its value is not allowed in HTTP.`);
  }
}
