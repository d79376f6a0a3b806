import { BackgroundDaemon } from 'daemonry';
import { createTestApplication, type TestApplication } from 'daemonry/testing';

import { {{pascal}}Settings } from '../src/{{pascal}}Settings';

@BackgroundDaemon()
class Reader {
  constructor(readonly settings: {{pascal}}Settings) {}
}

describe('{{pascal}}Settings', () => {
  const given = (values: Readonly<Record<string, unknown>>): Promise<TestApplication> =>
    createTestApplication({ listeners: [Reader], config: { values: { {{snake}}: values } } });

  it('has defaults', async () => {
    const app = await given({});
    expect(app.container.get(Reader).settings).toEqual({ timeout: '5s' });
  });

  it('takes what is configured', async () => {
    const app = await given({ timeout: '1m' });
    expect(app.container.get(Reader).settings.timeout).toBe('1m');
  });

  it('refuses what does not fit', async () => {
    await expect(given({ timeout: 'soon' })).rejects.toThrow('{{snake}}.timeout');
  });
});
