import type { LogEntry, LogFields } from 'daemonry';

import { createRedactor } from '../../src/configuration/settings/secrets';
import { serializeError } from '../../src/errors/serializeError';
import { createLogging } from '../../src/observability/createLogging';

const LONG = 'no secret '.repeat(100_000);
const MOST = 300_000;

function given(secrets: readonly string[] = []) {
  const entries: LogEntry[] = [];
  const { text, data } = createRedactor(secrets);
  const counted = { searched: 0 };
  const redact = {
    text: (value: string) => {
      counted.searched += value.length;
      return text(value);
    },
    data,
  };
  const logger = createLogging({ redact, sink: { log: (entry) => void entries.push(entry) } }).logger('it');
  return { logger, entries, counted, redact };
}

describe('The search for secrets', () => {
  it.each<[string, () => LogFields]>([
    ['twenty long fields', () => Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, LONG]))],
    [
      'twenty lists of a hundred texts',
      () => ({ a: Array.from({ length: 20 }, () => Array.from({ length: 100 }, () => LONG.slice(0, 8_000))) }),
    ],
    [
      'a hundred long keys',
      () => Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}${LONG}`, 1])),
    ],
    [
      'ten long errors with causes',
      () => ({
        error: new AggregateError(Array.from({ length: 10 }, () => new Error(LONG, { cause: new Error(LONG) }))),
      }),
    ],
    [
      'names and codes of errors',
      () => ({ errors: Array.from({ length: 90 }, () => Object.assign(new Error('x'), { name: LONG, code: LONG })) }),
    ],
  ])('of one line ends after so many characters, whatever it is given: %s', (_what, fields) => {
    const { logger, entries, counted } = given();

    logger.info(LONG, fields());

    expect(entries).toHaveLength(1);
    expect(counted.searched).toBeLessThan(MOST);
  });

  it('of one error ends so too, with its causes', () => {
    const { counted, redact } = given();
    const error = new AggregateError(Array.from({ length: 10 }, () => new Error(LONG, { cause: new Error(LONG) })));

    expect(serializeError(error, redact.text).errors).toHaveLength(10);
    expect(counted.searched).toBeLessThan(MOST);
  });

  it('leaves short texts behind the end in the line, and says of long ones how long they were', () => {
    const { logger, entries } = given();

    logger.info('hello', {
      ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, LONG])),
      last: 'short',
    });

    expect(entries[0]).toMatchObject({ message: 'hello', f19: '[cut: 1000000 characters]', last: 'short' });
    expect(entries[0]?.['f0']).toMatch(/^no secret .* \[991808 more characters\]$/);
  });

  it('finds what may be shown: no part of a secret is, wherever a text is cut, in whatever encoding', () => {
    const secret = 'swordfish-0123456789-swordfish';
    const { logger, entries } = given([secret]);
    const listed = JSON.stringify([...Buffer.from(secret)], undefined, 4);
    const escaped = [...secret].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('');

    for (const encoded of [secret, listed, escaped, Buffer.from(secret).toString('hex')])
      for (const before of [8_190 - encoded.length, 8_192 - encoded.length / 2, 8_190, 16_380])
        for (const many of [0, 20, 600]) {
          entries.length = 0;
          logger.info('x', { f: `${secret.repeat(many)}${' '.repeat(before)}${encoded} ${'z'.repeat(80_000)}` });
          const shown = String(entries[0]?.['f']);
          expect(
            shown
              .slice(0, -40)
              .replaceAll(/\[redacted\]|\[[redacted]*$|[z[\]]/g, '')
              .trim(),
          ).toBe('');
        }
  });
});
