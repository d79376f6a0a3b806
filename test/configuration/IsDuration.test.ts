import { IsArray } from 'class-validator';

import { IsDuration } from '../../src/configuration/settings/classValidator';
import { Settings } from '../../decorators/settings';

import { problemsOf } from './givenSettings';

describe('class-validator', () => {
  it('is not loaded before a settings class is resolved', () => {
    jest.isolateModules(() => {
      const loaded = jest.fn();
      jest.doMock('class-validator', () => {
        loaded();
        return jest.requireActual<object>('class-validator');
      });
      jest.requireActual('../../src/configuration/resolveConfiguration');
      jest.requireActual('../../src/configuration/settings/classValidator');

      expect(loaded).not.toHaveBeenCalled();
      jest.dontMock('class-validator');
    });
  });
});

describe('@IsDuration', () => {
  it.each([['5m'], [0], [1.5], ['1.5h']])('takes %j', async (pause) => {
    expect(await problemsOf({ retry: { pause } })).toEqual([]);
  });

  it.each([['5 m'], [-1], ['soon'], [true]])('refuses %j', async (pause) => {
    expect((await problemsOf({ retry: { pause } })).map(({ what }) => what)).toEqual([
      "\"slack.retry.pause\" is not valid: pause must be a duration such as 500, '30s' or '5m'.",
    ]);
  });

  it('takes the options of class-validator', async () => {
    @Settings('many')
    class Many {
      @IsDuration({ each: true, message: 'no pause' })
      @IsArray()
      pauses: unknown[] = [];
    }

    expect(await problemsOf({ pauses: ['1s', 2] }, Many, 'many')).toEqual([]);
    expect(await problemsOf({ pauses: ['1s', 'x'] }, Many, 'many')).toMatchObject([
      { what: '"many.pauses" is not valid: no pause.' },
    ]);
  });
});
