import { NonErrorThrown } from 'daemonry';

import { serializeError, toError } from '../../src/errors/serializeError';
import { formatLogEntry } from '../../src/observability/formatLogEntry';

describe('An error in a record', () => {
  it('keeps the errors of an AggregateError, ten of them, and says how many more there were', () => {
    const many = new AggregateError(
      Array.from({ length: 25 }, (_, index) => new Error(`part ${index}`)),
      'all failed',
    );

    const serialized = serializeError(many);

    expect(serialized.errors?.map(({ message }) => message)).toEqual(
      Array.from({ length: 10 }, (_, index) => `part ${index}`),
    );
    expect(serialized.errorsLeftOut).toBe(15);
    const line = formatLogEntry({ level: 'error', message: 'x', timestamp: 't', error: serialized });
    expect(line).toContain('one of them: Error: part 9');
    expect(line).toContain('and 15 more of them');
  });

  it('keeps a cause that is no error as a text', () => {
    const { cause } = serializeError(new Error('outer', { cause: { status: 503 } }));

    expect(cause).toEqual({ name: 'Object', message: '{"status":503}' });
  });

  it('shares no text with the error, so that megabytes are not kept for the part that is shown', () => {
    const text = 'x'.repeat(2_000_000);
    const serialized = serializeError(new Error(text.slice(0, 1_999_999)));

    expect(serialized.message).toBe(`${'x'.repeat(8_192)}… [1991807 more characters]`);
    expect(serialized.stack?.length).toBeLessThan(8_300);
    expect(serialized.stack).toMatch(/\n +at /);
  });

  it('has its secrets removed before it is cut, so that none is cut in two', () => {
    const error = new Error(`${'x'.repeat(8_185)}hunter2-and-more`);

    const { message } = serializeError(error, (text) => text.replaceAll('hunter2-and-more', '[redacted]'));

    expect(message).not.toContain('hunter2');
  });
});

describe('A thrown value that is no error', () => {
  it('is described without what stands under the key of a secret', () => {
    const answer = {
      status: 401,
      config: { headers: { Authorization: 'Bearer abc123', 'X-Api-Key': 'k-1', accept: '*/*' } },
      body: { access_token: 'abc123' },
    };

    const { name, message } = serializeError(toError(answer));

    expect(name).toBe('NonErrorThrown');
    expect(message).not.toMatch(/abc123|k-1/);
    expect(message).toContain('"status":401');
    expect(message).toContain('"accept":"*/*"');
  });

  it('is cut, also when it is a text', () => {
    expect(serializeError(toError('x'.repeat(2_000_000))).message.length).toBeLessThan(8_300);
    expect(toError('x'.repeat(2_000_000)).message.length).toBeLessThan(70_000);
  });

  it('is kept as it was thrown', () => {
    const thrown = { status: 401 };

    expect(toError(thrown)).toMatchObject({ thrown });
    expect(toError(thrown)).toBeInstanceOf(NonErrorThrown);
  });
});
