import { createTestApplication } from 'daemonry/testing';

import { {{pascal}} } from '../src/{{pascal}}';

describe('{{pascal}}', () => {
  it('ticks every five minutes', async () => {
    const app = await createTestApplication({ listeners: [{{pascal}}] });
    await app.start();
    await app.clock.advance('15m');

    const outcomes = app.runs('{{listener}}').map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });
});
