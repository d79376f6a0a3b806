import fs from 'node:fs';

import { createTestApplication } from 'daemonry/testing';

import { givenListener } from '../support/givenListener';

afterEach(() => {
  jest.restoreAllMocks();
});

it('an application without files, state and plugins to find looks at no file', async () => {
  const looked = (['existsSync', 'statSync', 'realpathSync', 'readFileSync', 'readdirSync'] as const).map((name) =>
    jest.spyOn(fs, name),
  );
  const app = await createTestApplication({ listeners: [givenListener([], 'greeter')] });
  await app.start();
  await app.stop();

  expect(looked.flatMap(({ mock }) => mock.calls.map(([path]) => path))).toEqual([]);
});
