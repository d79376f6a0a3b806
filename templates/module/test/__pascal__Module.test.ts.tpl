import { createTestApplication } from 'daemonry/testing';

import { {{camel}}Module, {{pascal}} } from '../modules/{{snake}}';

describe('{{camel}}Module', () => {
  it('gives one {{pascal}} to everybody who injects it', async () => {
    const app = await createTestApplication({ modules: [{{camel}}Module()] });

    const first = app.container.get({{pascal}});
    expect(first.describe()).toBe('{{kebab}}');
    expect(app.container.get({{pascal}})).toBe(first);
  });
});
