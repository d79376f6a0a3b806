import { createApplication } from '../../src';

describe('The options of createApplication', () => {
  it.each([
    ['clock', null, 'with now() and at(when, fn)'],
    ['clock', { now: () => 0 }, 'with now() and at(when, fn)'],
    ['logger', null, 'with log(entry)'],
    ['logger', 'stdout', 'with log(entry)'],
    ['logger', {}, 'with log(entry)'],
  ])('may come from JavaScript: as %s, %p is a problem of the plan', async (option, value, fix) => {
    await expect(createApplication({ name: 'orders', [option]: value })).rejects.toMatchObject({
      code: 'PLAN_INVALID',
      problems: [
        {
          code: 'INVALID_OPTION',
          what: `The option "${option}" of createApplication is invalid.`,
          fix: expect.stringContaining(fix) as string,
        },
      ],
    });
  });
});
